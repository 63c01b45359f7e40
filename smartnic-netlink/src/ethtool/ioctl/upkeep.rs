//! Upkeep: self-test, blinking, reset, registers, EEPROM, tunables, interrupts of single queues.

use smartnic_core::ethtool::{
    Coalesce, DriverDump, DumpState, EepromChange, Record, Registers, Tunables, Value,
};

use super::{block, bytes, put_u32, u32_at, u64_at};
use crate::codec::WireError;
use crate::ethtool::coalesce;
use crate::uapi::ethtool::*;

/// Orders a self-test that tries so many things (`struct ethtool_test`).
#[must_use]
pub fn test(offline: bool, count: u32) -> Vec<u8> {
    let mut block = block(ETHTOOL_TEST, SIZEOF_ETHTOOL_TEST + 8 * count as usize);
    put_u32(&mut block, 4, if offline { ETH_TEST_FL_OFFLINE } else { 0 });
    put_u32(&mut block, 12, count);
    block
}

/// Reads whether all is well, and what was found of each.
///
/// # Errors
/// A [`WireError`] if there are fewer than the block says.
pub fn read_test(block: &[u8]) -> Result<(bool, Vec<u64>), WireError> {
    let what = "ethtool_test";
    let (flags, count) = (u32_at(block, what, 4)?, u32_at(block, what, 12)? as usize);
    bytes(block, what, SIZEOF_ETHTOOL_TEST, count.saturating_mul(8))?;
    let found: Result<Vec<u64>, WireError> =
        (0..count).map(|at| u64_at(block, what, SIZEOF_ETHTOOL_TEST + 8 * at)).collect();
    Ok((flags & ETH_TEST_FL_FAILED == 0, found?))
}

/// An order with one number, such as `ETHTOOL_PHYS_ID` or `ETHTOOL_RESET` (`struct ethtool_value`).
#[must_use]
pub fn number(order: u32, number: u32) -> Vec<u8> {
    let mut block = block(order, SIZEOF_ETHTOOL_VALUE);
    put_u32(&mut block, 4, number);
    block
}

/// Reads the number that came back.
///
/// # Errors
/// A [`WireError`] if the block is too short.
pub fn read_number(block: &[u8]) -> Result<u32, WireError> {
    u32_at(block, "ethtool_value", 4)
}

/// Asks for so many bytes of registers (`struct ethtool_regs`).
#[must_use]
pub fn registers(len: u32) -> Vec<u8> {
    let mut block = block(ETHTOOL_GREGS, SIZEOF_ETHTOOL_REGS + len as usize);
    put_u32(&mut block, 8, len);
    block
}

/// Reads them.
///
/// # Errors
/// A [`WireError`] if there are fewer than the block says.
pub fn read_registers(block: &[u8]) -> Result<Registers, WireError> {
    let what = "ethtool_regs";
    let len = u32_at(block, what, 8)? as usize;
    let bytes = bytes(block, what, SIZEOF_ETHTOOL_REGS, len)?.to_vec();
    Ok(Registers { version: u32_at(block, what, 4)?, bytes })
}

/// Asks for bytes of the EEPROM (`struct ethtool_eeprom`).
#[must_use]
pub fn eeprom(offset: u32, len: u32) -> Vec<u8> {
    let mut block = block(ETHTOOL_GEEPROM, SIZEOF_ETHTOOL_EEPROM + len as usize);
    put_u32(&mut block, 8, offset);
    put_u32(&mut block, 12, len);
    block
}

/// Reads them.
///
/// # Errors
/// A [`WireError`] if there are fewer than the block says.
pub fn read_eeprom(block: &[u8]) -> Result<Vec<u8>, WireError> {
    let what = "ethtool_eeprom";
    let len = u32_at(block, what, 12)? as usize;
    Ok(bytes(block, what, SIZEOF_ETHTOOL_EEPROM, len)?.to_vec())
}

/// Reads the number by which the driver knows its device.
///
/// # Errors
/// A [`WireError`] if the block is too short.
pub fn read_magic(block: &[u8]) -> Result<u32, WireError> {
    u32_at(block, "ethtool_eeprom", 4)
}

