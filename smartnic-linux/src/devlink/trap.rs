//! Packet traps, their groups and policers.

use smartnic_core::backend::DevlinkTraps;
use smartnic_core::device::{Trap, TrapAction, TrapGroup, TrapGroupChange, TrapPolicer, TrapPolicerChange};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Extack, Result};
use smartnic_netlink::codec::{Message, Request, WireError};
use smartnic_netlink::devlink::FAMILY;
use smartnic_netlink::devlink::trap::{
    Dump, Get, GroupDump, GroupGet, GroupSet, PolicerDump, PolicerGet, PolicerSet, Set, decode, decode_group,
    decode_policer,
};

use super::about_device;
use crate::LinuxHost;

impl DevlinkTraps for LinuxHost {
    fn traps(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Trap>> {
        let request = |family| Dump { family, device };
        self.of_device("list packet traps", device, request, &decode, |trap| &trap.device)
    }

    fn trap(&self, device: &DevlinkHandle, name: &str) -> Result<Trap> {
        let op = "read a packet trap";
        let object = format_args!("{device} trap {name}");
        let family = self.family(FAMILY, op, &object)?;
        let found = self.generic.fetch(op, &object, &Get { family, device, name }, &decode);
        found.map_err(about_device)
    }

    fn set_trap(
        &self,
        device: &DevlinkHandle,
        name: &str,
        action: Option<TrapAction>,
    ) -> Result<Option<Extack>> {
        let op = "set a packet trap";
        let object = format_args!("{device} trap {name}");
        let family = self.family(FAMILY, op, &object)?;
        let set = self.generic.change(op, &object, &Set { family, device, name, action });
        set.map_err(about_device)
    }

    fn trap_groups(&self, device: Option<&DevlinkHandle>) -> Result<Vec<TrapGroup>> {
        let request = |family| GroupDump { family, device };
        self.of_device("list groups of packet traps", device, request, &decode_group, |group| &group.device)
    }

    fn trap_group(&self, device: &DevlinkHandle, name: &str) -> Result<TrapGroup> {
        let op = "read a group of packet traps";
        let object = format_args!("{device} group {name}");
        let family = self.family(FAMILY, op, &object)?;
        let found = self.generic.fetch(op, &object, &GroupGet { family, device, name }, &decode_group);
        found.map_err(about_device)
    }

    fn set_trap_group(
        &self,
        device: &DevlinkHandle,
        name: &str,
        change: &TrapGroupChange,
    ) -> Result<Option<Extack>> {
        let op = "set a group of packet traps";
        let object = format_args!("{device} group {name}");
        let family = self.family(FAMILY, op, &object)?;
        let set = self.generic.change(op, &object, &GroupSet { family, device, name, change });
        set.map_err(about_device)
    }

    fn trap_policers(&self, device: Option<&DevlinkHandle>) -> Result<Vec<TrapPolicer>> {
        let request = |family| PolicerDump { family, device };
        let op = "list policers of packet traps";
        self.of_device(op, device, request, &decode_policer, |policer| &policer.device)
    }

    fn trap_policer(&self, device: &DevlinkHandle, id: u32) -> Result<TrapPolicer> {
        let op = "read a policer of packet traps";
        let object = format_args!("{device} policer {id}");
        let family = self.family(FAMILY, op, &object)?;
        let found = self.generic.fetch(op, &object, &PolicerGet { family, device, id }, &decode_policer);
        found.map_err(about_device)
    }

    fn set_trap_policer(&self, device: &DevlinkHandle, id: u32, change: &TrapPolicerChange) -> Result<()> {
        let op = "set a policer of packet traps";
        let object = format_args!("{device} policer {id}");
        let family = self.family(FAMILY, op, &object)?;
        let set = self.generic.change(op, &object, &PolicerSet { family, device, id, change });
        set.map(drop).map_err(about_device)
    }
}

impl LinuxHost {
    /// A table of one device, or of all. Older kernels answer for all, whichever was asked for.
    fn of_device<T, R: Request>(
        &self,
        op: &'static str,
        device: Option<&DevlinkHandle>,
        request: impl FnOnce(u16) -> R,
        decode: &dyn Fn(&Message<'_>) -> Result<T, WireError>,
        owner: impl Fn(&T) -> &DevlinkHandle,
    ) -> Result<Vec<T>> {
        let object = device.map(DevlinkHandle::to_string).unwrap_or_default();
        let family = self.family(FAMILY, op, &object)?;
        let rows = self.generic.list(op, &object, &request(family), &|message| {
            let row = decode(message)?;
            Ok(device.is_none_or(|device| owner(&row) == device).then_some(row))
        });
        rows.map_err(about_device)
    }
}
