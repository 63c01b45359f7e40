use smartnic_core::flow::{Action, ActionKind, Attach, Control, Cookie, HwStats, IpProto, Rule};
use smartnic_core::types::{EtherType, Masked};

use super::{parse, rule_set_to_yaml};
use crate::text::random::Random;
use crate::text::set::{RuleLine, RuleSet};
use crate::text::tc::random_rule;

const DOCUMENT: &str = "\
name: web servers
defaults: {dev: pf0vf0, protocol: ip, prio: 7}
hooks:
  - {dev: pf0vf0}
  - {dev: p0, kind: ingress, ingress_block: 22}
rules:
  - {match: {dst_port: 80-90, ip_proto: tcp, dst_ip: 10.0.0.0/8}, actions: [drop]}
  - dev: pf0vf1
    side: egress
    group: tagged
    prio: 10
    protocol: 802.1Q
    handle: 0x10
    skip: skip_sw
    match: {vlan_id: 100, vlan_prio: 3}
    actions: [vlan_pop, {mirror: pf0vf0, side: ingress, then: goto 7}, {redirect: pf0vf0, hw_stats: disabled}]
groups:
  - name: deny
    defaults: {block: 22, chain: 3}
    rules:
      - match: {icmp_type: 8, ip_proto: icmp, ip_ttl: 0x40}
        actions: [{vlan_push: 5, protocol: 802.1ad, priority: 1}, {goto: 9}]
      - {dev: p0, protocol: all, actions: [{action: trap, hw_stats: any}, {tc: vlan pop_eth drop index 3 cookie 0a}]}
";

#[test]
fn a_document_means_what_it_says() {
    let set = parse(DOCUMENT).unwrap_or_else(|problems| panic!("{problems}"));
    let mut disabled = Action::redirect("pf0vf0");
    disabled.hw_stats = Some(HwStats::empty());
    let mut mirror = Action::mirror("pf0vf0").then(Control::Goto(7));
    mirror.target_mut().unwrap().ingress = true;
    let mut push = Action::vlan_push(5);
    if let ActionKind::VlanPush(tag) = &mut push.kind {
        (tag.protocol, tag.priority) = (Some(EtherType::QINQ), Some(1));
    }
    let rules = [
        Rule::new(Attach::ingress("pf0vf0"))
            .protocol(EtherType::IPV4)
            .prio(7)
            .matching(|key| {
                key.dst_port = Some("80-90".parse().unwrap());
                key.ip_proto = Some(IpProto::TCP);
                key.dst_ip = Some("10.0.0.0/8".parse().unwrap());
            })
            .action(Action::drop()),
        Rule::new(Attach::egress("pf0vf1"))
            .protocol(EtherType::VLAN)
            .prio(10)
            .handle(16)
            .skip_sw()
            .matching(|key| (key.vlan_id, key.vlan_prio) = (Some(100), Some(3)))
            .action(Action::vlan_pop())
            .action(mirror)
            .action(disabled),
        Rule::new(Attach::Block(22))
            .protocol(EtherType::IPV4)
            .prio(7)
            .chain(3)
            .matching(|key| {
                key.icmp_type = Some(8.into());
                key.ip_proto = Some(IpProto::ICMP);
                key.ip_ttl = Some(64.into());
            })
            .action(push)
            .action(Action::goto_chain(9)),
        Rule::new(Attach::ingress("p0")).chain(3).prio(7).action(Action::trap()).action(Action {
            index: Some(3),
            cookie: Some(Cookie(vec![10])),
            ..Action::new(ActionKind::VlanPopEth).then(Control::Drop)
        }),
    ];
    assert_eq!(set.rules.iter().map(|line| line.rule.clone()).collect::<Vec<_>>(), rules);
    let places: Vec<_> = set.rules.iter().map(|line| (line.line, line.group.as_deref())).collect();
    assert_eq!(places, [(7, None), (8, Some("tagged")), (21, Some("deny")), (23, Some("deny"))]);
    let hooks: Vec<_> = set.hooks.iter().map(|hook| format!("{hook:?}")).collect();
    assert_eq!(hooks.len(), 2);
    assert!(hooks[1].contains("Ingress") && hooks[1].contains("Some(22)"), "{hooks:?}");
}

