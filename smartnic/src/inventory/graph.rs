//! The inventory as a graph: what is there, and how it belongs together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Serialize, Serializer};
use smartnic_core::device::{DeviceInfo, Eswitch, Function, Link, Port, PortName, RdmaDevice, Unreadable};
use smartnic_core::types::{DevlinkHandle, IfIndex, PortHandle, SwitchId};

use super::build;
use crate::{Host, Result};

/// What a node stands for, and by what it is known: never by the name of a netdev, which may change at any time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeId {
    /// A function: a device that a NIC's driver is or could be bound to.
    Function(DevlinkHandle),
    /// A devlink instance.
    Devlink(DevlinkHandle),
    /// A devlink port.
    Port(PortHandle),
    /// A netdev.
    Netdev {
        /// The network namespace that it lies in, by name; none for the host's own.
        netns: Option<String>,
        /// Its number, which is its own in that namespace only.
        ifindex: IfIndex,
    },
    /// An RDMA device.
    Rdma(String),
    /// A switch: what the uplink and the representors of one eswitch have in common.
    Switch(SwitchId),
    /// A NUMA node.
    Numa(u32),
}

impl NodeId {
    /// What a link is known by.
    #[must_use]
    pub fn of_link(link: &Link) -> Self {
        Self::Netdev { netns: link.netns.clone(), ifindex: link.ifindex }
    }

    /// A netdev in the host's own network namespace.
    #[must_use]
    pub fn netdev(ifindex: IfIndex) -> Self {
        Self::Netdev { netns: None, ifindex }
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function(handle) => write!(f, "function:{handle}"),
            Self::Devlink(handle) => write!(f, "devlink:{handle}"),
            Self::Port(handle) => write!(f, "port:{handle}"),
            Self::Netdev { netns: None, ifindex } => write!(f, "netdev:{ifindex}"),
            Self::Netdev { netns: Some(netns), ifindex } => write!(f, "netdev:{netns}/{ifindex}"),
            Self::Rdma(name) => write!(f, "rdma:{name}"),
            Self::Switch(id) => write!(f, "switch:{id}"),
            Self::Numa(node) => write!(f, "numa:{node}"),
        }
    }
}

impl Serialize for NodeId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What the driver of a function has, by the names of its adapter's features: `supported` or `limited`.
pub type Capabilities = BTreeMap<&'static str, &'static str>;

/// What is known of a node.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "object", rename_all = "snake_case")]
pub enum Facts {
    /// A function.
    Function {
        /// What the device tree tells.
        #[serde(flatten)]
        function: Box<Function>,
        /// The adapter that speaks for it.
        adapter: &'static str,
        /// What its driver has; of features that are not named it lacks the thing or nobody knows.
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        capabilities: Capabilities,
    },
    /// A devlink instance.
    Devlink {
        /// True after a reload failed.
        reload_failed: bool,
        /// Driver, serial numbers, versions.
        info: Box<DeviceInfo>,
        /// Its eswitch, if it has one and the caller may see it.
        eswitch: Option<Eswitch>,
    },
    /// A devlink port.
    Port {
        /// What devlink tells.
        #[serde(flatten)]
        port: Box<Port>,
        /// Its name by the kernel's grammar.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<PortName>,
        /// True if its netdev lies in another network namespace.
        netdev_elsewhere: bool,
    },
    /// A netdev.
    Netdev {
        /// What the kernel tells.
        #[serde(flatten)]
        link: Box<Link>,
        /// Its name on the switch by its devlink port, or else by the driver; none for text outside the grammar.
        #[serde(skip_serializing_if = "Option::is_none")]
        port: Option<PortName>,
    },
    /// An RDMA device.
    Rdma {
        /// What the device tree tells.
        #[serde(flatten)]
        device: Box<RdmaDevice>,
    },
    /// A switch.
    Switch,
    /// A NUMA node.
    Numa,
}

/// A node with what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// What it stands for.
    pub id: NodeId,
    /// What is known of it.
    #[serde(flatten)]
    pub facts: Facts,
}

/// How one node belongs to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// A virtual function, to its physical function; numbered.
    VirtualOf,
    /// A sub-function, to the function that it is a part of; numbered.
    SubOf,
    /// A device that a driver made, to the function that it was made of.
    ChildOf,
    /// A function, to the NUMA node that it is near to.
    Near,
    /// A devlink instance, to the function that it stands on.
    Manages,
    /// A devlink instance, to the one that made its function.
    NestedIn,
    /// A devlink port, to its instance; numbered.
    PortOf,
    /// A netdev, to the function that it stands on; of a representor that is the function that owns the switch.
    StandsOn,
    /// A netdev, to its devlink port.
    OnPort,
    /// A port or netdev, to the function whose end of the switch it is.
    Represents,
    /// A netdev, to its switch.
    InSwitch,
    /// An RDMA device, to its function.
    RdmaOf,
    /// An RDMA device, to the netdev of one of its ports; numbered.
    RdmaOver,
    /// An RDMA sub-device, to the device that it is a part of.
    RdmaPartOf,
    /// A netdev, to the bond, bridge or other link that it is a port of.
    EnslavedTo,
    /// A netdev, to the one that it stands on.
    Above,
}

