//! The attributes of ethtool's queue topics, as the kernel has them: what may be set, and what refuses it.

use smartnic_netlink::uapi::ethtool_netlink::*;

use super::table::Shape;
use crate::errno::Errno;

/// One attribute.
pub(super) struct Row {
    pub(super) attr: u16,
    pub(super) shape: Shape,
    /// The largest value that the policy takes.
    pub(super) max: Option<u64>,
    pub(super) name: &'static str,
    pub(super) settable: bool,
    pub(super) switch: bool,
    /// The field that says how large this one may be, and the words for one that is larger.
    pub(super) limit: Option<&'static str>,
    pub(super) exceeding: &'static str,
    /// The answer to one that the driver does not have.
    pub(super) lacking: &'static str,
    pub(super) lacking_errno: Errno,
}

const fn told(attr: u16, name: &'static str) -> Row {
    Row {
        attr,
        shape: Shape::U32,
        max: None,
        name,
        settable: false,
        switch: false,
        limit: None,
        exceeding: "",
        lacking: "",
        lacking_errno: Errno::EOPNOTSUPP,
    }
}

const fn ring(attr: u16, name: &'static str, limit: &'static str) -> Row {
    let exceeding = "requested ring size exceeds maximum";
    Row {
        settable: true,
        limit: Some(limit),
        exceeding,
        lacking: exceeding,
        lacking_errno: Errno::EINVAL,
        ..told(attr, name)
    }
}

const fn channel(attr: u16, name: &'static str, limit: &'static str) -> Row {
    let exceeding = "requested channel count exceeds maximum";
    Row {
        settable: true,
        limit: Some(limit),
        exceeding,
        lacking: exceeding,
        lacking_errno: Errno::EINVAL,
        ..told(attr, name)
    }
}

const fn ring_extra(attr: u16, name: &'static str, lacking: &'static str) -> Row {
    Row { settable: true, lacking, ..told(attr, name) }
}

const fn number(attr: u16, name: &'static str) -> Row {
    let lacking = "cannot modify an unsupported parameter";
    Row { settable: true, lacking, lacking_errno: Errno::EINVAL, ..told(attr, name) }
}

const fn switch(attr: u16, name: &'static str) -> Row {
    Row { shape: Shape::U8, switch: true, ..number(attr, name) }
}

pub(super) const RINGS: &[Row] = &[
    told(ETHTOOL_A_RINGS_RX_MAX, "rx-max"),
    told(ETHTOOL_A_RINGS_RX_MINI_MAX, "rx-mini-max"),
    told(ETHTOOL_A_RINGS_RX_JUMBO_MAX, "rx-jumbo-max"),
    told(ETHTOOL_A_RINGS_TX_MAX, "tx-max"),
    ring(ETHTOOL_A_RINGS_RX, "rx", "rx-max"),
    ring(ETHTOOL_A_RINGS_RX_MINI, "rx-mini", "rx-mini-max"),
    ring(ETHTOOL_A_RINGS_RX_JUMBO, "rx-jumbo", "rx-jumbo-max"),
    ring(ETHTOOL_A_RINGS_TX, "tx", "tx-max"),
    ring_extra(ETHTOOL_A_RINGS_RX_BUF_LEN, "rx-buf-len", "setting rx buf len not supported"),
    Row {
        shape: Shape::U8,
        max: Some(2),
        ..ring_extra(
            ETHTOOL_A_RINGS_TCP_DATA_SPLIT,
            "tcp-data-split",
            "setting TCP data split is not supported",
        )
    },
    ring_extra(ETHTOOL_A_RINGS_CQE_SIZE, "cqe-size", "setting cqe size not supported"),
    Row {
        max: Some(1),
        switch: true,
        shape: Shape::U8,
        ..ring_extra(ETHTOOL_A_RINGS_TX_PUSH, "tx-push", "setting tx push not supported")
    },
    Row {
        max: Some(1),
        switch: true,
        shape: Shape::U8,
        ..ring_extra(ETHTOOL_A_RINGS_RX_PUSH, "rx-push", "setting rx push not supported")
    },
    ring_extra(
        ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN,
        "tx-push-buf-len",
        "setting tx push buf len is not supported",
    ),
    ring_extra(ETHTOOL_A_RINGS_HDS_THRESH, "hds-thresh", "setting hds-thresh is not supported"),
];

