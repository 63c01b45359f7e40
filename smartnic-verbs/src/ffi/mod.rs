//! The C side.

#![allow(unsafe_code)]

mod context;
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

pub(crate) use context::{Context, gid_bytes};
pub(crate) use generated::types;
pub use library::Library;
