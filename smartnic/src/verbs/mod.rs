//! RDMA verbs: devices opened and sent over.
//!
//! [`crate::Host::verbs`] opens a device; its objects make one another, and live as long as something needs them.

pub use smartnic_core::backend::{
    QpConfig, Verbs, VerbsAh, VerbsChannel, VerbsContext, VerbsCq, VerbsMr, VerbsPd, VerbsQp, VerbsSrq,
};
pub use smartnic_core::verbs::*;
