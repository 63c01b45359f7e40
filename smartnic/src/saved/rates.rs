use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use smartnic_core::device::{
    NewParent, Port, PortFlavour, RATE_TCS, Rate, RateChange, RateKind, RateName, RateParent,
};
use smartnic_core::types::{DevlinkHandle, SfNumber, VfId};

use super::export::or_none;
use crate::{Error, ErrorKind, Host, Result};

/// A rate object: the leaf of a VF or sub-function, or a node. It is as said here altogether: what is left out it does
/// not have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateDoc {
    /// The node's name; or one of the next two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The VF whose leaf it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vf: Option<VfId>,
    /// The sub-function whose leaf it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sf: Option<SfNumber>,
    /// The physical function of the VF or sub-function, if the device has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pf: Option<u16>,
    /// What it is to have at least, in bytes a second, as `devlink -j` tells it.
    #[serde(skip_serializing_if = "is_none")]
    pub tx_share: u64,
    /// What it has at most, in bytes a second.
    #[serde(skip_serializing_if = "is_none")]
    pub tx_max: u64,
    /// Its place in strict priority.
    #[serde(skip_serializing_if = "is_none")]
    pub tx_priority: u32,
    /// Its weight.
    #[serde(skip_serializing_if = "is_none")]
    pub tx_weight: u32,
    /// The shares of the traffic classes 0 to 7.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tc_bw: Option<[u32; RATE_TCS]>,
    /// The node above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The device of the node above, if that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_device: Option<DevlinkHandle>,
}

fn is_none<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl fmt::Display for RateDoc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.node, self.vf, self.sf) {
            (Some(node), ..) => write!(f, "node {node}"),
            (_, Some(vf), _) => write!(f, "VF {vf}"),
            (_, _, Some(sf)) => write!(f, "sub-function {sf}"),
            _ => f.write_str("nothing"),
        }
    }
}

impl RateDoc {
    /// An object as it stands in a document; none for leaves of other ports, and of other hosts' functions.
    fn of(rate: &Rate, ports: &[Port]) -> Option<Self> {
        let name = match &rate.name {
            RateName::Node { node, .. } => Self { node: Some(node.clone()), ..Self::default() },
            RateName::Leaf(handle) => {
                let port = ports.iter().find(|port| port.handle == *handle && !port.external)?;
                match port.flavour {
                    PortFlavour::PciVf => Self { vf: Some(port.vf?), ..Self::default() },
                    PortFlavour::PciSf => Self { sf: Some(port.sf?), pf: port.pf, ..Self::default() },
                    _ => return None,
                }
            }
        };
        let parent = rate.parent.as_ref();
        Some(Self {
            tx_share: rate.tx_share,
            tx_max: rate.tx_max,
            tx_priority: rate.tx_priority,
            tx_weight: rate.tx_weight,
            tc_bw: rate.tc_bw.filter(|shares| shares.iter().any(|share| *share != 0)),
            parent: parent.map(|parent| parent.node.clone()),
            parent_device: parent.and_then(|parent| parent.device.clone()),
            ..name
        })
    }

    /// The object of which nothing but its name is said: a leaf that has nothing laid down.
    fn bare(&self) -> Self {
        Self { node: self.node.clone(), vf: self.vf, sf: self.sf, pf: self.pf, ..Self::default() }
    }

    fn is_same(&self, other: &Self) -> bool {
        let pf = self.pf.is_none() || other.pf.is_none() || self.pf == other.pf;
        self.node == other.node && self.vf == other.vf && self.sf == other.sf && pf
    }

    /// What must change on the object to be so.
    fn missing(&self, now: &Self) -> RateChange {
        fn differs<T: PartialEq + Copy>(wanted: T, now: T) -> Option<T> {
            Some(wanted).filter(|wanted| *wanted != now)
        }
        let shares = |doc: &Self| doc.tc_bw.unwrap_or_default();
        let moved = self.parent != now.parent || self.parent_device != now.parent_device;
        RateChange {
            tx_share: differs(self.tx_share, now.tx_share),
            tx_max: differs(self.tx_max, now.tx_max),
            tx_priority: differs(self.tx_priority, now.tx_priority),
            tx_weight: differs(self.tx_weight, now.tx_weight),
            tc_bw: differs(shares(self), shares(now)),
            parent: moved.then(|| match &self.parent {
                None => NewParent::None,
                Some(node) => {
                    NewParent::Node(RateParent { node: node.clone(), device: self.parent_device.clone() })
                }
            }),
        }
    }

