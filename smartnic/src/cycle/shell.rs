//! What steps stand for, as a person would type them.

use smartnic_core::adapter::Step as Order;
use smartnic_core::device::VirtualFunction;
use smartnic_core::types::DevlinkHandle;

use super::{DeviceState, SfId, Step};

pub(super) fn commands(before: &DeviceState, step: &Step) -> Vec<String> {
    let device = &before.device;
    match step {
        Step::Autoprobe(on) => vec![echo(u8::from(*on), device, "sriov_drivers_autoprobe")],
        Step::Vf { vf, change } => {
            vec![format!("ip link set dev {} vf {vf} {change}", link_of(before))]
        }
        Step::Unbind { function, driver } => vec![to_driver(function, driver, "unbind")],
        Step::Bind { function, driver } => vec![to_driver(function, driver, "bind")],
        Step::Override { function, driver } => {
            vec![echo(driver.as_deref().unwrap_or("''"), function, "driver_override")]
        }
        Step::Probe { function } => {
            vec![format!("echo {} > /sys/bus/{}/drivers_probe", function.device, function.bus)]
        }
        Step::Eswitch(order) => orders(before, order),
        Step::Roce(step) => step.commands(),
        Step::SfAdd { sf } => {
            let SfId { pf, number, controller } = sf;
            let controller =
                controller.map_or(String::new(), |controller| format!(" controller {controller}"));
            vec![format!("devlink port add {device} flavour pcisf pfnum {pf} sfnum {number}{controller}")]
        }
        Step::SfSet { sf, function } => {
            vec![format!("devlink port function set PORT {}   # PORT of {sf}", super::sf::words(function))]
        }
        Step::SfState { sf, active } => {
            let state = if *active { "active" } else { "inactive" };
            vec![format!("devlink port function set PORT state {state}   # PORT of {sf}")]
        }
        Step::SfWaitAttached { .. } => {
            vec!["# until devlink port show PORT says opstate attached".to_owned()]
        }
        Step::SfWaitDetached { .. } => {
            vec!["# until devlink port show PORT says opstate detached".to_owned()]
        }
        Step::SfWaitDevices { .. } => {
            vec![
                "# until the device in nested_devlink of PORT is on the auxiliary bus, with a link"
                    .to_owned(),
            ]
        }
        Step::SfWaitRdma { .. } => {
            vec![
                "# until /sys/bus/auxiliary/devices/NAME/infiniband is there, if the card has RDMA devices"
                    .to_owned(),
            ]
        }
        Step::SfRemove { sf } => vec![format!("devlink port del PORT   # PORT of {sf}")],
    }
}

fn orders(before: &DeviceState, order: &Order) -> Vec<String> {
    let device = &before.device;
    let place = place(device);
    match order {
        Order::PfUp => vec![format!("ip link set dev {} up", link_of(before))],
        Order::NumVfs(num) => vec![echo(num, device, "sriov_numvfs")],
        Order::WaitVfs(num) => {
            vec![format!("# until {place}/virtfn0 to {place}/virtfn{} are there", num.saturating_sub(1))]
        }
        Order::UnbindVfs => each(before, "unbind", |function| {
            function.driver.as_deref().map(|driver| to_driver(&function.device, driver, "unbind"))
        }),
        Order::BindVfs => each(before, "bind", |function| {
            function.driver.as_deref().map(|driver| to_driver(&function.device, driver, "bind"))
        }),
        Order::Mode(mode) => vec![format!("devlink dev eswitch set {device} mode {mode}")],
        Order::WaitRepresentors(num) => {
            vec![format!("# until {num} representors of VFs have links: devlink port show")]
        }
        Order::TcOffload => vec![format!(
            "ethtool -K {} hw-tc-offload on   # and on every representor where it is off",
            link_of(before)
        )],
    }
}

/// A line for each VF that is there, or one for those that are not there yet.
fn each(before: &DeviceState, verb: &str, line: impl Fn(&VirtualFunction) -> Option<String>) -> Vec<String> {
    let lines: Vec<String> = before.functions().iter().filter_map(line).collect();
    if !lines.is_empty() {
        return lines;
    }
    let (place, bus) = (place(&before.device), &before.device.bus);
    let driver = match verb {
        "unbind" => "$vf/driver/unbind".to_owned(),
        _ => format!("/sys/bus/{bus}/drivers_probe"),
    };
    vec![format!("for vf in {place}/virtfn*; do basename $(readlink $vf) > {driver}; done")]
}

fn place(device: &DevlinkHandle) -> String {
    format!("/sys/bus/{}/devices/{}", device.bus, device.device)
}

fn echo(value: impl std::fmt::Display, device: &DevlinkHandle, file: &str) -> String {
    format!("echo {value} > {}/{file}", place(device))
}

fn to_driver(function: &DevlinkHandle, driver: &str, verb: &str) -> String {
    format!("echo {} > /sys/bus/{}/drivers/{driver}/{verb}", function.device, function.bus)
}

/// The link of the physical function.
fn link_of(before: &DeviceState) -> &str {
    before.link.as_deref().unwrap_or("LINK")
}
