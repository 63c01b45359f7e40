//! Keys of the tunnel, the connection, the flags and what else is beside the packet's bytes (`fl_set_key`).

use std::net::{Ipv4Addr, Ipv6Addr};

use smartnic_core::flow::{CtLabel, IpMatch, Match, TunnelOptsMatch};
use smartnic_core::types::Masked;
use smartnic_netlink::codec::Attr;
use smartnic_netlink::uapi::pkt_cls::*;

use super::tunnel;
use crate::errno::Errno;
use crate::kernel::answer::ExtAck;
use crate::kernel::table::{Policy, Request, Shape, Table};

const STATES: u16 = TCA_FLOWER_KEY_CT_FLAGS_NEW
    | TCA_FLOWER_KEY_CT_FLAGS_ESTABLISHED
    | TCA_FLOWER_KEY_CT_FLAGS_RELATED
    | TCA_FLOWER_KEY_CT_FLAGS_TRACKED
    | TCA_FLOWER_KEY_CT_FLAGS_INVALID
    | TCA_FLOWER_KEY_CT_FLAGS_REPLY;
const IP_FLAGS: u32 = TCA_FLOWER_KEY_FLAGS_IS_FRAGMENT | TCA_FLOWER_KEY_FLAGS_FRAG_IS_FIRST;
const ENC_FLAGS: u32 = TCA_FLOWER_KEY_FLAGS_TUNNEL_CSUM
    | TCA_FLOWER_KEY_FLAGS_TUNNEL_DONT_FRAGMENT
    | TCA_FLOWER_KEY_FLAGS_TUNNEL_OAM
    | TCA_FLOWER_KEY_FLAGS_TUNNEL_CRIT_OPT;

/// What the attributes must be (`fl_policy`).
pub(super) const POLICY: &[Policy] = &[
    (TCA_FLOWER_KEY_ENC_KEY_ID, Shape::U32, None),
    (TCA_FLOWER_KEY_ENC_IPV4_SRC, Shape::U32, None),
    (TCA_FLOWER_KEY_ENC_IPV4_SRC_MASK, Shape::U32, None),
    (TCA_FLOWER_KEY_ENC_IPV4_DST, Shape::U32, None),
    (TCA_FLOWER_KEY_ENC_IPV4_DST_MASK, Shape::U32, None),
    (TCA_FLOWER_KEY_ENC_IPV6_SRC, Shape::Bytes(16), None),
    (TCA_FLOWER_KEY_ENC_IPV6_SRC_MASK, Shape::Bytes(16), None),
    (TCA_FLOWER_KEY_ENC_IPV6_DST, Shape::Bytes(16), None),
    (TCA_FLOWER_KEY_ENC_IPV6_DST_MASK, Shape::Bytes(16), None),
    (TCA_FLOWER_KEY_ENC_UDP_SRC_PORT, Shape::U16, None),
    (TCA_FLOWER_KEY_ENC_UDP_SRC_PORT_MASK, Shape::U16, None),
    (TCA_FLOWER_KEY_ENC_UDP_DST_PORT, Shape::U16, None),
    (TCA_FLOWER_KEY_ENC_UDP_DST_PORT_MASK, Shape::U16, None),
    (TCA_FLOWER_KEY_ENC_IP_TOS, Shape::U8, None),
    (TCA_FLOWER_KEY_ENC_IP_TOS_MASK, Shape::U8, None),
    (TCA_FLOWER_KEY_ENC_IP_TTL, Shape::U8, None),
    (TCA_FLOWER_KEY_ENC_IP_TTL_MASK, Shape::U8, None),
    (TCA_FLOWER_KEY_ENC_OPTS, Shape::Nested, None),
    (TCA_FLOWER_KEY_ENC_OPTS_MASK, Shape::Nested, None),
    (TCA_FLOWER_KEY_FLAGS, Shape::FlagsBe32(IP_FLAGS), None),
    (TCA_FLOWER_KEY_FLAGS_MASK, Shape::FlagsBe32(IP_FLAGS), None),
    (TCA_FLOWER_KEY_ENC_FLAGS, Shape::FlagsBe32(ENC_FLAGS), None),
    (TCA_FLOWER_KEY_ENC_FLAGS_MASK, Shape::FlagsBe32(ENC_FLAGS), None),
    (TCA_FLOWER_KEY_CT_STATE, Shape::Flags16(STATES), None),
    (TCA_FLOWER_KEY_CT_STATE_MASK, Shape::Flags16(STATES), None),
    (TCA_FLOWER_KEY_CT_ZONE, Shape::U16, None),
    (TCA_FLOWER_KEY_CT_ZONE_MASK, Shape::U16, None),
    (TCA_FLOWER_KEY_CT_MARK, Shape::U32, None),
    (TCA_FLOWER_KEY_CT_MARK_MASK, Shape::U32, None),
    (TCA_FLOWER_KEY_CT_LABELS, Shape::AtMost(16), None),
    (TCA_FLOWER_KEY_CT_LABELS_MASK, Shape::AtMost(16), None),
    (TCA_FLOWER_KEY_HASH, Shape::U32, None),
    (TCA_FLOWER_KEY_HASH_MASK, Shape::U32, None),
    (TCA_FLOWER_L2_MISS, Shape::U8, Some(1)),
];

