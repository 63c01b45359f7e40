//! Changes of the inventory, as they happen.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use serde::Serialize;
use smartnic_core::backend::Alarm;

use super::elsewhere::moved;
use super::graph::{Edge, Graph, Node, NodeId};
use crate::{Host, Result};

/// So long it must be quiet before the host is read again...
const QUIET: Duration = Duration::from_millis(20);
/// ...but it is read after this time even if it is never quiet.
const PATIENCE: Duration = Duration::from_millis(500);

/// One change of a graph.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A tie is no longer there.
    Parted {
        /// The tie.
        edge: Edge,
    },
    /// Something went away.
    Gone {
        /// What it was.
        node: Node,
    },
    /// Something came.
    Appeared {
        /// What it is.
        node: Node,
    },
    /// Something is known otherwise than before: a name, an address, a mode, a state.
    Changed {
        /// What was known.
        before: Node,
        /// What is known.
        after: Node,
    },
    /// A netdev went to another network namespace, and is known there by another number, or by the same.
    Moved {
        /// What was known.
        before: Node,
        /// What is known.
        after: Node,
    },
    /// A tie came.
    Joined {
        /// The tie.
        edge: Edge,
    },
}

/// The changes between two graphs: first what ended, then what began.
#[must_use]
pub fn changes(before: &Graph, after: &Graph) -> Vec<Change> {
    let nodes = |graph: &Graph| -> BTreeMap<NodeId, Node> {
        graph.nodes.iter().map(|node| (node.id.clone(), node.clone())).collect()
    };
    let (old, new) = (nodes(before), nodes(after));
    let ties = |graph: &Graph| graph.edges.iter().cloned().collect::<BTreeSet<Edge>>();
    let (old_ties, new_ties) = (ties(before), ties(after));
    let parted = old_ties.difference(&new_ties).map(|edge| Change::Parted { edge: edge.clone() });
    let gone: Vec<&Node> = old.iter().filter(|(id, _)| !new.contains_key(id)).map(|(_, node)| node).collect();
    let appeared: Vec<&Node> =
        new.iter().filter(|(id, _)| !old.contains_key(id)).map(|(_, node)| node).collect();
    let moves = moves(&gone, &appeared);
    let stays =
        |node: &&&Node| moves.iter().all(|(before, after)| before.id != node.id && after.id != node.id);
    let changed = new.iter().filter_map(|(id, after)| {
        let before = old.get(id).filter(|before| *before != after)?;
        Some(Change::Changed { before: before.clone(), after: after.clone() })
    });
    let joined = new_ties.difference(&old_ties).map(|edge| Change::Joined { edge: edge.clone() });
    parted
        .chain(gone.iter().filter(stays).map(|node| Change::Gone { node: (*node).clone() }))
        .chain(appeared.iter().filter(stays).map(|node| Change::Appeared { node: (*node).clone() }))
        .chain(changed)
        .chain(
            moves
                .iter()
                .map(|(before, after)| Change::Moved { before: (*before).clone(), after: (*after).clone() }),
        )
        .chain(joined)
        .collect()
}

/// Of what went and what came, the netdevs that only went to another network namespace. Where two could be meant, neither is.
fn moves<'a>(gone: &[&'a Node], appeared: &[&'a Node]) -> Vec<(&'a Node, &'a Node)> {
    let only = |node: &Node, among: &[&'a Node]| {
        let mut like = among.iter().filter(|other| moved(node, other));
        like.next().copied().filter(|_| like.next().is_none())
    };
    let pair = |before: &&'a Node| {
        let after = only(before, appeared)?;
        (only(after, gone)?.id == before.id).then_some((*before, after))
    };
    gone.iter().filter_map(pair).collect()
}

/// A host whose changes are listened to.
///
/// Notifications of links, devlink and devices are taken as word that something changed; then the host is read again
/// and compared. So nothing is missed if the kernel drops some; what comes and goes within a moment is not seen.
pub struct Watch {
    host: Host,
    alarm: Box<dyn Alarm>,
    graph: Graph,
    waiting: VecDeque<Change>,
}

impl Watch {
    /// Begins to listen, and reads the host.
    ///
    /// # Errors
    /// `Unsupported` if the host tells of no changes; those of [`Graph::read`].
    pub fn new(host: &Host) -> Result<Self> {
        let alarm = host.hardware()?.alarm()?;
        let graph = Graph::read(host)?;
        Ok(Self { host: host.clone(), alarm, graph, waiting: VecDeque::new() })
    }

    /// The graph as it was when it was read last.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Waits for the next change, at most so long; `None` if there was none.
    ///
    /// # Errors
    /// Those of reading the host.
    pub fn wait(&mut self, most: Option<Duration>) -> Result<Option<Change>> {
        let end = most.map(|most| Instant::now() + most);
        loop {
            if let Some(change) = self.waiting.pop_front() {
                return Ok(Some(change));
            }
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            if !self.alarm.wait(left)? {
                return Ok(None);
            }
            let patience = Instant::now() + PATIENCE;
            while Instant::now() < patience && self.alarm.wait(Some(QUIET))? {}
            let graph = Graph::read(&self.host)?;
            self.waiting.extend(changes(&self.graph, &graph));
            self.graph = graph;
        }
    }
}

impl Iterator for Watch {
    type Item = Result<Change>;

    /// The next change, however long it takes.
    fn next(&mut self) -> Option<Self::Item> {
        self.wait(None).transpose()
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("graph", &self.graph).finish_non_exhaustive()
    }
}
