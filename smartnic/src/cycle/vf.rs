//! The ways to what is to be laid down for VFs, and to their drivers.

use smartnic_core::device::VfChange;
use smartnic_core::types::VfId;

use super::plan::Check;
use super::way::Way;
use super::{DeviceState, DriverGoal, Step};
use crate::{Error, ErrorKind, Result};

/// The way to what is to be laid down for a VF.
pub(super) fn to_vf(now: &DeviceState, vf: VfId, changes: &[VfChange]) -> Result<Way> {
    if vf.0 >= now.num_vfs() {
        let error = Error::new(ErrorKind::NotFound, "change a VF").on(format_args!("{} vf {vf}", now.device));
        return Err(error
            .reason(format!("there are {} VFs, counted from 0", now.num_vfs()))
            .hint(format!("make some: snicctl vf create {} N", now.device)));
    }
    let is = now.vfs.iter().find(|is| is.vf == vf);
    let is_so = |change: &VfChange| {
        is.is_some_and(|is| match change {
            VfChange::Mac(mac) => is.mac == Some(*mac),
            VfChange::Vlan(vlan) => is.vlan == Some(*vlan),
            VfChange::Rate { min, max } => (is.min_tx_rate, is.max_tx_rate) == (Some(*min), Some(*max)),
            VfChange::SpoofCheck(on) => is.spoof_check == Some(*on),
            VfChange::LinkState(state) => is.link_state == Some(*state),
            VfChange::QueryRss(on) => is.query_rss == Some(*on),
            VfChange::Trust(on) => is.trust == Some(*on),
            VfChange::NodeGuid(guid) => is.node_guid == Some(*guid),
            VfChange::PortGuid(guid) => is.port_guid == Some(*guid),
        })
    };
    let steps = changes.iter().filter(|change| !is_so(change));
    let steps: Vec<Step> = steps.map(|change| Step::Vf { vf, change: change.clone() }).collect();
    let mut way = Way { steps, ..Way::default() };
    let takes_mac = |step: &Step| matches!(step, Step::Vf { change: VfChange::Mac(_), .. });
    if way.steps.iter().any(takes_mac) && now.function(vf).is_some_and(|function| function.driver.is_some()) {
        way.notes.push(
            "a driver that is bound to the VF may see its new address only when it is bound anew".into(),
        );
    }
    Ok(way)
}

/// The way to the drivers of VFs.
pub(super) fn to_drivers(now: &DeviceState, vfs: &[VfId], goal: &DriverGoal) -> Result<Way> {
    let mut way = Way::default();
    for vf in vfs {
        let Some(function) = now.function(*vf) else {
            let error = Error::new(ErrorKind::NotFound, "find a VF's device").on(&now.device);
            return Err(error.reason(match now.num_vfs() {
                num if vf.0 < num => format!("VF {vf} has no device of its own on this bus"),
                num => format!("there is no VF {vf}; there are {num}, counted from 0"),
            }));
        };
        let (device, bound) = (function.device.clone(), function.driver.as_deref());
        let keeps = match goal {
            DriverGoal::None => bound.is_none(),
            DriverGoal::Own => bound.is_some() && function.driver_override.is_none(),
            DriverGoal::Named(name) => bound == Some(name),
        };
        if keeps {
            continue;
        }
        if let Some(driver) = bound {
            if driver == "vfio-pci" {
                way.checks.push(Check {
                    what: format!("no virtual machine uses VF {vf}"),
                    problem: Some(format!("VF {vf} is with vfio-pci")),
                });
            }
            way.steps.push(Step::Unbind { function: device.clone(), driver: driver.to_owned() });
        }
        let named = match goal {
            DriverGoal::Named(name) => Some(name.clone()),
            DriverGoal::None | DriverGoal::Own => None,
        };
        if *goal != DriverGoal::None && named != function.driver_override {
            way.steps.push(Step::Override { function: device.clone(), driver: named.clone() });
        }
        match (goal, named) {
            (DriverGoal::None, _) => {}
            (_, Some(driver)) => way.steps.push(Step::Bind { function: device, driver }),
            (_, None) => way.steps.push(Step::Probe { function: device }),
        }
    }
    Ok(way)
}
