use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Arp, CtLabel, IpProto, KeySet, Match, MplsLabel, TcpFlags, Tunnel};
use crate::types::{EtherType, Mac};

/// A VLAN tag on a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VlanTag {
    /// `802.1Q` or `802.1ad`.
    pub protocol: EtherType,
    /// The VLAN, 0..=4095.
    pub id: u16,
    /// The priority, 0..=7.
    pub priority: u8,
}

/// A packet, described by the headers that flow rules look at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Packet {
    /// The destination MAC address.
    pub dst_mac: Mac,
    /// The source MAC address.
    pub src_mac: Mac,
    /// The VLAN tags, the outer one first.
    pub vlans: Vec<VlanTag>,
    /// The protocol behind the tags.
    pub eth_type: EtherType,
    /// The IP source, if it is an IP packet.
    pub src_ip: Option<IpAddr>,
    /// The IP destination, if it is an IP packet.
    pub dst_ip: Option<IpAddr>,
    /// The IP protocol, if it is an IP packet.
    pub ip_proto: Option<IpProto>,
    /// The type of service.
    pub ip_tos: u8,
    /// The time to live.
    pub ip_ttl: u8,
    /// The source port, for TCP, UDP and SCTP.
    pub src_port: Option<u16>,
    /// The destination port, for TCP, UDP and SCTP.
    pub dst_port: Option<u16>,
    /// The TCP flags.
    pub tcp_flags: TcpFlags,
    /// The ICMP type and code.
    pub icmp: Option<(u8, u8)>,
    /// Its fragment's flags; bits in [`IP_FLAGS`](super::IP_FLAGS).
    #[serde(skip_serializing_if = "is_zero", default)]
    pub ip_flags: u32,
    /// The MPLS label stack, the outer entry first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub mpls: Vec<MplsLabel>,
    /// What it says, for ARP.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arp: Option<Arp>,
    /// The tunnel that it came through, or is to be sent through.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tunnel: Option<Tunnel>,
    /// The state of its connection; bits in [`CT_STATES`](super::CT_STATES).
    #[serde(skip_serializing_if = "is_zero", default)]
    pub ct_state: u16,
    /// The zone of its connection.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub ct_zone: u16,
    /// The mark of its connection.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub ct_mark: u32,
    /// The length on the wire, in bytes.
    pub length: u32,
}

fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Default for Packet {
    /// An untagged packet of 64 bytes that is not IP, with time to live 64.
    fn default() -> Self {
        Self {
            dst_mac: Mac::default(),
            src_mac: Mac::default(),
            vlans: Vec::new(),
            eth_type: EtherType(0),
            src_ip: None,
            dst_ip: None,
            ip_proto: None,
            ip_tos: 0,
            ip_ttl: 64,
            src_port: None,
            dst_port: None,
            tcp_flags: TcpFlags(0),
            icmp: None,
            ip_flags: 0,
            mpls: Vec::new(),
            arp: None,
            tunnel: None,
            ct_state: 0,
            ct_zone: 0,
            ct_mark: 0,
            length: 64,
        }
    }
}

impl Packet {
    /// The protocol that a filter sees: of the outer tag if there is one, else of the packet.
    #[must_use]
    pub fn outer_type(&self) -> EtherType {
        self.vlans.first().map_or(self.eth_type, |tag| tag.protocol)
    }

    /// True if the packet agrees with every key that the match gives.
    ///
    /// A key that this version does not know matches nothing, so that no packet is claimed by a rule that is only
    /// half understood.
    #[must_use]
    pub fn meets(&self, key: &Match) -> bool {
        fn agrees<T: Copy, K>(wanted: &Option<K>, have: Option<T>, test: impl Fn(&K, T) -> bool) -> bool {
            wanted.as_ref().is_none_or(|wanted| have.is_some_and(|have| test(wanted, have)))
        }
        let tag = self.vlans.first();
        let behind_tag = tag.map(|_| self.vlans.get(1).map_or(self.eth_type, |tag| tag.protocol));
        let is_ip = self.src_ip.is_some() || self.dst_ip.is_some() || self.ip_proto.is_some();
        // What a packet here cannot have, no packet meets; what it does not say is 0.
        let not_here = KeySet::UNKNOWN
            | KeySet::PPPOE
            | KeySet::L2TPV3
            | KeySet::IPSEC
            | KeySet::CFM
            | KeySet::HASH
            | KeySet::ENC_OPTS
            | KeySet::ENC_CONTROL;
        let inner = self.vlans.get(1);
        let behind_inner = inner.map(|_| self.vlans.get(2).map_or(self.eth_type, |tag| tag.protocol));
        let count = u8::try_from(self.vlans.len()).unwrap_or(u8::MAX);
        !key.keys().intersects(not_here)
            && key.indev.is_none()
            && agrees(&key.num_of_vlans, Some(count), |wanted, have| *wanted == have)
            && agrees(&key.cvlan_id, inner.map(|tag| tag.id), |wanted, have| *wanted == have)
            && agrees(&key.cvlan_prio, inner.map(|tag| tag.priority), |wanted, have| *wanted == have)
            && agrees(&key.cvlan_ethtype, behind_inner, |wanted, have| *wanted == have)
            && self.parts_meet(key)
            && agrees(&key.ip_flags, Some(self.ip_flags), |wanted, have| wanted.matches(have))
            && agrees(&key.ct_state, Some(self.ct_state), |wanted, have| wanted.matches(have))
            && agrees(&key.ct_zone, Some(self.ct_zone), |wanted, have| wanted.matches(have))
            && agrees(&key.ct_mark, Some(self.ct_mark), |wanted, have| wanted.matches(have))
            && agrees(&key.ct_label, Some(CtLabel::default()), |wanted, have| wanted.matches(have))
            && agrees(&key.l2_miss, Some(0), |wanted, have| *wanted == have)
            && agrees(&key.eth_type, Some(self.outer_type()), |wanted, have| *wanted == have)
            && agrees(&key.dst_mac, Some(self.dst_mac), |wanted, have| wanted.matches(have))
            && agrees(&key.src_mac, Some(self.src_mac), |wanted, have| wanted.matches(have))
            && agrees(&key.vlan_id, tag.map(|tag| tag.id), |wanted, have| *wanted == have)
            && agrees(&key.vlan_prio, tag.map(|tag| tag.priority), |wanted, have| *wanted == have)
            && agrees(&key.vlan_ethtype, behind_tag, |wanted, have| *wanted == have)
            && agrees(&key.ip_proto, self.ip_proto, |wanted, have| *wanted == have)
            && agrees(&key.ip_tos, is_ip.then_some(self.ip_tos), |wanted, have| wanted.matches(have))
            && agrees(&key.ip_ttl, is_ip.then_some(self.ip_ttl), |wanted, have| wanted.matches(have))
            && agrees(&key.src_ip, self.src_ip, |wanted, have| wanted.matches(have))
            && agrees(&key.dst_ip, self.dst_ip, |wanted, have| wanted.matches(have))
            && agrees(&key.src_port, self.src_port, |wanted, have| wanted.matches(have))
            && agrees(&key.dst_port, self.dst_port, |wanted, have| wanted.matches(have))
            && agrees(
                &key.tcp_flags,
                (self.ip_proto == Some(IpProto::TCP)).then_some(self.tcp_flags),
                |wanted, have| wanted.matches(have),
            )
            && agrees(&key.icmp_type, self.icmp.map(|icmp| icmp.0), |wanted, have| wanted.matches(have))
            && agrees(&key.icmp_code, self.icmp.map(|icmp| icmp.1), |wanted, have| wanted.matches(have))
    }
}
