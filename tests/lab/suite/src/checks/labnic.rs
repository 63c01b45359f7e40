//! Rules in the hardware of the lab's own NIC, and what they do to packets.

use std::net::UdpSocket;

use serde_json::Value;
use smartnic::{ErrorKind, Host};

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::checks::offload::{all_say, applied};
use crate::corpus::{corpus, file, tc_batch};
use crate::dump::{AGES, Dump};
use crate::lab::{Lab, sh, sh_json, until};
use crate::labnic::{HANDLE, Labnic, PLACE};
use crate::normal::{must_agree, seen_by_snicctl, seen_by_tc, seen_by_us};

const PACKETS: u64 = 10;

/// Bytes of payload; with the headers of UDP, IPv4 and Ethernet 42 more go over the wire.
const PAYLOAD: u64 = 100;
const FRAME: u64 = PAYLOAD + 42;

/// Lets a VF send packets to a port of UDP. Its addresses are those of one network for each VF.
fn send(vf: u8, port: u16) -> Result<(), Why> {
    let (own, other) = (format!("192.0.{vf}.1"), format!("192.0.{vf}.2"));
    sh(&format!("ip address replace {own}/24 dev lab0v{vf}"))?;
    sh(&format!("ip neighbor replace {other} lladdr 02:00:00:00:00:02 dev lab0v{vf}"))?;
    let socket = UdpSocket::bind((own, 0))?;
    for _ in 0..PACKETS {
        socket.send_to(&[0; PAYLOAD as usize], (other.as_str(), port))?;
    }
    Ok(())
}

/// How many packets a link has received.
fn received(link: &str) -> Result<Value, Why> {
    Ok(sh_json(&format!("ip -j -s link show dev {link}"))?[0]["stats64"]["rx"]["packets"].clone())
}

/// What the hardware counted by tc's word: packets and bytes of every action.
fn by_hardware(place: &str) -> Result<Vec<(u64, u64)>, Why> {
    let shown = sh_json(&format!("tc -j -s filter show {place}"))?;
    let actions = shown
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|filter| filter["options"]["actions"].as_array().cloned().unwrap_or_default());
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    Ok(actions
        .map(|action| (number(&action["stats"]["hw_packets"]), number(&action["stats"]["hw_bytes"])))
        .collect())
}

/// Packets of a VF, met by rules that no software knows: they go where the rules say, and count when their time has come.
pub(crate) fn packets(lab: &Lab) -> Outcome {
    let nic = Labnic::with_place()?;
    nic.set("stats_delay_ms", 3_600_000)?;
    let rule = |port: u16, action: &str| {
        format!(
            "filter add {PLACE} protocol ip pref {port} flower skip_sw ip_proto udp dst_port {port} {action}"
        )
    };
    let lines = [
        rule(9, "action mirred egress redirect dev lab0_1"),
        rule(10, "action drop"),
        rule(11, "action vlan push id 5 pipe action mirred egress mirror dev lab0 pipe action drop"),
    ];
    lab.snicctl(&["flow", "apply", &file("labnic", &lines)?.to_string_lossy()])?;
    for port in [9, 11, 12] {
        send(0, port)?;
    }
    // One went to the other VF, one with a tag to the wire, one met no rule and came to the host.
    for link in ["lab0v1", "lab0w", "lab0_0"] {
        expect_eq(&received(link)?, &PACKETS.into(), &format!("packets that came to {link}"))?;
    }
    let counted = (PACKETS, PACKETS * FRAME);
    expect_eq(&nic.counted()?, &vec![(0, 0), counted, counted], "what the hardware counted")?;
    let seen = seen_by_tc(PLACE)?;
    expect(seen.iter().all(|rule| rule.counted == (0, 0)), || {
        "tc has seen counters before their time".into()
    })?;

    nic.set("stats_delay_ms", 0)?;
    let seen = seen_by_tc(PLACE)?;
    let in_hw: Vec<_> = seen.iter().map(|rule| (rule.in_hw, rule.in_hw_count, rule.counted)).collect();
    let wanted = [counted, (0, 0), counted].map(|counted| (Some(true), 1, counted));
    expect_eq(&in_hw, &wanted.to_vec(), "in hardware, in how many devices, packets and bytes by tc's word")?;
    must_agree(&seen_by_us(&Host::open("linux:")?)?, &seen, "tc sees")?;
    must_agree(&seen_by_snicctl(lab)?, &seen, "snicctl flow list prints something else than tc, which")?;

    // All of it is the hardware's, by tc's word for each action and by ours for each rule.
    let by_action = vec![counted, (0, 0), counted, counted, counted];
    expect_eq(&by_hardware(PLACE)?, &by_action, "what hardware counted by tc's word, action by action")?;
    let entries = smartnic::flow::entries(&Host::open("linux:")?, None)?;
    let ours: Vec<_> = entries.iter().map(|entry| (entry.stats.hw_packets, entry.stats.hw_bytes)).collect();
    expect_eq(&ours, &vec![counted, (0, 0), counted], "what hardware counted by our word")?;

    // In time counters come by themselves.
    nic.set("stats_delay_ms", 20)?;
    send(0, 10)?;
    until("a counter appears", || Ok(seen_by_tc(PLACE)?[1].counted == counted))?;
    Ok(Done::Passed)
}

