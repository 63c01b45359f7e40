use smartnic_core::Result;
use smartnic_core::backend::DevlinkSelftests;
use smartnic_core::device::{Selftest, SelftestResult, Selftests};
use smartnic_core::types::DevlinkHandle;

use super::find;
use crate::backend::{SimHost, refused};
use crate::errno::Errno;
use crate::note::Note;

impl DevlinkSelftests for SimHost {
    fn selftests(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Selftests>> {
        let op = "list selftests";
        let machine = self.machine.lock();
        let of = |instance| {
            let device = machine.handle_of(instance)?;
            Some(Selftests { device, tests: machine.selftests(instance)?.to_vec() })
        };
        let Some(device) = device else {
            return Ok(machine.instances().into_iter().filter_map(of).collect());
        };
        let found = of(find(&machine, op, device)?);
        found
            .map(|found| vec![found])
            .ok_or_else(|| refused(op, Errno::EOPNOTSUPP, Note::default()).on(device))
    }

    fn run_selftests(&self, device: &DevlinkHandle, tests: &[Selftest]) -> Result<Vec<SelftestResult>> {
        let op = "run selftests";
        let (machine, fate) = self.change();
        let mut note = Note::default();
        let instance = find(&machine, op, device)?;
        fate.and_then(|()| machine.run_selftests(instance, tests, &mut note))
            .map_err(|errno| refused(op, errno, note).on(device))
    }
}
