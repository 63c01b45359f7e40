//! Changes of labels, of what is kept beside a packet, limits, gates, headers and programs (`tcf_*_dump`).

use smartnic_core::flow::{
    ActionKind, Bpf, Ctinfo, Gate, GateEntry, Ife, IfeMeta, Mpls, MplsEntry, Police, Skbedit, Skbmod,
};
use smartnic_core::types::{EtherType, Mac};
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::ife::IFE_META_TCINDEX;
use smartnic_netlink::uapi::pkt_cls::*;
use smartnic_netlink::uapi::tc_bpf::*;
use smartnic_netlink::uapi::tc_connmark::*;
use smartnic_netlink::uapi::tc_ctinfo::*;
use smartnic_netlink::uapi::tc_defact::*;
use smartnic_netlink::uapi::tc_gate::*;
use smartnic_netlink::uapi::tc_ife::*;
use smartnic_netlink::uapi::tc_mpls::*;
use smartnic_netlink::uapi::tc_nat::*;
use smartnic_netlink::uapi::tc_sample::*;
use smartnic_netlink::uapi::tc_skbedit::*;
use smartnic_netlink::uapi::tc_skbmod::*;

use super::control_number;

/// Writes what an action of these kinds does, and gives the attribute for its times; nothing for other kinds.
///
/// `common` are number, capabilities, control, references and bindings.
pub(super) fn options(e: &mut Encoder<'_>, kind: &ActionKind, common: [i32; 5]) -> Option<u16> {
    let [a, b, c, d, f] = common;
    match kind {
        ActionKind::Mpls(change) => mpls(e, change, common),
        ActionKind::Police(limit) => police(e, limit, common),
        ActionKind::Sample(sample) => {
            e.attr_fixed(TCA_SAMPLE_PARMS, &common);
            put(e, TCA_SAMPLE_RATE, sample.rate);
            put(e, TCA_SAMPLE_TRUNC_SIZE, sample.truncate);
            put(e, TCA_SAMPLE_PSAMPLE_GROUP, sample.group);
        }
        ActionKind::Skbedit(change) => skbedit(e, change, common),
        ActionKind::Skbmod(change) => skbmod(e, change, common),
        ActionKind::Nat(nat) => {
            let [old, new, mask] = [nat.old, nat.new, nat.mask].map(|ip| i32::from_ne_bytes(ip.octets()));
            e.attr_fixed(TCA_NAT_PARMS, &[a, b, c, d, f, old, new, mask, i32::from(nat.egress)]);
        }
        ActionKind::Connmark(mark) => {
            let [low, high] = mark.zone.to_ne_bytes();
            let zone = i32::from_ne_bytes([low, high, 0, 0]);
            e.attr_fixed(TCA_CONNMARK_PARMS, &[a, b, c, d, f, zone]);
        }
        ActionKind::Ctinfo(info) => ctinfo(e, info, common),
        ActionKind::Gate(cycle) => gate(e, cycle, common),
        ActionKind::Ife(header) => ife(e, header, common),
        ActionKind::Simple(text) => {
            e.attr_fixed(TCA_DEF_PARMS, &common);
            e.text(TCA_DEF_DATA, text);
        }
        ActionKind::Bpf(program) => bpf(e, program, common),
        _ => return None,
    }
    Some(match kind {
        ActionKind::Mpls(_) => TCA_MPLS_TM,
        ActionKind::Police(_) => TCA_POLICE_TM,
        ActionKind::Sample(_) => TCA_SAMPLE_TM,
        ActionKind::Skbedit(_) => TCA_SKBEDIT_TM,
        ActionKind::Skbmod(_) => TCA_SKBMOD_TM,
        ActionKind::Nat(_) => TCA_NAT_TM,
        ActionKind::Connmark(_) => TCA_CONNMARK_TM,
        ActionKind::Ctinfo(_) => TCA_CTINFO_TM,
        ActionKind::Gate(_) => TCA_GATE_TM,
        ActionKind::Ife(_) => TCA_IFE_TM,
        ActionKind::Simple(_) => TCA_DEF_TM,
        _ => TCA_ACT_BPF_TM,
    })
}

fn put(e: &mut Encoder<'_>, attr: u16, value: Option<u32>) {
    if let Some(value) = value {
        e.u32(attr, value);
    }
}

