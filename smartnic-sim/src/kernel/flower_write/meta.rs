//! Keys of the tunnel, the connection, the flags and what else is beside the packet's bytes (`fl_dump_key`).

use smartnic_core::flow::{Match, TunnelOpts};
use smartnic_core::types::Masked;
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::pkt_cls::*;

use super::{byte, ip};

/// The tunnel, which a kernel writes behind the packet's own headers.
pub(super) fn tunnel(e: &mut Encoder<'_>, key: &Match) {
    ip(
        e,
        key.enc_src_ip,
        [TCA_FLOWER_KEY_ENC_IPV4_SRC, TCA_FLOWER_KEY_ENC_IPV4_SRC_MASK],
        [TCA_FLOWER_KEY_ENC_IPV6_SRC, TCA_FLOWER_KEY_ENC_IPV6_SRC_MASK],
    );
    ip(
        e,
        key.enc_dst_ip,
        [TCA_FLOWER_KEY_ENC_IPV4_DST, TCA_FLOWER_KEY_ENC_IPV4_DST_MASK],
        [TCA_FLOWER_KEY_ENC_IPV6_DST, TCA_FLOWER_KEY_ENC_IPV6_DST_MASK],
    );
    if let Some(id) = key.enc_key_id {
        e.attr(TCA_FLOWER_KEY_ENC_KEY_ID, &id.to_be_bytes());
    }
    let ports = [
        (key.enc_src_port, TCA_FLOWER_KEY_ENC_UDP_SRC_PORT, TCA_FLOWER_KEY_ENC_UDP_SRC_PORT_MASK),
        (key.enc_dst_port, TCA_FLOWER_KEY_ENC_UDP_DST_PORT, TCA_FLOWER_KEY_ENC_UDP_DST_PORT_MASK),
    ];
    for (port, kind, mask) in ports {
        if let Some(port) = port {
            e.attr(kind, &port.value.to_be_bytes());
            e.attr(mask, &port.mask.to_be_bytes());
        }
    }
    byte(e, key.enc_tos, TCA_FLOWER_KEY_ENC_IP_TOS, TCA_FLOWER_KEY_ENC_IP_TOS_MASK);
    byte(e, key.enc_ttl, TCA_FLOWER_KEY_ENC_IP_TTL, TCA_FLOWER_KEY_ENC_IP_TTL_MASK);
    if let Some(opts) = &key.enc_opts {
        options(e, TCA_FLOWER_KEY_ENC_OPTS, &opts.value);
        opts.mask.iter().for_each(|mask| options(e, TCA_FLOWER_KEY_ENC_OPTS_MASK, mask));
    }
}

/// Options in one nest without a mark (`fl_dump_key_options`).
fn options(e: &mut Encoder<'_>, kind: u16, opts: &TunnelOpts) {
    fn byte(e: &mut Encoder<'_>, kind: u16, value: Option<u8>) {
        value.iter().for_each(|value| e.attr(kind, &[*value]));
    }
    e.nest(kind, |e| match opts {
        TunnelOpts::Geneve(options) => e.nest(TCA_FLOWER_KEY_ENC_OPTS_GENEVE, |e| {
            for option in options {
                let class = option.class.unwrap_or(0);
                e.attr(TCA_FLOWER_KEY_ENC_OPT_GENEVE_CLASS, &class.to_be_bytes());
                byte(e, TCA_FLOWER_KEY_ENC_OPT_GENEVE_TYPE, option.kind);
                e.attr(TCA_FLOWER_KEY_ENC_OPT_GENEVE_DATA, &option.data);
            }
        }),
        TunnelOpts::Vxlan { gbp } => e.nest(TCA_FLOWER_KEY_ENC_OPTS_VXLAN, |e| {
            e.attr(TCA_FLOWER_KEY_ENC_OPT_VXLAN_GBP, &gbp.unwrap_or(0).to_ne_bytes());
        }),
        TunnelOpts::Erspan { version, index, direction, hwid } => {
            e.nest(TCA_FLOWER_KEY_ENC_OPTS_ERSPAN, |e| {
                byte(e, TCA_FLOWER_KEY_ENC_OPT_ERSPAN_VER, *version);
                if let Some(index) = index {
                    e.attr(TCA_FLOWER_KEY_ENC_OPT_ERSPAN_INDEX, &index.to_be_bytes());
                }
                byte(e, TCA_FLOWER_KEY_ENC_OPT_ERSPAN_DIR, *direction);
                byte(e, TCA_FLOWER_KEY_ENC_OPT_ERSPAN_HWID, *hwid);
            });
        }
        TunnelOpts::Gtp { pdu_type, qfi } => e.nest(TCA_FLOWER_KEY_ENC_OPTS_GTP, |e| {
            byte(e, TCA_FLOWER_KEY_ENC_OPT_GTP_PDU_TYPE, *pdu_type);
            byte(e, TCA_FLOWER_KEY_ENC_OPT_GTP_QFI, *qfi);
        }),
        TunnelOpts::Pfcp { kind, seid } => e.nest(TCA_FLOWER_KEY_ENC_OPTS_PFCP, |e| {
            byte(e, TCA_FLOWER_KEY_ENC_OPT_PFCP_TYPE, *kind);
            e.attr(TCA_FLOWER_KEY_ENC_OPT_PFCP_SEID, &seid.unwrap_or(0).to_be_bytes());
        }),
    });
}

/// The connection, the packet's flags and its hash, which come next.
pub(super) fn state(e: &mut Encoder<'_>, key: &Match) {
    let halves = [
        (key.ct_state, TCA_FLOWER_KEY_CT_STATE, TCA_FLOWER_KEY_CT_STATE_MASK),
        (key.ct_zone, TCA_FLOWER_KEY_CT_ZONE, TCA_FLOWER_KEY_CT_ZONE_MASK),
    ];
    for (half, kind, mask) in halves {
        if let Some(half) = half {
            e.u16(kind, half.value);
            e.u16(mask, half.mask);
        }
    }
    if let Some(mark) = key.ct_mark {
        e.u32(TCA_FLOWER_KEY_CT_MARK, mark.value);
        e.u32(TCA_FLOWER_KEY_CT_MARK_MASK, mark.mask);
    }
    if let Some(label) = key.ct_label {
        e.attr(TCA_FLOWER_KEY_CT_LABELS, &label.value.0);
        e.attr(TCA_FLOWER_KEY_CT_LABELS_MASK, &label.mask.0);
    }
    flags(e, key.ip_flags, TCA_FLOWER_KEY_FLAGS, TCA_FLOWER_KEY_FLAGS_MASK);
    if let Some(hash) = key.hash {
        e.u32(TCA_FLOWER_KEY_HASH, hash.value);
        e.u32(TCA_FLOWER_KEY_HASH_MASK, hash.mask);
    }
}

/// The tunnel's flags, which come last.
pub(super) fn tunnel_flags(e: &mut Encoder<'_>, key: &Match) {
    flags(e, key.enc_flags, TCA_FLOWER_KEY_ENC_FLAGS, TCA_FLOWER_KEY_ENC_FLAGS_MASK);
}

fn flags(e: &mut Encoder<'_>, flags: Option<Masked<u32>>, kind: u16, mask: u16) {
    if let Some(flags) = flags {
        e.attr(kind, &flags.value.to_be_bytes());
        e.attr(mask, &flags.mask.to_be_bytes());
    }
}
