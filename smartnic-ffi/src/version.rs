//! Which version of the library this is.

use std::ffi::c_char;

/// The version of the binary interface: the number in the SONAME. Programs that were linked with one work with every
/// library that has the same.
pub const SNIC_ABI_VERSION: u32 = 1;

/// The version of the library, such as "0.1.0". Lives for ever; any thread may ask.
#[unsafe(no_mangle)]
pub extern "C" fn snic_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// `SNIC_ABI_VERSION` of the library that is loaded; any thread may ask.
#[unsafe(no_mangle)]
pub extern "C" fn snic_abi_version() -> u32 {
    SNIC_ABI_VERSION
}
