//! Features of a link, and the topics of ethtool that are records.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic_netlink::ethtool::{TOPICS, features, record};

fuzz_target!(|datagram: &[u8]| {
    smartnic_fuzz::each(datagram, |message| {
        let _ = features::decode(message, features::HW_TC_OFFLOAD);
        let _ = features::decode_all(message);
        for (_, layout) in TOPICS {
            let _ = record::fields(message, layout, &mut |_, _| {});
        }
    });
});
