//! The state of devices as a document: written down, and brought back, such as at the next boot.
//!
//! [`export`] reads what a device is like. [`plan`] compares a [`Document`] with a host: what is to be done, and what
//! must be refused with the reason. [`apply`] carries that out through [`crate::cycle`], reads it back, and on a failure
//! brings everything to what it was before. What the document does not name stays as it is.

mod apply;
mod document;
mod export;
mod forwarding;
mod plan;
mod planner;
mod rates;
mod task;

pub use apply::{Applied, apply};
pub use document::{
    DeviceDoc, Document, EswitchDoc, FunctionDoc, ParamDoc, SubFunctionDoc, VERSION, VfDoc, VfsDoc,
};
pub use export::export;
pub use forwarding::{BondDoc, BridgeDoc, BridgePortDoc, LinkDoc, LinkTask, VlanDoc};
pub use plan::{Allow, DevicePlan, LinkPlan, Options, Plan, Refusal, plan};
pub use rates::RateDoc;
pub use task::Task;
