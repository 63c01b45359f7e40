//! VFs and the eswitch mode, in the order that the vendor's driver wants, with dry run and undo.

use smartnic_core::adapter::{EswitchState, EswitchTarget, Facts};
use smartnic_core::device::{Eswitch, EswitchMode};
use smartnic_core::types::DevlinkHandle;

use crate::cycle::{self, Goal, Plan};
use crate::inventory::Nic;
use crate::{Error, ErrorKind, Host, Result};

/// A target from words: the mode's name and the number of VFs, `None` to keep those that are there.
///
/// # Errors
/// `Parse` if there is no such mode.
pub fn target(mode: &str, num_vfs: Option<u32>) -> Result<EswitchTarget> {
    Ok(EswitchTarget { mode: mode.parse()?, num_vfs })
}

/// Plans the steps from what a device is to what is wanted of it; changes nothing.
///
/// # Errors
/// `NotFound` if there is no such device, `Unsupported` if its driver cannot get there, `InvalidInput` for more VFs
/// than the device has.
pub fn plan(host: &Host, device: &DevlinkHandle, target: &EswitchTarget) -> Result<Plan> {
    cycle::plan(host, device, Goal::eswitch(target))
}

/// What matters of a device before its eswitch mode changes.
///
/// # Errors
/// `Unsupported` if the device tells no eswitch mode and no adapter knows which it is in, `PermissionDenied` if the caller
/// may not see it.
pub fn state_of(host: &Host, nic: &Nic) -> Result<EswitchState> {
    let mode = match nic.mode() {
        Some(mode) => mode,
        // Asked again to learn whether it has none, or whether the caller may not see it.
        None => match (host.devlink().eswitch(nic.handle()), nic.adapter.facts()) {
            (Ok(Eswitch { mode: Some(mode), .. }), _) => mode,
            (Ok(_), facts) => untold_mode(facts).ok_or_else(|| {
                let error = Error::unsupported("read the eswitch mode").on(nic.handle());
                error.reason("this device has no eswitch mode")
            })?,
            (Err(error), facts) if error.kind() == ErrorKind::Unsupported => match untold_mode(facts) {
                Some(mode) => mode,
                // A driver that has modes, on a card that has none: InfiniBand, the host that a DPU is in.
                None if !facts.modes.settable.is_empty() => EswitchMode::Legacy,
                None => return Err(error),
            },
            (Err(error), _) => return Err(error),
        },
    };
    let uplink = nic.uplink();
    let functions = nic.sriov.as_ref().map_or(&[][..], |sriov| &sriov.functions);
    Ok(EswitchState {
        mode,
        num_vfs: nic.sriov.as_ref().map_or(0, |sriov| sriov.num),
        total_vfs: nic.sriov.as_ref().and_then(|sriov| sriov.total),
        vf_devices: nic.handle().bus == "pci",
        bound_vfs: functions.iter().filter(|function| function.driver.is_some()).count() as u32,
        pf_up: uplink.map(|link| link.up),
        tc_offload: uplink.and_then(|link| host.switchdev().tc_offload(link.ifindex).ok()),
    })
}

/// The mode of a driver that tells none: the one that it is always in, or legacy mode if it has no eswitch.
fn untold_mode(facts: &Facts) -> Option<EswitchMode> {
    let none = facts.modes.settable.is_empty() && !facts.modes.none.is_empty();
    facts.modes.fixed.or(none.then_some(EswitchMode::Legacy))
}
