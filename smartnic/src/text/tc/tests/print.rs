use serde_json::{Value, json};
use smartnic_core::flow::{Action, ActionKind, Attach, Control, FlowEntry, FlowStats, HwStats, Netdev, Rule};
use smartnic_core::types::{EtherType, IfIndex, Masked, UnknownAttr};

use crate::text::tc::{Op, describe_actions, describe_match, entries_to_json, parse, rule_to_tc};

fn rule(line: &str) -> Rule {
    let Op::Add(rule) = parse(line).unwrap().items.remove(0).op else { panic!("{line}") };
    rule
}

#[test]
fn what_tc_cannot_say_is_named() {
    let plain = || Rule::new(Attach::ingress("lo")).protocol(EtherType::IPV4);
    let unknown = ActionKind::Unknown { kind: "ct".into(), options: vec![] };
    let cases = [
        (plain().matching(|key| key.unknown.push(UnknownAttr { kind: 95, bytes: vec![1] })), "number 95"),
        (plain().matching(|key| key.dst_ip = Some("10.0.0.1/255.0.255.0".parse().unwrap())), "holes"),
        (plain().matching(|key| key.enc_dst_ip = Some("::1/::ff".parse().unwrap())), "holes"),
        (plain().matching(|key| key.enc_src_port = Some(Masked::exact(5))), "source port"),
        (plain().matching(|key| key.enc_dst_port = Some(Masked::new(5, 7))), "mask of the outer UDP port"),
        (plain().matching(|key| key.hash = Some(Masked::exact(5))), "hash"),
        (plain().matching(|key| key.ip_flags = Some(Masked::new(0, 8))), "flag that has no name"),
        (plain().matching(|key| key.ct_state = Some(Masked::new(0, 64))), "state of a connection"),
        (plain().matching(|key| key.eth_type = None), "protocol in the keys"),
        (plain().action(Action::redirect("lo").then(Control::Pipe)), "behind a redirect"),
        (plain().action(Action::gact(Control::Stolen)), "`stolen`"),
        (plain().action(Action::new(unknown)), "`ct`"),
        (Rule::new(Attach::ingress("a b")), "`a b`"),
        (Rule::new(Attach::ingress("a#b")), "`a#b`"),
    ];
    for (rule, text) in cases {
        let error = rule_to_tc(&rule).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
}

#[test]
fn names_that_only_some_tc_know_are_written_as_numbers() {
    let line = "filter add dev lo ingress protocol ip flower ip_proto esp";
    assert!(rule_to_tc(&rule(line)).unwrap().ends_with("ip_proto 0x32"));
    let line = "filter add dev lo ingress protocol ip flower ip_proto 3a";
    assert!(rule_to_tc(&rule(line)).unwrap().ends_with("ip_proto 0x3a"));
}

#[test]
fn a_link_by_number_and_both_kinds_of_counters() {
    let mut action = Action::drop();
    action.hw_stats = Some(HwStats::all());
    let rule = Rule::new(Attach::ingress(IfIndex(7))).action(action);
    assert_eq!(rule_to_tc(&rule).unwrap(), "filter add dev if7 ingress protocol all flower action drop");
}

#[test]
fn descriptions_are_short() {
    let rule = rule(
        "filter add dev lo ingress protocol ip flower ip_proto tcp dst_port 80-90 action vlan pop \
         action mirred egress mirror dev a drop action vlan push id 7 action mirred ingress redirect dev b",
    );
    assert_eq!(describe_match(&rule.key), "ip_proto tcp dst_port 80-90");
    assert_eq!(describe_actions(&rule.actions), "vlan pop, mirror a drop, vlan push 7, redirect b ingress");
}

/// What `tc -s -j filter show` (7.3, kernel 7.3, netdevsim) printed for these rules, without `prob`, `index`, `ref`,
/// `bind` and the queue's counters.
#[test]
fn json_is_that_of_tc() {
    let lines = [
        (
            "filter add dev s0 ingress protocol ip pref 3 handle 1 flower ip_proto tcp src_ip 1.2.3.4 dst_port 80-90 \
          src_port 5 tcp_flags 0x2/0x12 action drop",
            Some(true),
        ),
        (
            "filter add dev s0 ingress protocol 802.1Q pref 7 handle 1 flower vlan_id 5 vlan_prio 3 vlan_ethtype ip \
          src_ip 1.2.3.4 ip_proto sctp dst_port 5 action vlan pop action mirred egress redirect dev s1",
            Some(true),
        ),
        (
            "filter add dev s0 ingress protocol 0x88f7 pref 10 handle 1 flower action pipe hw_stats disabled action \
          reclassify hw_stats delayed",
            Some(false),
        ),
        (
            "filter add dev s0 ingress protocol ip pref 4 handle 1 flower skip_hw src_mac 2:0:0:0:0:0/24 ip_proto udp \
          dst_port 80/0xff0 ip_tos 10 ip_ttl 64/f0 action goto chain 5",
            None,
        ),
        (
            "filter add dev s0 ingress protocol ip pref 6 handle 1 flower ip_proto icmp type 8 code 3/1",
            Some(true),
        ),
    ];
    let entries = lines.map(|(line, in_hw)| FlowEntry {
        rule: rule(line),
        in_hw,
        in_hw_count: u32::from(in_hw == Some(true)),
        stats: FlowStats { age_ms: Some(999), idle_ms: Some(0), ..FlowStats::default() },
        actions: Vec::new(),
    });
    let shown = |dev: &Netdev| dev.to_string();
    let counters = json!({"bytes": 0, "packets": 0, "drops": 0, "overlimits": 0, "requeues": 0, "backlog": 0,
        "qlen": 0});
    // Of actions that the kernel said nothing of, number and use counts are 0; without chance, tc shows this.
    let act = |order: u64, own: Value| {
        let mut all =
            json!({"order": order, "index": 0, "ref": 0, "bind": 0, "installed": 0, "stats": counters});
        if own["kind"] == "gact" {
            all["prob"] = json!({"random_type": "none", "control_action": {"type": "pass"}, "val": 0});
        }
        all.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        all
    };
    let expected = json!([
        {"protocol":"ip","pref":3,"kind":"flower","chain":0},
        {"protocol":"ip","pref":3,"kind":"flower","chain":0,"options":{"handle":1,"keys":{"eth_type":"ipv4",
         "ip_proto":"tcp","src_ip":"1.2.3.4","src_port":5,"dst_port":{"start":80,"end":90},"tcp_flags":"0x2/12"},
         "in_hw":true,"in_hw_count":1,"actions":[act(1, json!({"kind":"gact","control_action":{"type":"drop"}}))]}},
        {"protocol":"802.1Q","pref":7,"kind":"flower","chain":0},
        {"protocol":"802.1Q","pref":7,"kind":"flower","chain":0,"options":{"handle":1,"keys":{"vlan_id":5,
         "vlan_prio":3,"vlan_ethtype":"ip","eth_type":"ipv4","ip_proto":"sctp","src_ip":"1.2.3.4","dst_port":5},
         "in_hw":true,"in_hw_count":1,"actions":[
          act(1, json!({"kind":"vlan","vlan_action":"pop","control_action":{"type":"pipe"}})),
          act(2, json!({"kind":"mirred","mirred_action":"redirect","direction":"egress","to_dev":"s1",
           "control_action":{"type":"stolen"}}))]}},
        {"protocol":"[35063]","pref":10,"kind":"flower","chain":0},
        {"protocol":"[35063]","pref":10,"kind":"flower","chain":0,"options":{"handle":1,"keys":{"eth_type":"88f7"},
         "not_in_hw":true,"actions":[
          act(1, json!({"kind":"gact","control_action":{"type":"pipe"},"hw_stats":["disabled"]})),
          act(2, json!({"kind":"gact","control_action":{"type":"reclassify"},"hw_stats":["delayed"]}))]}},
        {"protocol":"ip","pref":4,"kind":"flower","chain":0},
        {"protocol":"ip","pref":4,"kind":"flower","chain":0,"options":{"handle":1,"keys":{
         "src_mac":"02:00:00:00:00:00/24","eth_type":"ipv4","ip_proto":"udp","ip_tos":10,"ip_ttl":64,
         "ip_ttl_mask":"f0","dst_port":80,"dst_port_mask":"ff0"},"skip_hw":true,"actions":[act(1, json!({"kind":"gact",
         "control_action":{"type":"goto","chain":5}}))]}},
        {"protocol":"ip","pref":6,"kind":"flower","chain":0},
        {"protocol":"ip","pref":6,"kind":"flower","chain":0,"options":{"handle":1,"keys":{"eth_type":"ipv4",
         "ip_proto":"icmp","icmp_type":"8","icmp_code":"3/1"},"in_hw":true,"in_hw_count":1}},
    ]);
    assert_eq!(entries_to_json(&entries, &shown), expected);
}
