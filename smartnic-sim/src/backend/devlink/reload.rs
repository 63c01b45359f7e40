use smartnic_core::Result;
use smartnic_core::backend::DevlinkReload;
use smartnic_core::device::{Reload, ReloadAction, ReloadLimit};
use smartnic_core::types::DevlinkHandle;

use super::find;
use crate::backend::{SimHost, refused};
use crate::errno::Errno;
use crate::note::Note;

impl DevlinkReload for SimHost {
    fn reload(&self, device: &DevlinkHandle, reload: &Reload) -> Result<Vec<ReloadAction>> {
        let op = "reload a device";
        let (mut machine, fate) = self.change();
        let instance = find(&machine, op, device)?;
        let mut note = Note::default();
        let action = reload.action.unwrap_or(ReloadAction::DriverReinit);
        let limit = reload.limit.unwrap_or(ReloadLimit::Unspecified);
        let told = reload.action.is_some() || reload.limit.is_some();
        let performed = fate.and_then(|()| match &reload.netns {
            None => machine.reload(instance, action, limit, &mut note),
            Some(_) => {
                note.say("Unknown network namespace");
                Err(Errno::EINVAL)
            }
        });
        let mut performed = performed.map_err(|errno| refused(op, errno, note).on(device))?;
        performed.sort_unstable();
        Ok(if told { performed } else { Vec::new() })
    }
}
