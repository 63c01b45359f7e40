//! The levels of proof (see docs/proof.md), and which tests belong to which.

use std::fmt;

/// How much a test proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Checks of the project itself.
    House,
    /// Unit tests and golden bytes.
    L0,
    /// The simulated NIC, by netlink bytes or by direct calls.
    L1,
    /// A real kernel in a virtual machine.
    L2,
}

impl Level {
    pub(super) const ALL: [Self; 4] = [Self::House, Self::L0, Self::L1, Self::L2];

    /// The level of the tests of a crate, by the name that cargo gives its test programs.
    pub(super) fn of_crate(name: &str) -> Self {
        match name {
            "smartnic_sim" | "smartnic" | "smartnic_ffi" | "snicctl" | "conformance" => Self::L1,
            _ => Self::L0,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::House => "House: format, lints, documentation, arrows, licences, papers",
            Self::L0 => "L0: unit tests, golden bytes, interop",
            Self::L1 => "L1: simulated NIC",
            Self::L2 => "L2: real kernel in the lab (software NIC, no hardware)",
        })
    }
}
