//! What was asked for, against what the kernel then told of it: the rules of the requests must be in the dumps.

use smartnic_core::flow::{Rule, TunnelOptsMatch};
use smartnic_netlink::codec::messages;
use smartnic_netlink::tc::filter;

use crate::capture::{self, Capture};

/// Dumps made after all rules of a list were added, and before any was removed. The rules and the dumps of a list
/// begin with the same two words.
const DUMPS: [&str; 9] = [
    "tc-act-dump",
    "tc-filter-dump",
    "tc-filter-dump-egress",
    "tc-filter-dump-block",
    "tc-filter-dump-counted",
    "tc-meta-dump",
    "tc-below-dump",
    "tc-beside-dump",
    "tc-beside-dump-egress",
];

#[test]
fn rules_that_were_added_are_dumped_as_they_were_asked_for() {
    let held: Vec<(&str, Rule)> = DUMPS
        .into_iter()
        .flat_map(|stem| dumped(stem).into_iter().map(move |rule| (list(stem), rule)))
        .collect();
    let asked: Vec<(String, Rule)> = capture::all().iter().filter_map(added).collect();
    assert!(asked.len() > 25);
    for (stem, asked) in asked {
        let key = |rule: &Rule| (rule.attach.clone(), rule.chain, rule.prio, rule.key.dst_ip);
        let held = held.iter().filter(|(dumped, _)| *dumped == list(&stem)).map(|(_, rule)| rule);
        let mut found = held.filter(|rule| key(rule) == key(&asked));
        let (held, None) = (found.next().unwrap_or_else(|| panic!("{stem} is in no dump")), found.next())
        else {
            panic!("{stem} is in the dumps twice")
        };
        let asked = completed(asked, held);
        assert_eq!(held.clone().canonical(), asked.canonical(), "{stem}");
    }
}

/// The two words that the names of a list's captures begin with.
fn list(stem: &str) -> &str {
    stem.match_indices('-').nth(1).map_or(stem, |(at, _)| &stem[..at])
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
    // Of a rule with an action by its index, the dump tells the whole action.
    let other = ["tc-filter-add-chain.request", "tc-beside-add-police-index.request"];
    let lasting = request["op"] == "filter_replace"
        || request["op"] == "filter_add" && !other.contains(&capture.stem.as_str());
    let end = &capture::read(capture.stem.replace(".request", ".reply")).expected["end"];
    if !lasting || end["errno"] != 0 || capture.stem.starts_with("v6.12") {
        return None;
    }
    Some((capture.stem.clone(), serde_json::from_value(request["rule"].clone()).unwrap()))
}

/// The rule with what the kernel fills in where the request says nothing.
fn completed(mut rule: Rule, held: &Rule) -> Rule {
    rule.handle = rule.handle.or(held.handle);
    rule.key.enc_opts = rule.key.enc_opts.as_ref().map(TunnelOptsMatch::as_kept);
    for (action, held) in rule.actions.iter_mut().zip(&held.actions) {
        // An index that only one rule uses is its own affair.
        action.index = action.index.filter(|_| held.index.is_some());
    }
    rule
}
