use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smartnic_core::device::{Fmsg, ReporterChange};

use super::{Event, Instance, Machine, Role};
use crate::driver::{ReporterSpec, Watches};
use crate::errno::Errno;
use crate::note::Note;
use crate::random::Random;

/// Purpose of random numbers; see [`Random::new`].
const DUMPED: u64 = 20;
/// When simulated machines come up, in seconds since the epoch: the first moment of 2026.
const BOOT: u64 = 1_767_225_600;

/// A health reporter's state; its name and what it can do are the driver's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReporterState {
    /// The present error in words.
    pub(crate) error: Option<String>,
    pub(crate) errors: u64,
    pub(crate) recoveries: u64,
    pub(crate) grace_period: u64,
    pub(crate) burst_period: u64,
    pub(crate) auto_recover: bool,
    pub(crate) auto_dump: bool,
    /// When the last recovery was, in milliseconds since the machine came up.
    recovered_ms: u64,
    pub(crate) dump: Option<DumpState>,
}

/// The dump that a reporter keeps; its content follows from this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct DumpState {
    /// When it was made, in milliseconds since the machine came up.
    pub(crate) at_ms: u64,
    /// The error that it is of; none if somebody asked for a dump of the present state.
    error: Option<String>,
}

impl DumpState {
    /// When it was made, in nanoseconds since the epoch.
    pub(crate) fn wall_ns(&self) -> u64 {
        (BOOT * 1000 + self.at_ms) * 1_000_000
    }
}

/// What a driver sees when it is to tell of a device's health.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HealthView<'a> {
    /// The error that is to be told of.
    pub(crate) error: Option<&'a str>,
    pub(crate) errors: u64,
    pub(crate) recoveries: u64,
    /// The moment that is told of, in milliseconds since the machine came up.
    pub(crate) at_ms: u64,
    /// Whether the link is up.
    pub(crate) up: bool,
    seed: u64,
}

impl HealthView<'_> {
    /// Memory of the device, as it was in that moment.
    pub(crate) fn bytes(&self, count: usize) -> Vec<u8> {
        let mut random = Random::new(self.seed ^ self.at_ms, DUMPED);
        std::iter::repeat_with(|| random.next().to_le_bytes()).flatten().take(count).collect()
    }
}

/// A reporter: the port that it stands on, if it does on one, and what the driver says of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReporterName {
    pub(crate) port: Option<u32>,
    pub(crate) spec: &'static ReporterSpec,
}

impl ReporterName {
    fn key(&self) -> String {
        match self.port {
            Some(port) => format!("{port}/{}", self.spec.name),
            None => self.spec.name.to_owned(),
        }
    }
}

/// The reporters of a device that are not as they started.
pub(crate) type Reporters = BTreeMap<String, ReporterState>;

impl Machine {
    /// The reporters of an instance: its own, then those of its ports in the order of their numbers. VFs have none
    /// here.
    pub(crate) fn reporters(&self, instance: Instance) -> Vec<ReporterName> {
        let Instance::Pf(pf) = instance else { return Vec::new() };
        let specs = self.profile.driver.upkeep().reporters;
        let on = move |wanted: Watches, port| {
            let fits = move |spec: &&ReporterSpec| spec.watches == wanted;
            specs.iter().filter(fits).map(move |spec| ReporterName { port, spec })
        };
        let uplink = self.port_index(Role::Uplink { pf });
        let mut all: Vec<_> = on(Watches::Device, None).collect();
        for port in self.devlink_ports(instance) {
            let watches = if port.index == uplink { Watches::Uplink } else { Watches::Representors };
            all.extend(on(watches, Some(port.index)));
        }
        all
    }

    /// A reporter by name. With a port that is there, only on that port; else on the instance itself
    /// (`devlink_health_reporter_get_from_attrs`).
    pub(crate) fn find_reporter(
        &self,
        instance: Instance,
        port: Option<u32>,
        name: &str,
    ) -> Result<ReporterName, Errno> {
        let port = port.filter(|port| self.devlink_ports(instance).iter().any(|it| it.index == *port));
        let all = self.reporters(instance);
        let found = all.into_iter().find(|it| it.port == port && it.spec.name == name);
        found.ok_or(Errno::EINVAL)
    }

