//! What a vendor's driver wants and can do.
//!
//! An adapter is data and pure decisions: it never touches a device. It *predicts*; the kernel decides, and a
//! difference between the two is shown to the user.

mod facts;
mod limits;
mod plan;
mod prediction;
mod registry;
mod table;
mod transition;

pub use facts::{
    Activation, Advice, Caveat, Change, Counter, DriverKind, Evidence, Facts, Feature, FeatureFact,
    FeatureGroup, FirmwareAgent, FlowFacts, Identity, Modes, PORT_COUNTERS, ParamFact, PciIds, Place,
    RdmaFacts, RoceFacts, RocePart, Said, Setting, Support, Transport, Unit, Watch,
};
pub use limits::FlowLimits;
pub use plan::{Goal, Plan};
pub use prediction::{Expectation, OffloadContext, Prediction};
pub use registry::{DeviceIdentity, Registry, VendorAdapter};
pub use table::{Adapter, Order, Predict};
pub use transition::{EswitchState, EswitchTarget, Step};
