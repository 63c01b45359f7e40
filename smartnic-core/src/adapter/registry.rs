use std::fmt;
use std::sync::Arc;

use super::{Advice, Change, EswitchState, EswitchTarget, Facts, OffloadContext, Prediction, Step, table};
use crate::Result;
use crate::flow::Rule;

/// What a device is told by when an adapter is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceIdentity {
    /// The kernel driver, such as `mlx5_core`.
    pub driver: String,
    /// The bus, such as `pci`.
    pub bus: String,
    /// PCI vendor and device id, if known.
    pub pci_id: Option<(u16, u16)>,
}

/// What a vendor's driver wants and can do: data and pure decisions.
///
/// Most adapters are an [`Adapter`](super::Adapter) over a table; the trait is there for those that are not.
pub trait VendorAdapter: fmt::Debug + Send + Sync {
    /// What is said of the driver, as data.
    fn facts(&self) -> &'static Facts;

    /// The adapter's name, such as `mlx5`.
    fn name(&self) -> &'static str {
        self.facts().name
    }

    /// True if the adapter speaks for this device.
    fn matches(&self, device: &DeviceIdentity) -> bool {
        self.facts().identity.matches(device)
    }

    /// The steps from one eswitch state to another in the order the driver wants; empty if nothing is to be done.
    ///
    /// # Errors
    /// `Unsupported` if the driver cannot get there, `InvalidInput` if the target is impossible.
    fn transition(&self, state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
        table::order_of(self.facts(), state, target)
    }

    /// What is expected to become of a rule.
    fn predict(&self, rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
        table::predict_by(self.facts(), rule, context)
    }

    /// What a change needs to take effect: nothing, a devlink reload, a reset of the firmware, a PCI rescan, a reboot.
    fn activation(&self, change: &Change<'_>) -> Advice {
        self.facts().activation(change)
    }

    /// What the driver's lines in the kernel's log begin with, if that is where it says why it refuses a rule.
    fn log_prefix(&self) -> Option<&'static str> {
        self.facts().flow.and_then(|flow| flow.log_prefix)
    }

    /// How the driver's way of refusing is to be read, said once per explanation (bnxt: reasons only in the kernel log).
    fn refusal_note(&self) -> Option<&'static str> {
        self.facts().flow.and_then(|flow| flow.refusal_note)
    }
}

/// The adapters at hand, in the order they are asked; the last one speaks for every device.
#[derive(Debug, Clone)]
pub struct Registry {
    adapters: Vec<Arc<dyn VendorAdapter>>,
    fallback: Arc<dyn VendorAdapter>,
}

impl Registry {
    /// A registry with these adapters and one that answers for all other devices.
    #[must_use]
    pub fn new(adapters: Vec<Arc<dyn VendorAdapter>>, fallback: Arc<dyn VendorAdapter>) -> Self {
        Self { adapters, fallback }
    }

    /// Adds an adapter from outside; it is asked before those that are there.
    #[must_use]
    pub fn with(mut self, adapter: Arc<dyn VendorAdapter>) -> Self {
        self.adapters.insert(0, adapter);
        self
    }

    /// The adapter that speaks for a device.
    #[must_use]
    pub fn find(&self, device: &DeviceIdentity) -> Arc<dyn VendorAdapter> {
        self.adapters.iter().find(|adapter| adapter.matches(device)).unwrap_or(&self.fallback).clone()
    }

    /// The adapter of a name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Arc<dyn VendorAdapter>> {
        self.iter().find(|adapter| adapter.name() == name)
    }

    /// Every adapter, the fallback last.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn VendorAdapter>> {
        self.adapters.iter().chain([&self.fallback])
    }
}
