//! Actions that rules share.

use smartnic_core::Result;
use smartnic_core::flow::RuleId;

use super::entries;
use crate::Host;
pub use crate::text::tc::command::ACTION_KINDS as SHARED_KINDS;

/// The rules that use an action, found by its kind and number.
///
/// # Errors
/// What reading the rules can fail with.
pub fn users(host: &Host, kind: &str, index: u32) -> Result<Vec<RuleId>> {
    let mut rules = Vec::new();
    for entry in entries(host, None)? {
        let mut used = entry.rule.actions.iter().zip(&entry.actions);
        if used.any(|(action, state)| action.kind.name() == kind && state.index == index) {
            rules.extend(entry.rule.id());
        }
    }
    Ok(rules)
}
