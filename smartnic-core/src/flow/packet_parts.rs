//! Parts that only some packets have: MPLS labels, ARP, a tunnel.

use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};

use super::{KeySet, Match, MplsLse, Packet, TunnelSet};
use crate::types::{EtherType, Mac};

/// An entry of a packet's MPLS label stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct MplsLabel {
    /// The label, 20 bits.
    pub label: u32,
    /// The traffic class, 3 bits.
    pub tc: u8,
    /// The time to live.
    pub ttl: u8,
}

/// What an ARP packet says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Arp {
    /// The operation: 1 request, 2 reply.
    pub op: u8,
    /// The sender's address.
    pub sip: Ipv4Addr,
    /// The target's address.
    pub tip: Ipv4Addr,
    /// The sender's MAC address.
    pub sha: Mac,
    /// The target's MAC address.
    pub tha: Mac,
}

impl Default for Arp {
    /// A request that says nothing.
    fn default() -> Self {
        let (ip, mac) = (Ipv4Addr::UNSPECIFIED, Mac::default());
        Self { op: 1, sip: ip, tip: ip, sha: mac, tha: mac }
    }
}

/// The outer headers that a packet came with, or is to be sent with. Its options and flags are not told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tunnel {
    /// The outer source.
    pub src_ip: Option<IpAddr>,
    /// The outer destination.
    pub dst_ip: Option<IpAddr>,
    /// The tunnel's key, such as a VNI.
    pub key_id: u32,
    /// The outer UDP source port.
    pub src_port: u16,
    /// The outer UDP destination port.
    pub dst_port: u16,
    /// The outer type of service.
    pub tos: u8,
    /// The outer time to live.
    pub ttl: u8,
}

impl From<&TunnelSet> for Tunnel {
    fn from(set: &TunnelSet) -> Self {
        Self {
            src_ip: set.src_ip,
            dst_ip: set.dst_ip,
            key_id: set.key_id.unwrap_or(0),
            src_port: 0,
            dst_port: set.dst_port.unwrap_or(0),
            tos: set.tos.unwrap_or(0),
            ttl: set.ttl.unwrap_or(0),
        }
    }
}

impl Packet {
    /// True if the packet agrees with what the match says of MPLS, ARP and the tunnel.
    pub(super) fn parts_meet(&self, key: &Match) -> bool {
        self.mpls_meets(key) && self.arp_meets(key) && self.tunnel_meets(key)
    }

    fn mpls_meets(&self, key: &Match) -> bool {
        let outer = MplsLse {
            depth: 1,
            label: key.mpls_label,
            tc: key.mpls_tc,
            bos: key.mpls_bos,
            ttl: key.mpls_ttl,
        };
        let wanted = key.mpls.iter().copied().chain([outer].into_iter().filter(|_| key.mpls.is_empty()));
        !key.keys().contains(KeySet::MPLS)
            || self.eth_type.is_mpls() && wanted.into_iter().all(|lse| self.lse_meets(&lse))
    }

    fn lse_meets(&self, lse: &MplsLse) -> bool {
        let at = usize::from(lse.depth).wrapping_sub(1);
        let Some(entry) = self.mpls.get(at) else { return false };
        let bos = u8::from(at + 1 == self.mpls.len());
        lse.label.is_none_or(|label| label == entry.label)
            && lse.tc.is_none_or(|tc| tc == entry.tc)
            && lse.ttl.is_none_or(|ttl| ttl == entry.ttl)
            && lse.bos.is_none_or(|wanted| wanted == bos)
    }

    fn arp_meets(&self, key: &Match) -> bool {
        if !key.keys().contains(KeySet::ARP) {
            return true;
        }
        let Some(arp) = self.arp.filter(|_| matches!(self.eth_type, EtherType::ARP | EtherType::RARP)) else {
            return false;
        };
        key.arp_op.is_none_or(|op| op.matches(arp.op))
            && key.arp_sip.is_none_or(|ip| ip.matches(arp.sip))
            && key.arp_tip.is_none_or(|ip| ip.matches(arp.tip))
            && key.arp_sha.is_none_or(|mac| mac.matches(arp.sha))
            && key.arp_tha.is_none_or(|mac| mac.matches(arp.tha))
    }

    fn tunnel_meets(&self, key: &Match) -> bool {
        let keys = KeySet::ENC_KEYID
            | KeySet::ENC_IPV4_ADDRS
            | KeySet::ENC_IPV6_ADDRS
            | KeySet::ENC_PORTS
            | KeySet::ENC_IP;
        if !key.keys().intersects(keys) {
            return true;
        }
        let Some(tunnel) = self.tunnel else { return false };
        let address = |have: Option<IpAddr>, wanted: Option<super::IpMatch>| {
            wanted.is_none_or(|wanted| have.is_some_and(|have| wanted.matches(have)))
        };
        address(tunnel.src_ip, key.enc_src_ip)
            && address(tunnel.dst_ip, key.enc_dst_ip)
            && key.enc_key_id.is_none_or(|id| id == tunnel.key_id)
            && key.enc_src_port.is_none_or(|port| port.matches(tunnel.src_port))
            && key.enc_dst_port.is_none_or(|port| port.matches(tunnel.dst_port))
            && key.enc_tos.is_none_or(|tos| tos.matches(tunnel.tos))
            && key.enc_ttl.is_none_or(|ttl| ttl.matches(tunnel.ttl))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_meet_at_their_depth() {
        let entry = |label| MplsLabel { label, tc: 1, ttl: 64 };
        let packet =
            Packet { eth_type: EtherType::MPLS, mpls: vec![entry(100), entry(200)], ..Packet::default() };
        let meets = |set: &dyn Fn(&mut Match)| {
            let mut key = Match { eth_type: Some(EtherType::MPLS), ..Match::default() };
            set(&mut key);
            packet.meets(&key)
        };
        let lse = |depth, label, bos| MplsLse { depth, label: Some(label), bos, ..MplsLse::default() };
        assert!(meets(&|_| {}));
        assert!(meets(&|key| (key.mpls_label, key.mpls_bos) = (Some(100), Some(0))));
        assert!(meets(&|key| key.mpls = vec![lse(1, 100, Some(0)), lse(2, 200, Some(1))]));
        assert!(!meets(&|key| key.mpls = vec![lse(2, 200, Some(0))]));
        assert!(!meets(&|key| key.mpls = vec![lse(3, 200, None)]));
        assert!(!meets(&|key| key.mpls_ttl = Some(63)));
    }

    #[test]
    fn arp_and_tunnels_meet_where_they_are() {
        let plain = Packet { eth_type: EtherType::ARP, ..Packet::default() };
        let arp = Packet { arp: Some(Arp { op: 2, ..Arp::default() }), ..plain.clone() };
        let reply = Match { arp_op: Some(2.into()), ..Match::default() };
        assert!(arp.meets(&reply) && !plain.meets(&reply));
        let tunnel = Tunnel { dst_ip: Some([10, 0, 0, 1].into()), key_id: 5, ..Tunnel::default() };
        let tunnelled = Packet { tunnel: Some(tunnel), ..plain.clone() };
        let wanted = |address: &str| Match {
            enc_dst_ip: Some(address.parse().unwrap()),
            enc_key_id: Some(5),
            ..Match::default()
        };
        assert!(tunnelled.meets(&wanted("10.0.0.0/8")) && !plain.meets(&wanted("10.0.0.0/8")));
        assert!(tunnelled.meets(&wanted("0.0.0.0/0")) && !tunnelled.meets(&wanted("::/0")));
    }
}
