//! What the fuzz targets share.

use smartnic::flow::{ActionKind, Netdev, Rule};
use smartnic::text::tc::{self, Op};
use smartnic::types::IfIndex;
use smartnic_netlink::codec::{Message, Request, messages};
use smartnic_netlink::tc::filter::{self, Filter};

/// Hands every message of a datagram to a reader, until one is malformed.
pub fn each(datagram: &[u8], mut read: impl FnMut(&Message<'_>)) {
    for message in messages(datagram) {
        match message {
            Ok(message) => read(&message),
            Err(_) => return,
        }
    }
}

/// A rule that is written in tc's words is read as the same rule.
pub fn through_words(rule: &Rule) {
    // tc has no words for some rules.
    let Ok(line) = tc::rule_to_tc(rule) else { return };
    let script = tc::parse(&line).unwrap_or_else(|problems| {
        panic!("not read again: {}\n{line}", problems.into_error("read rules", ""))
    });
    let [item] = &script.items[..] else { panic!("{} lines from one: {line}", script.items.len()) };
    let Op::Add(again) = &item.op else { panic!("{:?} from: {line}", item.op) };
    assert_eq!(again.clone().canonical(), rule.clone().canonical(), "{line}");
}

/// A rule that is written on the wire, with numbers for its links, is read as the same rule. Not so one whose actions
/// are there already: it only names them, and a kernel answers with what they do.
pub fn over_the_wire(mut rule: Rule) {
    if rule.actions.iter().any(|action| matches!(action.kind, ActionKind::ByIndex(_))) {
        return;
    }
    rule.netdevs_mut().for_each(|dev| {
        if let Netdev::Name(name) = dev {
            *dev = Netdev::Index(IfIndex(1 + name.len() as u32));
        }
    });
    let mut bytes = Vec::new();
    // Rules without a form on the wire, such as ports without a protocol, are refused.
    if rule.check().is_err() || filter::Replace(&rule).write(&mut bytes, 1, 1).is_err() {
        return;
    }
    let again = Message::decode(&bytes).map(|message| filter::decode(&message));
    let Ok(Ok(Filter::Flow(again))) = again else { panic!("{rule:#?} is not read again: {again:?}") };
    assert_eq!(again.rule.canonical(), rule.canonical());
}
