use std::net::IpAddr;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use crate::rdma::{
    Binding, BoundCounter, Device, DeviceChange, Event, GidEntry, HwCounter, LinkEcn, MrCounters, MrPool,
    MrPoolChange, NewLink, NewSubDevice, OptionalCounter, Port, QpMode, RawResource, ResourceKind, Resources,
    RoceDefaults, Route, StatMode, Summary, System, SystemChange,
};
use crate::{Error, Result};

/// Management of RDMA devices.
///
/// Devices go by their names, ports by their numbers from 1.
///
/// # Errors
/// Every operation can fail with `Unsupported` (no RDMA in this kernel, or not on this device), `NotFound`,
/// `PermissionDenied`, or what the driver says.
pub trait Rdma: Send + Sync {
    /// The devices.
    fn rdma_devices(&self) -> Result<Vec<Device>> {
        Err(Error::unsupported("list RDMA devices"))
    }

    /// One device.
    fn rdma_device(&self, name: &str) -> Result<Device> {
        Err(Error::unsupported("read an RDMA device").on(name))
    }

    /// The kernel's number of a device's driver (`enum rdma_driver_id`), which adapters have too; none where the driver
    /// keeps it to itself.
    fn rdma_driver(&self, name: &str) -> Result<Option<u32>> {
        Err(Error::unsupported("ask for the driver of an RDMA device").on(name))
    }

