//! Rules by which a NIC chooses the queue of received packets (n-tuple filters).

mod text;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::device::kernel_enum;
use crate::{Error, Result};

kernel_enum! {
    /// The kind of packets that a rule is about (`*_FLOW` of `linux/ethtool.h`).
    NtupleKind: u32 {
        /// TCP over IPv4.
        Tcp4 = 1, "tcp4";
        /// UDP over IPv4.
        Udp4 = 2, "udp4";
        /// SCTP over IPv4.
        Sctp4 = 3, "sctp4";
        /// TCP over IPv6.
        Tcp6 = 5, "tcp6";
        /// UDP over IPv6.
        Udp6 = 6, "udp6";
        /// SCTP over IPv6.
        Sctp6 = 7, "sctp6";
        /// IPsec's header of authentication over IPv4.
        Ah4 = 9, "ah4";
        /// IPsec's encryption over IPv4.
        Esp4 = 10, "esp4";
        /// IPsec's header of authentication over IPv6.
        Ah6 = 11, "ah6";
        /// IPsec's encryption over IPv6.
        Esp6 = 12, "esp6";
        /// IPv4, whatever is in it.
        Ip4 = 13, "ip4";
        /// IPv6, whatever is in it.
        Ip6 = 14, "ip6";
        /// Ethernet, whatever is in it.
        Ether = 18, "ether";
    }
}

impl NtupleKind {
    /// Whether its addresses are those of IPv6.
    #[must_use]
    pub fn is_v6(self) -> bool {
        matches!(self, Self::Tcp6 | Self::Udp6 | Self::Sctp6 | Self::Ah6 | Self::Esp6 | Self::Ip6)
    }

    /// The fields that rules of this kind can look at, in the order in which they are shown.
    #[must_use]
    pub fn fields(self) -> Vec<NtupleField> {
        use NtupleField::*;
        let own: &[NtupleField] = match self {
            Self::Ether => &[SrcMac, DstMac, EtherType],
            Self::Tcp4 | Self::Udp4 | Self::Sctp4 | Self::Tcp6 | Self::Udp6 | Self::Sctp6 => {
                &[SrcIp, DstIp, Tos, SrcPort, DstPort, DstMac]
            }
            Self::Ah4 | Self::Esp4 | Self::Ah6 | Self::Esp6 => &[SrcIp, DstIp, Tos, Spi, DstMac],
            Self::Ip4 | Self::Ip6 => &[SrcIp, DstIp, Tos, Protocol, L4Data, DstMac],
            Self::Unknown(_) => return Vec::new(),
        };
        own.iter().copied().chain([VlanEtherType, Vlan, UserData]).collect()
    }
}

/// A field that rules can look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NtupleField {
    /// The sender's MAC address.
    SrcMac,
    /// The receiver's MAC address.
    DstMac,
    /// What is in the frame.
    EtherType,
    /// The sender's IP address.
    SrcIp,
    /// The receiver's IP address.
    DstIp,
    /// IPv4's type of service or IPv6's traffic class.
    Tos,
    /// What is in the IP packet.
    Protocol,
    /// The sender's port.
    SrcPort,
    /// The receiver's port.
    DstPort,
    /// The number of an IPsec association.
    Spi,
    /// The first four bytes behind IP.
    L4Data,
    /// The kind of the VLAN tag.
    VlanEtherType,
    /// The VLAN tag whole: the priority in its highest three bits, the VLAN in its lowest twelve.
    Vlan,
    /// Eight bytes whose meaning is the driver's.
    UserData,
}

impl NtupleField {
    /// Every field.
    pub const ALL: [Self; 14] = [
        Self::SrcMac,
        Self::DstMac,
        Self::EtherType,
        Self::SrcIp,
        Self::DstIp,
        Self::Tos,
        Self::Protocol,
        Self::SrcPort,
        Self::DstPort,
        Self::Spi,
        Self::L4Data,
        Self::VlanEtherType,
        Self::Vlan,
        Self::UserData,
    ];

    /// How many bits it has in rules of a kind.
    #[must_use]
    pub fn bits(self, kind: NtupleKind) -> u32 {
        match self {
            Self::SrcMac | Self::DstMac => 48,
            Self::SrcIp | Self::DstIp if kind.is_v6() => 128,
            Self::SrcIp | Self::DstIp | Self::Spi | Self::L4Data => 32,
            Self::EtherType | Self::SrcPort | Self::DstPort | Self::VlanEtherType | Self::Vlan => 16,
            Self::Tos | Self::Protocol => 8,
            Self::UserData => 64,
        }
    }

