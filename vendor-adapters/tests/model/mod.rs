//! A small model of a device, with the rules that its driver enforces. It is written from the drivers, not from
//! the adapters, and errs on the strict side.

use smartnic_core::adapter::{EswitchState, Step};
use smartnic_core::device::EswitchMode;

/// What a driver insists on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// VFs have devices of their own.
    pub(crate) vf_devices: bool,
    /// There is a mode `switchdev_inactive`.
    pub(crate) inactive_mode: bool,
    /// The mode changes only while no VF is bound.
    mode_wants_unbound: bool,
    /// The mode changes only while there are no VFs.
    mode_wants_no_vfs: bool,
    /// VFs are made in legacy mode only.
    vfs_in_legacy: bool,
    /// VFs are made only while the PF is up.
    vfs_want_pf: bool,
    /// Setting the mode that is set is an error.
    same_mode_fails: bool,
    /// Taking the VFs away goes back to legacy mode.
    no_vfs_is_legacy: bool,
    /// Entering switchdev mode turns hw-tc-offload on.
    turns_tc_on: bool,
    /// New representors have hw-tc-offload off.
    new_reps_are_off: bool,
    /// hw-tc-offload does not matter.
    ignores_tc: bool,
}

const NONE: Rules = Rules {
    vf_devices: true,
    inactive_mode: false,
    mode_wants_unbound: false,
    mode_wants_no_vfs: false,
    vfs_in_legacy: false,
    vfs_want_pf: false,
    same_mode_fails: false,
    no_vfs_is_legacy: false,
    turns_tc_on: false,
    new_reps_are_off: false,
    ignores_tc: false,
};

impl Rules {
    pub(crate) const BNXT: Self =
        Self { vfs_in_legacy: true, vfs_want_pf: true, same_mode_fails: true, ..NONE };
    pub(crate) const ICE: Self = Self { mode_wants_no_vfs: true, new_reps_are_off: true, ..NONE };
    pub(crate) const LABNIC: Self = Self { vf_devices: false, ..NONE };
    pub(crate) const MLX5: Self = Self {
        inactive_mode: true,
        mode_wants_unbound: true,
        vfs_in_legacy: true,
        turns_tc_on: true,
        ..NONE
    };
    pub(crate) const NETDEVSIM: Self =
        Self { vf_devices: false, no_vfs_is_legacy: true, ignores_tc: true, ..NONE };
}

pub(crate) struct Model {
    rules: Rules,
    pub(crate) mode: EswitchMode,
    pub(crate) vfs: u32,
    bound: u32,
    /// Bound VFs before [`Step::UnbindVfs`].
    unbound: Option<u32>,
    /// The VFs that were there at first have been taken away.
    made_anew: bool,
    pf_up: Option<bool>,
    tc: Option<bool>,
    reps_tc: bool,
}

impl Model {
    pub(crate) fn new(rules: Rules, state: &EswitchState) -> Self {
        Self {
            rules,
            mode: state.mode,
            vfs: state.num_vfs,
            bound: state.bound_vfs,
            unbound: None,
            made_anew: false,
            pf_up: state.pf_up,
            tc: state.tc_offload,
            reps_tc: true,
        }
    }

    /// Carries out a step, or names the rule that it breaks.
    pub(crate) fn take(&mut self, step: &Step) -> Result<(), &'static str> {
        match *step {
            Step::PfUp => match self.pf_up {
                None => return Err("there is no link to set up"),
                Some(_) => self.pf_up = Some(true),
            },
            Step::NumVfs(0) => {
                self.made_anew |= self.vfs > 0;
                (self.vfs, self.bound) = (0, 0);
                if self.rules.no_vfs_is_legacy {
                    self.mode = EswitchMode::Legacy;
                }
            }
            Step::NumVfs(num) => {
                if self.vfs > 0 {
                    return Err("EBUSY: from one number of VFs to another only by way of 0");
                }
                if self.rules.vfs_in_legacy && self.mode != EswitchMode::Legacy {
                    return Err("VFs are made in legacy mode");
                }
                if self.rules.vfs_want_pf && self.pf_up == Some(false) {
                    return Err("no VFs while the PF is down");
                }
                self.vfs = num;
                self.bound = if self.rules.vf_devices { num } else { 0 };
                self.new_representors();
            }
            Step::WaitVfs(num) if !self.rules.vf_devices || num != self.vfs => {
                return Err("would wait for ever for VF devices");
            }
            Step::UnbindVfs | Step::BindVfs if !self.rules.vf_devices => return Err("VFs have no devices"),
            Step::UnbindVfs => self.unbound = Some(std::mem::take(&mut self.bound)),
            Step::BindVfs => self.bound = self.unbound.take().ok_or("nothing was unbound")?,
            Step::Mode(mode) => self.set_mode(mode)?,
            Step::WaitRepresentors(num) if num != self.representors() => {
                return Err("would wait for ever for representors");
            }
            Step::TcOffload => (self.tc, self.reps_tc) = (Some(true), true),
            Step::WaitVfs(_) | Step::WaitRepresentors(_) => {}
        }
        Ok(())
    }

    fn set_mode(&mut self, mode: EswitchMode) -> Result<(), &'static str> {
        let legacy = EswitchMode::Legacy;
        if self.mode == mode {
            return if self.rules.same_mode_fails { Err("EINVAL: the mode is set already") } else { Ok(()) };
        }
        let rebuilds = mode == legacy || self.mode == legacy;
        if rebuilds && self.rules.mode_wants_unbound && self.bound > 0 {
            return Err("the mode changes only while no VF is bound");
        }
        if self.rules.mode_wants_no_vfs && self.vfs > 0 {
            return Err("the mode changes only while there are no VFs");
        }
        if rebuilds && mode != legacy && self.rules.turns_tc_on {
            self.tc = Some(true);
        }
        self.mode = mode;
        if rebuilds {
            self.new_representors();
        }
        Ok(())
    }

    fn new_representors(&mut self) {
        if self.rules.new_reps_are_off && self.representors() > 0 {
            self.reps_tc = false;
        }
    }

    fn representors(&self) -> u32 {
        if self.mode == EswitchMode::Legacy { 0 } else { self.vfs }
    }

    /// VFs that stayed are bound as they were; new ones by themselves.
    pub(crate) fn bound_as_before(&self, state: &EswitchState) -> Result<(), String> {
        let stayed = self.vfs == state.num_vfs && !self.made_anew;
        let expected = match (self.rules.vf_devices, stayed) {
            (false, _) => 0,
            (true, true) => state.bound_vfs,
            (true, false) => self.vfs,
        };
        if self.bound == expected { Ok(()) } else { Err(format!("{} bound, not {expected}", self.bound)) }
    }

    /// In switchdev mode nothing is known to stand in the way of offload.
    pub(crate) fn rules_can_be_offloaded(&self) -> Result<(), &'static str> {
        let open = self.rules.ignores_tc || (self.tc != Some(false) && self.reps_tc);
        if self.mode == EswitchMode::Legacy || open { Ok(()) } else { Err("hw-tc-offload is off") }
    }

    /// The state as it would be read now.
    pub(crate) fn state(&self, before: &EswitchState) -> EswitchState {
        EswitchState {
            mode: self.mode,
            num_vfs: self.vfs,
            bound_vfs: self.bound,
            pf_up: self.pf_up,
            tc_offload: self.tc,
            ..before.clone()
        }
    }
}
