//! ice's device as a whole: `devlink/devlink.c` (reload), `devlink/port.c` (splits, sub-functions).

use smartnic_core::device::{EswitchMode, NewPort, PortFlavour, PortFunctionChange, ReloadAction};
use smartnic_core::types::Mac;

use super::device::{DeviceFacts, FunctionAttrs, FunctionSite, SubFunctions};
use crate::errno::Errno;
use crate::model::Pf;
use crate::note::Note;

pub(super) const FACTS: DeviceFacts = DeviceFacts {
    vf: FunctionAttrs::ADDRESS,
    sub_functions: Some(SubFunctions {
        attrs: FunctionAttrs { state: true, ..FunctionAttrs::ADDRESS },
        device: "ice.sf",
        driver: "ice_sf",
        most: 128,
        max_io_eqs: 0,
        rdma: false,
    }),
    reload_actions: &[ReloadAction::DriverReinit, ReloadAction::FwActivate],
    reload_limits: &[],
    vfs_reload: false,
    reload_keeps_links: false,
    links_follow: false,
    netns_refusal: None,
};

/// Into how many ports the first connector can be split. The options are ours: firmware has the table.
const SPLITS: [u32; 3] = [1, 2, 4];
/// The number of the first sub-function's VSI, behind those of all VFs: ours.
const FIRST_SF: u32 = 512;

pub(super) fn sf_port_index(slot: u32) -> u32 {
    FIRST_SF + slot
}

/// `ice_devlink_port_new_check_attr`, `ice_devlink_port_new`.
pub(super) fn check_sub_function(
    pf: usize,
    new: &NewPort,
    switchdev: bool,
    note: &mut Note,
) -> Result<(), Errno> {
    let (refusal, errno) = if new.flavour != PortFlavour::PciSf {
        ("Flavour other than pcisf is not supported", Errno::EOPNOTSUPP)
    } else if new.controller.is_some() {
        ("Setting controller is not supported", Errno::EOPNOTSUPP)
    } else if new.index.is_some() {
        ("Driver does not support user defined port index assignment", Errno::EOPNOTSUPP)
    } else if usize::from(new.pf) != pf {
        ("Incorrect pfnum supplied", Errno::EINVAL)
    } else if !switchdev {
        ("SF ports are only supported in eswitch switchdev mode", Errno::EOPNOTSUPP)
    } else {
        return Ok(());
    };
    note.say(format!("ice: {refusal}"));
    Err(errno)
}

/// `ice_devlink_port_fn_hw_addr_set`.
pub(super) fn check_function(
    site: FunctionSite,
    change: &PortFunctionChange,
    note: &mut Note,
) -> Result<(), Errno> {
    let Some(address) = change.hw_addr.filter(|_| site.sub) else { return Ok(()) };
    if site.attached {
        note.say("ice: Ethernet address can be change only in detached state");
        return Err(Errno::EBUSY);
    }
    if address.mac().is_none_or(|mac| mac.is_multicast() || mac == Mac::default()) {
        note.say("ice: Invalid ethernet address");
        return Err(Errno::EADDRNOTAVAIL);
    }
    Ok(())
}

/// `ice_devlink_reload_down`.
pub(super) fn reload(pf: &Pf, action: ReloadAction, note: &mut Note) -> Result<Vec<ReloadAction>, Errno> {
    let (refusal, errno) = match action {
        // What is stored is what runs.
        ReloadAction::FwActivate => ("No pending firmware update", Errno::ECANCELED),
        _ if pf.eswitch.mode != EswitchMode::Legacy => {
            ("Go to legacy mode before doing reinit", Errno::EOPNOTSUPP)
        }
        _ if !pf.vfs.is_empty() => ("Remove all VFs before doing reinit", Errno::EOPNOTSUPP),
        _ => return Ok(vec![ReloadAction::DriverReinit]),
    };
    note.say(format!("ice: {refusal}"));
    Err(errno)
}

/// `ice_devlink_port_split`; a port is joined by a split into one.
pub(super) fn split(count: u32, pending: Option<u32>, note: &mut Note) -> Result<(), Errno> {
    let refusal = match SPLITS.contains(&count) {
        false => "Port split requested unsupported port config",
        true if pending.unwrap_or(1) == count => "Requested split count is already set",
        true => {
            note.say("ice: Reboot required to finish port split");
            return Ok(());
        }
    };
    note.say(format!("ice: {refusal}"));
    Err(Errno::EINVAL)
}
