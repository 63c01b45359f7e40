//! All or nothing, on a kernel that really refuses.

use smartnic::ErrorKind;

use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::corpus::{file, tc_batch};
use crate::dump::{AGES, Dump, MADE_ANEW, PLACES};
use crate::lab::{Lab, end, sh, until};
use crate::nic::Nic;
use crate::normal::seen_by_tc;

/// More than travel in one datagram, and not a multiple of that.
const RULES: usize = 200;

/// A rule that is there already: the first of [`good`].
const TWICE: &str = "filter add dev sim0 ingress protocol ip pref 10 flower dst_ip 10.0.0.0 action drop";

/// A rule for a priority that serves another protocol.
const CLASH: &str = "filter add dev sim0 ingress protocol ipv6 pref 10 flower dst_ip 2001:db8::1 action drop";

/// A rule whose action the kernel refuses.
const TOO_HIGH: &str =
    "filter add dev sim0 ingress protocol ip pref 11 flower dst_ip 10.0.0.1 action vlan push id 4095";

/// A rule that must be in hardware where there is none.
const NO_HARDWARE: &str =
    "filter add dev lo egress protocol ip pref 11 flower skip_sw dst_ip 10.0.0.1 action drop";

/// A rule for a place that is not there.
const NO_BLOCK: &str = "filter add block 99 protocol ip pref 11 flower dst_ip 10.0.0.1 action drop";

/// What is refused, with the exit code and words for it.
const REFUSED: [(&str, ErrorKind, &str); 5] = [
    (TWICE, ErrorKind::AlreadyExists, ""),
    (CLASH, ErrorKind::Refused, "specified priority"),
    (TOO_HIGH, ErrorKind::Refused, "out of range"),
    (NO_HARDWARE, ErrorKind::Unsupported, ""),
    (NO_BLOCK, ErrorKind::NotFound, "block 99"),
];

/// Good rules, one address each.
fn good(count: usize) -> Vec<String> {
    let line = |at: usize| {
        format!(
            "filter add dev sim0 ingress protocol ip pref 10 flower dst_ip 10.0.{}.{} action drop",
            at / 256,
            at % 256
        )
    };
    (0..count).map(line).collect()
}

/// What stands there before: rules with other actions, of which the file names the first, and more.
fn base() -> Vec<String> {
    let mut lines = good(3);
    lines.iter_mut().for_each(|line| *line = line.replace("action drop", "action pass"));
    lines.push("filter add dev sim0 ingress chain 3 protocol ip pref 5 handle 9 flower ip_proto tcp action goto chain 4".into());
    lines.push("filter add block 7 protocol ip pref 5 flower ip_proto udp action drop".into());
    lines
}

/// The bad rule as the first, in the middle of the second datagram, and as the last.
pub(crate) fn refused_in_the_middle(lab: &Lab) -> Outcome {
    for (bad, kind, words) in REFUSED {
        let _nic = Nic::with_places()?;
        tc_batch(&file("base", &base())?)?;
        // Rules that are replaced and put back get new actions; nothing else may differ.
        let before = Dump::of_rules(&MADE_ANEW)?;
        let places: &[usize] = if bad == CLASH { &[0, 100, RULES] } else { &[100] };
        for &at in places {
            let mut lines = good(RULES);
            lines.insert(at, bad.to_owned());
            let ran = lab.try_snicctl(&["flow", "apply", &file("refused-one", &lines)?.to_string_lossy()])?;
            // The kernel meets a duplicate at the second of the two.
            let line =
                format!("line {}", if kind == ErrorKind::AlreadyExists { at.max(1) + 1 } else { at + 1 });
            ran.refused(i32::from(kind.code()), &[&line, words])?;
            Dump::of_rules(&MADE_ANEW)?
                .must_equal(&before, &format!("after line {} was refused: {bad}", at + 1))?;
        }
    }
    only_additions(lab)?;
    without_hook(lab)?;
    Ok(Done::Passed)
}

/// Where nothing is replaced, not even the numbers of actions may differ.
fn only_additions(lab: &Lab) -> Result<(), Why> {
    let _nic = Nic::with_places()?;
    tc_batch(&file("base", &base())?)?;
    let before = Dump::of_rules(&AGES)?;
    let mut lines: Vec<String> = good(RULES).split_off(3);
    lines.push(CLASH.to_owned());
    let ran = lab.try_snicctl(&["flow", "apply", &file("refused-last", &lines)?.to_string_lossy()])?;
    ran.refused(i32::from(ErrorKind::Refused.code()), &[])?;
    Dump::of_rules(&AGES)?.must_equal(&before, "after additions were taken back")
}

