//! The C side: objects of libibverbs and librdmacm, each with what it needs held until it is gone.

#![allow(unsafe_code)]

mod ah;
mod batch;
mod channel;
mod cm;
mod completion;
mod completion_ex;
mod context;
mod device_memory;
mod direct;
mod domain;
mod event;
mod extended;
mod fabric;
mod functions;
#[allow(
    missing_docs,
    non_camel_case_types,
    non_snake_case,
    unreachable_pub,
    dead_code,
    clippy::pub_underscore_fields,
    clippy::unreadable_literal
)]
mod generated;
mod library;
mod make;
mod multicast;
mod post;
mod queue_pair;
mod raw;
mod region;
mod shared;
mod steering;
#[cfg(test)]
mod stub;
mod values;
mod wait;
mod window;
mod xrc;

pub(crate) use cm::new_channel;
pub(crate) use context::{Device, gid_bytes};
pub use fabric::fabric_library;
pub(crate) use generated::constants;
pub(crate) use generated::types;
pub use library::Library;
