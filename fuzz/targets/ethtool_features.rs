//! Features of a link, and the topics of ethtool that are records.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic::ethtool::module::Module;
use smartnic_netlink::ethtool::{TOPICS, eeprom, features, record};

fuzz_target!(|datagram: &[u8]| {
    smartnic_fuzz::each(datagram, |message| {
        let _ = features::decode(message, features::HW_TC_OFFLOAD);
        let _ = features::decode_all(message);
        if let Ok(bytes) = eeprom::decode(message) {
            // The same bytes as every page: what a module claims of itself decides which are looked at.
            let _ = Module::read(&mut |_| Ok(bytes.iter().copied().cycle().take(128).collect()));
        }
        for (_, layout) in TOPICS {
            let _ = record::fields(message, layout, &mut |_, _| {});
        }
    });
});
