use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::{Cfm, CtLabel, IpMatch, IpProto, MplsLse, PortMatch, TcpFlags, TunnelOptsMatch};
use crate::types::{EtherType, Mac, Masked, UnknownAttr};

const PPP_IP: u16 = 0x21;
const PPP_IPV6: u16 = 0x57;
const PPP_MPLS_UC: u16 = 0x281;
const PPP_MPLS_MC: u16 = 0x283;

/// What a rule matches on: a packet meets it if it agrees with every key that is given.
///
/// The fields carry the names that `tc … flower` gives them; each stands for a `TCA_FLOWER_KEY_*` attribute and
/// its mask.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// The Ethernet protocol of the packet; of its outer VLAN tag if it has one (`TCA_FLOWER_KEY_ETH_TYPE`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub eth_type: Option<EtherType>,
    /// The link that the packet came in by, by its netdev name; for rules on shared blocks (`TCA_FLOWER_INDEV`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub indev: Option<String>,
    /// The destination MAC address (`TCA_FLOWER_KEY_ETH_DST`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dst_mac: Option<Masked<Mac>>,
    /// The source MAC address (`TCA_FLOWER_KEY_ETH_SRC`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub src_mac: Option<Masked<Mac>>,
    /// How many VLAN tags the packet has (`TCA_FLOWER_KEY_NUM_OF_VLANS`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub num_of_vlans: Option<u8>,
    /// The outer VLAN, 0..=4095 (`TCA_FLOWER_KEY_VLAN_ID`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vlan_id: Option<u16>,
    /// The priority in the outer VLAN tag, 0..=7 (`TCA_FLOWER_KEY_VLAN_PRIO`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vlan_prio: Option<u8>,
    /// The protocol behind the outer VLAN tag (`TCA_FLOWER_KEY_VLAN_ETH_TYPE`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vlan_ethtype: Option<EtherType>,
    /// The inner VLAN, 0..=4095 (`TCA_FLOWER_KEY_CVLAN_ID`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cvlan_id: Option<u16>,
    /// The priority in the inner VLAN tag, 0..=7 (`TCA_FLOWER_KEY_CVLAN_PRIO`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cvlan_prio: Option<u8>,
    /// The protocol behind the inner VLAN tag (`TCA_FLOWER_KEY_CVLAN_ETH_TYPE`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cvlan_ethtype: Option<EtherType>,
    /// The PPPoE session (`TCA_FLOWER_KEY_PPPOE_SID`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pppoe_sid: Option<u16>,
    /// The PPP protocol number, such as 0x21 for IPv4 (`TCA_FLOWER_KEY_PPP_PROTO`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ppp_proto: Option<u16>,
    /// Entries of the MPLS label stack (`TCA_FLOWER_KEY_MPLS_OPTS`); not together with `mpls_label` and its like.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub mpls: Vec<MplsLse>,
    /// The label of the outer MPLS entry, 20 bits (`TCA_FLOWER_KEY_MPLS_LABEL`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mpls_label: Option<u32>,
    /// The traffic class of the outer MPLS entry, 3 bits (`TCA_FLOWER_KEY_MPLS_TC`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mpls_tc: Option<u8>,
    /// 1 if the outer MPLS entry is the last (`TCA_FLOWER_KEY_MPLS_BOS`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mpls_bos: Option<u8>,
    /// The time to live of the outer MPLS entry (`TCA_FLOWER_KEY_MPLS_TTL`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mpls_ttl: Option<u8>,
    /// The IP protocol (`TCA_FLOWER_KEY_IP_PROTO`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ip_proto: Option<IpProto>,
    /// The type of service: DSCP in the upper six bits, ECN in the lower two (`TCA_FLOWER_KEY_IP_TOS`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ip_tos: Option<Masked<u8>>,
    /// The time to live or hop limit (`TCA_FLOWER_KEY_IP_TTL`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ip_ttl: Option<Masked<u8>>,
    /// Whether the packet is a fragment, and the first one; bits in [`IP_FLAGS`](super::IP_FLAGS) (`TCA_FLOWER_KEY_FLAGS`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ip_flags: Option<Masked<u32>>,
    /// The source address (`TCA_FLOWER_KEY_IPV4_SRC`, `_IPV6_SRC`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub src_ip: Option<IpMatch>,
    /// The destination address (`TCA_FLOWER_KEY_IPV4_DST`, `_IPV6_DST`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dst_ip: Option<IpMatch>,
    /// The source port of TCP, UDP or SCTP (`TCA_FLOWER_KEY_TCP_SRC` …, `_PORT_SRC_MIN`, `_MAX`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub src_port: Option<PortMatch>,
    /// The destination port of TCP, UDP or SCTP.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dst_port: Option<PortMatch>,
    /// The TCP flags, 12 bits (`TCA_FLOWER_KEY_TCP_FLAGS`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tcp_flags: Option<Masked<TcpFlags>>,
    /// The ICMP or ICMPv6 type (`TCA_FLOWER_KEY_ICMPV4_TYPE`, `_ICMPV6_TYPE`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub icmp_type: Option<Masked<u8>>,
    /// The ICMP or ICMPv6 code (`TCA_FLOWER_KEY_ICMPV4_CODE`, `_ICMPV6_CODE`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub icmp_code: Option<Masked<u8>>,
    /// The sender's address in ARP (`TCA_FLOWER_KEY_ARP_SIP`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arp_sip: Option<Masked<Ipv4Addr>>,
    /// The target's address in ARP (`TCA_FLOWER_KEY_ARP_TIP`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arp_tip: Option<Masked<Ipv4Addr>>,
    /// The ARP operation: 1 request, 2 reply (`TCA_FLOWER_KEY_ARP_OP`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arp_op: Option<Masked<u8>>,
    /// The sender's MAC address in ARP (`TCA_FLOWER_KEY_ARP_SHA`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arp_sha: Option<Masked<Mac>>,
    /// The target's MAC address in ARP (`TCA_FLOWER_KEY_ARP_THA`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arp_tha: Option<Masked<Mac>>,
    /// The L2TPv3 session (`TCA_FLOWER_KEY_L2TPV3_SID`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub l2tpv3_sid: Option<u32>,
    /// The IPsec security parameter index (`TCA_FLOWER_KEY_SPI`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub spi: Option<Masked<u32>>,
    /// Connectivity fault management (`TCA_FLOWER_KEY_CFM`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cfm: Option<Cfm>,
    /// The outer source address of a tunnelled packet (`TCA_FLOWER_KEY_ENC_IPV4_SRC`, `_IPV6_SRC`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enc_src_ip: Option<IpMatch>,
    /// The outer destination address (`TCA_FLOWER_KEY_ENC_IPV4_DST`, `_IPV6_DST`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enc_dst_ip: Option<IpMatch>,
    /// The tunnel's key, such as a VNI (`TCA_FLOWER_KEY_ENC_KEY_ID`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enc_key_id: Option<u32>,
    /// The outer UDP source port (`TCA_FLOWER_KEY_ENC_UDP_SRC_PORT`); tc has no word for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enc_src_port: Option<Masked<u16>>,
    /// The outer UDP destination port (`TCA_FLOWER_KEY_ENC_UDP_DST_PORT`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enc_dst_port: Option<Masked<u16>>,
    /// The outer type of service (`TCA_FLOWER_KEY_ENC_IP_TOS`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enc_tos: Option<Masked<u8>>,
    /// The outer time to live (`TCA_FLOWER_KEY_ENC_IP_TTL`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enc_ttl: Option<Masked<u8>>,
    /// Options of the tunnel's header (`TCA_FLOWER_KEY_ENC_OPTS`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enc_opts: Option<TunnelOptsMatch>,
    /// Flags of the tunnel; bits in [`ENC_FLAGS`](super::ENC_FLAGS) (`TCA_FLOWER_KEY_ENC_FLAGS`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enc_flags: Option<Masked<u32>>,
    /// The connection's state; bits in [`CT_STATES`](super::CT_STATES) (`TCA_FLOWER_KEY_CT_STATE`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ct_state: Option<Masked<u16>>,
    /// The connection's zone (`TCA_FLOWER_KEY_CT_ZONE`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ct_zone: Option<Masked<u16>>,
    /// The connection's mark (`TCA_FLOWER_KEY_CT_MARK`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ct_mark: Option<Masked<u32>>,
    /// The connection's label (`TCA_FLOWER_KEY_CT_LABELS`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ct_label: Option<Masked<CtLabel>>,
    /// 1 if a bridge had no entry for the destination address (`TCA_FLOWER_L2_MISS`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub l2_miss: Option<u8>,
    /// The packet's hash (`TCA_FLOWER_KEY_HASH`); tc has no word for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hash: Option<Masked<u32>>,
    /// Attributes that this version of the SDK has no field for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}

