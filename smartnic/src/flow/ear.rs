//! Drivers that say their reasons in the kernel's log only.

use smartnic_core::backend::{FlowOp, KernelLog, Outcome};
use smartnic_core::flow::{Reason, Source};

use crate::{Host, Result};

/// What became of one change, and what a driver wrote into the kernel's log meanwhile.
pub(super) struct Heard {
    pub(super) outcome: Outcome,
    pub(super) log: Vec<Reason>,
}

/// Listens to the kernel's log while rules go in.
pub(super) struct Ear {
    log: Box<dyn KernelLog>,
    /// What the lines of such drivers begin with.
    prefixes: Vec<&'static str>,
}

impl Ear {
    /// Nothing if no NIC here has such a driver, or if the log must not be read: then the reasons stay unheard, and the
    /// adapter's note says where they are.
    pub(super) fn open(host: &Host) -> Result<Option<Self>> {
        let inventory = crate::inventory::read_here(host)?;
        let mut prefixes: Vec<_> = inventory.nics.iter().filter_map(|nic| nic.adapter.log_prefix()).collect();
        prefixes.dedup();
        if prefixes.is_empty() {
            return Ok(None);
        }
        Ok(host.kernel_log().ok().map(|log| Self { log, prefixes }))
    }

    /// What such drivers wrote since the last call.
    fn hear(&mut self) -> Vec<Reason> {
        let lines = self.log.lines().unwrap_or_default();
        lines.iter().filter_map(|line| self.said(line)).collect()
    }

    /// A line without what names the driver and the device before it.
    fn said(&self, line: &str) -> Option<Reason> {
        let rest = self.prefixes.iter().find_map(|prefix| line.strip_prefix(prefix))?;
        let text = rest.split_once(": ").map_or(rest, |(_, text)| text);
        Some(Reason::new(Source::Log, text.trim()))
    }
}

/// Makes changes in order, as [`smartnic_core::backend::FlowOffload::submit`] does. With an ear they are made one by
/// one, so that what the log says meanwhile is about this one.
pub(super) fn submit(host: &Host, ops: &[FlowOp<'_>], stop: bool, ear: Option<Ear>) -> Result<Vec<Heard>> {
    let silent = |outcome| Heard { outcome, log: Vec::new() };
    let Some(mut ear) = ear else {
        return Ok(host.flow().submit(ops, stop)?.into_iter().map(silent).collect());
    };
    let mut all = Vec::with_capacity(ops.len());
    let mut failed = false;
    for op in ops {
        if failed && stop {
            all.push(silent(Outcome::NotTried));
            continue;
        }
        ear.hear();
        for outcome in host.flow().submit(std::slice::from_ref(op), stop)? {
            failed |= matches!(outcome, Outcome::Failed(_));
            all.push(Heard { outcome, log: ear.hear() });
        }
    }
    Ok(all)
}
