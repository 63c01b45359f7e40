//! smartnic-core: see the crate's README in its Cargo description.
