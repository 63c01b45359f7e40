//! devlink: one file for each group of objects.

mod buffer;
mod device;
mod eswitch;
mod flash;
mod health;
mod linecard;
mod notice;
mod param;
mod pipeline;
mod port;
mod rate;
mod region;
mod reload;
mod resource;
mod selftest;
mod trap;

use smartnic_core::Error;

/// Of a device or port that is not there, the kernel says ENODEV and nothing more.
fn about_device(error: Error) -> Error {
    if is_silent(&error, libc::ENODEV) {
        error.reason("there is no such devlink device or port")
    } else {
        error
    }
}

/// Whether the kernel said this number and nothing more.
fn is_silent(error: &Error, errno: i32) -> bool {
    error.extack().is_some_and(|extack| extack.errno == errno && extack.message.is_none())
}
