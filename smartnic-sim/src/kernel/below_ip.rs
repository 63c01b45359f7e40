//! Keys of protocols beside IP as attributes, both ways: tags, PPPoE, MPLS, ARP, sessions, fault management, and the
//! link that packets came in by.

use std::net::Ipv4Addr;

use smartnic_core::flow::{Cfm, Match, MplsLse};
use smartnic_core::types::{EtherType, Mac, Masked};
use smartnic_netlink::codec::{Attr, Encoder};
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;
use smartnic_netlink::uapi::pkt_cls::*;

use super::answer::ExtAck;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::note::Spot;

/// What these attributes must be (`fl_policy`).
pub(super) const POLICY: &[Policy] = &[
    (TCA_FLOWER_INDEV, Shape::Text(16), None),
    (TCA_FLOWER_KEY_NUM_OF_VLANS, Shape::U8, None),
    (TCA_FLOWER_KEY_CVLAN_ID, Shape::U16, None),
    (TCA_FLOWER_KEY_CVLAN_PRIO, Shape::U8, None),
    (TCA_FLOWER_KEY_CVLAN_ETH_TYPE, Shape::U16, None),
    (TCA_FLOWER_KEY_PPPOE_SID, Shape::U16, None),
    (TCA_FLOWER_KEY_PPP_PROTO, Shape::U16, None),
    (TCA_FLOWER_KEY_MPLS_OPTS, Shape::Nested, None),
    (TCA_FLOWER_KEY_MPLS_LABEL, Shape::U32, None),
    (TCA_FLOWER_KEY_MPLS_TC, Shape::U8, None),
    (TCA_FLOWER_KEY_MPLS_BOS, Shape::U8, None),
    (TCA_FLOWER_KEY_MPLS_TTL, Shape::U8, None),
    (TCA_FLOWER_KEY_ARP_SIP, Shape::U32, None),
    (TCA_FLOWER_KEY_ARP_SIP_MASK, Shape::U32, None),
    (TCA_FLOWER_KEY_ARP_TIP, Shape::U32, None),
    (TCA_FLOWER_KEY_ARP_TIP_MASK, Shape::U32, None),
    (TCA_FLOWER_KEY_ARP_OP, Shape::U8, None),
    (TCA_FLOWER_KEY_ARP_OP_MASK, Shape::U8, None),
    (TCA_FLOWER_KEY_ARP_SHA, Shape::Bytes(6), None),
    (TCA_FLOWER_KEY_ARP_SHA_MASK, Shape::Bytes(6), None),
    (TCA_FLOWER_KEY_ARP_THA, Shape::Bytes(6), None),
    (TCA_FLOWER_KEY_ARP_THA_MASK, Shape::Bytes(6), None),
    (TCA_FLOWER_KEY_L2TPV3_SID, Shape::U32, None),
    (TCA_FLOWER_KEY_SPI, Shape::U32, None),
    (TCA_FLOWER_KEY_SPI_MASK, Shape::U32, None),
    (TCA_FLOWER_KEY_CFM, Shape::Nested, None),
];

const ENTRY: &[Policy] = &[
    (TCA_FLOWER_KEY_MPLS_OPT_LSE_DEPTH, Shape::U8, None),
    (TCA_FLOWER_KEY_MPLS_OPT_LSE_TTL, Shape::U8, None),
    (TCA_FLOWER_KEY_MPLS_OPT_LSE_BOS, Shape::U8, None),
    (TCA_FLOWER_KEY_MPLS_OPT_LSE_TC, Shape::U8, None),
    (TCA_FLOWER_KEY_MPLS_OPT_LSE_LABEL, Shape::U32, None),
];

// That a level is at most 7 is looked at with the other values.
const CFM: &[Policy] =
    &[(TCA_FLOWER_KEY_CFM_MD_LEVEL, Shape::U8, None), (TCA_FLOWER_KEY_CFM_OPCODE, Shape::U8, None)];

