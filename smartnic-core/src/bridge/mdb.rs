use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use bitflags::bitflags;
use serde::{Deserialize, Serialize};

use crate::types::{IfIndex, Mac, UnknownAttr, serde_as_text};
use crate::{Error, Result};

/// A multicast group: of IP, or of Ethernet alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MdbGroup {
    /// An IPv4 or IPv6 group.
    Ip(IpAddr),
    /// A group's MAC address.
    Mac(Mac),
}

impl fmt::Display for MdbGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(group) => group.fmt(f),
            Self::Mac(group) => group.fmt(f),
        }
    }
}

impl FromStr for MdbGroup {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let ip = text.parse().map(Self::Ip).ok();
        ip.or_else(|| text.parse().map(Self::Mac).ok()).ok_or_else(|| {
            Error::parse("read a multicast group", "expected an IP address or a MAC address").on(text)
        })
    }
}

serde_as_text!(MdbGroup);

bitflags! {
    /// What is said of a member of a group (`MDB_FLAGS_*`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
    pub struct MdbFlags: u8 {
        /// The hardware forwards by it (`MDB_FLAGS_OFFLOAD`).
        const OFFLOAD = 1 << 0;
        /// It leaves at once when it says so (`MDB_FLAGS_FAST_LEAVE`).
        const FAST_LEAVE = 1 << 1;
        /// It is there because of a group without a source (`MDB_FLAGS_STAR_EXCL`).
        const STAR_EXCLUDE = 1 << 2;
        /// What comes from its source is not let through (`MDB_FLAGS_BLOCKED`).
        const BLOCKED = 1 << 3;
        /// The hardware did not take it (`MDB_FLAGS_OFFLOAD_FAILED`).
        const OFFLOAD_FAILED = 1 << 4;
        /// Bits that this version of the SDK has no name for are kept.
        const _ = !0;
    }
}

impl MdbFlags {
    /// The names of those that are set, as `bridge` prints them.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let names = [
            (Self::OFFLOAD, "offload"),
            (Self::FAST_LEAVE, "fast_leave"),
            (Self::STAR_EXCLUDE, "added_by_star_ex"),
            (Self::BLOCKED, "blocked"),
            (Self::OFFLOAD_FAILED, "offload_failed"),
        ];
        names.into_iter().filter(move |(flag, _)| self.contains(*flag)).map(|(_, name)| name)
    }
}

/// A port that is a member of a multicast group (`MDBA_MDB_ENTRY_INFO`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MdbEntry {
    /// The bridge.
    pub bridge: IfIndex,
    /// The port; the bridge itself for the host.
    pub port: IfIndex,
    /// The group.
    pub group: MdbGroup,
    /// Only what comes from there.
    pub source: Option<IpAddr>,
    /// The VLAN.
    pub vlan: Option<u16>,
    /// True if it stays, false if it was learned.
    pub permanent: bool,
    /// What is said of it.
    #[serde(skip)]
    pub flags: MdbFlags,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}
