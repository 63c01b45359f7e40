//! Rules and packets as people write them.

mod cursor;
mod number;
mod problem;
#[cfg(test)]
mod random;
mod suggest;
pub mod tc;
mod words;

pub use problem::{Problem, Problems};
