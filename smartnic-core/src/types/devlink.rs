use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{PciAddress, serde_as_text};
use crate::{Error, Result};

/// A devlink instance: the bus and the device it stands on, printed `pci/0000:03:00.0`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DevlinkHandle {
    /// The bus (`DEVLINK_ATTR_BUS_NAME`), such as `pci`, `auxiliary` or `netdevsim`.
    pub bus: String,
    /// The device on it (`DEVLINK_ATTR_DEV_NAME`), such as `0000:03:00.0`.
    pub device: String,
}

impl DevlinkHandle {
    /// The instance of `device` on `bus`.
    #[must_use]
    pub fn new(bus: impl Into<String>, device: impl Into<String>) -> Self {
        Self { bus: bus.into(), device: device.into() }
    }

    /// The port with this index on this instance.
    #[must_use]
    pub fn port(&self, index: impl Into<PortIndex>) -> PortHandle {
        PortHandle { device: self.clone(), index: index.into() }
    }

    /// Whether this names the instance of `other`. One named by its number (`devlink_index/0`, kernel 7.1 and later) is
    /// answered for under its own name.
    #[must_use]
    pub fn names(&self, other: &Self) -> bool {
        self == other || self.bus == "devlink_index"
    }

    /// The PCI address, if the instance stands on the PCI bus.
    #[must_use]
    pub fn pci(&self) -> Option<PciAddress> {
        (self.bus == "pci").then(|| self.device.parse().ok()).flatten()
    }
}

impl From<PciAddress> for DevlinkHandle {
    fn from(address: PciAddress) -> Self {
        Self::new("pci", address.to_string())
    }
}

impl fmt::Display for DevlinkHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.bus, self.device)
    }
}

impl FromStr for DevlinkHandle {
    type Err = Error;

    /// Reads `BUS/DEVICE`; a bare PCI address is taken as `pci/ADDRESS`.
    fn from_str(text: &str) -> Result<Self> {
        let wrong =
            || Error::parse("read a devlink handle", "expected BUS/DEVICE such as pci/0000:03:00.0").on(text);
        match text.split_once('/') {
            Some((bus, device)) if !bus.is_empty() && !device.is_empty() && !device.contains('/') => {
                Ok(Self::new(bus, device))
            }
            Some(_) => Err(wrong()),
            None => text.parse::<PciAddress>().map(Self::from).map_err(|_| wrong()),
        }
    }
}

/// The number of a port on its devlink instance (`DEVLINK_ATTR_PORT_INDEX`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PortIndex(
    /// The number.
    pub u32,
);

impl From<u32> for PortIndex {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl fmt::Display for PortIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A devlink port: its instance and its number on it, printed `pci/0000:03:00.0/1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PortHandle {
    /// The devlink instance.
    pub device: DevlinkHandle,
    /// The port's number on it.
    pub index: PortIndex,
}

impl fmt::Display for PortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.device, self.index)
    }
}

impl FromStr for PortHandle {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::parse("read a port handle", "expected BUS/DEVICE/INDEX such as pci/0000:03:00.0/1")
                .on(text)
        };
        let (device, index) = text.rsplit_once('/').ok_or_else(wrong)?;
        let index = index.parse::<u32>().map_err(|_| wrong())?;
        Ok(device.parse::<DevlinkHandle>().map_err(|_| wrong())?.port(index))
    }
}

serde_as_text!(DevlinkHandle);
serde_as_text!(PortHandle);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_read_what_they_print() {
        for text in ["pci/0000:03:00.0", "netdevsim/netdevsim10", "auxiliary/mlx5_core.sf.4"] {
            assert_eq!(text.parse::<DevlinkHandle>().unwrap().to_string(), text);
            let port = format!("{text}/65535");
            assert_eq!(port.parse::<PortHandle>().unwrap().to_string(), port);
        }
        assert_eq!("03:00.0".parse::<DevlinkHandle>().unwrap().to_string(), "pci/0000:03:00.0");
        for wrong in ["", "pci", "pci/", "/x", "a/b/c"] {
            assert!(wrong.parse::<DevlinkHandle>().is_err(), "{wrong}");
        }
        assert!("pci/0000:03:00.0".parse::<PortHandle>().is_err());
    }
}
