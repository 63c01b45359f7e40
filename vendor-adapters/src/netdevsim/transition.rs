//! VFs and mode in either order, but taking the last VF away in switchdev mode goes back to legacy mode.
//!
//! `nsim_drv_configure_vfs` calls `nsim_esw_legacy_enable` when `sriov_numvfs` becomes 0. Its VFs are ports only,
//! without devices of their own; `hw-tc-offload` does not matter to it.

use smartnic_core::Result;
use smartnic_core::adapter::{EswitchState, EswitchTarget, Goal, Plan, Step};
use smartnic_core::device::EswitchMode::{self, Legacy, Switchdev};

pub(super) const MODES: &[EswitchMode] = &[Legacy, Switchdev];

pub(super) fn steps(state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
    let goal = Goal::new(state, target, MODES)?;
    let mut plan = Plan::from(state);
    if goal.vfs != plan.vfs && plan.vfs > 0 {
        plan.set_vfs(0);
        plan.mode = Legacy;
    }
    plan.set_vfs(goal.vfs);
    plan.set_mode(goal.mode);
    plan.wait_representors();
    Ok(plan.into_steps())
}
