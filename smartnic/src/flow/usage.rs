//! How full a NIC is, and what it leaves to the CPU.

use std::collections::BTreeMap;

use serde::Serialize;
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{Attach, FlowEntry, Source, Verdict};

use super::judge::{Judge, NO_REASON};
use super::report::Report;
use super::snapshot;
use crate::{Host, Result};

/// The rules of one NIC, by where they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NicUse {
    /// The NIC, as devlink names it: `pci/0000:03:00.0`.
    pub nic: String,
    /// The adapter that speaks for it.
    pub adapter: String,
    /// The mode of its eswitch, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<EswitchMode>,
    /// Rules in its hardware.
    pub in_hardware: u64,
    /// Rules that the CPU carries out.
    pub software_only: u64,
    /// Packets that met rules which are in software only.
    pub cpu_packets: u64,
    /// Their bytes.
    pub cpu_bytes: u64,
}

/// The use of every NIC on which rules stand, in the order of their names.
///
/// # Errors
/// Those of reading the host.
pub fn usage(host: &Host, entries: &[FlowEntry]) -> Result<Vec<NicUse>> {
    let mut places: Vec<Attach> = entries.iter().map(|entry| entry.rule.attach.clone()).collect();
    places.sort();
    places.dedup();
    let judge = Judge::new(host, &places, &host.flow().hooks(None)?)?;
    let mut by_nic: BTreeMap<String, NicUse> = BTreeMap::new();
    for entry in entries {
        let Some((nic, adapter, mode)) = judge.nic(&entry.rule) else { continue };
        let nic = by_nic.entry(nic.to_owned()).or_insert_with(|| NicUse {
            nic: nic.to_owned(),
            adapter: adapter.to_owned(),
            mode,
            in_hardware: 0,
            software_only: 0,
            cpu_packets: 0,
            cpu_bytes: 0,
        });
        if Verdict::of(entry, Vec::new()).is_in_hardware() {
            nic.in_hardware += 1;
        } else {
            nic.software_only += 1;
            let (packets, bytes) = on_cpu(entry);
            nic.cpu_packets += packets;
            nic.cpu_bytes += bytes;
        }
    }
    Ok(by_nic.into_values().collect())
}

/// The packets and bytes of a rule that the CPU handled.
pub(super) fn on_cpu(entry: &FlowEntry) -> (u64, u64) {
    let stats = entry.stats;
    (stats.packets.saturating_sub(stats.hw_packets), stats.bytes.saturating_sub(stats.hw_bytes))
}

/// Says beside every reason that may be a full table how many rules the NIC holds. It is advice on a change that is made
/// already: if the host cannot be read for it, the reasons stand without.
pub(super) fn tell_capacity(host: &Host, report: &mut Report) {
    let may_be_full = |verdict: &Verdict| {
        verdict.reasons().iter().any(|reason| reason.source == Source::Capacity || reason.text == NO_REASON)
    };
    if !report.rules.iter().any(|rule| may_be_full(&rule.verdict)) {
        return;
    }
    let Ok(used) = snapshot::entries(host, None).and_then(|entries| usage(host, &entries)) else { return };
    let told: Vec<String> =
        used.iter().map(|nic| format!("{} holds {} rules", nic.nic, nic.in_hardware)).collect();
    let told = told.join(", ");
    for rule in &mut report.rules {
        let (Verdict::Refused { reasons } | Verdict::SoftwareOnly { reasons }) = &mut rule.verdict else {
            continue;
        };
        for reason in reasons {
            let hint = match reason.source {
                Source::Capacity => {
                    format!("{told}: take some off, or keep this one in software with skip_hw")
                }
                _ if reason.text == NO_REASON => format!("its table may be full: {told}"),
                _ => continue,
            };
            reason.hint.get_or_insert(hint);
        }
    }
}
