use smartnic_core::device::{FlashEvent, FlashNotice, FlashUpdate, VersionKind};

use crate::driver::{FlashOrder, check_flash};
use crate::errno::Errno;
use crate::model::{Event, Instance, Machine};
use crate::note::Note;

impl Machine {
    /// Writes firmware (`devlink_nl_flash_update_doit`); `tell` hears what listeners hear.
    pub(crate) fn flash(
        &mut self,
        instance: Instance,
        update: &FlashUpdate,
        note: &mut Note,
        tell: &mut dyn FnMut(FlashEvent),
    ) -> Result<(), Errno> {
        let driver = self.profile.driver;
        let rules = driver.flash_rules().filter(|_| matches!(instance, Instance::Pf(_)));
        let rules = rules.ok_or(Errno::EOPNOTSUPP)?;
        let image = check_flash(rules, self.profile.versions, update, note)?;
        let device = self.handle_of(instance).ok_or(Errno::ENODEV)?;
        let events = &mut self.events;
        let mut tell = |event: FlashEvent| {
            events.push(|| {
                Event::Flash(Box::new(FlashNotice { device: device.clone(), event: event.clone() }))
            });
            tell(event);
        };
        tell(FlashEvent::Begun);
        let component = update.component.as_deref();
        let order = FlashOrder { image, component, overwrite: update.overwrite };
        let flashed = driver.flash(&order, &mut |status| tell(FlashEvent::Status(status)), note);
        tell(FlashEvent::Ended);
        flashed?;
        let written =
            image.versions.iter().filter(|(name, _)| component.is_none_or(|wanted| wanted == *name));
        self.flashed.extend(written.map(|(name, version)| ((*name).to_owned(), (*version).to_owned())));
        Ok(())
    }

    /// Lets run what was written (`fw_activate`).
    pub(super) fn activate_firmware(&mut self) {
        self.activated.clone_from(&self.flashed);
    }

    /// The versions that an instance tells: stored are the last that were written, and they run once they are
    /// activated.
    pub(crate) fn versions(&self, instance: Instance) -> Vec<(VersionKind, &str, &str)> {
        let Instance::Pf(_) = instance else { return Vec::new() };
        let shown = |&(kind, name, value): &(VersionKind, &'static str, &'static str)| {
            let flashed = match kind {
                VersionKind::Stored => self.flashed.get(name),
                VersionKind::Running => self.activated.get(name),
                _ => None,
            };
            (kind, name, flashed.map_or(value, String::as_str))
        };
        self.profile.versions.iter().map(shown).collect()
    }
}
