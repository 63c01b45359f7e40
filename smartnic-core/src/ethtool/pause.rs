use super::record::record;

record! {
    /// Pause frames (`ethtool -a`, `ETHTOOL_MSG_PAUSE_GET`).
    Pause {
        /// Whether pausing is negotiated with the peer.
        autoneg: bool = "autonegotiate";
        /// Whether the device obeys pause frames.
        rx: bool = "rx";
        /// Whether the device sends pause frames.
        tx: bool = "tx";
        /// Pause frames that were sent.
        tx_frames: u64 = "statistics.tx_pause_frames";
        /// Pause frames that came in.
        rx_frames: u64 = "statistics.rx_pause_frames";
        /// Times that sending began after a pause.
        tx_storm_events: u64 = "statistics.tx_pause_storm_events";
    }
}
