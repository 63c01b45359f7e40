//! The C side: objects of libibverbs and librdmacm, each with what it needs held until it is gone.

#![allow(unsafe_code)]

mod cm;
mod completion;
mod context;
mod domain;
mod event;
mod functions;
#[allow(
    missing_docs,
    non_camel_case_types,
    unreachable_pub,
    dead_code,
    clippy::pub_underscore_fields,
    clippy::unreadable_literal
)]
mod generated;
mod library;
mod multicast;
mod post;
mod queue_pair;
mod raw;
mod shared;
#[cfg(test)]
mod stub;
mod values;
mod wait;
mod window;

pub(crate) use cm::new_channel;
pub(crate) use context::{Device, gid_bytes};
use generated::constants;
pub(crate) use generated::types;
pub use library::Library;
