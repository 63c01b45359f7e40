//! What an adapter says of its driver, as data: each entry with the place where it can be read.
//!
//! An adapter is a constant [`Facts`] over total defaults ([`Facts::new`]): what is not said is not claimed.

mod change;
mod evidence;
mod feature;
mod flow;
mod identity;
mod rdma;
mod roce;
mod values;

use serde::Serialize;

pub use change::{Activation, Advice, Change};
pub use evidence::{Evidence, Said};
pub use feature::{Feature, FeatureGroup, Support};
pub use flow::FlowFacts;
pub use identity::{Identity, PciIds};
pub use rdma::{PORT_COUNTERS, RdmaFacts, Transport};
pub use roce::{FirmwareAgent, RoceFacts, RocePart};
pub use values::{Caveat, Counter, ParamFact, Place, Setting, Unit, Watch};

use crate::device::EswitchMode;
use crate::flow::ActionSet;

/// What a driver is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DriverKind {
    /// Links.
    Ethernet,
    /// RDMA devices.
    Rdma,
    /// Whatever there is: the fallback.
    Any,
}

/// A feature, how far it is there, and where that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FeatureFact {
    /// The feature.
    pub feature: Feature,
    /// How far it is there.
    #[serde(flatten)]
    pub support: Support,
    /// Where that can be read.
    pub source: Evidence,
}

impl FeatureFact {
    /// A feature that is there.
    #[must_use]
    pub const fn has(feature: Feature, file: &'static str, symbol: &'static str) -> Self {
        Self { feature, support: Support::Supported, source: Evidence::kernel(file, symbol) }
    }

    /// A feature that is there within limits.
    #[must_use]
    pub const fn limited(
        feature: Feature,
        limits: &'static str,
        file: &'static str,
        symbol: &'static str,
    ) -> Self {
        Self { feature, support: Support::Limited(limits), source: Evidence::kernel(file, symbol) }
    }

    /// A feature that is not there, for a reason.
    #[must_use]
    pub const fn absent(feature: Feature, reason: &'static str, source: Evidence) -> Self {
        Self { feature, support: Support::Absent(reason), source }
    }
}

/// The eswitch modes of a driver and the order in which it wants things done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Modes {
    /// The modes that can be set; empty if the driver has nothing to set.
    pub settable: &'static [EswitchMode],
    /// The mode that it is always in, if it is in one without being asked (nfp: switchdev).
    pub fixed: Option<EswitchMode>,
    /// Why there is nothing to set; empty if there is.
    pub none: &'static str,
    /// How representors are named on the switch; empty if there are none.
    pub names: &'static str,
    /// What must come before what.
    pub rules: &'static [Said],
    /// Whether rate nodes are the hardware's own tree, which comes and goes with representors (ice); else they are made
    /// by users and stand in the way of another mode.
    #[serde(skip)]
    pub rate_tree: bool,
}

impl Modes {
    /// A driver of which nothing is said.
    pub const UNKNOWN: Self =
        Self { settable: &[], fixed: None, none: "", names: "", rules: &[], rate_tree: false };

    /// A driver without modes, for a reason.
    #[must_use]
    pub const fn none(reason: &'static str, rules: &'static [Said]) -> Self {
        Self { none: reason, rules, ..Self::UNKNOWN }
    }
}

/// What an adapter says of its driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The adapter's name, such as `mlx5`.
    pub name: &'static str,
    /// The products, for people.
    pub hardware: &'static str,
    /// What the driver is for.
    pub kind: DriverKind,
    /// The devices that it speaks for.
    pub identity: Identity,
    /// Where the driver stands in the kernel's tree.
    pub trees: &'static [&'static str],
    /// True if the trees were searched for every feature: one that is not listed is then absent, otherwise unknown.
    pub surveyed: bool,
    /// The features that are there, and those whose absence has a reason.
    pub features: &'static [FeatureFact],
    /// Modes and their order.
    pub modes: Modes,
    /// What is taken of flow rules; `None` if none are.
    pub flow: Option<FlowFacts>,
    /// devlink parameters that matter.
    pub params: &'static [ParamFact],
    /// What other changes need to take effect, where it is not what devlink says of every driver.
    pub advice: &'static [(Change<'static>, Advice)],
    /// Counters to be watched.
    pub counters: &'static [Counter],
    /// PCI vendor and device of cards with a processor of their own, which may have the eswitch in the host's place.
    #[serde(skip)]
    pub own_processor: &'static [(u16, u16)],
    /// The adapters that speak for the RDMA devices on the same cards.
    pub rdma_drivers: &'static [&'static str],
    /// What is to be known of RDMA devices, if that is what the driver is for.
    pub rdma: Option<RdmaFacts>,
    /// Where it can be read that sub-functions get RDMA devices of their own; none if they do not, or it is not known.
    #[serde(skip)]
    pub sub_function_rdma: Option<Evidence>,
    /// What is to be known of RoCE on its links.
    #[serde(skip)]
    pub roce: Option<RoceFacts>,
    /// Things to beware of.
    pub caveats: &'static [Caveat],
    /// Settings that are recommended.
    pub settings: &'static [Setting],
}

