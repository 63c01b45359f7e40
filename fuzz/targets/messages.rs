//! The grammar itself: messages, attributes, acknowledgements, exchanges.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic_fuzz::each;
use smartnic_netlink::codec::{Ack, Attrs, Exchange, Expect};

/// Walks down as if every attribute were a nest.
fn walk(attrs: Attrs<'_>, depth: u32) {
    for attr in attrs.flatten() {
        let _ = (attr.u8(), attr.u16_be(), attr.uint(), attr.text(), attr.text_lossy());
        if depth > 0 {
            walk(attr.nested(), depth - 1);
        }
    }
}

fuzz_target!(|datagram: &[u8]| {
    each(datagram, |message| {
        let _ = Ack::decode(message);
        let _ = Ack::decode_done(message);
        walk(Attrs::new(message.payload), 4);
        for expect in [Expect::Ack, Expect::Reply, Expect::Dump] {
            let mut exchange = Exchange::new(message.header.seq, message.header.port, expect);
            let _ = exchange.accept(*message);
        }
    });
});
