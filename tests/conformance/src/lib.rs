//! One suite over every backend and every driver: what a host with a SmartNIC must do.
//!
//! A [`Check`] is a named function in the table of [`checks::all`]; [`run`] runs them on a [`Bench`], which is a
//! host and the NIC under test. Before and after each check the whole state is read: what a check does must be
//! undone without a trace. The same suite runs on the simulated NICs by direct calls, on their netlink face, and on
//! netdevsim on a real kernel.

pub mod bench;
pub mod catalogue;
mod check;
pub mod checks;
pub mod iproute2;
pub mod netdevsim;
pub mod predictions;
pub mod random;
mod representors;
pub mod state;
pub mod verbs;

pub use bench::{Bench, Offload, Subject, Switch};
pub use check::{Check, Report, Result, Stop, run};
pub use representors::{Representor, Rig};
