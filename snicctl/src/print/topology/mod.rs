//! The inventory drawn: as a tree for people, as a graph for Graphviz, and in single lines.

mod tree;

use std::fmt::Write;

use smartnic::device::Link;
use smartnic::inventory::{Edge, EdgeKind, Facts, Graph, Node, NodeId};

pub(crate) use tree::tree;

/// The name that people know a node by.
pub(crate) fn name(graph: &Graph, id: &NodeId) -> String {
    match id {
        NodeId::Function(handle) | NodeId::Devlink(handle) => handle.to_string(),
        NodeId::Port(handle) => handle.to_string(),
        NodeId::Netdev { ifindex, .. } => match graph.node(id).map(|node| &node.facts) {
            Some(Facts::Netdev { link, .. }) => link.label(),
            _ => format!("ifindex {ifindex}"),
        },
        NodeId::Rdma(name) => name.clone(),
        NodeId::Switch(id) => id.to_string(),
        NodeId::Numa(node) => node.to_string(),
    }
}

/// The kind of a node in one word.
fn kind(id: &NodeId) -> &'static str {
    match id {
        NodeId::Function(_) => "function",
        NodeId::Devlink(_) => "devlink",
        NodeId::Port(_) => "port",
        NodeId::Netdev { .. } => "netdev",
        NodeId::Rdma(_) => "rdma",
        NodeId::Switch(_) => "switch",
        NodeId::Numa(_) => "numa",
    }
}

/// A node in one line.
pub(crate) fn describe(node: &Node) -> String {
    let mut text = match &node.id {
        NodeId::Netdev { ifindex, .. } => match &node.facts {
            Facts::Netdev { link, .. } => format!("netdev {}", link.label()),
            _ => format!("netdev {ifindex}"),
        },
        NodeId::Rdma(name) => format!("rdma {name}"),
        NodeId::Switch(id) => format!("switch {id}"),
        NodeId::Numa(number) => format!("numa {number}"),
        id @ (NodeId::Function(handle) | NodeId::Devlink(handle)) => format!("{} {handle}", kind(id)),
        NodeId::Port(handle) => format!("port {handle}"),
    };
    match &node.facts {
        Facts::Function { function, .. } => {
            let _ = write!(text, " {}", function.driver.as_deref().unwrap_or("no driver"));
        }
        Facts::Devlink { eswitch, .. } => {
            if let Some(mode) = eswitch.and_then(|eswitch| eswitch.mode) {
                let _ = write!(text, " {mode}");
            }
        }
        Facts::Port { port, name, .. } => {
            let _ = write!(text, " {}", port.flavour);
            if let Some(name) = name {
                let _ = write!(text, " {name}");
            }
        }
        Facts::Netdev { link, port } => {
            if let Some(port) = port {
                let _ = write!(text, " {port}");
            }
            let _ = write!(text, " {}", state(link));
        }
        Facts::Rdma { .. } | Facts::Switch | Facts::Numa => {}
    }
    text
}

/// A tie in one line.
pub(crate) fn edge_line(graph: &Graph, edge: &Edge) -> String {
    let of = |id: &NodeId| format!("{} {}", kind(id), name(graph, id));
    let number = edge.number.map(|number| format!(" {number}")).unwrap_or_default();
    format!("{} {}{number} {}", of(&edge.from), words(edge.kind), of(&edge.to))
}

fn words(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::VirtualOf => "is VF of",
        EdgeKind::SubOf => "is SF of",
        EdgeKind::ChildOf => "is made of",
        EdgeKind::Near => "is near",
        EdgeKind::Manages => "manages",
        EdgeKind::NestedIn => "is nested in",
        EdgeKind::PortOf => "is port of",
        EdgeKind::StandsOn => "stands on",
        EdgeKind::OnPort => "is on",
        EdgeKind::Represents => "represents",
        EdgeKind::InSwitch => "is in",
        EdgeKind::RdmaOf => "is of",
        EdgeKind::RdmaOver => "runs over",
        EdgeKind::RdmaPartOf => "is a part of",
        EdgeKind::EnslavedTo => "is a port of",
        EdgeKind::Above => "is above",
    }
}

fn state(link: &Link) -> &'static str {
    match (link.up, link.carrier) {
        (true, true) => "up",
        (true, false) => "no carrier",
        (false, _) => "down",
    }
}

/// The graph in Graphviz's language.
pub(crate) fn dot(graph: &Graph) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut text =
        String::from("digraph nics {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n");
    for node in &graph.nodes {
        let shape = match node.id {
            NodeId::Function(_) => "box3d",
            NodeId::Devlink(_) => "component",
            NodeId::Port(_) => "cds",
            NodeId::Netdev { .. } => "box",
            NodeId::Rdma(_) => "hexagon",
            NodeId::Switch(_) => "diamond",
            NodeId::Numa(_) => "ellipse",
        };
        let label = quoted(&describe(node));
        let _ = writeln!(text, "  {} [shape={shape}, label={label}];", quoted(&node.id.to_string()));
    }
    for edge in &graph.edges {
        let (from, to) = (quoted(&edge.from.to_string()), quoted(&edge.to.to_string()));
        let number = edge.number.map(|number| format!(" {number}")).unwrap_or_default();
        let style = if edge.inferred { ", style=dashed" } else { "" };
        let _ = writeln!(
            text,
            "  {from} -> {to} [label={}{style}];",
            quoted(&format!("{}{number}", words(edge.kind)))
        );
    }
    text.push_str("}\n");
    text
}
