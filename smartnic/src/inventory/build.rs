//! The making of a graph out of what devlink, netlink and files tell.

use std::collections::{BTreeMap, BTreeSet};

use smartnic_core::adapter::{self, DeviceIdentity, Feature, Support};
use smartnic_core::device::{
    Function, FunctionRole, Hardware, Link, NestedDevlink, NetnsNumber, Port, PortFlavour, PortName,
    RdmaDevice, Unreadable,
};
use smartnic_core::types::{DevlinkHandle, PciAddress, PortHandle};

use super::elsewhere::{beside, lower_of, of_devices};
use super::graph::{Capabilities, Edge, EdgeKind, Facts, Graph, Node, NodeId};
use super::rdma;
use crate::{ErrorKind, Host, Result};

pub(super) fn read(host: &Host) -> Result<Graph> {
    let mut notes = Vec::new();
    let mut told = |what: &str, error: crate::Error| {
        // What a host has no way to tell, or the caller no right to see, is absent.
        if !matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::NotFound | ErrorKind::PermissionDenied)
        {
            notes.push(Unreadable { path: what.to_owned(), reason: error.to_string() });
        }
    };
    let tree = match host.hardware().and_then(|hardware| hardware.tree()) {
        Ok(tree) => tree,
        Err(error) => {
            told("device tree", error);
            Hardware::default()
        }
    };
    let mut unreadable = tree.unreadable;
    let mut links = merged(host.switchdev().links()?, &tree.links);
    let mut numbers = Vec::new();
    match host.switchdev().links_elsewhere() {
        Ok(elsewhere) => {
            links.extend(of_devices(elsewhere.links, &links, &elsewhere.numbers));
            unreadable.extend(elsewhere.unreadable);
            numbers = elsewhere.numbers;
        }
        Err(error) => told("links of other network namespaces", error),
    }
    let mut builder = Builder { numbers, ..Builder::new(links) };
    for function in tree.functions {
        builder.functions.insert(function.handle.clone(), function);
    }
    builder.rdma = tree.rdma;
    let asked = host
        .rdma()
        .and_then(|nldev| rdma::ask(nldev, &builder.rdma, &mut |error| told("ports of RDMA devices", error)));
    match asked {
        Ok(asked) => builder.learn_rdma(asked),
        Err(error) => told("RDMA devices", error),
    }
    let devlink = host.devlink();
    match devlink.devices() {
        Ok(devices) => {
            for device in devices {
                let handle = device.handle.clone();
                let info =
                    devlink.info(&handle).map_err(|error| told("devlink info", error)).unwrap_or_default();
                let eswitch = devlink.eswitch(&handle).map_err(|error| told("devlink eswitch", error)).ok();
                let ports = devlink.ports(Some(&handle)).map_err(|error| told("devlink ports", error));
                builder
                    .ports
                    .extend(ports.unwrap_or_default().into_iter().map(|port| (port.handle.clone(), port)));
                builder.nest(&handle, &device.nested);
                let facts =
                    Facts::Devlink { reload_failed: device.reload_failed, info: Box::new(info), eswitch };
                builder.devlinks.insert(handle, facts);
            }
        }
        Err(error) => told("devlink", error),
    }
    let kernel = host.backend().kernel_release().ok();
    let unreadable = unreadable.into_iter().chain(notes).collect();
    let (nodes, edges) = builder.finish(host);
    Ok(Graph { host: host.uri().to_owned(), kernel, nodes, edges, unreadable })
}

/// Links as netlink tells them, with what only files tell.
fn merged(mut links: Vec<Link>, files: &[Link]) -> Vec<Link> {
    for link in &mut links {
        let same = |file: &&Link| file.ifindex == link.ifindex && file.name == link.name;
        let Some(file) = files.iter().find(same) else { continue };
        link.dev_port = link.dev_port.or(file.dev_port);
        // Kernels before 5.14 do not say on what a link stands.
        if link.parent_device.is_none() {
            link.parent_bus.clone_from(&file.parent_bus);
            link.parent_device.clone_from(&file.parent_device);
        }
    }
    links
}

struct Builder {
    functions: BTreeMap<DevlinkHandle, Function>,
    devlinks: BTreeMap<DevlinkHandle, Facts>,
    ports: BTreeMap<PortHandle, Port>,
    links: BTreeMap<NodeId, Link>,
    rdma: Vec<RdmaDevice>,
    /// Those of them whose function nobody tells, and which have it from the netdevs of their ports.
    followed: BTreeSet<String>,
    /// By which numbers links say in which namespace their lower link is.
    numbers: Vec<NetnsNumber>,
    edges: BTreeSet<Edge>,
}