    /// What is wrong with it, whatever the device is like.
    fn fault(&self) -> Option<&'static str> {
        let names = [self.node.is_some(), self.vf.is_some(), self.sf.is_some()];
        match names.iter().filter(|named| **named).count() {
            0 => return Some("it names no object: node, vf or sf"),
            1 => {}
            _ => return Some("it names several objects: one of node, vf and sf"),
        }
        if self.node.as_ref().is_some_and(|node| node.bytes().all(|byte| byte.is_ascii_digit())) {
            return Some("the name of a node can be neither empty nor a decimal number");
        }
        (self.parent_device.is_some() && self.parent.is_none())
            .then_some("it names the device of a node above, and no node")
    }
}

/// The rate objects of a device with all that they belong to.
pub(super) struct Rates {
    now: Vec<(RateName, RateDoc)>,
}

/// One request.
#[derive(Debug, Clone, PartialEq)]
enum Order {
    Add(RateName, RateChange),
    Set(RateName, RateChange),
    Remove(RateName),
}

impl Rates {
    /// Reads them; none if the driver has none.
    pub(super) fn read(host: &Host, device: &DevlinkHandle, ports: &[Port]) -> Result<Self> {
        let rates = or_none(host.devlink().rates(Some(device)))?.unwrap_or_default();
        let one = |rate: &Rate| Some((rate.name.clone(), RateDoc::of(rate, ports)?));
        Ok(Self { now: rates.iter().filter_map(one).collect() })
    }

    fn again(host: &Host, device: &DevlinkHandle) -> Result<Self> {
        let ports = or_none(host.devlink().ports(Some(device)))?.unwrap_or_default();
        Self::read(host, device, &ports)
    }

    /// What a document says of them: nodes, and leaves that have something laid down.
    pub(super) fn docs(self) -> Vec<RateDoc> {
        // Nodes stand in the kernel's list the latest first: written down in the order in which they were made.
        let (mut nodes, leaves): (Vec<_>, Vec<_>) =
            self.now.into_iter().partition(|(name, _)| name.kind() == RateKind::Node);
        nodes.reverse();
        nodes
            .into_iter()
            .chain(leaves.into_iter().filter(|(_, doc)| *doc != doc.bare()))
            .map(|(_, doc)| doc)
            .collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.now.is_empty()
    }

    /// The nodes that stand in the way of another eswitch mode and are not in the document.
    pub(super) fn unnamed_nodes(&self, wanted: &[RateDoc]) -> Vec<&str> {
        let nodes = self.now.iter().filter_map(|(_, doc)| Some((doc, doc.node.as_deref()?)));
        nodes
            .filter(|(doc, _)| !wanted.iter().any(|other| other.is_same(doc)))
            .map(|(_, node)| node)
            .collect()
    }

    pub(super) fn has_nodes(&self) -> bool {
        self.now.iter().any(|(_, doc)| doc.node.is_some())
    }

    fn find(&self, wanted: &RateDoc) -> Option<&(RateName, RateDoc)> {
        self.now.iter().find(|(_, doc)| wanted.is_same(doc))
    }

    /// Whether nothing is to be done.
    pub(super) fn are(&self, device: &DevlinkHandle, wanted: &[RateDoc], prune: bool) -> bool {
        self.orders(device, wanted, prune).is_empty()
    }

