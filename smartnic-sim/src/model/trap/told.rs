//! What is told of traps, groups and policers, and when they come and go.

use smartnic_core::device::{Trap, TrapAction, TrapGroup, TrapPolicer, TrapStats};
use smartnic_core::types::DevlinkHandle;

use super::TrapState;
use crate::driver::{PolicerSpec, TrapGroupSpec, TrapSpec};
use crate::model::{Event, Instance, Machine};

impl Machine {
    pub(crate) fn told_trap(&self, instance: Instance, spec: &TrapSpec) -> Trap {
        Trap {
            device: self.owner(instance),
            name: spec.name.to_owned(),
            kind: spec.kind,
            generic: spec.generic,
            action: self.trap_action(instance, spec),
            group: spec.group.to_owned(),
            metadata: spec.metadata().collect(),
            stats: counted(self.trap_count(instance, spec)),
            unknown: Vec::new(),
        }
    }

    pub(crate) fn told_trap_group(&self, instance: Instance, spec: &TrapGroupSpec) -> TrapGroup {
        TrapGroup {
            device: self.owner(instance),
            name: spec.name.to_owned(),
            generic: true,
            policer: self.policer_of(instance, spec),
            stats: counted(self.trap_group_count(instance, spec)),
            unknown: Vec::new(),
        }
    }

    pub(crate) fn told_trap_policer(&self, instance: Instance, spec: &PolicerSpec) -> TrapPolicer {
        let (rate, burst) = self.trap_limits(instance, spec);
        let dropped = Some(self.policer_dropped(instance, spec));
        TrapPolicer {
            device: self.owner(instance),
            id: spec.id,
            rate,
            burst,
            stats: Some(TrapStats { dropped, ..TrapStats::default() }),
            unknown: Vec::new(),
        }
    }

    fn owner(&self, instance: Instance) -> DevlinkHandle {
        self.handle_of(instance).unwrap_or_else(|| DevlinkHandle::new("", ""))
    }

    /// A driver registers its policers, groups and traps.
    pub(in crate::model) fn tell_traps(&mut self, instance: Instance) {
        let there = true;
        let policers = self.trap_policers(instance).iter();
        let policers = policers.map(|spec| self.told_trap_policer(instance, spec));
        let policers = policers.map(|policer| Event::TrapPolicer { policer: Box::new(policer), there });
        let groups = self.trap_groups(instance).iter().map(|spec| self.told_trap_group(instance, spec));
        let groups = groups.map(|group| Event::TrapGroup { group: Box::new(group), there });
        let traps = self.traps(instance).iter().map(|spec| self.told_trap(instance, spec));
        let traps = traps.map(|trap| Event::Trap { trap: Box::new(trap), there });
        let events = policers.chain(groups).chain(traps).collect();
        self.tell_in_place(instance, events);
    }

    /// A driver takes them back, the last first. Traps drop before they go (`devlink_trap_disable`).
    pub(in crate::model) fn drop_traps(&mut self, instance: Instance) {
        let there = false;
        let traps = self.traps(instance).iter().rev();
        let traps = traps.map(|spec| Trap { action: TrapAction::Drop, ..self.told_trap(instance, spec) });
        let traps = traps.map(|trap| Event::Trap { trap: Box::new(trap), there });
        let groups = self.trap_groups(instance).iter().rev();
        let groups = groups.map(|spec| self.told_trap_group(instance, spec));
        let groups = groups.map(|group| Event::TrapGroup { group: Box::new(group), there });
        let policers = self.trap_policers(instance).iter().rev();
        let policers = policers.map(|spec| self.told_trap_policer(instance, spec));
        let policers = policers.map(|policer| Event::TrapPolicer { policer: Box::new(policer), there });
        let events = traps.chain(groups).chain(policers).collect();
        self.tell_in_place(instance, events);
        if let Ok(state) = self.trap_state_mut(instance) {
            *state = TrapState::default();
        }
    }

    /// Tells of changes in the namespace of an instance.
    fn tell_in_place(&mut self, instance: Instance, events: Vec<Event>) {
        let netns = self.netns_of(instance).map(str::to_owned);
        self.within(netns.as_deref(), |there| {
            events.into_iter().for_each(|event| there.events.push(|| event));
        });
    }
}

/// No driver here counts what a trap drops before it reaches the processor (`trap_drop_counter_get`).
fn counted((packets, bytes): (u64, u64)) -> TrapStats {
    TrapStats { bytes: Some(bytes), packets: Some(packets), dropped: None }
}
