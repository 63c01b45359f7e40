//! The way to an eswitch mode and a number of VFs.

use smartnic_core::adapter::{EswitchTarget, Step as Order};
use smartnic_core::device::EswitchMode;

use super::plan::Check;
use super::way::Way;
use super::{DeviceState, Goal, Step};
use crate::{Error, Host, Result, eswitch};

/// The way to an eswitch mode and a number of VFs.
pub(super) fn to_switch(host: &Host, now: &DeviceState, goal: &Goal) -> Result<Way> {
    let Goal::Functions { mode, vfs, autoprobe } = goal else { return Ok(Way::default()) };
    let device = &now.device;
    let mut way = Way::default();
    if let Some(on) = *autoprobe {
        match now.sriov.as_ref().map(|sriov| sriov.autoprobe) {
            Some(Some(is)) if is == on => {}
            Some(Some(_)) => way.steps.push(Step::Autoprobe(on)),
            _ => {
                return Err(Error::unsupported("set sriov_drivers_autoprobe")
                    .on(device)
                    .reason("the device has no sriov_drivers_autoprobe"));
            }
        }
    }
    let wanted = vfs.unwrap_or(now.num_vfs());
    if let Some(total) = now.sriov.as_ref().and_then(|sriov| sriov.total)
        && wanted > total
    {
        let reason = format!("{wanted} VFs are wanted, the device has at most {total}");
        return Err(Error::invalid("set the number of VFs", reason).on(device));
    }
    let told = now.eswitch.and_then(|eswitch| eswitch.mode);
    let modes = host.nic(device).ok().map(|nic| nic.adapter.facts().modes);
    // Some drivers are in one mode without telling it.
    let current = told.or(modes.and_then(|modes| modes.fixed));
    let orders = match (current, mode) {
        // A device without a switch gives VFs as one in legacy mode does.
        (None, None | Some(EswitchMode::Legacy)) => plain(now, wanted)?,
        (None, Some(_)) => {
            let error = Error::unsupported("change the eswitch mode").on(device);
            let reason = modes.map_or("", |modes| modes.none);
            return Err(error.reason(match now.driver.as_str() {
                _ if !reason.is_empty() => reason.to_owned(),
                "" => "the device has no eswitch: there are no representors on this driver".to_owned(),
                driver => format!("{driver} has no eswitch mode: there are no representors on this driver"),
            }));
        }
        (Some(is), mode) => {
            let nic = host.nic(device)?;
            let target = EswitchTarget { mode: mode.unwrap_or(is), num_vfs: *vfs };
            let state = eswitch::state_of(host, &nic)?;
            nic.adapter.transition(&state, &target).map_err(|error| error.on(device))?
        }
    };
    let goes = |order: &Order| matches!(order, Order::NumVfs(_) | Order::Mode(_) | Order::UnbindVfs);
    if orders.iter().any(goes) {
        look_around(now, &orders, &mut way);
    }
    way.steps.extend(orders.into_iter().map(Step::Eswitch));
    Ok(way)
}

/// VFs without a switch: by way of none, as the kernel wants it.
fn plain(now: &DeviceState, wanted: u32) -> Result<Vec<Order>> {
    let Some(sriov) = &now.sriov else {
        return match wanted {
            0 => Ok(Vec::new()),
            _ => Err(Error::unsupported("set the number of VFs")
                .on(&now.device)
                .reason("it is no SR-IOV physical function, or no driver is bound to it")),
        };
    };
    let mut orders = Vec::new();
    if wanted != sriov.num {
        orders.extend((sriov.num > 0).then_some(Order::NumVfs(0)));
        orders.extend((wanted > 0).then_some(Order::NumVfs(wanted)));
        orders.extend((wanted > 0 && now.device.bus == "pci").then_some(Order::WaitVfs(wanted)));
    }
    Ok(orders)
}

/// What stands in the way of a change of VFs or mode, and what is lost by it.
fn look_around(now: &DeviceState, orders: &[Order], way: &mut Way) {
    let removes = orders.contains(&Order::NumVfs(0)) && now.num_vfs() > 0;
    if removes {
        way.notes.push(format!(
            "{} removed: addresses, routes and rules on their links and representors go with them",
            if now.num_vfs() == 1 { "1 VF is".to_owned() } else { format!("{} VFs are", now.num_vfs()) }
        ));
    }
    let leaves = orders.contains(&Order::Mode(EswitchMode::Legacy));
    if leaves && !now.sfs.is_empty() {
        let names: Vec<String> = now.sfs.iter().map(|sf| sf.id.to_string()).collect();
        way.checks.push(Check {
            what: "no sub-function goes with switchdev mode".into(),
            problem: Some(format!("{} would be removed", names.join(", "))),
        });
    }
    if leaves && now.externals > 0 {
        way.checks.push(Check {
            what: "the other host keeps its network".into(),
            problem: Some(format!(
                "this is the card's own processor, and {} functions of the host that the card is in depend on the switch",
                now.externals
            )),
        });
    }
    if removes || orders.contains(&Order::UnbindVfs) {
        let foreign: Vec<String> = now
            .functions()
            .iter()
            .filter(|function| function.driver.as_deref() == Some("vfio-pci"))
            .map(|function| function.vf.to_string())
            .collect();
        if !foreign.is_empty() {
            way.checks.push(Check {
                what: "no virtual machine uses a VF".into(),
                problem: Some(format!("VF {} is with vfio-pci", foreign.join(", "))),
            });
        }
    }
}
