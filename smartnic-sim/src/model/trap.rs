use std::collections::BTreeMap;

use smartnic_core::device::{TrapAction, TrapType};

use super::{Instance, Machine};
use crate::driver::TrapSpec;
use crate::errno::Errno;
use crate::note::Note;

/// The actions of traps that are not as they started.
pub(crate) type TrapActions = BTreeMap<String, TrapAction>;

impl Machine {
    /// The packet traps of an instance; VFs have none.
    pub(crate) fn traps(&self, instance: Instance) -> &'static [TrapSpec] {
        match instance {
            Instance::Pf(_) => self.profile.driver.upkeep().traps,
            _ => &[],
        }
    }

    /// The names of the groups of an instance's traps.
    pub(crate) fn trap_groups(&self, instance: Instance) -> &'static [&'static str] {
        match instance {
            Instance::Pf(_) => self.profile.driver.upkeep().trap_groups,
            _ => &[],
        }
    }

    /// What is done with the packets of a trap.
    pub(crate) fn trap_action(&self, instance: Instance, trap: &TrapSpec) -> TrapAction {
        let set = match instance {
            Instance::Pf(pf) => self.pfs.get(pf).and_then(|pf| pf.upkeep.traps.get(trap.name)),
            _ => None,
        };
        set.copied().unwrap_or(trap.action)
    }

    /// Sets the action of a trap (`__devlink_trap_action_set`).
    pub(crate) fn set_trap(
        &mut self,
        instance: Instance,
        trap: &TrapSpec,
        action: TrapAction,
        note: &mut Note,
    ) -> Result<(), Errno> {
        if trap.kind != TrapType::Drop && action != self.trap_action(instance, trap) {
            note.say("Cannot change action of non-drop traps. Skipping");
            return Ok(());
        }
        let Instance::Pf(pf) = instance else { return Err(Errno::ENODEV) };
        let pf = self.pfs.get_mut(pf).ok_or(Errno::ENODEV)?;
        self.profile.driver.check_trap(action, pf, note)?;
        pf.upkeep.traps.insert(trap.name.to_owned(), action);
        Ok(())
    }

    /// Sets the action of all traps of a group (`__devlink_trap_group_action_set`); those before a refusal keep it.
    pub(crate) fn set_trap_group(
        &mut self,
        instance: Instance,
        group: &str,
        action: TrapAction,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let mut members = self.traps(instance).iter().filter(|trap| trap.group == group);
        members.try_for_each(|trap| self.set_trap(instance, trap, action, note))
    }
}
