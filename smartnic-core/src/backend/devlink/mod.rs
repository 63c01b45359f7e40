//! devlink: one trait for each group of its objects, and [`Devlink`] that joins them.

mod buffer;
mod device;
mod eswitch;
mod flash;
mod health;
mod linecard;
mod param;
mod pipeline;
mod port;
mod rate;
mod region;
mod reload;
mod resource;
mod selftest;
mod trap;
mod watch;

pub use buffer::DevlinkBuffers;
pub use device::DevlinkDevices;
pub use eswitch::DevlinkEswitch;
pub use flash::DevlinkFlash;
pub use health::DevlinkHealth;
pub use linecard::DevlinkLineCards;
pub use param::DevlinkParams;
pub use pipeline::DevlinkPipeline;
pub use port::DevlinkPorts;
pub use rate::DevlinkRates;
pub use region::DevlinkRegions;
pub use reload::DevlinkReload;
pub use resource::DevlinkResources;
pub use selftest::DevlinkSelftests;
pub use trap::DevlinkTraps;
pub use watch::{DevlinkNotices, DevlinkWatch};

/// devlink: the kernel's interface to a device as a whole.
///
/// Every backend that has the groups of operations has it by itself; [`super::Host::devlink`] hands it out, and its
/// users call the operations of all groups on it.
///
/// # Errors
/// Every operation can fail with `Unsupported` ("this kernel has no devlink", or the driver lacks the operation),
/// `NotFound` (no such instance or port), `PermissionDenied`, or what the driver says.
pub trait Devlink:
    DevlinkDevices
    + DevlinkEswitch
    + DevlinkPorts
    + DevlinkParams
    + DevlinkResources
    + DevlinkReload
    + DevlinkHealth
    + DevlinkRegions
    + DevlinkTraps
    + DevlinkNotices
    + DevlinkRates
    + DevlinkBuffers
    + DevlinkPipeline
    + DevlinkLineCards
    + DevlinkSelftests
    + DevlinkFlash
{
}

impl<T> Devlink for T where
    T: DevlinkDevices
        + DevlinkEswitch
        + DevlinkPorts
        + DevlinkParams
        + DevlinkResources
        + DevlinkReload
        + DevlinkHealth
        + DevlinkRegions
        + DevlinkTraps
        + DevlinkNotices
        + DevlinkRates
        + DevlinkBuffers
        + DevlinkPipeline
        + DevlinkLineCards
        + DevlinkSelftests
        + DevlinkFlash
{
}
