//! sfc_ef100: Alveo U25N and other cards with a match-action engine.
//!
//! VFs and representors: `ef100_sriov.c`, `ef100_rep.c`. Rules: `tc.c` (`efx_tc_flower_replace`,
//! `efx_tc_flower_parse_match`). Which fields the engine matches, and how many rules it holds, is the firmware's; that it
//! matches all of them is ours.

use smartnic_core::flow::{
    Action, ActionKind, ActionSet, Control, Csum, HwStats, IpProto, KeySet, Match, Pedit, PeditCommand,
    PeditHeader, Rule,
};
use smartnic_core::types::EtherType;

use super::offer::{refuse, target};
use super::{Driver, EswitchKind, Facts, HwForm, Site, check_flags};
use crate::errno::Errno;
use crate::model::Role;
use crate::note::Note;

/// sfc_ef100.
#[derive(Debug)]
pub(crate) struct Sfc;

/// sfc_ef100.
pub(crate) const SFC: Sfc = Sfc;

const FACTS: Facts = Facts {
    name: "sfc_ef100",
    vf_name: "sfc_ef100",
    eswitch: EswitchKind::AlwaysSwitchdev { told: false },
    uplink_port: true,
    port_in_names: true,
    representor_ports: true,
    switch_id_in_legacy: true,
    uplink_tc_offload: true,
    representor_tc_offload: true,
    counters: Some(HwStats::DELAYED),
    ..Facts::PLAIN
};

const TUNNEL: KeySet = KeySet::ENC_KEYID
    .union(KeySet::ENC_IPV4_ADDRS)
    .union(KeySet::ENC_IPV6_ADDRS)
    .union(KeySet::ENC_IP)
    .union(KeySet::ENC_PORTS)
    .union(KeySet::ENC_CONTROL);
/// The keys that the driver reads, in this SDK's grouping.
const KEYS: KeySet = KeySet::BASIC
    .union(KeySet::CONTROL)
    .union(KeySet::ETH_ADDRS)
    .union(KeySet::VLAN)
    .union(KeySet::CVLAN)
    .union(KeySet::IPV4_ADDRS)
    .union(KeySet::IPV6_ADDRS)
    .union(KeySet::PORTS)
    .union(KeySet::CT)
    .union(KeySet::TCP)
    .union(KeySet::IP)
    .union(TUNNEL);

const ESTABLISHED: u16 = 1 << 1;
const TRACKED: u16 = 1 << 3;

impl Driver for Sfc {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn port_index(&self, pf: usize, vf: Option<usize>) -> u32 {
        vf.map_or(pf as u32, |vf| 0x100 + vf as u32)
    }

    fn serials(&self, dsn: [u8; 8]) -> (Option<String>, Option<String>) {
        (Some(dsn.map(|byte| format!("{byte:02x}")).concat()), None)
    }

    /// The feature is fixed.
    fn may_turn_offload_off(&self, _flows: u32, _log: &mut Vec<String>) -> bool {
        false
    }

