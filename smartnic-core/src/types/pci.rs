use std::fmt;
use std::str::FromStr;

use super::serde_as_text;
use crate::{Error, Result};

/// The address of a PCI function, printed `0000:03:00.1` as under `/sys/bus/pci/devices`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PciAddress {
    /// The PCI domain (segment).
    pub domain: u32,
    /// The bus number.
    pub bus: u8,
    /// The device (slot) number, 0..=31.
    pub device: u8,
    /// The function number, 0..=7.
    pub function: u8,
}

impl PciAddress {
    /// The address `offset` functions further, as VFs follow their PF; `None` past the last bus.
    #[must_use]
    pub fn offset(self, offset: u16) -> Option<Self> {
        let routing_id = u32::from(self.bus) << 8 | u32::from(self.device) << 3 | u32::from(self.function);
        let id = routing_id + u32::from(offset);
        let bus = u8::try_from(id >> 8).ok()?;
        Some(Self { bus, device: (id >> 3 & 0x1f) as u8, function: (id & 7) as u8, ..self })
    }
}

impl fmt::Display for PciAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}:{:02x}:{:02x}.{:x}", self.domain, self.bus, self.device, self.function)
    }
}

impl FromStr for PciAddress {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::parse("read a PCI address", "expected a form such as 0000:03:00.0").on(text);
        let hex = |part: &str, digits: usize| {
            let fits = part.len() <= digits && part.bytes().all(|digit| digit.is_ascii_hexdigit());
            fits.then(|| u32::from_str_radix(part, 16).ok()).flatten()
        };
        let (rest, function) = text.split_once('.').ok_or_else(wrong)?;
        let mut parts = rest.rsplitn(3, ':');
        let device = parts.next().and_then(|part| hex(part, 2)).filter(|&n| n < 32).ok_or_else(wrong)?;
        let bus = parts.next().and_then(|part| hex(part, 2)).ok_or_else(wrong)?;
        let domain = parts.next().map_or(Some(0), |part| hex(part, 8)).ok_or_else(wrong)?;
        let function = hex(function, 1).filter(|&n| n < 8).ok_or_else(wrong)?;
        Ok(Self { domain, bus: bus as u8, device: device as u8, function: function as u8 })
    }
}

serde_as_text!(PciAddress);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        let address: PciAddress = "0000:03:1f.7".parse().unwrap();
        assert_eq!(address.to_string(), "0000:03:1f.7");
        assert_eq!("03:00.1".parse::<PciAddress>().unwrap().to_string(), "0000:03:00.1");
        for wrong in ["", "03:00", "0000:03:20.0", "0000:03:00.8", "0000:103:00.0", "0000:03:00.+1"] {
            assert!(wrong.parse::<PciAddress>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn virtual_functions_follow_across_slots_and_buses() {
        let pf: PciAddress = "0000:03:00.0".parse().unwrap();
        assert_eq!(pf.offset(9).unwrap().to_string(), "0000:03:01.1");
        assert_eq!(pf.offset(256).unwrap().to_string(), "0000:04:00.0");
        let last: PciAddress = "0000:ff:1f.7".parse().unwrap();
        assert_eq!(last.offset(1), None);
    }
}
