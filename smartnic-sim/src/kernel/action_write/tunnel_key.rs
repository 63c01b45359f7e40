//! The outer header of a tunnel (`tunnel_key_dump`).

use std::net::IpAddr;

use smartnic_core::flow::{TunnelOpts, TunnelSet};
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::tc_tunnel_key::*;

pub(super) fn write(e: &mut Encoder<'_>, set: Option<&TunnelSet>, [a, b, c, d, f]: [i32; 5]) {
    let number = if set.is_some() { TCA_TUNNEL_KEY_ACT_SET } else { TCA_TUNNEL_KEY_ACT_RELEASE };
    e.attr_fixed(TCA_TUNNEL_KEY_PARMS, &[a, b, c, d, f, number as i32]);
    let Some(set) = set else { return };
    if let Some(id) = set.key_id {
        e.u32_be(TCA_TUNNEL_KEY_ENC_KEY_ID, id);
    }
    let addresses = [
        (set.src_ip, TCA_TUNNEL_KEY_ENC_IPV4_SRC, TCA_TUNNEL_KEY_ENC_IPV6_SRC),
        (set.dst_ip, TCA_TUNNEL_KEY_ENC_IPV4_DST, TCA_TUNNEL_KEY_ENC_IPV6_DST),
    ];
    for (address, v4, v6) in addresses {
        match address {
            Some(IpAddr::V4(address)) => e.attr(v4, &address.octets()),
            Some(IpAddr::V6(address)) => e.attr(v6, &address.octets()),
            None => {}
        }
    }
    if let Some(port) = set.dst_port {
        e.u16_be(TCA_TUNNEL_KEY_ENC_DST_PORT, port);
    }
    e.u8(TCA_TUNNEL_KEY_NO_CSUM, set.no_csum.unwrap_or(false).into());
    if set.no_frag {
        e.flag(TCA_TUNNEL_KEY_NO_FRAG);
    }
    if let Some(options) = &set.opts {
        e.nest(TCA_TUNNEL_KEY_ENC_OPTS, |e| opts(e, options));
    }
    if let Some(tos) = set.tos {
        e.u8(TCA_TUNNEL_KEY_ENC_TOS, tos);
    }
    if let Some(ttl) = set.ttl {
        e.u8(TCA_TUNNEL_KEY_ENC_TTL, ttl);
    }
}

/// `tunnel_key_opts_dump`: all Geneve options stand in one nest.
fn opts(e: &mut Encoder<'_>, options: &TunnelOpts) {
    match options {
        TunnelOpts::Geneve(list) => e.nest(TCA_TUNNEL_KEY_ENC_OPTS_GENEVE as u16, |e| {
            for option in list {
                e.u16_be(TCA_TUNNEL_KEY_ENC_OPT_GENEVE_CLASS as u16, option.class.unwrap_or(0));
                e.u8(TCA_TUNNEL_KEY_ENC_OPT_GENEVE_TYPE as u16, option.kind.unwrap_or(0));
                e.attr(TCA_TUNNEL_KEY_ENC_OPT_GENEVE_DATA as u16, &option.data);
            }
        }),
        TunnelOpts::Vxlan { gbp } => e.nest(TCA_TUNNEL_KEY_ENC_OPTS_VXLAN as u16, |e| {
            e.u32(TCA_TUNNEL_KEY_ENC_OPT_VXLAN_GBP as u16, gbp.unwrap_or(0));
        }),
        TunnelOpts::Erspan { version, index, direction, hwid } => {
            e.nest(TCA_TUNNEL_KEY_ENC_OPTS_ERSPAN as u16, |e| {
                e.u8(TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_VER as u16, version.unwrap_or(0));
                if let Some(index) = index {
                    e.u32_be(TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_INDEX as u16, *index);
                }
                for (attr, byte) in [
                    (TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_DIR, direction),
                    (TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_HWID, hwid),
                ] {
                    if let Some(byte) = byte {
                        e.u8(attr as u16, *byte);
                    }
                }
            });
        }
        // No kernel holds these in an action.
        TunnelOpts::Gtp { .. } | TunnelOpts::Pfcp { .. } => {}
    }
}
