//! What was asked for, against what the kernel then told of it: the rules of the requests must be in the dumps.

use smartnic_core::flow::{ActionKind, Rule, VlanChange};
use smartnic_core::types::EtherType;
use smartnic_netlink::codec::messages;
use smartnic_netlink::tc::filter;

use crate::capture::{self, Capture};

/// Dumps made after all of the rules were added, and before any was removed.
const DUMPS: [&str; 4] =
    ["tc-filter-dump", "tc-filter-dump-egress", "tc-filter-dump-block", "tc-filter-dump-counted"];

#[test]
fn rules_that_were_added_are_dumped_as_they_were_asked_for() {
    let held: Vec<Rule> = DUMPS.into_iter().flat_map(dumped).collect();
    let asked: Vec<(String, Rule)> = capture::all().iter().filter_map(added).collect();
    assert!(asked.len() > 25);
    for (stem, asked) in asked {
        let key = |rule: &Rule| (rule.attach.clone(), rule.chain, rule.prio);
        let mut found = held.iter().filter(|rule| key(rule) == key(&asked));
        let (held, None) = (found.next().unwrap_or_else(|| panic!("{stem} is in no dump")), found.next())
        else {
            panic!("{stem} is in the dumps twice")
        };
        assert_eq!(*held, completed(asked, held), "{stem}");
    }
}

fn dumped(stem: &str) -> Vec<Rule> {
    let reply = capture::read(format!("{stem}.reply"));
    let all = reply.datagrams.iter().flat_map(|datagram| messages(datagram)).map(Result::unwrap);
    let filters = all.filter(|message| message.header.kind >= 16);
    filters.filter_map(|message| filter::decode(&message).unwrap().flow()).map(|entry| entry.rule).collect()
}

/// The rule that a request added with success and that nothing has replaced since.
fn added(capture: &Capture) -> Option<(String, Rule)> {
    let request = &capture.expected["request"];
    let lasting = request["op"] == "filter_replace"
        || request["op"] == "filter_add" && capture.stem != "tc-filter-add-chain.request";
    if !lasting || capture.about["exit"] != 0 || capture.stem.starts_with("v6.12") {
        return None;
    }
    Some((capture.stem.clone(), serde_json::from_value(request["rule"].clone()).unwrap()))
}

/// The rule with what the kernel fills in where the request says nothing.
fn completed(mut rule: Rule, held: &Rule) -> Rule {
    rule.handle = rule.handle.or(held.handle);
    for action in &mut rule.actions {
        if let ActionKind::VlanPush(VlanChange { protocol, priority, .. }) = &mut action.kind {
            priority.get_or_insert(0);
            protocol.get_or_insert(EtherType::VLAN);
        }
        if let ActionKind::VlanModify(VlanChange { protocol, .. }) = &mut action.kind {
            protocol.get_or_insert(EtherType::VLAN);
        }
    }
    rule
}
