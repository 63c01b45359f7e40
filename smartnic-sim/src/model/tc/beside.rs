//! Actions on what is beside a packet's headers, and limits: what the kernel checks of them and fills in.

use smartnic_core::flow::{
    Action, ActionFlags, ActionKind, Attach, Bpf, Control, Ctinfo, Gate, Ife, IfeMeta, Mpls, MplsEntry,
    Police, Rule, Sample, Side, Skbedit, Skbmod,
};
use smartnic_core::types::{EtherType, Mac};

use crate::errno::Errno;
use crate::note::Note;

/// The label that means that there is none (`MPLS_LABEL_IMPLNULL`).
const NO_LABEL: u32 = 3;
/// The clocks of gates (`CLOCK_REALTIME`, `CLOCK_MONOTONIC`, `CLOCK_BOOTTIME`, `CLOCK_TAI`).
const CLOCKS: [i32; 4] = [0, 1, 7, 11];
const CLOCK_TAI: i32 = 11;
/// The protocol of IFE headers (`ETH_P_IFE`).
const ETH_P_IFE: EtherType = EtherType(0xed3e);
/// Values for IFE headers that this kernel has modules for, in the order in which it lists them.
const METAS: [u16; 3] = [1, 3, 5];

type Checked = Result<(), Errno>;

/// Checks an action of these kinds as its `init` does.
pub(super) fn check(rule: &Rule, action: &Action, note: &mut Note) -> Checked {
    let mut refuse = |text: &'static str, errno| {
        note.say(text);
        Err(errno)
    };
    match &action.kind {
        ActionKind::Mpls(mpls) => check_mpls(mpls, &mut refuse),
        ActionKind::Police(police) => check_police(police, &mut refuse),
        ActionKind::Sample(Sample { rate, group, .. }) => match (rate, group) {
            (None, _) | (_, None) => refuse("sample rate and group are required", Errno::EINVAL),
            (Some(0), _) => refuse("invalid sample rate", Errno::EINVAL),
            _ => Ok(()),
        },
        ActionKind::Skbedit(skbedit) => {
            let in_software = !action.flags.contains(ActionFlags::SKIP_SW);
            check_skbedit(rule, skbedit, in_software, &mut refuse)
        }
        ActionKind::Skbmod(skbmod) if *skbmod == Skbmod::default() => Err(Errno::EINVAL),
        ActionKind::Ctinfo(Ctinfo { dscp_mask: Some(mask), dscp_state_mask, .. }) => {
            if mask.checked_shr(mask.trailing_zeros()) != Some(0x3f) {
                return refuse("dscp mask must be 6 contiguous bits", Errno::EINVAL);
            }
            match mask & dscp_state_mask.unwrap_or(0) {
                0 => Ok(()),
                _ => refuse("dscp statemask must not overlap dscp mask", Errno::EINVAL),
            }
        }
        ActionKind::Gate(gate) => {
            if gate.entries.iter().any(|entry| entry.interval_ns == 0) {
                return refuse("Invalid interval for schedule entry", Errno::EINVAL);
            }
            if gate.entries.is_empty() {
                return refuse("The entry list is empty", Errno::EINVAL);
            }
            match gate.clock_id.is_none_or(|clock| CLOCKS.contains(&clock)) {
                true => Ok(()),
                false => refuse("Invalid 'clockid'", Errno::EINVAL),
            }
        }
        ActionKind::Ife(ife) if ife.metas.iter().any(|meta| !METAS.contains(&meta.kind)) => {
            Err(Errno::ENOENT)
        }
        ActionKind::Bpf(Bpf { ops, .. }) if ops.is_empty() => {
            refuse("the simulated kernel has no BPF programs but classic ones", Errno::EOPNOTSUPP)
        }
        // A classic program must end with a return (`BPF_RET`).
        ActionKind::Bpf(Bpf { ops, .. }) => match ops.last() {
            Some((0x06 | 0x16, ..)) => Ok(()),
            _ => Err(Errno::EINVAL),
        },
        _ => Ok(()),
    }
}