impl Builder {
    fn new(links: Vec<Link>) -> Self {
        let links = links.into_iter().map(|link| (NodeId::of_link(&link), link)).collect();
        let (functions, devlinks, ports) = Default::default();
        let (rdma, followed, numbers, edges) = Default::default();
        Self { functions, devlinks, ports, links, rdma, followed, numbers, edges }
    }

    /// Adds what nldev tells of RDMA devices.
    fn learn_rdma(&mut self, told: Vec<rdma::Told>) {
        let here: Vec<&Link> = self.links.values().filter(|link| link.netns.is_none()).collect();
        (self.rdma, self.followed) = rdma::join(std::mem::take(&mut self.rdma), told, &here);
    }

    fn tie(&mut self, from: NodeId, to: NodeId, kind: EdgeKind, number: Option<u32>) {
        self.edges.insert(Edge { from, to, kind, number, inferred: false });
    }

    fn finish(mut self, host: &Host) -> (Vec<Node>, Vec<Edge>) {
        self.complete_functions();
        self.tie_functions();
        self.tie_ports();
        self.tie_links();
        self.tie_rdma();
        let mut nodes: Vec<Node> = Vec::new();
        let mut add = |id: NodeId, facts: Facts| nodes.push(Node { id, facts });
        for (handle, function) in &self.functions {
            let adapter = host.registry().find(&DeviceIdentity {
                driver: function.driver.clone().unwrap_or_default(),
                bus: handle.bus.clone(),
                pci_id: function.pci.map(|pci| (pci.vendor, pci.device)),
            });
            let capabilities = capabilities(adapter.facts());
            let function = Box::new(function.clone());
            add(
                NodeId::Function(handle.clone()),
                Facts::Function { function, adapter: adapter.name(), capabilities },
            );
        }
        let names: BTreeMap<NodeId, Option<PortName>> =
            self.links.iter().map(|(id, link)| (id.clone(), self.name_of(link))).collect();
        for (handle, facts) in self.devlinks {
            add(NodeId::Devlink(handle), facts);
        }
        for (handle, port) in self.ports {
            let (name, netdev_elsewhere) = (port.name(), port.netdev_is_elsewhere());
            add(NodeId::Port(handle), Facts::Port { port: Box::new(port), name, netdev_elsewhere });
        }
        for (id, link) in self.links {
            let port = names.get(&id).copied().flatten();
            add(id, Facts::Netdev { link: Box::new(link), port });
        }
        for device in self.rdma {
            add(NodeId::Rdma(device.name.clone()), Facts::Rdma { device: Box::new(device) });
        }
        for id in self.edges.iter().map(|edge| &edge.to).collect::<BTreeSet<_>>() {
            match id {
                NodeId::Switch(_) => add(id.clone(), Facts::Switch),
                NodeId::Numa(_) => add(id.clone(), Facts::Numa),
                _ => {}
            }
        }
        nodes.sort_by(|one, other| one.id.cmp(&other.id));
        let there = |id: &NodeId| nodes.binary_search_by(|node| node.id.cmp(id)).is_ok();
        let edges = self.edges.into_iter().filter(|edge| there(&edge.from) && there(&edge.to)).collect();
        (nodes, edges)
    }

    /// Adds the functions that only devlink, or only links, tell of.
    fn complete_functions(&mut self) {
        for (handle, facts) in &self.devlinks {
            let Facts::Devlink { info, .. } = facts else { continue };
            let driver = Some(info.driver.clone()).filter(|driver| !driver.is_empty());
            let function =
                self.functions.entry(handle.clone()).or_insert_with(|| Function::new(handle.clone()));
            function.driver = function.driver.take().or(driver);
        }
        for link in self.links.values() {
            if let Some(handle) = parent_of(link) {
                self.functions.entry(handle.clone()).or_insert_with(|| Function::new(handle));
            }
        }
    }

    /// Instances that devlink itself says belong to another; those in other namespaces cannot be seen here.
    fn nest(&mut self, outer: &DevlinkHandle, nested: &[NestedDevlink]) {
        for inner in nested.iter().filter(|inner| inner.netns.is_none()) {
            let (from, to) = (inner.handle.clone(), outer.clone());
            self.tie(NodeId::Devlink(from), NodeId::Devlink(to), EdgeKind::NestedIn, None);
        }
    }

