//! rtnetlink: network links.

pub mod link;
pub mod vf;
