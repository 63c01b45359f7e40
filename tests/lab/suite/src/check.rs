//! A table of named checks, run one after the other, and the lines that say how each went.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use crate::lab::Lab;

/// One named check.
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&Lab) -> Outcome,
}

/// How a check ended that found nothing wrong.
#[derive(Debug)]
pub(crate) enum Done {
    /// All is as it must be.
    Passed,
    /// It cannot be tried here, for this reason.
    Skipped(String),
}

/// What a check returns.
pub(crate) type Outcome = Result<Done, Why>;

/// What is wrong, in words.
pub(crate) struct Why(pub(crate) String);

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Every error is a reason for a check to fail.
impl<E: std::error::Error> From<E> for Why {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Fails the check with these words unless `holds`.
pub(crate) fn expect(holds: bool, words: impl FnOnce() -> String) -> Result<(), Why> {
    if holds { Ok(()) } else { Err(Why(words())) }
}

/// Fails the check unless both are equal; the words say what they are.
pub(crate) fn expect_eq<T: PartialEq + fmt::Debug>(found: &T, wanted: &T, what: &str) -> Result<(), Why> {
    expect(found == wanted, || format!("{what}: found {found:?}, wanted {wanted:?}"))
}

/// Says before a failure where it happened.
pub(crate) trait During<T> {
    fn during(self, what: impl fmt::Display) -> Result<T, Why>;
}

impl<T, E: Into<Why>> During<T> for Result<T, E> {
    fn during(self, what: impl fmt::Display) -> Result<T, Why> {
        self.map_err(|error| Why(format!("{what}: {}", error.into())))
    }
}

/// How many checks went which way.
#[derive(Default)]
pub(crate) struct Tally {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Tally {
    /// Runs one check and prints its line.
    pub(crate) fn run(&mut self, check: &Check, lab: &Lab) {
        let begun = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| (check.run)(lab)))
            .unwrap_or_else(|_| Err(Why("it panicked; the message is on standard error".into())));
        let (name, seconds) = (check.name, begun.elapsed().as_secs_f32());
        match outcome {
            Ok(Done::Passed) => {
                self.passed += 1;
                println!("ok      {name} ({seconds:.1} s)");
            }
            Ok(Done::Skipped(reason)) => {
                self.skipped += 1;
                println!("skipped {name}: {reason}");
            }
            Err(why) => {
                self.failed += 1;
                println!("FAILED  {name}: {why}");
            }
        }
    }

    /// True if no check failed and at least one passed.
    pub(crate) fn is_good(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(f, "lab-suite: {passed} passed, {failed} failed")?;
        match skipped {
            0 => Ok(()),
            skipped => write!(f, ", {skipped} skipped"),
        }
    }
}
