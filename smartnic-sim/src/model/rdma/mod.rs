//! RDMA devices: those of the functions, and software devices over links (rxe).

mod address;
mod pool;
mod roce;
mod spec;

use serde::{Deserialize, Serialize};
use smartnic_core::types::{DevlinkHandle, IfIndex, PciAddress};

use super::{Event, Machine, Netdev, Role};
use crate::errno::Errno;

pub(crate) use pool::RdmaPool;
use pool::RdmaPools;
pub(crate) use roce::RoceFiles;
pub(crate) use spec::RdmaSpec;
use spec::{IRDMA, MLX5_IB};

/// What stands behind an RDMA device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RdmaKind {
    /// A physical function, or a sub-function.
    Function,
    /// Software over a link.
    Rxe,
}

/// An RDMA device; each has one port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RdmaDevice {
    pub(crate) index: u32,
    pub(crate) name: String,
    pub(crate) kind: RdmaKind,
    /// The link under its port.
    pub(crate) netdev: IfIndex,
    /// Whether completion queues adapt their interrupts.
    pub(crate) dim: bool,
    /// By what counters are given to queue pairs (`enum rdma_nl_counter_mask`); 0 is off.
    pub(crate) auto_mask: u32,
    /// Whether optional counters are counted per queue pair too.
    pub(crate) optional_per_qp: bool,
    /// The optional counters that are on, by their numbers.
    pub(crate) on: Vec<u32>,
    /// What files alone tell of RoCE.
    #[serde(default)]
    pub(crate) roce: RoceFiles,
    /// Pools of memory regions, of drivers that have some.
    #[serde(default)]
    pub(crate) pools: RdmaPools,
}

/// What the RDMA subsystem keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Rdma {
    /// By number.
    pub(crate) devices: Vec<RdmaDevice>,
    pub(crate) privileged_qkey: bool,
    pub(crate) exclusive: bool,
    /// Whether the driver is the vendor's own instead of the kernel's, as far as files tell.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) vendors: bool,
    /// How often links got another IPv4 address.
    #[serde(default)]
    pub(crate) moved: u8,
}

/// A change of RDMA devices that listeners are told of.
#[derive(Debug, Clone)]
pub(crate) struct RdmaEvent {
    /// `enum rdma_nl_notify_event_type`
    pub(crate) kind: u32,
    pub(crate) index: u32,
    pub(crate) name: String,
    /// The link that was put under the port.
    pub(crate) netdev: Option<(IfIndex, String)>,
    /// What it stands on.
    pub(crate) parent: Option<RdmaParent>,
}

/// The device under an RDMA device: a PCI function, or a part of one on the auxiliary bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RdmaParent {
    pub(crate) pci: PciAddress,
    pub(crate) auxiliary: Option<String>,
}

/// An entry of a GID table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GidEntry {
    pub(crate) gid: [u8; 16],
    pub(crate) v2: bool,
}

impl RdmaParent {
    /// As devlink names it.
    pub(crate) fn handle(&self) -> DevlinkHandle {
        match &self.auxiliary {
            Some(name) => DevlinkHandle::new("auxiliary", name),
            None => self.pci.into(),
        }
    }
}

impl RdmaDevice {
    /// The counters with whether each is optional, by their numbers.
    pub(crate) fn counters(&self, spec: &RdmaSpec) -> Vec<(&'static str, bool)> {
        let fixed = spec.counters.iter().map(|name| (*name, false));
        fixed.chain(spec.optional.iter().map(|name| (*name, true))).collect()
    }
}

impl Machine {
    /// The name of the device of a function whose link this is. All ports of a function are ports of one device, of which the
    /// first alone is simulated.
    pub(crate) fn rdma_over(&self, link: IfIndex) -> Option<String> {
        let link = match self.netdev(link).ok()?.role {
            Role::Port { pf, .. } => {
                self.netdevs.values().find(|dev| dev.role == Role::Uplink { pf })?.ifindex
            }
            _ => link,
        };
        let is_over = |device: &&RdmaDevice| device.kind == RdmaKind::Function && device.netdev == link;
        self.rdma.devices.iter().find(is_over).map(|device| device.name.clone())
    }

    /// What a device stands on; nothing for software.
    pub(crate) fn rdma_parent(&self, device: &RdmaDevice) -> Option<RdmaParent> {
        if device.kind != RdmaKind::Function {
            return None;
        }
        let netdev = self.netdev(device.netdev).ok()?;
        match self.parent_of(netdev) {
            Some(pci) => Some(RdmaParent { pci, auxiliary: None }),
            None => {
                let pci = self.pfs.get(netdev.role.pf()?)?.address;
                Some(RdmaParent { pci, auxiliary: Some(self.auxiliary_of(netdev)?) })
            }
        }
    }

    /// The device of this number.
    /// Whether the driver of a device keeps pools of memory regions.
    pub(crate) fn has_pools(&self, index: u32) -> Result<bool, Errno> {
        Ok(self.rdma_spec(self.rdma_device(index)?) == &MLX5_IB)
    }

