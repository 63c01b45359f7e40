use crate::{Error, ErrorKind, Result};

/// Bytes of half a page, the most that is read at once.
pub const HALF: usize = 128;

/// A part of a module's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Part {
    /// The address on the bus: 0x50, or 0x51 for the second of an SFP.
    pub i2c: u8,
    /// The page; only page 0 has a lower half.
    pub page: u8,
    /// The bank, for lanes beyond the eighth.
    pub bank: u8,
    /// The first byte, 128 and above for the upper half.
    pub offset: u8,
    /// How many bytes, at most [`HALF`].
    pub length: u8,
}

impl Part {
    /// The lower half.
    #[must_use]
    pub fn low(i2c: u8) -> Self {
        Self { i2c, page: 0, bank: 0, offset: 0, length: 128 }
    }

    /// The upper half of a page.
    #[must_use]
    pub fn high(i2c: u8, page: u8) -> Self {
        Self { i2c, page, bank: 0, offset: 128, length: 128 }
    }
}

/// Half a page; bytes go by the offsets that the specifications have, so the upper half begins at 128.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    bytes: [u8; HALF],
}

/// Asks for half a page.
pub(super) fn half(read: &mut dyn FnMut(Part) -> Result<Vec<u8>>, part: Part) -> Result<Memory> {
    let got = read(part)?;
    let bytes = got.first_chunk::<HALF>().copied().ok_or_else(|| {
        Error::new(ErrorKind::Protocol, "read a module")
            .on(format_args!("page {:#04x} at {}", part.page, part.offset))
            .reason(format!("{} of 128 bytes came", got.len()))
    })?;
    Ok(Memory { bytes })
}

impl Memory {
    /// A byte.
    pub(super) fn u8(&self, at: usize) -> u8 {
        self.bytes[at % HALF]
    }

    /// Two bytes, the high one first.
    pub(super) fn u16(&self, at: usize) -> i64 {
        i64::from(u16::from_be_bytes([self.u8(at), self.u8(at + 1)]))
    }

    /// Two bytes with a sign.
    pub(super) fn i16(&self, at: usize) -> i64 {
        i64::from(i16::from_be_bytes([self.u8(at), self.u8(at + 1)]))
    }

    /// A number with a fraction, four bytes.
    pub(super) fn f32(&self, at: usize) -> f64 {
        f64::from(f32::from_be_bytes([self.u8(at), self.u8(at + 1), self.u8(at + 2), self.u8(at + 3)]))
    }

    /// Text without the spaces that fill it up; what cannot be printed becomes a question mark.
    pub(super) fn text(&self, at: usize, length: usize) -> String {
        let letter = |at| match self.u8(at) {
            byte @ 0x20..=0x7e => char::from(byte),
            0 => ' ',
            _ => '?',
        };
        (at..at + length).map(letter).collect::<String>().trim_end().to_owned()
    }

    /// Three bytes of a maker's number.
    pub(super) fn oui(&self, at: usize) -> [u8; 3] {
        [self.u8(at), self.u8(at + 1), self.u8(at + 2)]
    }

    /// Thousandths of a degree; the unit on the wire is 1/256 of one.
    pub(super) fn temperature(&self, at: usize) -> i64 {
        self.i16(at) * 1000 / 256
    }

    /// Microvolts; the unit on the wire is 100 of them.
    pub(super) fn voltage(&self, at: usize) -> i64 {
        self.u16(at) * 100
    }

    /// Nanowatts; the unit on the wire is 100 of them.
    pub(super) fn power(&self, at: usize) -> i64 {
        self.u16(at) * 100
    }

    /// Microamperes; the unit on the wire is two of them.
    pub(super) fn bias(&self, at: usize) -> i64 {
        self.u16(at) * 2
    }
}
