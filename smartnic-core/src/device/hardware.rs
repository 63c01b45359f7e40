//! What files under `/sys` tell of the devices of NICs.

use serde::{Deserialize, Serialize};

use super::{Link, Sriov};
use crate::types::{DevlinkHandle, IfIndex, SfNumber, VfId};

/// Who a PCI function is, by the numbers in its configuration space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct PciIdentity {
    /// The vendor (`vendor`).
    pub vendor: u16,
    /// The device (`device`).
    pub device: u16,
    /// The vendor of the board (`subsystem_vendor`), if it is told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub board_vendor: Option<u16>,
    /// The board (`subsystem_device`), if it is told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub board: Option<u16>,
    /// Class, subclass and interface (`class`), such as 0x020000 for Ethernet; 0 if it is not told.
    pub class: u32,
}

impl std::fmt::Display for PciIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04x}:{:04x}", self.vendor, self.device)
    }
}

/// How fast a PCI function is tied to the machine, and how fast it could be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PciLink {
    /// The speed of a lane now (`current_link_speed`), in the kernel's words: `16.0 GT/s PCIe`.
    pub speed: String,
    /// The lanes in use (`current_link_width`).
    pub width: u32,
    /// The speed that the function is capable of (`max_link_speed`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_speed: Option<String>,
    /// The lanes that it has (`max_link_width`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_width: Option<u32>,
}

/// What kind of function a device is, and whose.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FunctionRole {
    /// It stands on its own: a physical function, or a device without a parent among NICs.
    #[default]
    Physical,
    /// A virtual function (`physfn`).
    Virtual {
        /// Its physical function.
        of: DevlinkHandle,
        /// Its number; unknown if the physical function does not tell (`virtfnN`).
        #[serde(skip_serializing_if = "Option::is_none", default)]
        vf: Option<VfId>,
    },
    /// A sub-function on the auxiliary bus (`sfnum`).
    Sub {
        /// The function that it is a part of.
        of: DevlinkHandle,
        /// Its number.
        sf: SfNumber,
    },
    /// A device that a driver made of a function, such as `virtio/virtio0`.
    Child {
        /// That function.
        of: DevlinkHandle,
    },
}

impl FunctionRole {
    /// The function that it belongs to, if it does not stand on its own.
    #[must_use]
    pub fn parent(&self) -> Option<&DevlinkHandle> {
        match self {
            Self::Physical => None,
            Self::Virtual { of, .. } | Self::Sub { of, .. } | Self::Child { of } => Some(of),
        }
    }
}

/// A device that a NIC's driver is or could be bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its bus and its name there, as devlink writes them.
    pub handle: DevlinkHandle,
    /// What kind of function it is, and whose.
    pub role: FunctionRole,
    /// The driver bound to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub driver: Option<String>,
    /// Its numbers, if it is on the PCI bus.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pci: Option<PciIdentity>,
    /// The NUMA node that it is near to (`numa_node`); none where the machine does not say.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub numa_node: Option<u32>,
    /// The processors that it is near to (`local_cpulist`), as a list of ranges.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cpus: Option<String>,
    /// Its IOMMU group.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub iommu_group: Option<u32>,
    /// How fast it is tied to the machine.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pci_link: Option<PciLink>,
    /// Its SR-IOV state, if it can have VFs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sriov: Option<Sriov>,
    /// What its driver split off for other drivers (auxiliary devices such as `mlx5_core.rdma.0`).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub parts: Vec<String>,
}

impl Function {
    /// A function of which nothing but its name is known.
    #[must_use]
    pub fn new(handle: DevlinkHandle) -> Self {
        Self {
            handle,
            role: FunctionRole::Physical,
            driver: None,
            pci: None,
            numa_node: None,
            cpus: None,
            iommu_group: None,
            pci_link: None,
            sriov: None,
            parts: Vec::new(),
        }
    }
}

/// A port of an RDMA device (`infiniband/NAME/ports/N`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RdmaPort {
    /// Its number, from 1.
    pub number: u32,
    /// Its state without the kernel's number before it: `ACTIVE`, `DOWN`, `INIT`, `ARMED`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub state: Option<String>,
    /// What it runs on: `Ethernet` (RoCE, iWARP) or `InfiniBand`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link_layer: Option<String>,
    /// Its speed in the kernel's words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rate: Option<String>,
    /// The netdevs of its GIDs (`gid_attrs/ndevs`), each once. VLANs and bonds may be among them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub netdevs: Vec<String>,
    /// The netdev under it in the host's own network namespace, as nldev tells
    /// (`RDMA_NLDEV_ATTR_NDEV_INDEX`); files do not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub netdev_index: Option<IfIndex>,
}

/// An RDMA device (`/sys/class/infiniband`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RdmaDevice {
    /// Its name, which udev may have changed.
    pub name: String,
    /// The function that it stands on; software devices (rxe, siw) have none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub function: Option<DevlinkHandle>,
    /// The netdev that a software device stands on (`parent`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent_netdev: Option<String>,
    /// What it is: `CA` for NICs, `RNIC` for iWARP.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub node_type: Option<String>,
    /// The GUID of the device.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub node_guid: Option<String>,
    /// The GUID that all devices of one card share.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub system_guid: Option<String>,
    /// Its firmware's version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub firmware: Option<String>,
    /// The board, as the driver names it (`board_id`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub board: Option<String>,
    /// What it carries, as nldev tells: `ib`, `roce`, `iw`, `opa`, `usnic`; files do not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub protocol: Option<String>,
    /// The device that it is a sub-device of, as nldev tells; files do not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sub_device_of: Option<String>,
    /// Its ports.
    pub ports: Vec<RdmaPort>,
}

/// A file that should tell something and could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// The file.
    pub path: String,
    /// Why not.
    pub reason: String,
}

/// What the files under `/sys` tell of NICs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hardware {
    /// The functions, PCI first, each bus in its own order.
    pub functions: Vec<Function>,
    /// The links, with what files tell of them. Netlink tells more, and is believed first.
    pub links: Vec<Link>,
    /// The RDMA devices.
    pub rdma: Vec<RdmaDevice>,
    /// What could not be read although it is there.
    pub unreadable: Vec<Unreadable>,
}