    fn offload(
        &self,
        site: &Site<'_>,
        rule: &Rule,
        _log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<Option<HwForm>, Errno> {
        check_key(&rule.key, note)?;
        if rule.key.keys().intersects(TUNNEL) {
            return refuse(note, "sfc: Ingress enc_key matches not supported", Errno::EOPNOTSUPP);
        }
        let state = rule.key.ct_state.map_or((0, 0), |state| (state.value, state.mask));
        let tracked = state.0 & state.1 & TRACKED != 0;
        let used = rule.action_set();
        let left = used.contains(ActionSet::GOTO) || (used.contains(ActionSet::CT) && !tracked);
        match left {
            true => left_side(rule, state, note)?,
            false => right_side(site, rule, note)?,
        }
        if site.held {
            return refuse(note, "sfc: Rule already offloaded", Errno::EEXIST);
        }
        if site.full() {
            return refuse(note, "sfc: Failed to insert rule in hw", Errno::ENOSPC);
        }
        Ok(None)
    }
}

fn check_key(key: &Match, note: &mut Note) -> Result<(), Errno> {
    check_flags("sfc", key, 3, note)?;
    let used = key.keys();
    if !(used - KEYS).is_empty() {
        return refuse(note, format!("sfc: Unsupported flower keys {:#x}", used.bits()), Errno::EOPNOTSUPP);
    }
    let ip = matches!(key.network_type(), Some(EtherType::IPV4 | EtherType::IPV6));
    let upper = KeySet::IPV4_ADDRS | KeySet::IPV6_ADDRS | KeySet::PORTS | KeySet::IP | KeySet::TCP;
    if used.intersects(upper) && !ip {
        let text = format!("sfc: L3/L4 flower keys {:#x} require protocol ipv[46]", used.bits());
        return refuse(note, text, Errno::EINVAL);
    }
    let transport = matches!(key.ip_proto, Some(IpProto::TCP | IpProto::UDP));
    if used.intersects(KeySet::PORTS | KeySet::TCP) && !transport {
        let text = format!("sfc: L4 flower keys {:#x} require ipproto udp or tcp", used.bits());
        return refuse(note, text, Errno::EINVAL);
    }
    if used.intersects(TUNNEL) {
        if key.enc_flags.is_some() {
            return refuse(note, "sfc: Unsupported match on enc_control.flags", Errno::EOPNOTSUPP);
        }
        if key.enc_src_ip.is_none() && key.enc_dst_ip.is_none() {
            let text = format!("sfc: Flower enc keys require enc_control (keys: {:#x})", used.bits());
            return refuse(note, text, Errno::EOPNOTSUPP);
        }
    }
    let states = key.ct_state.map_or(0, |state| state.mask);
    if states & !(ESTABLISHED | TRACKED) != 0 {
        return refuse(note, format!("sfc: Unsupported ct_state match {states:#x}"), Errno::EOPNOTSUPP);
    }
    match key.ct_label {
        Some(_) => refuse(note, "sfc: Matching on ct_label not supported", Errno::EOPNOTSUPP),
        None => Ok(()),
    }
}

/// A rule of the first round: a lookup of the connection, another chain (`efx_tc_flower_handle_lhs_actions`).
fn left_side(rule: &Rule, state: (u16, u16), note: &mut Note) -> Result<(), Errno> {
    if rule.chain != 0 {
        return refuse(note, "sfc: LHS rule only allowed in chain 0", Errno::EOPNOTSUPP);
    }
    if state.0 & state.1 & TRACKED != 0 {
        return refuse(note, "sfc: LHS rule can never match +trk", Errno::EOPNOTSUPP);
    }
    let (mut went, mut tracked) = (false, false);
    for action in &rule.actions {
        if went {
            return refuse(note, "sfc: Action follows non-pipe action", Errno::EINVAL);
        }
        match &action.kind {
            ActionKind::Gact if action.control == Control::Goto(0) => {
                return refuse(note, "sfc: Can't goto chain 0, no looping in hw", Errno::EOPNOTSUPP);
            }
            ActionKind::Gact if matches!(action.control, Control::Goto(_)) => {
                if !counts(action) {
                    return refuse(
                        note,
                        "sfc: hw_stats_type not supported (only 'delayed')",
                        Errno::EOPNOTSUPP,
                    );
                }
                went = true;
            }
            ActionKind::Ct(_) if tracked => {
                return refuse(note, "sfc: Can't offload multiple ct actions", Errno::EOPNOTSUPP);
            }
            ActionKind::Ct(ct) => {
                let text = match ct.flags.bits() {
                    0 => {
                        tracked = true;
                        continue;
                    }
                    bits if bits & 3 != 0 => "sfc: Can't offload ct commit/force",
                    bits if bits & 4 != 0 => "sfc: Can't clear ct in LHS rule",
                    _ => "sfc: Can't perform NAT in LHS rule - packet isn't conntracked yet",
                };
                return refuse(note, text, Errno::EOPNOTSUPP);
            }
            _ => return refuse(note, "sfc: Unhandled action for LHS rule", Errno::EOPNOTSUPP),
        }
    }
    if went { Ok(()) } else { refuse(note, "sfc: Missing goto chain in LHS rule", Errno::EOPNOTSUPP) }
}

/// What has come together for the next output (`struct efx_tc_action_set`).
#[derive(Default, Clone, Copy)]
struct Set {
    pops: u32,
    pushes: u32,
    less_ttl: bool,
    macs: u32,
    encap: bool,
}

fn right_side(site: &Site<'_>, rule: &Rule, note: &mut Note) -> Result<(), Errno> {
    let (mut set, mut ended) = (Set::default(), false);
    for action in &rule.actions {
        if ended {
            return refuse(note, "sfc: Action follows non-pipe action", Errno::EINVAL);
        }
        let group = action.kind.group(action.control);
        let delivers = matches!(group, ActionSet::DROP | ActionSet::REDIRECT | ActionSet::MIRRED);
        if delivers && !counts(action) {
            return refuse(note, "sfc: hw_stats_type not supported (only 'delayed')", Errno::EOPNOTSUPP);
        }
        match (group, &action.kind) {
            (ActionSet::DROP, _) => ended = true,
            (ActionSet::REDIRECT | ActionSet::MIRRED, _) => {
                // Where a tunnel leads is asked of the kernel's routes, of which this host has none.
                if set.encap {
                    return refuse(note, "sfc: Failed to generate encap header", Errno::EADDRNOTAVAIL);
                }
                let on_switch = target(site, action).is_some_and(|out| {
                    matches!(out.role, Role::Uplink { .. } | Role::Representor { .. })
                        && out.role.pf() == Some(site.pf_index)
                });
                if !on_switch {
                    return refuse(note, "sfc: Mirred egress device not on switch", Errno::EOPNOTSUPP);
                }
                ended = group == ActionSet::REDIRECT;
            }
            (ActionSet::VLAN_POP, _) if set.pushes > 0 => set.pushes -= 1,
            (ActionSet::VLAN_POP, _) if set.pops >= 2 => {
                return refuse(note, "sfc: More than two VLAN pops, or action order violated", Errno::EINVAL);
            }
            (ActionSet::VLAN_POP, _) => set.pops += 1,
            (ActionSet::VLAN_PUSH, _) if set.pushes >= 2 => {
                return refuse(
                    note,
                    "sfc: More than two VLAN pushes, or action order violated",
                    Errno::EINVAL,
                );
            }
            (ActionSet::VLAN_PUSH, _) => set.pushes += 1,
            (ActionSet::TUNNEL_ENCAP, _) if set.encap => {
                return refuse(note, "sfc: Tunnel key set when already set", Errno::EINVAL);
            }
            (ActionSet::TUNNEL_ENCAP, _) => set.encap = true,
            (ActionSet::TUNNEL_DECAP, _) if set.encap => set.encap = false,
            (ActionSet::TUNNEL_DECAP, _) => {
                let text = "sfc: Cannot offload tunnel decap action without tunnel device";
                return refuse(note, text, Errno::EOPNOTSUPP);
            }
            (_, ActionKind::Pedit(pedit)) => rewrite(pedit, &rule.key, &mut set, note)?,
            (_, ActionKind::Ct(ct)) if ct.flags.bits() & 0x3f == 8 => {}
            (_, ActionKind::Ct(ct)) => {
                let text =
                    format!("sfc: Can only offload CT 'nat' action in RHS rules, not {}", ct.flags.bits());
                return refuse(note, text, Errno::EOPNOTSUPP);
            }
            // The kernel does not hand checksums of this driver's rewriting to it: they are kept by the hardware.
            (_, ActionKind::Csum(csum)) if *csum == Csum::empty() => {}
            _ => return refuse(note, "sfc: Unhandled action", Errno::EOPNOTSUPP),
        }
    }
    match set.macs & 3 {
        0 | 3 => {}
        _ => return refuse(note, "sfc: Incomplete pedit of destination MAC address", Errno::EOPNOTSUPP),
    }
    match set.macs >> 2 {
        0 | 3 => Ok(()),
        _ => refuse(note, "sfc: Incomplete pedit of source MAC address", Errno::EOPNOTSUPP),
    }
}

/// Rewriting (`efx_tc_mangle`, `efx_tc_pedit_add`): whole MAC addresses, in the four words that pedit has them in, and
/// one off the TTL.
fn rewrite(pedit: &Pedit, key: &Match, set: &mut Set, note: &mut Note) -> Result<(), Errno> {
    const TTL: u32 = 0xff00_0000_u32;
    const HOPS: u32 = 0x0000_00ff_u32;
    for part in &pedit.keys {
        let ttl = match part.header {
            PeditHeader::Ip4 => part.offset == 8 && !part.mask == TTL,
            PeditHeader::Ip6 => part.offset == 4 && !part.mask == HOPS,
            _ => false,
        };
        let value = part.value.to_be_bytes();
        let number = if part.header == PeditHeader::Ip4 { value[0] } else { value[3] };
        let text = match (part.header, part.command) {
            (PeditHeader::Eth, PeditCommand::Set) => {
                let half = match (part.offset, part.mask) {
                    (0, 0) => 1,
                    (4, mask) if !mask == 0xffff_0000_u32 => 2,
                    (4, mask) if !mask == 0x0000_ffff_u32 => 4,
                    (8, 0) => 8,
                    _ => return refuse(note, "sfc: mask of eth mangle is not supported", Errno::EOPNOTSUPP),
                };
                set.macs |= half;
                continue;
            }
            (PeditHeader::Ip4 | PeditHeader::Ip6, PeditCommand::Add) if ttl && number == u8::MAX => {
                if set.less_ttl { "sfc: multiple dec ttl are not supported" } else { "" }
            }
            (PeditHeader::Ip4 | PeditHeader::Ip6, PeditCommand::Set) if ttl => match key.ip_ttl {
                Some(from) if from.is_exact() && from.value == 0 => {
                    "sfc: decrement ttl past 0 is not supported"
                }
                Some(from) if from.is_exact() && from.value - 1 == number && !set.less_ttl => "",
                Some(from) if from.is_exact() => "sfc: only support mangle on the ttl field",
                _ => "sfc: only support mangle ttl when we have an exact match",
            },
            (_, PeditCommand::Add) => "sfc: ttl add action type is not supported",
            (PeditHeader::Ip4 | PeditHeader::Ip6, _) => "sfc: only support mangle on the ttl field",
            _ => "sfc: Unhandled mangle htype for action rule",
        };
        if !text.is_empty() {
            return refuse(note, text, Errno::EOPNOTSUPP);
        }
        set.less_ttl = true;
    }
    Ok(())
}

/// The card counts in the background only; without counting it does not ask.
fn counts(action: &Action) -> bool {
    action.hw_stats.is_none_or(|stats| stats.is_empty() || stats.contains(HwStats::DELAYED))
}
