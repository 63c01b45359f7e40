//! RDMA verbs: devices opened and sent over.
//!
//! [`crate::Host::verbs`] opens a device; its objects make one another, and live as long as something needs them.
//! A [`QueuePair`] knows its type and its state at compile time; [`VerbsQp`] is the same without.
//! [`measure`] says how fast a device is.

pub mod measure;
mod queue_pair;

pub use queue_pair::{
    Connected, Failed, Init, Peer, QueuePair, Queues, Rc, Receives, Receiving, Reset, Rtr, Rts, Sending,
    Transport, Uc, Ud,
};
pub use smartnic_core::backend::{
    QpConfig, Verbs, VerbsAh, VerbsChannel, VerbsContext, VerbsCq, VerbsMr, VerbsPd, VerbsQp, VerbsSrq,
};
pub use smartnic_core::rdma::{Gid, GidType, QpState, QpType};
pub use smartnic_core::verbs::*;
