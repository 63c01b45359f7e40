//! Rules that are there, one by one: read by a thread of its own while Python looks at those that came already.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use pyo3::prelude::*;
use smartnic::backend::FlowScope;
use smartnic::flow::{self, Attach, FlowEntry, FlowStats, Side, Verdict};
use smartnic::names::Names;
use smartnic::{Error, ErrorKind};

use crate::error::Result;
use crate::host::Host;
use crate::rule::Rule;

/// How many rules go from thread to thread together.
const AT_ONCE: usize = 256;
/// How many such lots may wait: what bounds the memory of a long list.
const LOTS: usize = 8;

type Lot = smartnic::Result<Vec<FlowEntry>>;
/// Rule, devices that have it, packets, bytes, those of the NIC, age, idle time.
type Told = (Rule, u32, u64, u64, u64, u64, Option<u64>, Option<u64>);

/// An iterator over rules with their counters.
#[pyclass(frozen, module = "smartnic._smartnic")]
pub(crate) struct Listing {
    state: Mutex<State>,
    names: Names,
}

struct State {
    lots: Receiver<Lot>,
    lot: std::vec::IntoIter<FlowEntry>,
}

#[pymethods]
impl Listing {
    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> Result<Option<Told>> {
        let entry = py.detach(|| {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            loop {
                if let Some(entry) = state.lot.next() {
                    return Ok(Some(entry));
                }
                match state.lots.recv() {
                    Ok(Ok(lot)) => state.lot = lot.into_iter(),
                    Ok(Err(error)) => return Err(error),
                    Err(_) => return Ok(None),
                }
            }
        })?;
        Ok(entry.map(|entry| {
            let hardware = match Verdict::of(&entry, Vec::new()) {
                Verdict::InHardware { count } => count,
                _ => 0,
            };
            let FlowStats { packets, bytes, hw_packets, hw_bytes, age_ms, idle_ms } = entry.stats;
            let mut rule = entry.rule;
            self.names.put_names(&mut rule);
            (Rule::from(rule), hardware, packets, bytes, hw_packets, hw_bytes, age_ms, idle_ms)
        }))
    }
}

/// Begins to read the rules at a link, at a block, or everywhere.
#[pyfunction]
pub(crate) fn listing(
    py: Python<'_>,
    host: &Host,
    dev: Option<&str>,
    side: Option<&str>,
    block: Option<u32>,
    chain: Option<u32>,
) -> Result<Listing> {
    let sides = match side {
        None => vec![Side::Ingress, Side::Egress],
        Some("ingress") => vec![Side::Ingress],
        Some("egress") => vec![Side::Egress],
        Some(other) => {
            let error = Error::invalid("list flow rules", format!("{other:?} is no side of a link"));
            return Err(error.hint("sides are ingress and egress").into());
        }
    };
    let (places, names) = host.ask(py, |host| {
        let (names, mut places) = (host.names()?, flow::places(host)?);
        if let Some(block) = block {
            places.retain(|place| *place == Attach::Block(block));
            if places.is_empty() {
                return Err(Error::new(ErrorKind::NotFound, "list flow rules")
                    .on(format_args!("block {block}"))
                    .reason("no qdisc shares this block"));
            }
        } else if let Some(dev) = dev {
            let link = names.index(dev)?;
            let own =
                sides.iter().map(|side| Attach::Dev { dev: link.into(), side: *side }).collect::<Vec<_>>();
            places.retain(|place| own.contains(place));
        }
        Ok((places, names))
    })?;
    let scopes: Vec<FlowScope> = places.into_iter().map(|attach| FlowScope { attach, chain }).collect();
    let host = host.open()?;
    let (sender, lots) = sync_channel(LOTS);
    thread::spawn(move || read(&host, &scopes, &sender));
    Ok(Listing { state: Mutex::new(State { lots, lot: Vec::new().into_iter() }), names })
}

/// Reads the rules of all places. A receiver that is gone ends it.
fn read(host: &smartnic::Host, scopes: &[FlowScope], lots: &SyncSender<Lot>) {
    // While a list is read its socket is busy. Whoever changes rules meanwhile must not wait for one who waits for him:
    // so a real kernel is asked through sockets of our own, and a simulated one gives the rules of a place together.
    let own = if host.uri().starts_with("linux:") { smartnic::Host::open(host.uri()).ok() } else { None };
    for scope in scopes {
        let done = match &own {
            Some(own) => stream(own, scope, lots),
            None => host.flow().entries(scope).and_then(|mut entries| {
                while !entries.is_empty() {
                    let rest = entries.split_off(entries.len().min(AT_ONCE));
                    hand_over(std::mem::replace(&mut entries, rest), lots)?;
                }
                Ok(())
            }),
        };
        if let Err(error) = done {
            // If nobody listens any more, nobody misses it.
            let _ = lots.send(Err(error));
            return;
        }
    }
}

fn stream(host: &smartnic::Host, scope: &FlowScope, lots: &SyncSender<Lot>) -> smartnic::Result<()> {
    let mut lot = Vec::with_capacity(AT_ONCE);
    host.flow().visit(scope, &mut |entry| {
        lot.push(entry.clone());
        if lot.len() < AT_ONCE {
            return Ok(());
        }
        hand_over(std::mem::replace(&mut lot, Vec::with_capacity(AT_ONCE)), lots)
    })?;
    hand_over(lot, lots)
}

fn hand_over(lot: Vec<FlowEntry>, lots: &SyncSender<Lot>) -> smartnic::Result<()> {
    lots.send(Ok(lot))
        .map_err(|_| Error::new(ErrorKind::Interrupted, "list flow rules").reason("nobody reads on"))
}
