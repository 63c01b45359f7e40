use smartnic_core::device::ParamValue;

use super::{Instance, Machine};
use crate::driver::CrashSpec;
use crate::errno::Errno;
use crate::note::Note;

impl Machine {
    /// The error of the whole device that goes by this name.
    pub(crate) fn find_crash(&self, instance: Instance, name: &str) -> Option<&'static CrashSpec> {
        let Instance::Pf(_) = instance else { return None };
        self.profile.driver.upkeep().crash.as_ref().filter(|crash| crash.name == name)
    }

    /// A device breaks as a whole, so long after whatever happened last (`mlx4_handle_error_state`, `mlx4_crdump_collect`):
    /// its driver keeps what is in its regions, and starts it anew. Returns whether it did.
    pub(crate) fn crash(
        &mut self,
        instance: Instance,
        crash: &CrashSpec,
        error: &str,
        after_ms: u64,
    ) -> bool {
        self.clock_ms = self.clock_ms.saturating_add(after_ms);
        let Instance::Pf(pf) = instance else { return false };
        self.log_crash(instance, &format!("Internal error detected: {error}"));
        if !self.is_on(instance, crash.resets) {
            return false;
        }
        self.log_crash(instance, "device is going to be reset");
        match self.is_on(instance, crash.keeps) {
            true => self.keep_regions(instance),
            false => self.log_crash(instance, "crdump: devlink snapshot disabled, skipping"),
        }
        self.log_crash(instance, "device was reset successfully");
        let netns = self.netns_of(instance).map(str::to_owned);
        self.renew_links(instance, pf, &self.port_roles(pf), netns.as_deref());
        self.log_crash(instance, "mlx4_restart_one was ended, ret=0");
        true
    }

    /// Takes a snapshot of each region, all under one number.
    fn keep_regions(&mut self, instance: Instance) {
        let Some(number) = self.free_snapshot(instance) else { return };
        for region in self.regions(instance) {
            let line = match self.keep_snapshot(instance, region, number, &mut Note::default()) {
                Ok(()) => format!("crdump: added snapshot {number} to devlink region {}", region.name),
                Err(Errno(errno)) => {
                    format!("crdump: devlink create {} snapshot id {number} err {}", region.name, -errno)
                }
            };
            self.log_crash(instance, &line);
        }
    }

    /// Whether a parameter is on.
    fn is_on(&self, instance: Instance, name: &str) -> bool {
        let on = |value: ParamValue| value == ParamValue::Bool(true);
        self.params(instance).into_iter().any(|(spec, state)| spec.name == name && on(state.value()))
    }

    fn log_crash(&mut self, instance: Instance, text: &str) {
        let driver = self.driver_of(instance);
        let device = self.handle_of(instance).map(|handle| handle.device).unwrap_or_default();
        self.write_log(vec![format!("{driver} {device}: {text}")]);
    }
}