fn mpls(e: &mut Encoder<'_>, change: &Mpls, [a, b, c, d, f]: [i32; 5]) {
    let (number, protocol, entry) = match *change {
        Mpls::Pop { protocol } => (TCA_MPLS_ACT_POP, protocol, MplsEntry::default()),
        Mpls::Push { protocol, entry } => (TCA_MPLS_ACT_PUSH, protocol, entry),
        Mpls::Modify(entry) => (TCA_MPLS_ACT_MODIFY, None, entry),
        Mpls::DecTtl => (TCA_MPLS_ACT_DEC_TTL, None, MplsEntry::default()),
        Mpls::MacPush { protocol, entry } => (TCA_MPLS_ACT_MAC_PUSH, protocol, entry),
    };
    e.attr_fixed(TCA_MPLS_PARMS, &[a, b, c, d, f, number]);
    put(e, TCA_MPLS_LABEL, entry.label);
    for (attr, value) in [(TCA_MPLS_TC, entry.tc), (TCA_MPLS_TTL, entry.ttl), (TCA_MPLS_BOS, entry.bos)] {
        if let Some(value) = value {
            e.u8(attr, value);
        }
    }
    // The kernel tells a protocol of every kind.
    e.u16_be(TCA_MPLS_PROTO, protocol.unwrap_or(EtherType::MPLS).0);
}

/// The parameters stand in another order than those of all other actions.
fn police(e: &mut Encoder<'_>, limit: &Police, [index, _, control, refs, binds]: [i32; 5]) {
    let spec = |rate: u64| -> [u32; 3] {
        if rate == 0 {
            return [0; 3];
        }
        let [low, high] = limit.overhead.to_ne_bytes();
        let [mpu_low, mpu_high] = limit.mpu.to_ne_bytes();
        [
            u32::from_ne_bytes([0, limit.link_layer, low, high]),
            u32::from_ne_bytes([0, 0, mpu_low, mpu_high]),
            u32::try_from(rate).unwrap_or(u32::MAX),
        ]
    };
    for (attr, rate) in [(TCA_POLICE_RATE64, limit.rate), (TCA_POLICE_PEAKRATE64, limit.peak_rate)] {
        if rate > u64::from(u32::MAX) {
            e.u64(attr, rate);
        }
    }
    for (attr, value) in
        [(TCA_POLICE_PKTRATE64, limit.packet_rate), (TCA_POLICE_PKTBURST64, limit.packet_burst)]
    {
        if let Some(value) = value {
            e.u64(attr, value);
        }
    }
    let ([rate_a, rate_b, rate_c], [peak_a, peak_b, peak_c]) = (spec(limit.rate), spec(limit.peak_rate));
    let [index, control, refs, binds] = [index, control, refs, binds].map(i32::cast_unsigned);
    let words = [index, control, 0, limit.burst, limit.mtu, rate_a, rate_b, rate_c, peak_a, peak_b, peak_c];
    let mut params = [0_u32; 14];
    params.iter_mut().zip(words.into_iter().chain([refs, binds, 0])).for_each(|(to, from)| *to = from);
    e.attr_fixed(TCA_POLICE_TBF, &params);
    if let Some(conform) = limit.conform {
        e.attr_fixed(TCA_POLICE_RESULT, &control_number(conform));
    }
    put(e, TCA_POLICE_AVRATE, limit.average_rate);
}

fn skbedit(e: &mut Encoder<'_>, change: &Skbedit, common: [i32; 5]) {
    e.attr_fixed(TCA_SKBEDIT_PARMS, &common);
    put(e, TCA_SKBEDIT_PRIORITY, change.priority);
    if let Some(queue) = change.queue {
        e.u16(TCA_SKBEDIT_QUEUE_MAPPING, queue);
    }
    put(e, TCA_SKBEDIT_MARK, change.mark);
    if let Some(kind) = change.ptype {
        e.u16(TCA_SKBEDIT_PTYPE, kind);
    }
    put(e, TCA_SKBEDIT_MASK, change.mark_mask);
    let mut flags = if change.inherit_dsfield { SKBEDIT_F_INHERITDSFIELD } else { 0 };
    if let Some(queue) = change.queue_max.filter(|_| change.by_hash) {
        e.u16(TCA_SKBEDIT_QUEUE_MAPPING_MAX, queue);
        flags |= SKBEDIT_F_TXQ_SKBHASH;
    }
    if flags != 0 {
        e.u64(TCA_SKBEDIT_FLAGS, flags.into());
    }
}

fn skbmod(e: &mut Encoder<'_>, change: &Skbmod, [a, b, c, d, f]: [i32; 5]) {
    let parts = [
        (change.dst_mac.is_some(), SKBMOD_F_DMAC),
        (change.src_mac.is_some(), SKBMOD_F_SMAC),
        (change.eth_type.is_some(), SKBMOD_F_ETYPE),
        (change.swap_mac, SKBMOD_F_SWAPMAC),
        (change.ecn, SKBMOD_F_ECN),
    ];
    let flags: u32 = parts.into_iter().filter(|(is, _)| *is).map(|(_, flag)| flag).sum();
    e.attr_fixed(TCA_SKBMOD_PARMS, &[a, b, c, d, f, 0, flags.cast_signed(), 0]);
    if let Some(Mac(bytes)) = &change.dst_mac {
        e.attr(TCA_SKBMOD_DMAC, bytes);
    }
    if let Some(Mac(bytes)) = &change.src_mac {
        e.attr(TCA_SKBMOD_SMAC, bytes);
    }
    if let Some(kind) = change.eth_type {
        e.u16(TCA_SKBMOD_ETYPE, kind.0);
    }
}

