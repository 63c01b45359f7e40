use std::fmt;

use serde::{Deserialize, Serialize};

use crate::types::IfIndex;
use crate::{Error, Result};

/// A network interface in a rule: by number as the kernel wants it, or by a name that is resolved before.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Netdev {
    /// By number.
    Index(IfIndex),
    /// By what people call it: a netdev name, a port's name on its switch such as `pf0vf1`, or a port handle.
    Name(String),
}

impl Netdev {
    /// The number.
    ///
    /// # Errors
    /// `InvalidInput` if it is given by name and was not resolved.
    pub fn index(&self) -> Result<IfIndex> {
        match self {
            Self::Index(index) => Ok(*index),
            Self::Name(name) => {
                Err(Error::invalid("use a link in a rule", "the name was not resolved to a number").on(name))
            }
        }
    }
}

impl From<IfIndex> for Netdev {
    fn from(index: IfIndex) -> Self {
        Self::Index(index)
    }
}

impl From<&str> for Netdev {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl fmt::Display for Netdev {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "ifindex {index}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// The direction of traffic on a link, as the host sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// What comes in from the link; on a representor, what its function sends.
    Ingress,
    /// What goes out through the link.
    Egress,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        })
    }
}

/// The place where a rule stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Attach {
    /// One side of a link.
    Dev {
        /// The link.
        dev: Netdev,
        /// The side.
        side: Side,
    },
    /// A block shared by several links, 1..=4294967295 (`TCM_IFINDEX_MAGIC_BLOCK`).
    Block(u32),
}

impl Attach {
    /// The ingress side of a link.
    pub fn ingress(dev: impl Into<Netdev>) -> Self {
        Self::Dev { dev: dev.into(), side: Side::Ingress }
    }

    /// The egress side of a link.
    pub fn egress(dev: impl Into<Netdev>) -> Self {
        Self::Dev { dev: dev.into(), side: Side::Egress }
    }

    /// The link, unless the rule stands on a block.
    #[must_use]
    pub fn dev(&self) -> Option<&Netdev> {
        match self {
            Self::Dev { dev, .. } => Some(dev),
            Self::Block(_) => None,
        }
    }
}

impl fmt::Display for Attach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dev { dev, side } => write!(f, "{dev} {side}"),
            Self::Block(block) => write!(f, "block {block}"),
        }
    }
}
