//! Whether the lab keeps its promises: tried in the guest by `tests/lab/check.sh`, then seen from outside.

use std::fs;
use std::path::Path;

use super::{Kernel, Lab, LabCommand};
use crate::failure::{Attempt, Failure, Result};

const SCRIPT: &str = include_str!("../../../tests/lab/check.sh");

/// Boots `kernel` and tries what the lab promises, inside and out.
///
/// # Errors
/// When the guest gave no answer or a promise is not kept; the guest's lines said which.
pub(crate) fn run(kernel: Kernel) -> Result<()> {
    let results = tempfile::tempdir().attempt(|| "make a directory for results".into())?;
    let command = LabCommand::new(["sh", "-c", SCRIPT, "check", kernel.name()])?.results(results.path());
    let exit = Lab::open(kernel)?.run(&command)?;
    let faults: Vec<&str> = exit.kernel_faults().collect();
    if exit.code != 0 {
        Err(Failure::new(format!("the lab with kernel {} does not keep its promises", kernel.name())))
    } else if !faults.is_empty() {
        Err(Failure::new(format!("kernel {} reported faults:\n{}", kernel.name(), faults.join("\n"))))
    } else if Path::new("/etc/lab-check").exists() {
        Err(Failure::new("a file written in the guest appeared on this machine: /etc/lab-check"))
    } else if fs::read_to_string(results.path().join("lab-check")).ok().as_deref() != Some("written\n") {
        Err(Failure::new("a file written to $LAB_OUT did not come out of the guest"))
    } else {
        Ok(())
    }
}
