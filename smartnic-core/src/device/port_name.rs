use std::fmt;
use std::str::FromStr;

use crate::types::{SfNumber, VfId, serde_as_text};
use crate::{Error, Result};

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
