//! What lies between a device as it is and as it is wanted.

use super::Step;
use super::plan::Check;

/// Steps with what belongs to them.
#[derive(Default)]
pub(super) struct Way {
    pub(super) checks: Vec<Check>,
    pub(super) notes: Vec<String>,
    pub(super) steps: Vec<Step>,
}
