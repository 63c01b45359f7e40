//! Requests of nldev in words, and what its answers are read as.

use serde::Deserialize;
use serde_json::{Value, json};
use smartnic_core::rdma::{AutoMode, MrPoolChange, NewLink, PoolKey, QpMode, ResourceKind};
use smartnic_netlink::codec::{Message, Request, WireError};
use smartnic_netlink::nldev::{self, Ask, Call, RawKind};

/// A request in words; devices go by their numbers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, tag = "op")]
pub(crate) enum RdmaAsk {
    #[serde(rename = "rdma_device")]
    Device { device: u32 },
    #[serde(rename = "rdma_port")]
    Port { device: u32, port: u32 },
    #[serde(rename = "rdma_rename")]
    Rename { device: u32, name: String },
    #[serde(rename = "rdma_set_moderation")]
    SetModeration { device: u32, on: bool },
    #[serde(rename = "rdma_link_add")]
    LinkAdd { name: String, kind: String, netdev: String },
    #[serde(rename = "rdma_link_del")]
    LinkDel { device: u32 },
    #[serde(rename = "rdma_system")]
    System,
    #[serde(rename = "rdma_summary")]
    Summary { device: u32 },
    #[serde(rename = "rdma_resources")]
    Resources { device: u32, kind: ResourceKind },
    #[serde(rename = "rdma_raw")]
    Raw { device: u32, kind: ResourceKind },
    #[serde(rename = "rdma_mr_pools")]
    MrPools { device: u32, with_kernel: bool },
    #[serde(rename = "rdma_mr_pools_aging")]
    MrPoolsAging { device: u32, seconds: u32 },
    #[serde(rename = "rdma_mr_pools_pinned")]
    MrPoolsPinned { device: u32, key: PoolKey, count: u32 },
    #[serde(rename = "rdma_counters")]
    Counters { device: u32, port: u32 },
    #[serde(rename = "rdma_qp_mode")]
    QpMode { device: u32, port: u32 },
    #[serde(rename = "rdma_qp_auto")]
    QpAuto { device: u32, port: u32, by_type: bool, by_pid: bool },
    #[serde(rename = "rdma_qp_off")]
    QpOff { device: u32, port: u32 },
    #[serde(rename = "rdma_bind")]
    Bind { device: u32, port: u32, qp: u32 },
}

impl RdmaAsk {
    /// Writes the request as this crate does.
    pub(crate) fn write(&self, seq: u32) -> Result<Vec<u8>, WireError> {
        let link;
        let ask = match self {
            Self::Device { device } => Ask::Device(*device),
            Self::Port { device, port } => Ask::Port(*device, *port),
            Self::Rename { device, name } => Ask::Rename(*device, name),
            Self::SetModeration { device, on } => Ask::SetAdaptiveModeration(*device, *on),
            Self::LinkAdd { name, kind, netdev } => {
                link = NewLink { name: name.clone(), kind: kind.clone(), netdev: netdev.clone() };
                Ask::NewLink(&link)
            }
            Self::LinkDel { device } => Ask::DelLink(*device),
            Self::System => Ask::System,
            Self::Summary { device } => Ask::Summary(*device),
            Self::Resources { device, kind } => Ask::Resources(*device, *kind),
            Self::Raw { device, kind } => Ask::Raw(*device, RawKind::of(*kind).unwrap(), None),
            Self::MrPools { device, with_kernel } => Ask::MrPools(*device, *with_kernel),
            Self::MrPoolsAging { device, seconds } => Ask::SetMrPools(*device, MrPoolChange::Aging(*seconds)),
            Self::MrPoolsPinned { device, key, count } => {
                Ask::SetMrPools(*device, MrPoolChange::Pinned(*key, *count))
            }
            Self::Counters { device, port } => Ask::Counters(*device, *port),
            Self::QpMode { device, port } => Ask::QpMode(*device, *port),
            Self::QpAuto { device, port, by_type, by_pid } => {
                let auto = AutoMode { by_type: *by_type, by_pid: *by_pid };
                Ask::SetQpMode(*device, *port, QpMode::Auto(auto), None)
            }
            Self::QpOff { device, port } => Ask::SetQpMode(*device, *port, QpMode::Off, None),
            Self::Bind { device, port, qp } => Ask::Bind(*device, *port, *qp, None),
        };
        let mut bytes = Vec::new();
        Call(ask).write(&mut bytes, seq, 0)?;
        Ok(bytes)
    }

    /// What this crate reads from a message of the answer.
    pub(crate) fn value(&self, message: &Message<'_>) -> Value {
        match self {
            Self::Device { .. } => json!(nldev::decode_device(message).unwrap()),
            Self::Port { .. } => json!(nldev::decode_port(message).unwrap()),
            Self::System => json!(nldev::decode_system(message).unwrap()),
            Self::Summary { .. } => json!(nldev::decode_summary(message).unwrap()),
            Self::Resources { kind, .. } => json!(nldev::decode_resources(*kind, message).unwrap()),
            Self::Raw { kind, .. } => json!(nldev::decode_raw(*kind, message).unwrap()),
            Self::MrPools { .. } => json!(nldev::decode_pools(message).unwrap()),
            Self::Counters { .. } => json!(nldev::decode_counters(message).unwrap()),
            Self::QpMode { .. } | Self::QpAuto { .. } | Self::QpOff { .. } => {
                json!(nldev::decode_mode(message).unwrap())
            }
            Self::Bind { .. } => json!(nldev::decode_binding(message).unwrap()),
            Self::MrPoolsAging { .. }
            | Self::MrPoolsPinned { .. }
            | Self::Rename { .. }
            | Self::SetModeration { .. }
            | Self::LinkAdd { .. }
            | Self::LinkDel { .. } => panic!("a change is not answered with a message"),
        }
    }
}
