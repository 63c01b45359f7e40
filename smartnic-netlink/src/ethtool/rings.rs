//! Rings of a link (`ETHTOOL_MSG_RINGS_GET`, `_SET`).

use super::record::{Place, Wire, layout};
use crate::uapi::ethtool_netlink::*;

layout! {
    /// How it lies on the wire.
    LAYOUT: ETHTOOL_MSG_RINGS_GET, ETHTOOL_MSG_RINGS_SET, ETHTOOL_A_RINGS_HEADER, ETHTOOL_A_RINGS_NAMES, [], PLACES
}

const PLACES: &[Place] = &[
    (ETHTOOL_A_RINGS_RX_MAX, Wire::U32, "rx-max"),
    (ETHTOOL_A_RINGS_RX_MINI_MAX, Wire::U32, "rx-mini-max"),
    (ETHTOOL_A_RINGS_RX_JUMBO_MAX, Wire::U32, "rx-jumbo-max"),
    (ETHTOOL_A_RINGS_TX_MAX, Wire::U32, "tx-max"),
    (ETHTOOL_A_RINGS_RX, Wire::U32, "rx"),
    (ETHTOOL_A_RINGS_RX_MINI, Wire::U32, "rx-mini"),
    (ETHTOOL_A_RINGS_RX_JUMBO, Wire::U32, "rx-jumbo"),
    (ETHTOOL_A_RINGS_TX, Wire::U32, "tx"),
    (ETHTOOL_A_RINGS_RX_BUF_LEN, Wire::U32, "rx-buf-len"),
    (ETHTOOL_A_RINGS_TCP_DATA_SPLIT, Wire::U8, "tcp-data-split"),
    (ETHTOOL_A_RINGS_CQE_SIZE, Wire::U32, "cqe-size"),
    (ETHTOOL_A_RINGS_TX_PUSH, Wire::Switch, "tx-push"),
    (ETHTOOL_A_RINGS_RX_PUSH, Wire::Switch, "rx-push"),
    (ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN, Wire::U32, "tx-push-buf-len"),
    (ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN_MAX, Wire::U32, "tx-push-buff-max-len"),
    (ETHTOOL_A_RINGS_HDS_THRESH, Wire::U32, "hds-thresh"),
    (ETHTOOL_A_RINGS_HDS_THRESH_MAX, Wire::U32, "hds-thresh-max"),
];
