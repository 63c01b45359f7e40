use super::Bits;
use super::record::record;

record! {
    /// What the driver writes into the kernel's log (`ETHTOOL_MSG_DEBUG_GET`).
    Messages {
        /// The kinds of messages, by the kernel's names.
        mask: Bits = "message-level";
    }
}

record! {
    /// Flags that only this driver has (`ethtool --show-priv-flags`, `ETHTOOL_MSG_PRIVFLAGS_GET`).
    PrivateFlags {
        /// Those that are on, of those that there are.
        flags: Bits = "flags";
    }
}

record! {
    /// Which driver serves a link, and what it has besides (`ethtool -i`, `ETHTOOL_GDRVINFO`).
    DriverInfo {
        /// The driver.
        driver: String = "driver";
        /// Its version; in-tree drivers have the kernel's.
        version: String = "version";
        /// The firmware's version.
        firmware: String = "firmware-version";
        /// The version of the ROM that boots.
        rom: String = "expansion-rom-version";
        /// Where the device sits on its bus.
        bus: String = "bus-info";
        /// How many counters of its own the driver has.
        statistics: u32 = "private-statistics";
        /// How many tests the device can make of itself.
        tests: u32 = "self-tests";
        /// How many flags of its own the driver has.
        flags: u32 = "private-flags";
        /// How large the device's EEPROM is, in bytes.
        eeprom: u32 = "eeprom-bytes";
        /// How large the dump of registers is, in bytes.
        registers: u32 = "register-bytes";
    }
}