/// Writes bytes into the EEPROM.
#[must_use]
pub fn write_eeprom(change: &EepromChange) -> Vec<u8> {
    let mut block = block(ETHTOOL_SEEPROM, SIZEOF_ETHTOOL_EEPROM);
    put_u32(&mut block, 4, change.magic);
    put_u32(&mut block, 8, change.offset);
    put_u32(&mut block, 12, change.bytes.len() as u32);
    block.extend(&change.bytes);
    block
}

/// An order about a driver's dump: `ETHTOOL_GET_DUMP_FLAG`, or `ETHTOOL_SET_DUMP` with a flag (`struct ethtool_dump`).
#[must_use]
pub fn dump_flag(order: u32, flag: u32) -> Vec<u8> {
    let mut block = block(order, SIZEOF_ETHTOOL_DUMP);
    put_u32(&mut block, 8, flag);
    block
}

/// Reads what the driver can write down.
///
/// # Errors
/// A [`WireError`] if the block is too short.
pub fn read_dump_state(block: &[u8]) -> Result<DumpState, WireError> {
    let at = |at| u32_at(block, "ethtool_dump", at);
    Ok(DumpState { version: at(4)?, flag: at(8)?, length: at(12)? })
}

/// Asks for so many bytes of it.
#[must_use]
pub fn dump(len: u32) -> Vec<u8> {
    let mut block = block(ETHTOOL_GET_DUMP_DATA, SIZEOF_ETHTOOL_DUMP + len as usize);
    put_u32(&mut block, 12, len);
    block
}

/// Reads them.
///
/// # Errors
/// A [`WireError`] if there are fewer than the block says.
pub fn read_dump(block: &[u8]) -> Result<DriverDump, WireError> {
    let DumpState { version, flag, length } = read_dump_state(block)?;
    let bytes = bytes(block, "ethtool_dump", SIZEOF_ETHTOOL_DUMP, length as usize)?.to_vec();
    Ok(DriverDump { version, flag, bytes })
}

/// A tunable: the field, whether it is the PHY's, its number, its type and its length.
#[derive(Debug)]
pub struct Tunable {
    /// The field of [`Tunables`].
    pub field: &'static str,
    phy: bool,
    id: u32,
    kind: u32,
    len: usize,
}

const fn device(field: &'static str, id: u32, kind: u32, len: usize) -> Tunable {
    Tunable { field, phy: false, id, kind, len }
}

const fn phy(field: &'static str, id: u32, kind: u32, len: usize) -> Tunable {
    Tunable { field, phy: true, id, kind, len }
}

/// Every tunable.
pub static TUNABLES: [Tunable; 7] = [
    device("rx-copybreak", ETHTOOL_RX_COPYBREAK, ETHTOOL_TUNABLE_U32, 4),
    device("tx-copybreak", ETHTOOL_TX_COPYBREAK, ETHTOOL_TUNABLE_U32, 4),
    device("tx-buf-size", ETHTOOL_TX_COPYBREAK_BUF_SIZE, ETHTOOL_TUNABLE_U32, 4),
    device("pfc-prevention-tout", ETHTOOL_PFC_PREVENTION_TOUT, ETHTOOL_TUNABLE_U16, 2),
    phy("phy-downshift", ETHTOOL_PHY_DOWNSHIFT, ETHTOOL_TUNABLE_U8, 1),
    phy("phy-fast-link-down", ETHTOOL_PHY_FAST_LINK_DOWN, ETHTOOL_TUNABLE_U8, 1),
    phy("phy-energy-detect-power-down", ETHTOOL_PHY_EDPD, ETHTOOL_TUNABLE_U16, 2),
];

impl Tunable {
    fn block(&self, order: u32) -> Vec<u8> {
        let mut block = block(order, SIZEOF_ETHTOOL_TUNABLE + self.len);
        put_u32(&mut block, 4, self.id);
        put_u32(&mut block, 8, self.kind);
        put_u32(&mut block, 12, self.len as u32);
        block
    }

    /// Asks for it.
    #[must_use]
    pub fn get(&self) -> Vec<u8> {
        self.block(if self.phy { ETHTOOL_PHY_GTUNABLE } else { ETHTOOL_GTUNABLE })
    }

