//! Changes of labels and of what is kept beside a packet (`act_mpls.c`, `act_sample.c`, `act_skbedit.c`, `act_skbmod.c`,
//! `act_nat.c`, `act_connmark.c`, `act_ctinfo.c`, `act_simple.c`).

use smartnic_core::flow::{
    ActionKind, Connmark, Control, Ctinfo, Mpls, MplsEntry, Nat, Sample, Skbedit, Skbmod,
};
use smartnic_core::types::{EtherType, Mac};
use smartnic_netlink::codec::Attr;
use smartnic_netlink::uapi::tc_connmark::*;
use smartnic_netlink::uapi::tc_ctinfo::*;
use smartnic_netlink::uapi::tc_defact::*;
use smartnic_netlink::uapi::tc_mpls::*;
use smartnic_netlink::uapi::tc_nat::*;
use smartnic_netlink::uapi::tc_sample::*;
use smartnic_netlink::uapi::tc_skbedit::*;
use smartnic_netlink::uapi::tc_skbmod::*;

use super::{options, parms, strict_options, word};
use crate::errno::Errno;
use crate::kernel::answer::ExtAck;
use crate::kernel::table::{Request, Shape};

type Read = Result<(ActionKind, Control), Errno>;

pub(super) fn mpls(request: &Request<'_>, attr: Option<&Attr<'_>>, ext: &mut ExtAck) -> Read {
    let policy = [
        (TCA_MPLS_PARMS, Shape::Bytes(SIZEOF_TC_MPLS), None),
        (TCA_MPLS_PROTO, Shape::U16, None),
        (TCA_MPLS_LABEL, Shape::Bytes(4), None),
        (TCA_MPLS_TC, Shape::U8, Some(7)),
        (TCA_MPLS_TTL, Shape::U8, None),
        (TCA_MPLS_BOS, Shape::U8, Some(1)),
    ];
    let Some(attr) = attr else {
        ext.note.say("act_mpls: Missing netlink attributes");
        return Err(Errno::EINVAL);
    };
    let table = strict_options(request, attr, &policy, TCA_MPLS_BOS, ext)?;
    let Some((bytes, control)) = parms::<SIZEOF_TC_MPLS>(&table, TCA_MPLS_PARMS) else {
        ext.note.say("act_mpls: No MPLS params");
        return Err(Errno::EINVAL);
    };
    let protocol = table.u16_be(TCA_MPLS_PROTO).map(EtherType);
    let entry = MplsEntry {
        label: table.u32(TCA_MPLS_LABEL),
        tc: table.u8(TCA_MPLS_TC),
        ttl: table.u8(TCA_MPLS_TTL),
        bos: table.u8(TCA_MPLS_BOS),
    };
    let bare = entry == MplsEntry::default();
    let (mpls, wrong) = match word(&bytes, 20) as i32 {
        TCA_MPLS_ACT_POP => (
            Mpls::Pop { protocol },
            (!bare).then_some("act_mpls: Label, TTL, TC or BOS cannot be used with MPLS pop"),
        ),
        TCA_MPLS_ACT_DEC_TTL => (
            Mpls::DecTtl,
            (!bare || protocol.is_some())
                .then_some("act_mpls: Label, TTL, TC, BOS or protocol cannot be used with MPLS dec_ttl"),
        ),
        TCA_MPLS_ACT_PUSH => (Mpls::Push { protocol, entry }, None),
        TCA_MPLS_ACT_MAC_PUSH => (Mpls::MacPush { protocol, entry }, None),
        TCA_MPLS_ACT_MODIFY => (
            Mpls::Modify(entry),
            protocol.is_some().then_some("act_mpls: Protocol cannot be used with MPLS modify"),
        ),
        _ => (Mpls::DecTtl, Some("act_mpls: Unknown MPLS action")),
    };
    match wrong {
        Some(text) => {
            ext.note.say(text);
            Err(Errno::EINVAL)
        }
        None => Ok((ActionKind::Mpls(mpls), control)),
    }
}

