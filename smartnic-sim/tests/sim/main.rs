//! The simulated host, from outside.

mod actions;
mod common;
mod datapath;
mod eswitch;
mod faces;
mod faults;
mod filters;
mod hostile;
mod kernel;
mod offload;
mod offload_actions;
mod refusals;
mod state;
mod streams;
mod sysfs;
mod tunnels;
mod wire;
