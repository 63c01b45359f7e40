use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::bench::Bench;
use crate::state::State;

/// Why a check ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Something is wrong.
    Failed(String),
    /// The check has no meaning for this host or NIC, for this reason.
    NotApplicable(String),
}

/// The result of a check and of what it is made of.
pub type Result<T = (), E = Stop> = std::result::Result<T, E>;

impl From<smartnic_core::Error> for Stop {
    fn from(error: smartnic_core::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// A named part of the suite.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// What must hold, in words.
    pub name: &'static str,
    /// Tries it. The NIC is in the state it was found in, and is brought back to it afterwards.
    pub run: fn(&Bench<'_>) -> Result,
}

/// What became of the suite.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The names of the checks that passed.
    pub passed: Vec<&'static str>,
    /// The names of those that failed, with the reason.
    pub failed: Vec<(&'static str, String)>,
    /// The names of those without a meaning here, with the reason.
    pub skipped: Vec<(&'static str, String)>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(f, "{} passed, {} failed, {} skipped", passed.len(), failed.len(), skipped.len())
    }
}

/// Runs checks one after the other and tells `say` a line about each.
pub fn run(bench: &Bench<'_>, checks: &[Check], say: &mut dyn FnMut(String)) -> Report {
    let mut report = Report::default();
    for check in checks {
        match one(bench, check) {
            Ok(()) => {
                say(format!("ok      {}", check.name));
                report.passed.push(check.name);
            }
            Err(Stop::NotApplicable(reason)) => {
                say(format!("n/a     {}: {reason}", check.name));
                report.skipped.push((check.name, reason));
            }
            Err(Stop::Failed(reason)) => {
                say(format!("FAILED  {}: {reason}", check.name));
                report.failed.push((check.name, reason));
            }
        }
    }
    report
}

fn one(bench: &Bench<'_>, check: &Check) -> Result {
    let before = State::read(bench)?;
    // A panic in a check is its failure; the NIC is put back all the same.
    let result = catch_unwind(AssertUnwindSafe(|| (check.run)(bench))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        Err(Stop::Failed(format!("panicked: {}", text.unwrap_or_default())))
    });
    let undone = bench.put_back(&before).and_then(|()| before.must_equal(&State::read(bench)?));
    match (result, undone) {
        (Err(Stop::Failed(reason)), Err(Stop::Failed(second))) => {
            Err(Stop::Failed(format!("{reason}; and afterwards: {second}")))
        }
        (Err(Stop::Failed(reason)), _) | (_, Err(Stop::Failed(reason))) => Err(Stop::Failed(reason)),
        (result, _) => result,
    }
}

/// Fails with a text unless a condition holds.
#[macro_export]
macro_rules! ensure {
    ($condition:expr, $($text:tt)+) => {
        if !$condition {
            return Err($crate::Stop::Failed(format!($($text)+)));
        }
    };
}

/// Fails unless two values are equal, and shows where they differ.
#[macro_export]
macro_rules! equal {
    ($left:expr, $right:expr, $($text:tt)+) => {
        match (&$left, &$right) {
            (left, right) => if *left != *right {
                let difference = $crate::state::difference(left, right);
                return Err($crate::Stop::Failed(format!("{}: {difference}", format_args!($($text)+))));
            }
        }
    };
}
