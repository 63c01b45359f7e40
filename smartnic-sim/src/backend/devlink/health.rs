//! Health reporters.

use smartnic_core::backend::DevlinkHealth;
use smartnic_core::device::{Fmsg, HealthState, Reporter, ReporterChange, ReporterId};
use smartnic_core::types::{DevlinkHandle, DevlinkPlace, PortIndex};
use smartnic_core::{ErrorKind, Result};

use super::find;
use crate::SimHost;
use crate::backend::refused;
use crate::errno::Errno;
use crate::model::{Instance, Machine, ReporterName};
use crate::note::Note;

impl DevlinkHealth for SimHost {
    fn reporters(&self, place: Option<&DevlinkPlace>) -> Result<Vec<Reporter>> {
        let machine = self.machine.lock();
        let instances = match place {
            Some(place) => vec![find(&machine, "list health reporters", &place.device)?],
            None => machine.instances(),
        };
        let port = place.and_then(|place| place.port);
        let of = |instance: Instance| {
            let names = machine.reporters(instance).into_iter();
            let names = names.filter(move |name| port.is_none() || port.map(|port| port.0) == name.port);
            names.map(|name| reporter(&machine, instance, name)).collect::<Vec<_>>()
        };
        Ok(instances.into_iter().flat_map(of).collect())
    }

    fn reporter(&self, id: &ReporterId) -> Result<Reporter> {
        let machine = self.machine.lock();
        let (instance, name) = reporter_of(&machine, "read a health reporter", id)?;
        Ok(reporter(&machine, instance, name))
    }

    fn set_reporter(&self, id: &ReporterId, change: &ReporterChange) -> Result<()> {
        let op = "set up a health reporter";
        let (mut machine, fate) = self.change();
        let (instance, name) = reporter_of(&machine, op, id)?;
        let mut note = Note::default();
        let set = fate.and_then(|()| machine.set_reporter(instance, name, change, &mut note));
        set.map_err(|errno| refused(op, errno, note).on(id))
    }

    fn recover(&self, id: &ReporterId) -> Result<()> {
        self.on_reporter("recover by a health reporter", id, Machine::recover).map_err(|error| {
            match error.errno() {
                Some(errno) if errno == Errno::EINPROGRESS.0 => {
                    error.hint("the driver goes on with it; read the reporter's state again")
                }
                _ => error,
            }
        })
    }

    fn diagnose(&self, id: &ReporterId) -> Result<Fmsg> {
        let op = "diagnose by a health reporter";
        let machine = self.machine.lock();
        let (instance, name) = reporter_of(&machine, op, id)?;
        machine.diagnose(instance, name).map_err(|errno| refused(op, errno, Note::default()).on(id))
    }

    fn health_dump(&self, id: &ReporterId) -> Result<Fmsg> {
        let op = "read the dump of a health reporter";
        let mut machine = self.machine.lock();
        let (instance, name) = reporter_of(&machine, op, id)?;
        machine.health_dump(instance, name).map_err(|errno| refused(op, errno, Note::default()).on(id))
    }

    fn clear_health_dump(&self, id: &ReporterId) -> Result<()> {
        self.on_reporter("clear the dump of a health reporter", id, Machine::clear_health_dump)
    }

    fn test_reporter(&self, id: &ReporterId) -> Result<()> {
        // None of these drivers can let its device have an error.
        self.on_reporter("test a health reporter", id, |_, _, _| Err(Errno::EOPNOTSUPP))
    }
}

impl SimHost {
    fn on_reporter(
        &self,
        op: &'static str,
        id: &ReporterId,
        change: fn(&mut Machine, Instance, ReporterName) -> Result<(), Errno>,
    ) -> Result<()> {
        let (mut machine, fate) = self.change();
        let (instance, name) = reporter_of(&machine, op, id)?;
        let done = fate.and_then(|()| change(&mut machine, instance, name));
        done.map_err(|errno| refused(op, errno, Note::default()).on(id))
    }
}

/// The reporter that is meant.
pub(crate) fn reporter_of(
    machine: &Machine,
    op: &'static str,
    id: &ReporterId,
) -> Result<(Instance, ReporterName)> {
    let instance = find(machine, op, &id.place.device)?;
    let port = id.place.port.map(|port| port.0);
    match machine.find_reporter(instance, port, &id.name) {
        Ok(name) if name.port == port => Ok((instance, name)),
        _ => Err(refused(op, Errno::EINVAL, Note::default())
            .of_kind(ErrorKind::NotFound)
            .reason("there is no reporter of this name here")
            .on(id)),
    }
}

fn reporter(machine: &Machine, instance: Instance, name: ReporterName) -> Reporter {
    let device = machine.handle_of(instance).unwrap_or_else(|| DevlinkHandle::new("", ""));
    let place = DevlinkPlace { device, port: name.port.map(PortIndex) };
    let state = machine.reporter_state(instance, name);
    let recovers = name.spec.recovers.is_some();
    let dump = state.dump.as_ref();
    Reporter {
        state: if state.error.is_some() { HealthState::Error } else { HealthState::Healthy },
        errors: state.errors,
        recoveries: state.recoveries,
        grace_period: recovers.then_some(state.grace_period),
        burst_period: recovers.then_some(state.burst_period),
        auto_recover: recovers.then_some(state.auto_recover),
        auto_dump: name.spec.dump.is_some().then_some(state.auto_dump),
        dump_time: dump.map(|dump| std::time::Duration::from_nanos(dump.wall_ns())),
        dump_uptime: dump.map(|dump| std::time::Duration::from_millis(dump.at_ms)),
        ..Reporter::new(ReporterId::new(place, name.spec.name))
    }
}
