use std::fmt;
use std::str::FromStr;

use super::{DevlinkHandle, PortHandle, PortIndex, serde_as_text};
use crate::{Error, Result};

/// A devlink instance or one of its ports, whichever something belongs to: `pci/0000:03:00.0` or `pci/0000:03:00.0/1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DevlinkPlace {
    /// The devlink instance.
    pub device: DevlinkHandle,
    /// The port's number on it, if it is a port.
    pub port: Option<PortIndex>,
}

impl DevlinkPlace {
    /// The port, if it is one.
    #[must_use]
    pub fn port(&self) -> Option<PortHandle> {
        self.port.map(|port| self.device.port(port))
    }
}

impl From<DevlinkHandle> for DevlinkPlace {
    fn from(device: DevlinkHandle) -> Self {
        Self { device, port: None }
    }
}

impl From<PortHandle> for DevlinkPlace {
    fn from(port: PortHandle) -> Self {
        Self { device: port.device, port: Some(port.index) }
    }
}

impl fmt::Display for DevlinkPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}/{port}", self.device),
            None => self.device.fmt(f),
        }
    }
}

impl FromStr for DevlinkPlace {
    type Err = Error;

    /// Reads what [`DevlinkHandle`] or [`PortHandle`] reads.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = |_| {
            let want = "expected DEVICE or DEVICE/PORT such as pci/0000:03:00.0 or pci/0000:03:00.0/1";
            Error::parse("read a devlink handle", want).on(text)
        };
        // A port first: of a short PCI address with a port, the address would be taken for a bus.
        match text.parse::<PortHandle>() {
            Ok(port) => Ok(port.into()),
            Err(_) => text.parse::<DevlinkHandle>().map(Self::from).map_err(wrong),
        }
    }
}

serde_as_text!(DevlinkPlace);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_what_they_print() {
        for text in ["pci/0000:03:00.0", "pci/0000:03:00.0/1", "netdevsim/netdevsim1/65535"] {
            assert_eq!(text.parse::<DevlinkPlace>().unwrap().to_string(), text);
        }
        let port: DevlinkPlace = "03:00.0/7".parse().unwrap();
        assert_eq!(port.port().unwrap().to_string(), "pci/0000:03:00.0/7");
        for wrong in ["", "pci", "a/b/c", "a/b/c/1"] {
            assert!(wrong.parse::<DevlinkPlace>().is_err(), "{wrong}");
        }
    }
}
