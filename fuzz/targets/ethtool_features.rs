//! Features of a link, the topics of ethtool that are records, and its notifications.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic::ethtool::module::Module;
use smartnic_netlink::codec::Message;
use smartnic_netlink::ethtool::bitset::SetNames;
use smartnic_netlink::ethtool::{
    TOPICS, eeprom, features, ioctl, notice, record, statistics, strings, tunnel,
};

fuzz_target!(|datagram: &[u8]| {
    let _ = ioctl::driver::read(datagram);
    let _ = ioctl::upkeep::read_test(datagram);
    let _ = ioctl::upkeep::read_registers(datagram);
    let _ = ioctl::upkeep::read_eeprom(datagram);
    let _ = ioctl::upkeep::read_magic(datagram);
    let _ = ioctl::upkeep::read_dump(datagram);
    let _ = ioctl::upkeep::read_queue_coalesce(datagram);
    let _ = ioctl::ntuple::read(datagram);
    let _ = ioctl::ntuple::read_places(datagram);
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
        let _ = tunnel::decode(message);
        let names = SetNames::default();
        for (_, layout) in TOPICS {
            let _ = record::fields(message, layout, &mut |_, _| {});
            let _ = record::fields_named(message, layout, &names, &mut |_, _| {});
        }
        let _ = notice::decode(message, &names);
        // The same as every other notification: what follows the command is read by its own rules.
        if let [_, rest @ ..] = message.payload {
            for command in 0..64 {
                let payload = &[&[command][..], rest].concat();
                let _ = notice::decode(&Message { header: message.header, payload }, &names);
            }
        }
    });
});
