//! The C library: `libsmartnic`, with the header `smartnic.h`, and `smartnic.hpp` for C++ on top of it.
//!
//! Functions convert their arguments, make one call of the crate `smartnic`, and convert what comes back. The contract
//! that all of them share stands at the head of the header (`cbindgen.toml`); each function says the rest.
//!
//! | module | what it does |
//! |---|---|
//! | `entry` | how calls enter: panics, errors, statuses |
//! | `handle` | opaque handles: made, checked, freed |
//! | `argument` | texts, options and places for results that callers give |
//! | `list` | iterators over things that were read at once |
//! | `scratch` | texts of the one record that a stream lends |
//! | all others | one noun each, as in the other faces |

// The names are those of C, in Rust too, so that one search finds both sides.
#![allow(non_camel_case_types)]
// What callers promise is said once for all functions at the head of the header.
#![allow(clippy::missing_safety_doc)]

mod argument;
mod entry;
mod handle;
mod list;
mod scratch;

pub mod adapter;
pub mod bond;
pub mod bridge;
pub mod bridge_port;
pub mod buffer;
pub mod counter;
pub mod dcb;
pub mod device;
pub mod device_upkeep;
pub mod driver;
pub mod error;
pub mod eswitch;
pub mod events;
pub mod fdb;
pub mod feature;
pub mod flow;
pub mod flow_list;
pub mod health;
pub mod host;
pub mod inventory;
pub mod link;
pub mod mdb;
pub mod param;
pub mod plan;
pub mod rate;
pub mod rdma;
pub mod rdma_pool;
pub mod region;
pub mod report;
pub mod representor;
pub mod resource;
pub mod roce;
pub mod rss;
pub mod rule;
pub mod rules;
pub mod saved;
pub mod setting;
pub mod sf;
pub mod sim;
pub mod tc;
pub mod trace;
pub mod trap;
pub mod tunnel;
pub mod version;
pub mod vf;
