use smartnic_core::backend::DevlinkLineCards;
use smartnic_core::device::LineCard;
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Extack, Result};

use super::{every, find};
use crate::backend::{SimHost, refused, remark};
use crate::model::Machine;
use crate::note::Note;

impl DevlinkLineCards for SimHost {
    fn line_cards(&self, device: Option<&DevlinkHandle>) -> Result<Vec<LineCard>> {
        every(&self.machine.lock(), "list line cards", device, Machine::line_cards)
    }

    fn line_card(&self, device: &DevlinkHandle, index: u32) -> Result<LineCard> {
        let op = "read a line card";
        let machine = self.machine.lock();
        let instance = find(&machine, op, device)?;
        let found = machine.line_card(instance, index);
        found.map_err(|errno| refused(op, errno, Note::default()).on(format_args!("{device} lc {index}")))
    }

    fn set_line_card(
        &self,
        device: &DevlinkHandle,
        index: u32,
        kind: Option<&str>,
    ) -> Result<Option<Extack>> {
        let op = "provision a line card";
        let (mut machine, fate) = self.change();
        let instance = find(&machine, op, device)?;
        let mut note = Note::default();
        match fate.and_then(|()| machine.set_line_card(instance, index, kind, &mut note)) {
            Ok(()) => Ok(remark(note)),
            Err(errno) => Err(refused(op, errno, note).on(format_args!("{device} lc {index}"))),
        }
    }
}
