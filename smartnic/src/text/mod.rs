//! Rules and packets as people write them.

mod cursor;
mod number;
mod problem;
#[cfg(test)]
mod random;
mod set;
pub(crate) mod suggest;
pub mod tc;
mod words;

pub use problem::{Problem, Problems};
pub use set::{RuleLine, RuleSet};
