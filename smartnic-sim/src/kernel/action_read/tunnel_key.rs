//! The outer header of a tunnel (`act_tunnel_key.c`).

use std::net::IpAddr;

use smartnic_core::flow::{ActionKind, Control, GeneveOption, TunnelOpts, TunnelSet};
use smartnic_netlink::codec::Attr;
use smartnic_netlink::uapi::tc_tunnel_key::*;

use super::{options, parms, word};
use crate::errno::Errno;
use crate::kernel::answer::ExtAck;
use crate::kernel::table::{Policy, Request, Shape, Strictness, Table};

/// `tunnel_key_policy`.
const POLICY: [Policy; 11] = [
    (TCA_TUNNEL_KEY_PARMS, Shape::Bytes(SIZEOF_TC_TUNNEL_KEY), None),
    (TCA_TUNNEL_KEY_ENC_IPV4_SRC, Shape::U32, None),
    (TCA_TUNNEL_KEY_ENC_IPV4_DST, Shape::U32, None),
    (TCA_TUNNEL_KEY_ENC_IPV6_SRC, Shape::Bytes(16), None),
    (TCA_TUNNEL_KEY_ENC_IPV6_DST, Shape::Bytes(16), None),
    (TCA_TUNNEL_KEY_ENC_KEY_ID, Shape::U32, None),
    (TCA_TUNNEL_KEY_ENC_DST_PORT, Shape::U16, None),
    (TCA_TUNNEL_KEY_NO_CSUM, Shape::U8, None),
    (TCA_TUNNEL_KEY_ENC_OPTS, Shape::Nested, None),
    (TCA_TUNNEL_KEY_ENC_TOS, Shape::U8, None),
    (TCA_TUNNEL_KEY_ENC_TTL, Shape::U8, None),
];

/// `tunnel_key_init`.
pub(super) fn read(
    request: &Request<'_>,
    attr: Option<&Attr<'_>>,
    ext: &mut ExtAck,
) -> Result<(ActionKind, Control), Errno> {
    if attr.is_none() {
        ext.note.say("Tunnel requires attributes to be passed");
        return Err(Errno::EINVAL);
    }
    let table = options(request, attr, &POLICY)
        .inspect_err(|_| ext.note.say("Failed to parse nested tunnel key attributes"))?;
    let Some((bytes, control)) = parms::<SIZEOF_TC_TUNNEL_KEY>(&table, TCA_TUNNEL_KEY_PARMS) else {
        ext.note.say("Missing tunnel key parameters");
        return Err(Errno::EINVAL);
    };
    let kind = match word(&bytes, 20) {
        TCA_TUNNEL_KEY_ACT_RELEASE => ActionKind::TunnelUnset,
        TCA_TUNNEL_KEY_ACT_SET => ActionKind::TunnelSet(set(request, &table, ext)?),
        _ => ActionKind::ByIndex("tunnel_key".to_owned()),
    };
    Ok((kind, control))
}

fn set(request: &Request<'_>, table: &Table<'_>, ext: &mut ExtAck) -> Result<TunnelSet, Errno> {
    let v4 = |attr| table.head::<4>(attr).map(IpAddr::from);
    let v6 = |attr| table.head::<16>(attr).map(IpAddr::from);
    // IPv4 wins if it has both addresses.
    let pair = v4(TCA_TUNNEL_KEY_ENC_IPV4_SRC).zip(v4(TCA_TUNNEL_KEY_ENC_IPV4_DST));
    let pair = pair.or_else(|| v6(TCA_TUNNEL_KEY_ENC_IPV6_SRC).zip(v6(TCA_TUNNEL_KEY_ENC_IPV6_DST)));
    let opts = table.get(TCA_TUNNEL_KEY_ENC_OPTS).map(|attr| opts(request, attr, ext)).transpose()?;
    Ok(TunnelSet {
        src_ip: pair.map(|(src, _)| src),
        dst_ip: pair.map(|(_, dst)| dst),
        key_id: table.head(TCA_TUNNEL_KEY_ENC_KEY_ID).map(u32::from_be_bytes),
        dst_port: table.u16_be(TCA_TUNNEL_KEY_ENC_DST_PORT),
        tos: table.u8(TCA_TUNNEL_KEY_ENC_TOS),
        ttl: table.u8(TCA_TUNNEL_KEY_ENC_TTL),
        no_csum: table.u8(TCA_TUNNEL_KEY_NO_CSUM).map(|no_csum| no_csum != 0),
        no_frag: table.has(TCA_TUNNEL_KEY_NO_FRAG),
        opts,
    })
}

