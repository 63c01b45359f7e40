use serde::{Deserialize, Serialize};
use smartnic_core::ethtool::{Channels, Coalesce, Pause, Rings};

use super::Settings;

/// What ethtool tells of a link's queues and of pausing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Queues {
    pub(crate) rings: Rings,
    pub(crate) channels: Channels,
    pub(crate) coalesce: Coalesce,
    /// None on functions, which have no wire of their own.
    pub(crate) pause: Option<Pause>,
    /// None on functions; that they have none of it is ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) settings: Option<Settings>,
}

impl Queues {
    /// As after boot. The numbers are ours and those of no product: drivers derive theirs from processors and firmware.
    pub(crate) fn new(has_wire: bool, driver: &str, clock: u32) -> Self {
        Self {
            rings: Rings {
                rx_max: Some(8192),
                tx_max: Some(8192),
                rx: Some(1024),
                tx: Some(1024),
                ..Rings::default()
            },
            channels: Channels { combined_max: Some(16), combined: Some(8), ..Channels::default() },
            coalesce: Coalesce {
                adaptive_rx: Some(true),
                adaptive_tx: Some(true),
                rx_usecs: Some(8),
                rx_frames: Some(128),
                tx_usecs: Some(16),
                tx_frames: Some(32),
                ..Coalesce::default()
            },
            pause: has_wire.then(|| Pause {
                autoneg: Some(false),
                rx: Some(true),
                tx: Some(true),
                tx_frames: Some(0),
                rx_frames: Some(0),
                ..Pause::default()
            }),
            settings: has_wire.then(|| Settings::new(driver, clock)),
        }
    }
}