    pub(crate) fn rdma_device(&self, index: u32) -> Result<&RdmaDevice, Errno> {
        self.rdma.devices.iter().find(|device| device.index == index).ok_or(Errno::EINVAL)
    }

    /// The device of this number, to change it.
    pub(crate) fn rdma_device_mut(&mut self, index: u32) -> Result<&mut RdmaDevice, Errno> {
        self.rdma.devices.iter_mut().find(|device| device.index == index).ok_or(Errno::EINVAL)
    }

    /// The device of a function comes with its uplink.
    pub(super) fn rdma_follows(&mut self, netdev: &Netdev) {
        if let Role::Uplink { pf } = netdev.role {
            if self.function_spec() == Some(&IRDMA) && self.param_is_on(pf, "enable_roce") == Some(false) {
                return;
            }
            self.add_function_rdma(netdev);
        }
    }

    /// Makes the device of the function that a link is the first of, under the next name that is free.
    pub(super) fn add_function_rdma(&mut self, netdev: &Netdev) {
        let Some(spec) = self.function_spec() else { return };
        let free = |number: &u32| {
            let name = format!("{}{number}", spec.prefix);
            self.rdma.devices.iter().all(|device| device.name != name)
        };
        let number = (0..).find(free).unwrap_or_default();
        self.add_rdma(format!("{}{number}", spec.prefix), RdmaKind::Function, netdev);
    }

    /// Devices over a link go with it.
    pub(super) fn rdma_leaves(&mut self, link: IfIndex) {
        let over: Vec<u32> = self
            .rdma
            .devices
            .iter()
            .filter(|device| device.netdev == link)
            .map(|device| device.index)
            .collect();
        over.into_iter().for_each(|index| self.drop_rdma(index));
    }

    /// Makes a software device (`rdma_link_ops.newlink`).
    pub(crate) fn new_rdma_link(&mut self, name: &str, kind: &str, link: &str) -> Result<(), Errno> {
        if name.is_empty() || name.contains('%') {
            return Err(Errno::EINVAL);
        }
        let netdev =
            self.netdevs.values().find(|netdev| netdev.name == link).cloned().ok_or(Errno::ENODEV)?;
        if kind != "rxe" {
            return Err(Errno::EINVAL);
        }
        let taken = |device: &RdmaDevice| {
            device.name == name || (device.kind == RdmaKind::Rxe && device.netdev == netdev.ifindex)
        };
        if self.rdma.devices.iter().any(taken) {
            return Err(Errno::EEXIST);
        }
        if netdev.role == Role::Loopback {
            return Err(Errno::EINVAL);
        }
        self.add_rdma(name.to_owned(), RdmaKind::Rxe, &netdev);
        Ok(())
    }

    /// Removes a software device; those of functions cannot be removed so.
    pub(crate) fn delete_rdma_link(&mut self, index: u32) -> Result<(), Errno> {
        if self.rdma_device(index)?.kind != RdmaKind::Rxe {
            return Err(Errno::EINVAL);
        }
        self.drop_rdma(index);
        Ok(())
    }

    /// Gives a device another name.
    pub(crate) fn rename_rdma(&mut self, index: u32, name: &str) -> Result<(), Errno> {
        if name.is_empty() || name.len() > 63 {
            return Err(Errno::EINVAL);
        }
        if self.rdma_device(index)?.name == name {
            return Ok(());
        }
        if self.rdma.devices.iter().any(|device| device.name == name) {
            return Err(Errno::EEXIST);
        }
        self.rdma_device_mut(index)?.name = name.to_owned();
        self.tell_rdma(smartnic_core::rdma::EventKind::Rename, index, None);
        Ok(())
    }

    fn add_rdma(&mut self, name: String, kind: RdmaKind, netdev: &Netdev) {
        use smartnic_core::rdma::EventKind::{NetdevAttach, Register};
        let free = |index: &u32| self.rdma.devices.iter().all(|device| device.index != *index);
        let index = (0..).find(free).unwrap_or_default();
        let device = RdmaDevice {
            index,
            name,
            kind,
            netdev: netdev.ifindex,
            dim: false,
            auto_mask: 0,
            optional_per_qp: false,
            on: Vec::new(),
            roce: self.roce_files(kind),
            pools: RdmaPools::default(),
        };
        self.rdma.devices.push(device);
        self.rdma.devices.sort_by_key(|device| device.index);
        self.tell_rdma(Register, index, None);
        self.tell_rdma(NetdevAttach, index, Some((netdev.ifindex, netdev.name.clone())));
    }

    fn drop_rdma(&mut self, index: u32) {
        self.tell_rdma(smartnic_core::rdma::EventKind::Unregister, index, None);
        self.rdma.devices.retain(|device| device.index != index);
    }

    fn tell_rdma(
        &mut self,
        kind: smartnic_core::rdma::EventKind,
        index: u32,
        netdev: Option<(IfIndex, String)>,
    ) {
        let Ok(device) = self.rdma_device(index) else { return };
        let (name, parent, kind) = (device.name.clone(), self.rdma_parent(device), kind.number());
        self.events.push(|| Event::Rdma(Box::new(RdmaEvent { kind, index, name, netdev, parent })));
    }
}
