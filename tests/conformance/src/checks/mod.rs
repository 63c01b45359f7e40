//! The checks, one file per part of the traits, and the table of them all.

mod counters;
mod devlink;
mod eswitch;
mod hooks;
mod inventory;
mod offload;
mod places;
mod rules;
mod vfs;

use crate::Check;

/// Every check, in the order in which they run.
#[must_use]
pub fn all() -> Vec<Check> {
    [
        inventory::CHECKS,
        vfs::CHECKS,
        devlink::CHECKS,
        eswitch::CHECKS,
        hooks::CHECKS,
        rules::CHECKS,
        places::CHECKS,
        offload::CHECKS,
        counters::CHECKS,
    ]
    .concat()
}

/// Names the function of a check.
macro_rules! checks {
    ($($name:literal: $function:ident,)*) => {
        pub(super) const CHECKS: &[$crate::Check] = &[$($crate::Check { name: $name, run: $function },)*];
    };
}
use checks;
