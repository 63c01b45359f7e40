//! Forward error correction of a link (`ETHTOOL_MSG_FEC_GET`, `_SET`).

use smartnic_core::ethtool::StringSet;

use super::record::{Place, Wire, layout};
use super::rows::RowKind;
use crate::uapi::ethtool_netlink::*;

layout! {
    /// How it lies on the wire.
    LAYOUT: ETHTOOL_MSG_FEC_GET, ETHTOOL_MSG_FEC_SET, ETHTOOL_A_FEC_HEADER, ETHTOOL_A_FEC_NAMES, [ETHTOOL_A_FEC_MODES], PLACES
}

const PLACES: &[Place] = &[
    (ETHTOOL_A_FEC_MODES, Wire::Bits(StringSet::LinkModes), "config"),
    (ETHTOOL_A_FEC_AUTO, Wire::Switch, "auto"),
    (ETHTOOL_A_FEC_ACTIVE, Wire::U32, "active"),
    (ETHTOOL_A_FEC_STATS, Wire::Nest(STATS), "statistics"),
];

const STATS: &[Place] = &[
    (ETHTOOL_A_FEC_STAT_CORRECTED, Wire::Counts, "statistics.corrected_blocks"),
    (ETHTOOL_A_FEC_STAT_UNCORR, Wire::Counts, "statistics.uncorrectable_blocks"),
    (ETHTOOL_A_FEC_STAT_CORR_BITS, Wire::Counts, "statistics.corrected_bits"),
    (ETHTOOL_A_FEC_STAT_HIST, Wire::Rows(RowKind::Bins), "statistics.hist"),
];
