use serde::Serialize;

use super::{DeviceCaps, codes};
use crate::types::{Guid, UnknownAttr};

codes! {
    /// What a device is in a fabric (`RDMA_NODE_*`).
    NodeType {
        /// A channel adapter, which is what NICs are.
        Ca = 1, "ca";
        /// A switch.
        Switch = 2, "switch";
        /// A router.
        Router = 3, "router";
        /// An iWARP NIC.
        Rnic = 4, "rnic";
        /// A usNIC.
        Usnic = 5, "usnic";
        /// A usNIC over UDP.
        UsnicUdp = 6, "usnic_udp";
        /// The driver does not say.
        Unspecified = 7, "unspecified";
    }
}

/// A device (`RDMA_NLDEV_CMD_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Device {
    /// Its number.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// How many ports it has; they are numbered from 1.
    pub ports: u32,
    /// What it is in a fabric.
    pub node_type: Option<NodeType>,
    /// What it carries: `ib`, `roce`, `iw`, `opa`, `usnic`.
    pub protocol: Option<String>,
    /// Its firmware's version, if it has firmware.
    pub firmware: Option<String>,
    /// Its GUID.
    pub node_guid: Option<Guid>,
    /// The GUID that all devices of one card share.
    pub system_guid: Option<Guid>,
    /// What it can do.
    pub caps: Option<DeviceCaps>,
    /// Whether completion queues adapt their interrupts to the load (`RDMA_NLDEV_ATTR_DEV_DIM`).
    pub adaptive_moderation: Option<bool>,
    /// Whether it is a sub-device for subnet management (`RDMA_DEVICE_TYPE_SMI`), as a number of the kernel's.
    pub kind: Option<u8>,
    /// The device that a sub-device belongs to.
    pub parent: Option<String>,
    /// Whether user space chose its name.
    pub user_named: Option<bool>,
    /// Attributes that this version of the SDK has no name for, as they came.
    pub unknown: Vec<UnknownAttr>,
}

/// What can be changed on a device (`RDMA_NLDEV_CMD_SET`); one thing at a time, as the kernel wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceChange {
    /// Another name.
    Name(String),
    /// Another network namespace, by its name, a path, or the number of a process in it.
    Netns(String),
    /// Whether completion queues made from now on adapt their interrupts to the load.
    AdaptiveModeration(bool),
}

/// A software device to make over a link (`RDMA_NLDEV_CMD_NEWLINK`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// Its name.
    pub name: String,
    /// Its driver: `rxe` (RoCE v2) or `siw` (iWARP).
    pub kind: String,
    /// The network link that it sends over.
    pub netdev: String,
}

/// A sub-device to make (`RDMA_NLDEV_CMD_NEWDEV`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubDevice {
    /// Its name.
    pub name: String,
    /// Its kind, as a number of the kernel's: 1 is SMI.
    pub kind: u8,
    /// The device that it belongs to.
    pub parent: String,
}
