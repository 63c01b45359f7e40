use std::fmt;

use serde::{Deserialize, Serialize};

/// The library by which programs use fabrics (libfabric), and what it can use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FabricLibrary {
    /// Its version.
    pub version: String,
    /// Its providers in its own order, whether or not there is anything for them here.
    pub providers: Vec<FabricProvider>,
}

/// One provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FabricProvider {
    /// Its name, such as `verbs`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A program of the host that speaks LLDP for its links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LldpAgent {
    /// `lldpd`: it says who the neighbour is, and leaves DCB alone.
    Lldpd,
    /// `lldpad`: it also negotiates DCB, and tells the kernel what came of it.
    Lldpad,
}

impl fmt::Display for LldpAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Lldpd => "lldpd",
            Self::Lldpad => "lldpad",
        })
    }
}
