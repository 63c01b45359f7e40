use serde::Serialize;

use super::Said;
use crate::adapter::FlowLimits;

/// What a driver takes of flow rules, and what is to be known of how it takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FlowFacts {
    /// What it takes on uplinks and representors in switchdev mode, or in the only mode that the driver has.
    pub limits: FlowLimits,
    /// What it takes on a PF in legacy mode, where that is less; `None` if it is the same.
    pub legacy: Option<FlowLimits>,
    /// True if it counts the packets of rules in hardware; otherwise their counters show what software saw.
    pub counters: bool,
    /// Masks, combinations and places that it takes or refuses, beyond keys and actions alone.
    pub rules: &'static [Said],
    /// How many rules it holds, what uses them up, and where that can be seen or set.
    pub capacity: &'static [Said],
    /// What the driver's lines in the kernel's log begin with, if that is where it says why it refuses a rule.
    pub log_prefix: Option<&'static str>,
    /// How the driver's way of refusing is to be read, said once per explanation (bnxt: reasons only in the kernel log).
    pub refusal_note: Option<&'static str>,
}

impl FlowFacts {
    /// A driver that takes so much and counts, and of which nothing else is said.
    #[must_use]
    pub const fn new(limits: FlowLimits) -> Self {
        Self {
            limits,
            legacy: None,
            counters: true,
            rules: &[],
            capacity: &[],
            log_prefix: None,
            refusal_note: None,
        }
    }
}
