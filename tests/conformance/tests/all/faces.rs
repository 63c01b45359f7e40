//! The two faces of a simulated machine, opened in the tests' own way so that faults can stand between.

use std::sync::Arc;

use smartnic::Host;
use smartnic::types::IfIndex;
use smartnic_linux::LinuxHost;
use smartnic_sim::{FaultPlan, FaultyKernel, SimHost, SimKernel, SimMachine};

/// A machine of a profile whose NIC holds few rules, so that its table can be filled.
pub(crate) fn machine(profile: &str, seed: u64) -> SimMachine {
    SimMachine::open(profile, Some(seed), None, Some(40)).unwrap()
}

/// The machine by direct calls.
pub(crate) fn direct(machine: &SimMachine, faults: &FaultPlan) -> Host {
    Host::on(Arc::new(SimHost::on(machine.clone(), "sim:direct").with_faults(faults)))
}

/// The machine in netlink bytes, through the Linux backend.
pub(crate) fn netlink(machine: &SimMachine, faults: &FaultPlan) -> Host {
    let kernel = FaultyKernel::new(SimKernel::new(machine.clone()).with_faults(faults), faults);
    Host::on(Arc::new(LinuxHost::new("sim:netlink", Arc::new(kernel))))
}

/// The links of a host, and one that is not there.
pub(crate) fn links_and_none(host: &Host) -> Vec<IfIndex> {
    let links = host.switchdev().links().unwrap();
    links.iter().map(|link| link.ifindex).chain([IfIndex(99_999)]).collect()
}
