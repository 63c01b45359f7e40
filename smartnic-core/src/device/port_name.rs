use std::fmt;
use std::str::FromStr;

use crate::types::{SfNumber, VfId, serde_as_text};
use crate::{Error, Result};

/// The name that the kernel gives a port on its switch (`phys_port_name`), taken apart.
///
/// The kernel's own grammar (`net/devlink/port.c`): `[l<L>]p<N>[s<M>]`, `[c<C>]pf<P>`, `[c<C>]pf<P>vf<V>`,
/// `[c<C>]pf<P>sf<S>`. Drivers that make names themselves add `pf<P>s<M>` and `n<N>` (nfp) and `p<N>pf<P>vf<V>`
/// (sfc). A driver may use any other text, too; that is no name of this grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PortName {
    /// A physical port: the uplink.
    Physical {
        /// The line card that it is on.
        linecard: Option<u32>,
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
        /// The number within a function that is split among physical ports (nfp).
        split: Option<u32>,
    },
    /// The representor of a virtual function.
    Vf {
        /// The controller, if the name carries one.
        controller: Option<u32>,
        /// The physical port, if the name carries one (sfc).
        port: Option<u32>,
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
    /// A function's own netdev that stands on no port (nfp).
    Vnic {
        /// Its number.
        number: u32,
    },
}

impl PortName {
    /// True if a port of this name stands for a function.
    #[must_use]
    pub fn is_representor(&self) -> bool {
        matches!(self, Self::Pf { .. } | Self::Vf { .. } | Self::Sf { .. })
    }

    /// The controller that the function is on: 0, the local one, where the name carries none.
    #[must_use]
    pub fn controller(&self) -> u32 {
        match self {
            Self::Pf { controller, .. } | Self::Vf { controller, .. } | Self::Sf { controller, .. } => {
                controller.unwrap_or(0)
            }
            Self::Physical { .. } | Self::Vnic { .. } => 0,
        }
    }
}

impl fmt::Display for PortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut part = |prefix: &str, number: Option<u32>| match number {
            Some(number) => write!(f, "{prefix}{number}"),
            None => Ok(()),
        };
        match *self {
            Self::Physical { linecard, port, split } => {
                part("l", linecard)?;
                part("p", Some(port))?;
                part("s", split)
            }
            Self::Pf { controller, pf, split } => {
                part("c", controller)?;
                part("pf", Some(pf))?;
                part("s", split)
            }
            Self::Vf { controller, port, pf, vf } => {
                part("c", controller)?;
                part("p", port)?;
                part("pf", Some(pf))?;
                part("vf", Some(vf.0))
            }
            Self::Sf { controller, pf, sf } => {
                part("c", controller)?;
                part("pf", Some(pf))?;
                part("sf", Some(sf.0))
            }
            Self::Vnic { number } => part("n", Some(number)),
        }
    }
}

impl FromStr for PortName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        read(text).ok_or_else(|| {
            Error::parse(
                "read a port name",
                "expected p0, p0s1, l1p0, pf0, pf0vf3, pf0sf8, or one of the last three after c1",
            )
            .on(text)
        })
    }
}

fn read(text: &str) -> Option<PortName> {
    let mut rest = text;
    let mut part = |prefix: &str| number_after(&mut rest, prefix);
    let controller = part("c");
    let linecard = part("l").filter(|_| controller.is_none());
    let name = if let Some(pf) = part("pf") {
        function(controller, None, pf, &mut part)
    } else if let Some(port) = part("p") {
        match part("pf") {
            // Only VFs have such a name.
            Some(pf) => PortName::Vf { controller, port: Some(port), pf, vf: VfId(part("vf")?) },
            None => PortName::Physical { linecard, port, split: part("s") },
        }
    } else {
        PortName::Vnic { number: part("n")? }
    };
    // What is said must be said by this kind of name: `c1p0` and `l1pf0` are none.
    (rest.is_empty() && name.to_string() == text).then_some(name)
}

fn function(
    controller: Option<u32>,
    port: Option<u32>,
    pf: u32,
    part: &mut impl FnMut(&str) -> Option<u32>,
) -> PortName {
    if let Some(vf) = part("vf") {
        PortName::Vf { controller, port, pf, vf: VfId(vf) }
    } else if let Some(sf) = part("sf") {
        PortName::Sf { controller, pf, sf: SfNumber(sf) }
    } else {
        PortName::Pf { controller, pf, split: part("s") }
    }
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
        let names = [
            "p0",
            "p1s3",
            "l2p4",
            "l2p4s1",
            "pf0",
            "pf1s2",
            "pf0vf3",
            "p0pf0vf1",
            "c1pf0",
            "c1pf0vf127",
            "pf1sf88",
            "c2pf0sf4",
            "n0",
            "n12",
        ];
        for text in names {
            assert_eq!(text.parse::<PortName>().unwrap().to_string(), text);
        }
        let wrongs = [
            "",
            "p",
            "pf",
            "pf0vf",
            "c1p0",
            "l1pf0",
            "pf0vf3x",
            "eth0",
            "vf0",
            "p0 ",
            "sby",
            "c0l0p0",
            "p0pf1",
            "l1",
            "c1",
            "pf00",
            "pf0vf99999999999",
        ];
        for wrong in wrongs {
            assert!(wrong.parse::<PortName>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_tell_whom_they_stand_for() {
        let name = |text: &str| text.parse::<PortName>().unwrap();
        assert!(!name("p0").is_representor() && !name("n0").is_representor());
        assert!(name("pf0").is_representor() && name("p0pf0vf1").is_representor());
        assert_eq!((name("c2pf0sf4").controller(), name("pf0vf1").controller()), (2, 0));
    }
}