    /// Why a document's object cannot be: with `anew`, leaves and the driver's own nodes are yet to come.
    pub(super) fn refusals(&self, wanted: &[RateDoc], anew: bool) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut refuse = |doc: &RateDoc, why: String| found.push((format!("rates of {doc}"), why));
        for (at, doc) in wanted.iter().enumerate() {
            if let Some(fault) = doc.fault() {
                refuse(doc, fault.to_owned());
            } else if wanted[..at].iter().any(|other| other.is_same(doc)) {
                refuse(doc, "the object stands there twice".to_owned());
            } else if !anew && doc.node.is_none() && self.find(doc).is_none() {
                refuse(doc, "there is no such function with a rate on this device".to_owned());
            } else if let Some(parent) = doc.parent.as_ref().filter(|_| doc.parent_device.is_none()) {
                let above = RateDoc { node: Some(parent.clone()), ..RateDoc::default() };
                if !anew && self.find(&above).is_none() && !wanted.iter().any(|other| other.is_same(&above)) {
                    refuse(doc, format!("there is no node {parent}, and the document makes none"));
                } else if doc.node.is_some() && circle(doc, wanted) {
                    refuse(doc, "the nodes above it go round in a circle".to_owned());
                }
            }
        }
        found
    }

    fn orders(&self, device: &DevlinkHandle, wanted: &[RateDoc], prune: bool) -> Vec<Order> {
        let is_named = |doc: &RateDoc| wanted.iter().any(|other| other.is_same(doc));
        let mut orders = Vec::new();
        let set = |name: &RateName, doc: &RateDoc, now: &RateDoc| {
            let change = doc.missing(now);
            (change != RateChange::default()).then(|| Order::Set(name.clone(), change))
        };
        let unnamed = || self.now.iter().filter(|(_, doc)| prune && !is_named(doc));
        orders.extend(
            unnamed()
                .filter(|(_, doc)| doc.node.is_none())
                .filter_map(|(name, doc)| set(name, &doc.bare(), doc)),
        );
        for doc in parents_first(wanted) {
            match (self.find(doc), &doc.node) {
                (Some((name, now)), _) => orders.extend(set(name, doc, now)),
                (None, Some(node)) => {
                    let name = RateName::Node { device: device.clone(), node: node.clone() };
                    orders.push(Order::Add(name, doc.missing(&doc.bare())));
                }
                // A leaf that is not there was refused, or is missed when all is read back.
                (None, None) => {}
            }
        }
        let doomed: Vec<RateDoc> =
            unnamed().filter(|(_, doc)| doc.node.is_some()).map(|(_, doc)| doc.clone()).collect();
        let doomed = parents_first(&doomed).into_iter().rev();
        orders.extend(doomed.filter_map(|doc| self.find(doc)).map(|(name, _)| Order::Remove(name.clone())));
        orders
    }
}

/// Brings the rate objects of a device to what a document says; with `prune`, exactly.
pub(super) fn bring(host: &Host, device: &DevlinkHandle, wanted: &[RateDoc], prune: bool) -> Result<()> {
    let rates = Rates::again(host, device)?;
    for doc in wanted.iter().filter(|doc| doc.node.is_none()) {
        if rates.find(doc).is_none() {
            return Err(Error::new(ErrorKind::NotFound, "set a rate")
                .on(device)
                .reason(format!("{doc} has no rate object, although all before was done")));
        }
    }
    carry_out(host, rates.orders(device, wanted, prune))
}

/// Removes all nodes, as no eswitch mode is changed while there are some.
pub(super) fn clear(host: &Host, device: &DevlinkHandle) -> Result<()> {
    let rates = Rates::again(host, device)?;
    carry_out(host, rates.orders(device, &[], true))
}

fn carry_out(host: &Host, orders: Vec<Order>) -> Result<()> {
    for order in orders {
        match order {
            Order::Add(name, change) => host.devlink().add_rate(&name, &change).map(drop)?,
            Order::Set(name, change) => host.devlink().set_rate(&name, &change).map(drop)?,
            Order::Remove(name) => host.devlink().remove_rate(&name).map(drop)?,
        }
    }
    Ok(())
}

