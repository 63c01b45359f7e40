//! Links.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic_netlink::rtnl::link;

fuzz_target!(|datagram: &[u8]| {
    smartnic_fuzz::each(datagram, |message| drop(link::decode(message)));
});
