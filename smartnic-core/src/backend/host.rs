use super::{
    Bridging, Datapath, Dcb, Devlink, Ethtool, FlowOffload, Guard, Hardware, KernelLog, Rdma, Switchdev,
    TrafficControl, Tunnels, Vdpa, Verbs,
};
use crate::device::{FabricLibrary, LldpAgent};
use crate::{Error, Result};

/// A machine with NICs: this one, a network namespace of it, or a simulated one.
pub trait Host: Send + Sync {
    /// The address it was opened by, such as `linux:` or `sim:bluefield3`.
    fn uri(&self) -> &str;

    /// The kernel's release (`uname -r`).
    ///
    /// # Errors
    /// `Io` if the system does not tell.
    fn kernel_release(&self) -> Result<String>;

    /// devlink: instances, ports, eswitch, parameters.
    fn devlink(&self) -> &dyn Devlink;

    /// Links, SR-IOV functions and what joins them to a switch.
    fn switchdev(&self) -> &dyn Switchdev;

    /// What files tell of devices.
    ///
    /// # Errors
    /// `Unsupported` on hosts without a device tree.
    fn hardware(&self) -> Result<&dyn Hardware> {
        Err(Error::unsupported("read the device tree").on(self.uri()))
    }

    /// Bridges and bonds.
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none.
    fn bridging(&self) -> Result<&dyn Bridging> {
        Err(Error::unsupported("use bridges").on(self.uri()))
    }

    /// Tunnel devices.
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none.
    fn tunnels(&self) -> Result<&dyn Tunnels> {
        Err(Error::unsupported("use tunnel devices").on(self.uri()))
    }

    /// Data centre bridging.
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none.
    fn dcb(&self) -> Result<&dyn Dcb> {
        Err(Error::unsupported("use data centre bridging").on(self.uri()))
    }

    /// vDPA: virtio devices carried by a NIC.
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none.
    fn vdpa(&self) -> Result<&dyn Vdpa> {
        Err(Error::unsupported("use vDPA").on(self.uri()))
    }

    /// Management of RDMA devices.
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none.
    fn rdma(&self) -> Result<&dyn Rdma> {
        Err(Error::unsupported("manage RDMA devices").on(self.uri()))
    }

    /// ethtool: features, queues, and the wire's side of links.
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none.
    fn ethtool(&self) -> Result<&dyn Ethtool> {
        Err(Error::unsupported("use ethtool").on(self.uri()))
    }

    /// RDMA verbs: devices opened and sent over.
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none, with the package to install if a library is missing.
    fn verbs(&self) -> Result<&dyn Verbs> {
        Err(Error::unsupported("use RDMA verbs").on(self.uri()))
    }

    /// libfabric and its providers, as programs on this host would find them.
    ///
    /// # Errors
    /// `Unsupported` if it is absent, or this is no real machine.
    fn fabric_library(&self) -> Result<FabricLibrary> {
        Err(Error::unsupported("look for libfabric").on(self.uri()).reason("this is no real machine"))
    }

    /// The programs that speak LLDP for links of this host.
    ///
    /// # Errors
    /// `Unsupported` if this is no real machine, `Io` if they cannot be looked for.
    fn lldp_agents(&self) -> Result<Vec<LldpAgent>> {
        Err(Error::unsupported("look for LLDP agents").on(self.uri()).reason("this is no real machine"))
    }

    /// Flow rules.
    fn flow(&self) -> &dyn FlowOffload;

    /// Traffic control in the kernel's own terms.
    ///
    /// # Errors
    /// `Unsupported` on hosts that keep rules but no kernel.
    fn traffic_control(&self) -> Result<&dyn TrafficControl> {
        Err(Error::unsupported("use traffic control").on(self.uri()))
    }

    /// The kernel's log from now on, for drivers that say their reasons only there.
    ///
    /// # Errors
    /// `PermissionDenied` or `Io` if it must not or cannot be read, `Unsupported` where there is none.
    fn kernel_log(&self) -> Result<Box<dyn KernelLog>> {
        Err(Error::unsupported("read the kernel's log").on(self.uri()))
    }

    /// A way to send packets through the NIC; only simulated hosts have one.
    fn datapath(&self) -> Option<&dyn Datapath> {
        None
    }

    /// What keeps changers apart and tells of changes that did not come to their end; `None` where there is no such
    /// thing.
    ///
    /// # Errors
    /// `PermissionDenied` or `Io` if the place for it cannot be found or used.
    fn guard(&self) -> Result<Option<&dyn Guard>> {
        Ok(None)
    }

    /// Writes down what must outlive this process; hosts that keep nothing do nothing.
    ///
    /// # Errors
    /// `Io` if the state cannot be written.
    fn save(&self) -> Result<()> {
        Ok(())
    }

    /// The datapath, or an error that says why there is none.
    ///
    /// # Errors
    /// `Unsupported` on hosts that are not simulated.
    fn simulated_datapath(&self) -> Result<&dyn Datapath> {
        self.datapath().ok_or_else(|| {
            Error::unsupported("send packets")
                .on(self.uri())
                .reason("packets can be injected only on a simulated host")
                .hint("use --host sim:bluefield3")
        })
    }
}
