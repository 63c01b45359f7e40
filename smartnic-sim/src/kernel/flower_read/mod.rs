//! What a flower filter matches, from its attributes (`fl_set_key`).

mod meta;
mod tunnel;

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use smartnic_core::flow::{IpMatch, IpProto, Match, PortMatch, TcpFlags};
use smartnic_core::types::{EtherType, Mac, Masked, UnknownAttr};
use smartnic_netlink::codec::Attr;
use smartnic_netlink::uapi::pkt_cls::*;

use super::answer::ExtAck;
use super::below_ip;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;

/// The attributes of flower options.
pub(super) struct Flower<'a> {
    options: Attr<'a>,
    table: Table<'a>,
}

/// What the attributes that this kernel understands must be (`fl_policy`).
const HEADERS: &[Policy] = &[
    (TCA_FLOWER_KEY_ETH_DST, Shape::Bytes(6), None),
    (TCA_FLOWER_KEY_ETH_DST_MASK, Shape::Bytes(6), None),
    (TCA_FLOWER_KEY_ETH_SRC, Shape::Bytes(6), None),
    (TCA_FLOWER_KEY_ETH_SRC_MASK, Shape::Bytes(6), None),
    (TCA_FLOWER_KEY_ETH_TYPE, Shape::U16, None),
    (TCA_FLOWER_KEY_IP_PROTO, Shape::U8, None),
    (TCA_FLOWER_KEY_IPV4_SRC, Shape::U32, None),
    (TCA_FLOWER_KEY_IPV4_SRC_MASK, Shape::U32, None),
    (TCA_FLOWER_KEY_IPV4_DST, Shape::U32, None),
    (TCA_FLOWER_KEY_IPV4_DST_MASK, Shape::U32, None),
    (TCA_FLOWER_KEY_IPV6_SRC, Shape::Bytes(16), None),
    (TCA_FLOWER_KEY_IPV6_SRC_MASK, Shape::Bytes(16), None),
    (TCA_FLOWER_KEY_IPV6_DST, Shape::Bytes(16), None),
    (TCA_FLOWER_KEY_IPV6_DST_MASK, Shape::Bytes(16), None),
    (TCA_FLOWER_KEY_TCP_SRC, Shape::U16, None),
    (TCA_FLOWER_KEY_TCP_SRC_MASK, Shape::U16, None),
    (TCA_FLOWER_KEY_TCP_DST, Shape::U16, None),
    (TCA_FLOWER_KEY_TCP_DST_MASK, Shape::U16, None),
    (TCA_FLOWER_KEY_UDP_SRC, Shape::U16, None),
    (TCA_FLOWER_KEY_UDP_SRC_MASK, Shape::U16, None),
    (TCA_FLOWER_KEY_UDP_DST, Shape::U16, None),
    (TCA_FLOWER_KEY_UDP_DST_MASK, Shape::U16, None),
    (TCA_FLOWER_KEY_SCTP_SRC, Shape::U16, None),
    (TCA_FLOWER_KEY_SCTP_SRC_MASK, Shape::U16, None),
    (TCA_FLOWER_KEY_SCTP_DST, Shape::U16, None),
    (TCA_FLOWER_KEY_SCTP_DST_MASK, Shape::U16, None),
    (TCA_FLOWER_KEY_VLAN_ID, Shape::U16, None),
    (TCA_FLOWER_KEY_VLAN_PRIO, Shape::U8, None),
    (TCA_FLOWER_KEY_VLAN_ETH_TYPE, Shape::U16, None),
    (TCA_FLOWER_KEY_ICMPV4_TYPE, Shape::U8, None),
    (TCA_FLOWER_KEY_ICMPV4_TYPE_MASK, Shape::U8, None),
    (TCA_FLOWER_KEY_ICMPV4_CODE, Shape::U8, None),
    (TCA_FLOWER_KEY_ICMPV4_CODE_MASK, Shape::U8, None),
    (TCA_FLOWER_KEY_ICMPV6_TYPE, Shape::U8, None),
    (TCA_FLOWER_KEY_ICMPV6_TYPE_MASK, Shape::U8, None),
    (TCA_FLOWER_KEY_ICMPV6_CODE, Shape::U8, None),
    (TCA_FLOWER_KEY_ICMPV6_CODE_MASK, Shape::U8, None),
    (TCA_FLOWER_KEY_TCP_FLAGS, Shape::U16, None),
    (TCA_FLOWER_KEY_TCP_FLAGS_MASK, Shape::U16, None),
    (TCA_FLOWER_KEY_IP_TOS, Shape::U8, None),
    (TCA_FLOWER_KEY_IP_TOS_MASK, Shape::U8, None),
    (TCA_FLOWER_KEY_IP_TTL, Shape::U8, None),
    (TCA_FLOWER_KEY_IP_TTL_MASK, Shape::U8, None),
    (TCA_FLOWER_KEY_PORT_SRC_MIN, Shape::Bytes(0), None),
    (TCA_FLOWER_KEY_PORT_SRC_MAX, Shape::Bytes(0), None),
    (TCA_FLOWER_KEY_PORT_DST_MIN, Shape::Bytes(0), None),
    (TCA_FLOWER_KEY_PORT_DST_MAX, Shape::Bytes(0), None),
    (TCA_FLOWER_FLAGS, Shape::U32, None),
    (TCA_FLOWER_CLASSID, Shape::U32, None),
];

