//! What mlx5_core takes of actions: `parse_tc_actions` and `en/tc/act/*.c`.

use smartnic_core::flow::{Action, ActionKind, ActionSet, Control, HwStats, Match, Police, Rule};
use smartnic_core::types::{EtherType, IfIndex};

use super::Site;
use crate::errno::Errno;
use crate::model::{Netdev, Role};
use crate::note::Note;

/// VLAN tags that one rule may add or take off (`MLX5_FS_VLAN_DEPTH`).
const VLAN_DEPTH: u32 = 2;

const NOT_SAME_SWITCH: &str = "mlx5_core: devices are not on same switch HW, can't offload forwarding";

/// What the actions of one rule have come to (`attr->action`).
#[derive(Default)]
struct Sum {
    forwards: bool,
    drops: bool,
    rewrites: bool,
    vlans: u32,
    popped: bool,
    targets: Vec<IfIndex>,
}

pub(super) fn check_actions(site: &Site<'_>, rule: &Rule, note: &mut Note) -> Result<(), Errno> {
    if rule.actions.is_empty() {
        note.say("mlx5_core: Flow action doesn't have any entries");
        return Err(Errno::EINVAL);
    }
    check_hw_stats(&rule.actions, note)?;
    let mut sum = Sum::default();
    for action in &rule.actions {
        match site.switchdev() {
            true => fdb_action(site, rule, action, &mut sum, note)?,
            false => nic_action(site, action, &mut sum, note)?,
        }
    }
    let refused = if !sum.forwards && !sum.drops {
        "mlx5_core: Rule must have at least one forward/drop action"
    } else if sum.forwards && sum.drops {
        "mlx5_core: Rule cannot support forward+drop action"
    } else if sum.rewrites && sum.drops {
        "mlx5_core: Drop with modify header action is not supported"
    } else {
        return Ok(());
    };
    note.say(refused);
    Err(Errno::EOPNOTSUPP)
}

/// The card counts in the background only (`FLOW_ACTION_HW_STATS_DELAYED`).
fn check_hw_stats(actions: &[Action], note: &mut Note) -> Result<(), Errno> {
    let first = actions.first().map(|action| action.hw_stats);
    let mixed = actions.iter().any(|action| Some(action.hw_stats) != first);
    let delayed = first.flatten().is_none_or(|stats| stats.contains(HwStats::DELAYED));
    if !mixed && delayed {
        return Ok(());
    }
    note.say("mlx5_core: Flow action HW stats type is not supported");
    Err(Errno::EOPNOTSUPP)
}

/// An action in switchdev mode (`tc_acts_fdb`).
fn fdb_action(
    site: &Site<'_>,
    rule: &Rule,
    action: &Action,
    sum: &mut Sum,
    note: &mut Note,
) -> Result<(), Errno> {
    match action.kind.group(action.control) {
        ActionSet::DROP => sum.drops = true,
        ActionSet::ACCEPT | ActionSet::TRAP | ActionSet::GOTO => sum.forwards = true,
        ActionSet::REDIRECT | ActionSet::MIRRED => forward(site, action, sum, note)?,
        ActionSet::MIRRED_INGRESS if matches!(action.kind, ActionKind::Redirect(_)) => {
            return refuse(note, "mlx5_core: redirect to ingress is supported only for OVS internal ports");
        }
        ActionSet::VLAN_PUSH if sum.popped => {
            // Taking a tag off and adding another is rewriting it.
            sum.popped = false;
            rewrite_vlan(&rule.key, action, sum, note)?;
        }
        ActionSet::VLAN_PUSH | ActionSet::VLAN_POP => {
            if sum.vlans >= VLAN_DEPTH {
                return refuse(note, "mlx5_core: Total vlans used is greater than supported");
            }
            sum.popped |= matches!(action.kind, ActionKind::VlanPop);
            sum.vlans += 1;
            sum.targets.clear();
        }
        ActionSet::VLAN_MANGLE => {
            rewrite_vlan(&rule.key, action, sum, note)?;
            sum.targets.clear();
        }
        _ => return refuse(note, "mlx5_core: Not implemented offload action"),
    }
    Ok(())
}

