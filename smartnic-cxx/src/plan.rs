//! Changes of devices in several steps.

use crate::bridge::Step;
use crate::failed::Result;
use crate::host::Host;

/// What is to be done to a device.
pub(crate) struct Plan(pub(crate) smartnic::cycle::Plan);

impl Plan {
    pub(crate) fn steps(&self) -> Vec<Step> {
        let step = |step| Step { text: format!("{step}"), commands: self.0.commands(step) };
        self.0.steps.iter().map(step).collect()
    }

    pub(crate) fn run(&self, host: &Host) -> Result<()> {
        Ok(self.0.run(&host.0, &mut |_| ())?)
    }
}
