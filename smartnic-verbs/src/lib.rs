//! RDMA verbs through libibverbs, and connections by address through librdmacm. Both are loaded when they are wanted: programs
//! run on machines without them.
//!
//! ```no_run
//! use smartnic_core::backend::Verbs;
//! # fn main() -> smartnic_core::Result<()> {
//! let verbs = smartnic_verbs::Library::load()?; // `Unsupported`, with the package's name, where it is absent
//! for device in verbs.devices()? {
//!     println!("{} {:?}", device.name, verbs.gids(&device.name)?);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | module | what is in it |
//! |---|---|
//! | `ffi` | C's types, generated; the library's functions. The only place for `unsafe` |
//! | `query` | C's values as ours |
//! | `direct` | what vendors' own libraries say of their devices, as ours |
//! | `extended` | what devices say beyond their limits, as ours |

#![deny(unsafe_code)]

mod direct;
mod extended;
mod ffi;
mod query;

pub use ffi::{Library, fabric_library};
