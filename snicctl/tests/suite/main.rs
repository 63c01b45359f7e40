//! The real `snicctl` on simulated machines.
//!
//! A new task to show and check is a file in `tests/scenarios/`, with rule files in `tests/rules/`; how commands fail
//! is checked in `errors.rs`, help, formats and shells in `surroundings.rs`.

mod errors;
mod machine;
mod scenarios;
mod surroundings;