/// What an action that replaces another takes over from it: of a gate all that is not said (`tcf_gate_init`).
pub(super) fn keep(kind: &mut ActionKind, old: &ActionKind) {
    let (ActionKind::Gate(gate), ActionKind::Gate(old)) = (kind, old) else { return };
    if gate.entries.is_empty() {
        gate.entries.clone_from(&old.entries);
        gate.cycle_time_ns = gate.cycle_time_ns.or(old.cycle_time_ns);
    }
    gate.priority = gate.priority.or(old.priority);
    gate.base_time_ns = gate.base_time_ns.or(old.base_time_ns);
    gate.cycle_time_ext_ns = gate.cycle_time_ext_ns.or(old.cycle_time_ext_ns);
    gate.clock_id = gate.clock_id.or(old.clock_id);
    gate.flags = gate.flags.or(old.flags);
}

fn check_mpls(mpls: &Mpls, refuse: &mut impl FnMut(&'static str, Errno) -> Checked) -> Checked {
    let (protocol, entry, pushes) = match *mpls {
        Mpls::Pop { protocol } => (protocol, MplsEntry::default(), false),
        Mpls::Push { protocol, entry } | Mpls::MacPush { protocol, entry } => (protocol, entry, true),
        Mpls::Modify(entry) => (None, entry, false),
        Mpls::DecTtl => return Ok(()),
    };
    let MplsEntry { label, tc, ttl, bos } = entry;
    if label.is_some_and(|label| label > 0xf_ffff || label == NO_LABEL) {
        return refuse("act_mpls: MPLS label out of range", Errno::EINVAL);
    }
    if tc.is_some_and(|tc| tc > 7) || ttl == Some(0) || bos.is_some_and(|bos| bos > 1) {
        return refuse("integer out of range", Errno::ERANGE);
    }
    if matches!(mpls, Mpls::Pop { .. }) {
        return match protocol {
            None => refuse("act_mpls: Protocol must be set for MPLS pop", Errno::EINVAL),
            // Numbers below are lengths.
            Some(EtherType(..0x600)) => refuse("act_mpls: Invalid protocol type for MPLS pop", Errno::EINVAL),
            Some(_) => Ok(()),
        };
    }
    if pushes && label.is_none() {
        return refuse("act_mpls: Label is required for MPLS push", Errno::EINVAL);
    }
    if pushes && protocol.is_some_and(|protocol| !protocol.is_mpls()) {
        return refuse("act_mpls: Protocol must be an MPLS type for MPLS push", Errno::EPROTONOSUPPORT);
    }
    Ok(())
}

fn check_police(police: &Police, refuse: &mut impl FnMut(&'static str, Errno) -> Checked) -> Checked {
    // Only cells that cannot be are still told.
    if police.cell_log.is_some() {
        return Err(Errno::ENOMEM);
    }
    // The average is measured by an estimator, which filters cannot ask for here.
    if police.average_rate.is_some() {
        return Err(Errno::EINVAL);
    }
    match police.conform {
        Some(Control::Goto(_)) => return refuse("goto chain not allowed on fallback", Errno::EINVAL),
        Some(Control::Unknown(number)) if !(0..=8).contains(&number) => {
            return refuse("invalid fallback control action", Errno::EINVAL);
        }
        _ => {}
    }
    if police.packet_rate.is_some() != police.packet_burst.is_some() {
        let text = "Both or neither packet-per-second burst and rate must be provided";
        return refuse(text, Errno::EINVAL);
    }
    if police.packet_rate.is_some() && police.rate != 0 {
        let text = "packet-per-second and byte-per-second rate limits not allowed in same action";
        return refuse(text, Errno::EINVAL);
    }
    Ok(())
}

fn check_skbedit(
    rule: &Rule,
    skbedit: &Skbedit,
    in_software: bool,
    refuse: &mut impl FnMut(&'static str, Errno) -> Checked,
) -> Checked {
    let ingress = matches!(rule.attach, Attach::Dev { side: Side::Ingress, .. });
    if skbedit.queue.is_some() && ingress && in_software {
        let text = "act_skbedit: \"queue_mapping\" option on receive side is hardware only, use skip_sw";
        return refuse(text, Errno::EOPNOTSUPP);
    }
    if skbedit.ptype.is_some_and(|kind| kind > 3) {
        return Err(Errno::EINVAL);
    }
    match (skbedit.by_hash, skbedit.queue, skbedit.queue_max) {
        (false, ..) => {}
        (true, Some(first), Some(last)) if first <= last => {}
        (true, Some(_), Some(_)) => {
            return refuse("act_skbedit: The range of queue_mapping is invalid, max < min.", Errno::EINVAL);
        }
        (true, ..) => return refuse("act_skbedit: Missing required range of queue_mapping.", Errno::EINVAL),
    }
    let kept = Skbedit { queue_max: None, ..*skbedit };
    if kept == Skbedit::default() { Err(Errno::EINVAL) } else { Ok(()) }
}

/// What the kernel itself cannot hand to any driver (`tcf_*_offload_act_setup`), in its words.
pub(super) fn not_offloaded(rule: &Rule, action: &Action) -> Option<&'static str> {
    match &action.kind {
        ActionKind::Mpls(Mpls::DecTtl) => {
            Some("act_mpls: Offload not supported when \"dec_ttl\" option is used")
        }
        ActionKind::Mpls(Mpls::MacPush { .. }) => {
            Some("act_mpls: Offload not supported when \"mac_push\" option is used")
        }
        ActionKind::Police(police) => {
            [action.control, police.conform.unwrap_or(Control::Pass)].into_iter().find_map(no_verdict)
        }
        ActionKind::Skbedit(skbedit) => skbedit_not_offloaded(rule, skbedit),
        ActionKind::Skbmod(_)
        | ActionKind::Nat(_)
        | ActionKind::Connmark(_)
        | ActionKind::Ctinfo(_)
        | ActionKind::Ife(_)
        | ActionKind::Simple(_)
        | ActionKind::Bpf(_) => Some("Action does not support offload"),
        _ => None,
    }
}

fn no_verdict(control: Control) -> Option<&'static str> {
    match control {
        Control::Reclassify => {
            Some("act_police: Offload not supported when conform/exceed action is \"reclassify\"")
        }
        Control::Stolen | Control::Trap | Control::Unknown(_) => {
            Some("act_police: Unsupported conform/exceed action offload")
        }
        _ => None,
    }
}

fn skbedit_not_offloaded(rule: &Rule, skbedit: &Skbedit) -> Option<&'static str> {
    let ingress = matches!(rule.attach, Attach::Dev { side: Side::Ingress, .. });
    let only = |one: Skbedit| one == *skbedit;
    let Skbedit { queue, mark, priority, ptype, .. } = *skbedit;
    let none = Skbedit::default();
    let alone = [
        mark.is_some() && only(Skbedit { mark, ..none }),
        ptype.is_some() && only(Skbedit { ptype, ..none }),
        priority.is_some() && only(Skbedit { priority, ..none }),
        queue.is_some() && ingress && only(Skbedit { queue, ..none }),
    ];
    match () {
        () if alone.contains(&true) => None,
        () if queue.is_some() && only(Skbedit { queue, ..none }) => {
            Some("act_skbedit: Offload not supported when \"queue_mapping\" option is used on transmit side")
        }
        () if only(Skbedit { inherit_dsfield: true, ..none }) => {
            Some("act_skbedit: Offload not supported when \"inheritdsfield\" option is used")
        }
        () => Some("act_skbedit: Unsupported skbedit option offload"),
    }
}

