use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::kernel_enum;
use crate::types::{DevlinkHandle, PortHandle, UnknownAttr, serde_as_text};
use crate::{Error, Result};

/// How many traffic classes share a rate (`DEVLINK_RATE_TCS_MAX`).
pub const RATE_TCS: usize = 8;

kernel_enum! {
    /// What a rate object stands for (`enum devlink_rate_type`).
    RateKind: u16 {
        /// One port; made and removed by the driver together with it.
        Leaf = 0, "leaf";
        /// A group of leaves and other nodes; most are made by users.
        Node = 1, "node";
    }
}

/// Which rate object is meant: `pci/0000:03:00.0/1` is the leaf of a port, `pci/0000:03:00.0/tenants` a node.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RateName {
    /// The leaf of this port (`DEVLINK_ATTR_PORT_INDEX`).
    Leaf(PortHandle),
    /// A node of a device.
    Node {
        /// The device.
        device: DevlinkHandle,
        /// The node's name (`DEVLINK_ATTR_RATE_NODE_NAME`), which is no decimal number.
        node: String,
    },
}

impl RateName {
    /// A node by name.
    ///
    /// # Errors
    /// `Parse` if the kernel would take the name for a port: it is empty or a decimal number.
    pub fn node(device: DevlinkHandle, node: impl Into<String>) -> Result<Self> {
        let node = node.into();
        if node.bytes().all(|byte| byte.is_ascii_digit()) {
            let reason =
                "the name of a node can be neither empty nor a decimal number, which would be a port";
            return Err(Error::parse("name a rate node", reason).on(format_args!("{device}/{node}")));
        }
        Ok(Self::Node { device, node })
    }

    /// The device that the object is on.
    #[must_use]
    pub fn device(&self) -> &DevlinkHandle {
        match self {
            Self::Leaf(port) => &port.device,
            Self::Node { device, .. } => device,
        }
    }

    /// What the object is, by its name.
    #[must_use]
    pub fn kind(&self) -> RateKind {
        match self {
            Self::Leaf(_) => RateKind::Leaf,
            Self::Node { .. } => RateKind::Node,
        }
    }
}

impl fmt::Display for RateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf(port) => port.fmt(f),
            Self::Node { device, node } => write!(f, "{device}/{node}"),
        }
    }
}

impl FromStr for RateName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            let reason = "expected BUS/DEVICE/PORT or BUS/DEVICE/NODE such as pci/0000:03:00.0/1";
            Error::parse("read the name of a rate object", reason).on(text)
        };
        let (device, name) = text.rsplit_once('/').ok_or_else(wrong)?;
        let device: DevlinkHandle = device.parse().map_err(|_| wrong())?;
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self::Leaf(device.port(name.parse::<u32>().map_err(|_| wrong())?)));
        }
        Self::node(device, name)
    }
}

serde_as_text!(RateName);

/// The node that a rate object hangs below.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateParent {
    /// The node's name (`DEVLINK_ATTR_RATE_PARENT_NODE_NAME`).
    pub node: String,
    /// Its device, if that is another one (`DEVLINK_ATTR_PARENT_DEV`, kernel 7.2 and later).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub device: Option<DevlinkHandle>,
}

/// A rate object: how much a port or a group of ports may send (`DEVLINK_CMD_RATE_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Which object it is.
    pub name: RateName,
    /// What it is, as the kernel says.
    pub kind: RateKind,
    /// What it is to have at least among its siblings, in bytes a second; 0 for nothing promised
    /// (`DEVLINK_ATTR_RATE_TX_SHARE`).
    pub tx_share: u64,
    /// What it has at most, in bytes a second; 0 for no limit (`DEVLINK_ATTR_RATE_TX_MAX`).
    pub tx_max: u64,
    /// Its place in strict priority among its siblings, the highest first (`DEVLINK_ATTR_RATE_TX_PRIORITY`).
    pub tx_priority: u32,
    /// Its weight among siblings of the same priority (`DEVLINK_ATTR_RATE_TX_WEIGHT`).
    pub tx_weight: u32,
    /// The shares of the traffic classes 0 to 7 (`DEVLINK_ATTR_RATE_TC_BWS`); none from kernels before 6.17.
    pub tc_bw: Option<[u32; RATE_TCS]>,
    /// The node it hangs below; none if it stands at the top.
    pub parent: Option<RateParent>,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}

impl Rate {
    /// An object without limits that stands at the top.
    #[must_use]
    pub fn new(name: RateName) -> Self {
        let kind = name.kind();
        let (tx_share, tx_max, tx_priority, tx_weight) = (0, 0, 0, 0);
        Self {
            name,
            kind,
            tx_share,
            tx_max,
            tx_priority,
            tx_weight,
            tc_bw: None,
            parent: None,
            unknown: vec![],
        }
    }

    /// The name of the node above, if there is one.
    #[must_use]
    pub fn parent_name(&self) -> Option<RateName> {
        let RateParent { node, device } = self.parent.clone()?;
        Some(RateName::Node { device: device.unwrap_or_else(|| self.name.device().clone()), node })
    }
}

/// Where a rate object is to hang.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewParent {
    /// At the top.
    None,
    /// Below a node.
    Node(RateParent),
}

/// What to change on a rate object (`DEVLINK_CMD_RATE_SET`); what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RateChange {
    /// The new guarantee, in bytes a second; 0 takes it away.
    pub tx_share: Option<u64>,
    /// The new limit, in bytes a second; 0 takes it away.
    pub tx_max: Option<u64>,
    /// The new priority.
    pub tx_priority: Option<u32>,
    /// The new weight.
    pub tx_weight: Option<u32>,
    /// The new shares of all traffic classes.
    pub tc_bw: Option<[u32; RATE_TCS]>,
    /// The new place in the tree.
    pub parent: Option<NewParent>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_what_they_print_and_tell_ports_from_nodes() {
        for (text, kind) in
            [("pci/0000:03:00.0/1", RateKind::Leaf), ("netdevsim/netdevsim1/1st", RateKind::Node)]
        {
            let name: RateName = text.parse().unwrap();
            assert_eq!((name.to_string().as_str(), name.kind()), (text, kind));
        }
        for wrong in
            ["", "group", "pci/group", "pci/0000:03:00.0/", "pci/a/b/c", "pci/0000:03:00.0/4294967296"]
        {
            assert!(wrong.parse::<RateName>().is_err(), "{wrong}");
        }
    }
}
