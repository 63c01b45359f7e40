use std::net::IpAddr;

use bitflags::bitflags;
use serde::{Deserialize, Serialize};

use crate::flow::CtLabel;
use crate::types::Masked;

/// The protocol of a helper of which none is said (`IPPROTO_TCP`).
const TCP: u8 = 6;

bitflags! {
    /// What connection tracking does with a packet (`TCA_CT_ACT_*`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    pub struct CtFlags: u16 {
        /// The connection is kept.
        const COMMIT = 1;
        /// A connection in the other direction is given up.
        const FORCE = 1 << 1;
        /// What is known of the packet's connection is forgotten.
        const CLEAR = 1 << 2;
        /// Addresses are translated.
        const NAT = 1 << 3;
        /// The source's.
        const NAT_SRC = 1 << 4;
        /// The destination's.
        const NAT_DST = 1 << 5;
        const _ = !0;
    }
}

/// Addresses and ports to choose from when addresses are translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NatRange {
    /// The first address (`TCA_CT_NAT_IPV4_MIN`, `_IPV6_MIN`).
    pub min_ip: Option<IpAddr>,
    /// The last address (`TCA_CT_NAT_IPV4_MAX`, `_IPV6_MAX`).
    pub max_ip: Option<IpAddr>,
    /// The first port (`TCA_CT_NAT_PORT_MIN`).
    pub min_port: Option<u16>,
    /// The last port (`TCA_CT_NAT_PORT_MAX`).
    pub max_port: Option<u16>,
}

/// A helper that follows a protocol's further connections, such as `ftp`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CtHelper {
    /// Its name (`TCA_CT_HELPER_NAME`).
    pub name: String,
    /// The address family, `AF_INET` 2 or `AF_INET6` 10 (`TCA_CT_HELPER_FAMILY`).
    pub family: Option<u8>,
    /// The IP protocol (`TCA_CT_HELPER_PROTO`).
    pub proto: Option<u8>,
}

/// Connection tracking (`ct`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ct {
    /// What is done (`TCA_CT_ACTION`).
    pub flags: CtFlags,
    /// The zone (`TCA_CT_ZONE`); `None` for zone 0.
    pub zone: Option<u16>,
    /// The mark that the connection gets (`TCA_CT_MARK`, `_MARK_MASK`).
    pub mark: Option<Masked<u32>>,
    /// The label that the connection gets (`TCA_CT_LABELS`, `_LABELS_MASK`).
    pub label: Option<Masked<CtLabel>>,
    /// How addresses are translated.
    pub nat: NatRange,
    /// The helper.
    pub helper: Option<CtHelper>,
}

impl Ct {
    /// Who forgets a connection does nothing else. Without a place to translate to, addresses mean nothing.
    pub(super) fn make_canonical(&mut self) {
        if self.flags.contains(CtFlags::CLEAR) {
            *self = Self { flags: self.flags, ..Self::default() };
            return;
        }
        self.zone = self.zone.filter(|zone| *zone != 0);
        self.mark = self.mark.filter(|mark| mark.mask != 0);
        self.label = self.label.filter(|label| label.mask != CtLabel::default());
        let sides = CtFlags::NAT_SRC | CtFlags::NAT_DST;
        if !self.flags.contains(CtFlags::NAT) || !self.flags.intersects(sides) {
            self.nat = NatRange::default();
        }
        let NatRange { min_ip, max_ip, min_port, max_port } = &mut self.nat;
        *max_ip = max_ip.filter(|_| min_ip.is_some()).or(*min_ip);
        *max_port = max_port.filter(|_| min_port.is_some()).or(*min_port);
        if let Some(helper) = &mut self.helper {
            // Newer kernels tell no family of helpers that serve both.
            helper.family = None;
            helper.proto.get_or_insert(TCP);
        }
    }
}
