//! Pausing of a link (`ETHTOOL_MSG_PAUSE_GET`, `_SET`).

use super::record::{Place, Wire, layout};
use crate::uapi::ethtool_netlink::*;

layout! {
    /// How it lies on the wire.
    LAYOUT: ETHTOOL_MSG_PAUSE_GET, ETHTOOL_MSG_PAUSE_SET, ETHTOOL_A_PAUSE_HEADER, ETHTOOL_A_PAUSE_NAMES, [], PLACES
}

const PLACES: &[Place] = &[
    (ETHTOOL_A_PAUSE_AUTONEG, Wire::Switch, "autonegotiate"),
    (ETHTOOL_A_PAUSE_RX, Wire::Switch, "rx"),
    (ETHTOOL_A_PAUSE_TX, Wire::Switch, "tx"),
    (ETHTOOL_A_PAUSE_STATS, Wire::Nest(STATS), "statistics"),
];

const STATS: &[Place] = &[
    (ETHTOOL_A_PAUSE_STAT_TX_FRAMES, Wire::U64, "statistics.tx_pause_frames"),
    (ETHTOOL_A_PAUSE_STAT_RX_FRAMES, Wire::U64, "statistics.rx_pause_frames"),
    (ETHTOOL_A_PAUSE_STAT_TX_PAUSE_STORM_EVENTS, Wire::U64, "statistics.tx_pause_storm_events"),
];
