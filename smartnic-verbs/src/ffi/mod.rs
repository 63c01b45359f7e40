//! The C side.

#![allow(unsafe_code)]

mod context;

mod library;
#[allow(
    missing_docs,
    non_camel_case_types,
    unreachable_pub,
    dead_code,
    clippy::pub_underscore_fields,
    clippy::unreadable_literal
)]
#[rustfmt::skip]
pub(crate) mod types;

pub(crate) use context::gid_bytes;
pub use library::Library;
