use std::time::Duration;

use crate::ethtool::{Coalesce, DriverDump, DumpState, EepromChange, Registers, SelfTest, Tunables};
use crate::types::IfIndex;
use crate::{Error, Result};

/// Upkeep of a device through its link.
///
/// # Errors
/// As [`super::EthtoolQueues`].
pub trait EthtoolUpkeep: Send + Sync {
    /// Lets the device test itself (`ETHTOOL_TEST`). `offline` is everything, for which the link goes down; else what can be
    /// tried while it works.
    fn test_link(&self, link: IfIndex, offline: bool) -> Result<SelfTest> {
        let _ = offline;
        Err(Error::unsupported("test a device").on(format_args!("ifindex {link}")))
    }

    /// Lets the port's lamp blink for so long, in whole seconds, and waits for its end (`ETHTOOL_PHYS_ID`).
    fn identify(&self, link: IfIndex, how_long: Duration) -> Result<()> {
        let _ = how_long;
        Err(Error::unsupported("let a port blink").on(format_args!("ifindex {link}")))
    }

    /// Resets parts of the device, by the bits of [`crate::ethtool::RESETS`] (`ETHTOOL_RESET`). Returns those that were not.
    fn reset(&self, link: IfIndex, parts: u32) -> Result<u32> {
        let _ = parts;
        Err(Error::unsupported("reset a device").on(format_args!("ifindex {link}")))
    }

    /// The device's registers (`ETHTOOL_GREGS`).
    fn registers(&self, link: IfIndex) -> Result<Registers> {
        Err(Error::unsupported("read registers").on(format_args!("ifindex {link}")))
    }

    /// Bytes of the device's EEPROM (`ETHTOOL_GEEPROM`); without a length, all from the offset on.
    fn eeprom(&self, link: IfIndex, offset: u32, length: Option<u32>) -> Result<Vec<u8>> {
        let _ = (offset, length);
        Err(Error::unsupported("read the EEPROM").on(format_args!("ifindex {link}")))
    }

    /// The driver's number that [`EthtoolUpkeep::write_eeprom`] wants for this device.
    fn eeprom_magic(&self, link: IfIndex) -> Result<u32> {
        Err(Error::unsupported("read the EEPROM").on(format_args!("ifindex {link}")))
    }

    /// Writes into the device's EEPROM, and reads it back (`ETHTOOL_SEEPROM`). A device whose EEPROM is wrong may not start
    /// any more.
    ///
    /// # Errors
    /// `Mismatch` if other bytes are read back. As [`super::EthtoolQueues`].
    fn write_eeprom(&self, link: IfIndex, change: &EepromChange) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("write the EEPROM").on(format_args!("ifindex {link}")))
    }

    /// What the driver can write down of its device, and what is chosen (`ETHTOOL_GET_DUMP_FLAG`).
    fn dump_state(&self, link: IfIndex) -> Result<DumpState> {
        Err(Error::unsupported("ask for a driver's dump").on(format_args!("ifindex {link}")))
    }

    /// Chooses what is written down, by the driver's own number; some drivers begin something by it (`ETHTOOL_SET_DUMP`).
    fn set_dump(&self, link: IfIndex, flag: u32) -> Result<()> {
        Err(Error::unsupported("choose a driver's dump").on(format_args!("ifindex {link} flag {flag}")))
    }

    /// What the driver writes down (`ETHTOOL_GET_DUMP_DATA`).
    fn driver_dump(&self, link: IfIndex) -> Result<DriverDump> {
        Err(Error::unsupported("read a driver's dump").on(format_args!("ifindex {link}")))
    }

    /// What can be tuned, as it is (`ETHTOOL_GTUNABLE`, `ETHTOOL_PHY_GTUNABLE`).
    fn tunables(&self, link: IfIndex) -> Result<Tunables> {
        Err(Error::unsupported("read tunables").on(format_args!("ifindex {link}")))
    }

    /// Tunes; fields that are left out stay as they are (`ETHTOOL_STUNABLE`, `ETHTOOL_PHY_STUNABLE`).
    fn set_tunables(&self, link: IfIndex, change: &Tunables) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("change tunables").on(format_args!("ifindex {link}")))
    }

    /// How interrupts of one queue are held back (`ETHTOOL_PERQUEUE`).
    fn queue_coalesce(&self, link: IfIndex, queue: u16) -> Result<Coalesce> {
        Err(Error::unsupported("read interrupt coalescing").on(format_args!("ifindex {link} queue {queue}")))
    }

    /// Changes that; fields that are left out stay as they are.
    fn set_queue_coalesce(&self, link: IfIndex, queue: u16, change: &Coalesce) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("change interrupt coalescing")
            .on(format_args!("ifindex {link} queue {queue}")))
    }
}