/// All of them.
static POLICY: LazyLock<Vec<Policy>> = LazyLock::new(|| [HEADERS, below_ip::POLICY, meta::POLICY].concat());

/// The attributes of source and destination ports and their masks, by protocol.
const PORTS: [(IpProto, [u16; 4]); 3] = [
    (
        IpProto::TCP,
        [
            TCA_FLOWER_KEY_TCP_SRC,
            TCA_FLOWER_KEY_TCP_SRC_MASK,
            TCA_FLOWER_KEY_TCP_DST,
            TCA_FLOWER_KEY_TCP_DST_MASK,
        ],
    ),
    (
        IpProto::UDP,
        [
            TCA_FLOWER_KEY_UDP_SRC,
            TCA_FLOWER_KEY_UDP_SRC_MASK,
            TCA_FLOWER_KEY_UDP_DST,
            TCA_FLOWER_KEY_UDP_DST_MASK,
        ],
    ),
    (
        IpProto::SCTP,
        [
            TCA_FLOWER_KEY_SCTP_SRC,
            TCA_FLOWER_KEY_SCTP_SRC_MASK,
            TCA_FLOWER_KEY_SCTP_DST,
            TCA_FLOWER_KEY_SCTP_DST_MASK,
        ],
    ),
];

impl<'a> Flower<'a> {
    /// Reads the attributes in `TCA_OPTIONS`. The kernel says nothing about those that are wrong.
    pub(super) fn read(request: &Request<'_>, options: &Attr<'a>) -> Result<Self, Errno> {
        let mut unheard = ExtAck::default();
        let table = Table::read(request, options.nested(), &POLICY, Strictness::Liberal, &mut unheard)?;
        Ok(Self { options: *options, table })
    }

    pub(super) fn classid(&self) -> Option<u32> {
        self.table.u32(TCA_FLOWER_CLASSID)
    }

    pub(super) fn flags(&self) -> u32 {
        self.table.u32(TCA_FLOWER_FLAGS).unwrap_or(0)
    }

    /// Where an attribute stands in the request.
    pub(super) fn offset(&self, request: &Request<'_>, kind: u16) -> Option<u32> {
        request.offset(self.table.get(kind)?)
    }

