//! How several share a cable (`ETHTOOL_MSG_PLCA_*`, `_MM_*`).

use super::record::{NEVER, Place, Wire, layout};
use crate::uapi::ethtool_netlink::*;

layout! {
    /// Turns on a shared cable.
    PLCA: ETHTOOL_MSG_PLCA_GET_CFG, ETHTOOL_MSG_PLCA_SET_CFG, ETHTOOL_A_PLCA_HEADER, ETHTOOL_A_PLCA_NAMES, [], TURNS
}

layout! {
    /// Whether they are taken.
    PLCA_STATUS: ETHTOOL_MSG_PLCA_GET_STATUS, NEVER, ETHTOOL_A_PLCA_HEADER, ETHTOOL_A_PLCA_NAMES, [], TURNS
}

const TURNS: &[Place] = &[
    (ETHTOOL_A_PLCA_VERSION, Wire::U16, "version"),
    (ETHTOOL_A_PLCA_ENABLED, Wire::Switch, "enabled"),
    (ETHTOOL_A_PLCA_STATUS, Wire::Switch, "status"),
    (ETHTOOL_A_PLCA_NODE_CNT, Wire::U32, "node-count"),
    (ETHTOOL_A_PLCA_NODE_ID, Wire::U32, "node-id"),
    (ETHTOOL_A_PLCA_TO_TMR, Wire::U32, "to-timer"),
    (ETHTOOL_A_PLCA_BURST_CNT, Wire::U32, "burst-count"),
    (ETHTOOL_A_PLCA_BURST_TMR, Wire::U32, "burst-timer"),
];

layout! {
    /// Frames that give way.
    MM: ETHTOOL_MSG_MM_GET, ETHTOOL_MSG_MM_SET, ETHTOOL_A_MM_HEADER, ETHTOOL_A_MM_NAMES, [], PIECES
}

const PIECES: &[Place] = &[
    (ETHTOOL_A_MM_PMAC_ENABLED, Wire::Switch, "pmac-enabled"),
    (ETHTOOL_A_MM_TX_ENABLED, Wire::Switch, "tx-enabled"),
    (ETHTOOL_A_MM_TX_ACTIVE, Wire::Switch, "tx-active"),
    (ETHTOOL_A_MM_TX_MIN_FRAG_SIZE, Wire::U32, "tx-min-frag-size"),
    (ETHTOOL_A_MM_RX_MIN_FRAG_SIZE, Wire::U32, "rx-min-frag-size"),
    (ETHTOOL_A_MM_VERIFY_ENABLED, Wire::Switch, "verify-enabled"),
    (ETHTOOL_A_MM_VERIFY_STATUS, Wire::U8, "verify-status"),
    (ETHTOOL_A_MM_VERIFY_TIME, Wire::U32, "verify-time"),
    (ETHTOOL_A_MM_MAX_VERIFY_TIME, Wire::U32, "max-verify-time"),
    (ETHTOOL_A_MM_STATS, Wire::Nest(STATS), "statistics"),
];

const STATS: &[Place] = &[
    (ETHTOOL_A_MM_STAT_REASSEMBLY_ERRORS, Wire::U64, "statistics.MACMergeFrameAssErrorCount"),
    (ETHTOOL_A_MM_STAT_SMD_ERRORS, Wire::U64, "statistics.MACMergeFrameSmdErrorCount"),
    (ETHTOOL_A_MM_STAT_REASSEMBLY_OK, Wire::U64, "statistics.MACMergeFrameAssOkCount"),
    (ETHTOOL_A_MM_STAT_RX_FRAG_COUNT, Wire::U64, "statistics.MACMergeFragCountRx"),
    (ETHTOOL_A_MM_STAT_TX_FRAG_COUNT, Wire::U64, "statistics.MACMergeFragCountTx"),
    (ETHTOOL_A_MM_STAT_HOLD_COUNT, Wire::U64, "statistics.MACMergeHoldCount"),
];
