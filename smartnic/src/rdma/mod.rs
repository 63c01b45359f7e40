//! RDMA devices: their types, the choice of a GID by route, counters with one name for every vendor, and connections that
//! are made and used in a few lines ([`Endpoint`]).

mod counters;
mod direct;
mod endpoint;
mod gid;

pub use counters::{Counted, counters};
pub use direct::{Direct, direct};
pub use endpoint::{Endpoint, Listener, RemoteRegion, SharedRegion, loopback_gid};
pub use gid::{Change, Choice, Passed, Wanted, best_gid, changes, gids};
pub use smartnic_core::rdma::*;
