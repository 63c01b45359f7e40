use super::record::record;

record! {
    /// Channels: queues with their interrupts (`ethtool -l`, `ETHTOOL_MSG_CHANNELS_GET`).
    Channels {
        /// The most that `rx` can be.
        rx_max: u32 = "rx-max";
        /// The most that `tx` can be.
        tx_max: u32 = "tx-max";
        /// The most that `other` can be.
        other_max: u32 = "other-max";
        /// The most that `combined` can be.
        combined_max: u32 = "combined-max";
        /// Channels that only receive.
        rx: u32 = "rx";
        /// Channels that only send.
        tx: u32 = "tx";
        /// Channels for other things, such as link interrupts.
        other: u32 = "other";
        /// Channels that do both.
        combined: u32 = "combined";
    }
}