/// A tie between two nodes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Edge {
    /// What belongs.
    pub from: NodeId,
    /// Where it belongs.
    pub to: NodeId,
    /// How.
    pub kind: EdgeKind,
    /// The number of the VF, sub-function or port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// True if no one tells it and it follows from numbers that agree.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
}

/// Everything that was found on a host.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Graph {
    /// The host's address.
    pub host: String,
    /// The kernel's release, if it is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel: Option<String>,
    /// What is there, in the order of [`NodeId`].
    pub nodes: Vec<Node>,
    /// How it belongs together, in order.
    pub edges: Vec<Edge>,
    /// What is there and could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<Unreadable>,
}

impl Graph {
    /// Reads a host. Whatever it has no way to tell is absent.
    ///
    /// # Errors
    /// Those of reading links; other failures are noted in [`Graph::unreadable`].
    pub fn read(host: &Host) -> Result<Self> {
        build::read(host)
    }

    /// One node.
    #[must_use]
    pub fn node(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.binary_search_by(|node| node.id.cmp(id)).ok().map(|at| &self.nodes[at])
    }

    /// The nodes that belong to one in this way, with the numbers of their ties.
    pub fn incoming<'a, 'b>(
        &'a self,
        to: &'b NodeId,
        kind: EdgeKind,
    ) -> impl Iterator<Item = (&'a Node, Option<u32>)> + use<'a, 'b> {
        let ties = self.edges.iter().filter(move |edge| edge.kind == kind && edge.to == *to);
        ties.filter_map(|edge| Some((self.node(&edge.from)?, edge.number)))
    }

    /// The nodes that one belongs to in this way.
    pub fn outgoing<'a, 'b>(
        &'a self,
        from: &'b NodeId,
        kind: EdgeKind,
    ) -> impl Iterator<Item = &'a Node> + use<'a, 'b> {
        let ties = self.edges.iter().filter(move |edge| edge.kind == kind && edge.from == *from);
        ties.filter_map(|edge| self.node(&edge.to))
    }

    /// The functions in their order.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.nodes.iter().filter_map(|node| match &node.facts {
            Facts::Function { function, .. } => Some(&**function),
            _ => None,
        })
    }

    /// The netdevs in the order of their numbers, those of other network namespaces behind the host's own.
    pub fn netdevs(&self) -> impl Iterator<Item = (&Link, Option<PortName>)> {
        self.nodes.iter().filter_map(|node| match &node.facts {
            Facts::Netdev { link, port } => Some((&**link, *port)),
            _ => None,
        })
    }

    /// What belongs to these functions: they themselves, what stands on them, their VFs and sub-functions with
    /// theirs, representors and switches; and the ties among all that.
    #[must_use]
    pub fn around(&self, functions: &[DevlinkHandle]) -> Self {
        let mut inside: BTreeSet<&NodeId> = BTreeSet::new();
        for node in &self.nodes {
            if let NodeId::Function(handle) | NodeId::Devlink(handle) = &node.id
                && functions.contains(handle)
            {
                inside.insert(&node.id);
            }
        }
        // Ties that lead from a part to what it is a part of are followed against their direction...
        loop {
            let before = inside.len();
            for edge in &self.edges {
                let part = !matches!(edge.kind, EdgeKind::Near | EdgeKind::InSwitch | EdgeKind::EnslavedTo);
                if part && inside.contains(&edge.to) {
                    inside.insert(&edge.from);
                }
            }
            if inside.len() == before {
                break;
            }
        }
        // ...and what they stand on, are near to or ports of is there too, for itself.
        let more: Vec<&NodeId> =
            self.edges.iter().filter(|edge| inside.contains(&edge.from)).map(|edge| &edge.to).collect();
        inside.extend(more);
        let nodes = self.nodes.iter().filter(|node| inside.contains(&node.id)).cloned().collect();
        let within = |edge: &&Edge| inside.contains(&edge.from) && inside.contains(&edge.to);
        let edges = self.edges.iter().filter(within).cloned().collect();
        Self {
            host: self.host.clone(),
            kernel: self.kernel.clone(),
            nodes,
            edges,
            unreadable: self.unreadable.clone(),
        }
    }
}
