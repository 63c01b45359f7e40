//! A flower filter as attributes (`fl_dump`).

mod meta;

use smartnic_core::flow::{IpMatch, IpProto, Match, PortMatch, Skip};
use smartnic_core::types::{EtherType, Mac, Masked};
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::pkt_cls::*;

use super::{action_write, below_ip};
use crate::model::Machine;
use crate::model::tc::Filter;

/// Writes what is in `TCA_OPTIONS`.
pub(super) fn write(e: &mut Encoder<'_>, machine: &Machine, filter: &Filter) {
    if let Some(class) = filter.rule.classid {
        e.u32(TCA_FLOWER_CLASSID, class);
    }
    write_key(e, &filter.rule.key);
    let flags = flags(filter);
    if flags != 0 {
        e.u32(TCA_FLOWER_FLAGS, flags);
    }
    e.u32(TCA_FLOWER_IN_HW_COUNT, filter.hw.len() as u32);
    if !filter.rule.actions.is_empty() {
        e.nest(TCA_FLOWER_ACT, |e| action_write::write(e, machine, filter));
    }
}

/// Writes what is in `TCA_OPTIONS` of a terse dump (`fl_terse_dump`).
pub(super) fn write_terse(e: &mut Encoder<'_>, machine: &Machine, filter: &Filter) {
    let flags = flags(filter);
    if flags != 0 {
        e.u32(TCA_FLOWER_FLAGS, flags);
    }
    if !filter.rule.actions.is_empty() {
        e.nest(TCA_FLOWER_ACT, |e| action_write::write_terse(e, machine, filter));
    }
}

pub(super) fn flags(filter: &Filter) -> u32 {
    let set = |on: bool, flag: u32| if on { flag } else { 0 };
    set(filter.rule.skip == Skip::SkipHw, TCA_CLS_FLAGS_SKIP_HW)
        | set(filter.rule.skip == Skip::SkipSw, TCA_CLS_FLAGS_SKIP_SW)
        | set(filter.verbose, TCA_CLS_FLAGS_VERBOSE)
        | set(!filter.hw.is_empty(), TCA_CLS_FLAGS_IN_HW)
        | set(filter.not_in_hw, TCA_CLS_FLAGS_NOT_IN_HW)
}

/// `fl_dump_key`. The protocol that is shown is that behind the tag; the tag's own shows in the filter's protocol only.
pub(super) fn write_key(e: &mut Encoder<'_>, key: &Match) {
    if let Some(link) = &key.indev {
        e.text(TCA_FLOWER_INDEV, link);
    }
    if let Some(miss) = key.l2_miss {
        e.u8(TCA_FLOWER_L2_MISS, miss);
    }
    mac(e, key.dst_mac, TCA_FLOWER_KEY_ETH_DST, TCA_FLOWER_KEY_ETH_DST_MASK);
    mac(e, key.src_mac, TCA_FLOWER_KEY_ETH_SRC, TCA_FLOWER_KEY_ETH_SRC_MASK);
    let network = below_ip::shown_protocol(key);
    if let Some(network) = network {
        e.u16_be(TCA_FLOWER_KEY_ETH_TYPE, network.0);
    }
    below_ip::write_first(e, key);
    if let Some(id) = key.vlan_id {
        e.u16(TCA_FLOWER_KEY_VLAN_ID, id);
    }
    if let Some(prio) = key.vlan_prio {
        e.u8(TCA_FLOWER_KEY_VLAN_PRIO, prio);
    }
    // Of PPPoE that the rule does not look behind, nothing is told.
    let hidden = |kind: &EtherType| *kind == EtherType::PPP_SES && key.ppp_proto.is_none();
    if let Some(protocol) = key.vlan_ethtype.filter(|kind| !hidden(kind)) {
        e.u16_be(TCA_FLOWER_KEY_VLAN_ETH_TYPE, protocol.0);
    }
    below_ip::write_inner_tag(e, key);
    if let Some(proto) = key.ip_proto {
        e.u8(TCA_FLOWER_KEY_IP_PROTO, proto.0);
    }
    byte(e, key.ip_tos, TCA_FLOWER_KEY_IP_TOS, TCA_FLOWER_KEY_IP_TOS_MASK);
    byte(e, key.ip_ttl, TCA_FLOWER_KEY_IP_TTL, TCA_FLOWER_KEY_IP_TTL_MASK);
    below_ip::write_pppoe(e, key);
    ip(
        e,
        key.src_ip,
        [TCA_FLOWER_KEY_IPV4_SRC, TCA_FLOWER_KEY_IPV4_SRC_MASK],
        [TCA_FLOWER_KEY_IPV6_SRC, TCA_FLOWER_KEY_IPV6_SRC_MASK],
    );
    ip(
        e,
        key.dst_ip,
        [TCA_FLOWER_KEY_IPV4_DST, TCA_FLOWER_KEY_IPV4_DST_MASK],
        [TCA_FLOWER_KEY_IPV6_DST, TCA_FLOWER_KEY_IPV6_DST_MASK],
    );
    write_ports(e, key);
    if let Some(flags) = key.tcp_flags {
        e.u16_be(TCA_FLOWER_KEY_TCP_FLAGS, flags.value.0);
        e.u16_be(TCA_FLOWER_KEY_TCP_FLAGS_MASK, flags.mask.0);
    }
    if network == Some(EtherType::IPV6) {
        byte(e, key.icmp_type, TCA_FLOWER_KEY_ICMPV6_TYPE, TCA_FLOWER_KEY_ICMPV6_TYPE_MASK);
        byte(e, key.icmp_code, TCA_FLOWER_KEY_ICMPV6_CODE, TCA_FLOWER_KEY_ICMPV6_CODE_MASK);
    } else {
        byte(e, key.icmp_type, TCA_FLOWER_KEY_ICMPV4_TYPE, TCA_FLOWER_KEY_ICMPV4_TYPE_MASK);
        byte(e, key.icmp_code, TCA_FLOWER_KEY_ICMPV4_CODE, TCA_FLOWER_KEY_ICMPV4_CODE_MASK);
    }
    below_ip::write_last(e, key);
    range(e, key.dst_port, TCA_FLOWER_KEY_PORT_DST_MIN, TCA_FLOWER_KEY_PORT_DST_MAX);
    range(e, key.src_port, TCA_FLOWER_KEY_PORT_SRC_MIN, TCA_FLOWER_KEY_PORT_SRC_MAX);
    meta::tunnel(e, key);
    meta::state(e, key);
    meta::tunnel_flags(e, key);
    for attr in &key.unknown {
        e.attr(attr.kind, &attr.bytes);
    }
}

