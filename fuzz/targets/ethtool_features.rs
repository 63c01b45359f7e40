//! Features of a link, and the topics of ethtool that are records.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic::ethtool::module::Module;
use smartnic_netlink::ethtool::{TOPICS, eeprom, features, ioctl, record, statistics, strings};

fuzz_target!(|datagram: &[u8]| {
    let _ = ioctl::driver::read(datagram);
    let _ = ioctl::strings::read_count(datagram);
    let _ = ioctl::strings::read_names(datagram);
    let _ = ioctl::strings::read_counters(datagram);
    smartnic_fuzz::each(datagram, |message| {
        let _ = features::decode(message, features::HW_TC_OFFLOAD);
        let _ = features::decode_all(message);
        if let Ok(bytes) = eeprom::decode(message) {
            // The same bytes as every page: what a module claims of itself decides which are looked at.
            let _ = Module::read(&mut |_| Ok(bytes.iter().copied().cycle().take(128).collect()));
        }
        let _ = statistics::decode(message);
        let _ = strings::decode(message);
        for (_, layout) in TOPICS {
            let _ = record::fields(message, layout, &mut |_, _| {});
        }
    });
});
