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

/// The protocol of an IFE header for which none is said (`ETH_P_IFE`).
const ETH_P_IFE: EtherType = EtherType(0xed3e);

impl Ife {
    /// An empty address is none, and values come in the order of their kinds. A header that is taken off needs
    /// nothing: which values the kernel looks for is told by the modules that it has loaded.
    pub(super) fn make_canonical(&mut self) {
        if !self.encode {
            *self = Self::default();
            return;
        }
        self.eth_type.get_or_insert(ETH_P_IFE);
        for mac in [&mut self.dst_mac, &mut self.src_mac] {
            *mac = mac.filter(|mac| *mac != Mac([0; 6]));
        }
        self.metas.sort_by_key(|meta| meta.kind);
    }
}
