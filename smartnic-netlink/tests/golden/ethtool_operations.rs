//! Every message that the kernel's header has for ethtool, against those that this crate writes: none is missed in
//! silence.

use std::collections::{BTreeMap, BTreeSet};

use smartnic_core::ethtool::{Rss, module::Part};
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{GenlHeader, Message, Request};
use smartnic_netlink::ethtool::rss::{About, Ask};
use smartnic_netlink::ethtool::{TOPICS, eeprom, features, statistics, strings};

/// The constants, as they were generated from the header.
const GENERATED: &str = include_str!("../../src/uapi/ethtool_netlink.rs");

/// Requests that nothing here writes yet, and why.
const NOT_WRITTEN: [(&str, &str); 6] = [
    (
        "CABLE_TEST_ACT",
        "tells its result in a notification; no driver of the lab has a PHY that tests cables",
    ),
    ("CABLE_TEST_TDR_ACT", "as CABLE_TEST_ACT"),
    ("TUNNEL_INFO_GET", "not begun: netdevsim could show it"),
    ("MODULE_FW_FLASH_ACT", "tells its progress in notifications; no driver of the lab has a module"),
    ("PHY_GET", "not begun: no driver of the lab has a PHY of the kernel's own library"),
    ("MSE_GET", "not begun: no driver of the lab has a PHY that measures it"),
];

/// Notifications that nothing here reads yet: there is no watch of ethtool's topics.
const NOT_HEARD: [&str; 23] = [
    "CABLE_TEST_NTF",
    "CABLE_TEST_TDR_NTF",
    "CHANNELS_NTF",
    "COALESCE_NTF",
    "DEBUG_NTF",
    "EEE_NTF",
    "FEATURES_NTF",
    "FEC_NTF",
    "LINKINFO_NTF",
    "LINKMODES_NTF",
    "MM_NTF",
    "MODULE_FW_FLASH_NTF",
    "MODULE_NTF",
    "PAUSE_NTF",
    "PHY_NTF",
    "PLCA_NTF",
    "PRIVFLAGS_NTF",
    "PSE_NTF",
    "RINGS_NTF",
    "RSS_CREATE_NTF",
    "RSS_DELETE_NTF",
    "RSS_NTF",
    "WOL_NTF",
];

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
fn command(request: &dyn Request) -> u8 {
    let mut bytes = Vec::new();
    request.write(&mut bytes, 1, 0).unwrap();
    let message = Message::decode(&bytes).unwrap();
    GenlHeader::split(message.payload).unwrap().0.command
}

fn written() -> BTreeSet<u8> {
    let (family, link, rss) = (20, IfIndex(1), Rss::default());
    let part = Part::low(0x50);
    let single: [&dyn Request; 9] = [
        &strings::Get { family, link: None, sets: &[] },
        &features::Get { family, link },
        &features::SetMany { family, link, wishes: &[] },
        &eeprom::Get { family, link, part },
        &statistics::Get { family, link, groups: &[], source: None },
        &About { family, link, ask: Ask::Get(None) },
        &About { family, link, ask: Ask::Set(&rss) },
        &About { family, link, ask: Ask::Create(&rss) },
        &About { family, link, ask: Ask::Delete(1) },
    ];
    let topics = TOPICS.iter().flat_map(|(_, layout)| [layout.get, layout.set]);
    topics.chain(single.map(command)).filter(|command| *command != 0).collect()
}

#[test]
fn every_request_of_the_header_is_written_or_on_the_list() {
    let (all, written) = (constants(true), written());
    assert!(all.len() > 50, "the header has only {} requests", all.len());
    let absent = all.iter().filter(|(number, _)| !written.contains(number)).map(|(_, name)| name.as_str());
    assert_eq!(absent.collect::<BTreeSet<_>>(), NOT_WRITTEN.iter().map(|(name, _)| *name).collect());
    assert!(written.iter().all(|number| all.contains_key(number)), "a request that the header has not");
}

#[test]
fn every_message_of_the_kernel_is_an_answer_or_on_the_list() {
    let asked: BTreeSet<String> = constants(true).into_values().collect();
    let all = constants(false);
    let (answers, notices): (BTreeSet<&str>, BTreeSet<&str>) =
        all.values().map(String::as_str).partition(|name| name.ends_with("_REPLY"));
    for answer in &answers {
        assert!(asked.contains(answer.trim_end_matches("_REPLY")), "{answer} answers no request");
    }
    assert_eq!(notices, BTreeSet::from(NOT_HEARD));
    assert_eq!(all.len(), answers.len() + NOT_HEARD.len());
}
