use smartnic_core::flow::{Action, ActionKind, ActionSet, Control, Rule};

use super::beside;
use crate::errno::Errno;
use crate::model::Machine;
use crate::note::Note;

/// Actions that one rule can have (`TCA_ACT_MAX_PRIO`).
const MAX_ACTIONS: usize = 32;
/// The highest number of an action's control (`TC_ACT_VALUE_MAX`).
const MAX_CONTROL: i32 = 8;

/// The kinds of action that this kernel has.
const KINDS: [&str; 15] = [
    "bpf", "connmark", "ctinfo", "gact", "gate", "ife", "mirred", "mpls", "nat", "police", "sample",
    "simple", "skbedit", "skbmod", "vlan",
];

impl Machine {
    /// Checks actions as `tcf_action_init` and the actions' own `init` do.
    pub(super) fn check_actions(&self, rule: &Rule, note: &mut Note) -> Result<(), Errno> {
        let actions = &rule.actions;
        if actions.len() > MAX_ACTIONS {
            note.say("Only 32 actions supported per filter");
            return Err(Errno::EINVAL);
        }
        if actions.iter().any(|action| !KINDS.contains(&action.kind.name())) {
            note.say("Failed to load TC action module");
            return Err(Errno::ENOENT);
        }
        actions.iter().try_for_each(|action| {
            beside::check(rule, action, note)?;
            self.check_action(action, note)
        })
    }

    fn check_action(&self, action: &Action, note: &mut Note) -> Result<(), Errno> {
        if let ActionKind::VlanPush(tag) | ActionKind::VlanModify(tag) = &action.kind {
            if tag.id >= 0xfff {
                return Err(Errno::ERANGE);
            }
            if tag.protocol.is_some_and(|protocol| !protocol.is_vlan()) {
                return Err(Errno::EPROTONOSUPPORT);
            }
        }
        let control = match action.control {
            Control::Unknown(number) => (0..=MAX_CONTROL).contains(&number),
            Control::Goto(chain) => chain <= smartnic_core::flow::MAX_CHAIN,
            _ => true,
        };
        if !control {
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

/// What the kernel itself cannot hand to any driver (`tcf_gact_offload_act_setup`).
pub(super) fn check_offload(rule: &Rule, note: &mut Note) -> Result<(), Errno> {
    for action in &rule.actions {
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
