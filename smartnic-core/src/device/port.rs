use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::kernel_enum;
use crate::types::{IfIndex, Mac, PortHandle, SfNumber, UnknownAttr, VfId, serde_as_text};
use crate::{Error, Result};

kernel_enum! {
    /// What a devlink port stands for (`enum devlink_port_flavour`).
    PortFlavour: u16 {
        /// A port with a connector: the uplink.
        Physical = 0, "physical";
        /// The CPU side of a switch.
        Cpu = 1, "cpu";
        /// A link between switches (DSA).
        Dsa = 2, "dsa";
        /// A physical function.
        PciPf = 3, "pcipf";
        /// A virtual function.
        PciVf = 4, "pcivf";
        /// A port without a connector and without a function.
        Virtual = 5, "virtual";
        /// A port that is not used.
        Unused = 6, "unused";
        /// A sub-function.
        PciSf = 7, "pcisf";
    }
}

kernel_enum! {
    /// What a port carries (`enum devlink_port_type`).
    PortType: u16 {
        /// Not decided yet, or no device is bound.
        NotSet = 0, "notset";
        /// Decided by what is plugged in.
        Auto = 1, "auto";
        /// Ethernet.
        Eth = 2, "eth";
        /// InfiniBand.
        Ib = 3, "ib";
    }
}

/// What can be set on the function behind a PF, VF or SF port (`DEVLINK_ATTR_PORT_FUNCTION`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PortFunction {
    /// The MAC address that the function comes up with.
    pub hw_addr: Option<Mac>,
    /// Whether a sub-function is active (`DEVLINK_PORT_FN_ATTR_STATE`).
    pub active: Option<bool>,
    /// Whether a driver is attached to the sub-function (`DEVLINK_PORT_FN_ATTR_OPSTATE`).
    pub attached: Option<bool>,
}

/// A devlink port (`DEVLINK_CMD_PORT_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// Its handle.
    pub handle: PortHandle,
    /// What it stands for.
    pub flavour: PortFlavour,
    /// What it carries.
    pub kind: PortType,
    /// The netdev on it, if there is one in the caller's network namespace.
    pub ifindex: Option<IfIndex>,
    /// That netdev's name; it may change at any time, so it is for people only.
    pub netdev: Option<String>,
    /// The number of the physical port (`DEVLINK_ATTR_PORT_NUMBER`).
    pub number: Option<u32>,
    /// The controller, 0 for the local one (`DEVLINK_ATTR_PORT_CONTROLLER_NUMBER`).
    pub controller: Option<u32>,
    /// The physical function's number.
    pub pf: Option<u16>,
    /// The virtual function's number.
    pub vf: Option<VfId>,
    /// The sub-function's number.
    pub sf: Option<SfNumber>,
    /// True if the function belongs to another host (`DEVLINK_ATTR_PORT_EXTERNAL`).
    pub external: bool,
    /// True if the port can be split (`DEVLINK_ATTR_PORT_SPLITTABLE`).
    pub splittable: bool,
    /// The number of lanes, if the driver tells it.
    pub lanes: Option<u32>,
    /// The function's settings, if the port has a function.
    pub function: Option<PortFunction>,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}

impl Port {
    /// A port of this flavour with nothing else known of it.
    #[must_use]
    pub fn new(handle: PortHandle, flavour: PortFlavour) -> Self {
        Self {
            handle,
            flavour,
            kind: PortType::NotSet,
            ifindex: None,
            netdev: None,
            number: None,
            controller: None,
            pf: None,
            vf: None,
            sf: None,
            external: false,
            splittable: false,
            lanes: None,
            function: None,
            unknown: Vec::new(),
        }
    }

    /// True if the netdev on it stands for a function's end of the eswitch: a PF, VF or SF representor.
    #[must_use]
    pub fn is_representor(&self) -> bool {
        matches!(self.flavour, PortFlavour::PciPf | PortFlavour::PciVf | PortFlavour::PciSf)
    }
}

