//! Features of a link, and the topics of ethtool that are records.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic::ethtool::{Channels, Coalesce, Fec, Pause, Rings};
use smartnic_netlink::ethtool::{channels, coalesce, features, fec, pause, record, rings};

fuzz_target!(|datagram: &[u8]| {
    smartnic_fuzz::each(datagram, |message| {
        let _ = features::decode(message, features::HW_TC_OFFLOAD);
        let _ = features::decode_all(message);
        let _ = record::decode::<Rings>(message, &rings::LAYOUT);
        let _ = record::decode::<Channels>(message, &channels::LAYOUT);
        let _ = record::decode::<Coalesce>(message, &coalesce::LAYOUT);
        let _ = record::decode::<Pause>(message, &pause::LAYOUT);
        let _ = record::decode::<Fec>(message, &fec::LAYOUT);
    });
});
