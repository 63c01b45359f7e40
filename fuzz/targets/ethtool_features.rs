//! Features of a link.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic_netlink::ethtool::features;

fuzz_target!(|datagram: &[u8]| {
    smartnic_fuzz::each(datagram, |message| {
        let _ = features::decode(message, features::HW_TC_OFFLOAD);
    });
});
