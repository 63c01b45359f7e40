//! Time stamps and clocks (`ETHTOOL_MSG_TSINFO_GET`, `_TSCONFIG_*`, `_PHC_VCLOCKS_GET`).

use smartnic_core::ethtool::StringSet;

use super::record::{NEVER, Place, Wire, layout};
use crate::uapi::ethtool_netlink::*;

layout! {
    /// What can be stamped.
    INFO: ETHTOOL_MSG_TSINFO_GET, NEVER, ETHTOOL_A_TSINFO_HEADER, ETHTOOL_A_TSINFO_NAMES, [], ABILITIES
}

const ABILITIES: &[Place] = &[
    (ETHTOOL_A_TSINFO_TIMESTAMPING, Wire::Bits(StringSet::Timestamping), "capabilities"),
    (ETHTOOL_A_TSINFO_TX_TYPES, Wire::Bits(StringSet::StampSent), "tx-types"),
    (ETHTOOL_A_TSINFO_RX_FILTERS, Wire::Bits(StringSet::StampReceived), "rx-filters"),
    (ETHTOOL_A_TSINFO_PHC_INDEX, Wire::U32, "phc-index"),
    (ETHTOOL_A_TSINFO_STATS, Wire::Nest(STATS), "statistics"),
    (ETHTOOL_A_TSINFO_HWTSTAMP_PROVIDER, Wire::Nest(PROVIDER), "provider"),
];

const STATS: &[Place] = &[
    (ETHTOOL_A_TS_STAT_TX_PKTS, Wire::Uint, "statistics.tx_pkts"),
    (ETHTOOL_A_TS_STAT_TX_LOST, Wire::Uint, "statistics.tx_lost"),
    (ETHTOOL_A_TS_STAT_TX_ERR, Wire::Uint, "statistics.tx_err"),
];

const PROVIDER: &[Place] = &[
    (ETHTOOL_A_TS_HWTSTAMP_PROVIDER_INDEX, Wire::U32, "hwtstamp-provider-index"),
    (ETHTOOL_A_TS_HWTSTAMP_PROVIDER_QUALIFIER, Wire::U32, "hwtstamp-provider-qualifier"),
];

layout! {
    /// What is stamped.
    CONFIG: ETHTOOL_MSG_TSCONFIG_GET, ETHTOOL_MSG_TSCONFIG_SET, ETHTOOL_A_TSCONFIG_HEADER,
        ETHTOOL_A_TSCONFIG_NAMES,
        [ETHTOOL_A_TSCONFIG_TX_TYPES, ETHTOOL_A_TSCONFIG_RX_FILTERS, ETHTOOL_A_TSCONFIG_HWTSTAMP_FLAGS], CHOICE
}

const CHOICE: &[Place] = &[
    (ETHTOOL_A_TSCONFIG_HWTSTAMP_PROVIDER, Wire::Nest(PROVIDER), "provider"),
    (ETHTOOL_A_TSCONFIG_TX_TYPES, Wire::Bits(StringSet::StampSent), "tx-type"),
    (ETHTOOL_A_TSCONFIG_RX_FILTERS, Wire::Bits(StringSet::StampReceived), "rx-filter"),
    (ETHTOOL_A_TSCONFIG_HWTSTAMP_FLAGS, Wire::Bits(StringSet::StampFlags), "flags"),
];

layout! {
    /// Virtual clocks.
    VIRTUAL: ETHTOOL_MSG_PHC_VCLOCKS_GET, NEVER, ETHTOOL_A_PHC_VCLOCKS_HEADER, ETHTOOL_A_PHC_VCLOCKS_NAMES, [], CLOCKS
}

const CLOCKS: &[Place] = &[
    (ETHTOOL_A_PHC_VCLOCKS_NUM, Wire::U32, "count"),
    (ETHTOOL_A_PHC_VCLOCKS_INDEX, Wire::Numbers32, "clocks"),
];
