//! smartnic: see the crate's README in its Cargo description.

pub mod text;