    /// The state of a reporter.
    pub(crate) fn reporter_state(&self, instance: Instance, name: ReporterName) -> ReporterState {
        let changed = match instance {
            Instance::Pf(pf) => self.pfs.get(pf).and_then(|pf| pf.upkeep.reporters.get(&name.key())),
            _ => None,
        };
        changed.cloned().unwrap_or_else(|| {
            let periods = name.spec.recovers;
            ReporterState {
                error: None,
                errors: 0,
                recoveries: 0,
                grace_period: periods.map_or(0, |periods| periods.grace),
                burst_period: periods.map_or(0, |periods| periods.burst),
                auto_recover: periods.is_some(),
                auto_dump: name.spec.dump.is_some(),
                recovered_ms: 0,
                dump: None,
            }
        })
    }

    fn keep_reporter(&mut self, instance: Instance, name: ReporterName, state: ReporterState) {
        if let Instance::Pf(pf) = instance
            && let Some(pf) = self.pfs.get_mut(pf)
        {
            pf.upkeep.reporters.insert(name.key(), state);
        }
    }

    /// `devlink_nl_health_reporter_set_doit`.
    pub(crate) fn set_reporter(
        &mut self,
        instance: Instance,
        name: ReporterName,
        change: &ReporterChange,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let ReporterChange { grace_period, burst_period, auto_recover, auto_dump } = *change;
        let recovery = grace_period.is_some() || burst_period.is_some() || auto_recover.is_some();
        if (name.spec.recovers.is_none() && recovery) || (name.spec.dump.is_none() && auto_dump.is_some()) {
            return Err(Errno::EOPNOTSUPP);
        }
        let mut state = self.reporter_state(instance, name);
        let mut refused = false;
        if let Some(period) = grace_period {
            state.grace_period = period;
            if period == 0 {
                state.burst_period = 0;
            }
        }
        match burst_period {
            // What was set before stays set.
            Some(period) if period > 0 && state.grace_period == 0 => {
                note.say("health: Cannot set burst period without a grace period.");
                refused = true;
            }
            Some(period) => state.burst_period = period,
            None => {}
        }
        if !refused {
            state.auto_recover = auto_recover.unwrap_or(state.auto_recover);
            state.auto_dump = auto_dump.unwrap_or(state.auto_dump);
        }
        self.keep_reporter(instance, name, state);
        if refused { Err(Errno::EINVAL) } else { Ok(()) }
    }

    /// `devlink_health_reporter_recover`.
    pub(crate) fn recover(&mut self, instance: Instance, name: ReporterName) -> Result<(), Errno> {
        let mut state = self.reporter_state(instance, name);
        if state.error.is_none() {
            return Ok(());
        }
        if name.spec.recovers.is_none() {
            return Err(Errno::EOPNOTSUPP);
        }
        state.error = None;
        state.recoveries += 1;
        if !self.in_burst(&state) {
            state.recovered_ms = self.clock_ms;
        }
        self.keep_reporter(instance, name, state);
        self.events.push(|| Event::Reporter(instance, name));
        // What only begins is over at once here, for lack of time that passes by itself.
        if name.spec.recovers_later { Err(Errno::EINPROGRESS) } else { Ok(()) }
    }

    /// What a reporter knows of the present state.
    pub(crate) fn diagnose(&self, instance: Instance, name: ReporterName) -> Result<Fmsg, Errno> {
        let tells = name.spec.diagnose.ok_or(Errno::EOPNOTSUPP)?;
        let state = self.reporter_state(instance, name);
        Ok(tells(&self.view(instance, &state, state.error.as_deref(), self.clock_ms)))
    }

    /// The dump that is kept, or one that is made now.
    pub(crate) fn health_dump(&mut self, instance: Instance, name: ReporterName) -> Result<Fmsg, Errno> {
        let tells = name.spec.dump.ok_or(Errno::EOPNOTSUPP)?;
        let mut state = self.reporter_state(instance, name);
        let kept = state.dump.is_some();
        let dump = state.dump.get_or_insert(DumpState { at_ms: self.clock_ms, error: None }).clone();
        let told = tells(&self.view(instance, &state, dump.error.as_deref(), dump.at_ms));
        if !kept {
            self.keep_reporter(instance, name, state);
        }
        Ok(told)
    }

