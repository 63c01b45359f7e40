use smartnic_core::device::{Selftest, SelftestResult, SelftestStatus};

use crate::errno::Errno;
use crate::model::{Instance, Machine};
use crate::note::Note;

impl Machine {
    /// The tests of an instance; none if its driver has no such operation.
    pub(crate) fn selftests(&self, instance: Instance) -> Option<&'static [Selftest]> {
        match instance {
            Instance::Pf(_) => self.profile.driver.selftests(),
            _ => None,
        }
    }

    /// Runs tests (`devlink_nl_selftests_run_doit`).
    pub(crate) fn run_selftests(
        &self,
        instance: Instance,
        tests: &[Selftest],
        note: &mut Note,
    ) -> Result<Vec<SelftestResult>, Errno> {
        let there = self.selftests(instance).ok_or(Errno::EOPNOTSUPP)?;
        let mut run = |test: &Selftest| {
            let status = match there.contains(test) {
                true => self.profile.driver.run_selftest(*test, note),
                false => SelftestStatus::Skipped,
            };
            SelftestResult { test: *test, status }
        };
        Ok(tests.iter().map(&mut run).collect())
    }
}