#[test]
fn every_wrong_value_is_found_where_it_is() {
    let document = "\
rules:
  - {dev: a, protocol: ip, match: {ip_proto: 47, dst_prot: 5}, actions: [dorp, {redirect: b, then: drop}]}
  - {dev: a, side: ingres, prio: 70000, actions: [{goto: x}, {vlan_push: 4096}, redirect, {side: egress}]}
  - {block: 1, side: ingress}
  - {actions: []}
  - {dev: a, block: 2}
  - {dev: a, protocol: ip, match: {dst_port: 80}}
  - {dev: a, match: {vlan_id: 5}, skip: both, chain: 268435456, handle: x}
  - {dev: a b, actions: [{action: drop, side: egress}, {redirect: b, priority: 3}, {vlan_push: 5, then: stop}]}
";
    let problems = parse(document).unwrap_err();
    let found: Vec<String> = problems
        .list
        .iter()
        .map(|problem| {
            let hint = problem.hint.as_ref().map_or(String::new(), |hint| format!(" // {hint}"));
            format!("{}:{} {}{hint}", problem.line, problem.column, problem.message)
        })
        .collect();
    let expected = [
        "2:46 numbers of IP protocols are hexadecimal // write a name, or a number that begins with 0x, such as 0x2f for GRE",
        "2:50 no key is called `dst_prot` // did you mean `dst_port`?",
        "2:74 no action is called `dorp` // did you mean `drop`?",
        "2:100 `then` does not go with this action",
        "3:20 no side is called `ingres` // did you mean `ingress`?",
        "3:34 a priority must be a number from 0 to 65535",
        "3:58 a chain must be a number from 0 to 268435455",
        "3:74 a VLAN must be a number from 0 to 4095",
        "3:81 `redirect` needs a value // write `{redirect: …}`",
        "3:91 an action is one of action, redirect, mirror, vlan_push, vlan_modify, goto, tc",
        "4:22 a block has no side: its rules see what its links send to it",
        "5:5 the place is missing // write `dev: NAME` or `block: NUMBER`",
        "6:21 a rule stands on a link or on a block, not on both",
        "7:46 `dst_port` needs a protocol that has ports // say first which: ip_proto tcp, udp or sctp",
        "8:31 `vlan_id` needs the rule to be for tagged packets // give the rule protocol 802.1Q or 802.1ad, or say first: num_of_vlans 1",
        "8:41 no skip is called `both`",
        "8:54 a chain must be a number from 0 to 268435455",
        "8:73 a handle must be a number from 0 to 4294967295",
        "9:11 this is no name of a link",
        "9:47 `side` does not go with this action",
        "9:80 `priority` does not go with this action",
        "9:105 no control is called `stop`",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_is_built_wrongly_is_found_where_it_is() {
    for (document, place, words) in [
        ("rules:\n  - {dev: a, pririty: 3}\n", (2, 14), ["pririty", "prio"]),
        ("rules:\n  - {dev: a, dev: b}\n", (2, 14), ["dev", "uplicate"]),
        ("rules: 5\n", (1, 8), ["sequence", ""]),
        ("rules:\n  - {dev: a\n", (2, 5), ["bracket", ""]),
        ("rules:\n  - {dev: a, actions: [[drop]]}\n", (2, 24), ["action", ""]),
        ("rules:\n  - {dev: a, match: [drop]}\n", (2, 21), ["", ""]),
        ("rules:\n  - {dev: [a]}\n", (2, 11), ["", ""]),
        ("ruls: []\n", (1, 1), ["ruls", "did you mean `rules`?"]),
    ] {
        let problems = parse(document).unwrap_err();
        let text = problems.to_string();
        let problem = &problems.list[0];
        assert_eq!((problem.line, problem.column), place, "{document}{text}");
        assert!(words.iter().all(|word| text.contains(word)), "{document}{text}");
    }
}

#[test]
fn written_documents_read_back() {
    let mut random = Random::new(0x5eed_0003);
    let group = |at: usize| at.is_multiple_of(3).then(|| format!("group {}: \"x\" # {at}", at % 7));
    let line = |at: usize, rule| RuleLine { rule, group: group(at), line: 0 };
    let rules = (0..1000).map(|at| line(at, random_rule(&mut random))).collect();
    let set = RuleSet { rules, hooks: vec![] };
    let text = rule_set_to_yaml(&set).unwrap();
    let mut read = parse(&text).unwrap_or_else(|problems| panic!("{problems}"));
    read.rules.iter_mut().for_each(|line| line.line = 0);
    for (read, written) in read.rules.iter().zip(&set.rules) {
        assert_eq!(read, written);
    }
    assert_eq!(read, set);
}

#[test]
fn a_written_document_is_pleasant_to_read() {
    let mut set = parse(DOCUMENT).unwrap();
    set.rules.truncate(2);
    let expected = "\
hooks:
  - {dev: pf0vf0, kind: clsact}
  - {dev: p0, kind: ingress, ingress_block: 22}
rules:
  - dev: pf0vf0
    side: ingress
    prio: 7
    protocol: ip
    match: {ip_proto: tcp, dst_ip: 10.0.0.0/8, dst_port: 80-90}
    actions: [drop]
  - dev: pf0vf1
    side: egress
    group: tagged
    prio: 10
    protocol: 802.1Q
    handle: 16
    skip: skip_sw
    match: {vlan_id: 100, vlan_prio: 3}
    actions: [vlan_pop, {mirror: pf0vf0, side: ingress, then: goto 7}, {redirect: pf0vf0, hw_stats: disabled}]
";
    assert_eq!(rule_set_to_yaml(&set).unwrap(), expected);
}

#[test]
fn damaged_documents_are_not_fatal() {
    let mut random = Random::new(0x5eed_0004);
    for _ in 0..1000 {
        let mut chars: Vec<char> = DOCUMENT.chars().collect();
        for _ in 0..=random.below(3) {
            let at = random.below(chars.len() as u64) as usize;
            chars[at] =
                *random.one_of(&['{', '}', '\n', ' ', ':', '0', '&', '*', '-', '"', 'é', '\u{0}', ']', '!']);
        }
        let text: String = chars.into_iter().collect();
        if let Err(problems) = parse(&text) {
            assert!(!problems.to_string().is_empty());
        }
    }
}

#[test]
fn a_document_says_what_tc_has_no_words_for() {
    let text = "rules:\n  - {dev: a, protocol: ip, prio: 1, match: {enc_src_port: 0x400/0xfc00, enc_dst_port: 4789/0xfff0, \
                hash: 0xab, geneve_opts: '0102:80:00112233/:ff:', ct_state: +trk-new, ip_flags: frag/nofirstfrag}}\n";
    let set = parse(text).unwrap();
    let key = &set.rules[0].rule.key;
    assert_eq!(key.enc_src_port, Some(Masked::new(0x400, 0xfc00)));
    assert_eq!(key.enc_dst_port, Some(Masked::new(4789, 0xfff0)));
    assert_eq!(key.hash, Some(Masked::exact(0xab)));
    let again = parse(&rule_set_to_yaml(&set).unwrap()).unwrap();
    let canonical = |set: &RuleSet| set.rules[0].rule.clone().canonical();
    assert_eq!(canonical(&again), canonical(&set));
    assert!(
        parse("rules:\n  - {dev: a, match: {enc_src_prt: 5}}\n")
            .unwrap_err()
            .to_string()
            .contains("enc_src_port")
    );
}