    /// The mask that has all bits.
    #[must_use]
    pub fn full(self, kind: NtupleKind) -> u128 {
        u128::MAX >> (128 - self.bits(kind))
    }
}

impl fmt::Display for NtupleField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::SrcMac => "src-mac",
            Self::DstMac => "dst-mac",
            Self::EtherType => "ether-type",
            Self::SrcIp => "src-ip",
            Self::DstIp => "dst-ip",
            Self::Tos => "tos",
            Self::Protocol => "protocol",
            Self::SrcPort => "src-port",
            Self::DstPort => "dst-port",
            Self::Spi => "spi",
            Self::L4Data => "l4-data",
            Self::VlanEtherType => "vlan-ether-type",
            Self::Vlan => "vlan",
            Self::UserData => "user-data",
        })
    }
}

/// The value of a field, and its bits that are looked at. Numbers and addresses are read as the wire has them, the first
/// byte being the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Masked {
    /// The value.
    pub value: u128,
    /// The bits that are looked at.
    pub mask: u128,
}

/// What becomes of packets (`ring_cookie`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "kebab-case")]
pub enum NtupleAction {
    /// They are dropped (`RX_CLS_FLOW_DISC`).
    Drop,
    /// They wake the machine (`RX_CLS_FLOW_WAKE`).
    Wake,
    /// They go to a queue.
    Queue {
        /// The queue; with a context, it is added to what the context says.
        queue: u32,
        /// The VF whose queue it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vf: Option<u8>,
    },
}

impl fmt::Display for NtupleAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drop => f.pad("drop"),
            Self::Wake => f.pad("wake"),
            Self::Queue { queue, vf: None } => f.pad(&format!("queue {queue}")),
            Self::Queue { queue, vf: Some(vf) } => f.pad(&format!("queue {queue} of VF {vf}")),
        }
    }
}

/// A rule by which a NIC chooses the queue of received packets (`ethtool -N`, `struct ethtool_rx_flow_spec`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ntuple {
    /// Its place in the table, which is its priority, the lowest first; none lets the driver or the lowest free priority
    /// decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<u32>,
    /// The kind of packets.
    pub kind: NtupleKind,
    /// What is looked at.
    #[serde(rename = "match")]
    pub fields: BTreeMap<NtupleField, Masked>,
    /// What becomes of them.
    pub action: NtupleAction,
    /// The context that spreads them (see [`super::Rss`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<u32>,
}

impl Ntuple {
    /// A rule for all packets of a kind.
    #[must_use]
    pub fn new(kind: NtupleKind, action: NtupleAction) -> Self {
        Self { location: None, kind, fields: BTreeMap::new(), action, context: None }
    }

    /// Looks at a field: `VALUE`, `VALUE/MASK`, and for IP addresses `ADDRESS/LENGTH`.
    ///
    /// # Errors
    /// `InvalidInput` if rules of this kind do not look at this field, or the text is no value of it.
    pub fn look_at(&mut self, field: &str, text: &str) -> Result<()> {
        let op = "read an n-tuple rule";
        let fields = self.kind.fields();
        let Some(field) = fields.iter().copied().find(|known| known.to_string() == field) else {
            let known: Vec<String> = fields.iter().map(ToString::to_string).collect();
            let error = Error::invalid(op, format!("rules of {} do not look at it", self.kind)).on(field);
            return Err(error.hint(format!("fields: {}", known.join(" "))));
        };
        let masked = text::read(field, self.kind, text).ok_or_else(|| {
            Error::invalid(op, format!("expected {}", text::expected(field, self.kind)))
                .on(format_args!("{field} {text}"))
        })?;
        self.fields.insert(field, masked);
        Ok(())
    }

    /// A field as [`Ntuple::look_at`] reads it.
    #[must_use]
    pub fn text(&self, field: NtupleField) -> Option<String> {
        self.fields.get(&field).map(|masked| text::write(field, self.kind, *masked))
    }
}

/// The rules of a link, and how many there can be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NtupleTable {
    /// How many places the table has, as far as the driver tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// The rules, by their places.
    pub rules: Vec<Ntuple>,
}
