use serde::{Deserialize, Serialize};

use super::Counter;
use super::record::record;

/// What a device found when it tested itself (`ethtool -t`, `ETHTOOL_TEST`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTest {
    /// True unless something is wrong.
    pub passed: bool,
    /// What was tried: the driver's names, and zero or the driver's number for what is wrong.
    pub results: Vec<Counter>,
}

/// The registers of a device (`ethtool -d`, `ETHTOOL_GREGS`), whose layout is the driver's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registers {
    /// The driver's number for the layout.
    pub version: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What a driver can write down of its device (`ethtool -w`, `ETHTOOL_GET_DUMP_FLAG`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DumpState {
    /// The driver's number for the layout.
    pub version: u32,
    /// What is to be written down; what a number stands for is the driver's, and 0 may stand for nothing.
    pub flag: u32,
    /// How many bytes that is now.
    pub length: u32,
}

/// It, written down (`ETHTOOL_GET_DUMP_DATA`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriverDump {
    /// The driver's number for the layout.
    pub version: u32,
    /// What it holds.
    pub flag: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Bytes for a device's EEPROM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EepromChange {
    /// The driver's number that says which device is meant; it refuses another.
    pub magic: u32,
    /// Where they go.
    pub offset: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Parts of a device that can be reset (`ETH_RESET_*`): names and bits. A name with `-shared` is the same part where several
/// functions share it.
pub const RESETS: &[(&str, u32)] = &[
    ("mgmt", 1),
    ("irq", 1 << 1),
    ("dma", 1 << 2),
    ("filter", 1 << 3),
    ("offload", 1 << 4),
    ("mac", 1 << 5),
    ("phy", 1 << 6),
    ("ram", 1 << 7),
    ("ap", 1 << 8),
    ("mgmt-shared", 1 << 16),
    ("irq-shared", 1 << 17),
    ("dma-shared", 1 << 18),
    ("filter-shared", 1 << 19),
    ("offload-shared", 1 << 20),
    ("mac-shared", 1 << 21),
    ("phy-shared", 1 << 22),
    ("ram-shared", 1 << 23),
    ("ap-shared", 1 << 24),
    ("dedicated", 0xffff),
    ("all", u32::MAX),
];

record! {
    /// What can be tuned of a device and of its PHY (`ethtool --get-tunable`, `--get-phy-tunable`).
    Tunables {
        /// Received packets up to so many bytes are copied, and their buffers used again.
        rx_copybreak: u32 = "rx-copybreak";
        /// Packets to be sent up to so many bytes are copied.
        tx_copybreak: u32 = "tx-copybreak";
        /// How large the buffer for those is, in bytes.
        tx_copybreak_buffer: u32 = "tx-buf-size";
        /// How long pausing may stop a queue before it is ignored, in milliseconds; 0 for ever, 65535 as the driver likes.
        pfc_prevention: u32 = "pfc-prevention-tout";
        /// PHY: after how many failures a lower speed is tried; 0 never, 255 as the driver likes.
        downshift: u32 = "phy-downshift";
        /// PHY: how long a lost link is waited for, in milliseconds; 0 not at all, 255 as ever.
        fast_link_down: u32 = "phy-fast-link-down";
        /// PHY: how often a sleeping PHY sends, in milliseconds; 0 it does not sleep, 65534 never, 65535 as the driver likes.
        energy_detect: u32 = "phy-energy-detect-power-down";
    }
}