/// `tunnel_key_copy_opts`; whether they are complete is looked at later.
fn opts(request: &Request<'_>, attr: &Attr<'_>, ext: &mut ExtAck) -> Result<TunnelOpts, Errno> {
    let mut read = None;
    for nest in attr.nested() {
        let Ok(nest) = nest else { break };
        match (u32::from(nest.kind()), &mut read) {
            (TCA_TUNNEL_KEY_ENC_OPTS_GENEVE, Some(TunnelOpts::Geneve(list))) => {
                list.push(geneve(request, &nest, ext)?);
            }
            (TCA_TUNNEL_KEY_ENC_OPTS_GENEVE, None) => {
                read = Some(TunnelOpts::Geneve(vec![geneve(request, &nest, ext)?]));
            }
            (TCA_TUNNEL_KEY_ENC_OPTS_VXLAN, None) => {
                let table = inner(request, &nest, &[(1, Shape::U32, None)], ext)?;
                read = Some(TunnelOpts::Vxlan { gbp: table.u32(1) });
            }
            (TCA_TUNNEL_KEY_ENC_OPTS_ERSPAN, None) => read = Some(erspan(request, &nest, ext)?),
            (kind @ (TCA_TUNNEL_KEY_ENC_OPTS_GENEVE..=TCA_TUNNEL_KEY_ENC_OPTS_ERSPAN), Some(_)) => {
                ext.note.say(match kind {
                    TCA_TUNNEL_KEY_ENC_OPTS_GENEVE => "Duplicate type for geneve options",
                    TCA_TUNNEL_KEY_ENC_OPTS_VXLAN => "Duplicate type for vxlan options",
                    _ => "Duplicate type for erspan options",
                });
                return Err(Errno::EINVAL);
            }
            _ => {}
        }
    }
    read.ok_or_else(|| {
        ext.note.say("Empty list of tunnel options");
        Errno::EINVAL
    })
}

fn inner<'a>(
    request: &Request<'_>,
    nest: &Attr<'a>,
    policy: &[Policy],
    ext: &mut ExtAck,
) -> Result<Table<'a>, Errno> {
    Table::read(request, nest.nested(), policy, Strictness::Liberal, ext)
}

fn geneve(request: &Request<'_>, nest: &Attr<'_>, ext: &mut ExtAck) -> Result<GeneveOption, Errno> {
    let policy = [(1, Shape::U16, None), (2, Shape::U8, None), (3, Shape::AtMost(128), None)];
    let table = inner(request, nest, &policy, ext)?;
    let data = table.get(3).map(|attr| attr.payload.to_vec()).unwrap_or_default();
    Ok(GeneveOption { class: table.u16_be(1), kind: table.u8(2), data })
}

fn erspan(request: &Request<'_>, nest: &Attr<'_>, ext: &mut ExtAck) -> Result<TunnelOpts, Errno> {
    let policy = [(1, Shape::U8, None), (2, Shape::U32, None), (3, Shape::U8, None), (4, Shape::U8, None)];
    let table = inner(request, nest, &policy, ext)?;
    Ok(TunnelOpts::Erspan {
        version: table.u8(1),
        index: table.head(2).map(u32::from_be_bytes),
        direction: table.u8(3),
        hwid: table.u8(4),
    })
}
