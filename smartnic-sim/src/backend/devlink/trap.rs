//! Packet traps and their groups. None of these drivers has policers.

use smartnic_core::backend::DevlinkTraps;
use smartnic_core::device::{
    Trap, TrapAction, TrapGroup, TrapGroupChange, TrapMetadata, TrapPolicer, TrapPolicerChange, TrapStats,
};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Error, Extack, Result};

use super::{find, in_range};
use crate::SimHost;
use crate::backend::{refused, remark};
use crate::driver::TrapSpec;
use crate::errno::Errno;
use crate::model::{Instance, Machine};
use crate::note::{Note, Spot};

impl DevlinkTraps for SimHost {
    fn traps(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Trap>> {
        let machine = self.machine.lock();
        let of = |instance| {
            machine.traps(instance).iter().map(|spec| trap(&machine, instance, spec)).collect::<Vec<_>>()
        };
        Ok(instances(&machine, "list packet traps", device)?.into_iter().flat_map(of).collect())
    }

    fn trap(&self, device: &DevlinkHandle, name: &str) -> Result<Trap> {
        let machine = self.machine.lock();
        let (instance, spec) = trap_of(&machine, "read a packet trap", device, name)?;
        Ok(trap(&machine, instance, spec))
    }

    fn set_trap(
        &self,
        device: &DevlinkHandle,
        name: &str,
        action: Option<TrapAction>,
    ) -> Result<Option<Extack>> {
        let op = "set a packet trap";
        let (mut machine, fate) = self.change();
        let on = |error: Error| error.on(format_args!("{device} trap {name}"));
        let mut note = Note::default();
        known(action, &mut note).map_err(|errno| on(refused(op, errno, note.clone())))?;
        let (instance, spec) = trap_of(&machine, op, device, name)?;
        let set = fate.and_then(|()| match action {
            Some(action) => machine.set_trap(instance, spec, action, &mut note),
            None => Ok(()),
        });
        match set {
            Ok(()) => Ok(remark(note)),
            Err(errno) => Err(on(refused(op, errno, note))),
        }
    }

    fn trap_groups(&self, device: Option<&DevlinkHandle>) -> Result<Vec<TrapGroup>> {
        let machine = self.machine.lock();
        let instances = instances(&machine, "list groups of packet traps", device)?;
        let of = |instance| {
            let names = machine.trap_groups(instance).iter();
            names.map(|name| group(handle(&machine, instance), name)).collect::<Vec<_>>()
        };
        Ok(instances.into_iter().flat_map(of).collect())
    }

    fn trap_group(&self, device: &DevlinkHandle, name: &str) -> Result<TrapGroup> {
        let machine = self.machine.lock();
        let (_, name) = group_of(&machine, "read a group of packet traps", device, name)?;
        Ok(group(device.clone(), name))
    }

    fn set_trap_group(
        &self,
        device: &DevlinkHandle,
        name: &str,
        change: &TrapGroupChange,
    ) -> Result<Option<Extack>> {
        let op = "set a group of packet traps";
        let (mut machine, fate) = self.change();
        let on = |error: Error| error.on(format_args!("{device} group {name}"));
        let mut note = Note::default();
        known(change.action, &mut note).map_err(|errno| on(refused(op, errno, note.clone())))?;
        let (instance, group) = group_of(&machine, op, device, name)?;
        let set = fate.and_then(|()| {
            if let Some(action) = change.action {
                machine.set_trap_group(instance, group, action, &mut note)?;
            }
            match change.policer {
                Some(_) if change.action.is_some() => {
                    note.say("Trap group set failed, but some changes were committed already");
                    Err(Errno::EOPNOTSUPP)
                }
                Some(_) => Err(Errno::EOPNOTSUPP),
                None => Ok(()),
            }
        });
        match set {
            Ok(()) => Ok(remark(note)),
            Err(errno) => Err(on(refused(op, errno, note))),
        }
    }

    fn trap_policers(&self, device: Option<&DevlinkHandle>) -> Result<Vec<TrapPolicer>> {
        let machine = self.machine.lock();
        instances(&machine, "list policers of packet traps", device).map(|_| Vec::new())
    }

    fn trap_policer(&self, device: &DevlinkHandle, id: u32) -> Result<TrapPolicer> {
        self.no_policer("read a policer of packet traps", device, id)
    }

    fn set_trap_policer(&self, device: &DevlinkHandle, id: u32, _change: &TrapPolicerChange) -> Result<()> {
        self.no_policer("set a policer of packet traps", device, id)
    }
}

impl SimHost {
    fn no_policer<T>(&self, op: &'static str, device: &DevlinkHandle, id: u32) -> Result<T> {
        find(&self.machine.lock(), op, device)?;
        Err(refused(op, Errno::EOPNOTSUPP, Note::default()).on(format_args!("{device} policer {id}")))
    }
}

fn known(action: Option<TrapAction>, note: &mut Note) -> Result<(), Errno> {
    in_range(&[(action.map(|action| action.number() <= 2), Spot::TrapAction)], note)
}

fn instances(machine: &Machine, op: &'static str, device: Option<&DevlinkHandle>) -> Result<Vec<Instance>> {
    match device {
        Some(device) => Ok(vec![find(machine, op, device)?]),
        None => Ok(machine.instances()),
    }
}

fn trap_of(
    machine: &Machine,
    op: &'static str,
    device: &DevlinkHandle,
    name: &str,
) -> Result<(Instance, &'static TrapSpec)> {
    let instance = find(machine, op, device)?;
    let traps = machine.traps(instance);
    let found = traps.iter().find(|spec| spec.name == name);
    found.map(|spec| (instance, spec)).ok_or_else(|| {
        let text = "Device did not register this trap";
        absent(op, traps.is_empty(), text).on(format_args!("{device} trap {name}"))
    })
}

fn group_of(
    machine: &Machine,
    op: &'static str,
    device: &DevlinkHandle,
    name: &str,
) -> Result<(Instance, &'static str)> {
    let instance = find(machine, op, device)?;
    let groups = machine.trap_groups(instance);
    let found = groups.iter().find(|group| **group == name);
    found.map(|group| (instance, *group)).ok_or_else(|| {
        let text = "Device did not register this trap group";
        absent(op, groups.is_empty(), text).on(format_args!("{device} group {name}"))
    })
}

fn absent(op: &'static str, none: bool, text: &'static str) -> Error {
    let mut note = Note::default();
    if none {
        return refused(op, Errno::EOPNOTSUPP, note);
    }
    note.say(text);
    refused(op, Errno::ENOENT, note)
}

fn handle(machine: &Machine, instance: Instance) -> DevlinkHandle {
    machine.handle_of(instance).unwrap_or_else(|| DevlinkHandle::new("", ""))
}

/// Nothing that a trap would take ever passes here.
const IDLE: TrapStats = TrapStats { bytes: Some(0), packets: Some(0), dropped: None };

fn trap(machine: &Machine, instance: Instance, spec: &TrapSpec) -> Trap {
    Trap {
        device: handle(machine, instance),
        name: spec.name.to_owned(),
        kind: spec.kind,
        generic: true,
        action: machine.trap_action(instance, spec),
        group: spec.group.to_owned(),
        metadata: vec![TrapMetadata::InputPort],
        stats: IDLE,
        unknown: Vec::new(),
    }
}

fn group(device: DevlinkHandle, name: &str) -> TrapGroup {
    TrapGroup {
        device,
        name: name.to_owned(),
        generic: true,
        policer: None,
        stats: IDLE,
        unknown: Vec::new(),
    }
}
