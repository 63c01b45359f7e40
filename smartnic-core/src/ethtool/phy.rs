use super::record::{record, words};

words! {
    /// What a PHY hangs on (`PHY_UPSTREAM_*`).
    PhyUpstream: u32 {
        /// The MAC.
        Mac = 0, "MAC";
        /// Another PHY.
        Phy = 1, "PHY";
    }
}

record! {
    /// A PHY of a link (`ethtool --show-phys`, `ETHTOOL_MSG_PHY_GET`, kernel 6.12 and later).
    Phy {
        /// Its number among those of the link.
        index: u32 = "phy_index";
        /// Its driver.
        driver: String = "drvname";
        /// Its name on its bus.
        name: String = "name";
        /// What it hangs on.
        upstream: PhyUpstream = "upstream_type";
        /// The number of the PHY that it hangs on.
        upstream_index: u32 = "upstream_index";
        /// The cage of the module that it is in.
        upstream_sfp: String = "upstream_sfp_name";
        /// The cage that it serves.
        downstream_sfp: String = "downstream_sfp_name";
    }
}

record! {
    /// How far off the signal is that a PHY receives, as mean square errors (`ETHTOOL_MSG_MSE_GET`, kernel 6.19 and later).
    ///
    /// The unit is the PHY's own: a value means something beside the largest that there can be.
    SignalError {
        /// The largest average that there can be.
        max_average: u64 = "capabilities.max-average-mse";
        /// The largest peak that there can be.
        max_peak: u64 = "capabilities.max-peak-mse";
        /// How often it is measured anew, in picoseconds.
        refresh: u64 = "capabilities.refresh-rate-ps";
        /// Over how many symbols it is measured.
        symbols: u64 = "capabilities.num-symbols";
        /// Channel A: the average.
        a_average: u64 = "channel-a.average-mse";
        /// Channel A: the peak.
        a_peak: u64 = "channel-a.peak-mse";
        /// Channel A: the worst peak since it was read last.
        a_worst: u64 = "channel-a.worst-peak-mse";
        /// Channel B: the average.
        b_average: u64 = "channel-b.average-mse";
        /// Channel B: the peak.
        b_peak: u64 = "channel-b.peak-mse";
        /// Channel B: the worst peak since it was read last.
        b_worst: u64 = "channel-b.worst-peak-mse";
        /// Channel C: the average.
        c_average: u64 = "channel-c.average-mse";
        /// Channel C: the peak.
        c_peak: u64 = "channel-c.peak-mse";
        /// Channel C: the worst peak since it was read last.
        c_worst: u64 = "channel-c.worst-peak-mse";
        /// Channel D: the average.
        d_average: u64 = "channel-d.average-mse";
        /// Channel D: the peak.
        d_peak: u64 = "channel-d.peak-mse";
        /// Channel D: the worst peak since it was read last.
        d_worst: u64 = "channel-d.worst-peak-mse";
        /// The worst channel, where the PHY tells no others: the average.
        worst_average: u64 = "worst-channel.average-mse";
        /// The worst channel: the peak.
        worst_peak: u64 = "worst-channel.peak-mse";
        /// The worst channel: the worst peak since it was read last.
        worst_worst: u64 = "worst-channel.worst-peak-mse";
        /// The whole link: the average.
        link_average: u64 = "link.average-mse";
        /// The whole link: the peak.
        link_peak: u64 = "link.peak-mse";
        /// The whole link: the worst peak since it was read last.
        link_worst: u64 = "link.worst-peak-mse";
    }
}