/// The attribute that a text is about.
pub(super) fn blamed(spot: Spot) -> Option<u16> {
    match spot {
        Spot::Indev => Some(TCA_FLOWER_INDEV),
        Spot::Mpls => Some(TCA_FLOWER_KEY_MPLS_OPTS),
        Spot::CfmLevel => Some(TCA_FLOWER_KEY_CFM),
        _ => None,
    }
}

/// Takes these keys from the attributes into a match that has the others already.
pub(super) fn read(
    request: &Request<'_>,
    table: &Table<'_>,
    key: &mut Match,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let ip = |kind, mask| {
        let value = Ipv4Addr::from(table.head::<4>(kind)?);
        Some(Masked { value, mask: table.head::<4>(mask).map_or(Ipv4Addr::BROADCAST, Ipv4Addr::from) })
    };
    let mac = |kind, mask| {
        let value = Mac(table.head(kind)?);
        Some(Masked { value, mask: table.head(mask).map_or(Mac::BROADCAST, Mac) })
    };
    key.indev = table.text(TCA_FLOWER_INDEV).map(str::to_owned);
    key.num_of_vlans = table.u8(TCA_FLOWER_KEY_NUM_OF_VLANS);
    key.cvlan_id = table.u16(TCA_FLOWER_KEY_CVLAN_ID);
    key.cvlan_prio = table.u8(TCA_FLOWER_KEY_CVLAN_PRIO);
    key.cvlan_ethtype = table.u16_be(TCA_FLOWER_KEY_CVLAN_ETH_TYPE).map(EtherType);
    key.pppoe_sid = table.u16_be(TCA_FLOWER_KEY_PPPOE_SID);
    key.ppp_proto = table.u16_be(TCA_FLOWER_KEY_PPP_PROTO);
    key.mpls_label = table.u32(TCA_FLOWER_KEY_MPLS_LABEL);
    key.mpls_tc = table.u8(TCA_FLOWER_KEY_MPLS_TC);
    key.mpls_bos = table.u8(TCA_FLOWER_KEY_MPLS_BOS);
    key.mpls_ttl = table.u8(TCA_FLOWER_KEY_MPLS_TTL);
    key.arp_sip = ip(TCA_FLOWER_KEY_ARP_SIP, TCA_FLOWER_KEY_ARP_SIP_MASK);
    key.arp_tip = ip(TCA_FLOWER_KEY_ARP_TIP, TCA_FLOWER_KEY_ARP_TIP_MASK);
    key.arp_op = table.u8(TCA_FLOWER_KEY_ARP_OP).map(|value| {
        let mask = table.u8(TCA_FLOWER_KEY_ARP_OP_MASK).unwrap_or(0xff);
        Masked { value, mask }
    });
    key.arp_sha = mac(TCA_FLOWER_KEY_ARP_SHA, TCA_FLOWER_KEY_ARP_SHA_MASK);
    key.arp_tha = mac(TCA_FLOWER_KEY_ARP_THA, TCA_FLOWER_KEY_ARP_THA_MASK);
    key.l2tpv3_sid = table.head(TCA_FLOWER_KEY_L2TPV3_SID).map(u32::from_be_bytes);
    key.spi = table.head(TCA_FLOWER_KEY_SPI).map(|value| {
        let mask = table.head(TCA_FLOWER_KEY_SPI_MASK).map_or(u32::MAX, u32::from_be_bytes);
        Masked { value: u32::from_be_bytes(value), mask }
    });
    // Nests of other protocols than the rule's are not looked into.
    let network = key.network_type();
    if let Some(stack) =
        table.get(TCA_FLOWER_KEY_MPLS_OPTS).filter(|_| network.is_some_and(EtherType::is_mpls))
    {
        key.mpls = read_stack(request, stack, ext)?;
    }
    if let Some(cfm) = table.get(TCA_FLOWER_KEY_CFM).filter(|_| network == Some(EtherType::CFM)) {
        let parts = nest(request, cfm, CFM, ext)?;
        key.cfm =
            Some(Cfm { mdl: parts.u8(TCA_FLOWER_KEY_CFM_MD_LEVEL), op: parts.u8(TCA_FLOWER_KEY_CFM_OPCODE) });
    }
    Ok(())
}

