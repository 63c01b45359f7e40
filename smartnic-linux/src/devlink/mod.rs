//! devlink: one file for each group of objects.

mod device;
mod eswitch;
mod health;
mod notice;
mod param;
mod port;
mod region;
mod reload;
mod resource;
mod trap;

use smartnic_core::Error;

/// Of a device or port that is not there, the kernel says ENODEV and nothing more.
fn about_device(error: Error) -> Error {
    let silent =
        error.extack().is_some_and(|extack| extack.errno == libc::ENODEV && extack.message.is_none());
    if silent { error.reason("there is no such devlink device or port") } else { error }
}
