//! As many rules as a firewall has.

use crate::check::{Done, Outcome, expect_eq};
use crate::corpus::file;
use crate::dump::{AGES, Dump, PLACES};
use crate::lab::{Lab, run};
use crate::nic::Nic;
use crate::normal::{must_agree, seen_by_tc, seen_by_us};

/// Fewer where the same was tried on a kernel with hardware.
const RULES: usize = 10_000;
const RULES_WITHOUT_HARDWARE: usize = 2_000;

/// The file that examples/ has a generator for.
pub(crate) fn thousands(lab: &Lab) -> Outcome {
    let _nic = Nic::with_places()?;
    let empty = Dump::of_rules(&AGES)?;
    let count = if lab.offloads() { RULES } else { RULES_WITHOUT_HARDWARE };
    let rules = run(&["examples/gen-rules", &count.to_string(), "sim0"])?.good()?;
    let file = file("bulk", &[rules.trim_end()])?;
    let file = file.to_string_lossy();
    lab.snicctl(&["flow", "apply", &file])?;
    let theirs = seen_by_tc(PLACES[0])?;
    expect_eq(&theirs.len(), &count, "the rules that tc shows")?;
    must_agree(&seen_by_us(&smartnic::Host::open("linux:")?)?, &theirs, "tc sees")?;
    let applied = Dump::of_rules(&AGES)?;
    lab.snicctl(&["flow", "apply", &file])?;
    Dump::of_rules(&AGES)?.must_equal(&applied, "after the second run")?;
    lab.snicctl(&["flow", "del", "--file", &file])?;
    Dump::of_rules(&AGES)?.must_equal(&empty, "after removal")?;
    Ok(Done::Passed)
}
