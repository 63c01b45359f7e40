use smartnic_core::backend::DevlinkSelftests;
use smartnic_core::device::{Selftest, SelftestResult, Selftests};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Error, Result};
use smartnic_netlink::devlink::{FAMILY, selftest};

use super::about_device;
use crate::LinuxHost;

impl DevlinkSelftests for LinuxHost {
    fn selftests(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Selftests>> {
        let op = "list selftests";
        match device {
            Some(device) => {
                let family = self.family(FAMILY, op, device)?;
                let request = selftest::Get { family, device };
                let found = self.generic.fetch(op, device, &request, &selftest::decode);
                found.map(|found| vec![found]).map_err(about_device)
            }
            None => {
                let family = self.family(FAMILY, op, &"")?;
                let request = selftest::Dump { family };
                self.generic.list(op, &"", &request, &|message| selftest::decode(message).map(Some))
            }
        }
    }

    fn run_selftests(&self, device: &DevlinkHandle, tests: &[Selftest]) -> Result<Vec<SelftestResult>> {
        let op = "run selftests";
        if tests.is_empty() {
            return Err(Error::invalid(op, "no test is named").on(device));
        }
        let family = self.family(FAMILY, op, device)?;
        let request = selftest::Run { family, device, tests };
        let (results, _) = self
            .generic
            .change_told(op, device, &request, &selftest::decode_results)
            .map_err(about_device)?;
        results.ok_or_else(|| Error::protocol(op, "the kernel's answer is empty").on(device))
    }
}