/// Puts the keys into a match.
pub(super) fn read(
    request: &Request<'_>,
    options: &Attr<'_>,
    table: &Table<'_>,
    key: &mut Match,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let u16_be = |kind, mask| masked(table.u16_be(kind), table.u16_be(mask), u16::MAX);
    let u16 = |kind, mask| masked(table.u16(kind), table.u16(mask), u16::MAX);
    let u32 = |kind, mask| masked(table.u32(kind), table.u32(mask), u32::MAX);
    let byte = |kind, mask| masked(table.u8(kind), table.u8(mask), u8::MAX);
    (key.enc_src_ip, key.enc_dst_ip) = addresses(table);
    key.enc_key_id = table.head(TCA_FLOWER_KEY_ENC_KEY_ID).map(u32::from_be_bytes);
    key.enc_src_port = u16_be(TCA_FLOWER_KEY_ENC_UDP_SRC_PORT, TCA_FLOWER_KEY_ENC_UDP_SRC_PORT_MASK);
    key.enc_dst_port = u16_be(TCA_FLOWER_KEY_ENC_UDP_DST_PORT, TCA_FLOWER_KEY_ENC_UDP_DST_PORT_MASK);
    key.enc_tos = byte(TCA_FLOWER_KEY_ENC_IP_TOS, TCA_FLOWER_KEY_ENC_IP_TOS_MASK);
    key.enc_ttl = byte(TCA_FLOWER_KEY_ENC_IP_TTL, TCA_FLOWER_KEY_ENC_IP_TTL_MASK);
    key.hash = u32(TCA_FLOWER_KEY_HASH, TCA_FLOWER_KEY_HASH_MASK);
    key.l2_miss = table.u8(TCA_FLOWER_L2_MISS);
    if let Some(opts) = table.get(TCA_FLOWER_KEY_ENC_OPTS) {
        let mask = table.get(TCA_FLOWER_KEY_ENC_OPTS_MASK);
        if mask.is_some_and(|mask| mask.nested().next().is_none_or(|nest| nest.is_err())) {
            ext.note.say("Invalid nested attribute for masks");
            return Err(Errno::EINVAL);
        }
        let mask = mask.map(|mask| tunnel::read(request, mask, ext)).transpose()?.flatten();
        let value = tunnel::read(request, opts, ext)?;
        key.enc_opts = value.map(|value| TunnelOptsMatch { value, mask });
    }
    key.ct_state = u16(TCA_FLOWER_KEY_CT_STATE, TCA_FLOWER_KEY_CT_STATE_MASK);
    key.ct_zone = u16(TCA_FLOWER_KEY_CT_ZONE, TCA_FLOWER_KEY_CT_ZONE_MASK);
    key.ct_mark = u32(TCA_FLOWER_KEY_CT_MARK, TCA_FLOWER_KEY_CT_MARK_MASK);
    let label = |kind| table.get(kind).map(label);
    let whole = CtLabel([0xff; 16]);
    key.ct_label = masked(label(TCA_FLOWER_KEY_CT_LABELS), label(TCA_FLOWER_KEY_CT_LABELS_MASK), whole);
    let mut flags = |kind, mask| {
        let value = table.head(kind).map(u32::from_be_bytes);
        if value.is_some() && !table.has(mask) {
            // The mask is the only one that a kernel insists on.
            ext.note.say("Missing flags mask");
            ext.missing = Some((mask, request.offset(options)));
            return Err(Errno::EINVAL);
        }
        Ok(masked(value, table.head(mask).map(u32::from_be_bytes), u32::MAX))
    };
    key.ip_flags = flags(TCA_FLOWER_KEY_FLAGS, TCA_FLOWER_KEY_FLAGS_MASK)?;
    key.enc_flags = flags(TCA_FLOWER_KEY_ENC_FLAGS, TCA_FLOWER_KEY_ENC_FLAGS_MASK)?;
    Ok(())
}

fn masked<T>(value: Option<T>, mask: Option<T>, whole: T) -> Option<Masked<T>> {
    value.map(|value| Masked { value, mask: mask.unwrap_or(whole) })
}

/// The outer addresses; of both versions, IPv6 counts.
fn addresses(table: &Table<'_>) -> (Option<IpMatch>, Option<IpMatch>) {
    let v4 = |kind, mask| {
        let read = |kind| table.head::<4>(kind).map(Ipv4Addr::from);
        masked(read(kind), read(mask), Ipv4Addr::BROADCAST).map(IpMatch::V4)
    };
    let v6 = |kind, mask| {
        let read = |kind| table.head::<16>(kind).map(Ipv6Addr::from);
        masked(read(kind), read(mask), Ipv6Addr::from_bits(u128::MAX)).map(IpMatch::V6)
    };
    if table.has(TCA_FLOWER_KEY_ENC_IPV6_SRC) || table.has(TCA_FLOWER_KEY_ENC_IPV6_DST) {
        return (
            v6(TCA_FLOWER_KEY_ENC_IPV6_SRC, TCA_FLOWER_KEY_ENC_IPV6_SRC_MASK),
            v6(TCA_FLOWER_KEY_ENC_IPV6_DST, TCA_FLOWER_KEY_ENC_IPV6_DST_MASK),
        );
    }
    (
        v4(TCA_FLOWER_KEY_ENC_IPV4_SRC, TCA_FLOWER_KEY_ENC_IPV4_SRC_MASK),
        v4(TCA_FLOWER_KEY_ENC_IPV4_DST, TCA_FLOWER_KEY_ENC_IPV4_DST_MASK),
    )
}

/// A label, filled up with zeros (`nla_memcpy`).
fn label(attr: &Attr<'_>) -> CtLabel {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(attr.payload).for_each(|(to, from)| *to = *from);
    CtLabel(bytes)
}
