//! The inventory as a tree for people.

use std::collections::BTreeSet;
use std::fmt::Write;

use smartnic::device::{Function, FunctionRole, Link, PortName, RdmaDevice, VersionKind};
use smartnic::inventory::{EdgeKind, Facts, Graph, Node, NodeId};

use super::{name, state};
use crate::print::fold::{Branch, Word, draw, fold};
use crate::print::{Paint, Style};

/// Other links than those of NICs are counted beyond this number.
const OTHERS_SHOWN: usize = 8;

/// The whole graph as a tree.
pub(crate) fn tree(graph: &Graph, all: bool, ascii: bool, paint: Paint) -> String {
    let mut root = Branch::new(vec![Word::fixed(match &graph.kernel {
        Some(kernel) => format!("{} kernel {kernel}", graph.host),
        None => graph.host.clone(),
    })]);
    let mut drawn = Drawn { graph, netdevs: BTreeSet::new(), rdma: BTreeSet::new() };
    // Representors belong to functions that may come later in the order.
    let roots: Vec<&Function> = graph
        .functions()
        .filter(|function| {
            function.role.parent().is_none_or(|of| graph.node(&NodeId::Function(of.clone())).is_none())
        })
        .collect();
    for function in roots {
        root.children.push(drawn.function(function));
    }
    drawn.masters(&mut root);
    drawn.others(&mut root);
    if root.children.is_empty() {
        root.children.push(Branch::new(vec![Word::fixed("no NICs")]));
    }
    if !all {
        fold(&mut root);
    }
    draw(&root, ascii, paint)
}

struct Drawn<'a> {
    graph: &'a Graph,
    netdevs: BTreeSet<NodeId>,
    rdma: BTreeSet<String>,
}

impl<'a> Drawn<'a> {
    fn function(&mut self, function: &'a Function) -> Branch {
        let graph = self.graph;
        let id = NodeId::Function(function.handle.clone());
        let mut branch = Branch::new(vec![Word::varying(function.handle.to_string()).style(Style::Bold)]);
        branch.words.push(match &function.driver {
            Some(driver) => Word::fixed(driver),
            None => Word::fixed("no driver").style(Style::Yellow),
        });
        branch.words.extend(function.pci.map(|pci| Word::fixed(pci.to_string())));
        branch.words.extend(function.numa_node.map(|node| Word::fixed(format!("numa {node}"))));
        if let Some(link) = &function.pci_link {
            let speed = link.speed.trim_end_matches(" PCIe");
            let below = link.max_width.is_some_and(|most| most > link.width)
                || link.max_speed.as_ref().is_some_and(|most| *most != link.speed);
            let word = Word::fixed(format!("{speed} x{}", link.width));
            branch.words.push(if below { word.style(Style::Yellow) } else { word });
        }
        if let FunctionRole::Virtual { of, .. } | FunctionRole::Sub { of, .. } = &function.role {
            branch.words.push(Word::fixed(format!("of {of}, which is not here")));
        }
        for (node, _) in graph.incoming(&id, EdgeKind::Manages) {
            branch.children.push(self.devlink(node, &id));
        }
        let (own, representors): (Vec<_>, Vec<_>) = graph
            .incoming(&id, EdgeKind::StandsOn)
            .filter_map(|(node, _)| netdev(node))
            .partition(|(_, port)| port.is_none_or(|port| !port.is_representor()));
        for (link, port) in own {
            branch.children.push(self.netdev("netdev", link, port));
        }
        for (node, _) in graph.incoming(&id, EdgeKind::RdmaOf) {
            if let Facts::Rdma { device } = &node.facts {
                branch.children.extend(self.rdma(device));
            }
        }
        // A PF that is represented here on its own host, as nfp has it.
        for (link, port) in self.representing(&id) {
            branch.children.push(self.netdev("representor", link, port));
        }
        for (label, kind) in
            [("vf", EdgeKind::VirtualOf), ("sf", EdgeKind::SubOf), ("child", EdgeKind::ChildOf)]
        {
            let mut parts: Vec<(&Node, Option<u32>)> = graph.incoming(&id, kind).collect();
            parts.sort_by_key(|(_, number)| *number);
            for (node, number) in parts {
                if let Facts::Function { function, .. } = &node.facts {
                    branch.children.push(self.part(label, number, function));
                }
            }
        }
        // Whom these stand for is not on this host, or has no device.
        for (link, port) in representors {
            if !self.netdevs.contains(&NodeId::of_link(link)) {
                branch.children.push(self.netdev("representor", link, port));
            }
        }
        self.lonely_ports(&id, &mut branch);
        branch
    }

