use crate::ethtool::{Ntuple, NtupleTable};
use crate::types::IfIndex;
use crate::{Error, Result};

/// Rules by which a NIC chooses the queue of received packets.
///
/// # Errors
/// As [`super::EthtoolQueues`].
pub trait EthtoolNtuple: Send + Sync {
    /// The rules that a link has (`ETHTOOL_GRXCLSRLALL`, `ETHTOOL_GRXCLSRULE`).
    fn ntuples(&self, link: IfIndex) -> Result<NtupleTable> {
        Err(Error::unsupported("list n-tuple rules").on(format_args!("ifindex {link}")))
    }

    /// Adds a rule, or replaces the one at its place (`ETHTOOL_SRXCLSRLINS`). Returns its place: without one in the rule,
    /// the driver's choice, or the last free one.
    fn add_ntuple(&self, link: IfIndex, rule: &Ntuple) -> Result<u32> {
        let _ = rule;
        Err(Error::unsupported("add an n-tuple rule").on(format_args!("ifindex {link}")))
    }

    /// Removes the rule at a place (`ETHTOOL_SRXCLSRLDEL`).
    fn remove_ntuple(&self, link: IfIndex, location: u32) -> Result<()> {
        Err(Error::unsupported("remove an n-tuple rule").on(format_args!("ifindex {link} at {location}")))
    }
}