/// Fills in what the kernel fills in, and drops what it does not keep.
pub(super) fn normalise(kind: &mut ActionKind) {
    match kind {
        ActionKind::Mpls(Mpls::Push { protocol, entry } | Mpls::MacPush { protocol, entry }) => {
            protocol.get_or_insert(EtherType::MPLS);
            entry.ttl.get_or_insert(u8::MAX);
        }
        ActionKind::Police(police) => normalise_police(police),
        // Of several changes one is made.
        ActionKind::Skbmod(skbmod) if skbmod.ecn => *skbmod = Skbmod { ecn: true, ..Skbmod::default() },
        ActionKind::Skbmod(skbmod) if skbmod.swap_mac => {
            *skbmod = Skbmod { swap_mac: true, ..Skbmod::default() };
        }
        ActionKind::Skbedit(skbedit) if !skbedit.by_hash => skbedit.queue_max = None,
        ActionKind::Ctinfo(ctinfo) => {
            let state = ctinfo.dscp_state_mask.filter(|mask| *mask != 0 && ctinfo.dscp_mask.is_some());
            ctinfo.dscp_state_mask = state;
        }
        ActionKind::Gate(gate) => normalise_gate(gate),
        ActionKind::Ife(ife) => normalise_ife(ife),
        ActionKind::Bpf(bpf) => *bpf = Bpf { ops: std::mem::take(&mut bpf.ops), ..Bpf::default() },
        _ => {}
    }
}