    /// Changes a device.
    fn set_rdma_device(&self, name: &str, change: &DeviceChange) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("change an RDMA device").on(name))
    }

    /// Makes a sub-device.
    fn add_rdma_device(&self, device: &NewSubDevice) -> Result<()> {
        Err(Error::unsupported("add an RDMA sub-device").on(&device.name))
    }

    /// Removes a sub-device.
    fn remove_rdma_device(&self, name: &str) -> Result<()> {
        Err(Error::unsupported("remove an RDMA sub-device").on(name))
    }

    /// The ports of a device.
    fn rdma_ports(&self, device: &str) -> Result<Vec<Port>> {
        Err(Error::unsupported("list the ports of an RDMA device").on(device))
    }

    /// Makes a software device over a network link.
    fn add_rdma_link(&self, link: &NewLink) -> Result<()> {
        Err(Error::unsupported("add an RDMA link").on(&link.name))
    }

    /// Removes a software device.
    fn remove_rdma_link(&self, name: &str) -> Result<()> {
        Err(Error::unsupported("remove an RDMA link").on(name))
    }

    /// Settings of the whole subsystem.
    fn rdma_system(&self) -> Result<System> {
        Err(Error::unsupported("read the settings of RDMA"))
    }

    /// Changes one of them.
    fn set_rdma_system(&self, change: SystemChange) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("change the settings of RDMA"))
    }

    /// How much of everything a device has.
    fn rdma_summary(&self, device: &str) -> Result<Summary> {
        Err(Error::unsupported("count the resources of an RDMA device").on(device))
    }

    /// The resources of one kind that a device has.
    fn rdma_resources(&self, device: &str, kind: ResourceKind) -> Result<Resources> {
        let _ = kind;
        Err(Error::unsupported("list the resources of an RDMA device").on(device))
    }

    /// What the driver dumps of resources of one kind, in its own format: of all, or of the one with this number. Of queue
    /// pairs, completion queues, memory regions and shared receive queues.
    fn rdma_raw(&self, device: &str, kind: ResourceKind, number: Option<u32>) -> Result<Vec<RawResource>> {
        let _ = (kind, number);
        Err(Error::unsupported("dump the resources of an RDMA device").on(device))
    }

    /// The pools of memory regions that a device keeps, with those of the kernel itself if wanted; none where the driver has
    /// no pools (kernel 7.1 and later).
    fn rdma_mr_pools(&self, device: &str, with_kernel: bool) -> Result<Vec<MrPool>> {
        let _ = with_kernel;
        Err(Error::unsupported("list the pools of memory regions").on(device))
    }

    /// Changes them.
    fn set_rdma_mr_pools(&self, device: &str, change: MrPoolChange) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("change the pools of memory regions").on(device))
    }

    /// The hardware counters of a port.
    fn rdma_counters(&self, device: &str, port: u32) -> Result<Vec<HwCounter>> {
        let _ = port;
        Err(Error::unsupported("read the counters of an RDMA port").on(device))
    }

    /// The counters that every port of a device has by the InfiniBand specification; names and values as files under
    /// `/sys` tell them.
    fn rdma_port_counters(&self, device: &str, port: u32) -> Result<Vec<HwCounter>> {
        let _ = port;
        Err(Error::unsupported("read the counters of an RDMA port").on(device))
    }

    /// The counters of a port with their numbers, and which of the optional ones are on.
    fn rdma_optional_counters(&self, device: &str, port: u32) -> Result<Vec<OptionalCounter>> {
        let _ = port;
        Err(Error::unsupported("list the optional counters of an RDMA port").on(device))
    }

    /// Turns exactly these optional counters on, by their numbers, and all others off.
    fn set_rdma_optional_counters(&self, device: &str, port: u32, on: &[u32]) -> Result<()> {
        let _ = (port, on);
        Err(Error::unsupported("set the optional counters of an RDMA port").on(device))
    }

    /// How the queue pairs of a port get counters.
    fn rdma_qp_mode(&self, device: &str, port: u32) -> Result<StatMode> {
        let _ = port;
        Err(Error::unsupported("read how queue pairs get counters").on(device))
    }

    /// Sets that to automatic or off; `optional` says whether optional counters are counted per queue pair too.
    fn set_rdma_qp_mode(&self, device: &str, port: u32, mode: QpMode, optional: Option<bool>) -> Result<()> {
        let _ = (port, mode, optional);
        Err(Error::unsupported("set how queue pairs get counters").on(device))
    }

    /// The counters that queue pairs of a device are bound to.
    fn rdma_bound_counters(&self, device: &str) -> Result<Vec<BoundCounter>> {
        Err(Error::unsupported("list the counters of queue pairs").on(device))
    }

    /// What the memory regions of a device counted.
    fn rdma_mr_counters(&self, device: &str) -> Result<Vec<MrCounters>> {
        Err(Error::unsupported("list the counters of memory regions").on(device))
    }

    /// Binds a queue pair to a counter, or to a new one; returns the counter, where the kernel tells it.
    fn bind_rdma_counter(
        &self,
        device: &str,
        port: u32,
        qp: u32,
        counter: Option<u32>,
    ) -> Result<Option<Binding>> {
        let _ = (port, qp, counter);
        Err(Error::unsupported("bind a queue pair to a counter").on(device))
    }

    /// Takes a queue pair off its counter.
    fn unbind_rdma_counter(&self, device: &str, port: u32, binding: Binding) -> Result<()> {
        let _ = (port, binding);
        Err(Error::unsupported("take a queue pair off its counter").on(device))
    }

    /// The GID table of a port, without its empty places.
    fn rdma_gids(&self, device: &str, port: u32) -> Result<Vec<GidEntry>> {
        let _ = port;
        Err(Error::unsupported("read the GID table of an RDMA port").on(device))
    }

    /// What connections of rdma_cm get on a port.
    fn roce_defaults(&self, device: &str, port: u32) -> Result<RoceDefaults> {
        let _ = port;
        Err(Error::unsupported("read the defaults of rdma_cm").on(device))
    }

    /// Changes what of it is different.
    fn set_roce_defaults(&self, device: &str, port: u32, defaults: &RoceDefaults) -> Result<()> {
        let _ = (port, defaults);
        Err(Error::unsupported("change the defaults of rdma_cm").on(device))
    }

    /// The parameters of congestion control that the driver shows, by their names (mlx5: `cc_params` in debugfs).
    fn congestion(&self, device: &str) -> Result<Vec<(String, u64)>> {
        Err(Error::unsupported("read congestion control").on(device))
    }

    /// Changes one of them.
    fn set_congestion(&self, device: &str, name: &str, value: u64) -> Result<()> {
        let _ = (name, value);
        Err(Error::unsupported("change congestion control").on(device))
    }

    /// Which priorities of a link take part in congestion control, where the driver is the vendor's own and has files for
    /// that.
    fn link_ecn(&self, link: &str) -> Result<LinkEcn> {
        Err(Error::unsupported("read congestion control of a link").on(link))
    }

    /// Changes what of it is different.
    fn set_link_ecn(&self, link: &str, ecn: &LinkEcn) -> Result<()> {
        let _ = ecn;
        Err(Error::unsupported("change congestion control of a link").on(link))
    }

    /// The way to an address; over this link, if it is said.
    fn route(&self, to: IpAddr, link: Option<u32>) -> Result<Route> {
        let _ = link;
        Err(Error::unsupported("find a route").on(to))
    }

    /// Begins to listen to devices that come, go and change (kernel 6.12 and later).
    fn watch_rdma(&self) -> Result<Box<dyn RdmaWatch>> {
        Err(Error::unsupported("watch RDMA devices"))
    }
}

/// What happens to RDMA devices, as it happens.
pub trait RdmaWatch: Send {
    /// Waits for the next message, at most so long; `None` if nothing came.
    ///
    /// # Errors
    /// `Overrun` if the kernel dropped messages because they were not read in time: what is kept of the state must be
    /// read again, and the watch goes on.
    fn wait(&mut self, most: Option<Duration>) -> Result<Option<Event>>;

    /// A descriptor that becomes readable when a message waits, for use with `poll`; a simulated kernel has none.
    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}