/// The name that the kernel gives a port on its switch (`phys_port_name`), taken apart.
///
/// Grammar (kernel `net/devlink/port.c`): `p<N>[s<M>]`, `[c<C>]pf<P>`, `[c<C>]pf<P>vf<V>`, `[c<C>]pf<P>sf<S>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PortName {
    /// A physical port: the uplink.
    Physical {
        /// The port's number.
        port: u32,
        /// The number within a split port.
        split: Option<u32>,
    },
    /// The representor of a physical function.
    Pf {
        /// The controller, if the name carries one.
        controller: Option<u32>,
        /// The physical function.
        pf: u32,
    },
    /// The representor of a virtual function.
    Vf {
        /// The controller, if the name carries one.
        controller: Option<u32>,
        /// The physical function.
        pf: u32,
        /// The virtual function.
        vf: VfId,
    },
    /// The representor of a sub-function.
    Sf {
        /// The controller, if the name carries one.
        controller: Option<u32>,
        /// The physical function.
        pf: u32,
        /// The sub-function.
        sf: SfNumber,
    },
}

impl fmt::Display for PortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = |f: &mut fmt::Formatter<'_>, controller: &Option<u32>| match controller {
            Some(controller) => write!(f, "c{controller}"),
            None => Ok(()),
        };
        match self {
            Self::Physical { port, split: None } => write!(f, "p{port}"),
            Self::Physical { port, split: Some(split) } => write!(f, "p{port}s{split}"),
            Self::Pf { controller, pf } => with(f, controller).and_then(|()| write!(f, "pf{pf}")),
            Self::Vf { controller, pf, vf } => with(f, controller).and_then(|()| write!(f, "pf{pf}vf{vf}")),
            Self::Sf { controller, pf, sf } => with(f, controller).and_then(|()| write!(f, "pf{pf}sf{sf}")),
        }
    }
}

impl FromStr for PortName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        read_port_name(text).ok_or_else(|| {
            Error::parse(
                "read a port name",
                "expected p0, p0s1, pf0, pf0vf3, pf0sf8, or one of these after c1",
            )
            .on(text)
        })
    }
}

fn read_port_name(text: &str) -> Option<PortName> {
    let mut rest = text;
    let controller = number_after(&mut rest, "c");
    let name = if let Some(pf) = number_after(&mut rest, "pf") {
        if let Some(vf) = number_after(&mut rest, "vf") {
            PortName::Vf { controller, pf, vf: VfId(vf) }
        } else if let Some(sf) = number_after(&mut rest, "sf") {
            PortName::Sf { controller, pf, sf: SfNumber(sf) }
        } else {
            PortName::Pf { controller, pf }
        }
    } else if controller.is_none() {
        let port = number_after(&mut rest, "p")?;
        PortName::Physical { port, split: number_after(&mut rest, "s") }
    } else {
        return None;
    };
    rest.is_empty().then_some(name)
}

/// Takes `prefix` and the decimal number behind it off the front of `rest`, or nothing.
fn number_after(rest: &mut &str, prefix: &str) -> Option<u32> {
    let tail = rest.strip_prefix(prefix)?;
    let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
    let number = tail[..digits].parse().ok()?;
    *rest = &tail[digits..];
    Some(number)
}

serde_as_text!(PortName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_names_read_what_they_print() {
        for text in ["p0", "p1s3", "pf0", "c1pf0", "pf0vf3", "c1pf0vf127", "pf1sf88", "c2pf0sf4"] {
            assert_eq!(text.parse::<PortName>().unwrap().to_string(), text);
        }
        for wrong in ["", "p", "pf", "pf0vf", "c1p0", "pf0vf3x", "eth0", "vf0", "p0 "] {
            assert!(wrong.parse::<PortName>().is_err(), "{wrong}");
        }
    }
}
