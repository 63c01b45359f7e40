//! `snicctl topology`: what is there and how it belongs together.

use std::collections::BTreeSet;

use smartnic::inventory::{Change, Facts, Graph, NodeId, Watch};
use smartnic::types::DevlinkHandle;
use smartnic::{Error, ErrorKind};

use crate::cmd::watching::Limits;
use crate::print::Format;
use crate::print::topology::{describe, dot, edge_line, tree};
use crate::session::{Ending, Outcome, Session};

/// Draw what is there: functions, VFs, sub-functions, ports, representors, netdevs, RDMA devices
///
/// Functions are drawn with what stands on them; things that are alike and follow each other share a line, unless --all
/// is given. With -o json or -o yaml, nodes and the ties between them are printed; with -o dot, a graph for Graphviz.
///
/// Works on a copy of another machine's /sys, too: --host linux:sysfs=DIR.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    snicctl topology\n  \
    snicctl topology pci/0000:03:00.0 --all\n  \
    snicctl topology --watch\n  \
    snicctl -o dot topology | dot -Tsvg > nics.svg\n  \
    snicctl --host linux:sysfs=/tmp/captured topology")]
pub(crate) struct Args {
    /// Only these devices with what belongs to them: handles, PCI addresses, or names of netdevs or RDMA devices
    devices: Vec<String>,
    /// Give everything a line of its own
    #[arg(long)]
    all: bool,
    /// Draw with ASCII characters only
    #[arg(long)]
    ascii: bool,
    /// Print changes as they happen, until stopped
    #[arg(long)]
    watch: bool,
    /// With --watch: end after so many seconds
    #[arg(long, value_name = "SECONDS", requires = "watch")]
    timeout: Option<u64>,
    /// With --watch: end after so many changes
    #[arg(long, value_name = "N", requires = "watch")]
    count: Option<u64>,
}

pub(crate) fn run(args: &Args, session: &mut Session) -> Outcome {
    if session.format() == Format::Tc {
        session.no_tc()?;
    }
    if args.watch {
        return watch(args, session);
    }
    let graph = session.host()?.graph()?;
    let graph = match args.devices.is_empty() {
        true => graph,
        false => graph.around(&wanted(&graph, &args.devices)?),
    };
    match session.format() {
        Format::Table | Format::Tc => {
            let ascii = args.ascii || !speaks_utf8();
            let paint = session.paint();
            write!(session.out(), "{}", tree(&graph, args.all, ascii, paint))?;
        }
        Format::Dot => write!(session.out(), "{}", dot(&graph))?,
        Format::Json | Format::Yaml => session.data(&graph)?,
    }
    if !graph.unreadable.is_empty() && session.format() == Format::Table {
        let first = &graph.unreadable[0];
        session.warn(format_args!(
            "{} could not be read, such as {}: {}",
            match graph.unreadable.len() {
                1 => "1 place".to_owned(),
                count => format!("{count} places"),
            },
            first.path,
            first.reason
        ));
    }
    Ok(Ending::Done)
}

/// The functions that are named. What stands on a function stands for it.
fn wanted(graph: &Graph, names: &[String]) -> Result<Vec<DevlinkHandle>, Error> {
    let mut wanted = BTreeSet::new();
    for name in names {
        let handle = name.parse::<DevlinkHandle>().ok();
        let mut found = BTreeSet::new();
        for node in &graph.nodes {
            let this = match &node.id {
                NodeId::Function(known) | NodeId::Devlink(known) => Some(known) == handle.as_ref(),
                // A link elsewhere goes by its name alone, too.
                id => {
                    let plain = match &node.facts {
                        Facts::Netdev { link, .. } => link.name == *name,
                        _ => false,
                    };
                    plain || crate::print::topology::name(graph, id) == *name
                }
            };
            if this {
                found.extend(owners(graph, &node.id));
            }
        }
        if found.is_empty() {
            let known: Vec<String> = graph.functions().map(|function| function.handle.to_string()).collect();
            let error = Error::new(ErrorKind::NotFound, "find a device")
                .on(name)
                .reason("there is none of this name");
            return Err(match known.is_empty() {
                true => error.hint("this host has no NIC at all"),
                false => error.hint(format!("this host has: {}", known.join(", "))),
            });
        }
        wanted.extend(found);
    }
    Ok(wanted.into_iter().collect())
}