    /// Reads it into its field.
    ///
    /// # Errors
    /// A [`WireError`] if the block is too short.
    pub fn read(&self, block: &[u8], into: &mut Tunables) -> Result<(), WireError> {
        let bytes = bytes(block, "ethtool_tunable", SIZEOF_ETHTOOL_TUNABLE, self.len)?;
        let number = match *bytes {
            [one] => u64::from(one),
            [a, b] => u64::from(u16::from_ne_bytes([a, b])),
            _ => u64::from(bytes.first_chunk().copied().map_or(0, u32::from_ne_bytes)),
        };
        into.put(self.field, Value::Number(number));
        Ok(())
    }

    /// Changes it.
    ///
    /// # Errors
    /// [`WireError::Unwritable`] if the number is too large for it.
    pub fn set(&self, number: u32) -> Result<Vec<u8>, WireError> {
        let mut block = self.block(if self.phy { ETHTOOL_PHY_STUNABLE } else { ETHTOOL_STUNABLE });
        let large = |_| WireError::Unwritable { what: "ethtool_tunable", why: "the number is too large" };
        let place = &mut block[SIZEOF_ETHTOOL_TUNABLE..];
        match self.len {
            1 => place.copy_from_slice(&u8::try_from(number).map_err(large)?.to_ne_bytes()),
            2 => place.copy_from_slice(&u16::try_from(number).map_err(large)?.to_ne_bytes()),
            _ => place.copy_from_slice(&number.to_ne_bytes()),
        }
        Ok(block)
    }
}

/// How many numbers `struct ethtool_coalesce` has behind its order: the first fields of the topic, in its order.
const NUMBERS: usize = SIZEOF_ETHTOOL_COALESCE / 4 - 1;

/// A block for one queue (`struct ethtool_per_queue_op`), with room for what is read or written.
fn queue(order: u32, queue: u16) -> Result<Vec<u8>, WireError> {
    if u32::from(queue) >= MAX_NUM_QUEUE {
        return Err(WireError::Unwritable {
            what: "ethtool_per_queue_op",
            why: "there are not so many queues",
        });
    }
    let mut block = block(ETHTOOL_PERQUEUE, SIZEOF_ETHTOOL_PER_QUEUE_OP + SIZEOF_ETHTOOL_COALESCE);
    put_u32(&mut block, 4, order);
    put_u32(&mut block, 8 + 4 * (usize::from(queue) / 32), 1 << (queue % 32));
    Ok(block)
}

/// Asks how interrupts of a queue are held back.
///
/// # Errors
/// [`WireError::Unwritable`] if no kernel has so many queues.
pub fn queue_coalesce(number: u16) -> Result<Vec<u8>, WireError> {
    queue(ETHTOOL_GCOALESCE, number)
}

/// Reads it.
///
/// # Errors
/// A [`WireError`] if the block is too short.
pub fn read_queue_coalesce(block: &[u8]) -> Result<Coalesce, WireError> {
    let told = bytes(block, "ethtool_coalesce", SIZEOF_ETHTOOL_PER_QUEUE_OP, SIZEOF_ETHTOOL_COALESCE)?;
    let mut coalesce = Coalesce::default();
    for (at, (_, _, field)) in coalesce::LAYOUT.places.iter().enumerate().take(NUMBERS) {
        let number = u64::from(u32_at(told, "ethtool_coalesce", 4 + 4 * at)?);
        coalesce.put(field, Value::Number(number));
    }
    Ok(coalesce)
}

