use smartnic_core::backend::DevlinkFlash;
use smartnic_core::device::{FlashEvent, FlashUpdate};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Extack, Result};

use super::find;
use crate::backend::{SimHost, refused, remark};
use crate::note::Note;

impl DevlinkFlash for SimHost {
    fn flash(
        &self,
        device: &DevlinkHandle,
        update: &FlashUpdate,
        tell: &mut dyn FnMut(FlashEvent),
    ) -> Result<Option<Extack>> {
        let op = "flash a device";
        let (mut machine, fate) = self.change();
        let mut note = Note::default();
        let instance = find(&machine, op, device)?;
        let mut heard = Vec::new();
        let flashed =
            fate.and_then(|()| machine.flash(instance, update, &mut note, &mut |event| heard.push(event)));
        // Whoever hears may ask the machine.
        drop(machine);
        heard.into_iter().for_each(tell);
        match flashed {
            Ok(()) => Ok(remark(note)),
            Err(errno) => Err(refused(op, errno, note).on(format_args!("{device} file {}", update.file))),
        }
    }
}
