//! Packet traps, their groups and their policers (`net/devlink/trap.c`).

mod told;
mod traffic;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smartnic_core::device::{TrapAction, TrapGroupChange, TrapPolicerChange, TrapType};

use super::{Instance, Machine};
use crate::driver::{PolicerSpec, TrapGroupSpec, TrapSpec, Upkeep};
use crate::errno::Errno;
use crate::note::Note;

pub(crate) use traffic::Taken;

/// What of an instance's traps is not as it started, and what was counted.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TrapState {
    /// The actions of traps.
    actions: BTreeMap<String, TrapAction>,
    /// The policers of groups.
    policers: BTreeMap<String, Option<u32>>,
    /// The packets in a second, and at once, of policers.
    limits: BTreeMap<u32, (u64, u64)>,
    /// What traps gave to the processor: packets and bytes.
    counts: BTreeMap<String, (u64, u64)>,
    /// What policers have left, and what they dropped.
    buckets: BTreeMap<u32, traffic::Bucket>,
}

impl Machine {
    /// What a driver registers for an instance; VFs and sub-functions have nothing.
    fn registered(&self, instance: Instance) -> &'static Upkeep {
        match instance {
            Instance::Pf(_) => self.profile.driver.upkeep(),
            _ => &Upkeep::NONE,
        }
    }

    pub(crate) fn traps(&self, instance: Instance) -> &'static [TrapSpec] {
        self.registered(instance).traps
    }

    pub(crate) fn trap_groups(&self, instance: Instance) -> &'static [TrapGroupSpec] {
        self.registered(instance).trap_groups
    }

    pub(crate) fn trap_policers(&self, instance: Instance) -> &'static [PolicerSpec] {
        self.registered(instance).policers
    }

    /// A trap by its name.
    pub(crate) fn find_trap(
        &self,
        instance: Instance,
        name: Option<&str>,
        note: &mut Note,
    ) -> Result<&'static TrapSpec, Errno> {
        let found = |trap: &&TrapSpec| Some(trap.name) == name;
        one_of(self.traps(instance), found, "Device did not register this trap", note)
    }

    /// A group by its name.
    pub(crate) fn find_trap_group(
        &self,
        instance: Instance,
        name: Option<&str>,
        note: &mut Note,
    ) -> Result<&'static TrapGroupSpec, Errno> {
        let found = |group: &&TrapGroupSpec| Some(group.name) == name;
        one_of(self.trap_groups(instance), found, "Device did not register this trap group", note)
    }

    /// A policer by its number.
    pub(crate) fn find_trap_policer(
        &self,
        instance: Instance,
        id: Option<u32>,
        note: &mut Note,
    ) -> Result<&'static PolicerSpec, Errno> {
        let found = |policer: &&PolicerSpec| Some(policer.id) == id;
        one_of(self.trap_policers(instance), found, "Device did not register this trap policer", note)
    }

    fn trap_state(&self, instance: Instance) -> Option<&TrapState> {
        match instance {
            Instance::Pf(pf) => self.pfs.get(pf).map(|pf| &pf.upkeep.traps),
            _ => None,
        }
    }

    fn trap_state_mut(&mut self, instance: Instance) -> Result<&mut TrapState, Errno> {
        match instance {
            Instance::Pf(pf) => self.pfs.get_mut(pf).map(|pf| &mut pf.upkeep.traps).ok_or(Errno::ENODEV),
            _ => Err(Errno::ENODEV),
        }
    }

    /// What is done with the packets of a trap.
    pub(crate) fn trap_action(&self, instance: Instance, trap: &TrapSpec) -> TrapAction {
        let set = self.trap_state(instance).and_then(|state| state.actions.get(trap.name));
        set.copied().unwrap_or(trap.action)
    }

    /// The policer of a group.
    pub(crate) fn policer_of(&self, instance: Instance, group: &TrapGroupSpec) -> Option<u32> {
        let set = self.trap_state(instance).and_then(|state| state.policers.get(group.name));
        set.copied().unwrap_or(group.policer)
    }

    /// The packets in a second, and at once, that a policer lets pass.
    pub(crate) fn trap_limits(&self, instance: Instance, policer: &PolicerSpec) -> (u64, u64) {
        let set = self.trap_state(instance).and_then(|state| state.limits.get(&policer.id));
        set.copied().unwrap_or((policer.rate, policer.burst))
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
        let pf = self.pfs.get(pf).ok_or(Errno::ENODEV)?;
        self.profile.driver.check_trap(trap, action, pf, note)?;
        self.trap_state_mut(instance)?.actions.insert(trap.name.to_owned(), action);
        Ok(())
    }

    /// Changes a group (`devlink_nl_trap_group_set_doit`): first the action of its traps, where those before a refusal
    /// keep it, then its policer.
    pub(crate) fn set_trap_group(
        &mut self,
        instance: Instance,
        group: &TrapGroupSpec,
        change: &TrapGroupChange,
        note: &mut Note,
    ) -> Result<(), Errno> {
        if let Some(action) = change.action {
            let mut members = self.traps(instance).iter().filter(|trap| trap.group == group.name);
            members.try_for_each(|trap| self.set_trap(instance, trap, action, note))?;
        }
        let Some(id) = change.policer else { return Ok(()) };
        self.set_policer_of(instance, group, id, note).inspect_err(|_| {
            if change.action.is_some() {
                note.say("Trap group set failed, but some changes were committed already");
            }
        })
    }

    /// Gives a group a policer, or with 0 none (`devlink_trap_group_set`). Drivers without policers have no such operation.
    fn set_policer_of(
        &mut self,
        instance: Instance,
        group: &TrapGroupSpec,
        id: u32,
        note: &mut Note,
    ) -> Result<(), Errno> {
        if self.trap_policers(instance).is_empty() {
            return Err(Errno::EOPNOTSUPP);
        }
        let policer = match id {
            0 => None,
            id => Some(self.find_trap_policer(instance, Some(id), note)?.id),
        };
        self.profile.driver.check_trap_group(group, policer, note)?;
        self.trap_state_mut(instance)?.policers.insert(group.name.to_owned(), policer);
        Ok(())
    }

    /// Changes a policer (`devlink_trap_policer_set`).
    pub(crate) fn set_trap_policer(
        &mut self,
        instance: Instance,
        policer: &PolicerSpec,
        change: &TrapPolicerChange,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let (rate, burst) = self.trap_limits(instance, policer);
        let (rate, burst) = (change.rate.unwrap_or(rate), change.burst.unwrap_or(burst));
        let refusal = match (rate, burst) {
            (rate, _) if rate < *policer.rates.start() => Some("Policer rate lower than limit"),
            (rate, _) if rate > *policer.rates.end() => Some("Policer rate higher than limit"),
            (_, burst) if burst < *policer.bursts.start() => Some("Policer burst size lower than limit"),
            (_, burst) if burst > *policer.bursts.end() => Some("Policer burst size higher than limit"),
            _ => None,
        };
        if let Some(refusal) = refusal {
            note.say(refusal);
            return Err(Errno::EINVAL);
        }
        self.profile.driver.check_trap_policer(rate, burst, note)?;
        self.trap_state_mut(instance)?.limits.insert(policer.id, (rate, burst));
        Ok(())
    }
}

/// What a request names, of what a device registered.
fn one_of<T>(
    all: &'static [T],
    found: impl Fn(&&T) -> bool,
    absent: &'static str,
    note: &mut Note,
) -> Result<&'static T, Errno> {
    if all.is_empty() {
        return Err(Errno::EOPNOTSUPP);
    }
    all.iter().find(found).ok_or_else(|| {
        note.say(absent);
        Errno::ENOENT
    })
}
