use super::Bits;
use super::record::record;

record! {
    /// What the link can do with time stamps (`ethtool -T`, `ETHTOOL_MSG_TSINFO_GET`).
    Timestamping {
        /// Where stamps can be taken.
        capabilities: Bits = "capabilities";
        /// The number of its clock (`/dev/ptpN`).
        phc: u32 = "phc-index";
        /// Which of several sources of stamps: the clock's number.
        provider: u32 = "hwtstamp-provider-index";
        /// Which of several sources of stamps: how exact it is, by the kernel's number.
        qualifier: u32 = "hwtstamp-provider-qualifier";
        /// What can be stamped when it is sent.
        tx_types: Bits = "tx-types";
        /// What can be stamped when it comes in.
        rx_filters: Bits = "rx-filters";
        /// Stamps of sent packets.
        tx_stamped: u64 = "statistics.tx_pkts";
        /// Stamps that never came.
        tx_lost: u64 = "statistics.tx_lost";
        /// Packets that could not be stamped.
        tx_errors: u64 = "statistics.tx_err";
    }
}

record! {
    /// What is stamped now (`ethtool --get-hwtimestamp-cfg`, `ETHTOOL_MSG_TSCONFIG_GET`).
    TimestampConfig {
        /// The clock's number.
        provider: u32 = "hwtstamp-provider-index";
        /// How exact it is, by the kernel's number.
        qualifier: u32 = "hwtstamp-provider-qualifier";
        /// What is stamped when it is sent: one of them.
        tx: Bits = "tx-type";
        /// What is stamped when it comes in: one of them.
        rx: Bits = "rx-filter";
        /// Flags, such as `bonded-phc-index`.
        flags: Bits = "flags";
    }
}

record! {
    /// Virtual clocks that stand on the link's clock (`ethtool --get-phc-vclocks`, `ETHTOOL_MSG_PHC_VCLOCKS_GET`).
    VirtualClocks {
        /// How many there are.
        count: u32 = "count";
        /// Their numbers (`/dev/ptpN`).
        clocks: Vec<u64> = "clocks";
    }
}