fn normalise_police(police: &mut Police) {
    let usual = Police::usual_cell_log(police.mtu);
    let cell_log = police.cell_log.unwrap_or(usual);
    let peak_cell_log = police.peak_cell_log.unwrap_or(usual);
    if police.rate == 0 {
        (police.peak_rate, police.overhead, police.mpu, police.link_layer) = (0, 0, 0, 0);
    } else if police.link_layer == 0 {
        police.link_layer = 1;
    }
    if police.mtu == 0 {
        police.mtu = if police.rate == 0 { u32::MAX } else { 255 << (cell_log & 31) };
    }
    // A kernel does not remember the cells, but refuses those of one byte.
    let bad = |rate: u64, log: u8| rate != 0 && !(1..32).contains(&log);
    let any = bad(police.rate, cell_log) || bad(police.peak_rate, peak_cell_log);
    police.cell_log = any.then_some(0);
    police.peak_cell_log = None;
    police.conform = police.conform.filter(|control| *control != Control::Pass);
}

fn normalise_gate(gate: &mut Gate) {
    gate.priority.get_or_insert(-1);
    gate.base_time_ns.get_or_insert(0);
    gate.cycle_time_ext_ns.get_or_insert(0);
    gate.clock_id.get_or_insert(CLOCK_TAI);
    gate.flags.get_or_insert(0);
    if gate.cycle_time_ns.unwrap_or(0) == 0 {
        gate.cycle_time_ns = Some(gate.entries.iter().map(|entry| u64::from(entry.interval_ns)).sum());
    }
}

fn normalise_ife(ife: &mut Ife) {
    if !ife.encode {
        // Whatever is in such a header is taken.
        let metas = METAS.map(|kind| IfeMeta { kind, value: None }).to_vec();
        *ife = Ife { eth_type: Some(EtherType(0)), metas, ..Ife::default() };
        return;
    }
    ife.eth_type.get_or_insert(ETH_P_IFE);
    for mac in [&mut ife.dst_mac, &mut ife.src_mac] {
        *mac = mac.filter(|mac| *mac != Mac([0; 6]));
    }
    // Of several with one number the last counts.
    let mut last: Vec<IfeMeta> = Vec::new();
    for meta in ife.metas.drain(..) {
        last.retain(|other| other.kind != meta.kind);
        last.push(meta);
    }
    last.sort_by_key(|meta| meta.kind);
    ife.metas = last;
}
