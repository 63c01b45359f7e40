use super::Moderation;
use super::record::record;

record! {
    /// How interrupts are held back until there is more to do (`ethtool -c`, `ETHTOOL_MSG_COALESCE_GET`).
    ///
    /// A driver tells only what it has.
    Coalesce {
        /// Whether the device adapts receiving by itself.
        adaptive_rx: bool = "adaptive-rx";
        /// Whether the device adapts sending by itself.
        adaptive_tx: bool = "adaptive-tx";
        /// How often statistics are written, in microseconds.
        stats_block_usecs: u32 = "stats-block-usecs";
        /// How often rates are measured, in seconds.
        sample_interval: u32 = "sample-interval";
        /// Below this rate, in packets per second, the low values count.
        pkt_rate_low: u32 = "pkt-rate-low";
        /// Above this rate, in packets per second, the high values count.
        pkt_rate_high: u32 = "pkt-rate-high";
        /// Microseconds from a received packet to the interrupt.
        rx_usecs: u32 = "rx-usecs";
        /// Received packets that raise the interrupt.
        rx_frames: u32 = "rx-frames";
        /// As `rx_usecs`, while an interrupt is served.
        rx_usecs_irq: u32 = "rx-usecs-irq";
        /// As `rx_frames`, while an interrupt is served.
        rx_frames_irq: u32 = "rx-frames-irq";
        /// Microseconds from a sent packet to the interrupt.
        tx_usecs: u32 = "tx-usecs";
        /// Sent packets that raise the interrupt.
        tx_frames: u32 = "tx-frames";
        /// As `tx_usecs`, while an interrupt is served.
        tx_usecs_irq: u32 = "tx-usecs-irq";
        /// As `tx_frames`, while an interrupt is served.
        tx_frames_irq: u32 = "tx-frames-irq";
        /// `rx_usecs` at low rates.
        rx_usecs_low: u32 = "rx-usecs-low";
        /// `rx_frames` at low rates.
        rx_frames_low: u32 = "rx-frame-low";
        /// `tx_usecs` at low rates.
        tx_usecs_low: u32 = "tx-usecs-low";
        /// `tx_frames` at low rates.
        tx_frames_low: u32 = "tx-frame-low";
        /// `rx_usecs` at high rates.
        rx_usecs_high: u32 = "rx-usecs-high";
        /// `rx_frames` at high rates.
        rx_frames_high: u32 = "rx-frame-high";
        /// `tx_usecs` at high rates.
        tx_usecs_high: u32 = "tx-usecs-high";
        /// `tx_frames` at high rates.
        tx_frames_high: u32 = "tx-frame-high";
        /// Whether the timer of receiving starts anew with each completion.
        cqe_mode_rx: bool = "cqe-mode-rx";
        /// Whether the timer of sending starts anew with each completion.
        cqe_mode_tx: bool = "cqe-mode-tx";
        /// Bytes that are gathered before they are sent.
        tx_aggr_max_bytes: u32 = "tx-aggr-max-bytes";
        /// Packets that are gathered before they are sent.
        tx_aggr_max_frames: u32 = "tx-aggr-max-frames";
        /// Microseconds for which packets are gathered.
        tx_aggr_time_usecs: u32 = "tx-aggr-time-usecs";
        /// Received packets that are told by one completion entry.
        rx_cqe_frames: u32 = "rx-cqe-frames";
        /// Nanoseconds after which a completion entry is written though it has room.
        rx_cqe_nsecs: u32 = "rx-cqe-nsecs";
        /// The steps among which receiving adapts (kernel 6.11 and later).
        rx_profile: Vec<Moderation> = "rx-profile";
        /// The steps among which sending adapts.
        tx_profile: Vec<Moderation> = "tx-profile";
    }
}
