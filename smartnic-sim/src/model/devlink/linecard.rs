//! Line cards (`net/devlink/linecard.c`). Provisioning is over at once here.

use smartnic_core::device::{LineCard, LineCardState};
use smartnic_core::types::DevlinkHandle;

use super::Instance;
use crate::driver::CardSpec;
use crate::errno::Errno;
use crate::model::switch::SwitchState;
use crate::model::{Event, Machine};
use crate::note::Note;

fn card(spec: &CardSpec, state: &SwitchState, device: &DevlinkHandle, index: u32) -> LineCard {
    let kind = state.cards.get(&index).cloned();
    let fits = spec.present.contains(&index) && kind.as_deref() == spec.types.first().copied();
    LineCard {
        device: device.clone(),
        index,
        state: match &kind {
            None => LineCardState::Unprovisioned,
            Some(_) if fits => LineCardState::Active,
            Some(_) => LineCardState::Provisioned,
        },
        kind,
        supported: spec.types.iter().map(|kind| (*kind).to_owned()).collect(),
        nested: None,
        unknown: Vec::new(),
    }
}

impl Machine {
    /// The line cards of an instance.
    pub(crate) fn line_cards(&self, instance: Instance) -> Vec<LineCard> {
        let Instance::Pf(pf) = instance else { return Vec::new() };
        let parts = self.profile.driver.switch().zip(self.pfs.get(pf)).zip(self.handle_of(instance));
        let Some(((switch, state), device)) = parts else { return Vec::new() };
        (1..=switch.cards.slots).map(|slot| card(&switch.cards, &state.switch, &device, slot)).collect()
    }

    /// One line card.
    pub(crate) fn line_card(&self, instance: Instance, index: u32) -> Result<LineCard, Errno> {
        self.line_cards(instance).into_iter().find(|card| card.index == index).ok_or(Errno::ENODEV)
    }

    /// Provisions a slot, or takes its type away (`devlink_linecard_type_set`, `_unset`).
    pub(crate) fn set_line_card(
        &mut self,
        instance: Instance,
        index: u32,
        kind: Option<&str>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let before = self.line_card(instance, index)?;
        match (kind, &before.kind) {
            (None, None) => {
                note.say("Line card is not provisioned");
                return Ok(());
            }
            (Some(kind), _) if !before.supported.iter().any(|known| known == kind) => {
                note.say("Unsupported line card type provided");
                return Err(Errno::EINVAL);
            }
            (Some(wanted), Some(present)) => {
                note.say("Line card already provisioned");
                // To be asked for the same again is a success.
                return if wanted == present { Ok(()) } else { Err(Errno::EBUSY) };
            }
            _ => {}
        }
        let passing = match kind {
            Some(_) => LineCardState::Provisioning,
            None => LineCardState::Unprovisioning,
        };
        let shown = kind.map(str::to_owned).or_else(|| before.kind.clone());
        self.events.push(|| Event::LineCard(Box::new(LineCard { state: passing, kind: shown, ..before })));
        self.change_switch(instance, |state| {
            match kind {
                Some(kind) => state.cards.insert(index, kind.to_owned()),
                None => state.cards.remove(&index),
            };
        })?;
        let after = self.line_card(instance, index)?;
        if after.state == LineCardState::Active {
            let passed = LineCard { state: LineCardState::Provisioned, ..after.clone() };
            self.events.push(|| Event::LineCard(Box::new(passed)));
        }
        self.events.push(|| Event::LineCard(Box::new(after)));
        Ok(())
    }
}
