//! The way of a packet through the rules of a place.

use serde::Serialize;
use smartnic_core::flow::{Attach, Fate, FlowEntry, Netdev, Packet, Path, Rule, trace};

use super::snapshot;
use crate::names::Names;
use crate::{Host, Result};

/// The way of a packet, with the rules it met.
#[derive(Debug, Clone, Serialize)]
pub struct TraceReport {
    /// The way; the numbers of its steps count within `met`.
    pub path: Path,
    /// The rules it met, in order.
    pub met: Vec<FlowEntry>,
    /// How many rules stand at the place.
    pub rules: usize,
    /// True if every rule it met is in hardware, and it met at least one: the CPU does not see such packets.
    pub in_hardware: bool,
}

impl TraceReport {
    /// Gives every link by its netdev name, for people.
    pub fn put_names(&mut self, names: &Names) {
        self.met.iter_mut().for_each(|entry| names.put_names(&mut entry.rule));
        let copies = self.path.copies.iter_mut().map(|(dev, _)| dev);
        let target = match &mut self.path.fate {
            Fate::Redirected(dev) => Some(dev),
            _ => None,
        };
        for dev in copies.chain(target) {
            if let Netdev::Index(index) = dev {
                *dev = Netdev::Name(names.name(*index));
            }
        }
    }
}

/// Walks a packet through the rules that stand at a place of the host; no packet is sent, no counter moves.
///
/// # Errors
/// Those of reading the rules.
pub fn trace_at(host: &Host, place: &Attach, packet: &Packet) -> Result<TraceReport> {
    let entries = snapshot::entries(host, Some(place))?;
    let rules: Vec<&Rule> = entries.iter().map(|entry| &entry.rule).collect();
    let mut path = trace(rules, packet);
    let met: Vec<FlowEntry> = path.steps.iter().map(|step| entries[step.rule].clone()).collect();
    for (at, step) in path.steps.iter_mut().enumerate() {
        step.rule = at;
    }
    let in_hardware = !met.is_empty() && met.iter().all(|entry| entry.in_hw == Some(true));
    Ok(TraceReport { path, met, rules: entries.len(), in_hardware })
}
