use std::fmt;

use serde::{Deserialize, Serialize};

use super::FlowEntry;

/// Who gives a reason.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The vendor's adapter, by name: a prediction.
    Adapter(String),
    /// The kernel or the driver, in its own words.
    Kernel,
    /// The driver, in the kernel's log.
    Log,
    /// A table that is full.
    Capacity,
    /// The rule itself asks for it (`skip_hw`).
    Rule,
    /// A setting of the host, such as `hw-tc-offload: off`.
    Host,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Adapter(name) => write!(f, "{name} adapter"),
            Self::Kernel => f.write_str("kernel"),
            Self::Log => f.write_str("kernel log"),
            Self::Capacity => f.write_str("capacity"),
            Self::Rule => f.write_str("rule"),
            Self::Host => f.write_str("host"),
        }
    }
}

/// Why a rule is not in hardware, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    /// Who says so.
    pub source: Source,
    /// What they say.
    pub text: String,
    /// What would help, when that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
    /// The link that it is about, if text and hint name one; the same cause on many links can be told by it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link: Option<String>,
}

impl Reason {
    /// A reason without a hint.
    pub fn new(source: Source, text: impl Into<String>) -> Self {
        Self { source, text: text.into(), hint: None, link: None }
    }

    /// Says which link it is about.
    #[must_use]
    pub fn about(mut self, link: impl Into<String>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// Adds what would help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.text)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// The NIC does it.
    InHardware {
        /// In how many devices it is (`in_hw_count`).
        count: u32,
    },
    /// The CPU does it.
    SoftwareOnly {
        /// Why; empty if nobody says.
        reasons: Vec<Reason>,
    },
    /// Nobody does it: the kernel refused the rule.
    Refused {
        /// Why.
        reasons: Vec<Reason>,
    },
}

impl Verdict {
    /// The verdict on a rule that the kernel holds; `reasons` are used if it is in software.
    #[must_use]
    pub fn of(entry: &FlowEntry, reasons: Vec<Reason>) -> Self {
        if entry.in_hw == Some(true) || entry.in_hw_count > 0 {
            Self::InHardware { count: entry.in_hw_count.max(1) }
        } else {
            Self::SoftwareOnly { reasons }
        }
    }

    /// True if the NIC does it.
    #[must_use]
    pub fn is_in_hardware(&self) -> bool {
        matches!(self, Self::InHardware { .. })
    }

    /// The reasons, if it is not in hardware.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::InHardware { .. } => &[],
            Self::SoftwareOnly { reasons } | Self::Refused { reasons } => reasons,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::InHardware { .. } => "in hardware",
            Self::SoftwareOnly { .. } => "software only",
            Self::Refused { .. } => "refused",
        })
    }
}