pub(super) fn sample(request: &Request<'_>, attr: Option<&Attr<'_>>) -> Read {
    let policy = [
        (TCA_SAMPLE_PARMS, Shape::Bytes(SIZEOF_TC_SAMPLE), None),
        (TCA_SAMPLE_RATE, Shape::U32, None),
        (TCA_SAMPLE_TRUNC_SIZE, Shape::U32, None),
        (TCA_SAMPLE_PSAMPLE_GROUP, Shape::U32, None),
    ];
    let table = options(request, attr, &policy)?;
    let (_, control) = parms::<SIZEOF_TC_SAMPLE>(&table, TCA_SAMPLE_PARMS).ok_or(Errno::EINVAL)?;
    let sample = Sample {
        rate: table.u32(TCA_SAMPLE_RATE),
        truncate: table.u32(TCA_SAMPLE_TRUNC_SIZE),
        group: table.u32(TCA_SAMPLE_PSAMPLE_GROUP),
    };
    Ok((ActionKind::Sample(sample), control))
}

pub(super) fn skbedit(request: &Request<'_>, attr: Option<&Attr<'_>>) -> Read {
    let policy = [
        (TCA_SKBEDIT_PARMS, Shape::Bytes(SIZEOF_TC_SKBEDIT), None),
        (TCA_SKBEDIT_PRIORITY, Shape::Bytes(4), None),
        (TCA_SKBEDIT_QUEUE_MAPPING, Shape::Bytes(2), None),
        (TCA_SKBEDIT_MARK, Shape::Bytes(4), None),
        (TCA_SKBEDIT_PTYPE, Shape::Bytes(2), None),
        (TCA_SKBEDIT_MASK, Shape::Bytes(4), None),
        (TCA_SKBEDIT_FLAGS, Shape::Bytes(8), None),
        (TCA_SKBEDIT_QUEUE_MAPPING_MAX, Shape::Bytes(2), None),
    ];
    let table = options(request, attr, &policy)?;
    let (_, control) = parms::<SIZEOF_TC_SKBEDIT>(&table, TCA_SKBEDIT_PARMS).ok_or(Errno::EINVAL)?;
    // The flags that are in use stand in the lower half.
    let flags = table.head(TCA_SKBEDIT_FLAGS).map_or(0, u64::from_ne_bytes) as u32;
    let by_hash = flags & SKBEDIT_F_TXQ_SKBHASH != 0;
    let skbedit = Skbedit {
        queue: table.u16(TCA_SKBEDIT_QUEUE_MAPPING),
        queue_max: table.u16(TCA_SKBEDIT_QUEUE_MAPPING_MAX),
        by_hash,
        mark: table.u32(TCA_SKBEDIT_MARK),
        mark_mask: table.u32(TCA_SKBEDIT_MASK),
        priority: table.u32(TCA_SKBEDIT_PRIORITY),
        ptype: table.u16(TCA_SKBEDIT_PTYPE),
        inherit_dsfield: flags & SKBEDIT_F_INHERITDSFIELD != 0,
    };
    Ok((ActionKind::Skbedit(skbedit), control))
}

pub(super) fn skbmod(request: &Request<'_>, attr: Option<&Attr<'_>>) -> Read {
    let policy = [
        (TCA_SKBMOD_PARMS, Shape::Bytes(SIZEOF_TC_SKBMOD), None),
        (TCA_SKBMOD_DMAC, Shape::Bytes(6), None),
        (TCA_SKBMOD_SMAC, Shape::Bytes(6), None),
        (TCA_SKBMOD_ETYPE, Shape::U16, None),
    ];
    let table = options(request, attr, &policy)?;
    let (bytes, control) = parms::<SIZEOF_TC_SKBMOD>(&table, TCA_SKBMOD_PARMS).ok_or(Errno::EINVAL)?;
    let flags = word(&bytes, 24);
    let skbmod = Skbmod {
        dst_mac: table.head(TCA_SKBMOD_DMAC).map(Mac),
        src_mac: table.head(TCA_SKBMOD_SMAC).map(Mac),
        eth_type: table.u16(TCA_SKBMOD_ETYPE).map(EtherType),
        swap_mac: flags & SKBMOD_F_SWAPMAC != 0,
        ecn: flags & SKBMOD_F_ECN != 0,
    };
    Ok((ActionKind::Skbmod(skbmod), control))
}