/// The functions that something is of.
fn owners(graph: &Graph, id: &NodeId) -> Vec<DevlinkHandle> {
    use smartnic::inventory::EdgeKind::{OnPort, PortOf, RdmaOf, StandsOn};
    match id {
        NodeId::Function(handle) | NodeId::Devlink(handle) => vec![handle.clone()],
        id => [StandsOn, RdmaOf, OnPort, PortOf]
            .into_iter()
            .flat_map(|kind| graph.outgoing(id, kind))
            .flat_map(|node| owners(graph, &node.id))
            .collect(),
    }
}

/// True unless the locale says that the terminal takes other characters than UTF-8's.
fn speaks_utf8() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
    locale.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

fn watch(args: &Args, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let mut watch = Watch::new(&host)?;
    let wanted = match args.devices.is_empty() {
        true => None,
        false => Some(wanted(watch.graph(), &args.devices)?),
    };
    let limits = Limits { count: args.count, timeout: args.timeout };
    limits.watch(session, &mut watch, Watch::wait, |session, watch, change| {
        if let Some(wanted) = &wanted
            && !concerns(watch.graph(), &change, wanted)
        {
            return Ok(false);
        }
        match session.format() {
            Format::Json | Format::Yaml => {
                let object = serde_json::to_string(&change).map_err(std::io::Error::from)?;
                writeln!(session.out(), "{object}")?;
            }
            _ => match line(watch.graph(), &change) {
                Some(line) => writeln!(session.out(), "{line}")?,
                None => return Ok(false),
            },
        }
        Ok(true)
    })
}

/// True if a change is about one of these functions, as far as what is there now tells.
fn concerns(graph: &Graph, change: &Change, wanted: &[DevlinkHandle]) -> bool {
    let around = graph.around(wanted);
    let about = |id: &NodeId| match id {
        NodeId::Function(handle) | NodeId::Devlink(handle) => wanted.contains(handle),
        NodeId::Port(port) => wanted.contains(&port.device),
        id => around.node(id).is_some(),
    };
    match change {
        Change::Parted { edge } | Change::Joined { edge } => about(&edge.from) || about(&edge.to),
        // What is gone is tied to nothing any more.
        Change::Gone { node } => {
            about(&node.id) || matches!(node.id, NodeId::Netdev { .. } | NodeId::Rdma(_))
        }
        Change::Appeared { node }
        | Change::Changed { after: node, .. }
        | Change::Moved { after: node, .. } => about(&node.id),
    }
}

fn line(graph: &Graph, change: &Change) -> Option<String> {
    Some(match change {
        Change::Appeared { node } => format!("+ {}", describe(node)),
        Change::Gone { node } => format!("- {}", describe(node)),
        // Its number is the kernel's business, unless it is what changed.
        Change::Changed { before, after } | Change::Moved { before, after } => {
            let told = |node| serde_json::to_value(node).unwrap_or_default();
            let (before, now) = (told(before), told(after));
            let keys: BTreeSet<&String> = [&before, &now]
                .into_iter()
                .filter_map(|value| value.as_object())
                .flat_map(|map| map.keys())
                .collect();
            let parts: Vec<String> = keys
                .into_iter()
                .filter(|key| *key != "id" && before.get(key) != now.get(key))
                .map(|key| {
                    let shown = |value: Option<&serde_json::Value>| match value {
                        None | Some(serde_json::Value::Null) => "-".to_owned(),
                        Some(serde_json::Value::String(text)) => text.clone(),
                        Some(value) => value.to_string(),
                    };
                    format!("{key} {} -> {}", shown(before.get(key)), shown(now.get(key)))
                })
                .collect();
            format!("~ {}: {}", describe(after), parts.join(", "))
        }
        Change::Joined { edge } => format!("+ {}", edge_line(graph, edge)),
        // That what is gone has no ties any more goes without saying.
        Change::Parted { edge } => {
            graph.node(&edge.from)?;
            graph.node(&edge.to)?;
            format!("- {}", edge_line(graph, edge))
        }
    })
}
