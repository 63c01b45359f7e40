//! Requests of ethtool in words, and what is read from their answers.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use smartnic_core::ethtool::module::Part;
use smartnic_core::ethtool::{
    Channels, Coalesce, Eee, Fec, LinkInfo, LinkModes, MacMerge, Messages, ModulePower, Pause, Plca,
    PowerSourcing, PrivateFlags, Record, Rings, Rss, StatsGroup, StringSet, TimestampConfig, WakeOnLan,
};
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Message, Names, Request, WireError};
use smartnic_netlink::ethtool::record::{self, Get, Layout, STATS, Set};
use smartnic_netlink::ethtool::rss::{self, About};
use smartnic_netlink::ethtool::{TOPICS, cable, eeprom, firmware, phy, statistics, strings, tunnel};

/// A request in words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, tag = "op")]
pub(crate) enum EthtoolAsk {
    #[serde(rename = "ethtool_get")]
    Get {
        topic: String,
        link: IfIndex,
        #[serde(default)]
        statistics: bool,
    },
    #[serde(rename = "ethtool_set")]
    Set { topic: String, link: IfIndex, change: BTreeMap<String, String> },
    #[serde(rename = "ethtool_statistics")]
    Statistics { link: IfIndex, groups: Vec<StatsGroup> },
    #[serde(rename = "ethtool_rss")]
    Rss { link: IfIndex, context: Option<u32> },
    /// Half a page of a module at an address.
    #[serde(rename = "ethtool_memory")]
    Memory { link: IfIndex, page: u8, offset: u8, length: u8, i2c: u8 },
    #[serde(rename = "ethtool_names")]
    Names { link: Option<IfIndex>, sets: Vec<StringSet> },
    #[serde(rename = "ethtool_rss_set")]
    RssSet { link: IfIndex, change: BTreeMap<String, String> },
    #[serde(rename = "ethtool_rss_create")]
    RssCreate { link: IfIndex, change: BTreeMap<String, String> },
    #[serde(rename = "ethtool_rss_delete")]
    RssDelete { link: IfIndex, context: u32 },
    #[serde(rename = "ethtool_flash")]
    Flash { link: IfIndex, file: String, password: Option<u32> },
    #[serde(rename = "ethtool_phys")]
    Phys { link: IfIndex },
    #[serde(rename = "ethtool_tunnels")]
    Tunnels { link: IfIndex },
    #[serde(rename = "ethtool_cable_test")]
    CableTest { link: IfIndex },
}

impl EthtoolAsk {
    pub(crate) fn write(&self, family: u16, seq: u32) -> Result<Vec<u8>, WireError> {
        let mut bytes = Vec::new();
        match self {
            Self::Get { topic, link, statistics } => {
                let flags = if *statistics { STATS } else { 0 };
                Get { family, link: *link, layout: layout(topic), flags }.write(&mut bytes, seq, 0)
            }
            Self::Set { topic, link, change } => {
                let change = &*record_of(topic, change);
                Set { family, link: *link, layout: layout(topic), change }.write(&mut bytes, seq, 0)
            }
            Self::Statistics { link, groups } => {
                statistics::Get { family, link: *link, groups, source: None }.write(&mut bytes, seq, 0)
            }
            Self::Rss { link, context } => {
                About { family, link: *link, ask: rss::Ask::Get(*context) }.write(&mut bytes, seq, 0)
            }
            Self::Memory { link, page, offset, length, i2c } => {
                let part = Part { i2c: *i2c, page: *page, bank: 0, offset: *offset, length: *length };
                eeprom::Get { family, link: *link, part }.write(&mut bytes, seq, 0)
            }
            Self::Names { link, sets } => {
                strings::Get { family, link: *link, sets }.write(&mut bytes, seq, 0)
            }
            Self::RssSet { link, change } => {
                let ask = rss::Ask::Set(&spread(change));
                About { family, link: *link, ask }.write(&mut bytes, seq, 0)
            }
            Self::RssCreate { link, change } => {
                let ask = rss::Ask::Create(&spread(change));
                About { family, link: *link, ask }.write(&mut bytes, seq, 0)
            }
            Self::RssDelete { link, context } => {
                About { family, link: *link, ask: rss::Ask::Delete(*context) }.write(&mut bytes, seq, 0)
            }
            Self::Flash { link, file, password } => {
                firmware::Flash { family, link: *link, file, password: *password }.write(&mut bytes, seq, 0)
            }
            Self::Phys { link } => phy::Dump { family, link: *link }.write(&mut bytes, seq, 0),
            Self::Tunnels { link } => tunnel::Get { family, link: *link }.write(&mut bytes, seq, 0),
            Self::CableTest { link } => {
                cable::Test { family, link: *link, reach: None }.write(&mut bytes, seq, 0)
            }
        }?;
        Ok(bytes)
    }

