//! Answers of generic netlink's control family.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic_netlink::genl;

fuzz_target!(|datagram: &[u8]| {
    smartnic_fuzz::each(datagram, |message| drop(genl::decode(message)));
});
