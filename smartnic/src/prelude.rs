//! The names that most programs use: `use smartnic::prelude::*`.
//!
//! ```
//! use smartnic::prelude::*;
//!
//! # fn main() -> Result<()> {
//! let host = Host::open("sim:bluefield3")?;
//! let rules = RuleSet::from_tc("filter add dev p0 ingress protocol ip pref 1 flower ip_proto udp action drop")?;
//! let report = flow::apply(&host, &rules, &ApplyOptions::default())?;
//! assert_eq!(report.count(Change::Added), 1);
//! # Ok(())
//! # }
//! ```

pub use crate::flow::{ApplyOptions, Change, Report, RuleSet, Verdict};
pub use crate::types::{DevlinkHandle, IfIndex, Mac};
pub use crate::{Error, ErrorKind, Host, Result, eswitch, flow, sf};
