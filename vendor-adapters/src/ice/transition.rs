//! The mode changes only while there are no VFs: the opposite of mlx5.
//!
//! `ice_eswitch_mode_set` answers EOPNOTSUPP otherwise ("Changing eswitch mode is allowed only if there is no VFs
//! created"), so VFs that are to stay are made anew. `hw-tc-offload` is off by default, on representors too.

use smartnic_core::Result;
use smartnic_core::adapter::{EswitchState, EswitchTarget, Goal, Plan, Step};
use smartnic_core::device::EswitchMode::{self, Legacy, Switchdev};

pub(super) const MODES: &[EswitchMode] = &[Legacy, Switchdev];

pub(super) fn steps(state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
    let goal = Goal::new(state, target, MODES)?;
    let mut plan = Plan::from(state);
    if goal.mode != plan.mode {
        plan.set_vfs(0);
        plan.set_mode(goal.mode);
    }
    plan.set_vfs(goal.vfs);
    plan.wait_representors();
    let made_anew = !plan.is_empty();
    if goal.has_representors() && (made_anew || state.tc_offload == Some(false)) {
        plan.push(Step::TcOffload);
    }
    Ok(plan.into_steps())
}