impl Match {
    /// The protocol of the packet's payload: behind the VLAN tags, and behind PPP, if the rule looks there.
    #[must_use]
    pub fn network_type(&self) -> Option<EtherType> {
        match (self.ethernet_type(), self.ppp_proto) {
            (Some(EtherType::PPP_SES), Some(PPP_IP)) => Some(EtherType::IPV4),
            (Some(EtherType::PPP_SES), Some(PPP_IPV6)) => Some(EtherType::IPV6),
            (Some(EtherType::PPP_SES), Some(PPP_MPLS_UC)) => Some(EtherType::MPLS),
            (Some(EtherType::PPP_SES), Some(PPP_MPLS_MC)) => Some(EtherType::MPLS_MC),
            (outer, _) => outer,
        }
    }

    /// The Ethernet protocol behind the VLAN tags, if the rule says it.
    ///
    /// A protocol that [`num_of_vlans`](Self::num_of_vlans) says a tag to be behind counts as that tag's, whatever
    /// it is; so the kernel has it.
    #[must_use]
    pub fn ethernet_type(&self) -> Option<EtherType> {
        let tags = self.num_of_vlans.unwrap_or(0);
        let is_tag =
            |kind: Option<EtherType>, below: u8| kind.is_some_and(EtherType::is_vlan) || tags > below;
        match (is_tag(self.eth_type, 0), is_tag(self.vlan_ethtype, 1)) {
            (false, _) => self.eth_type,
            (true, false) => self.vlan_ethtype,
            (true, true) => self.cvlan_ethtype,
        }
    }
}