fn ctinfo(e: &mut Encoder<'_>, info: &Ctinfo, common: [i32; 5]) {
    e.attr_fixed(TCA_CTINFO_ACT, &common);
    e.u16(TCA_CTINFO_ZONE, info.zone);
    if let Some(mask) = info.dscp_mask {
        e.u32(TCA_CTINFO_PARMS_DSCP_MASK, mask);
        e.u32(TCA_CTINFO_PARMS_DSCP_STATEMASK, info.dscp_state_mask.unwrap_or(0));
    }
    put(e, TCA_CTINFO_PARMS_CPMARK_MASK, info.cpmark_mask);
    for attr in [TCA_CTINFO_STATS_DSCP_SET, TCA_CTINFO_STATS_DSCP_ERROR, TCA_CTINFO_STATS_CPMARK_SET] {
        e.u64(attr, 0);
    }
}

fn gate(e: &mut Encoder<'_>, cycle: &Gate, common: [i32; 5]) {
    e.attr_fixed(TCA_GATE_PARMS, &common);
    let times = [
        (TCA_GATE_BASE_TIME, cycle.base_time_ns),
        (TCA_GATE_CYCLE_TIME, cycle.cycle_time_ns),
        (TCA_GATE_CYCLE_TIME_EXT, cycle.cycle_time_ext_ns),
    ];
    for (attr, time) in times {
        e.u64(attr, time.unwrap_or(0));
    }
    put(e, TCA_GATE_CLOCKID, cycle.clock_id.map(i32::cast_unsigned));
    put(e, TCA_GATE_FLAGS, cycle.flags);
    put(e, TCA_GATE_PRIORITY, cycle.priority.map(i32::cast_unsigned));
    e.nest(TCA_GATE_ENTRY_LIST, |e| {
        for (number, entry) in (0..).zip(&cycle.entries) {
            e.nest(TCA_GATE_ONE_ENTRY, |e| gate_entry(e, number, entry));
        }
    });
}

fn gate_entry(e: &mut Encoder<'_>, number: u32, entry: &GateEntry) {
    e.u32(TCA_GATE_ENTRY_INDEX, number);
    if entry.open {
        e.flag(TCA_GATE_ENTRY_GATE);
    }
    e.u32(TCA_GATE_ENTRY_INTERVAL, entry.interval_ns);
    e.attr_fixed(TCA_GATE_ENTRY_MAX_OCTETS, &entry.max_octets);
    e.attr_fixed(TCA_GATE_ENTRY_IPV, &entry.ipv);
}

fn ife(e: &mut Encoder<'_>, header: &Ife, [a, b, c, d, f]: [i32; 5]) {
    let [low, high] = u16::from(header.encode).to_ne_bytes();
    e.attr_fixed(TCA_IFE_PARMS, &[a, b, c, d, f, i32::from_ne_bytes([low, high, 0, 0])]);
    if let Some(Mac(bytes)) = &header.dst_mac {
        e.attr(TCA_IFE_DMAC, bytes);
    }
    if let Some(Mac(bytes)) = &header.src_mac {
        e.attr(TCA_IFE_SMAC, bytes);
    }
    e.u16(TCA_IFE_TYPE, header.eth_type.map_or(0, |kind| kind.0));
    if header.metas.is_empty() {
        return;
    }
    e.nest(TCA_IFE_METALST, |e| {
        for IfeMeta { kind, value } in &header.metas {
            match (*kind, *value) {
                (kind, None) => e.flag(kind),
                (IFE_META_TCINDEX, Some(value)) => e.u16(IFE_META_TCINDEX, value as u16),
                (kind, Some(value)) => e.u32(kind, value),
            }
        }
    });
}

fn bpf(e: &mut Encoder<'_>, program: &Bpf, common: [i32; 5]) {
    e.attr_fixed(TCA_ACT_BPF_PARMS, &common);
    e.u16(TCA_ACT_BPF_OPS_LEN, program.ops.len() as u16);
    e.nest(TCA_ACT_BPF_OPS, |e| {
        for (code, jt, jf, k) in &program.ops {
            let [low, high] = code.to_ne_bytes();
            e.fixed(&[u32::from_ne_bytes([low, high, *jt, *jf]), *k]);
        }
    });
}