/// `nla_parse_nested`.
fn nest<'a>(
    request: &Request<'_>,
    attr: &Attr<'a>,
    policy: &[Policy],
    ext: &mut ExtAck,
) -> Result<Table<'a>, Errno> {
    if !attr.is_marked_nested() {
        ext.blame(request.offset(attr), "NLA_F_NESTED is missing");
        return Err(Errno::EINVAL);
    }
    let last = policy.iter().map(|(kind, _, _)| *kind).max().unwrap_or_default();
    Table::read(request, attr.nested(), policy, Strictness::Strict(last), ext)
}

/// `fl_set_key_mpls_opts`.
fn read_stack(request: &Request<'_>, stack: &Attr<'_>, ext: &mut ExtAck) -> Result<Vec<MplsLse>, Errno> {
    if !stack.is_marked_nested() {
        ext.blame(request.offset(stack), "NLA_F_NESTED is missing");
        return Err(Errno::EINVAL);
    }
    let mut entries = Vec::new();
    for attr in stack.nested() {
        let Ok(attr) = attr else {
            ext.note.say("Bytes leftover after parsing MPLS options");
            return Err(Errno::EINVAL);
        };
        if attr.kind() != TCA_FLOWER_KEY_MPLS_OPTS_LSE {
            ext.blame(request.offset(&attr), "Invalid MPLS option type");
            return Err(Errno::EINVAL);
        }
        let parts = nest(request, &attr, ENTRY, ext)?;
        let Some(depth) = parts.u8(TCA_FLOWER_KEY_MPLS_OPT_LSE_DEPTH) else {
            ext.note.say("Missing MPLS option \"depth\"");
            return Err(Errno::EINVAL);
        };
        entries.push(MplsLse {
            depth,
            label: parts.u32(TCA_FLOWER_KEY_MPLS_OPT_LSE_LABEL),
            tc: parts.u8(TCA_FLOWER_KEY_MPLS_OPT_LSE_TC),
            bos: parts.u8(TCA_FLOWER_KEY_MPLS_OPT_LSE_BOS),
            ttl: parts.u8(TCA_FLOWER_KEY_MPLS_OPT_LSE_TTL),
        });
    }
    Ok(entries)
}

/// The protocol that is shown of the packets: that behind tags and PPP.
pub(super) fn shown_protocol(key: &Match) -> Option<EtherType> {
    key.network_type().filter(|kind| *kind != EtherType::PPP_SES || key.ppp_proto.is_some())
}

/// Writes the link, the number of tags and the label stack, which come before the tags.
pub(super) fn write_first(e: &mut Encoder<'_>, key: &Match) {
    if let Some(count) = key.num_of_vlans {
        e.u8(TCA_FLOWER_KEY_NUM_OF_VLANS, count);
    }
    if !key.mpls.is_empty() {
        e.nest(TCA_FLOWER_KEY_MPLS_OPTS | NLA_F_NESTED, |e| {
            for entry in &key.mpls {
                e.nest(TCA_FLOWER_KEY_MPLS_OPTS_LSE | NLA_F_NESTED, |e| write_entry(e, entry));
            }
        });
    }
    put(e, TCA_FLOWER_KEY_MPLS_TTL, key.mpls_ttl);
    put(e, TCA_FLOWER_KEY_MPLS_TC, key.mpls_tc);
    if let Some(label) = key.mpls_label {
        e.u32(TCA_FLOWER_KEY_MPLS_LABEL, label);
    }
    put(e, TCA_FLOWER_KEY_MPLS_BOS, key.mpls_bos);
}