/// Changes it, the whole of it: fields that are not there are zero.
///
/// # Errors
/// [`WireError::Unwritable`] if a field has no place here, or no kernel has so many queues.
pub fn set_queue_coalesce(number: u16, whole: &Coalesce) -> Result<Vec<u8>, WireError> {
    let mut block = queue(ETHTOOL_SCOALESCE, number)?;
    put_u32(&mut block, SIZEOF_ETHTOOL_PER_QUEUE_OP, ETHTOOL_SCOALESCE);
    for (name, value) in whole.fields() {
        let why = "the field cannot be changed for one queue";
        let unwritable = WireError::Unwritable { what: "ethtool_coalesce", why };
        let known = coalesce::LAYOUT.places.iter().take(NUMBERS).position(|(_, _, field)| *field == name);
        let number = match value {
            Value::Number(number) => u32::try_from(number).map_err(|_| unwritable)?,
            Value::Switch(on) => u32::from(on),
            _ => return Err(unwritable),
        };
        let at = known.ok_or(unwritable)?;
        put_u32(&mut block, SIZEOF_ETHTOOL_PER_QUEUE_OP + 4 + 4 * at, number);
    }
    Ok(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_beyond_the_block_are_errors() {
        let mut block = test(true, 2);
        assert_eq!((block.len(), u32_at(&block, "", 4)), (32, Ok(1)));
        block[24] = 9;
        put_u32(&mut block, 4, ETH_TEST_FL_OFFLINE | ETH_TEST_FL_FAILED);
        assert_eq!(read_test(&block), Ok((false, vec![0, 9])));
        put_u32(&mut block, 12, 3);
        read_test(&block).unwrap_err();
        let mut block = registers(4);
        block[4] = 2;
        block[12..].copy_from_slice(&[1, 2, 3, 4]);
        assert_eq!(read_registers(&block), Ok(Registers { version: 2, bytes: vec![1, 2, 3, 4] }));
        put_u32(&mut block, 8, u32::MAX);
        read_registers(&block).unwrap_err();
        let mut block = eeprom(8, 2);
        assert_eq!(read_eeprom(&block), Ok(vec![0, 0]));
        put_u32(&mut block, 12, 3);
        read_eeprom(&block).unwrap_err();
        assert_eq!(read_number(&number(ETHTOOL_RESET, 7)), Ok(7));
        let mut block = dump(2);
        put_u32(&mut block, 4, 3);
        assert_eq!(read_dump(&block), Ok(DriverDump { version: 3, flag: 0, bytes: vec![0, 0] }));
        put_u32(&mut block, 12, u32::MAX);
        read_dump(&block).unwrap_err();
        read_dump_state(&block[..15]).unwrap_err();
    }

    /// `struct ethtool_eeprom`, `struct ethtool_dump`: four numbers of four bytes, then the bytes.
    #[test]
    fn what_is_written_lies_where_the_kernel_has_it() {
        let block = write_eeprom(&EepromChange { magic: 0x10c9_8086, offset: 5, bytes: vec![1, 2, 3] });
        let words: Vec<u32> = (0..4).map(|at| u32_at(&block, "", 4 * at).unwrap()).collect();
        assert_eq!((words, &block[16..]), (vec![ETHTOOL_SEEPROM, 0x10c9_8086, 5, 3], &[1, 2, 3][..]));
        assert_eq!(read_magic(&block), Ok(0x10c9_8086));
        let block = dump_flag(ETHTOOL_SET_DUMP, 9);
        assert_eq!(read_dump_state(&block), Ok(DumpState { version: 0, flag: 9, length: 0 }));
        assert_eq!(block.len(), 16);
    }

    #[test]
    fn every_tunable_has_a_field_of_its_own_and_its_width() {
        let mut told = Tunables::default();
        for tunable in &TUNABLES {
            let block = tunable.set(200).unwrap();
            tunable.read(&block, &mut told).unwrap();
            tunable.read(&block[..block.len() - 1], &mut told).unwrap_err();
        }
        let fields: Vec<_> = told.fields();
        assert_eq!(fields.len(), TUNABLES.len());
        assert!(fields.iter().all(|(_, value)| *value == Value::Number(200)));
        assert_eq!(TUNABLES.iter().filter(|tunable| tunable.set(70_000).is_ok()).count(), 3);
    }

    #[test]
    fn numbers_of_a_queue_lie_where_the_kernel_has_them() {
        let change = Coalesce {
            rx_usecs: Some(7),
            adaptive_tx: Some(true),
            sample_interval: Some(3),
            ..Coalesce::default()
        };
        let block = set_queue_coalesce(33, &change).unwrap();
        assert_eq!((SIZEOF_ETHTOOL_COALESCE, SIZEOF_ETHTOOL_PER_QUEUE_OP), (92, 520));
        assert_eq!(u32_at(&block, "", 12), Ok(2));
        let at = |at: usize| u32_at(&block, "", 520 + 4 * at).unwrap();
        assert_eq!((at(0), at(1), at(11), at(22)), (ETHTOOL_SCOALESCE, 7, 1, 3));
        let read = read_queue_coalesce(&block).unwrap();
        assert_eq!((read.rx_usecs, read.adaptive_tx, read.adaptive_rx), (Some(7), Some(true), Some(false)));
        let unfit = Coalesce { rx_cqe_frames: Some(1), ..Coalesce::default() };
        set_queue_coalesce(0, &unfit).unwrap_err();
        queue_coalesce(4096).unwrap_err();
    }
}