impl Facts {
    /// A driver of which nothing is said but its name.
    #[must_use]
    pub const fn new(name: &'static str, hardware: &'static str) -> Self {
        Self {
            name,
            hardware,
            kind: DriverKind::Ethernet,
            identity: Identity::NONE,
            trees: &[],
            surveyed: false,
            features: &[],
            modes: Modes::UNKNOWN,
            flow: None,
            params: &[],
            advice: &[],
            counters: &[],
            own_processor: &[],
            rdma_drivers: &[],
            rdma: None,
            sub_function_rdma: None,
            roce: None,
            caveats: &[],
            settings: &[],
        }
    }

    /// How far a feature is there: what is listed, else what follows from the flow rules that are taken, else absent or
    /// unknown.
    #[must_use]
    pub fn support(&self, feature: Feature) -> Support {
        if let Some(fact) = self.features.iter().find(|fact| fact.feature == feature) {
            return fact.support;
        }
        if let Some(support) = self.flow_support(feature) {
            return support;
        }
        if self.surveyed { Support::Absent("") } else { Support::Unknown }
    }

    /// What follows from the flow rules that are taken.
    fn flow_support(&self, feature: Feature) -> Option<Support> {
        let flow = self.flow?;
        let (some, all) = match feature {
            Feature::VlanActions => {
                (ActionSet::VLAN_PUSH, ActionSet::VLAN_PUSH | ActionSet::VLAN_POP | ActionSet::VLAN_MANGLE)
            }
            Feature::Rewrite => (ActionSet::MANGLE, ActionSet::MANGLE),
            Feature::Mirror => (ActionSet::MIRRED, ActionSet::MIRRED),
            Feature::Tunnels => (ActionSet::TUNNEL_ENCAP, ActionSet::TUNNEL_ENCAP | ActionSet::TUNNEL_DECAP),
            Feature::Conntrack => (ActionSet::CT, ActionSet::CT),
            Feature::Police => (ActionSet::POLICE, ActionSet::POLICE),
            Feature::Sample => (ActionSet::SAMPLE, ActionSet::SAMPLE),
            Feature::Mpls => (ActionSet::MPLS_PUSH, ActionSet::MPLS_PUSH | ActionSet::MPLS_POP),
            Feature::Chains if flow.limits.max_chain > 0 => return Some(Support::Supported),
            Feature::RuleCounters if flow.counters => return Some(Support::Supported),
            _ => return None,
        };
        let taken = flow.limits.actions & all;
        match (taken == all, taken.is_empty()) {
            (true, _) => Some(Support::Supported),
            (_, true) => None,
            (false, false) if some == all => None,
            (false, false) => Some(Support::Limited("some of these actions only")),
        }
    }

    /// True if the feature is of a kind that this driver can have at all.
    #[must_use]
    pub fn concerns(&self, feature: Feature) -> bool {
        match self.kind {
            DriverKind::Any => true,
            DriverKind::Rdma => feature.group() == FeatureGroup::Rdma,
            DriverKind::Ethernet => feature.group() != FeatureGroup::Rdma,
        }
    }

    /// What is said of a devlink parameter.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&'static ParamFact> {
        self.params.iter().find(|param| param.name == name)
    }

    /// Every counter to be watched: the driver's own, and for RDMA devices those that every port has.
    pub fn all_counters(&self) -> impl Iterator<Item = &'static Counter> {
        let ports = if self.rdma.is_some() { PORT_COUNTERS } else { &[] };
        self.counters.iter().chain(ports)
    }

    /// What is said of a counter; the first entry that its name fits counts.
    #[must_use]
    pub fn counter(&self, place: Place, name: &str) -> Option<&'static Counter> {
        self.all_counters().find(|counter| counter.place == place && counter.matches(name))
    }

    /// What a change needs to take effect.
    #[must_use]
    pub fn activation(&self, change: &Change<'_>) -> Advice {
        if let Some((_, advice)) = self.advice.iter().find(|(listed, _)| listed == change) {
            return *advice;
        }
        match *change {
            Change::Param { name, mode } => {
                self.param(name).map_or_else(|| Advice::generic(change), |fact| Advice::of_param(fact, mode))
            }
            _ => Advice::generic(change),
        }
    }
}
