//! What a vendor's driver wants and can do.
//!
//! An adapter is data and pure decisions: it never touches a device. It *predicts*; the kernel decides, and a
//! difference between the two is shown to the user.

mod capabilities;
mod prediction;
mod registry;
mod transition;

pub use capabilities::{Capabilities, FlowLimits};
pub use prediction::{Expectation, OffloadContext, Prediction};
pub use registry::{DeviceIdentity, Registry, VendorAdapter};
pub use transition::{EswitchState, EswitchTarget, Step};
