use super::record::{record, words};
use super::{Bits, Bytes};

record! {
    /// Energy-efficient Ethernet (`ethtool --show-eee`, `ETHTOOL_MSG_EEE_GET`).
    Eee {
        /// Whether it is on.
        enabled: bool = "enabled";
        /// Whether both sides use it now.
        active: bool = "active";
        /// Whether the sending side rests.
        tx_lpi: bool = "tx-lpi-enabled";
        /// Microseconds of silence before it rests.
        tx_lpi_timer: u32 = "tx-lpi-timer";
        /// What is advertised, of what is supported.
        modes: Bits = "modes";
        /// What the peer advertises.
        peer: Bits = "peer-modes";
    }
}

record! {
    /// Wake-on-LAN (`ethtool DEVICE`, `ETHTOOL_MSG_WOL_GET`).
    WakeOnLan {
        /// What wakes the machine, of what can: `phy`, `ucast`, `mcast`, `bcast`, `arp`, `magic`, `magicsecure`, `filter`.
        modes: Bits = "wake-on";
        /// The password of `magicsecure`.
        password: Bytes = "sopass";
    }
}

words! {
    /// When a module is given power (`ETHTOOL_MODULE_POWER_MODE_POLICY_*`).
    ModulePowerPolicy: u8 {
        /// Always.
        High = 1, "high";
        /// While the link is up.
        Auto = 2, "auto";
    }
}

words! {
    /// The power that a module draws (`ETHTOOL_MODULE_POWER_MODE_*`).
    ModulePowerMode: u8 {
        /// Little: no traffic passes.
        Low = 1, "low";
        /// As much as it needs.
        High = 2, "high";
    }
}

record! {
    /// Power of a plugged-in module (`ethtool --show-module`, `ETHTOOL_MSG_MODULE_GET`).
    ModulePower {
        /// When it is given power.
        policy: ModulePowerPolicy = "power-mode-policy";
        /// What it draws now.
        mode: ModulePowerMode = "power-mode";
    }
}
