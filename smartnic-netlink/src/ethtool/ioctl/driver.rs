//! Which driver serves a link (`ETHTOOL_GDRVINFO`).

use smartnic_core::ethtool::DriverInfo;

use super::{block, text_at, u32_at};
use crate::codec::WireError;
use crate::uapi::ethtool::{ETHTOOL_GDRVINFO, SIZEOF_ETHTOOL_DRVINFO};

const WHAT: &str = "ethtool_drvinfo";

/// Asks for it.
#[must_use]
pub fn get() -> Vec<u8> {
    block(ETHTOOL_GDRVINFO, SIZEOF_ETHTOOL_DRVINFO)
}

/// Reads the answer. Texts that the driver leaves empty are not there.
///
/// # Errors
/// A [`WireError`] if the block is too short.
pub fn read(block: &[u8]) -> Result<DriverInfo, WireError> {
    let text = |at| -> Result<Option<String>, WireError> {
        Ok(Some(text_at(block, WHAT, at, 32)?).filter(|text| !text.is_empty()))
    };
    let number = |at| -> Result<Option<u32>, WireError> { Ok(Some(u32_at(block, WHAT, at)?)) };
    Ok(DriverInfo {
        driver: text(4)?,
        version: text(36)?,
        firmware: text(68)?,
        bus: text(100)?,
        rom: text(132)?,
        flags: number(176)?,
        statistics: number(180)?,
        tests: number(184)?,
        eeprom: number(188)?,
        registers: number(192)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_lie_where_the_kernel_puts_them() {
        let mut block = get();
        assert_eq!(block.len(), 196);
        assert_eq!(block[..4], 3_u32.to_ne_bytes());
        block[4..8].copy_from_slice(b"ice\0");
        block[68..74].copy_from_slice(b"4.40 x");
        block[184..188].copy_from_slice(&5_u32.to_ne_bytes());
        let info = read(&block).unwrap();
        assert_eq!((info.driver.as_deref(), info.firmware.as_deref()), (Some("ice"), Some("4.40 x")));
        assert_eq!((info.tests, info.version), (Some(5), None));
        read(&block[..195]).unwrap_err();
    }
}