fn write_ports(e: &mut Encoder<'_>, key: &Match) {
    let [src, src_mask, dst, dst_mask] = match key.ip_proto {
        Some(IpProto::TCP) => [
            TCA_FLOWER_KEY_TCP_SRC,
            TCA_FLOWER_KEY_TCP_SRC_MASK,
            TCA_FLOWER_KEY_TCP_DST,
            TCA_FLOWER_KEY_TCP_DST_MASK,
        ],
        Some(IpProto::UDP) => [
            TCA_FLOWER_KEY_UDP_SRC,
            TCA_FLOWER_KEY_UDP_SRC_MASK,
            TCA_FLOWER_KEY_UDP_DST,
            TCA_FLOWER_KEY_UDP_DST_MASK,
        ],
        _ => [
            TCA_FLOWER_KEY_SCTP_SRC,
            TCA_FLOWER_KEY_SCTP_SRC_MASK,
            TCA_FLOWER_KEY_SCTP_DST,
            TCA_FLOWER_KEY_SCTP_DST_MASK,
        ],
    };
    for (port, kind, mask) in [(key.src_port, src, src_mask), (key.dst_port, dst, dst_mask)] {
        if let Some(PortMatch::Masked(port)) = port {
            e.u16_be(kind, port.value);
            e.u16_be(mask, port.mask);
        }
    }
}

fn mac(e: &mut Encoder<'_>, mac: Option<Masked<Mac>>, kind: u16, mask: u16) {
    if let Some(mac) = mac {
        e.attr(kind, &mac.value.0);
        e.attr(mask, &mac.mask.0);
    }
}

fn byte(e: &mut Encoder<'_>, byte: Option<Masked<u8>>, kind: u16, mask: u16) {
    if let Some(byte) = byte {
        e.u8(kind, byte.value);
        e.u8(mask, byte.mask);
    }
}

fn ip(e: &mut Encoder<'_>, ip: Option<IpMatch>, v4: [u16; 2], v6: [u16; 2]) {
    match ip {
        Some(IpMatch::V4(ip)) => {
            e.attr(v4[0], &ip.value.octets());
            e.attr(v4[1], &ip.mask.octets());
        }
        Some(IpMatch::V6(ip)) => {
            e.attr(v6[0], &ip.value.octets());
            e.attr(v6[1], &ip.mask.octets());
        }
        None => {}
    }
}

fn range(e: &mut Encoder<'_>, port: Option<PortMatch>, first: u16, last: u16) {
    if let Some(PortMatch::Range { min, max }) = port {
        e.u16_be(first, min);
        e.u16_be(last, max);
    }
}