    /// The names of what a refusal can be about.
    pub(crate) fn names(&self) -> &'static Names {
        match self {
            Self::Get { topic, .. } | Self::Set { topic, .. } => layout(topic).names,
            Self::Memory { link, .. } => {
                eeprom::Get { family: 0, link: *link, part: Part::low(0x50) }.names()
            }
            _ => rss::LAYOUT.names,
        }
    }

    pub(crate) fn value(&self, message: &Message<'_>) -> Value {
        match self {
            Self::Get { topic, .. } => fields(message, layout(topic)),
            Self::Set { .. } => json!({ "length": message.payload.len() }),
            Self::Statistics { .. } => json!(format!("{:?}", statistics::decode(message).unwrap())),
            Self::Rss { .. } => json!(rss::decode(message).unwrap()),
            Self::Memory { .. } => json!(eeprom::decode(message).unwrap()),
            Self::Names { .. } => json!(strings::decode(message).unwrap()),
            Self::Tunnels { .. } => json!(format!("{:?}", tunnel::decode(message).unwrap())),
            Self::Phys { .. } => fields(message, layout("phy")),
            Self::RssSet { .. }
            | Self::RssCreate { .. }
            | Self::RssDelete { .. }
            | Self::Flash { .. }
            | Self::CableTest { .. } => json!({ "length": message.payload.len() }),
        }
    }
}

fn layout(topic: &str) -> &'static Layout {
    let known = TOPICS.iter().find(|(name, _)| *name == topic);
    known.unwrap_or_else(|| panic!("{topic} is no topic")).1
}

/// What is read of a topic, field by field in the order of the bytes.
fn fields(message: &Message<'_>, layout: &Layout) -> Value {
    let mut all = Vec::new();
    record::fields(message, layout, &mut |name, value| all.push(json!({ name: value }))).unwrap();
    json!(all)
}

fn record_of(topic: &str, change: &BTreeMap<String, String>) -> Box<dyn Record> {
    let mut record: Box<dyn Record> = match topic {
        "rings" => Box::new(Rings::default()),
        "channels" => Box::new(Channels::default()),
        "coalesce" => Box::new(Coalesce::default()),
        "pause" => Box::new(Pause::default()),
        "fec" => Box::new(Fec::default()),
        "linkinfo" => Box::new(LinkInfo::default()),
        "linkmodes" => Box::new(LinkModes::default()),
        "debug" => Box::new(Messages::default()),
        "wol" => Box::new(WakeOnLan::default()),
        "privflags" => Box::new(PrivateFlags::default()),
        "tsconfig" => Box::new(TimestampConfig::default()),
        "eee" => Box::new(Eee::default()),
        "module" => Box::new(ModulePower::default()),
        "pse" => Box::new(PowerSourcing::default()),
        "plca" => Box::new(Plca::default()),
        "mm" => Box::new(MacMerge::default()),
        _ => panic!("{topic} is changed by no capture"),
    };
    for (name, text) in change {
        record.read(name, text).unwrap();
    }
    record
}

fn spread(change: &BTreeMap<String, String>) -> Rss {
    let mut rss = Rss::default();
    for (name, text) in change {
        rss.read(name, text).unwrap();
    }
    rss
}
