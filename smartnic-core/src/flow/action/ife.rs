use serde::{Deserialize, Serialize};

use crate::types::{EtherType, Mac};

/// A value that travels in an IFE header (`IFE_META_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IfeMeta {
    /// Which: `IFE_META_SKBMARK` 1, `IFE_META_PRIO` 3, `IFE_META_TCINDEX` 5.
    pub kind: u16,
    /// The value; `None` for the packet's own.
    pub value: Option<u32>,
}

/// An inter-forwarding-engine header (`ife`, RFC 8013).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ife {
    /// True to add it (`IFE_ENCODE`); false to take it off.
    pub encode: bool,
    /// The outer destination address (`TCA_IFE_DMAC`).
    pub dst_mac: Option<Mac>,
    /// The outer source address (`TCA_IFE_SMAC`).
    pub src_mac: Option<Mac>,
    /// The outer protocol (`TCA_IFE_TYPE`).
    pub eth_type: Option<EtherType>,
    /// What travels in it (`TCA_IFE_METALST`).
    pub metas: Vec<IfeMeta>,
}
