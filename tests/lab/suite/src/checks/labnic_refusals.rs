//! Rules that the lab's own NIC does not take: too many, of a kind that it does not know, or failed on request.

use smartnic::{ErrorKind, Host};

use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::checks::offload::{all_say, applied};
use crate::corpus::{file, tc_batch};
use crate::dump::{Dump, MADE_ANEW};
use crate::lab::{Lab, sh};
use crate::labnic::{Labnic, PLACE};
use crate::normal::seen_by_tc;

/// More than travel in one datagram, and not a multiple of that.
const RULES: usize = 200;

/// Those of them that are there before, with another action.
const OLD: usize = 3;

fn line(at: usize, action: &str) -> String {
    format!("filter add {PLACE} protocol ip pref 10 flower skip_sw dst_ip 10.0.0.{at} {action}")
}

/// All rules, of which the first are there with another action; and one that the file does not name.
fn lines() -> (Vec<String>, Vec<String>) {
    let other = format!(
        "filter add {PLACE} chain 3 protocol ip pref 5 flower skip_sw ip_proto tcp action goto chain 4"
    );
    let before = (0..OLD).map(|at| line(at, "action mirred egress redirect dev lab0_1")).chain([other]);
    (before.collect(), (0..RULES).map(|at| line(at, "action drop")).collect())
}

/// The rules at the place, as tc shows them and as the NIC counts them.
fn state(nic: &Labnic) -> Result<(Dump, usize), Why> {
    Ok((Dump::of(&[format!("tc -j -s filter show {PLACE}")], &MADE_ANEW)?, nic.flows()?))
}

/// Applies all rules, which must fail with this code and words and leave everything as it was.
fn must_fail(lab: &Lab, nic: &Labnic, code: ErrorKind, words: &[&str]) -> Result<(), Why> {
    let (before, flows) = state(nic)?;
    let (_, rules) = lines();
    let ran = lab.try_snicctl(&["flow", "apply", &file("labnic-fails", &rules)?.to_string_lossy()])?;
    ran.refused(code.code().into(), words)?;
    let (after, left) = state(nic)?;
    after.must_equal(&before, "after the rules were taken back")?;
    expect_eq(&left, &flows, "rules in hardware after they were taken back")
}

/// A table that is full at some rule: all or nothing, and one more place makes it all.
pub(crate) fn capacity(lab: &Lab) -> Outcome {
    let nic = Labnic::with_place()?;
    let (before, rules) = lines();
    tc_batch(&file("labnic-before", &before)?)?;
    // A rule that replaces another needs its place a moment before that is free.
    for capacity in [before.len(), before.len() + 1, RULES] {
        nic.set("capacity", capacity)?;
        let words = format!("flow table full ({capacity} entries)");
        must_fail(lab, &nic, ErrorKind::NoSpace, &[&words]).during(format_args!("{capacity} places"))?;
    }
    nic.set("capacity", RULES + 1)?;
    lab.snicctl(&["flow", "apply", &file("labnic-fits", &rules)?.to_string_lossy()])?;
    expect_eq(&nic.flows()?, &(RULES + 1), "rules in hardware")?;
    Ok(Done::Passed)
}

/// A rule fails for one reason or another: the first, one in the middle, the last, or one that replaces another.
pub(crate) fn injected(lab: &Lab) -> Outcome {
    let nic = Labnic::with_place()?;
    tc_batch(&file("labnic-before", &lines().0)?)?;
    // ENOSPC everywhere; EBUSY, ENOMEM, ENOBUFS, EIO in the middle of the second datagram.
    let everywhere = [0, 1, OLD, 100, RULES - 1];
    for (errno, places) in [(28, &everywhere[..]), (16, &[100]), (12, &[100]), (105, &[100]), (5, &[100])] {
        nic.set("fail_errno", errno)?;
        for &at in places {
            nic.set("fail_after", at)?;
            nic.set("fail_next", 1)?;
            let words = [format!("line {}", at + 1), format!("failure {errno} asked for in debugfs")];
            must_fail(lab, &nic, ErrorKind::from_errno(errno), &[&words[0], &words[1]])
                .during(format_args!("errno {errno} at rule {}", at + 1))?;
        }
    }
    Ok(Done::Passed)
}

