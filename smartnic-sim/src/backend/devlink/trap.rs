//! Packet traps, their groups and their policers.

use smartnic_core::backend::DevlinkTraps;
use smartnic_core::device::{Trap, TrapAction, TrapGroup, TrapGroupChange, TrapPolicer, TrapPolicerChange};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Error, Extack, Result};

use super::{every, find, in_range};
use crate::SimHost;
use crate::backend::{refused, remark};
use crate::errno::Errno;
use crate::note::{Note, Spot};

impl DevlinkTraps for SimHost {
    fn traps(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Trap>> {
        every(&self.machine.lock(), "list packet traps", device, |machine, instance| {
            machine.traps(instance).iter().map(|spec| machine.told_trap(instance, spec)).collect()
        })
    }

    fn trap(&self, device: &DevlinkHandle, name: &str) -> Result<Trap> {
        let op = "read a packet trap";
        let machine = self.machine.lock();
        let instance = find(&machine, op, device)?;
        let mut note = Note::default();
        let found = machine.find_trap(instance, Some(name), &mut note);
        let spec =
            found.map_err(|errno| refused(op, errno, note).on(format_args!("{device} trap {name}")))?;
        Ok(machine.told_trap(instance, spec))
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
        let instance = find(&machine, op, device)?;
        let spec = machine.find_trap(instance, Some(name), &mut note);
        let set = spec.and_then(|spec| {
            fate?;
            action.map_or(Ok(()), |action| machine.set_trap(instance, spec, action, &mut note))
        });
        match set {
            Ok(()) => Ok(remark(note)),
            Err(errno) => Err(on(refused(op, errno, note))),
        }
    }

    fn trap_groups(&self, device: Option<&DevlinkHandle>) -> Result<Vec<TrapGroup>> {
        every(&self.machine.lock(), "list groups of packet traps", device, |machine, instance| {
            machine.trap_groups(instance).iter().map(|spec| machine.told_trap_group(instance, spec)).collect()
        })
    }

    fn trap_group(&self, device: &DevlinkHandle, name: &str) -> Result<TrapGroup> {
        let op = "read a group of packet traps";
        let machine = self.machine.lock();
        let instance = find(&machine, op, device)?;
        let mut note = Note::default();
        let found = machine.find_trap_group(instance, Some(name), &mut note);
        let spec =
            found.map_err(|errno| refused(op, errno, note).on(format_args!("{device} group {name}")))?;
        Ok(machine.told_trap_group(instance, spec))
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
        let instance = find(&machine, op, device)?;
        let spec = machine.find_trap_group(instance, Some(name), &mut note);
        let set = spec.and_then(|spec| {
            fate?;
            machine.set_trap_group(instance, spec, change, &mut note)
        });
        match set {
            Ok(()) => Ok(remark(note)),
            Err(errno) => Err(on(refused(op, errno, note))),
        }
    }

    fn trap_policers(&self, device: Option<&DevlinkHandle>) -> Result<Vec<TrapPolicer>> {
        every(&self.machine.lock(), "list policers of packet traps", device, |machine, instance| {
            machine
                .trap_policers(instance)
                .iter()
                .map(|spec| machine.told_trap_policer(instance, spec))
                .collect()
        })
    }

    fn trap_policer(&self, device: &DevlinkHandle, id: u32) -> Result<TrapPolicer> {
        let op = "read a policer of packet traps";
        let machine = self.machine.lock();
        let instance = find(&machine, op, device)?;
        let mut note = Note::default();
        let found = machine.find_trap_policer(instance, Some(id), &mut note);
        let spec =
            found.map_err(|errno| refused(op, errno, note).on(format_args!("{device} policer {id}")))?;
        Ok(machine.told_trap_policer(instance, spec))
    }

    fn set_trap_policer(&self, device: &DevlinkHandle, id: u32, change: &TrapPolicerChange) -> Result<()> {
        let op = "set a policer of packet traps";
        let (mut machine, fate) = self.change();
        let instance = find(&machine, op, device)?;
        let mut note = Note::default();
        let spec = machine.find_trap_policer(instance, Some(id), &mut note);
        let set = spec.and_then(|spec| {
            fate?;
            machine.set_trap_policer(instance, spec, change, &mut note)
        });
        set.map_err(|errno| refused(op, errno, note).on(format_args!("{device} policer {id}")))
    }
}

fn known(action: Option<TrapAction>, note: &mut Note) -> Result<(), Errno> {
    in_range(&[(action.map(|action| action.number() <= 2), Spot::TrapAction)], note)
}
