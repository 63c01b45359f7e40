use smartnic_core::backend::DevlinkEswitch;
use smartnic_core::device::{Eswitch, EswitchChange};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Extack, Result};

use super::{find, in_range};
use crate::backend::{SimHost, refused, remark};
use crate::note::{Note, Spot};

impl DevlinkEswitch for SimHost {
    fn eswitch(&self, device: &DevlinkHandle) -> Result<Eswitch> {
        let op = "read the eswitch mode";
        let machine = self.machine.lock();
        let instance = find(&machine, op, device)?;
        machine.eswitch(instance).map_err(|errno| refused(op, errno, Note::default()).on(device))
    }

    fn set_eswitch(&self, device: &DevlinkHandle, change: &EswitchChange) -> Result<Option<Extack>> {
        let op = "change the eswitch";
        let (mut machine, fate) = self.change();
        let mut note = Note::default();
        let known = [
            (change.mode.map(|mode| mode.number() <= 2), Spot::EswitchMode),
            (change.inline_mode.map(|mode| mode.number() <= 3), Spot::InlineMode),
            (change.encap_mode.map(|mode| mode.number() <= 1), Spot::EncapMode),
        ];
        in_range(&known, &mut note).map_err(|errno| refused(op, errno, note.clone()).on(device))?;
        let instance = find(&machine, op, device)?;
        match fate.and_then(|()| machine.set_eswitch(instance, change, &mut note)) {
            Ok(()) => Ok(remark(note)),
            Err(errno) => Err(refused(op, errno, note).on(device)),
        }
    }
}
