//! The suite for RDMA verbs, on one device that reaches itself: simulated, or any on Linux.

mod checks;
mod connections;
mod extended;
mod regions;
mod rig;
mod steering;

use std::net::IpAddr;

use smartnic::Host;

pub use rig::Rig;

use smartnic_core::verbs::{AsyncEventKind, CompletionStatus};

use crate::check::{Report, Result, Stop};

/// A named part of the suite.
#[derive(Debug, Clone, Copy)]
pub struct VerbsCheck {
    /// What must hold, in words.
    pub name: &'static str,
    /// Tries it.
    pub run: fn(&Rig<'_>) -> Result,
}

/// Every check.
pub const ALL: &[VerbsCheck] = checks::ALL;

/// Runs checks on a device, whose port must be up, and tells `say` a line about each check.
///
/// # Errors
/// If the device cannot be opened or has no GID of RoCE v2.
pub fn run(host: &Host, device: &str, checks: &[VerbsCheck], say: &mut dyn FnMut(String)) -> Result<Report> {
    run_on(&|| Rig::new(host, device), checks, say)
}

/// The same on a device of iWARP, whose connections are made by address alone: this one of its own. What needs more than that
/// does not apply.
///
/// # Errors
/// If the device cannot be opened.
pub fn run_by_address(
    host: &Host,
    device: &str,
    address: IpAddr,
    checks: &[VerbsCheck],
    say: &mut dyn FnMut(String),
) -> Result<Report> {
    run_on(&|| Rig::by_address(host, device, address), checks, say)
}

fn run_on<'h>(
    new: &dyn Fn() -> Result<Rig<'h>>,
    checks: &[VerbsCheck],
    say: &mut dyn FnMut(String),
) -> Result<Report> {
    let mut report = Report::default();
    for check in checks {
        let rig = new()?;
        match (check.run)(&rig) {
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
    Ok(report)
}

/// What becomes of two sends over a reliable connection, one behind the other, and what the device tells meanwhile: for
/// hosts on which something is to go wrong.
///
/// # Errors
/// If the connection cannot be made, or a request comes to no end.
pub fn two_sends(host: &Host, device: &str) -> Result<(Vec<CompletionStatus>, Vec<AsyncEventKind>)> {
    checks::two_sends(&Rig::of_last_gid(host, device)?)
}