/// An action in legacy mode, where the receive tables of one function take rules (`tc_acts_nic`).
fn nic_action(site: &Site<'_>, action: &Action, sum: &mut Sum, note: &mut Note) -> Result<(), Errno> {
    match action.kind.group(action.control) {
        ActionSet::DROP => sum.drops = true,
        ActionSet::ACCEPT | ActionSet::GOTO => sum.forwards = true,
        ActionSet::REDIRECT => {
            let hairpin = target(site, action).is_some_and(|dev| dev.role != Role::Loopback);
            if !hairpin {
                return refuse(note, NOT_SAME_SWITCH);
            }
            sum.forwards = true;
        }
        _ => return refuse(note, "mlx5_core: Not implemented offload action"),
    }
    Ok(())
}

fn forward(site: &Site<'_>, action: &Action, sum: &mut Sum, note: &mut Note) -> Result<(), Errno> {
    let Some(out) = target(site, action) else { return Err(Errno::EOPNOTSUPP) };
    // Both ports of a card tell the same switch; VF netdevs and the loopback tell none.
    if !out.role.is_on_switch() {
        return refuse(note, NOT_SAME_SWITCH);
    }
    if sum.targets.contains(&out.ifindex) {
        return refuse(note, "mlx5_core: can't duplicate output to same device");
    }
    sum.targets.push(out.ifindex);
    match (site.dev.role, out.role) {
        (Role::Uplink { pf: from }, Role::Uplink { pf: to }) if from != to => {
            return refuse(note, "mlx5_core: devices are not the same uplink, can't offload forwarding");
        }
        // Representors of both ports reach each other (`merged_eswitch`); nothing else crosses ports.
        (from, to) if from.is_representor() && to.is_representor() => {}
        (from, to) if from.pf() != to.pf() => return refuse(note, NOT_SAME_SWITCH),
        _ => {}
    }
    if out.ifindex == site.dev.ifindex && out.role.is_representor() {
        return refuse(note, "mlx5_core: can't forward from a VF to itself");
    }
    sum.forwards = true;
    Ok(())
}

/// Rewriting a tag (`mlx5e_tc_act_vlan_add_rewrite_action`): only of a customer tag that the rule matches on, and
/// its priority must stay.
fn rewrite_vlan(key: &Match, action: &Action, sum: &mut Sum, note: &mut Note) -> Result<(), Errno> {
    if key.eth_type != Some(EtherType::VLAN) {
        return refuse(note, "mlx5_core: VLAN rewrite action must have VLAN protocol match");
    }
    let priority = match &action.kind {
        ActionKind::VlanPush(tag) | ActionKind::VlanModify(tag) => tag.priority.unwrap_or(0),
        _ => 0,
    };
    if priority != key.vlan_prio.unwrap_or(0) {
        return refuse(note, "mlx5_core: Changing VLAN prio is not supported");
    }
    sum.rewrites = true;
    Ok(())
}

/// Whether the card meters for a shared action, beside the rules that use it (`tc_act_police_offload`).
pub(super) fn takes_action(action: &Action) -> bool {
    let ActionKind::Police(police) = &action.kind else { return false };
    let mut refusal = Note::default();
    check_police(police, action.control, &mut refusal).is_ok()
}

/// `police_act_validate`, `fill_meter_params_from_act`.
fn check_police(police: &Police, exceed: Control, note: &mut Note) -> Result<(), Errno> {
    let taken = |control: Control| {
        matches!(control, Control::Pipe | Control::Pass | Control::Jump(_) | Control::Drop)
    };
    if !taken(exceed) || !taken(police.conform.unwrap_or(Control::Pass)) {
        let text =
            "mlx5_core: Offload not supported when conform-exceed action is not pipe, ok, jump or drop";
        return refuse(note, text);
    }
    if police.peak_rate != 0 || police.average_rate.is_some() || police.overhead != 0 {
        let text = "mlx5_core: Offload not supported when peakrate/avrate/overhead is configured";
        return refuse(note, text);
    }
    match police.rate != 0 || police.packet_rate.is_some() || police.mtu != 0 {
        true => Ok(()),
        false => Err(Errno::EOPNOTSUPP),
    }
}

fn target<'a>(site: &Site<'a>, action: &Action) -> Option<&'a Netdev> {
    let index = action.target()?.dev.index().ok()?;
    site.machine.netdevs.get(&index.0)
}

fn refuse(note: &mut Note, text: &'static str) -> Result<(), Errno> {
    note.say(text);
    Err(Errno::EOPNOTSUPP)
}