    /// The list of actions.
    pub(super) fn actions(&self) -> Option<&Attr<'a>> {
        self.table.get(TCA_FLOWER_ACT)
    }

    /// The match as the attributes say it; what the kernel passes over is sorted out later.
    pub(super) fn key(&self, request: &Request<'_>, ext: &mut ExtAck) -> Result<Match, Errno> {
        let table = &self.table;
        let ether = |kind| table.u16_be(kind).map(EtherType);
        let byte = |kind, mask| {
            let value = table.u8(kind)?;
            Some(Masked { value, mask: table.u8(mask).unwrap_or(0xff) })
        };
        let mac = |kind, mask| {
            let value = Mac(table.head(kind)?);
            Some(Masked { value, mask: table.head(mask).map_or(Mac::BROADCAST, Mac) })
        };
        let ip_proto = table.u8(TCA_FLOWER_KEY_IP_PROTO).map(IpProto);
        let v6 = ip_proto == Some(IpProto::ICMPV6);
        let [icmp_type, icmp_type_mask, icmp_code, icmp_code_mask] = match v6 {
            false => [
                TCA_FLOWER_KEY_ICMPV4_TYPE,
                TCA_FLOWER_KEY_ICMPV4_TYPE_MASK,
                TCA_FLOWER_KEY_ICMPV4_CODE,
                TCA_FLOWER_KEY_ICMPV4_CODE_MASK,
            ],
            true => [
                TCA_FLOWER_KEY_ICMPV6_TYPE,
                TCA_FLOWER_KEY_ICMPV6_TYPE_MASK,
                TCA_FLOWER_KEY_ICMPV6_CODE,
                TCA_FLOWER_KEY_ICMPV6_CODE_MASK,
            ],
        };
        let (src_port, dst_port) = self.ports(ip_proto, ext)?;
        let mut key = Match {
            eth_type: ether(TCA_FLOWER_KEY_ETH_TYPE),
            dst_mac: mac(TCA_FLOWER_KEY_ETH_DST, TCA_FLOWER_KEY_ETH_DST_MASK),
            src_mac: mac(TCA_FLOWER_KEY_ETH_SRC, TCA_FLOWER_KEY_ETH_SRC_MASK),
            vlan_id: table.u16(TCA_FLOWER_KEY_VLAN_ID),
            vlan_prio: table.u8(TCA_FLOWER_KEY_VLAN_PRIO),
            vlan_ethtype: ether(TCA_FLOWER_KEY_VLAN_ETH_TYPE),
            ip_proto,
            ip_tos: byte(TCA_FLOWER_KEY_IP_TOS, TCA_FLOWER_KEY_IP_TOS_MASK),
            ip_ttl: byte(TCA_FLOWER_KEY_IP_TTL, TCA_FLOWER_KEY_IP_TTL_MASK),
            src_ip: self.ip([
                TCA_FLOWER_KEY_IPV4_SRC,
                TCA_FLOWER_KEY_IPV4_SRC_MASK,
                TCA_FLOWER_KEY_IPV6_SRC,
                TCA_FLOWER_KEY_IPV6_SRC_MASK,
            ]),
            dst_ip: self.ip([
                TCA_FLOWER_KEY_IPV4_DST,
                TCA_FLOWER_KEY_IPV4_DST_MASK,
                TCA_FLOWER_KEY_IPV6_DST,
                TCA_FLOWER_KEY_IPV6_DST_MASK,
            ]),
            src_port,
            dst_port,
            tcp_flags: table.u16_be(TCA_FLOWER_KEY_TCP_FLAGS).map(|flags| {
                let mask = table.u16_be(TCA_FLOWER_KEY_TCP_FLAGS_MASK).unwrap_or(0xffff);
                Masked { value: TcpFlags(flags & 0xfff), mask: TcpFlags(mask & 0xfff) }
            }),
            icmp_type: byte(icmp_type, icmp_type_mask),
            icmp_code: byte(icmp_code, icmp_code_mask),
            unknown: self.unknown(),
            ..Match::default()
        };
        meta::read(request, &self.options, table, &mut key, ext)?;
        below_ip::read(request, table, &mut key, ext)?;
        Ok(key)
    }

    fn ip(&self, [v4, v4_mask, v6, v6_mask]: [u16; 4]) -> Option<IpMatch> {
        let table = &self.table;
        if let Some(value) = table.head::<4>(v4) {
            let mask = table.head::<4>(v4_mask).map_or(Ipv4Addr::BROADCAST, Ipv4Addr::from);
            return Some(IpMatch::V4(Masked { value: value.into(), mask }));
        }
        let value = table.head::<16>(v6)?;
        let mask = table.head::<16>(v6_mask).map_or(Ipv6Addr::from_bits(u128::MAX), Ipv6Addr::from);
        Some(IpMatch::V6(Masked { value: value.into(), mask }))
    }

    fn ports(
        &self,
        ip_proto: Option<IpProto>,
        ext: &mut ExtAck,
    ) -> Result<(Option<PortMatch>, Option<PortMatch>), Errno> {
        let Some((_, [src, src_mask, dst, dst_mask])) =
            PORTS.iter().find(|(proto, _)| Some(*proto) == ip_proto).copied()
        else {
            return Ok((None, None));
        };
        let masked = |kind, mask| {
            let value = self.table.u16_be(kind)?;
            let mask = self.table.u16_be(mask).unwrap_or(0xffff);
            Some(PortMatch::Masked(Masked { value, mask }))
        };
        let destination = [TCA_FLOWER_KEY_PORT_DST_MIN, TCA_FLOWER_KEY_PORT_DST_MAX];
        let source = [TCA_FLOWER_KEY_PORT_SRC_MIN, TCA_FLOWER_KEY_PORT_SRC_MAX];
        let dst_range =
            self.range(destination, "Both min and max destination ports must be specified", ext)?;
        let src_range = self.range(source, "Both min and max source ports must be specified", ext)?;
        Ok((src_range.or_else(|| masked(src, src_mask)), dst_range.or_else(|| masked(dst, dst_mask))))
    }

    fn range(
        &self,
        [min, max]: [u16; 2],
        half: &'static str,
        ext: &mut ExtAck,
    ) -> Result<Option<PortMatch>, Errno> {
        match (self.table.u16_be(min), self.table.u16_be(max)) {
            (Some(min), Some(max)) => Ok(Some(PortMatch::Range { min, max })),
            (None, None) => Ok(None),
            _ => {
                ext.note.say(half);
                Err(Errno::EINVAL)
            }
        }
    }

    /// Attributes of keys that the model does not have. It keeps them, and no packet meets them.
    fn unknown(&self) -> Vec<UnknownAttr> {
        let known = |kind: u16| {
            POLICY.iter().any(|(known, _, _)| *known == kind)
                || matches!(kind, TCA_FLOWER_UNSPEC | TCA_FLOWER_ACT | TCA_FLOWER_IN_HW_COUNT)
                || u32::from(kind) > TCA_FLOWER_MAX
        };
        let others = self.table.iter().filter(|attr| !known(attr.kind()));
        others.map(|attr| UnknownAttr { kind: attr.kind(), bytes: attr.payload.to_vec() }).collect()
    }
}
