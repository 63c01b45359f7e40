//! The backend against the simulated kernel's netlink bytes and files (proof level L1).
//!
//! The simulated machine has a second face, the traits straight on its model: what the backend reads must be what
//! that face tells, and what the backend does must be what that face sees.

mod cable;
mod devlink;
mod faces;
mod faults;
mod links;
mod netns;
mod traps;
mod vf;

use std::fmt::Debug;
use std::sync::Arc;

use smartnic_core::backend::{
    DevlinkDevices, DevlinkEswitch, DevlinkParams, DevlinkPorts, FlowOffload, Host, Switchdev,
};
use smartnic_core::device::{EswitchChange, EswitchMode, Link};
use smartnic_core::types::{DevlinkHandle, IfIndex};
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_linux::LinuxHost;
use smartnic_sim::{SimHost, SimKernel, SimOptions};

/// A fresh machine of a profile, and both its faces: the backend's, and the model's own.
fn machine(profile: &str) -> (LinuxHost, SimHost) {
    let model = SimHost::open(profile, SimOptions { seed: Some(7), ..SimOptions::default() }).unwrap();
    let kernel = SimKernel::new(model.machine().clone());
    (LinuxHost::new("test:", Arc::new(kernel)), model)
}

/// The first physical function of every profile.
fn pf() -> DevlinkHandle {
    "pci/0000:03:00.0".parse().unwrap()
}

/// The link of this name on its switch.
fn port(host: &dyn Host, name: &str) -> IfIndex {
    let links = host.switchdev().links().unwrap();
    let named = |link: &&Link| link.port_name.as_deref() == Some(name);
    links.iter().find(named).unwrap_or_else(|| panic!("no {name} in {links:#?}")).ifindex
}

/// Brings the first physical function into switchdev mode with four VFs, in the order that its driver wants.
fn switchdev(host: &LinuxHost) {
    let mode = EswitchChange::mode(EswitchMode::Switchdev);
    host.set_link_up(port(host, "p0"), true).unwrap();
    if host.info(&pf()).unwrap().driver == "ice" {
        let note = host.set_eswitch(&pf(), &mode).unwrap().unwrap();
        assert_eq!(note.message.as_deref(), Some("ice: Changed eswitch mode to switchdev"));
        host.set_num_vfs(&pf(), 4).unwrap();
    } else {
        host.set_num_vfs(&pf(), 4).unwrap();
        for function in host.sriov(&pf()).unwrap().functions {
            host.unbind(&function.device).unwrap();
        }
        host.set_eswitch(&pf(), &mode).unwrap();
    }
    for link in host.links().unwrap() {
        if link.switch_id.is_some() {
            host.set_tc_offload(link.ifindex, true).unwrap();
            assert!(host.tc_offload(link.ifindex).unwrap());
        }
    }
}

/// A result without what is only wording: errors by kind, number and the kernel's text.
fn said<T: Debug>(result: Result<T>) -> std::result::Result<T, (ErrorKind, Option<i32>, Option<String>)> {
    let text = |error: &Error| error.extack().and_then(|extack| extack.message.clone());
    result.map_err(|error| (error.kind(), error.errno(), text(&error)))
}
