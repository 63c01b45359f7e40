//! Answers of devlink.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic_netlink::devlink::{
    command, dev, eswitch, fmsg, health, info, notice, param, port, region, reload, resource, trap,
};

fuzz_target!(|datagram: &[u8]| {
    let mut told = fmsg::Decoder::default();
    let mut chunks = Vec::new();
    smartnic_fuzz::each(datagram, |message| {
        let _ = command(message);
        let _ = dev::decode(message);
        let _ = port::decode(message);
        let _ = eswitch::decode(message);
        let _ = info::decode(message);
        let _ = param::decode(message);
        let _ = health::decode(message);
        let _ = region::decode(message);
        let _ = region::decode_chunks(message, &mut chunks);
        let _ = trap::decode(message);
        let _ = trap::decode_group(message);
        let _ = trap::decode_policer(message);
        let _ = told.take(message);
        let _ = param::decode_port(message);
        let _ = resource::decode(message);
        let _ = reload::decode(message);
        let _ = notice::decode(message);
    });
    // However it was built, it can be shown and given back.
    let _ = told.finish().to_string();
});
