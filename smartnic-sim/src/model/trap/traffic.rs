//! Packets that traps take, and how many of them reach the processor.

use serde::{Deserialize, Serialize};
use smartnic_core::device::{TrapAction, TrapType};
use smartnic_core::flow::Packet;

use crate::driver::{PolicerSpec, TrapGroupSpec, TrapSpec};
use crate::model::{Instance, Machine};

/// Policers count in parts of a packet, as many as there are milliseconds in a second.
const PARTS: u64 = 1000;

/// What a policer has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Bucket {
    /// How many parts of packets it lets pass at once.
    parts: u64,
    /// When that was so, in milliseconds.
    at_ms: u64,
    /// The packets that it dropped.
    dropped: u64,
}

/// What becomes of packets that a trap takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// The hardware drops them.
    InHardware,
    /// So many reach the processor, where the driver tells of them and drops them.
    Told,
    /// So many reach the host's stack.
    Passed(u64),
}

impl Machine {
    /// The packets and the bytes that a trap gave to the processor.
    pub(crate) fn trap_count(&self, instance: Instance, trap: &TrapSpec) -> (u64, u64) {
        let counted = self.trap_state(instance).and_then(|state| state.counts.get(trap.name));
        counted.copied().unwrap_or_default()
    }

    /// The same of a group: traps never leave theirs.
    pub(crate) fn trap_group_count(&self, instance: Instance, group: &TrapGroupSpec) -> (u64, u64) {
        let members = self.traps(instance).iter().filter(|trap| trap.group == group.name);
        members
            .map(|trap| self.trap_count(instance, trap))
            .fold((0, 0), |sum, count| (sum.0.saturating_add(count.0), sum.1.saturating_add(count.1)))
    }

    /// The packets that a policer dropped.
    pub(crate) fn policer_dropped(&self, instance: Instance, policer: &PolicerSpec) -> u64 {
        let bucket = self.trap_state(instance).and_then(|state| state.buckets.get(&policer.id));
        bucket.map_or(0, |bucket| bucket.dropped)
    }

    /// Offers packets that came in from the wire to the traps of a device; none if no trap takes them.
    pub(crate) fn trap_packets(&mut self, pf: usize, packet: &Packet, count: u64) -> Option<Taken> {
        let instance = Instance::Pf(pf);
        let name = self.profile.driver.trap_of(packet)?;
        let trap = self.traps(instance).iter().find(|trap| trap.name == name)?;
        if self.trap_action(instance, trap) == TrapAction::Drop {
            return Some(Taken::InHardware);
        }
        let passed = self.police(instance, trap, count);
        let bytes = passed.saturating_mul(u64::from(packet.length));
        let counted = self.trap_state_mut(instance).ok()?.counts.entry(trap.name.to_owned()).or_default();
        *counted = (counted.0.saturating_add(passed), counted.1.saturating_add(bytes));
        Some(match (passed, trap.kind) {
            (0, _) => Taken::InHardware,
            (_, TrapType::Drop) => Taken::Told,
            _ => Taken::Passed(passed),
        })
    }

    /// How many of so many packets the policer of a trap's group lets pass now.
    fn police(&mut self, instance: Instance, trap: &TrapSpec, count: u64) -> u64 {
        let group = self.trap_groups(instance).iter().find(|group| group.name == trap.group);
        let id = group.and_then(|group| self.policer_of(instance, group));
        let Some(policer) = self.trap_policers(instance).iter().find(|policer| Some(policer.id) == id) else {
            return count;
        };
        let (rate, burst) = self.trap_limits(instance, policer);
        let now = self.clock_ms;
        let full = burst.saturating_mul(PARTS);
        let Ok(state) = self.trap_state_mut(instance) else { return count };
        let bucket =
            state.buckets.entry(policer.id).or_insert(Bucket { parts: full, at_ms: now, dropped: 0 });
        let earned = now.saturating_sub(bucket.at_ms).saturating_mul(rate);
        let parts = bucket.parts.saturating_add(earned).min(full);
        let passed = count.min(parts / PARTS);
        *bucket = Bucket {
            parts: parts - passed * PARTS,
            at_ms: now,
            dropped: bucket.dropped.saturating_add(count - passed),
        };
        passed
    }
}
