//! smartnic-netlink: see the crate's README in its Cargo description.