/// A block on two ports: every rule is in both, and counts what came in at either.
pub(crate) fn shared_block(lab: &Lab) -> Outcome {
    const RULES: usize = 50;
    let nic = Labnic::new()?;
    nic.set("stats_delay_ms", 0)?;
    for link in ["lab0_0", "lab0_1"] {
        sh(&format!("tc qdisc add dev {link} ingress_block 7 clsact"))?;
    }
    let lines: Vec<String> = (0..RULES)
        .map(|at| {
            format!(
                "filter add block 7 protocol ip pref 1 flower skip_sw ip_proto udp dst_port {} action drop",
                at + 1
            )
        })
        .collect();
    lab.snicctl(&["flow", "apply", &file("labnic-block", &lines)?.to_string_lossy()])?;
    expect_eq(&nic.flows()?, &(2 * RULES), "rules by the NIC's word")?;
    send(0, 1)?;
    send(1, 1)?;
    let seen = seen_by_tc("block 7")?;
    must_agree(&seen_by_us(&Host::open("linux:")?)?, &seen, "tc sees")?;
    let counts: Vec<u32> = seen.iter().map(|rule| rule.in_hw_count).collect();
    expect_eq(&counts, &vec![2; RULES], "in how many devices the rules are")?;
    expect_eq(&seen[0].counted, &(2 * PACKETS, 2 * PACKETS * FRAME), "packets and bytes of both ports")?;

    // One port leaves the block, with the rules in it.
    sh("tc qdisc del dev lab0_1 clsact")?;
    expect_eq(&nic.flows()?, &RULES, "rules by the NIC's word, after one port left")?;
    let seen = seen_by_tc("block 7")?;
    must_agree(&seen_by_us(&Host::open("linux:")?)?, &seen, "tc sees")?;
    expect(seen.iter().all(|rule| rule.in_hw_count == 1), || "a rule is not in one device".into())?;
    Ok(Done::Passed)
}

/// While rules are in hardware the mode stays; afterwards it goes. A change that fails on the way is taken back.
pub(crate) fn eswitch(lab: &Lab) -> Outcome {
    let nic = Labnic::with_place()?;
    let rule = file("labnic-one", &[format!("filter add {PLACE} protocol ip pref 1 flower action drop")])?;
    let rule = rule.to_string_lossy();
    lab.snicctl(&["flow", "apply", &rule])?;
    let state = || Dump::of(&["devlink -j port show".into(), format!("tc -j -s filter show {PLACE}")], &AGES);
    let before = state()?;
    let legacy = ["eswitch", "set", HANDLE, "--mode", "legacy"];
    let refused = lab.try_snicctl(&legacy)?;
    refused.refused(ErrorKind::Busy.code().into(), &["eswitch mode stays: 1 flows are offloaded"])?;
    state()?.must_equal(&before, "after the mode was kept")?;

    lab.snicctl(&["flow", "del", "--file", &rule])?;
    sh("tc qdisc del dev lab0_0 clsact")?;
    let before = state()?;
    nic.set("fail_mode", 5)?;
    let failed = lab.try_snicctl(&["eswitch", "set", HANDLE, "--mode", "legacy", "--vfs", "0"])?;
    failed.refused(ErrorKind::Io.code().into(), &["failure 5 asked for in debugfs"])?;
    state()?.must_equal(&before, "after a change failed behind its first step")?;
    nic.set("fail_mode", 0)?;
    lab.snicctl(&legacy)?;
    let ports = sh_json("devlink -j port show")?;
    expect_eq(&ports["port"].as_object().map(|ports| ports.len()), &Some(1), "ports in legacy mode")?;
    Ok(Done::Passed)
}

