//! Pausing of a link (`ETHTOOL_MSG_PAUSE_GET`, `_SET`).

use super::HEADER;
use super::record::{Layout, Place, Wire};
use crate::codec::{AttrSet, Inner, Names};
use crate::uapi::ethtool_netlink::*;
use crate::uapi::genetlink::SIZEOF_GENLMSGHDR;

/// How it lies on the wire.
pub static LAYOUT: Layout = Layout {
    get: ETHTOOL_MSG_PAUSE_GET,
    set: ETHTOOL_MSG_PAUSE_SET,
    header: ETHTOOL_A_PAUSE_HEADER,
    places: PLACES,
    names: &NAMES,
};

static NAMES: Names = Names {
    fixed_len: SIZEOF_GENLMSGHDR,
    set: &AttrSet { names: ETHTOOL_A_PAUSE_NAMES, nests: &[(ETHTOOL_A_PAUSE_HEADER, Inner::Set(&HEADER))] },
};

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
