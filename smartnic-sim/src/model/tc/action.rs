use smartnic_core::flow::{Action, ActionFlags, ActionKind, ActionSet, Chance, Control, Rule, Skip};

use super::action_kinds;
use super::beside;
use crate::errno::Errno;
use crate::model::Machine;
use crate::note::Note;

/// Actions that one rule can have (`TCA_ACT_MAX_PRIO`).
const MAX_ACTIONS: usize = 32;
/// The highest number of an action's control (`TC_ACT_VALUE_MAX`).
const MAX_CONTROL: i32 = 8;

/// The kinds of action that this kernel has.
const KINDS: [&str; 19] = [
    "bpf",
    "connmark",
    "csum",
    "ct",
    "ctinfo",
    "gact",
    "gate",
    "ife",
    "mirred",
    "mpls",
    "nat",
    "pedit",
    "police",
    "sample",
    "simple",
    "skbedit",
    "skbmod",
    "tunnel_key",
    "vlan",
];

impl Machine {
    /// Checks actions as `tcf_action_init` and the actions' own `init` do. Those that were `found` by their numbers are as
    /// they are; those that are made `alone` have a say of their own where they are to be.
    pub(super) fn check_actions(
        &self,
        rule: &Rule,
        found: &[bool],
        alone: bool,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let actions = &rule.actions;
        if actions.len() > MAX_ACTIONS {
            note.say("Only 32 actions supported per filter");
            return Err(Errno::EINVAL);
        }
        if actions.iter().any(|action| !KINDS.contains(&action.kind.name())) {
            note.say("Failed to load TC action module");
            return Err(Errno::ENOENT);
        }
        for (action, found) in actions.iter().zip(found) {
            if *found {
                continue;
            }
            beside::check(rule, action, note)?;
            self.check_action(action, note)?;
            let wrong = match rule.skip {
                Skip::None => ActionFlags::SKIP_SW | ActionFlags::SKIP_HW,
                Skip::SkipSw => ActionFlags::SKIP_HW,
                Skip::SkipHw => ActionFlags::SKIP_SW,
            };
            if !alone && action.flags.intersects(wrong) {
                note.say("Mismatch between action and filter offload flags");
                return Err(Errno::EINVAL);
            }
        }
        Ok(())
    }

    fn check_action(&self, action: &Action, note: &mut Note) -> Result<(), Errno> {
        action_kinds::check(&action.kind, note)?;
        if let ActionKind::GactRandom(Chance { control, .. }) = &action.kind {
            let text = match control {
                Control::Goto(_) => "goto chain not allowed on fallback",
                _ if !valid_control(*control) => "invalid fallback control action",
                _ => "",
            };
            if !text.is_empty() {
                note.say(text);
                return Err(Errno::EINVAL);
            }
        }
        if !valid_control(action.control) {
            note.say("invalid control action");
            return Err(Errno::EINVAL);
        }
        if let Some(target) = action.target() {
            match target.dev.index() {
                Ok(index) if index.0 == 0 => {
                    note.say("act_mirred: Must specify device or block");
                    return Err(Errno::EINVAL);
                }
                Ok(index) => {
                    self.netdev(index)?;
                }
                Err(_) => return Err(Errno::ENODEV),
            }
        }
        Ok(())
    }
}

/// `tcf_action_valid`.
fn valid_control(control: Control) -> bool {
    match control {
        Control::Unknown(number) => (0..=MAX_CONTROL).contains(&number),
        Control::Goto(number) | Control::Jump(number) => number <= smartnic_core::flow::MAX_CHAIN,
        _ => true,
    }
}

/// What the kernel itself cannot hand to any driver (`tcf_gact_offload_act_setup`).
pub(super) fn check_offload(rule: &Rule, note: &mut Note) -> Result<(), Errno> {
    for action in &rule.actions {
        // `tcf_ct_offload_act_setup` says nothing.
        if matches!(&action.kind, ActionKind::Ct(ct) if ct.helper.is_some()) {
            return Err(Errno::EOPNOTSUPP);
        }
        let text = match action.kind.group(action.control) {
            ActionSet::CONTINUE => "act_gact: Offload of \"continue\" action is not supported",
            ActionSet::RECLASSIFY => "act_gact: Offload of \"reclassify\" action is not supported",
            ActionSet::PIPE => "act_gact: Offload of \"pipe\" action is not supported",
            ActionSet::UNKNOWN => "act_gact: Unsupported generic action offload",
            _ => match beside::not_offloaded(rule, action) {
                Some(text) => text,
                None => continue,
            },
        };
        note.say(text);
        return Err(Errno::EOPNOTSUPP);
    }
    Ok(())
}
