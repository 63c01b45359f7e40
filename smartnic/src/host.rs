use std::sync::Arc;
use std::time::Duration;

use smartnic_core::adapter::{DeviceIdentity, Registry, VendorAdapter};
use smartnic_core::backend::{
    self, Bridging, Datapath, Dcb, Devlink, Ethtool, FlowOffload, Hardware, KernelLog, Rdma, Switchdev,
    TrafficControl, Tunnels, Vdpa, Verbs,
};
use smartnic_core::types::DevlinkHandle;
use smartnic_sim::SimOptions;

use crate::inventory::{self, Graph, Inventory, Nic};
use crate::names::Names;
use crate::simulated::NetlinkFace;
use crate::uri::{HostUri, SimFace, SimSave};
use crate::{Error, ErrorKind, Result, flow};

/// How long is waited for others that change a host, unless it is said otherwise.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// A machine with NICs, and the adapters that speak for them.
///
/// ```
/// # fn main() -> smartnic::Result<()> {
/// let host = smartnic::Host::open("sim:bluefield3")?;
/// for nic in &host.inventory()?.nics {
///     println!("{} {} {}", nic.handle(), nic.driver(), nic.adapter.name());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Host {
    backend: Arc<dyn backend::Host>,
    registry: Registry,
    lock_wait: Duration,
}

impl Host {
    /// Opens a host by its address: `linux:`, `linux:netns=blue`, `linux:sysfs=DIR`, `sim:bluefield3?seed=7&state=nic.json`.
    ///
    /// # Errors
    /// `Parse` for a wrong address, `NotFound` for a namespace that is not there, `InvalidInput` for a profile that
    /// is not there, `Io` or `Parse` for a state file that cannot be read.
    pub fn open(uri: &str) -> Result<Self> {
        Self::open_waiting(uri, LOCK_WAIT)
    }

    /// As [`Host::open`], and waits so long for others that change the host: here for those that have a simulated
    /// machine's state file, later for those that change flow rules.
    ///
    /// # Errors
    /// Those of [`Host::open`]; `Locked` if the state file is not free in this time.
    pub fn open_waiting(uri: &str, lock_wait: Duration) -> Result<Self> {
        let backend: Arc<dyn backend::Host> = match uri.parse::<HostUri>()? {
            HostUri::Linux { netns: None } => Arc::new(smartnic_linux::LinuxHost::open()?),
            HostUri::Linux { netns: Some(netns) } => Arc::new(smartnic_linux::LinuxHost::open_netns(&netns)?),
            HostUri::Files { directory } => Arc::new(smartnic_linux::LinuxHost::open_files(&directory)?),
            HostUri::Sim { profile, seed, state, capacity, vfs, face, save, netns } => {
                let (save_always, wait) = (save == SimSave::Always, lock_wait);
                let who = flow::who();
                let options = SimOptions { seed, state, capacity, vfs, save_always, wait, who };
                let mut sim = smartnic_sim::SimHost::open(&profile, options)?;
                if let Some(netns) = netns {
                    sim = sim.within(&netns)?;
                }
                match face {
                    SimFace::Direct => Arc::new(sim),
                    SimFace::Netlink => Arc::new(NetlinkFace::new(uri, sim)),
                }
            }
        };
        Ok(Self::on(backend).with_lock_wait(lock_wait))
    }

    /// A host over a backend that is open already.
    #[must_use]
    pub fn on(backend: Arc<dyn backend::Host>) -> Self {
        Self { backend, registry: vendor_adapters::registry(), lock_wait: LOCK_WAIT }
    }

    /// Waits so long for others that change the host; 10 seconds unless said otherwise.
    #[must_use]
    pub fn with_lock_wait(mut self, lock_wait: Duration) -> Self {
        self.lock_wait = lock_wait;
        self
    }

    /// How long is waited for others that change the host.
    #[must_use]
    pub fn lock_wait(&self) -> Duration {
        self.lock_wait
    }

    /// Takes these adapters in place of the SDK's own; see [`Registry::with`] to add one.
    #[must_use]
    pub fn with_registry(mut self, registry: Registry) -> Self {
        self.registry = registry;
        self
    }

    /// The adapters in use.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The backend itself.
    #[must_use]
    pub fn backend(&self) -> &dyn backend::Host {
        &*self.backend
    }

    /// The address it was opened by.
    #[must_use]
    pub fn uri(&self) -> &str {
        self.backend.uri()
    }

    /// devlink: instances, ports, eswitch, parameters.
    #[must_use]
    pub fn devlink(&self) -> &dyn Devlink {
        self.backend.devlink()
    }

    /// Links, SR-IOV functions and what joins them to a switch.
    #[must_use]
    pub fn switchdev(&self) -> &dyn Switchdev {
        self.backend.switchdev()
    }

