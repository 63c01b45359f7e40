//! The attributes of ethtool's queue topics, as the kernel has them: what may be set, and what refuses it.

use smartnic_netlink::uapi::ethtool_netlink::*;

use super::bit_names::*;
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
    /// The names of a set's bits; none if the record's own mask has them all.
    pub(super) names: &'static [&'static str],
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
        names: &[],
    }
}

/// A set of names. `lacking` is said of bits that the driver does not have.
const fn set(attr: u16, name: &'static str, names: &'static [&'static str], lacking: &'static str) -> Row {
    Row { settable: true, ..told_set(attr, name, names, lacking) }
}

const fn told_set(
    attr: u16,
    name: &'static str,
    names: &'static [&'static str],
    lacking: &'static str,
) -> Row {
    Row { shape: Shape::Nested, names, lacking, lacking_errno: Errno::EINVAL, ..told(attr, name) }
}

const fn ring(attr: u16, name: &'static str, limit: &'static str) -> Row {
    limited(attr, name, limit, "requested ring size exceeds maximum")
}

const fn channel(attr: u16, name: &'static str, limit: &'static str) -> Row {
    limited(attr, name, limit, "requested channel count exceeds maximum")
}

/// What has a limit that the driver tells.
const fn limited(attr: u16, name: &'static str, limit: &'static str, exceeding: &'static str) -> Row {
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
    // Of the drivers of 7.3, virtio_net alone has profiles.
    set(ETHTOOL_A_COALESCE_RX_PROFILE, "rx-profile", &[], "cannot modify an unsupported parameter"),
    set(ETHTOOL_A_COALESCE_TX_PROFILE, "tx-profile", &[], "cannot modify an unsupported parameter"),
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

const fn byte(attr: u16, name: &'static str) -> Row {
    Row { shape: Shape::U8, ..told(attr, name) }
}

/// The notification of a change of a topic, by the command that asks for it.
pub(super) const fn notice_of(get: u8) -> Option<u8> {
    Some(match get {
        ETHTOOL_MSG_RINGS_GET => ETHTOOL_MSG_RINGS_NTF,
        ETHTOOL_MSG_CHANNELS_GET => ETHTOOL_MSG_CHANNELS_NTF,
        ETHTOOL_MSG_COALESCE_GET => ETHTOOL_MSG_COALESCE_NTF,
        ETHTOOL_MSG_PAUSE_GET => ETHTOOL_MSG_PAUSE_NTF,
        ETHTOOL_MSG_LINKINFO_GET => ETHTOOL_MSG_LINKINFO_NTF,
        ETHTOOL_MSG_LINKMODES_GET => ETHTOOL_MSG_LINKMODES_NTF,
        ETHTOOL_MSG_EEE_GET => ETHTOOL_MSG_EEE_NTF,
        ETHTOOL_MSG_WOL_GET => ETHTOOL_MSG_WOL_NTF,
        ETHTOOL_MSG_DEBUG_GET => ETHTOOL_MSG_DEBUG_NTF,
        ETHTOOL_MSG_PRIVFLAGS_GET => ETHTOOL_MSG_PRIVFLAGS_NTF,
        ETHTOOL_MSG_MODULE_GET => ETHTOOL_MSG_MODULE_NTF,
        ETHTOOL_MSG_FEC_GET => ETHTOOL_MSG_FEC_NTF,
        _ => return None,
    })
}

const FAILED: &str = "link settings update failed";

pub(super) const LINK_INFO: &[Row] = &[
    Row { settable: true, ..byte(ETHTOOL_A_LINKINFO_PORT, "port") },
    Row { settable: true, ..byte(ETHTOOL_A_LINKINFO_PHYADDR, "phyad") },
    byte(ETHTOOL_A_LINKINFO_TP_MDIX, "mdi-x"),
    Row { settable: true, ..byte(ETHTOOL_A_LINKINFO_TP_MDIX_CTRL, "mdi-x-control") },
    byte(ETHTOOL_A_LINKINFO_TRANSCEIVER, "transceiver"),
];

pub(super) const LINK_MODES_ROWS: &[Row] = &[
    switch(ETHTOOL_A_LINKMODES_AUTONEG, "auto-negotiation"),
    set(ETHTOOL_A_LINKMODES_OURS, "modes", LINK_MODES, FAILED),
    told_set(ETHTOOL_A_LINKMODES_PEER, "peer-modes", LINK_MODES, ""),
    number(ETHTOOL_A_LINKMODES_SPEED, "speed"),
    Row { shape: Shape::U8, ..number(ETHTOOL_A_LINKMODES_DUPLEX, "duplex") },
    Row {
        lacking: "lanes configuration not supported by device",
        lacking_errno: Errno::EOPNOTSUPP,
        max: Some(8),
        ..number(ETHTOOL_A_LINKMODES_LANES, "lanes")
    },
    Row {
        shape: Shape::U8,
        lacking: "master/slave configuration not supported by device",
        lacking_errno: Errno::EOPNOTSUPP,
        ..number(ETHTOOL_A_LINKMODES_MASTER_SLAVE_CFG, "master-slave-cfg")
    },
    byte(ETHTOOL_A_LINKMODES_RATE_MATCHING, "rate-matching"),
];

pub(super) const LINK_STATE: &[Row] = &[
    byte(ETHTOOL_A_LINKSTATE_LINK, "link-detected"),
    byte(ETHTOOL_A_LINKSTATE_EXT_STATE, "link-state"),
    byte(ETHTOOL_A_LINKSTATE_EXT_SUBSTATE, "link-substate"),
    told(ETHTOOL_A_LINKSTATE_EXT_DOWN_CNT, "link-down-events"),
];

pub(super) const EEE: &[Row] = &[
    set(ETHTOOL_A_EEE_MODES_OURS, "modes", LINK_MODES, ""),
    told_set(ETHTOOL_A_EEE_MODES_PEER, "peer-modes", LINK_MODES, ""),
    byte(ETHTOOL_A_EEE_ACTIVE, "active"),
    switch(ETHTOOL_A_EEE_ENABLED, "enabled"),
    switch(ETHTOOL_A_EEE_TX_LPI_ENABLED, "tx-lpi-enabled"),
    number(ETHTOOL_A_EEE_TX_LPI_TIMER, "tx-lpi-timer"),
];

pub(super) const WOL: &[Row] =
    &[set(ETHTOOL_A_WOL_MODES, "wake-on", WAKE, "cannot enable unsupported WoL mode")];

pub(super) const DEBUG: &[Row] = &[set(ETHTOOL_A_DEBUG_MSGMASK, "message-level", MESSAGES, "")];

pub(super) const PRIVATE: &[Row] = &[set(ETHTOOL_A_PRIVFLAGS_FLAGS, "flags", &[], "")];

pub(super) const TSINFO: &[Row] = &[
    told_set(ETHTOOL_A_TSINFO_TIMESTAMPING, "capabilities", STAMPS, ""),
    told_set(ETHTOOL_A_TSINFO_TX_TYPES, "tx-types", TX_TYPES, ""),
    told_set(ETHTOOL_A_TSINFO_RX_FILTERS, "rx-filters", RX_FILTERS, ""),
    told(ETHTOOL_A_TSINFO_PHC_INDEX, "phc-index"),
];

pub(super) const TSCONFIG: &[Row] = &[
    set(ETHTOOL_A_TSCONFIG_TX_TYPES, "tx-type", TX_TYPES, ""),
    set(ETHTOOL_A_TSCONFIG_RX_FILTERS, "rx-filter", RX_FILTERS, ""),
    set(ETHTOOL_A_TSCONFIG_HWTSTAMP_FLAGS, "flags", STAMP_FLAGS, ""),
];

pub(super) const MODULE: &[Row] = &[
    Row { shape: Shape::U8, max: Some(2), ..number(ETHTOOL_A_MODULE_POWER_MODE_POLICY, "power-mode-policy") },
    byte(ETHTOOL_A_MODULE_POWER_MODE, "power-mode"),
];

pub(super) const FEC: &[Row] = &[
    set(ETHTOOL_A_FEC_MODES, "config", LINK_MODES, ""),
    Row { max: Some(1), ..switch(ETHTOOL_A_FEC_AUTO, "auto") },
    told(ETHTOOL_A_FEC_ACTIVE, "active"),
];
