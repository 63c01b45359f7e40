use smartnic_core::backend::Dcb;
use smartnic_core::dcb::{ABSENT, DcbChange, DcbState};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, Result};

use super::{SimHost, refused};
use crate::driver::DcbRules;
use crate::errno::Errno;
use crate::model::Machine;
use crate::note::Note;

impl Dcb for SimHost {
    fn dcb(&self, link: &str) -> Result<DcbState> {
        let machine = self.machine.lock();
        let found = named(&machine, link).and_then(|index| machine.dcb_of(index));
        found.map(|(_, state)| state).map_err(|errno| told("read data centre bridging", errno, link))
    }

    fn set_dcb(&self, link: &str, change: &DcbChange) -> Result<()> {
        self.change_dcb("change data centre bridging", link, |rules, state, log| {
            rules.set(state, change, log)
        })
    }

    fn remove_dcb(&self, link: &str, entries: &DcbChange) -> Result<()> {
        self.change_dcb("remove entries of data centre bridging", link, |rules, state, log| {
            rules.remove(state, entries, log)
        })
    }

    fn set_dcbx(&self, link: &str, bits: u8) -> Result<()> {
        self.change_dcb("say who negotiates DCB", link, |rules, state, _| rules.set_dcbx(state, bits))
    }
}

impl SimHost {
    fn change_dcb(
        &self,
        op: &'static str,
        link: &str,
        work: impl FnOnce(&DcbRules, &mut DcbState, &mut Vec<String>) -> Result<(), Errno>,
    ) -> Result<()> {
        let (mut machine, fate) = self.change();
        let found = fate.and_then(|()| {
            let index = named(&machine, link)?;
            machine.dcb_of(index).map(|(rules, state)| (index, rules, state))
        });
        let (index, rules, mut state) = found.map_err(|errno| told(op, errno, link))?;
        let mut log = Vec::new();
        let done = work(&rules, &mut state, &mut log);
        // What came before a failure stays.
        machine.keep_dcb(index, state, log);
        done.map_err(|errno| refused(op, errno, Note::default()).on(link))
    }
}

fn named(machine: &Machine, link: &str) -> Result<IfIndex, Errno> {
    let found = machine.netdevs.values().find(|netdev| netdev.name == link);
    found.map(|netdev| netdev.ifindex).ok_or(Errno::ENODEV)
}

fn told(op: &'static str, errno: Errno, link: &str) -> Error {
    let error = refused(op, errno, Note::default()).on(link);
    if errno == Errno::EOPNOTSUPP { error.reason(ABSENT) } else { error }
}
