//! The fallback: a device whose driver no adapter knows.
//!
//! It does what PCI SR-IOV itself defines (the number of VFs) and refuses to guess the rest: in which order a
//! driver wants VFs, bindings and mode is exactly what drivers differ in.

use smartnic_core::adapter::{
    DeviceIdentity, DriverKind, EswitchState, EswitchTarget, Facts, Goal, OffloadContext, Plan, Prediction,
    Step, VendorAdapter,
};
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::Rule;
use smartnic_core::{Error, Result};

use crate::findings::{ASK_THE_DRIVER, Findings};

const NAME: &str = "generic";

const FACTS: Facts =
    Facts { kind: DriverKind::Any, ..Facts::new(NAME, "any device whose driver no adapter knows") };

/// The adapter for devices that no other adapter knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Generic;

impl VendorAdapter for Generic {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn matches(&self, _device: &DeviceIdentity) -> bool {
        true
    }

    /// Changes the number of VFs in legacy mode; anything else needs an adapter that knows the driver.
    fn transition(&self, state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
        let goal = Goal::new(state, target, EswitchMode::ALL)?;
        let mut plan = Plan::from(state);
        if goal.mode == state.mode && goal.vfs == state.num_vfs {
            return Ok(plan.into_steps());
        }
        if (goal.mode, state.mode) != (EswitchMode::Legacy, EswitchMode::Legacy) {
            return Err(Error::unsupported("change the eswitch")
                .on(format_args!("from {} to {}", state.mode, goal.mode))
                .reason("no adapter knows in which order this driver wants VFs, bindings and mode")
                .hint("take the steps one by one as the vendor's papers say, or register an adapter with Registry::with"));
        }
        plan.set_vfs(goal.vfs);
        Ok(plan.into_steps())
    }

    fn predict(&self, rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
        let mut findings = Findings::new(NAME, rule, context);
        findings.doubt("no adapter knows what this driver takes of flow rules", ASK_THE_DRIVER);
        findings.into_prediction()
    }
}
