//! Limits, gates, IFE headers and programs (`act_police.c`, `act_gate.c`, `act_ife.c`, `act_bpf.c`).

use smartnic_core::flow::{ActionKind, Bpf, Control, Gate, GateEntry, Ife, IfeMeta, Police};
use smartnic_core::types::{EtherType, Mac};
use smartnic_netlink::codec::Attr;
use smartnic_netlink::uapi::ife::*;
use smartnic_netlink::uapi::pkt_cls::*;
use smartnic_netlink::uapi::pkt_sched::TC_LINKLAYER_MASK;
use smartnic_netlink::uapi::tc_bpf::*;
use smartnic_netlink::uapi::tc_gate::*;
use smartnic_netlink::uapi::tc_ife::*;

use super::{control, options, parms, strict_options, word};
use crate::errno::Errno;
use crate::kernel::answer::ExtAck;
use crate::kernel::table::{Request, Shape, Strictness, Table};

type Read = Result<(ActionKind, Control), Errno>;

/// The size of a table of rates (`TC_RTAB_SIZE`).
const TABLE: usize = 1024;

/// Number, control, limit, burst and MTU stand before the two rates, each of 12 bytes with the rate itself at the end.
pub(super) fn police(request: &Request<'_>, attr: Option<&Attr<'_>>) -> Read {
    let policy = [
        (TCA_POLICE_RATE, Shape::Bytes(TABLE), None),
        (TCA_POLICE_PEAKRATE, Shape::Bytes(TABLE), None),
        (TCA_POLICE_AVRATE, Shape::U32, None),
        (TCA_POLICE_RESULT, Shape::U32, None),
        (TCA_POLICE_RATE64, Shape::Bytes(8), None),
        (TCA_POLICE_PEAKRATE64, Shape::Bytes(8), None),
        (TCA_POLICE_PKTRATE64, Shape::Bytes(8), None),
        (TCA_POLICE_PKTBURST64, Shape::Bytes(8), None),
    ];
    let table = options(request, attr, &policy)?;
    let bytes: [u8; SIZEOF_TC_POLICE] = table.head(TCA_POLICE_TBF).ok_or(Errno::EINVAL)?;
    let wide = |attr| table.head(attr).map(u64::from_ne_bytes);
    let (rate, peak) = (word(&bytes, 28), word(&bytes, 40));
    let [cell_log, layer, peak_cell_log] = [20, 21, 32].map(|at| bytes.get(at).copied().unwrap_or(0));
    let missing = |rate: u32, attr| rate != 0 && !table.has(attr);
    if missing(rate, TCA_POLICE_RATE) || rate != 0 && missing(peak, TCA_POLICE_PEAKRATE) {
        return Err(Errno::ENOMEM);
    }
    let of_rate = |value: u64| if rate == 0 { 0 } else { value };
    let mtu = word(&bytes, 16);
    let police = Police {
        rate: of_rate(wide(TCA_POLICE_RATE64).unwrap_or(0).max(rate.into())),
        burst: word(&bytes, 12),
        mtu,
        peak_rate: if peak == 0 {
            0
        } else {
            of_rate(wide(TCA_POLICE_PEAKRATE64).unwrap_or(0).max(peak.into()))
        },
        average_rate: table.u32(TCA_POLICE_AVRATE),
        packet_rate: wide(TCA_POLICE_PKTRATE64),
        packet_burst: wide(TCA_POLICE_PKTBURST64),
        overhead: (word(&bytes, 20) >> 16) as u16,
        mpu: (word(&bytes, 24) >> 16) as u16,
        link_layer: layer & TC_LINKLAYER_MASK as u8,
        cell_log: (rate != 0).then_some(cell_log),
        peak_cell_log: (peak != 0).then_some(peak_cell_log),
        conform: table.u32(TCA_POLICE_RESULT).map(|number| control(number as i32)),
    };
    Ok((ActionKind::Police(police), control(word(&bytes, 4) as i32)))
}

