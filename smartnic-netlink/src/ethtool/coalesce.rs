//! Interrupt coalescing of a link (`ETHTOOL_MSG_COALESCE_GET`, `_SET`).

use super::record::{Place, Wire, layout};
use super::rows::RowKind;
use crate::uapi::ethtool_netlink::*;

layout! {
    /// How it lies on the wire.
    LAYOUT: ETHTOOL_MSG_COALESCE_GET, ETHTOOL_MSG_COALESCE_SET, ETHTOOL_A_COALESCE_HEADER, ETHTOOL_A_COALESCE_NAMES, [], PLACES
}

const PLACES: &[Place] = &[
    (ETHTOOL_A_COALESCE_RX_USECS, Wire::U32, "rx-usecs"),
    (ETHTOOL_A_COALESCE_RX_MAX_FRAMES, Wire::U32, "rx-frames"),
    (ETHTOOL_A_COALESCE_RX_USECS_IRQ, Wire::U32, "rx-usecs-irq"),
    (ETHTOOL_A_COALESCE_RX_MAX_FRAMES_IRQ, Wire::U32, "rx-frames-irq"),
    (ETHTOOL_A_COALESCE_TX_USECS, Wire::U32, "tx-usecs"),
    (ETHTOOL_A_COALESCE_TX_MAX_FRAMES, Wire::U32, "tx-frames"),
    (ETHTOOL_A_COALESCE_TX_USECS_IRQ, Wire::U32, "tx-usecs-irq"),
    (ETHTOOL_A_COALESCE_TX_MAX_FRAMES_IRQ, Wire::U32, "tx-frames-irq"),
    (ETHTOOL_A_COALESCE_STATS_BLOCK_USECS, Wire::U32, "stats-block-usecs"),
    (ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX, Wire::Switch, "adaptive-rx"),
    (ETHTOOL_A_COALESCE_USE_ADAPTIVE_TX, Wire::Switch, "adaptive-tx"),
    (ETHTOOL_A_COALESCE_PKT_RATE_LOW, Wire::U32, "pkt-rate-low"),
    (ETHTOOL_A_COALESCE_RX_USECS_LOW, Wire::U32, "rx-usecs-low"),
    (ETHTOOL_A_COALESCE_RX_MAX_FRAMES_LOW, Wire::U32, "rx-frame-low"),
    (ETHTOOL_A_COALESCE_TX_USECS_LOW, Wire::U32, "tx-usecs-low"),
    (ETHTOOL_A_COALESCE_TX_MAX_FRAMES_LOW, Wire::U32, "tx-frame-low"),
    (ETHTOOL_A_COALESCE_PKT_RATE_HIGH, Wire::U32, "pkt-rate-high"),
    (ETHTOOL_A_COALESCE_RX_USECS_HIGH, Wire::U32, "rx-usecs-high"),
    (ETHTOOL_A_COALESCE_RX_MAX_FRAMES_HIGH, Wire::U32, "rx-frame-high"),
    (ETHTOOL_A_COALESCE_TX_USECS_HIGH, Wire::U32, "tx-usecs-high"),
    (ETHTOOL_A_COALESCE_TX_MAX_FRAMES_HIGH, Wire::U32, "tx-frame-high"),
    (ETHTOOL_A_COALESCE_RATE_SAMPLE_INTERVAL, Wire::U32, "sample-interval"),
    (ETHTOOL_A_COALESCE_USE_CQE_MODE_TX, Wire::Switch, "cqe-mode-tx"),
    (ETHTOOL_A_COALESCE_USE_CQE_MODE_RX, Wire::Switch, "cqe-mode-rx"),
    (ETHTOOL_A_COALESCE_TX_AGGR_MAX_BYTES, Wire::U32, "tx-aggr-max-bytes"),
    (ETHTOOL_A_COALESCE_TX_AGGR_MAX_FRAMES, Wire::U32, "tx-aggr-max-frames"),
    (ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS, Wire::U32, "tx-aggr-time-usecs"),
    (ETHTOOL_A_COALESCE_RX_CQE_FRAMES, Wire::U32, "rx-cqe-frames"),
    (ETHTOOL_A_COALESCE_RX_CQE_NSECS, Wire::U32, "rx-cqe-nsecs"),
    (ETHTOOL_A_COALESCE_RX_PROFILE, Wire::Rows(RowKind::Profile), "rx-profile"),
    (ETHTOOL_A_COALESCE_TX_PROFILE, Wire::Rows(RowKind::Profile), "tx-profile"),
];