fn write_entry(e: &mut Encoder<'_>, entry: &MplsLse) {
    e.u8(TCA_FLOWER_KEY_MPLS_OPT_LSE_DEPTH, entry.depth);
    put(e, TCA_FLOWER_KEY_MPLS_OPT_LSE_TTL, entry.ttl);
    put(e, TCA_FLOWER_KEY_MPLS_OPT_LSE_BOS, entry.bos);
    put(e, TCA_FLOWER_KEY_MPLS_OPT_LSE_TC, entry.tc);
    if let Some(label) = entry.label {
        e.u32(TCA_FLOWER_KEY_MPLS_OPT_LSE_LABEL, label);
    }
}

fn put(e: &mut Encoder<'_>, kind: u16, byte: Option<u8>) {
    if let Some(byte) = byte {
        e.u8(kind, byte);
    }
}

/// Writes the inner tag; the protocol behind it is shown as that of the packets.
pub(super) fn write_inner_tag(e: &mut Encoder<'_>, key: &Match) {
    if let Some(id) = key.cvlan_id {
        e.u16(TCA_FLOWER_KEY_CVLAN_ID, id);
    }
    put(e, TCA_FLOWER_KEY_CVLAN_PRIO, key.cvlan_prio);
    if let Some(kind) = key.cvlan_ethtype.and_then(|_| shown_protocol(key)) {
        e.u16_be(TCA_FLOWER_KEY_CVLAN_ETH_TYPE, kind.0);
    }
}

/// Writes the session of PPPoE and what is behind it.
pub(super) fn write_pppoe(e: &mut Encoder<'_>, key: &Match) {
    if let Some(session) = key.pppoe_sid {
        e.u16_be(TCA_FLOWER_KEY_PPPOE_SID, session);
    }
    if let Some(protocol) = key.ppp_proto {
        e.u16_be(TCA_FLOWER_KEY_PPP_PROTO, protocol);
    }
}

/// Writes ARP, sessions and fault management.
pub(super) fn write_last(e: &mut Encoder<'_>, key: &Match) {
    let ips = [
        (key.arp_sip, TCA_FLOWER_KEY_ARP_SIP, TCA_FLOWER_KEY_ARP_SIP_MASK),
        (key.arp_tip, TCA_FLOWER_KEY_ARP_TIP, TCA_FLOWER_KEY_ARP_TIP_MASK),
    ];
    for (ip, kind, mask) in ips {
        if let Some(ip) = ip {
            e.attr(kind, &ip.value.octets());
            e.attr(mask, &ip.mask.octets());
        }
    }
    if let Some(op) = key.arp_op {
        e.u8(TCA_FLOWER_KEY_ARP_OP, op.value);
        e.u8(TCA_FLOWER_KEY_ARP_OP_MASK, op.mask);
    }
    let macs = [
        (key.arp_sha, TCA_FLOWER_KEY_ARP_SHA, TCA_FLOWER_KEY_ARP_SHA_MASK),
        (key.arp_tha, TCA_FLOWER_KEY_ARP_THA, TCA_FLOWER_KEY_ARP_THA_MASK),
    ];
    for (mac, kind, mask) in macs {
        if let Some(mac) = mac {
            e.attr(kind, &mac.value.0);
            e.attr(mask, &mac.mask.0);
        }
    }
    if let Some(session) = key.l2tpv3_sid {
        e.u32_be(TCA_FLOWER_KEY_L2TPV3_SID, session);
    }
    if let Some(index) = key.spi {
        e.u32_be(TCA_FLOWER_KEY_SPI, index.value);
        e.u32_be(TCA_FLOWER_KEY_SPI_MASK, index.mask);
    }
    if let Some(Cfm { mdl, op }) = key.cfm {
        e.nest(TCA_FLOWER_KEY_CFM | NLA_F_NESTED, |e| {
            put(e, TCA_FLOWER_KEY_CFM_MD_LEVEL, mdl);
            put(e, TCA_FLOWER_KEY_CFM_OPCODE, op);
        });
    }
}