pub(super) fn nat(request: &Request<'_>, attr: Option<&Attr<'_>>) -> Read {
    let table = options(request, attr, &[(TCA_NAT_PARMS, Shape::Bytes(SIZEOF_TC_NAT), None)])?;
    let (bytes, control) = parms::<SIZEOF_TC_NAT>(&table, TCA_NAT_PARMS).ok_or(Errno::EINVAL)?;
    let address = |at: usize| u32::from_be(word(&bytes, at)).into();
    let nat = Nat {
        old: address(20),
        new: address(24),
        mask: address(28),
        egress: word(&bytes, 32) & TCA_NAT_FLAG_EGRESS != 0,
    };
    Ok((ActionKind::Nat(nat), control))
}

pub(super) fn connmark(request: &Request<'_>, attr: Option<&Attr<'_>>) -> Read {
    let table = options(request, attr, &[(TCA_CONNMARK_PARMS, Shape::Bytes(SIZEOF_TC_CONNMARK), None)])?;
    let (bytes, control) = parms::<SIZEOF_TC_CONNMARK>(&table, TCA_CONNMARK_PARMS).ok_or(Errno::EINVAL)?;
    let [.., low, high, _, _] = bytes;
    Ok((ActionKind::Connmark(Connmark { zone: u16::from_ne_bytes([low, high]) }), control))
}

pub(super) fn ctinfo(request: &Request<'_>, attr: Option<&Attr<'_>>, ext: &mut ExtAck) -> Read {
    let policy = [
        (TCA_CTINFO_ACT, Shape::Bytes(SIZEOF_TC_CTINFO), None),
        (TCA_CTINFO_ZONE, Shape::U16, None),
        (TCA_CTINFO_PARMS_DSCP_MASK, Shape::U32, None),
        (TCA_CTINFO_PARMS_DSCP_STATEMASK, Shape::U32, None),
        (TCA_CTINFO_PARMS_CPMARK_MASK, Shape::U32, None),
    ];
    let Some(attr) = attr else {
        ext.note.say("act_ctinfo: ctinfo requires attributes to be passed");
        return Err(Errno::EINVAL);
    };
    let table = strict_options(request, attr, &policy, TCA_CTINFO_STATS_CPMARK_SET, ext)?;
    let Some((_, control)) = parms::<SIZEOF_TC_CTINFO>(&table, TCA_CTINFO_ACT) else {
        ext.note.say("act_ctinfo: Missing required TCA_CTINFO_ACT attribute");
        return Err(Errno::EINVAL);
    };
    let ctinfo = Ctinfo {
        zone: table.u16(TCA_CTINFO_ZONE).unwrap_or(0),
        dscp_mask: table.u32(TCA_CTINFO_PARMS_DSCP_MASK),
        dscp_state_mask: table.u32(TCA_CTINFO_PARMS_DSCP_STATEMASK),
        cpmark_mask: table.u32(TCA_CTINFO_PARMS_CPMARK_MASK),
    };
    Ok((ActionKind::Ctinfo(ctinfo), control))
}

pub(super) fn simple(request: &Request<'_>, attr: Option<&Attr<'_>>) -> Read {
    let policy =
        [(TCA_DEF_PARMS, Shape::Bytes(SIZEOF_TC_DEFACT), None), (TCA_DEF_DATA, Shape::Text(32), None)];
    let table = options(request, attr, &policy)?;
    let (_, control) = parms::<SIZEOF_TC_DEFACT>(&table, TCA_DEF_PARMS).ok_or(Errno::EINVAL)?;
    let text = table.get(TCA_DEF_DATA).ok_or(Errno::EINVAL)?.text_lossy().into_owned();
    Ok((ActionKind::Simple(text), control))
}
