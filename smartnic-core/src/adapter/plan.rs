use super::{EswitchState, EswitchTarget, Step};
use crate::device::EswitchMode;
use crate::{Error, Result};

/// A target that was checked against the device and the driver.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    /// The mode.
    pub mode: EswitchMode,
    /// The number of VFs.
    pub vfs: u32,
}

impl Goal {
    /// Checks a target; `modes` are those that the driver has.
    ///
    /// # Errors
    /// `Unsupported` for a mode that the driver does not have, `InvalidInput` for one that nobody knows or for more VFs
    /// than the device can have.
    pub fn new(state: &EswitchState, target: &EswitchTarget, modes: &[EswitchMode]) -> Result<Self> {
        if !modes.contains(&target.mode) {
            let names: Vec<String> = modes.iter().map(ToString::to_string).collect();
            let reason = format!("this driver has the modes {}", names.join(", "));
            return Err(match target.mode {
                EswitchMode::Unknown(_) => Error::invalid("change the eswitch mode", reason),
                _ => Error::unsupported("change the eswitch mode").reason(reason),
            }
            .on(target.mode));
        }
        let vfs = target.num_vfs.unwrap_or(state.num_vfs);
        match state.total_vfs {
            Some(total) if vfs > total => Err(Error::invalid(
                "set the number of VFs",
                format!("{vfs} VFs are wanted, the device has at most {total}"),
            )),
            _ => Ok(Self { mode: target.mode, vfs }),
        }
    }

    /// True if the goal's mode has representors.
    #[must_use]
    pub fn has_representors(&self) -> bool {
        self.mode != EswitchMode::Legacy
    }
}

/// Steps, and what the device is like once those so far are done.
#[derive(Debug)]
pub struct Plan {
    steps: Vec<Step>,
    /// The mode then.
    pub mode: EswitchMode,
    /// The number of VFs then.
    pub vfs: u32,
    /// How many VFs have a driver; new ones are taken to get one by themselves.
    bound: u32,
    vf_devices: bool,
}

impl Plan {
    /// No steps yet.
    #[must_use]
    pub fn from(state: &EswitchState) -> Self {
        Self {
            steps: Vec::new(),
            mode: state.mode,
            vfs: state.num_vfs,
            bound: state.bound_vfs,
            vf_devices: state.vf_devices,
        }
    }

    /// Adds a step that changes neither mode nor VFs.
    pub fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// Changes the number of VFs, by way of 0 as the kernel wants it (`sriov_numvfs` answers EBUSY otherwise).
    pub fn set_vfs(&mut self, vfs: u32) {
        if vfs == self.vfs {
            return;
        }
        if self.vfs > 0 {
            self.steps.push(Step::NumVfs(0));
        }
        if vfs > 0 {
            self.steps.push(Step::NumVfs(vfs));
        }
        if vfs > 0 && self.vf_devices {
            self.steps.push(Step::WaitVfs(vfs));
        }
        self.vfs = vfs;
        self.bound = if self.vf_devices { vfs } else { 0 };
    }

    /// Changes the mode, unless it is that already.
    pub fn set_mode(&mut self, mode: EswitchMode) {
        if mode != self.mode {
            self.steps.push(Step::Mode(mode));
            self.mode = mode;
        }
    }

    /// Changes the mode while no VF has a driver.
    pub fn set_mode_unbound(&mut self, mode: EswitchMode) {
        let unbind = self.bound > 0 && mode != self.mode;
        if unbind {
            self.steps.push(Step::UnbindVfs);
        }
        self.set_mode(mode);
        if unbind {
            self.steps.push(Step::BindVfs);
        }
    }

    /// Waits for a representor of every VF, if there is something to wait for.
    pub fn wait_representors(&mut self) {
        if !self.steps.is_empty() && self.mode != EswitchMode::Legacy && self.vfs > 0 {
            self.steps.push(Step::WaitRepresentors(self.vfs));
        }
    }

    /// True if there are no steps.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// True if a step sets this mode.
    #[must_use]
    pub fn enters(&self, mode: EswitchMode) -> bool {
        self.steps.contains(&Step::Mode(mode))
    }

    /// The steps.
    #[must_use]
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }
}
