//! The simulated host, from outside.

mod common;
mod datapath;
mod eswitch;
mod filters;
mod offload;
mod state;
