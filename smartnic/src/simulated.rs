//! A simulated machine that is talked to in netlink bytes, through the Linux backend.

use std::sync::Arc;

use smartnic_core::backend::{
    Bridging, Datapath, Dcb, Devlink, Ethtool, FlowOffload, Guard, Hardware, Host, KernelLog, Rdma,
    Switchdev, TrafficControl, Tunnels, Vdpa, Verbs,
};
use smartnic_linux::LinuxHost;
use smartnic_sim::{SimHost, SimKernel};

use crate::Result;

/// The Linux backend over the simulated kernel, with the packets and the state file of the simulated host.
pub(crate) struct NetlinkFace {
    linux: LinuxHost,
    sim: SimHost,
}

impl NetlinkFace {
    pub(crate) fn new(uri: &str, sim: SimHost) -> Self {
        Self { linux: LinuxHost::new(uri, Arc::new(SimKernel::new(sim.machine().clone()))), sim }
    }
}

impl Host for NetlinkFace {
    fn uri(&self) -> &str {
        self.linux.uri()
    }

    fn kernel_release(&self) -> Result<String> {
        self.linux.kernel_release()
    }

    fn devlink(&self) -> &dyn Devlink {
        self.linux.devlink()
    }

    fn switchdev(&self) -> &dyn Switchdev {
        self.linux.switchdev()
    }

    fn hardware(&self) -> Result<&dyn Hardware> {
        Host::hardware(&self.linux)
    }

    fn bridging(&self) -> Result<&dyn Bridging> {
        self.linux.bridging()
    }

    fn tunnels(&self) -> Result<&dyn Tunnels> {
        Host::tunnels(&self.linux)
    }

    fn dcb(&self) -> Result<&dyn Dcb> {
        Host::dcb(&self.linux)
    }

    fn ethtool(&self) -> Result<&dyn Ethtool> {
        self.linux.ethtool()
    }

    fn vdpa(&self) -> Result<&dyn Vdpa> {
        self.linux.vdpa()
    }

    fn rdma(&self) -> Result<&dyn Rdma> {
        self.linux.rdma()
    }

    // Bytes to a device go by no kernel.
    fn verbs(&self) -> Result<&dyn Verbs> {
        self.sim.verbs()
    }

    fn flow(&self) -> &dyn FlowOffload {
        self.linux.flow()
    }

    fn traffic_control(&self) -> Result<&dyn TrafficControl> {
        self.linux.traffic_control()
    }

    fn kernel_log(&self) -> Result<Box<dyn KernelLog>> {
        self.linux.kernel_log()
    }

    fn datapath(&self) -> Option<&dyn Datapath> {
        self.sim.datapath()
    }

    fn guard(&self) -> Result<Option<&dyn Guard>> {
        self.sim.guard()
    }

    fn save(&self) -> Result<()> {
        self.sim.save()
    }
}
