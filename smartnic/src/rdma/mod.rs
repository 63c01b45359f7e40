//! RDMA devices: their types, the choice of a GID by route, and counters with one name for every vendor.

mod counters;
mod gid;

pub use counters::{Counted, counters};
pub use gid::{Change, Choice, Passed, Wanted, best_gid, changes, gids};
pub use smartnic_core::rdma::*;