/// A driver that answers EINTR: the kernel then sends no answer at all (`netlink_rcv_skb`), and tc waits for ever.
pub(crate) fn silent(lab: &Lab) -> Outcome {
    let nic = Labnic::with_place()?;
    tc_batch(&file("labnic-before", &lines().0)?)?;
    nic.set("fail_errno", 4)?;
    let cases = [
        (0, ErrorKind::Mismatch, "line 1"),
        (100, ErrorKind::Mismatch, "line 101"),
        (RULES - 1, ErrorKind::Timeout, "no answer within"),
    ];
    for (at, kind, words) in cases {
        nic.set("fail_after", at)?;
        nic.set("fail_next", 1)?;
        must_fail(lab, &nic, kind, &[words]).during(format_args!("EINTR at rule {}", at + 1))?;
    }
    Ok(Done::Passed)
}

/// Rules of which the NIC takes some, for three reasons: what it says is heard, and each rule is where tc shows it.
pub(crate) fn partial(lab: &Lab) -> Outcome {
    const CAPACITY: usize = 5;
    let reasons = [
        ("flow table full (5 entries)", "dst_ip 10.0.1.1 action drop"),
        ("match key tcp is not supported", "ip_proto tcp tcp_flags 2 action drop"),
        ("action vlan_push is not supported", "dst_ip 10.0.1.2 action vlan push id 5"),
        ("lab0v1 is not a port of labnic.0", "dst_ip 10.0.1.3 action mirred egress redirect dev lab0v1"),
        ("chain 16 is not supported, only those below 16", "dst_ip 10.0.1.4 action goto chain 16"),
    ];
    let nic = Labnic::with_place()?;
    nic.set("capacity", CAPACITY)?;
    nic.set("keys", "-tcp")?;
    nic.set("actions", "-vlan_push")?;
    let taken = (0..CAPACITY).map(|at| line(at, "action drop"));
    let refused = reasons.iter().enumerate().map(|(at, (_, rule))| {
        format!("filter add {PLACE} protocol ip pref {} flower skip_sw {rule}", 20 + at)
    });
    let hard: Vec<String> = taken.chain(refused).collect();
    let soft: Vec<String> = hard.iter().map(|line| line.replace(" skip_sw", "")).collect();

    // In hardware alone: the others are refused, and with --keep-going these stay.
    let hard = file("labnic-hard", &hard)?;
    let ran = lab.try_snicctl(&["flow", "apply", "--keep-going", &hard.to_string_lossy()])?;
    expect_eq(&ran.code, &1, "the exit code when some rules could not be applied")?;
    // Without the breaks of lines.
    let said: Vec<&str> = ran.out.split_whitespace().collect();
    let said = said.join(" ");
    for (words, _) in reasons {
        expect(said.contains(words), || format!("{words:?} is not in the report: {said}"))?;
    }
    let seen = seen_by_tc(PLACE)?;
    expect_eq(&(seen.len(), nic.flows()?), &(CAPACITY, CAPACITY), "rules by tc's word and by the NIC's")?;
    sh(&format!("tc filter del {PLACE}"))?;
    expect_eq(&nic.flows()?, &0, "rules in hardware after their removal")?;

    // With software as a way out: all are there, some in software only.
    let report = applied(&Host::open("linux:")?, &soft, false)?;
    let counts = report.counts();
    expect_eq(&(counts.in_hardware, counts.software_only), &(CAPACITY, reasons.len()), "in hardware or not")?;
    for (rule, (words, _)) in report.rules[CAPACITY..].iter().zip(reasons) {
        let one = smartnic::flow::Report { rules: vec![rule.clone()], ..report.clone() };
        all_say(&one, words)?;
    }
    let seen: Vec<_> = seen_by_tc(PLACE)?.iter().map(|rule| (rule.in_hw, rule.in_hw_count)).collect();
    let wanted = [vec![(Some(true), 1); CAPACITY], vec![(Some(false), 0); reasons.len()]].concat();
    expect_eq(&seen, &wanted, "in hardware, and in how many devices, by tc's word")?;
    Ok(Done::Passed)
}
