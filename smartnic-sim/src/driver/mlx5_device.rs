//! mlx5_core's device as a whole: `devlink.c` (reload), `sf/devlink.c`, `eswitch_offloads.c` (functions of ports).

use smartnic_core::device::{NewPort, PortFlavour, PortFunctionChange, ReloadAction, ReloadLimit};

use super::device::{DeviceFacts, FunctionAttrs, FunctionSite, SubFunctions};
use crate::errno::Errno;
use crate::model::Pf;
use crate::note::Note;

pub(super) const FACTS: DeviceFacts = DeviceFacts {
    vf: FunctionAttrs { roce: true, migratable: true, ipsec: true, max_io_eqs: true, state: true },
    sub_functions: Some(SubFunctions {
        attrs: FunctionAttrs { roce: true, migratable: false, ipsec: false, max_io_eqs: true, state: true },
        device: "mlx5_core.sf",
        driver: "mlx5_core",
        most: 256,
        max_io_eqs: 8,
        rdma: true,
    }),
    reload_actions: &[ReloadAction::DriverReinit, ReloadAction::FwActivate],
    reload_limits: &[ReloadLimit::NoReset],
    vfs_reload: true,
    reload_keeps_links: false,
    links_follow: true,
    netns_refusal: None,
};

/// Event queues that the driver keeps for itself (`MLX5_ESW_MAX_CTRL_EQS`).
const CONTROL_QUEUES: u32 = 4;
/// The vport of the first sub-function: from there on, the numbers of their ports.
const FIRST_SF: u32 = 0x8000;

pub(super) fn sf_port_index(pf: usize, slot: u32) -> u32 {
    (pf as u32) << 16 | (FIRST_SF + slot)
}

/// `mlx5_devlink_sf_port_new`, `mlx5_sf_new_check_attr`.
pub(super) fn check_sub_function(
    pf: usize,
    new: &NewPort,
    switchdev: bool,
    note: &mut Note,
) -> Result<(), Errno> {
    let refusal = if !switchdev {
        "SF ports are only supported in eswitch switchdev mode."
    } else if new.flavour != PortFlavour::PciSf {
        "Driver supports only SF port addition"
    } else if new.index.is_some() {
        "Driver does not support user defined port index assignment"
    } else if new.sf.is_none() {
        "User must provide unique sfnum. Driver does not support auto assignment"
    } else if new.controller.is_some_and(|controller| controller != 0) {
        "External controller is unsupported"
    } else if usize::from(new.pf) != pf {
        "Invalid pfnum supplied"
    } else {
        return Ok(());
    };
    note.say(format!("mlx5_core: {refusal}"));
    Err(Errno::EOPNOTSUPP)
}

pub(super) fn check_function(
    site: FunctionSite,
    change: &PortFunctionChange,
    note: &mut Note,
) -> Result<(), Errno> {
    if change.max_io_eqs.is_some_and(|queues| queues.saturating_add(CONTROL_QUEUES) > 0xffff) {
        note.say("mlx5_core: Supplied value out of range");
        return Err(Errno::EINVAL);
    }
    if change.state.is_some() && !site.sub {
        note.say("mlx5_core: State set is not supported for VF");
        return Err(Errno::EOPNOTSUPP);
    }
    Ok(())
}

/// `mlx5_devlink_reload_down` and `_up`.
pub(super) fn reload(
    pf: &Pf,
    action: ReloadAction,
    limit: ReloadLimit,
    note: &mut Note,
) -> Result<Vec<ReloadAction>, Errno> {
    if !pf.vfs.is_empty() {
        note.say("mlx5_core: reload while VFs are present is unfavorable");
    }
    match (action, limit) {
        (ReloadAction::DriverReinit, _) => Ok(vec![ReloadAction::DriverReinit]),
        // The stored firmware is the running one, and a patch of a running one is never there: ours.
        (_, ReloadLimit::NoReset) => {
            note.say("mlx5_core: FW upgrade to the stored FW can't be done by FW live patching");
            Err(Errno::EINVAL)
        }
        _ => Ok(vec![ReloadAction::DriverReinit, ReloadAction::FwActivate]),
    }
}
