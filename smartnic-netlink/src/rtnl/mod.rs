//! rtnetlink: network links.

pub mod link;
