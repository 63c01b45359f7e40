//! Every message that the kernel's header has for ethtool, against those that this crate writes: none is missed in
//! silence.

use std::collections::{BTreeMap, BTreeSet};

use smartnic_core::ethtool::{CableReach, Rss, module::Part};
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Encoder, Flags, GenlHeader, Message, Request};
use smartnic_netlink::ethtool::bitset::SetNames;
use smartnic_netlink::ethtool::rss::{About, Ask};
use smartnic_netlink::ethtool::{
    TOPICS, cable, eeprom, features, firmware, notice, phy, statistics, strings, tunnel,
};
use smartnic_netlink::uapi::ethtool_netlink::{
    ETHTOOL_A_CABLE_TEST_NTF_STATUS, ETHTOOL_A_HEADER_DEV_INDEX, ETHTOOL_GENL_VERSION,
    ETHTOOL_MSG_CABLE_TEST_NTF, ETHTOOL_MSG_CABLE_TEST_TDR_NTF,
};

/// The constants, as they were generated from the header.
const GENERATED: &str = include_str!("../../src/uapi/ethtool_netlink.rs");

/// `ETHTOOL_MSG_*` of one direction, by number.
fn constants(to_kernel: bool) -> BTreeMap<u8, String> {
    let begin = if to_kernel { "ETHTOOL_MSG_USER_NONE" } else { "ETHTOOL_MSG_KERNEL_NONE" };
    let lines = GENERATED.lines().filter_map(|line| {
        let (name, number) = line.strip_prefix("pub const ")?.split_once(": u8 = ")?;
        Some((name, number.strip_suffix(';')?.parse().ok()?))
    });
    let from = lines.skip_while(|(name, _)| *name != begin).skip(1);
    let all = from.map_while(|(name, number)| Some((number, name.strip_prefix("ETHTOOL_MSG_")?.to_owned())));
    all.take_while(|(_, name)| !name.ends_with("_MAX")).collect()
}

/// The command of a request as it goes out.
pub(crate) fn command(request: &dyn Request) -> u8 {
    let mut bytes = Vec::new();
    request.write(&mut bytes, 1, 0).unwrap();
    let message = Message::decode(&bytes).unwrap();
    GenlHeader::split(message.payload).unwrap().0.command
}

fn written() -> BTreeSet<u8> {
    let (family, link, rss) = (20, IfIndex(1), Rss::default());
    let part = Part::low(0x50);
    let single: [&dyn Request; 14] = [
        &strings::Get { family, link: None, sets: &[] },
        &features::Get { family, link },
        &features::SetMany { family, link, wishes: &[] },
        &eeprom::Get { family, link, part },
        &statistics::Get { family, link, groups: &[], source: None },
        &About { family, link, ask: Ask::Get(None) },
        &About { family, link, ask: Ask::Set(&rss) },
        &About { family, link, ask: Ask::Create(&rss) },
        &About { family, link, ask: Ask::Delete(1) },
        &tunnel::Get { family, link },
        &phy::Dump { family, link },
        &cable::Test { family, link, reach: None },
        &cable::Test { family, link, reach: Some(&CableReach::default()) },
        &firmware::Flash { family, link, file: "x", password: None },
    ];
    let topics = TOPICS.iter().flat_map(|(_, layout)| [layout.get, layout.set]);
    topics.chain(single.map(command)).filter(|command| *command != 0).collect()
}

#[test]
fn every_request_of_the_header_is_written() {
    let (all, written) = (constants(true), written());
    assert!(all.len() > 50, "the header has only {} requests", all.len());
    let absent = all.iter().filter(|(number, _)| !written.contains(number)).map(|(_, name)| name.as_str());
    assert_eq!(absent.collect::<Vec<_>>(), [""; 0]);
    assert!(written.iter().all(|number| all.contains_key(number)), "a request that the header has not");
}

#[test]
fn every_message_of_the_kernel_is_an_answer_or_a_notification_that_is_read() {
    let asked: BTreeSet<String> = constants(true).into_values().collect();
    let all = constants(false);
    let (answers, notices): (BTreeSet<&str>, BTreeSet<&str>) =
        all.values().map(String::as_str).partition(|name| name.ends_with("_REPLY"));
    for answer in &answers {
        assert!(asked.contains(answer.trim_end_matches("_REPLY")), "{answer} answers no request");
    }
    assert!(notices.len() >= 23, "the header has only {} notifications", notices.len());
    let unheard = all.iter().filter(|(number, name)| notices.contains(name.as_str()) && !heard(**number));
    assert_eq!(unheard.map(|(_, name)| name.as_str()).collect::<Vec<_>>(), [""; 0]);
    let heard: Vec<&String> =
        all.iter().filter(|(number, _)| heard(**number)).map(|(_, name)| name).collect();
    assert_eq!(heard.len(), notices.len(), "an answer is taken for a notification: {heard:?}");
}

/// Whether the shortest notification of a command is read as one.
fn heard(command: u8) -> bool {
    let mut bytes = Vec::new();
    let mut e = Encoder::message(&mut bytes, 20, Flags::empty(), 1, 0);
    e.fixed(&GenlHeader { command, version: ETHTOOL_GENL_VERSION, reserved: 0 });
    e.nest(1, |e| e.u32(ETHTOOL_A_HEADER_DEV_INDEX, 7));
    // A test of a cable says nothing without its state.
    if matches!(command, ETHTOOL_MSG_CABLE_TEST_NTF | ETHTOOL_MSG_CABLE_TEST_TDR_NTF) {
        e.u8(ETHTOOL_A_CABLE_TEST_NTF_STATUS, 1);
    }
    e.finish().unwrap();
    let message = Message::decode(&bytes).unwrap();
    notice::decode(&message, &SetNames::default()).unwrap().is_some()
}