    fn tie_functions(&mut self) {
        let functions: Vec<Function> = self.functions.values().cloned().collect();
        for function in functions {
            let id = NodeId::Function(function.handle.clone());
            let parent = |of: &DevlinkHandle| NodeId::Function(of.clone());
            match &function.role {
                FunctionRole::Physical => {}
                FunctionRole::Virtual { of, vf } => {
                    self.tie(id.clone(), parent(of), EdgeKind::VirtualOf, vf.map(|vf| vf.0));
                }
                FunctionRole::Sub { of, sf } => {
                    self.tie(id.clone(), parent(of), EdgeKind::SubOf, Some(sf.0));
                    let nested = NodeId::Devlink(function.handle.clone());
                    self.tie(nested, NodeId::Devlink(of.clone()), EdgeKind::NestedIn, None);
                }
                FunctionRole::Child { of } => self.tie(id.clone(), parent(of), EdgeKind::ChildOf, None),
            }
            if let Some(node) = function.numa_node {
                self.tie(id.clone(), NodeId::Numa(node), EdgeKind::Near, None);
            }
            self.tie(NodeId::Devlink(function.handle.clone()), id, EdgeKind::Manages, None);
        }
    }

    fn tie_ports(&mut self) {
        let ports: Vec<Port> = self.ports.values().cloned().collect();
        for port in ports {
            let nested = port.function.as_ref().and_then(|function| function.nested.as_ref());
            self.nest(&port.handle.device, nested.map(std::slice::from_ref).unwrap_or_default());
            let id = NodeId::Port(port.handle.clone());
            let instance = NodeId::Devlink(port.handle.device.clone());
            self.tie(id.clone(), instance, EdgeKind::PortOf, Some(port.handle.index.0));
            if port.flavour != PortFlavour::Physical
                && let Some(function) =
                    port.name().and_then(|name| self.function_of(name, &port.handle.device))
            {
                self.tie(id, NodeId::Function(function), EdgeKind::Represents, None);
            }
        }
    }

    fn tie_links(&mut self) {
        let links: Vec<Link> = self.links.values().cloned().collect();
        for link in &links {
            let id = NodeId::of_link(link);
            let parent = parent_of(link);
            if let Some(parent) = &parent {
                self.tie(id.clone(), NodeId::Function(parent.clone()), EdgeKind::StandsOn, None);
            }
            if let Some(port) = &link.devlink_port {
                self.tie(id.clone(), NodeId::Port(port.clone()), EdgeKind::OnPort, None);
            }
            if let Some(switch) = &link.switch_id {
                self.tie(id.clone(), NodeId::Switch(switch.clone()), EdgeKind::InSwitch, None);
            }
            if let Some(master) = link.master {
                self.tie(id.clone(), beside(link, master), EdgeKind::EnslavedTo, None);
            }
            if let Some(lower) = lower_of(link, &self.numbers) {
                self.tie(id.clone(), lower, EdgeKind::Above, None);
            }
            let Some(name) = self.name_of(link).filter(PortName::is_representor) else { continue };
            let owner = link.devlink_port.as_ref().map(|port| port.device.clone()).or(parent);
            let owner = owner.or_else(|| self.owner_by_switch(link, name, &links));
            if let Some(function) = owner.and_then(|owner| self.function_of(name, &owner)) {
                self.tie(id, NodeId::Function(function), EdgeKind::Represents, None);
            }
        }
    }

    /// A link's name on the switch: what its devlink port says counts first, since the driver's own text may be of an
    /// older form.
    fn name_of(&self, link: &Link) -> Option<PortName> {
        let port = link.devlink_port.as_ref().and_then(|port| self.ports.get(port));
        port.filter(|port| port.is_representor()).and_then(Port::name).or_else(|| link.port())
    }

    /// Representors of drivers that tie them to no device (bnxt) are known by the switch that they share with the
    /// link of a physical function.
    fn owner_by_switch(&self, link: &Link, name: PortName, links: &[Link]) -> Option<DevlinkHandle> {
        let switch = link.switch_id.as_ref()?;
        let owners: BTreeSet<DevlinkHandle> = links
            .iter()
            .filter(|other| other.switch_id.as_ref() == Some(switch))
            .filter(|other| self.name_of(other).is_none_or(|name| !name.is_representor()))
            .filter_map(parent_of)
            .collect();
        let numbered = |owner: &&DevlinkHandle| {
            owner.pci().is_some_and(|address| Some(u32::from(address.function)) == pf_of(name))
        };
        let only = if owners.len() == 1 { owners.first() } else { None };
        owners.iter().find(numbered).or(only).cloned()
    }

