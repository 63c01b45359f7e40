use smartnic_core::ethtool::{
    Bits, CableCode, CableFinding, CablePair, CableSource, CableStatus, CableTest, Feature, LinkModes,
    ModuleFlash, ModuleFlashStatus, PowerEvents, Rings, Rss, WakeOnLan,
};

use super::super::record::nested;
use super::*;
use crate::codec::{Encoder, Flags, messages};

const FAMILY: u16 = 20;

fn own(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A notification about `eth0`, which is link 7.
fn notice(command: u8, body: impl FnOnce(&mut Encoder<'_>)) -> Vec<u8> {
    let mut buf = Vec::new();
    let mut e = Encoder::message(&mut buf, FAMILY, Flags::empty(), 1, 0);
    e.fixed(&GenlHeader { command, version: ETHTOOL_GENL_VERSION, reserved: 0 });
    e.nest(nested(HEADER), |e| {
        e.u32(ETHTOOL_A_HEADER_DEV_INDEX, 7);
        e.text(ETHTOOL_A_HEADER_DEV_NAME, "eth0");
    });
    body(&mut e);
    e.finish().unwrap();
    buf
}

/// A set as words, with a mask or without.
fn words(e: &mut Encoder<'_>, attr: u16, size: u32, value: u32, mask: Option<u32>) {
    e.nest(nested(attr), |e| {
        if mask.is_none() {
            e.flag(ETHTOOL_A_BITSET_NOMASK);
        }
        e.u32(ETHTOOL_A_BITSET_SIZE, size);
        e.attr_fixed(ETHTOOL_A_BITSET_VALUE, &[value]);
        if let Some(mask) = mask {
            e.attr_fixed(ETHTOOL_A_BITSET_MASK, &[mask]);
        }
    });
}

fn names() -> SetNames {
    let mut names = SetNames::default();
    names.put(StringSet::Features, own(&["rx-gro", "", "hw-tc-offload"]));
    names.put(StringSet::LinkModes, own(&["10baseT/Half", "10baseT/Full", "100baseT/Half"]));
    names
}

fn heard(bytes: &[u8]) -> LinkChanged {
    let message = messages(bytes).next().unwrap().unwrap();
    let notice = decode(&message, &names()).unwrap().unwrap();
    assert_eq!((notice.link, &*notice.name), (IfIndex(7), "eth0"));
    notice.what
}

fn rings() -> Vec<u8> {
    notice(ETHTOOL_MSG_RINGS_NTF, |e| e.u32(ETHTOOL_A_RINGS_RX, 512))
}

fn features() -> Vec<u8> {
    notice(ETHTOOL_MSG_FEATURES_NTF, |e| {
        words(e, ETHTOOL_A_FEATURES_HW, 3, 4, Some(7));
        words(e, ETHTOOL_A_FEATURES_WANTED, 3, 5, None);
        words(e, ETHTOOL_A_FEATURES_ACTIVE, 3, 1, None);
        words(e, ETHTOOL_A_FEATURES_NOCHANGE, 3, 2, None);
    })
}

fn modes() -> Vec<u8> {
    notice(ETHTOOL_MSG_LINKMODES_NTF, |e| {
        e.u8(ETHTOOL_A_LINKMODES_AUTONEG, 1);
        words(e, ETHTOOL_A_LINKMODES_OURS, 4, 2, Some(0b1011));
        e.u32(ETHTOOL_A_LINKMODES_SPEED, u32::MAX);
    })
}

fn wake() -> Vec<u8> {
    notice(ETHTOOL_MSG_WOL_NTF, |e| words(e, ETHTOOL_A_WOL_MODES, 8, 32, Some(33)))
}

fn cable() -> Vec<u8> {
    notice(ETHTOOL_MSG_CABLE_TEST_NTF, |e| {
        e.u8(ETHTOOL_A_CABLE_TEST_NTF_STATUS, 2);
        e.nest(nested(ETHTOOL_A_CABLE_TEST_NTF_NEST), |e| {
            e.nest(nested(ETHTOOL_A_CABLE_NEST_RESULT as u16), |e| {
                e.u8(ETHTOOL_A_CABLE_RESULT_PAIR as u16, 1);
                e.u8(ETHTOOL_A_CABLE_RESULT_CODE as u16, 2);
            });
            e.nest(nested(ETHTOOL_A_CABLE_NEST_FAULT_LENGTH as u16), |e| {
                e.u8(ETHTOOL_A_CABLE_FAULT_LENGTH_PAIR as u16, 1);
                e.u32(ETHTOOL_A_CABLE_FAULT_LENGTH_CM as u16, 1234);
                e.u32(ETHTOOL_A_CABLE_FAULT_LENGTH_SRC as u16, 1);
            });
        });
    })
}

fn reflections() -> Vec<u8> {
    notice(ETHTOOL_MSG_CABLE_TEST_TDR_NTF, |e| {
        e.u8(ETHTOOL_A_CABLE_TEST_NTF_STATUS, 2);
        e.nest(nested(ETHTOOL_A_CABLE_TEST_NTF_NEST), |e| {
            e.nest(nested(1), |e| {
                e.u32(1, 100);
                e.u32(2, 400);
                e.u32(3, 100);
            });
            e.nest(nested(3), |e| e.attr_fixed(1, &1000_i16));
            e.nest(nested(2), |e| {
                e.u8(1, 0);
                e.attr_fixed(2, &-20_i16);
            });
        });
    })
}

fn flash() -> Vec<u8> {
    notice(ETHTOOL_MSG_MODULE_FW_FLASH_NTF, |e| {
        e.u32(ETHTOOL_A_MODULE_FW_FLASH_STATUS, 2);
        e.text(ETHTOOL_A_MODULE_FW_FLASH_STATUS_MSG, "Downloading");
        e.u32(ETHTOOL_A_MODULE_FW_FLASH_DONE, 128);
        e.u64(ETHTOOL_A_MODULE_FW_FLASH_TOTAL, 1 << 33);
    })
}

fn power() -> Vec<u8> {
    notice(ETHTOOL_MSG_PSE_NTF, |e| e.u32(ETHTOOL_A_PSE_NTF_EVENTS as u16, 33))
}

fn context() -> Vec<u8> {
    notice(ETHTOOL_MSG_RSS_DELETE_NTF, |e| e.u32(ETHTOOL_A_RSS_CONTEXT, 3))
}

#[test]
fn numbers_get_their_names() {
    assert_eq!(heard(&rings()), LinkChanged::Rings(Box::new(Rings { rx: Some(512), ..Rings::default() })));
    let feature =
        |name: &str, active, fixed, requested| Feature { name: name.to_owned(), active, fixed, requested };
    let listed = vec![feature("rx-gro", true, true, true), feature("hw-tc-offload", false, false, true)];
    assert_eq!(heard(&features()), LinkChanged::Features(listed));
    // A mode that is newer than the names goes by its number.
    let bits = Bits { on: own(&["10baseT/Full"]), of: Some(own(&["10baseT/Half", "10baseT/Full", "bit-3"])) };
    let wanted = LinkModes { autoneg: Some(true), modes: Some(bits), ..LinkModes::default() };
    assert_eq!(heard(&modes()), LinkChanged::LinkModes(Box::new(wanted)));
    // Names that could not be had are no reason not to hear.
    let bits = Bits { on: own(&["bit-5"]), of: Some(own(&["bit-0", "bit-5"])) };
    let wanted = WakeOnLan { modes: Some(bits), password: None };
    assert_eq!(heard(&wake()), LinkChanged::WakeOnLan(Box::new(wanted)));
    let gone = Rss { context: Some(3), ..Rss::default() };
    assert_eq!(heard(&context()), LinkChanged::RssGone(Box::new(gone)));
}

#[test]
fn events_are_read_with_what_they_carry() {
    let wanted = CableTest {
        tdr: false,
        status: CableStatus::Completed,
        findings: vec![
            CableFinding::Pair { pair: CablePair::B, code: CableCode::Open, source: None },
            CableFinding::Fault { pair: CablePair::B, centimetres: 1234, source: Some(CableSource::Tdr) },
        ],
    };
    assert_eq!(heard(&cable()), LinkChanged::Cable(Box::new(wanted)));
    let wanted = CableTest {
        tdr: true,
        status: CableStatus::Completed,
        findings: vec![
            CableFinding::Steps { first: 100, last: 400, step: 100 },
            CableFinding::Pulse { millivolts: 1000 },
            CableFinding::Amplitude { pair: CablePair::A, millivolts: -20 },
        ],
    };
    assert_eq!(heard(&reflections()), LinkChanged::Cable(Box::new(wanted)));
    let wanted = ModuleFlash {
        status: Some(ModuleFlashStatus::InProgress),
        message: Some("Downloading".to_owned()),
        done: Some(128),
        total: Some(1 << 33),
    };
    assert_eq!(heard(&flash()), LinkChanged::Firmware(Box::new(wanted)));
    let events = Bits { on: own(&["over-current", "over-budget"]), of: None };
    assert_eq!(heard(&power()), LinkChanged::Power(Box::new(PowerEvents { events: Some(events) })));
}

#[test]
fn the_sets_that_are_needed_are_told() {
    let of = |bytes: &[u8]| sets(&messages(bytes).next().unwrap().unwrap()).unwrap();
    assert_eq!(of(&features()), [StringSet::Features]);
    assert_eq!(of(&modes()), [StringSet::LinkModes]);
    assert_eq!(of(&wake()), [StringSet::WakeOnLan]);
    assert_eq!(of(&rings()), []);
    assert_eq!(of(&notice(ETHTOOL_MSG_PRIVFLAGS_NTF, |_| {})), [StringSet::Flags]);
    assert_eq!(of(&notice(200, |_| {})), []);
    let unknown = notice(200, |_| {});
    assert_eq!(decode(&messages(&unknown).next().unwrap().unwrap(), &names()), Ok(None));
}

/// Nothing is expected of the reader but that it returns.
#[test]
fn hostile_bytes_are_read_without_panic() {
    let all = [rings(), features(), modes(), wake(), cable(), reflections(), flash(), power(), context()];
    let names = names();
    for mut bytes in all {
        let header = Message::decode(&bytes).unwrap().header;
        for len in 16..=bytes.len() {
            let message = Message { header, payload: &bytes[16..len] };
            let _ = (sets(&message), about(&message), decode(&message, &names));
        }
        for at in 16..bytes.len() {
            let was = bytes[at];
            for changed in [was ^ 1, was ^ 0x80, was.wrapping_add(4), 0, 0xff] {
                bytes[at] = changed;
                let message = Message { header, payload: &bytes[16..] };
                let _ = (sets(&message), about(&message), decode(&message, &names));
            }
            bytes[at] = was;
        }
    }
}
