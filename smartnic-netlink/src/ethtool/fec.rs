//! Forward error correction of a link (`ETHTOOL_MSG_FEC_GET`, `_SET`).

use super::HEADER;
use super::record::{Layout, Place, Wire};
use crate::codec::{AttrSet, Inner, Names};
use crate::uapi::ethtool_netlink::*;
use crate::uapi::genetlink::SIZEOF_GENLMSGHDR;

/// How it lies on the wire.
pub static LAYOUT: Layout = Layout {
    get: ETHTOOL_MSG_FEC_GET,
    set: ETHTOOL_MSG_FEC_SET,
    header: ETHTOOL_A_FEC_HEADER,
    places: PLACES,
    names: &NAMES,
};

static NAMES: Names = Names {
    fixed_len: SIZEOF_GENLMSGHDR,
    set: &AttrSet {
        names: ETHTOOL_A_FEC_NAMES,
        nests: &[
            (ETHTOOL_A_FEC_HEADER, Inner::Set(&HEADER)),
            (ETHTOOL_A_FEC_MODES, Inner::Set(&super::BITSET)),
        ],
    },
};

const PLACES: &[Place] = &[
    (ETHTOOL_A_FEC_MODES, Wire::Bits, "config"),
    (ETHTOOL_A_FEC_AUTO, Wire::Switch, "auto"),
    (ETHTOOL_A_FEC_ACTIVE, Wire::U32, "active"),
    (ETHTOOL_A_FEC_STATS, Wire::Nest(STATS), "statistics"),
];

const STATS: &[Place] = &[
    (ETHTOOL_A_FEC_STAT_CORRECTED, Wire::Counts, "statistics.corrected_blocks"),
    (ETHTOOL_A_FEC_STAT_UNCORR, Wire::Counts, "statistics.uncorrectable_blocks"),
    (ETHTOOL_A_FEC_STAT_CORR_BITS, Wire::Counts, "statistics.corrected_bits"),
];
