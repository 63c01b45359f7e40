//! What the kernel tells of links as they change (`ETHTOOL_MSG_*_NTF`), and links themselves (`RTM_NEWLINK`, `RTM_DELLINK`).
//!
//! Sets come as numbers here (`ETHTOOL_FLAG_COMPACT_BITSETS`), so that whoever reads a message must know their names.

use smartnic_core::ethtool::{LinkChanged, LinkNotice, Record, StringSet};
use smartnic_core::types::IfIndex;

use super::bitset::SetNames;
use super::record::{Place, Wire, fields_of};
use super::{
    cable, channels, coalesce, driver, features, fec, firmware, link, pause, phy, power, rings, rss, segment,
};
use crate::codec::{Attrs, GenlHeader, IfInfo, Message, WireError};
use crate::rtnl;
use crate::uapi::ethtool_netlink::*;
use crate::uapi::rtnetlink::{RTM_DELLINK, RTM_NEWLINK};

/// The multicast group that a socket joins to hear of ethtool's changes.
pub const GROUP: &str = ETHTOOL_MCGRP_MONITOR_NAME;

/// The nest that names the link stands first in every notification.
const HEADER: u16 = 1;

macro_rules! records {
    ($($command:ident: $variant:ident, $places:expr;)*) => {
        /// How a notification that is a record lies on the wire.
        fn places(command: u8) -> Option<&'static [Place]> {
            match command {
                $($command => Some($places),)*
                _ => None,
            }
        }

        fn record(message: &Message<'_>, command: u8, names: &SetNames) -> Result<Option<LinkChanged>, WireError> {
            Ok(match command {
                $($command => Some(LinkChanged::$variant(Box::new(told(message, $places, names)?))),)*
                _ => None,
            })
        }
    };
}

records! {
    ETHTOOL_MSG_RINGS_NTF: Rings, rings::LAYOUT.places;
    ETHTOOL_MSG_CHANNELS_NTF: Channels, channels::LAYOUT.places;
    ETHTOOL_MSG_COALESCE_NTF: Coalesce, coalesce::LAYOUT.places;
    ETHTOOL_MSG_PAUSE_NTF: Pause, pause::LAYOUT.places;
    ETHTOOL_MSG_FEC_NTF: Fec, fec::LAYOUT.places;
    ETHTOOL_MSG_LINKINFO_NTF: LinkInfo, link::INFO.places;
    ETHTOOL_MSG_LINKMODES_NTF: LinkModes, link::MODES.places;
    ETHTOOL_MSG_EEE_NTF: Eee, power::EEE.places;
    ETHTOOL_MSG_WOL_NTF: WakeOnLan, power::WOL.places;
    ETHTOOL_MSG_MODULE_NTF: ModulePower, power::MODULE.places;
    ETHTOOL_MSG_PRIVFLAGS_NTF: PrivateFlags, driver::FLAGS.places;
    ETHTOOL_MSG_DEBUG_NTF: Messages, driver::MESSAGES.places;
    ETHTOOL_MSG_PLCA_NTF: Plca, segment::PLCA.places;
    ETHTOOL_MSG_MM_NTF: MacMerge, segment::MM.places;
    ETHTOOL_MSG_RSS_NTF: Rss, rss::LAYOUT.places;
    ETHTOOL_MSG_RSS_CREATE_NTF: RssMade, rss::LAYOUT.places;
    ETHTOOL_MSG_RSS_DELETE_NTF: RssGone, rss::LAYOUT.places;
    ETHTOOL_MSG_PHY_NTF: Phy, phy::LAYOUT.places;
    ETHTOOL_MSG_PSE_NTF: Power, power::EVENTS;
    ETHTOOL_MSG_MODULE_FW_FLASH_NTF: Firmware, firmware::PROGRESS;
}

fn told<R: Record + Default>(
    message: &Message<'_>,
    places: &[Place],
    names: &SetNames,
) -> Result<R, WireError> {
    let mut record = R::default();
    fields_of(message, places, Some(names), &mut |name, value| {
        record.put(name, value);
    })?;
    Ok(record)
}

/// The sets of names that are needed to read a notification of ethtool.
///
/// # Errors
/// A [`WireError`] if the message has no header.
pub fn sets(message: &Message<'_>) -> Result<Vec<StringSet>, WireError> {
    let (header, _) = GenlHeader::split(message.payload)?;
    if header.command == ETHTOOL_MSG_FEATURES_NTF {
        return Ok(vec![StringSet::Features]);
    }
    let mut sets: Vec<StringSet> = Vec::new();
    for (_, wire, _) in places(header.command).unwrap_or_default() {
        if let Wire::Bits(set) = wire
            && !sets.contains(set)
        {
            sets.push(*set);
        }
    }
    Ok(sets)
}

/// The link that a notification of ethtool is about, and its name.
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no link.
pub fn about(message: &Message<'_>) -> Result<(IfIndex, String), WireError> {
    let (_, attrs) = GenlHeader::split(message.payload)?;
    let header = Attrs::new(attrs).find(HEADER)?;
    let header = header.ok_or(WireError::Missing { attr: "ETHTOOL_A_*_HEADER" })?;
    let index = header.nested().find(ETHTOOL_A_HEADER_DEV_INDEX)?;
    let index = index.ok_or(WireError::Missing { attr: "ETHTOOL_A_HEADER_DEV_INDEX" })?.u32()?;
    let name = header.nested().find(ETHTOOL_A_HEADER_DEV_NAME)?;
    Ok((IfIndex(index), name.map(|name| name.text_lossy().into_owned()).unwrap_or_default()))
}

/// Reads a notification of ethtool; nothing if it is of a kind that is not known here.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>, names: &SetNames) -> Result<Option<LinkNotice>, WireError> {
    let (header, attrs) = GenlHeader::split(message.payload)?;
    let what = match header.command {
        ETHTOOL_MSG_FEATURES_NTF => {
            Some(LinkChanged::Features(features::listed(message, Some(names.get(StringSet::Features)))?))
        }
        ETHTOOL_MSG_CABLE_TEST_NTF => {
            Some(LinkChanged::Cable(Box::new(cable::read(Attrs::new(attrs), false)?)))
        }
        ETHTOOL_MSG_CABLE_TEST_TDR_NTF => {
            Some(LinkChanged::Cable(Box::new(cable::read(Attrs::new(attrs), true)?)))
        }
        command => record(message, command, names)?,
    };
    let Some(what) = what else { return Ok(None) };
    let (link, name) = about(message)?;
    Ok(Some(LinkNotice { link, name, what }))
}

/// Reads word of a link itself; nothing if the message is about something else.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode_link(message: &Message<'_>) -> Result<Option<LinkNotice>, WireError> {
    let kind = message.header.kind;
    // What is told of a bridge's ports is no news of the links themselves.
    let links = matches!(kind, RTM_NEWLINK | RTM_DELLINK);
    if !links || IfInfo::split(message.payload)?.0.family == rtnl::AF_BRIDGE {
        return Ok(None);
    }
    let link = rtnl::link::decode(message)?;
    let (index, name) = (link.ifindex, link.name.clone());
    let what = match kind {
        RTM_DELLINK => LinkChanged::LinkGone(Box::new(link)),
        _ => LinkChanged::Link(Box::new(link)),
    };
    Ok(Some(LinkNotice { link: index, name, what }))
}

#[cfg(test)]
mod tests;
