//! Power of a link (`ETHTOOL_MSG_EEE_*`, `_WOL_*`, `_MODULE_*`, `_PSE_*`).

use smartnic_core::ethtool::{POWER_EVENTS, StringSet};

use super::record::{Place, Wire, layout};
use super::rows::RowKind;
use crate::uapi::ethtool_netlink::*;

layout! {
    /// Energy-efficient Ethernet.
    EEE: ETHTOOL_MSG_EEE_GET, ETHTOOL_MSG_EEE_SET, ETHTOOL_A_EEE_HEADER, ETHTOOL_A_EEE_NAMES,
        [ETHTOOL_A_EEE_MODES_OURS, ETHTOOL_A_EEE_MODES_PEER], REST
}

const REST: &[Place] = &[
    (ETHTOOL_A_EEE_MODES_OURS, Wire::Bits(StringSet::LinkModes), "modes"),
    (ETHTOOL_A_EEE_MODES_PEER, Wire::Bits(StringSet::LinkModes), "peer-modes"),
    (ETHTOOL_A_EEE_ACTIVE, Wire::Switch, "active"),
    (ETHTOOL_A_EEE_ENABLED, Wire::Switch, "enabled"),
    (ETHTOOL_A_EEE_TX_LPI_ENABLED, Wire::Switch, "tx-lpi-enabled"),
    (ETHTOOL_A_EEE_TX_LPI_TIMER, Wire::U32, "tx-lpi-timer"),
];

layout! {
    /// Wake-on-LAN.
    WOL: ETHTOOL_MSG_WOL_GET, ETHTOOL_MSG_WOL_SET, ETHTOOL_A_WOL_HEADER, ETHTOOL_A_WOL_NAMES,
        [ETHTOOL_A_WOL_MODES], WAKE
}

const WAKE: &[Place] = &[
    (ETHTOOL_A_WOL_MODES, Wire::Bits(StringSet::WakeOnLan), "wake-on"),
    (ETHTOOL_A_WOL_SOPASS, Wire::Bytes, "sopass"),
];

layout! {
    /// Power of a plugged-in module.
    MODULE: ETHTOOL_MSG_MODULE_GET, ETHTOOL_MSG_MODULE_SET, ETHTOOL_A_MODULE_HEADER, ETHTOOL_A_MODULE_NAMES, [], DRAW
}

const DRAW: &[Place] = &[
    (ETHTOOL_A_MODULE_POWER_MODE_POLICY, Wire::U8, "power-mode-policy"),
    (ETHTOOL_A_MODULE_POWER_MODE, Wire::U8, "power-mode"),
];

layout! {
    /// Power over Ethernet.
    PSE: ETHTOOL_MSG_PSE_GET, ETHTOOL_MSG_PSE_SET, ETHTOOL_A_PSE_HEADER, ETHTOOL_A_PSE_NAMES, [], SUPPLY
}

const SUPPLY: &[Place] = &[
    (ETHTOOL_A_PODL_PSE_ADMIN_STATE, Wire::U32, "podl-pse-admin-state"),
    (ETHTOOL_A_PODL_PSE_ADMIN_CONTROL, Wire::U32, "podl-pse-admin-control"),
    (ETHTOOL_A_PODL_PSE_PW_D_STATUS, Wire::U32, "podl-pse-power-detection-status"),
    (ETHTOOL_A_C33_PSE_ADMIN_STATE, Wire::U32, "c33-pse-admin-state"),
    (ETHTOOL_A_C33_PSE_ADMIN_CONTROL, Wire::U32, "c33-pse-admin-control"),
    (ETHTOOL_A_C33_PSE_PW_D_STATUS, Wire::U32, "c33-pse-power-detection-status"),
    (ETHTOOL_A_C33_PSE_PW_CLASS, Wire::U32, "c33-pse-power-class"),
    (ETHTOOL_A_C33_PSE_ACTUAL_PW, Wire::U32, "c33-pse-actual-power"),
    (ETHTOOL_A_C33_PSE_EXT_STATE, Wire::U32, "c33-pse-extended-state"),
    (ETHTOOL_A_C33_PSE_EXT_SUBSTATE, Wire::U32, "c33-pse-extended-substate"),
    (ETHTOOL_A_C33_PSE_AVAIL_PW_LIMIT, Wire::U32, "c33-pse-available-power-limit"),
    (ETHTOOL_A_C33_PSE_PW_LIMIT_RANGES, Wire::Rows(RowKind::Ranges), "c33-pse-power-limit-ranges"),
    (ETHTOOL_A_PSE_PW_D_ID, Wire::U32, "pse-power-domain-id"),
    (ETHTOOL_A_PSE_PRIO_MAX, Wire::U32, "pse-priority-max"),
    (ETHTOOL_A_PSE_PRIO, Wire::U32, "pse-priority"),
];

/// What notifications tell (`ETHTOOL_A_PSE_NTF_*`).
pub(super) const EVENTS: &[Place] = &[(ETHTOOL_A_PSE_NTF_EVENTS as u16, Wire::Flags(POWER_EVENTS), "events")];
