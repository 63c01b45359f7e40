//! Qdiscs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic_netlink::tc::qdisc;

fuzz_target!(|datagram: &[u8]| {
    smartnic_fuzz::each(datagram, |message| {
        let _ = qdisc::decode(message);
    });
});