    /// The function that a name on the switch stands for, if it is on this host. `owner` is the function that the
    /// switch belongs to.
    fn function_of(&self, name: PortName, owner: &DevlinkHandle) -> Option<DevlinkHandle> {
        // Another controller is another host.
        if name.controller() != 0 {
            return None;
        }
        let physical = self.physical(pf_of(name)?, owner);
        let found = |test: &dyn Fn(&FunctionRole) -> bool| {
            self.functions
                .values()
                .find(|function| test(&function.role))
                .map(|function| function.handle.clone())
        };
        match name {
            PortName::Pf { .. } => Some(physical),
            PortName::Vf { vf, .. } => {
                found(&|role| *role == FunctionRole::Virtual { of: physical.clone(), vf: Some(vf) })
            }
            PortName::Sf { sf, .. } => found(&|role| *role == FunctionRole::Sub { of: physical.clone(), sf }),
            _ => None,
        }
    }

    /// The physical function of a number: the one with that number on the owner's card, or else the owner itself.
    fn physical(&self, number: u32, owner: &DevlinkHandle) -> DevlinkHandle {
        let beside = owner
            .pci()
            .zip(u8::try_from(number).ok())
            .map(|(address, function)| DevlinkHandle::from(PciAddress { function, ..address }));
        let is_physical = |handle: &DevlinkHandle| {
            self.functions.get(handle).is_some_and(|function| function.role == FunctionRole::Physical)
        };
        beside.filter(is_physical).unwrap_or_else(|| owner.clone())
    }

    fn tie_rdma(&mut self) {
        for device in self.rdma.clone() {
            let id = NodeId::Rdma(device.name.clone());
            if let Some(function) = &device.function {
                let (from, to) = (id.clone(), NodeId::Function(function.clone()));
                let inferred = self.followed.contains(&device.name);
                self.edges.insert(Edge { from, to, kind: EdgeKind::RdmaOf, number: None, inferred });
            }
            if let Some(whole) = &device.sub_device_of {
                self.tie(id.clone(), NodeId::Rdma(whole.clone()), EdgeKind::RdmaPartOf, None);
            }
            // A name that files tell is one of the namespace that they are of.
            let named = |name: &str| {
                let found = self.links.iter().find(|(_, link)| link.netns.is_none() && link.name == name);
                found.map(|(id, _)| id.clone())
            };
            let mut over: Vec<(NodeId, u32, bool)> = Vec::new();
            if let Some(netdev) = device.parent_netdev.as_deref().and_then(named) {
                over.push((netdev, 1, false));
            }
            for port in &device.ports {
                let mut told: Vec<NodeId> = port.netdevs.iter().filter_map(|name| named(name)).collect();
                told.extend(port.netdev_index.map(NodeId::netdev));
                over.extend(told.iter().map(|netdev| (netdev.clone(), port.number, false)));
                // Without nldev, a port without GIDs tells no netdev; that of the same function with the same place is it.
                let infiniband = port.link_layer.as_deref() == Some("InfiniBand");
                if let (true, false, Some(function)) = (told.is_empty(), infiniband, &device.function) {
                    let fits = |link: &&Link| {
                        parent_of(link).as_ref() == Some(function)
                            && link.dev_port.unwrap_or(0) + 1 == port.number
                            && self.name_of(link).is_none_or(|name| !name.is_representor())
                    };
                    let fitting: Vec<&Link> = self.links.values().filter(fits).collect();
                    if let [only] = fitting[..] {
                        over.push((NodeId::of_link(only), port.number, true));
                    }
                }
            }
            for (to, port, inferred) in over {
                let from = id.clone();
                self.edges.insert(Edge { from, to, kind: EdgeKind::RdmaOver, number: Some(port), inferred });
            }
        }
    }
}

fn capabilities(facts: &adapter::Facts) -> Capabilities {
    let there = |feature: &Feature| match facts.support(*feature) {
        Support::Supported => Some((feature.name(), "supported")),
        Support::Limited(_) => Some((feature.name(), "limited")),
        Support::Absent(_) | Support::Unknown => None,
    };
    Feature::ALL.iter().filter_map(there).collect()
}

pub(super) fn parent_of(link: &Link) -> Option<DevlinkHandle> {
    let told = link.parent_bus.as_ref().zip(link.parent_device.as_ref());
    told.map(|(bus, device)| DevlinkHandle::new(bus, device))
        .or_else(|| link.devlink_port.as_ref().map(|port| port.device.clone()))
}

fn pf_of(name: PortName) -> Option<u32> {
    match name {
        PortName::Pf { pf, .. } | PortName::Vf { pf, .. } | PortName::Sf { pf, .. } => Some(pf),
        PortName::Physical { .. } | PortName::Vnic { .. } => None,
    }
}
