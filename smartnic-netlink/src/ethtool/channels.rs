//! Channels of a link (`ETHTOOL_MSG_CHANNELS_GET`, `_SET`).

use super::record::{Place, Wire, layout};
use crate::uapi::ethtool_netlink::*;

layout! {
    /// How it lies on the wire.
    LAYOUT: ETHTOOL_MSG_CHANNELS_GET, ETHTOOL_MSG_CHANNELS_SET, ETHTOOL_A_CHANNELS_HEADER, ETHTOOL_A_CHANNELS_NAMES, [], PLACES
}

const PLACES: &[Place] = &[
    (ETHTOOL_A_CHANNELS_RX_MAX, Wire::U32, "rx-max"),
    (ETHTOOL_A_CHANNELS_TX_MAX, Wire::U32, "tx-max"),
    (ETHTOOL_A_CHANNELS_OTHER_MAX, Wire::U32, "other-max"),
    (ETHTOOL_A_CHANNELS_COMBINED_MAX, Wire::U32, "combined-max"),
    (ETHTOOL_A_CHANNELS_RX_COUNT, Wire::U32, "rx"),
    (ETHTOOL_A_CHANNELS_TX_COUNT, Wire::U32, "tx"),
    (ETHTOOL_A_CHANNELS_OTHER_COUNT, Wire::U32, "other"),
    (ETHTOOL_A_CHANNELS_COMBINED_COUNT, Wire::U32, "combined"),
];
