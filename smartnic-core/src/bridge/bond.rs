use serde::{Deserialize, Serialize};

use crate::device::kernel_enum;
use crate::types::{IfIndex, Mac};

kernel_enum! {
    /// How a bond spreads packets over its ports (`BOND_MODE_*`).
    BondMode: u8 {
        /// One after the other.
        BalanceRr = 0, "balance-rr";
        /// All through one, the others wait.
        ActiveBackup = 1, "active-backup";
        /// By a hash of addresses.
        BalanceXor = 2, "balance-xor";
        /// Through all at once.
        Broadcast = 3, "broadcast";
        /// As the two ends agree by LACP.
        Lacp = 4, "802.3ad";
        /// What goes out is balanced.
        BalanceTlb = 5, "balance-tlb";
        /// What goes out and comes in is balanced.
        BalanceAlb = 6, "balance-alb";
    }
}

/// Whether the NIC itself sends over the ports of a bond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum LagOffload {
    /// It does.
    Active {
        /// How, in the driver's words.
        how: String,
    },
    /// It does not.
    Inactive {
        /// Why, as far as that is known.
        why: String,
    },
    /// The kernel has no way to tell, or the driver does not use it.
    Unknown {
        /// What would tell.
        why: String,
    },
}

/// A port of a bond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondPort {
    /// The link.
    pub link: IfIndex,
    /// Its name.
    pub name: String,
    /// True if it carries packets, false if it waits (`IFLA_BOND_SLAVE_STATE`).
    pub active: Option<bool>,
    /// True if its link is up by the bond's own check (`IFLA_BOND_SLAVE_MII_STATUS`).
    pub mii_up: Option<bool>,
    /// How often its link failed.
    pub failures: Option<u32>,
    /// The address that it had before.
    pub permanent_mac: Option<Mac>,
    /// The aggregator that LACP put it into.
    pub aggregator: Option<u16>,
    /// Whether flow rules may be offloaded on it (`hw-tc-offload`), if that can be read.
    pub tc_offload: Option<bool>,
    /// Its switch, if it tells one: ports of one switch can be bonded by the NIC.
    pub switch_id: Option<crate::types::SwitchId>,
}

/// A bond (`IFLA_INFO_KIND` bond).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bond {
    /// The link.
    pub link: IfIndex,
    /// Its name.
    pub name: String,
    /// True if it is up.
    pub up: bool,
    /// How it spreads packets.
    pub mode: Option<BondMode>,
    /// The port in use, where there is one (`IFLA_BOND_ACTIVE_SLAVE`).
    pub active: Option<IfIndex>,
    /// By what its hash goes, by the kernel's number (`IFLA_BOND_XMIT_HASH_POLICY`).
    pub hash_policy: Option<u8>,
    /// How often links are checked, in milliseconds (`IFLA_BOND_MIIMON`).
    pub miimon: Option<u32>,
    /// Its ports.
    pub ports: Vec<BondPort>,
    /// Whether the NIC itself sends over its ports.
    pub offload: LagOffload,
}

/// What to change on a bond, or what a new one is to be; what is `None` stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BondChange {
    /// How it spreads packets; only while it is down and has no ports.
    pub mode: Option<BondMode>,
    /// How often links are checked, in milliseconds; 0 for never.
    pub miimon: Option<u32>,
    /// By what its hash goes, by the kernel's number.
    pub hash_policy: Option<u8>,
    /// The port to use, where only one is used.
    pub active: Option<IfIndex>,
}