    /// What files tell of devices: functions, links, RDMA devices.
    ///
    /// # Errors
    /// `Unsupported` on hosts without a device tree.
    pub fn hardware(&self) -> Result<&dyn Hardware> {
        self.backend.hardware()
    }

    /// Bridges and bonds.
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none.
    pub fn bridging(&self) -> Result<&dyn Bridging> {
        self.backend.bridging()
    }

    /// Tunnel devices.
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none.
    pub fn tunnels(&self) -> Result<&dyn Tunnels> {
        self.backend.tunnels()
    }

    /// Data centre bridging.
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none.
    pub fn dcb(&self) -> Result<&dyn Dcb> {
        self.backend.dcb()
    }

    /// ethtool: features, queues, and the wire's side of links.
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none.
    pub fn ethtool(&self) -> Result<&dyn Ethtool> {
        self.backend.ethtool()
    }

    /// vDPA: virtio devices carried by a NIC.
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none.
    pub fn vdpa(&self) -> Result<&dyn Vdpa> {
        self.backend.vdpa()
    }

    /// Management of RDMA devices: devices, ports, resources, counters, GIDs.
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none.
    pub fn rdma(&self) -> Result<&dyn Rdma> {
        self.backend.rdma()
    }

    /// RDMA verbs: devices opened and sent over. See [`crate::verbs`].
    ///
    /// # Errors
    /// `Unsupported` on hosts that have none, with the package to install if libibverbs is missing.
    pub fn verbs(&self) -> Result<&dyn Verbs> {
        self.backend.verbs()
    }

    /// Flow rules.
    #[must_use]
    pub fn flow(&self) -> &dyn FlowOffload {
        self.backend.flow()
    }

    /// Traffic control in the kernel's own terms: filters, chains, shared actions, qdiscs, and what others change.
    ///
    /// # Errors
    /// `Unsupported` on hosts that keep rules but no kernel.
    pub fn traffic_control(&self) -> Result<&dyn TrafficControl> {
        self.backend.traffic_control()
    }

    /// The kernel's log from now on, for drivers that say their reasons only there.
    ///
    /// # Errors
    /// `PermissionDenied` or `Io` if it must not or cannot be read.
    pub fn kernel_log(&self) -> Result<Box<dyn KernelLog>> {
        self.backend.kernel_log()
    }

    /// A way to send packets through a simulated NIC.
    ///
    /// # Errors
    /// `Unsupported` on hosts that are not simulated.
    pub fn datapath(&self) -> Result<&dyn Datapath> {
        self.backend.simulated_datapath()
    }

    /// Writes down what must outlive this process (a simulated host with a state file).
    ///
    /// # Errors
    /// `Io` if the state cannot be written.
    pub fn save(&self) -> Result<()> {
        self.backend.save()
    }

    /// Everything that was found on the host.
    ///
    /// # Errors
    /// Those of reading devlink, links and SR-IOV state; what a driver does not have is left empty.
    pub fn inventory(&self) -> Result<Inventory> {
        inventory::read(self)
    }

    /// Everything that was found on the host, as a graph: functions, devlink devices, ports, links, RDMA devices,
    /// and how they belong together.
    ///
    /// # Errors
    /// Those of reading links; whatever the host has no way to tell is absent.
    pub fn graph(&self) -> Result<Graph> {
        Graph::read(self)
    }

    /// One NIC by its devlink handle.
    ///
    /// # Errors
    /// `NotFound` with the handles that are there.
    pub fn nic(&self, handle: &DevlinkHandle) -> Result<Nic> {
        let inventory = self.inventory()?;
        let known: Vec<String> = inventory.nics.iter().map(|nic| nic.handle().to_string()).collect();
        inventory.nics.into_iter().find(|nic| nic.handle() == handle).ok_or_else(|| {
            let error =
                Error::new(ErrorKind::NotFound, "find a device").on(handle).reason("no such devlink device");
            match known.is_empty() {
                true => error.hint("this host has no devlink device at all"),
                false => error.hint(format!("this host has: {}", known.join(", "))),
            }
        })
    }

    /// The links by every name they go by.
    ///
    /// # Errors
    /// Those of reading the links.
    pub fn names(&self) -> Result<Names> {
        Names::of_host(&self.backend)
    }

    /// The adapter that speaks for a driver.
    #[must_use]
    pub fn adapter(&self, driver: &str, bus: &str) -> Arc<dyn VendorAdapter> {
        self.registry.find(&DeviceIdentity { driver: driver.to_owned(), bus: bus.to_owned(), pci_id: None })
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").field("uri", &self.uri()).finish_non_exhaustive()
    }
}

/// The NICs that can be simulated: the name in `sim:NAME`, and the product.
pub fn profiles() -> impl Iterator<Item = (&'static str, &'static str)> {
    smartnic_sim::profiles()
}