/// A clsact qdisc that was added on the way is taken away again.
fn without_hook(lab: &Lab) -> Result<(), Why> {
    let _nic = Nic::with_places()?;
    sh("tc qdisc del dev sim0 clsact")?;
    let before = Dump::of_rules(&AGES)?;
    let mut lines = good(RULES);
    lines.push(CLASH.to_owned());
    let file = file("refused-last", &lines)?;
    let ran = lab.try_snicctl(&["flow", "apply", &file.to_string_lossy()])?;
    ran.refused(i32::from(ErrorKind::Refused.code()), &[])?;
    Dump::of_rules(&AGES)?.must_equal(&before, "after a hook and rules were taken back")
}

/// While our rules go in and are taken back, tc adds one and removes one: both stay done.
pub(crate) fn others_meanwhile(lab: &Lab) -> Outcome {
    let _nic = Nic::with_places()?;
    let theirs = "dev sim0 ingress protocol ip pref 77";
    sh(&format!("tc filter add {theirs} handle 1 flower dst_ip 10.7.7.1 action drop"))?;
    let mut lines = good(3000);
    lines.push(CLASH.to_owned());
    let child = lab.start(&["flow", "apply", &file("long", &lines)?.to_string_lossy()])?;
    until("rules appear", || Ok(sh("tc filter show dev sim0 ingress")?.matches("handle 0x").count() > 1))?;
    sh(&format!("tc filter add {theirs} handle 2 flower dst_ip 10.7.7.2 action drop"))?;
    sh(&format!("tc filter del {theirs} handle 1 flower"))?;
    let (code, said) = end(child)?;
    expect_eq(&code, &i32::from(ErrorKind::Refused.code()), &said)?;
    let left: Vec<(u16, u32)> = seen_by_tc(PLACES[0])?.iter().map(|rule| (rule.prio, rule.handle)).collect();
    expect_eq(&left, &vec![(77, 2)], "the rules left, by priority and handle")?;
    Ok(Done::Passed)
}

/// All but the bad ones.
pub(crate) fn keep_going(lab: &Lab) -> Outcome {
    let _nic = Nic::with_places()?;
    let mut lines = good(RULES);
    lines.insert(0, CLASH.replace("pref 10", "pref 12"));
    lines.insert(
        1,
        "filter add dev sim0 ingress protocol ip pref 12 flower dst_ip 10.9.0.1 action drop".into(),
    );
    lines.insert(100, CLASH.to_owned());
    lines.push(TOO_HIGH.to_owned());
    lines.push(NO_BLOCK.to_owned());
    let file = file("keep-going", &lines)?;
    let ran = lab.try_snicctl(&["flow", "apply", "--keep-going", &file.to_string_lossy()])?;
    expect_eq(&ran.code, &1, "the exit code when some rules could not be applied")?;
    for words in ["specified priority", "out of range", "block 99"] {
        expect(ran.out.contains(words), || format!("{words:?} is not in the report: {}", ran.out))?;
    }
    // The first rule took the priority for its protocol; the second came too late.
    expect_eq(&seen_by_tc(PLACES[0])?.len(), &(RULES + 1), "the rules that tc shows")?;
    Ok(Done::Passed)
}

/// Rules whose action changed keep their place and handle; what the file does not name goes only on request.
pub(crate) fn replace_and_prune(lab: &Lab) -> Outcome {
    let _nic = Nic::with_places()?;
    tc_batch(&file("old", &good(RULES))?)?;
    let before = seen_by_tc(PLACES[0])?;
    let changed: Vec<String> = good(RULES / 2)
        .iter()
        .map(|line| line.replace("action drop", "action mirred egress redirect dev sim1"))
        .collect();
    let file = file("changed", &changed)?;
    lab.snicctl(&["flow", "apply", &file.to_string_lossy()])?;
    let after = seen_by_tc(PLACES[0])?;
    expect_eq(&after.len(), &RULES, "the rules after half were changed")?;
    for (at, (was, is)) in before.iter().zip(&after).enumerate() {
        let action =
            if at < RULES / 2 { "redirect egress sim1, then stolen, counted any" } else { &was.actions[0] };
        let wanted = crate::normal::Seen { actions: vec![action.to_owned()], ..was.clone() };
        expect_eq(is, &wanted, "a rule").during(format_args!("rule {at}"))?;
    }
    lab.snicctl(&["flow", "apply", "--prune", &file.to_string_lossy()])?;
    expect_eq(&seen_by_tc(PLACES[0])?, &after[..RULES / 2].to_vec(), "the rules after --prune")?;
    Ok(Done::Passed)
}
