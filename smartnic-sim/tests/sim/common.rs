//! What the tests of the simulated host share.

use smartnic_core::backend::{FlowOp, FlowScope, Hook, Host, Outcome};
use smartnic_core::device::{EswitchChange, EswitchMode, Link};
use smartnic_core::flow::{Attach, FlowEntry, Rule};
use smartnic_core::types::{DevlinkHandle, IfIndex};
use smartnic_core::{Error, Extack};
use smartnic_sim::{SimHost, SimOptions};

/// A fresh host.
pub(crate) fn host(profile: &str) -> SimHost {
    SimHost::open(profile, SimOptions { seed: Some(7), ..SimOptions::default() }).unwrap()
}

/// The first physical function.
pub(crate) fn pf() -> DevlinkHandle {
    "pci/0000:03:00.0".parse().unwrap()
}

/// The link of this name on its switch.
pub(crate) fn port(host: &SimHost, name: &str) -> IfIndex {
    let links = host.switchdev().links().unwrap();
    let named = |link: &&Link| link.port_name.as_deref() == Some(name);
    links.iter().find(named).unwrap_or_else(|| panic!("no {name} in {links:#?}")).ifindex
}

/// Brings the first physical function into switchdev mode with VFs, in the order that the driver wants.
pub(crate) fn switchdev(host: &SimHost, vfs: u32) {
    let mode = EswitchChange::mode(EswitchMode::Switchdev);
    let uplink = port(host, "p0");
    let ice = host.devlink().info(&pf()).unwrap().driver == "ice";
    host.switchdev().set_link_up(uplink, true).unwrap();
    if ice {
        host.devlink().set_eswitch(&pf(), &mode).unwrap();
    }
    host.switchdev().set_num_vfs(&pf(), vfs).unwrap();
    if !ice {
        host.devlink().set_eswitch(&pf(), &mode).unwrap();
    }
    for link in host.switchdev().links().unwrap() {
        if link.switch_id.is_some() {
            host.switchdev().set_tc_offload(link.ifindex, true).unwrap();
        }
    }
}

/// A clsact hook on a link.
pub(crate) fn hook(host: &SimHost, link: IfIndex) {
    host.flow().add_hook(&Hook::clsact(link)).unwrap();
}

/// All rules at the ingress of a link.
pub(crate) fn rules(host: &SimHost, link: IfIndex) -> Vec<FlowEntry> {
    host.flow().entries(&FlowScope::at(Attach::ingress(link))).unwrap()
}

/// Adds a rule.
pub(crate) fn add(host: &SimHost, rule: &Rule) -> Result<Option<Extack>, Error> {
    host.flow().add(rule)
}

/// Puts a rule in the place of another.
pub(crate) fn replace(host: &SimHost, rule: &Rule) -> Result<Option<Extack>, Error> {
    match host.flow().submit(&[FlowOp::Replace(rule)], true).unwrap().pop() {
        Some(Outcome::Done(note)) => Ok(note),
        Some(Outcome::Failed(error)) => Err(error),
        other => panic!("{other:?}"),
    }
}

/// An error's number and text.
pub(crate) fn said(error: &Error) -> (i32, Option<&str>) {
    let extack = error.extack().unwrap();
    (extack.errno, extack.message.as_deref())
}
