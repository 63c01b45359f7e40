//! Messages about traffic control, whatever their object.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic_netlink::tc::monitor;

fuzz_target!(|datagram: &[u8]| {
    smartnic_fuzz::each(datagram, |message| drop(monitor::decode(message)));
});
