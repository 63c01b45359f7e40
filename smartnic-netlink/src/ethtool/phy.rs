//! PHYs of a link, and what they receive (`ETHTOOL_MSG_PHY_GET`, `ETHTOOL_MSG_MSE_GET`).

use smartnic_core::types::IfIndex;

use super::record::{NEVER, Place, Wire, layout};
use super::start;
use crate::codec::{Encoder, Flags, Names, Request, WireError};
use crate::uapi::ethtool_netlink::*;

layout! {
    /// How it lies on the wire.
    LAYOUT: ETHTOOL_MSG_PHY_GET, NEVER, ETHTOOL_A_PHY_HEADER, ETHTOOL_A_PHY_NAMES, [], PLACES
}

const PLACES: &[Place] = &[
    (ETHTOOL_A_PHY_INDEX, Wire::U32, "phy_index"),
    (ETHTOOL_A_PHY_DRVNAME, Wire::Text, "drvname"),
    (ETHTOOL_A_PHY_NAME, Wire::Text, "name"),
    (ETHTOOL_A_PHY_UPSTREAM_TYPE, Wire::U32, "upstream_type"),
    (ETHTOOL_A_PHY_UPSTREAM_INDEX, Wire::U32, "upstream_index"),
    (ETHTOOL_A_PHY_UPSTREAM_SFP_NAME, Wire::Text, "upstream_sfp_name"),
    (ETHTOOL_A_PHY_DOWNSTREAM_SFP_NAME, Wire::Text, "downstream_sfp_name"),
];

/// Asks for all PHYs of a link.
#[derive(Clone, Copy, Debug)]
pub struct Dump {
    /// The family's message type.
    pub family: u16,
    /// The link.
    pub link: IfIndex,
}

impl Request for Dump {
    fn kind(&self) -> u16 {
        self.family
    }

    fn flags(&self) -> Flags {
        Flags::DUMP
    }

    fn names(&self) -> &'static Names {
        LAYOUT.names
    }

    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        start(e, ETHTOOL_MSG_PHY_GET, ETHTOOL_A_PHY_HEADER, self.link, 0);
        Ok(())
    }
}

/// The kernel's header gives these numbers no width.
const MSE_HEADER: u16 = ETHTOOL_A_MSE_HEADER as u16;
const MSE: &[(u16, &str)] = &[(MSE_HEADER, "ETHTOOL_A_MSE_HEADER")];

layout! {
    /// How far off the signal is.
    SIGNAL: ETHTOOL_MSG_MSE_GET, NEVER, MSE_HEADER, MSE, [], CHANNELS
}

const CHANNELS: &[Place] = &[
    (ETHTOOL_A_MSE_CAPABILITIES as u16, Wire::Nest(LIMITS), "capabilities"),
    (ETHTOOL_A_MSE_CHANNEL_A as u16, Wire::Nest(A), "channel-a"),
    (ETHTOOL_A_MSE_CHANNEL_B as u16, Wire::Nest(B), "channel-b"),
    (ETHTOOL_A_MSE_CHANNEL_C as u16, Wire::Nest(C), "channel-c"),
    (ETHTOOL_A_MSE_CHANNEL_D as u16, Wire::Nest(D), "channel-d"),
    (ETHTOOL_A_MSE_WORST_CHANNEL as u16, Wire::Nest(WORST), "worst-channel"),
    (ETHTOOL_A_MSE_LINK as u16, Wire::Nest(LINK), "link"),
];

const LIMITS: &[Place] = &[
    (ETHTOOL_A_MSE_CAPABILITIES_MAX_AVERAGE_MSE as u16, Wire::Uint, "capabilities.max-average-mse"),
    (ETHTOOL_A_MSE_CAPABILITIES_MAX_PEAK_MSE as u16, Wire::Uint, "capabilities.max-peak-mse"),
    (ETHTOOL_A_MSE_CAPABILITIES_REFRESH_RATE_PS as u16, Wire::Uint, "capabilities.refresh-rate-ps"),
    (ETHTOOL_A_MSE_CAPABILITIES_NUM_SYMBOLS as u16, Wire::Uint, "capabilities.num-symbols"),
];

/// The measurements of one channel.
macro_rules! measured {
    ($($name:ident: $text:literal;)*) => {
        $(const $name: &[Place] = &[
            (ETHTOOL_A_MSE_SNAPSHOT_AVERAGE_MSE as u16, Wire::Uint, concat!($text, ".average-mse")),
            (ETHTOOL_A_MSE_SNAPSHOT_PEAK_MSE as u16, Wire::Uint, concat!($text, ".peak-mse")),
            (ETHTOOL_A_MSE_SNAPSHOT_WORST_PEAK_MSE as u16, Wire::Uint, concat!($text, ".worst-peak-mse")),
        ];)*
    };
}

measured! {
    A: "channel-a";
    B: "channel-b";
    C: "channel-c";
    D: "channel-d";
    WORST: "worst-channel";
    LINK: "link";
}
