//! `snicctl selftest`: tests that devices run on themselves.

use clap::Subcommand;
use smartnic::device::{Selftest, SelftestResult, SelftestStatus, Selftests};
use smartnic::types::DevlinkHandle;
use smartnic::{Error, ErrorKind};

use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the tests that devices have
    #[command(alias = "ls", after_help = "Examples:\n  snicctl selftest list")]
    List {
        /// The devlink handle; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Run tests; they disturb the device while they run
    ///
    /// The exit code tells whether a test failed.
    #[command(after_help = "Examples:\n  snicctl selftest run pci/0000:03:00.0\n  \
                            snicctl selftest run pci/0000:03:00.0 flash")]
    Run {
        /// The devlink handle
        handle: DevlinkHandle,
        /// The tests; all that the device has if they are left out
        tests: Vec<Selftest>,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::List { handle } => list(handle.as_ref(), session),
        Verb::Run { handle, tests } => run_tests(handle, tests, session),
    }
}

fn list(handle: Option<&DevlinkHandle>, session: &mut Session) -> Outcome {
    let found = session.host()?.devlink().selftests(handle)?;
    if session.format() != Format::Table {
        session.data(&found)?;
        return Ok(Ending::Done);
    }
    if found.is_empty() {
        session.say("no device has tests that devlink knows")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("DEVICE", Align::Left), ("TESTS", Align::Left)]);
    for Selftests { device, tests } in &found {
        let names: Vec<String> = tests.iter().map(Selftest::to_string).collect();
        table.row(vec![Cell::new(device).style(Style::Bold), Cell::new(names.join(", "))]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn run_tests(handle: &DevlinkHandle, tests: &[Selftest], session: &mut Session) -> Outcome {
    let host = session.host_to_change()?;
    let there = host.devlink().selftests(Some(handle))?.into_iter().flat_map(|found| found.tests);
    let tests = if tests.is_empty() { there.collect() } else { tests.to_vec() };
    if tests.is_empty() {
        return Err(Error::unsupported("run selftests").on(handle).reason("the device has none").into());
    }
    let results = host.devlink().run_selftests(handle, &tests)?;
    if session.format() == Format::Table {
        let mut table = Table::new(&[("TEST", Align::Left), ("RESULT", Align::Left)]);
        for SelftestResult { test, status } in &results {
            table.row(vec![Cell::new(test), Cell::new(status)]);
        }
        session.table(&table)?;
    } else {
        session.data(&results)?;
    }
    let failed = |result: &&SelftestResult| result.status == SelftestStatus::Failed;
    let failed: Vec<String> = results.iter().filter(failed).map(|result| result.test.to_string()).collect();
    match failed.is_empty() {
        true => Ok(Ending::Done),
        false => {
            let reason = format!("failed: {}", failed.join(", "));
            Err(Error::new(ErrorKind::Refused, "pass selftests").on(handle).reason(reason).into())
        }
    }
}