    /// Ports whose netdev is not here.
    fn lonely_ports(&mut self, id: &NodeId, branch: &mut Branch) {
        let graph = self.graph;
        for (device, _) in graph.incoming(id, EdgeKind::Manages) {
            for (node, _) in graph.incoming(&device.id, EdgeKind::PortOf) {
                let Facts::Port { port, name, netdev_elsewhere } = &node.facts else { continue };
                if graph.incoming(&node.id, EdgeKind::OnPort).next().is_some() {
                    continue;
                }
                let what = match name {
                    Some(name) => name.to_string(),
                    None => port.flavour.to_string(),
                };
                let mut words =
                    vec![Word::label("port"), Word::numbered(port.handle.index.0), Word::varying(what)];
                words.push(match netdev_elsewhere {
                    true => Word::fixed("its netdev is in another network namespace").style(Style::Yellow),
                    false => Word::fixed("no netdev"),
                });
                branch.children.push(Branch::new(words));
            }
        }
    }

    fn devlink(&self, node: &Node, function: &NodeId) -> Branch {
        let mut words = vec![Word::label("devlink")];
        if let Facts::Devlink { reload_failed, info, eswitch } = &node.facts {
            if let Some(mode) = eswitch.and_then(|eswitch| eswitch.mode) {
                words.push(Word::fixed(mode.to_string()));
            }
            let switches: BTreeSet<&NodeId> = self
                .graph
                .incoming(function, EdgeKind::StandsOn)
                .flat_map(|(link, _)| self.graph.outgoing(&link.id, EdgeKind::InSwitch))
                .map(|switch| &switch.id)
                .collect();
            words.extend(
                switches.into_iter().map(|id| Word::fixed(format!("switch {}", name(self.graph, id)))),
            );
            let running = info.versions.iter().filter(|version| version.kind == VersionKind::Running);
            let firmware = running.clone().find(|version| version.name == "fw.version");
            let firmware =
                firmware.or_else(|| running.clone().find(|version| version.name.starts_with("fw")));
            words.extend(firmware.map(|version| Word::fixed(format!("firmware {}", version.value))));
            words.extend(info.serial.as_ref().map(|serial| Word::varying(format!("serial {serial}"))));
            if *reload_failed {
                words.push(Word::fixed("a reload failed").style(Style::Red));
            }
        }
        Branch::new(words)
    }

    fn netdev(&mut self, label: &str, link: &Link, port: Option<PortName>) -> Branch {
        Branch::new(self.netdev_words(label, link, port))
    }

    fn netdev_words(&mut self, label: &str, link: &Link, port: Option<PortName>) -> Vec<Word> {
        self.netdevs.insert(NodeId::of_link(link));
        let mut words = vec![Word::label(label), Word::varying(&link.name)];
        if let Some(netns) = &link.netns {
            words.extend([Word::label("netns"), Word::fixed(netns).style(Style::Yellow)]);
        }
        match port {
            Some(port) => words.push(Word::varying(port.to_string())),
            None => words.extend(link.port_name.as_ref().map(Word::varying)),
        }
        words.extend(
            link.dev_port.filter(|port| *port != 0).map(|port| Word::fixed(format!("dev_port {port}"))),
        );
        words.push(Word::fixed(state(link)).style(match (link.up, link.carrier) {
            (true, true) => Style::Green,
            (true, false) => Style::Yellow,
            _ => Style::Plain,
        }));
        if let Some(master) = link.master {
            let master = NodeId::Netdev { netns: link.netns.clone(), ifindex: master };
            let master = match self.graph.node(&master).and_then(netdev) {
                Some((master, _)) => master.name.clone(),
                None => name(self.graph, &master),
            };
            words.push(Word::fixed(format!("in {master}")));
        }
        words
    }

    fn rdma(&mut self, device: &'a RdmaDevice) -> Vec<Branch> {
        self.rdma.insert(device.name.clone());
        let mut branches: Vec<Branch> = Vec::new();
        for port in &device.ports {
            let mut words =
                vec![Word::label("rdma"), Word::varying(format!("{}/{}", device.name, port.number))];
            words.extend(port.state.as_ref().map(|state| {
                Word::fixed(state).style(if state == "ACTIVE" { Style::Green } else { Style::Plain })
            }));
            words.extend(port.link_layer.as_ref().map(Word::fixed));
            let over = self.over(device, port.number);
            if !over.is_empty() {
                words.push(Word::label("over"));
                words.push(Word::varying(over.join(", ")));
            }
            branches.push(Branch::new(words));
        }
        if branches.is_empty() {
            branches.push(Branch::new(vec![Word::label("rdma"), Word::varying(&device.name)]));
        }
        if let (Some(firmware), Some(first)) = (&device.firmware, branches.first_mut()) {
            first.words.push(Word::fixed(format!("firmware {firmware}")));
        }
        branches
    }