/// A link with `hw-tc-offload` off, and one that cannot be turned off.
pub(crate) fn feature(lab: &Lab) -> Outcome {
    let _nic = Labnic::with_place()?;
    let line = format!("filter add {PLACE} protocol ip pref 1 flower dst_ip 10.0.0.1 action drop");
    sh("ethtool -K lab0_0 hw-tc-offload off")?;
    let host = Host::open("linux:")?;
    let report = applied(&host, &[&line], false)?;
    expect_eq(&report.counts().software_only, &1, "rules in software only")?;
    all_say(&report, "hw-tc-offload is off on lab0_0")?;
    let rule = file("labnic-off", &[&line])?;
    let said = lab.snicctl(&["flow", "explain", &rule.to_string_lossy()])?;
    expect(said.contains("hw-tc-offload on"), || format!("what would help is not said: {said}"))?;
    lab.snicctl(&["flow", "del", "--file", &rule.to_string_lossy()])?;

    sh("ethtool -K lab0_0 hw-tc-offload on")?;
    let report = applied(&host, &[&line], false)?;
    expect_eq(&report.counts().in_hardware, &1, "rules in hardware")?;
    let kept = sh("ethtool -K lab0_0 hw-tc-offload off");
    expect(kept.is_err(), || "hw-tc-offload went off under a rule".into())?;
    Ok(Done::Passed)
}

/// What the adapter predicts of the corpus is what the NIC does with it, and its words are heard.
pub(crate) fn predictions(lab: &Lab) -> Outcome {
    let _nic = Labnic::with_place()?;
    sh("tc qdisc add dev lab0_1 ingress_block 7 egress_block 8 clsact")?;
    sh("tc qdisc add dev lab0 ingress_block 7 clsact")?;
    let here = |line: &&str| {
        [("sim0", "lab0_0"), ("sim1", "lab0_1"), ("sim2", "lab0")]
            .iter()
            .fold(line.to_string(), |line, (sim, lab)| line.replace(sim, lab))
    };
    let rules = corpus(lab);
    let lines: Vec<String> = rules.iter().filter(|line| !line.contains("skip_sw")).map(here).collect();
    let report = applied(&Host::open("linux:")?, &lines, false)?;
    let surprises: Vec<String> = report
        .rules
        .iter()
        .filter(|rule| rule.is_surprise())
        .map(|rule| format!("{}: predicted {:?}, became {:?}", rule.rule, rule.prediction, rule.verdict))
        .collect();
    expect(surprises.is_empty(), || format!("{} surprises: {}", surprises.len(), surprises.join("; ")))?;
    let counts = report.counts();
    let both = counts.in_hardware > 100 && counts.software_only > 10 && counts.refused == 0;
    expect(both, || format!("too few rules went either way: {counts:?}"))?;
    Ok(Done::Passed)
}

/// The module is unloaded under rules, in a block that ports share, while packets come.
pub(crate) fn unloaded(_: &Lab) -> Outcome {
    let nic = Labnic::with_place()?;
    for link in ["lab0", "lab0_1"] {
        sh(&format!("tc qdisc add dev {link} ingress_block 7 clsact"))?;
    }
    let rule = |place: &str, at: usize| {
        format!(
            "filter add {place} protocol ip pref 1 flower dst_ip 10.0.{}.{} action mirred egress redirect dev lab0_1",
            at / 256,
            at % 256
        )
    };
    let lines: Vec<String> = (0..1000).flat_map(|at| [rule(PLACE, at), rule("block 7", at)]).collect();
    tc_batch(&file("labnic-many", &lines)?)?;
    expect_eq(&nic.flows()?, &3000, "rules by the NIC's word")?;
    send(0, 9)?;
    // A representor that others send to goes first, then all.
    sh("modprobe -r labnic")?;
    expect_eq(&sh_json("tc -j filter show block 7").is_ok(), &false, "a block without ports")?;
    Ok(Done::Passed)
}
