//! What a driver has for itself (`ETHTOOL_MSG_DEBUG_*`, `_PRIVFLAGS_*`).

use smartnic_core::ethtool::StringSet;

use super::record::{Place, Wire, layout};
use crate::uapi::ethtool_netlink::*;

layout! {
    /// What it writes into the log.
    MESSAGES: ETHTOOL_MSG_DEBUG_GET, ETHTOOL_MSG_DEBUG_SET, ETHTOOL_A_DEBUG_HEADER, ETHTOOL_A_DEBUG_NAMES,
        [ETHTOOL_A_DEBUG_MSGMASK], LEVEL
}

const LEVEL: &[Place] = &[(ETHTOOL_A_DEBUG_MSGMASK, Wire::Bits(StringSet::Messages), "message-level")];

layout! {
    /// Flags that only this driver has.
    FLAGS: ETHTOOL_MSG_PRIVFLAGS_GET, ETHTOOL_MSG_PRIVFLAGS_SET, ETHTOOL_A_PRIVFLAGS_HEADER,
        ETHTOOL_A_PRIVFLAGS_NAMES, [ETHTOOL_A_PRIVFLAGS_FLAGS], PRIVATE
}

const PRIVATE: &[Place] = &[(ETHTOOL_A_PRIVFLAGS_FLAGS, Wire::Bits(StringSet::Flags), "flags")];
