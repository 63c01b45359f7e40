//! The kernel itself.

use crate::check::{Done, Outcome, expect};
use crate::lab::{Lab, sh};

/// What the kernel writes when something in it goes wrong.
const SIGNS: [&str; 7] =
    ["WARNING: ", "BUG: ", "Oops", "general protection fault", "refcount_t: ", "INFO: task ", "Call Trace"];

/// Nothing that was done here made the kernel complain of itself.
pub(crate) fn log(_: &Lab) -> Outcome {
    let log = sh("dmesg")?;
    let faults: Vec<&str> = log.lines().filter(|line| SIGNS.iter().any(|sign| line.contains(sign))).collect();
    expect(faults.is_empty(), || format!("the kernel says: {}", faults.join("; ")))?;
    Ok(Done::Passed)
}
