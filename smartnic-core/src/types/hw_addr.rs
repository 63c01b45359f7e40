use std::fmt;
use std::str::FromStr;

use super::{Mac, serde_as_text};
use crate::{Error, Result};

/// The longest address that the kernel has a place for (`MAX_ADDR_LEN`).
const LONGEST: usize = 32;

/// The hardware address of a link of any kind: six bytes on Ethernet, twenty on InfiniBand; printed `02:00:00:00:00:01`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HwAddr {
    length: u8,
    bytes: [u8; LONGEST],
}

impl HwAddr {
    /// The address of these bytes; nothing if there are more than 32.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut all = [0; LONGEST];
        all.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(Self { length: bytes.len() as u8, bytes: all })
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// The MAC address, if it has six bytes.
    #[must_use]
    pub fn mac(&self) -> Option<Mac> {
        self.as_bytes().try_into().ok().map(Mac)
    }
}

impl From<Mac> for HwAddr {
    fn from(mac: Mac) -> Self {
        let mut bytes = [0; LONGEST];
        bytes[..6].copy_from_slice(&mac.0);
        Self { length: 6, bytes }
    }
}

impl fmt::Display for HwAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.as_bytes().iter().enumerate() {
            write!(f, "{}{byte:02x}", if at == 0 { "" } else { ":" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for HwAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HwAddr({self})")
    }
}

impl FromStr for HwAddr {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong =
            || Error::parse("read a hardware address", "expected bytes such as 02:00:00:00:00:01").on(text);
        let byte = |part: &str| match part.len() {
            1 | 2 if !part.starts_with('+') => u8::from_str_radix(part, 16).ok(),
            _ => None,
        };
        let bytes: Option<Vec<u8>> = text.split(':').map(byte).collect();
        bytes.and_then(|bytes| Self::new(&bytes)).ok_or_else(wrong)
    }
}

serde_as_text!(HwAddr);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints_in_any_length() {
        for text in ["02:00:00:00:00:01", "80:00:00:48:fe:80:00:00:00:00:00:00:00:02:c9:03:00:00:12:34", "aa"]
        {
            assert_eq!(text.parse::<HwAddr>().unwrap().to_string(), text);
        }
        let mac: Mac = "02:00:00:00:00:01".parse().unwrap();
        assert_eq!(HwAddr::from(mac).mac(), Some(mac));
        assert_eq!("aa:bb".parse::<HwAddr>().unwrap().mac(), None);
        for wrong in ["", ":", "aa:", "1g", "001", "+1", &"aa:".repeat(32), &vec!["aa"; 33].join(":")] {
            assert!(wrong.parse::<HwAddr>().is_err(), "{wrong}");
        }
    }
}
