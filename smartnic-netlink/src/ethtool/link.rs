//! A link's port, modes and state (`ETHTOOL_MSG_LINKINFO_*`, `_LINKMODES_*`, `_LINKSTATE_GET`).

use smartnic_core::ethtool::StringSet;

use super::record::{NEVER, Place, Wire, layout};
use crate::uapi::ethtool_netlink::*;

layout! {
    /// What sort of port it is.
    INFO: ETHTOOL_MSG_LINKINFO_GET, ETHTOOL_MSG_LINKINFO_SET, ETHTOOL_A_LINKINFO_HEADER, ETHTOOL_A_LINKINFO_NAMES, [], PORT
}

const PORT: &[Place] = &[
    (ETHTOOL_A_LINKINFO_PORT, Wire::U8, "port"),
    (ETHTOOL_A_LINKINFO_PHYADDR, Wire::Wide8, "phyad"),
    (ETHTOOL_A_LINKINFO_TP_MDIX, Wire::U8, "mdi-x"),
    (ETHTOOL_A_LINKINFO_TP_MDIX_CTRL, Wire::U8, "mdi-x-control"),
    (ETHTOOL_A_LINKINFO_TRANSCEIVER, Wire::U8, "transceiver"),
];

layout! {
    /// Speed and modes.
    MODES: ETHTOOL_MSG_LINKMODES_GET, ETHTOOL_MSG_LINKMODES_SET, ETHTOOL_A_LINKMODES_HEADER,
        ETHTOOL_A_LINKMODES_NAMES, [ETHTOOL_A_LINKMODES_OURS, ETHTOOL_A_LINKMODES_PEER], SPEED
}

const SPEED: &[Place] = &[
    (ETHTOOL_A_LINKMODES_AUTONEG, Wire::Switch, "auto-negotiation"),
    (ETHTOOL_A_LINKMODES_OURS, Wire::Bits(StringSet::LinkModes), "modes"),
    (ETHTOOL_A_LINKMODES_PEER, Wire::Bits(StringSet::LinkModes), "peer-modes"),
    (ETHTOOL_A_LINKMODES_SPEED, Wire::Known32, "speed"),
    (ETHTOOL_A_LINKMODES_DUPLEX, Wire::Known8, "duplex"),
    (ETHTOOL_A_LINKMODES_MASTER_SLAVE_CFG, Wire::U8, "master-slave-cfg"),
    (ETHTOOL_A_LINKMODES_MASTER_SLAVE_STATE, Wire::U8, "master-slave-status"),
    (ETHTOOL_A_LINKMODES_LANES, Wire::U32, "lanes"),
    (ETHTOOL_A_LINKMODES_RATE_MATCHING, Wire::U8, "rate-matching"),
];

layout! {
    /// Whether there is a link.
    STATE: ETHTOOL_MSG_LINKSTATE_GET, NEVER, ETHTOOL_A_LINKSTATE_HEADER, ETHTOOL_A_LINKSTATE_NAMES, [], LINK
}

const LINK: &[Place] = &[
    (ETHTOOL_A_LINKSTATE_LINK, Wire::Switch, "link-detected"),
    (ETHTOOL_A_LINKSTATE_SQI, Wire::U32, "sqi"),
    (ETHTOOL_A_LINKSTATE_SQI_MAX, Wire::U32, "sqi-max"),
    (ETHTOOL_A_LINKSTATE_EXT_STATE, Wire::U8, "link-state"),
    (ETHTOOL_A_LINKSTATE_EXT_SUBSTATE, Wire::Wide8, "link-substate"),
    (ETHTOOL_A_LINKSTATE_EXT_DOWN_CNT, Wire::U32, "link-down-events"),
];
