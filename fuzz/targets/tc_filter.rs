//! Filters: what was read can be written, and is then read as the same rule.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic::flow::ActionKind;
use smartnic_netlink::codec::{Message, Request};
use smartnic_netlink::tc::filter::{self, Filter};

fuzz_target!(|datagram: &[u8]| {
    smartnic_fuzz::each(datagram, |message| {
        let Ok(Filter::Flow(entry)) = filter::decode(message) else { return };
        // A name of an action that is there already says nothing of what the action does.
        if entry.rule.actions.iter().any(|action| matches!(action.kind, ActionKind::ByIndex(_))) {
            return;
        }
        let mut bytes = Vec::new();
        // Rules without a form on the wire, such as ports without a protocol, are refused.
        if filter::Replace(&entry.rule).write(&mut bytes, 1, 1).is_err() {
            return;
        }
        let again = Message::decode(&bytes).map(|message| filter::decode(&message));
        let Ok(Ok(Filter::Flow(again))) = again else { panic!("not read again: {again:?}") };
        assert_eq!(entry.rule, again.rule);
    });
});
