//! Answers of data centre bridging, and their way into dcb's words.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic::text::dcb::{Style, peer, settings, tables};
use smartnic_netlink::dcb;

fuzz_target!(|datagram: &[u8]| {
    smartnic_fuzz::each(datagram, |message| {
        let _ = dcb::status(message);
        let Ok(state) = dcb::decode(message) else { return };
        let style = Style { stats: true, ..Style::default() };
        for object in ["ets", "pfc", "buffer", "maxrate", "dcbx", "apptrust"] {
            let _ = settings(object, &[], &state, style);
        }
        for object in ["app", "rewr"] {
            let _ = tables(object, &[], &state, style);
        }
        let _ = peer(&[], &state, style);
    });
});