    /// Removes the dump that is kept.
    pub(crate) fn clear_health_dump(&mut self, instance: Instance, name: ReporterName) -> Result<(), Errno> {
        name.spec.dump.ok_or(Errno::EOPNOTSUPP)?;
        let mut state = self.reporter_state(instance, name);
        if state.dump.take().is_some() {
            self.keep_reporter(instance, name, state);
        }
        Ok(())
    }

    /// A part of a device has an error (`devlink_health_report`), so long after whatever happened last. Returns
    /// whether the driver recovered from it by itself.
    pub(crate) fn report_error(
        &mut self,
        instance: Instance,
        name: ReporterName,
        error: &str,
        after_ms: u64,
    ) -> bool {
        self.clock_ms = self.clock_ms.saturating_add(after_ms);
        let mut state = self.reporter_state(instance, name);
        let was_healthy = state.error.is_none();
        state.errors += 1;
        state.error = Some(error.to_owned());
        let recovers = state.auto_recover && was_healthy && !self.in_grace(&state);
        let gives_up = state.auto_recover && !recovers;
        if state.auto_dump && !gives_up && state.dump.is_none() {
            state.dump = Some(DumpState { at_ms: self.clock_ms, error: Some(error.to_owned()) });
        }
        self.keep_reporter(instance, name, state);
        self.events.push(|| Event::Reporter(instance, name));
        recovers && self.recover(instance, name) != Err(Errno::EOPNOTSUPP)
    }

    fn in_burst(&self, state: &ReporterState) -> bool {
        state.recovered_ms.saturating_add(state.burst_period) > self.clock_ms
    }

    /// Whether it is too early after the last recovery for another one (`devlink_health_recover_abort`).
    fn in_grace(&self, state: &ReporterState) -> bool {
        let end = state.recovered_ms.saturating_add(state.burst_period).saturating_add(state.grace_period);
        let before = state.recovered_ms > 0 && state.recoveries > 0;
        !self.in_burst(state) && before && end > self.clock_ms
    }

    fn view<'a>(
        &self,
        instance: Instance,
        state: &ReporterState,
        error: Option<&'a str>,
        at_ms: u64,
    ) -> HealthView<'a> {
        let up = match instance {
            Instance::Pf(pf) => self.uplink(pf).is_some_and(|uplink| uplink.up),
            _ => false,
        };
        let ReporterState { errors, recoveries, .. } = *state;
        HealthView { error, errors, recoveries, at_ms, up, seed: self.seed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PF: Instance = Instance::Pf(0);

    fn machine(profile: &str) -> Machine {
        Machine::new(crate::profile::find(profile).unwrap(), 0, None, 0)
    }

    /// By the periods of mlx5's tx: errors within the burst are recovered, those in the grace period behind it are not.
    #[test]
    fn recovery_waits_as_the_periods_say() {
        let mut machine = machine("bluefield3");
        let tx = machine.reporters(PF).into_iter().find(|it| it.spec.name == "tx").unwrap();
        let after = [1000, 100, 300, 200, 1000].map(|ms| machine.report_error(PF, tx, "stuck", ms));
        // The fourth is 600 ms after the first recovery. It stays, so the fifth finds an error that is there already.
        assert_eq!(after, [true, true, true, false, false]);
        let state = machine.reporter_state(PF, tx);
        assert_eq!((state.errors, state.recoveries, state.error.is_some()), (5, 3, true));
        assert_eq!(state.dump.as_ref().map(|dump| dump.at_ms), Some(1000), "the first one is kept");
        machine.recover(PF, tx).unwrap();
        assert_eq!(machine.reporter_state(PF, tx).error, None);
    }

    #[test]
    fn what_a_reporter_cannot_do_is_refused() {
        let mut machine = machine("e810");
        let fw = machine.find_reporter(PF, None, "fw").unwrap();
        assert!(!machine.report_error(PF, fw, "flash", 1000));
        assert_eq!(machine.recover(PF, fw), Err(Errno::EOPNOTSUPP));
        let change = ReporterChange { auto_recover: Some(true), ..ReporterChange::default() };
        assert_eq!(machine.set_reporter(PF, fw, &change, &mut Note::default()), Err(Errno::EOPNOTSUPP));
        assert_eq!(machine.find_reporter(PF, None, "nope").err(), Some(Errno::EINVAL));
        let told = machine.diagnose(PF, fw).unwrap();
        assert_eq!(told.get("Syndrome"), Some(&Fmsg::U32(0x1001)));
    }
}
