//! Flow rules in and out: all or nothing, with a verdict for each.
//!
//! [`apply`] brings rules onto a host and reads back where each ended up; [`remove`] takes them off; [`explain()`]
//! holds the adapter's prediction against what the kernel did; [`trace()`] walks a packet through the rules that are
//! there; [`recover()`] takes back what a process left half done that was killed.

mod apply;
mod diff;
mod ear;
mod explain;
mod handles;
mod journal;
mod judge;
mod options;
mod read_back;
mod recover;
mod report;
mod restore;
mod shared;
mod snapshot;
mod trace;
mod undo;
mod usage;
mod work;

pub use apply::{apply, remove};
pub use explain::{Explanation, explain, explain_entries};
pub use journal::Interrupted;
pub(crate) use journal::{Journal, who};
pub use options::ApplyOptions;
pub(crate) use recover::take_back;
pub use recover::{Recovery, RecoveryOutcome, discard, interrupted, recover};
pub use report::{Change, Counts, Report, RuleReport};
pub use shared::{SHARED_KINDS, users};
pub use smartnic_core::flow::*;
pub use snapshot::{entries, places, visit};
pub use trace::{TraceReport, trace_at};
pub use usage::{NicUse, usage};

pub use crate::text::{RuleLine, RuleSet};
