use serde::{Deserialize, Serialize};

use crate::device::kernel_enum;

kernel_enum! {
    /// A group of statistics that a standard names (`ETHTOOL_STATS_*`).
    StatsGroup: u32 {
        /// IEEE 802.3, the physical layer.
        EthPhy = 0, "eth-phy";
        /// IEEE 802.3, the MAC.
        EthMac = 1, "eth-mac";
        /// IEEE 802.3, MAC control.
        EthCtrl = 2, "eth-ctrl";
        /// RMON (RFC 2819), with how large frames were.
        Rmon = 3, "rmon";
        /// What the PHY counts by itself.
        Phy = 4, "phydev";
    }
}

kernel_enum! {
    /// Whose statistics, where frames that give way have a MAC of their own (`ETHTOOL_MAC_STATS_SRC_*`).
    StatsSource: u32 {
        /// Both together.
        Aggregate = 0, "aggregate";
        /// The MAC of frames that do not wait.
        Emac = 1, "emac";
        /// The MAC of frames that give way.
        Pmac = 2, "pmac";
    }
}

/// A counter by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// Its name, as the standard or the driver has it.
    pub name: String,
    /// What was counted.
    pub value: u64,
}

/// How many frames had a length between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// The least length, in bytes.
    pub low: u32,
    /// The greatest length, in bytes.
    pub high: u32,
    /// How many frames.
    pub value: u64,
}

/// What was counted of a group. What the driver does not count is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// The group.
    pub group: StatsGroup,
    /// Its counters.
    pub counters: Vec<Counter>,
    /// Lengths of frames that came in.
    pub received: Vec<Bucket>,
    /// Lengths of frames that went out.
    pub sent: Vec<Bucket>,
}

kernel_enum! {
    /// A set of names that the kernel or a driver has (`ETH_SS_*`).
    StringSet: u32 {
        /// What a driver's self-test tries.
        Test = 0, "test";
        /// A driver's own counters.
        Private = 1, "private-statistics";
        /// A driver's own flags.
        Flags = 2, "private-flags";
        /// Features.
        Features = 4, "features";
        /// Functions for spreading packets.
        HashFunctions = 5, "hash-functions";
        /// Tunables of a device.
        Tunables = 6, "tunables";
        /// Counters of a PHY.
        Phy = 7, "phy-statistics";
        /// Tunables of a PHY.
        PhyTunables = 8, "phy-tunables";
        /// Modes of links.
        LinkModes = 9, "link-modes";
        /// Kinds of messages.
        Messages = 10, "messages";
        /// What wakes the machine.
        WakeOnLan = 11, "wake-on-lan";
        /// What can be stamped.
        Timestamping = 12, "timestamping";
        /// What is stamped of what is sent.
        StampSent = 13, "stamp-sent";
        /// What is stamped of what comes in.
        StampReceived = 14, "stamp-received";
        /// Kinds of tunnels in UDP.
        Tunnels = 15, "udp-tunnels";
        /// Groups of standard statistics.
        Groups = 16, "statistics-groups";
        /// Names of [`StatsGroup::EthPhy`].
        EthPhy = 17, "eth-phy";
        /// Names of [`StatsGroup::EthMac`].
        EthMac = 18, "eth-mac";
        /// Names of [`StatsGroup::EthCtrl`].
        EthCtrl = 19, "eth-ctrl";
        /// Names of [`StatsGroup::Rmon`].
        Rmon = 20, "rmon";
        /// Names of [`StatsGroup::Phy`].
        PhyGroup = 21, "phydev";
        /// Ways of stamping.
        StampFlags = 22, "stamp-flags";
    }
}
