use super::record::{record, words};

words! {
    /// Whether headers of TCP segments go into buffers of their own (`ETHTOOL_TCP_DATA_SPLIT_*`).
    TcpDataSplit: u32 {
        /// The driver does not say.
        Auto = 0, "auto";
        /// Headers stay with their data.
        Off = 1, "off";
        /// Headers go into buffers of their own.
        On = 2, "on";
    }
}

record! {
    /// Rings of receive and transmit descriptors (`ethtool -g`, `ETHTOOL_MSG_RINGS_GET`).
    Rings {
        /// The most that `rx` can be.
        rx_max: u32 = "rx-max";
        /// The most that `rx_mini` can be.
        rx_mini_max: u32 = "rx-mini-max";
        /// The most that `rx_jumbo` can be.
        rx_jumbo_max: u32 = "rx-jumbo-max";
        /// The most that `tx` can be.
        tx_max: u32 = "tx-max";
        /// The most that `tx_push_buf_len` can be; ethtool's JSON has it by this name.
        tx_push_buf_len_max: u32 = "tx-push-buff-max-len";
        /// The most that `hds_thresh` can be.
        hds_thresh_max: u32 = "hds-thresh-max";
        /// Descriptors of each receive ring.
        rx: u32 = "rx";
        /// Descriptors of each mini ring.
        rx_mini: u32 = "rx-mini";
        /// Descriptors of each jumbo ring.
        rx_jumbo: u32 = "rx-jumbo";
        /// Descriptors of each transmit ring.
        tx: u32 = "tx";
        /// Bytes of each receive buffer.
        rx_buf_len: u32 = "rx-buf-len";
        /// Bytes of each completion entry.
        cqe_size: u32 = "cqe-size";
        /// Whether descriptors are written straight to the device when sending.
        tx_push: bool = "tx-push";
        /// Whether descriptors are written straight to the device when receiving.
        rx_push: bool = "rx-push";
        /// Bytes of a packet that are written straight to the device.
        tx_push_buf_len: u32 = "tx-push-buf-len";
        /// Whether headers go into buffers of their own.
        tcp_data_split: TcpDataSplit = "tcp-data-split";
        /// From how many bytes on headers are split off.
        hds_thresh: u32 = "hds-thresh";
    }
}
