//! Channels of a link (`ETHTOOL_MSG_CHANNELS_GET`, `_SET`).

use super::HEADER;
use super::record::{Layout, Place, Wire};
use crate::codec::{AttrSet, Inner, Names};
use crate::uapi::ethtool_netlink::*;
use crate::uapi::genetlink::SIZEOF_GENLMSGHDR;

/// How it lies on the wire.
pub static LAYOUT: Layout = Layout {
    get: ETHTOOL_MSG_CHANNELS_GET,
    set: ETHTOOL_MSG_CHANNELS_SET,
    header: ETHTOOL_A_CHANNELS_HEADER,
    places: PLACES,
    names: &NAMES,
};

static NAMES: Names = Names {
    fixed_len: SIZEOF_GENLMSGHDR,
    set: &AttrSet {
        names: ETHTOOL_A_CHANNELS_NAMES,
        nests: &[(ETHTOOL_A_CHANNELS_HEADER, Inner::Set(&HEADER))],
    },
};

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