/// Nodes before what hangs below them, and before all leaves.
fn parents_first(docs: &[RateDoc]) -> Vec<&RateDoc> {
    let mut sorted: Vec<&RateDoc> = Vec::with_capacity(docs.len());
    let mut made: BTreeSet<&str> = BTreeSet::new();
    let (mut left, leaves): (Vec<&RateDoc>, Vec<&RateDoc>) = docs.iter().partition(|doc| doc.node.is_some());
    let names: BTreeSet<&str> = left.iter().filter_map(|doc| doc.node.as_deref()).collect();
    while !left.is_empty() {
        let waits = |doc: &&RateDoc| {
            doc.parent.as_deref().is_some_and(|parent| names.contains(parent) && !made.contains(parent))
        };
        let (waiting, ready): (Vec<&RateDoc>, Vec<&RateDoc>) = left.into_iter().partition(waits);
        if ready.is_empty() {
            // A circle, which the kernel refuses.
            sorted.extend(waiting);
            break;
        }
        made.extend(ready.iter().filter_map(|doc| doc.node.as_deref()));
        sorted.extend(ready);
        left = waiting;
    }
    sorted.extend(leaves);
    sorted
}

/// Whether a node is above itself.
fn circle(doc: &RateDoc, wanted: &[RateDoc]) -> bool {
    let above = |doc: &&RateDoc| {
        let parent = doc.parent.as_ref()?;
        wanted.iter().find(|other| other.node.as_ref() == Some(parent))
    };
    std::iter::successors(Some(doc), above).skip(1).take(wanted.len()).any(|other| other.node == doc.node)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, parent: Option<&str>) -> RateDoc {
        RateDoc { node: Some(name.into()), parent: parent.map(str::to_owned), ..RateDoc::default() }
    }

    fn rates(docs: &[RateDoc]) -> Rates {
        let device = DevlinkHandle::new("pci", "0000:03:00.0");
        let name = |(at, doc): (u32, &RateDoc)| match &doc.node {
            Some(node) => RateName::Node { device: device.clone(), node: node.clone() },
            None => RateName::Leaf(device.port(at)),
        };
        Rates { now: (0..).zip(docs).map(|one| (name(one), one.1.clone())).collect() }
    }

    #[test]
    fn nodes_are_made_from_the_top_and_removed_from_the_bottom() {
        let device = DevlinkHandle::new("pci", "0000:03:00.0");
        let leaf = |parent: Option<&str>| RateDoc {
            vf: Some(VfId(0)),
            parent: parent.map(str::to_owned),
            ..RateDoc::default()
        };
        let tree = [node("c", Some("b")), leaf(Some("c")), node("b", Some("a")), node("a", None)];
        let told = |orders: Vec<Order>| -> Vec<String> {
            let told = |order: &Order| match order {
                Order::Add(name, _) => format!("add {name}"),
                Order::Set(name, _) => format!("set {name}"),
                Order::Remove(name) => format!("del {name}"),
            };
            orders.iter().map(|order| told(order).replace("pci/0000:03:00.0/", "")).collect()
        };
        let up = rates(&[leaf(None)]).orders(&device, &tree, false);
        assert_eq!(told(up), ["add a", "add b", "add c", "set 0"]);
        let down = rates(&tree).orders(&device, &[], true);
        assert_eq!(told(down), ["set 1", "del c", "del b", "del a"]);
        assert_eq!(rates(&tree).orders(&device, &[], false), []);
        assert_eq!(rates(&tree).orders(&device, &tree, true), []);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let refused = |doc: &[RateDoc], anew| -> Vec<String> {
            rates(&[]).refusals(doc, anew).into_iter().map(|(place, why)| format!("{place}: {why}")).collect()
        };
        let vf = RateDoc { vf: Some(VfId(7)), ..RateDoc::default() };
        assert!(refused(std::slice::from_ref(&vf), false)[0].contains("no such function"));
        assert!(refused(std::slice::from_ref(&vf), true).is_empty());
        assert!(refused(&[vf.clone(), vf], true)[0].contains("twice"));
        assert!(refused(&[RateDoc::default()], true)[0].contains("names no object"));
        assert!(refused(&[node("7", None)], true)[0].contains("decimal"));
        assert!(refused(&[node("a", Some("b"))], false)[0].contains("no node b"));
        assert_eq!(refused(&[node("a", Some("b")), node("b", Some("a"))], false).len(), 2);
    }
}
