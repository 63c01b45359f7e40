use serde::{Deserialize, Serialize};

/// The packet's mark, from its connection (`connmark`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Connmark {
    /// The connection's zone (`tc_connmark.zone`).
    pub zone: u16,
}

/// Parts of the packet, from its connection's mark (`ctinfo`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ctinfo {
    /// The connection's zone (`TCA_CTINFO_ZONE`).
    pub zone: u16,
    /// Six bits of the mark in a row that become the DSCP (`TCA_CTINFO_PARMS_DSCP_MASK`).
    pub dscp_mask: Option<u32>,
    /// Bits of the mark of which one must be set for it (`TCA_CTINFO_PARMS_DSCP_STATEMASK`).
    pub dscp_state_mask: Option<u32>,
    /// Bits of the mark that become the packet's mark (`TCA_CTINFO_PARMS_CPMARK_MASK`).
    pub cpmark_mask: Option<u32>,
}

impl Ctinfo {
    /// No mask is an empty one, and without bits for the DSCP its condition does not count.
    pub(super) fn make_canonical(&mut self) {
        self.dscp_mask = self.dscp_mask.filter(|mask| *mask != 0);
        self.dscp_state_mask = self.dscp_state_mask.filter(|mask| *mask != 0 && self.dscp_mask.is_some());
    }
}
