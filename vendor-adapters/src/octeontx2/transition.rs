//! The representor function has modes, and no VFs of its own.

use smartnic_core::adapter::{EswitchState, EswitchTarget, Goal, Plan, Step};
use smartnic_core::device::EswitchMode::{self, Legacy, Switchdev};
use smartnic_core::{Error, Result};

pub(super) const MODES: &[EswitchMode] = &[Legacy, Switchdev];

pub(super) fn steps(state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
    let goal = Goal::new(state, target, MODES)?;
    if goal.vfs != state.num_vfs {
        return Err(Error::unsupported("set the number of VFs")
            .reason("the representor function has no VFs of its own")
            .hint("set it at the PF whose VFs they are (driver rvu_nicpf)"));
    }
    let mut plan = Plan::from(state);
    plan.set_mode(goal.mode);
    Ok(plan.into_steps())
}
