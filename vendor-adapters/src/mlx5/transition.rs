//! VFs are made in legacy mode; the mode changes while no VF has a driver.
//!
//! `mlx5_devlink_eswitch_mode_set` tears the eswitch down and builds it anew: a VF whose driver is at work at that
//! moment loses its queues, and firmware may refuse the change. Hence: legacy, VFs, wait, unbind, switchdev, bind.

use smartnic_core::Result;
use smartnic_core::adapter::{EswitchState, EswitchTarget, Goal, Plan, Step};
use smartnic_core::device::EswitchMode::{self, Legacy, Switchdev, SwitchdevInactive};

pub(super) const MODES: &[EswitchMode] = &[Legacy, Switchdev, SwitchdevInactive];

pub(super) fn steps(state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
    let goal = Goal::new(state, target, MODES)?;
    let mut plan = Plan::from(state);
    if goal.vfs != plan.vfs {
        // Without VFs nothing has to be unbound on the way to legacy mode.
        plan.set_vfs(0);
        if goal.vfs > 0 {
            plan.set_mode(Legacy);
        }
        plan.set_vfs(goal.vfs);
    }
    match (plan.mode, goal.mode) {
        // Only traffic starts or stops; the eswitch stays as it is.
        (Switchdev | SwitchdevInactive, Switchdev | SwitchdevInactive) => plan.set_mode(goal.mode),
        _ => plan.set_mode_unbound(goal.mode),
    }
    plan.wait_representors();
    // The driver turns hw-tc-offload on by itself when it enters switchdev mode, not later.
    let entered = state.mode == Legacy || plan.enters(Legacy);
    if goal.has_representors() && !entered && state.tc_offload == Some(false) {
        plan.push(Step::TcOffload);
    }
    Ok(plan.into_steps())
}