pub(super) fn gate(request: &Request<'_>, attr: Option<&Attr<'_>>, ext: &mut ExtAck) -> Read {
    let policy = [
        (TCA_GATE_PARMS, Shape::Bytes(SIZEOF_TC_GATE), None),
        (TCA_GATE_PRIORITY, Shape::U32, None),
        (TCA_GATE_ENTRY_LIST, Shape::Nested, None),
        (TCA_GATE_BASE_TIME, Shape::Bytes(8), None),
        (TCA_GATE_CYCLE_TIME, Shape::Bytes(8), None),
        (TCA_GATE_CYCLE_TIME_EXT, Shape::Bytes(8), None),
        (TCA_GATE_FLAGS, Shape::U32, None),
        (TCA_GATE_CLOCKID, Shape::U32, None),
    ];
    let table = strict_options(request, attr.ok_or(Errno::EINVAL)?, &policy, TCA_GATE_CLOCKID, ext)?;
    let (_, control) = parms::<SIZEOF_TC_GATE>(&table, TCA_GATE_PARMS).ok_or(Errno::EINVAL)?;
    let wide = |attr| table.head(attr).map(u64::from_ne_bytes);
    let mut gate = Gate {
        priority: table.u32(TCA_GATE_PRIORITY).map(u32::cast_signed),
        base_time_ns: wide(TCA_GATE_BASE_TIME),
        cycle_time_ns: wide(TCA_GATE_CYCLE_TIME),
        cycle_time_ext_ns: wide(TCA_GATE_CYCLE_TIME_EXT),
        clock_id: table.u32(TCA_GATE_CLOCKID).map(u32::cast_signed),
        flags: table.u32(TCA_GATE_FLAGS),
        entries: Vec::new(),
    };
    for attr in table.get(TCA_GATE_ENTRY_LIST).into_iter().flat_map(Attr::nested) {
        let Ok(attr) = attr else { break };
        if attr.kind() != TCA_GATE_ONE_ENTRY {
            ext.note.say("Attribute isn't type 'entry'");
            continue;
        }
        gate.entries.push(entry(request, &attr, ext)?);
    }
    Ok((ActionKind::Gate(gate), control))
}

fn entry(request: &Request<'_>, attr: &Attr<'_>, ext: &mut ExtAck) -> Result<GateEntry, Errno> {
    let policy = [
        (TCA_GATE_ENTRY_INDEX, Shape::U32, None),
        (TCA_GATE_ENTRY_GATE, Shape::Flag, None),
        (TCA_GATE_ENTRY_INTERVAL, Shape::U32, None),
        (TCA_GATE_ENTRY_IPV, Shape::U32, None),
        (TCA_GATE_ENTRY_MAX_OCTETS, Shape::U32, None),
    ];
    let Ok(table) = strict_options(request, attr, &policy, TCA_GATE_ENTRY_MAX_OCTETS, ext) else {
        ext.note.say("Could not parse nested entry");
        return Err(Errno::EINVAL);
    };
    let number = |attr| table.u32(attr).map_or(-1, u32::cast_signed);
    Ok(GateEntry {
        open: table.has(TCA_GATE_ENTRY_GATE),
        interval_ns: table.u32(TCA_GATE_ENTRY_INTERVAL).unwrap_or(0),
        ipv: number(TCA_GATE_ENTRY_IPV),
        max_octets: number(TCA_GATE_ENTRY_MAX_OCTETS),
    })
}

