//! Links.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic_netlink::rtnl::{link, tunnel};

fuzz_target!(|datagram: &[u8]| {
    smartnic_fuzz::each(datagram, |message| {
        let _ = link::decode(message);
        let _ = tunnel::decode(message);
    });
});
