//! A simulated machine with a SmartNIC, deterministic and seeded.
//!
//! One machine has two faces. [`SimHost`] is the traits of `smartnic-core` straight on the model. [`SimKernel`]
//! answers real netlink bytes and files under `/sys`, so that a backend for Linux can be run against it. Both can
//! stand on one [`SimMachine`] at the same time.
//!
//! What is simulated follows the sources of kernel 7.3 and of its drivers: error numbers, texts, orders and limits.
//! Where firmware decides, or a number is not to be found there (how many rules a table holds), the decision is ours
//! and marked as ours. What is left out: links pass traffic whether they are up or down, a packet that software sends
//! out of a link meets no egress rules there, and bits of a key outside its mask are dropped, where a kernel keeps them.

#![forbid(unsafe_code)]

mod backend;
mod datapath;
mod driver;
mod errno;
mod fault;
mod guard;
mod kernel;
mod machine;
mod model;
mod note;
mod profile;
mod random;
mod state;

pub use backend::{SimHost, SimOptions};
pub use fault::{DatagramFault, FaultPlan, FaultyKernel, OperationFault, SendFault, VerbsFault};
pub use kernel::SimKernel;
pub use machine::SimMachine;
pub use profile::profiles;
