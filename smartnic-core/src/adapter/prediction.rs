use serde::{Deserialize, Serialize};

use crate::device::EswitchMode;
use crate::flow::{Netdev, Reason, Rule, Skip, Source};

/// What an adapter expects to become of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expectation {
    /// The NIC takes it.
    Hardware,
    /// The NIC does not take it: it runs in software, or is refused if it says `skip_sw`.
    Software,
    /// The adapter does not know.
    Unknown,
}

/// An adapter's prediction for one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prediction {
    /// What is expected.
    pub expect: Expectation,
    /// Why; of a rule that the NIC takes, what it would do otherwise than the rule says.
    pub reasons: Vec<Reason>,
}

impl Prediction {
    /// Hardware if there is no reason against it, else software.
    #[must_use]
    pub fn from_reasons(reasons: Vec<Reason>) -> Self {
        let expect = if reasons.is_empty() { Expectation::Hardware } else { Expectation::Software };
        Self { expect, reasons }
    }

    /// The adapter does not know, for this reason.
    #[must_use]
    pub fn unknown(reason: Reason) -> Self {
        Self { expect: Expectation::Unknown, reasons: vec![reason] }
    }
}

/// What an adapter may look at beside the rule.
#[derive(Debug, Clone, Copy, Default)]
pub struct OffloadContext<'a> {
    /// The name of the link on which the rule stands; empty if unknown.
    pub link: &'a str,
    /// The eswitch mode, if the device has one.
    pub mode: Option<EswitchMode>,
    /// Whether `hw-tc-offload` is on where the rule stands, if known.
    pub tc_offload: Option<bool>,
    /// The kernel's release, such as `6.12.117`; empty if unknown.
    pub kernel: &'a str,
    /// The links on the same switch as the rule: the uplink and the representors.
    pub same_switch: &'a [Netdev],
    /// Those of them that are uplinks; empty if unknown.
    pub uplinks: &'a [Netdev],
}

impl OffloadContext<'_> {
    /// The kernel's major and minor version, if they can be read.
    #[must_use]
    pub fn kernel_version(&self) -> Option<(u32, u32)> {
        let mut parts = self.kernel.split(|letter: char| !letter.is_ascii_digit());
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    }

    /// The reasons that hold for every driver: the rule says `skip_hw`, or the link has `hw-tc-offload` off.
    #[must_use]
    pub fn common_reasons(&self, rule: &Rule) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if rule.skip == Skip::SkipHw {
            reasons.push(Reason::new(Source::Rule, "the rule says skip_hw").hint("leave skip_hw out"));
        }
        if self.tc_offload == Some(false) {
            let link = if self.link.is_empty() { "the link" } else { self.link };
            let dev = if self.link.is_empty() { "DEV" } else { self.link };
            let reason = Reason::new(Source::Host, format!("hw-tc-offload is off on {link}"));
            let reason = reason.hint(format!("turn it on: ethtool -K {dev} hw-tc-offload on"));
            reasons.push(if self.link.is_empty() { reason } else { reason.about(self.link) });
        }
        reasons
    }
}
