use crate::device::{Trap, TrapAction, TrapGroup, TrapGroupChange, TrapPolicer, TrapPolicerChange};
use crate::types::DevlinkHandle;
use crate::{Error, Extack, Result};

/// Packet traps: which packets a device gives to the processor, and how many.
///
/// # Errors
/// As those of [`super::Devlink`]; of what is not there, `NotFound`.
pub trait DevlinkTraps: Send + Sync {
    /// The traps of one device, or of all (`DEVLINK_CMD_TRAP_GET`, dumped).
    fn traps(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Trap>> {
        Err(maybe_on(Error::unsupported("list packet traps"), device))
    }

    /// One trap (`DEVLINK_CMD_TRAP_GET`).
    fn trap(&self, device: &DevlinkHandle, name: &str) -> Result<Trap> {
        Err(Error::unsupported("read a packet trap").on(format_args!("{device} trap {name}")))
    }

    /// Sets what is done with the packets of a trap (`DEVLINK_CMD_TRAP_SET`). Without an action nothing changes, but
    /// the trap must be there.
    ///
    /// Returns what the kernel says along with a success: of traps that do not drop, it keeps the action and says so.
    fn set_trap(
        &self,
        device: &DevlinkHandle,
        name: &str,
        action: Option<TrapAction>,
    ) -> Result<Option<Extack>> {
        let _ = action;
        Err(Error::unsupported("set a packet trap").on(format_args!("{device} trap {name}")))
    }

    /// The groups of one device, or of all (`DEVLINK_CMD_TRAP_GROUP_GET`, dumped).
    fn trap_groups(&self, device: Option<&DevlinkHandle>) -> Result<Vec<TrapGroup>> {
        Err(maybe_on(Error::unsupported("list groups of packet traps"), device))
    }

    /// One group (`DEVLINK_CMD_TRAP_GROUP_GET`).
    fn trap_group(&self, device: &DevlinkHandle, name: &str) -> Result<TrapGroup> {
        Err(Error::unsupported("read a group of packet traps").on(format_args!("{device} group {name}")))
    }

    /// Changes a group (`DEVLINK_CMD_TRAP_GROUP_SET`). Returns what the kernel says along with a success.
    fn set_trap_group(
        &self,
        device: &DevlinkHandle,
        name: &str,
        change: &TrapGroupChange,
    ) -> Result<Option<Extack>> {
        let _ = change;
        Err(Error::unsupported("set a group of packet traps").on(format_args!("{device} group {name}")))
    }

    /// The policers of one device, or of all (`DEVLINK_CMD_TRAP_POLICER_GET`, dumped).
    fn trap_policers(&self, device: Option<&DevlinkHandle>) -> Result<Vec<TrapPolicer>> {
        Err(maybe_on(Error::unsupported("list policers of packet traps"), device))
    }

    /// One policer (`DEVLINK_CMD_TRAP_POLICER_GET`).
    fn trap_policer(&self, device: &DevlinkHandle, id: u32) -> Result<TrapPolicer> {
        Err(Error::unsupported("read a policer of packet traps").on(format_args!("{device} policer {id}")))
    }

    /// Changes a policer (`DEVLINK_CMD_TRAP_POLICER_SET`).
    fn set_trap_policer(&self, device: &DevlinkHandle, id: u32, change: &TrapPolicerChange) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("set a policer of packet traps").on(format_args!("{device} policer {id}")))
    }
}

fn maybe_on(error: Error, device: Option<&DevlinkHandle>) -> Error {
    match device {
        Some(device) => error.on(device),
        None => error,
    }
}
