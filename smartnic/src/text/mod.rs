//! Rules and packets as people write them.

mod cursor;
pub mod dcb;
pub mod devlink;
mod json;
mod number;
mod packet;
mod problem;
#[cfg(test)]
mod random;
pub mod rdma;
mod set;
pub(crate) mod suggest;
pub mod tc;
mod words;
pub mod yaml;

pub use packet::{PacketLine, packet, packet_words, packets};
pub use problem::{Problem, Problems};
pub use set::{Format, RuleLine, RuleSet};
