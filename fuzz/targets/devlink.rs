//! Answers of devlink.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic_netlink::devlink::{command, dev, eswitch, info, param, port};

fuzz_target!(|datagram: &[u8]| {
    smartnic_fuzz::each(datagram, |message| {
        let _ = command(message);
        let _ = dev::decode(message);
        let _ = port::decode(message);
        let _ = eswitch::decode(message);
        let _ = info::decode(message);
        let _ = param::decode(message);
    });
});
