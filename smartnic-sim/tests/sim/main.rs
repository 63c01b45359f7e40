//! The simulated host, from outside.

mod common;
mod datapath;
mod eswitch;
mod faces;
mod faults;
mod filters;
mod kernel;
mod offload;
mod state;
mod sysfs;
mod wire;
