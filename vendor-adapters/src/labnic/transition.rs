//! VFs and mode in either order. Its VFs are links, not devices that drivers bind to.

use smartnic_core::Result;
use smartnic_core::adapter::{EswitchState, EswitchTarget, Goal, Plan, Step};
use smartnic_core::device::EswitchMode::{self, Legacy, Switchdev};

pub(super) const MODES: &[EswitchMode] = &[Legacy, Switchdev];

pub(super) fn steps(state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
    let goal = Goal::new(state, target, MODES)?;
    let mut plan = Plan::from(state);
    plan.set_vfs(goal.vfs);
    plan.set_mode(goal.mode);
    plan.wait_representors();
    if goal.has_representors() && state.tc_offload == Some(false) {
        plan.push(Step::TcOffload);
    }
    Ok(plan.into_steps())
}
