use std::fmt;
use std::net::IpAddr;

use bitflags::bitflags;
use serde::{Deserialize, Serialize};

use crate::types::{IfIndex, Mac, UnknownAttr};

/// How long an address stays (`ndm_state`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FdbState {
    /// It is the bridge's or port's own (`NUD_PERMANENT`).
    Permanent,
    /// It stays (`NUD_NOARP`).
    Static,
    /// It was learned and is in use (`NUD_REACHABLE`).
    Dynamic,
    /// It was learned and has not been heard of for a while (`NUD_STALE`).
    Stale,
    /// Bits that are none of these.
    #[serde(untagged)]
    Other(u16),
}

impl fmt::Display for FdbState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Permanent => f.pad("permanent"),
            Self::Static => f.pad("static"),
            Self::Dynamic => f.pad("dynamic"),
            Self::Stale => f.pad("stale"),
            Self::Other(bits) => f.pad(&format!("{bits:#x}")),
        }
    }
}

bitflags! {
    /// What is said of an address (`ndm_flags`, and `NDA_FLAGS_EXT` 8 bits higher).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
    pub struct FdbFlags: u32 {
        /// In the device's own table (`NTF_SELF`).
        const SELF = 1 << 1;
        /// In the bridge's table (`NTF_MASTER`).
        const MASTER = 1 << 2;
        /// Learned by something else than the bridge: the hardware, or a control plane (`NTF_EXT_LEARNED`).
        const EXTERN_LEARN = 1 << 4;
        /// The hardware forwards by it (`NTF_OFFLOADED`).
        const OFFLOAD = 1 << 5;
        /// It does not move to another port (`NTF_STICKY`).
        const STICKY = 1 << 6;
        /// It is a router's (`NTF_ROUTER`).
        const ROUTER = 1 << 7;
        /// Its host is not let through (`NTF_EXT_LOCKED`).
        const LOCKED = 1 << 9;
        /// Bits that this version of the SDK has no name for are kept.
        const _ = !0;
    }
}

impl FdbFlags {
    /// The names of the flags in the order in which `bridge` prints them.
    pub const NAMES: [(Self, &'static str); 7] = [
        (Self::SELF, "self"),
        (Self::ROUTER, "router"),
        (Self::EXTERN_LEARN, "extern_learn"),
        (Self::OFFLOAD, "offload"),
        (Self::MASTER, "master"),
        (Self::STICKY, "sticky"),
        (Self::LOCKED, "locked"),
    ];

    /// The names of those that are set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(flag, _)| self.contains(*flag)).map(|(_, name)| name)
    }
}

/// An address that a bridge or device forwards to (`RTM_NEWNEIGH` of `AF_BRIDGE`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FdbEntry {
    /// The link that it is behind.
    pub link: IfIndex,
    /// The address.
    pub mac: Mac,
    /// The VLAN that it is in.
    pub vlan: Option<u16>,
    /// How long it stays.
    pub state: FdbState,
    /// What is said of it.
    pub flags: FdbFlags,
    /// The bridge (`NDA_MASTER`).
    pub master: Option<IfIndex>,
    /// The tunnel's far end (`NDA_DST`).
    pub dst: Option<IpAddr>,
    /// The tunnel's UDP port (`NDA_PORT`).
    pub port: Option<u16>,
    /// The tunnel's network (`NDA_VNI`).
    pub vni: Option<u32>,
    /// The network that packets come from, on tunnels that carry several (`NDA_SRC_VNI`).
    pub src_vni: Option<u32>,
    /// The link that the tunnel goes through (`NDA_IFINDEX`).
    pub via: Option<IfIndex>,
    /// The nexthop that it is behind (`NDA_NH_ID`).
    pub nexthop: Option<u32>,
    /// Attributes that this version of the SDK has no name for, as they came.
    pub unknown: Vec<UnknownAttr>,
}

impl FdbEntry {
    /// An address behind a link, that stays, with nothing else said.
    #[must_use]
    pub fn new(link: IfIndex, mac: Mac) -> Self {
        Self {
            link,
            mac,
            vlan: None,
            state: FdbState::Static,
            flags: FdbFlags::empty(),
            master: None,
            dst: None,
            port: None,
            vni: None,
            src_vni: None,
            via: None,
            nexthop: None,
            unknown: Vec::new(),
        }
    }
}

/// What to do if the address is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FdbAdd {
    /// Fail (`NLM_F_CREATE | NLM_F_EXCL`).
    New,
    /// Put the new entry in its place (`NLM_F_CREATE | NLM_F_REPLACE`).
    Replace,
    /// Add one more destination (`NLM_F_CREATE | NLM_F_APPEND`), as tunnels have them.
    Append,
}

/// Which addresses to remove at once (`RTM_DELNEIGH` with `NLM_F_BULK`, kernel 6.0 and later).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FdbFlush {
    /// The bridge, the port, or with [`FdbFlags::SELF`] the device.
    pub link: IfIndex,
    /// Only those behind this port of a bridge.
    pub port: Option<IfIndex>,
    /// Only those in this VLAN.
    pub vlan: Option<u16>,
    /// Whose table: [`FdbFlags::SELF`] or [`FdbFlags::MASTER`]; neither stands for `SELF`, as with `bridge`.
    pub table: FdbFlags,
    /// Only permanent ones, or only others.
    pub permanent: Option<bool>,
    /// Only static ones, or only others.
    pub fixed: Option<bool>,
    /// Only those with all of these flags.
    pub with: FdbFlags,
    /// Only those with none of these flags.
    pub without: FdbFlags,
}

impl FdbFlush {
    /// All addresses of a link.
    #[must_use]
    pub fn all(link: IfIndex) -> Self {
        let none = FdbFlags::empty();
        Self {
            link,
            port: None,
            vlan: None,
            table: none,
            permanent: None,
            fixed: None,
            with: none,
            without: none,
        }
    }
}