    fn over(&self, device: &RdmaDevice, port: u32) -> Vec<String> {
        let from = NodeId::Rdma(device.name.clone());
        let ties =
            self.graph.edges.iter().filter(|edge| {
                edge.kind == EdgeKind::RdmaOver && edge.from == from && edge.number == Some(port)
            });
        ties.map(|edge| name(self.graph, &edge.to)).collect()
    }

    fn representing(&self, id: &NodeId) -> Vec<(&'a Link, Option<PortName>)> {
        self.graph.incoming(id, EdgeKind::Represents).filter_map(|(node, _)| netdev(node)).collect()
    }

    /// A VF, sub-function or child in one line, with what is on it and who represents it.
    fn part(&mut self, label: &str, number: Option<u32>, function: &'a Function) -> Branch {
        let graph = self.graph;
        let id = NodeId::Function(function.handle.clone());
        let mut words = vec![Word::label(label)];
        words.extend(number.map(Word::numbered));
        // VFs are on the bus of their PF.
        words.push(Word::varying(match label {
            "child" => function.handle.to_string(),
            _ => function.handle.device.clone(),
        }));
        words.push(match &function.driver {
            Some(driver) => Word::fixed(driver),
            None => Word::fixed("no driver").style(Style::Yellow),
        });
        for (link, port) in graph.incoming(&id, EdgeKind::StandsOn).filter_map(|(node, _)| netdev(node)) {
            words.extend(self.netdev_words("netdev", link, port));
        }
        for (node, _) in graph.incoming(&id, EdgeKind::RdmaOf) {
            if let Facts::Rdma { device } = &node.facts {
                self.rdma.insert(device.name.clone());
                words.push(Word::label("rdma"));
                words.push(Word::varying(&device.name));
            }
        }
        for (link, port) in self.representing(&id) {
            words.extend(self.netdev_words("representor", link, port));
        }
        let mut branch = Branch::new(words);
        for kind in [EdgeKind::VirtualOf, EdgeKind::SubOf, EdgeKind::ChildOf] {
            for (node, number) in graph.incoming(&id, kind) {
                if let Facts::Function { function, .. } = &node.facts {
                    let label = if kind == EdgeKind::SubOf { "sf" } else { "child" };
                    branch.children.push(self.part(label, number, function));
                }
            }
        }
        branch
    }

    /// Bonds, bridges and other links that have ports.
    fn masters(&mut self, root: &mut Branch) {
        let graph = self.graph;
        for (link, port) in graph.netdevs() {
            let id = NodeId::of_link(link);
            let ports: Vec<String> =
                graph.incoming(&id, EdgeKind::EnslavedTo).map(|(node, _)| name(graph, &node.id)).collect();
            if ports.is_empty() || self.netdevs.contains(&id) {
                continue;
            }
            let mut branch = self.netdev(link.kind.as_deref().unwrap_or("netdev"), link, port);
            branch.words.push(Word::label("of"));
            branch.words.push(Word::varying(ports.join(", ")));
            root.children.push(branch);
        }
    }

    /// What belongs to no NIC, in one line.
    fn others(&mut self, root: &mut Branch) {
        let graph = self.graph;
        let loose: Vec<&Node> = graph
            .nodes
            .iter()
            .filter(|node| matches!(&node.id, NodeId::Rdma(name) if !self.rdma.contains(name)))
            .collect();
        for node in loose {
            if let Facts::Rdma { device } = &node.facts {
                root.children.extend(self.rdma(device));
            }
        }
        let strangers = graph
            .netdevs()
            .filter(|(link, _)| !self.netdevs.contains(&NodeId::of_link(link)))
            .collect::<Vec<_>>();
        // Those that say a port's name are of a switch whose owner is not known.
        for (link, port) in strangers.iter().filter(|(link, _)| link.switch_id.is_some()) {
            root.children.push(self.netdev("netdev", link, *port));
        }
        let rest: Vec<String> = strangers
            .iter()
            .filter(|(link, _)| link.switch_id.is_none())
            .map(|(link, _)| link.label())
            .collect();
        if !rest.is_empty() {
            let mut text = rest[..rest.len().min(OTHERS_SHOWN)].join(", ");
            if rest.len() > OTHERS_SHOWN {
                let _ = write!(text, " and {} more", rest.len() - OTHERS_SHOWN);
            }
            root.children.push(Branch::new(vec![Word::label("other netdevs"), Word::varying(text)]));
        }
    }
}

fn netdev(node: &Node) -> Option<(&Link, Option<PortName>)> {
    match &node.facts {
        Facts::Netdev { link, port } => Some((link, *port)),
        _ => None,
    }
}