pub(super) const CHANNELS: &[Row] = &[
    told(ETHTOOL_A_CHANNELS_RX_MAX, "rx-max"),
    told(ETHTOOL_A_CHANNELS_TX_MAX, "tx-max"),
    told(ETHTOOL_A_CHANNELS_OTHER_MAX, "other-max"),
    told(ETHTOOL_A_CHANNELS_COMBINED_MAX, "combined-max"),
    channel(ETHTOOL_A_CHANNELS_RX_COUNT, "rx", "rx-max"),
    channel(ETHTOOL_A_CHANNELS_TX_COUNT, "tx", "tx-max"),
    channel(ETHTOOL_A_CHANNELS_OTHER_COUNT, "other", "other-max"),
    channel(ETHTOOL_A_CHANNELS_COMBINED_COUNT, "combined", "combined-max"),
];

pub(super) const COALESCE: &[Row] = &[
    number(ETHTOOL_A_COALESCE_RX_USECS, "rx-usecs"),
    number(ETHTOOL_A_COALESCE_RX_MAX_FRAMES, "rx-frames"),
    number(ETHTOOL_A_COALESCE_RX_USECS_IRQ, "rx-usecs-irq"),
    number(ETHTOOL_A_COALESCE_RX_MAX_FRAMES_IRQ, "rx-frames-irq"),
    number(ETHTOOL_A_COALESCE_TX_USECS, "tx-usecs"),
    number(ETHTOOL_A_COALESCE_TX_MAX_FRAMES, "tx-frames"),
    number(ETHTOOL_A_COALESCE_TX_USECS_IRQ, "tx-usecs-irq"),
    number(ETHTOOL_A_COALESCE_TX_MAX_FRAMES_IRQ, "tx-frames-irq"),
    number(ETHTOOL_A_COALESCE_STATS_BLOCK_USECS, "stats-block-usecs"),
    switch(ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX, "adaptive-rx"),
    switch(ETHTOOL_A_COALESCE_USE_ADAPTIVE_TX, "adaptive-tx"),
    number(ETHTOOL_A_COALESCE_PKT_RATE_LOW, "pkt-rate-low"),
    number(ETHTOOL_A_COALESCE_RX_USECS_LOW, "rx-usecs-low"),
    number(ETHTOOL_A_COALESCE_RX_MAX_FRAMES_LOW, "rx-frame-low"),
    number(ETHTOOL_A_COALESCE_TX_USECS_LOW, "tx-usecs-low"),
    number(ETHTOOL_A_COALESCE_TX_MAX_FRAMES_LOW, "tx-frame-low"),
    number(ETHTOOL_A_COALESCE_PKT_RATE_HIGH, "pkt-rate-high"),
    number(ETHTOOL_A_COALESCE_RX_USECS_HIGH, "rx-usecs-high"),
    number(ETHTOOL_A_COALESCE_RX_MAX_FRAMES_HIGH, "rx-frame-high"),
    number(ETHTOOL_A_COALESCE_TX_USECS_HIGH, "tx-usecs-high"),
    number(ETHTOOL_A_COALESCE_TX_MAX_FRAMES_HIGH, "tx-frame-high"),
    number(ETHTOOL_A_COALESCE_RATE_SAMPLE_INTERVAL, "sample-interval"),
    Row { max: Some(1), ..switch(ETHTOOL_A_COALESCE_USE_CQE_MODE_TX, "cqe-mode-tx") },
    Row { max: Some(1), ..switch(ETHTOOL_A_COALESCE_USE_CQE_MODE_RX, "cqe-mode-rx") },
    number(ETHTOOL_A_COALESCE_TX_AGGR_MAX_BYTES, "tx-aggr-max-bytes"),
    number(ETHTOOL_A_COALESCE_TX_AGGR_MAX_FRAMES, "tx-aggr-max-frames"),
    number(ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS, "tx-aggr-time-usecs"),
    number(ETHTOOL_A_COALESCE_RX_CQE_FRAMES, "rx-cqe-frames"),
    number(ETHTOOL_A_COALESCE_RX_CQE_NSECS, "rx-cqe-nsecs"),
];

pub(super) const PAUSE: &[Row] = &[
    switch(ETHTOOL_A_PAUSE_AUTONEG, "autonegotiate"),
    switch(ETHTOOL_A_PAUSE_RX, "rx"),
    switch(ETHTOOL_A_PAUSE_TX, "tx"),
];

/// Statistics of pausing, and the fields that they are.
pub(super) const PAUSE_STATS: &[(u16, &str)] = &[
    (ETHTOOL_A_PAUSE_STAT_TX_FRAMES, "statistics.tx_pause_frames"),
    (ETHTOOL_A_PAUSE_STAT_RX_FRAMES, "statistics.rx_pause_frames"),
];
