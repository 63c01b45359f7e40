//! VFs first, then the mode; the PF must be up; a mode that is set already is refused.
//!
//! `bnxt_sriov_configure` makes no VFs while the PF is down, and says so only in the kernel log;
//! `bnxt_dl_eswitch_mode_set` answers EINVAL to the mode it is in; older kernels refuse switchdev mode without VFs
//! and make no representors for VFs that come later.

use smartnic_core::Result;
use smartnic_core::adapter::{EswitchState, EswitchTarget, Goal, Plan, Step};
use smartnic_core::device::EswitchMode::{self, Legacy, Switchdev};

pub(super) const MODES: &[EswitchMode] = &[Legacy, Switchdev];

pub(super) fn steps(state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
    let goal = Goal::new(state, target, MODES)?;
    let mut plan = Plan::from(state);
    let changes = goal.mode != state.mode || goal.vfs != state.num_vfs;
    if changes && state.pf_up == Some(false) {
        plan.push(Step::PfUp);
    }
    if goal.vfs != state.num_vfs {
        plan.set_vfs(0);
        if goal.vfs > 0 {
            plan.set_mode(Legacy);
        }
        plan.set_vfs(goal.vfs);
    }
    plan.set_mode(goal.mode);
    plan.wait_representors();
    if goal.has_representors() && state.tc_offload == Some(false) {
        plan.push(Step::TcOffload);
    }
    Ok(plan.into_steps())
}