pub(super) fn ife(request: &Request<'_>, attr: Option<&Attr<'_>>, ext: &mut ExtAck) -> Read {
    if attr.is_none() {
        ext.note.say("act_ife: IFE requires attributes to be passed");
        return Err(Errno::EINVAL);
    }
    let policy = [
        (TCA_IFE_PARMS, Shape::Bytes(SIZEOF_TC_IFE), None),
        (TCA_IFE_DMAC, Shape::Bytes(6), None),
        (TCA_IFE_SMAC, Shape::Bytes(6), None),
        (TCA_IFE_TYPE, Shape::U16, None),
    ];
    let table = options(request, attr, &policy)?;
    let (bytes, control) = parms::<SIZEOF_TC_IFE>(&table, TCA_IFE_PARMS).ok_or(Errno::EINVAL)?;
    let flags = word(&bytes, 20) & 0xffff;
    if flags & !IFE_ENCODE != 0 {
        return Err(Errno::EINVAL);
    }
    let encode = flags == IFE_ENCODE;
    let mut ife = Ife { encode, ..Ife::default() };
    if encode {
        ife.dst_mac = table.head(TCA_IFE_DMAC).map(Mac);
        ife.src_mac = table.head(TCA_IFE_SMAC).map(Mac);
        ife.eth_type = table.u16(TCA_IFE_TYPE).map(EtherType);
    }
    match table.get(TCA_IFE_METALST) {
        Some(list) => {
            let list = Table::read(request, list.nested(), &[], Strictness::Liberal, &mut ExtAck::default())?;
            for kind in 1..=IFE_META_MAX {
                ife.metas.extend(list.get(kind).map(|attr| meta(kind, attr)).transpose()?);
            }
        }
        // Without a list the kernel takes all values that it knows.
        None if encode => ife.metas = KNOWN.map(|kind| IfeMeta { kind, value: None }).to_vec(),
        None => {}
    }
    Ok((ActionKind::Ife(ife), control))
}

/// The values that this kernel has modules for.
const KNOWN: [u16; 3] = [IFE_META_SKBMARK, IFE_META_PRIO, IFE_META_TCINDEX];

fn meta(kind: u16, attr: &Attr<'_>) -> Result<IfeMeta, Errno> {
    let value = match (kind, attr.payload) {
        (_, []) => None,
        (IFE_META_TCINDEX, [low, high]) => Some(u16::from_ne_bytes([*low, *high]).into()),
        (IFE_META_TCINDEX, _) => return Err(Errno::EINVAL),
        (_, [a, b, c, d]) => Some(u32::from_ne_bytes([*a, *b, *c, *d])),
        _ => return Err(Errno::EINVAL),
    };
    Ok(IfeMeta { kind, value })
}

pub(super) fn bpf(request: &Request<'_>, attr: Option<&Attr<'_>>) -> Read {
    let policy = [
        (TCA_ACT_BPF_PARMS, Shape::Bytes(SIZEOF_TC_ACT_BPF), None),
        (TCA_ACT_BPF_FD, Shape::U32, None),
        (TCA_ACT_BPF_NAME, Shape::NulText, None),
        (TCA_ACT_BPF_OPS_LEN, Shape::U16, None),
        (TCA_ACT_BPF_OPS, Shape::AtMost(8 * 4096), None),
    ];
    let table = options(request, attr, &policy)?;
    let (_, control) = parms::<SIZEOF_TC_ACT_BPF>(&table, TCA_ACT_BPF_PARMS).ok_or(Errno::EINVAL)?;
    let length = table.u16(TCA_ACT_BPF_OPS_LEN);
    let program = length.zip(table.get(TCA_ACT_BPF_OPS));
    let fd = table.u32(TCA_ACT_BPF_FD).map(u32::cast_signed);
    let ops = match (program, fd) {
        (Some(_), Some(_)) | (None, None) => return Err(Errno::EINVAL),
        (Some((length, attr)), None) if usize::from(length) * 8 == attr.payload.len() && length > 0 => {
            let op = |bytes: &[u8]| match *bytes {
                [a, b, jt, jf, ..] => (u16::from_ne_bytes([a, b]), jt, jf, word(bytes, 4)),
                _ => (0, 0, 0, 0),
            };
            attr.payload.chunks(8).map(op).collect()
        }
        (Some(_), None) => return Err(Errno::EINVAL),
        (None, Some(_)) => Vec::new(),
    };
    Ok((ActionKind::Bpf(Bpf { fd, ops, ..Bpf::default() }), control))
}
