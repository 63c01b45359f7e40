//! Us.

use smartnic_core::flow::{FlowEntry, Rule};
use smartnic_netlink::codec::{Message, Request};
use smartnic_netlink::tc::filter::{Add, Filter, blank, decode_into};

use crate::{Codec, rule};

pub(crate) struct Ours {
    rule: Rule,
    entry: FlowEntry,
}

impl Ours {
    pub(crate) fn new() -> Self {
        Self { rule: rule(), entry: blank() }
    }
}

impl Codec for Ours {
    fn write(&mut self, bytes: &mut Vec<u8>) {
        Add(&self.rule).write(bytes, 1, 1).expect("the rule can be written");
    }

    fn read(&mut self, bytes: &[u8]) -> usize {
        let message = Message::decode(bytes).expect("a message");
        assert_eq!(decode_into(&message, &mut self.entry), Ok(Filter::Flow(())));
        // Every attribute of the message is a field of the entry.
        if self.entry.rule.key == self.rule.key { 10 } else { 0 }
    }
}
