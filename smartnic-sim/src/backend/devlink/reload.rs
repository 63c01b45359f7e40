use smartnic_core::Result;
use smartnic_core::backend::DevlinkReload;
use smartnic_core::device::{Reload, ReloadAction, ReloadLimit, TargetNetns};
use smartnic_core::types::DevlinkHandle;

use super::find;
use crate::backend::{SimHost, refused};
use crate::errno::Errno;
use crate::model::Machine;
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
        let to = reload.netns.as_ref().map(|target| {
            netns(&machine, target).ok_or_else(|| {
                note.say("Unknown network namespace");
                Errno::EINVAL
            })
        });
        let performed = fate.and(to.transpose()).and_then(|to| {
            let to = to.as_ref().map(Option::as_deref);
            machine.reload(instance, (action, limit), to, &mut note)
        });
        let mut performed = performed.map_err(|errno| refused(op, errno, note).on(device))?;
        performed.sort_unstable();
        Ok(if told { performed } else { Vec::new() })
    }
}

/// The namespace that is meant; the first one has no name.
fn netns(machine: &Machine, target: &TargetNetns) -> Option<Option<String>> {
    match target {
        TargetNetns::Name(name) => machine.held_netns(machine.hold_netns(name)?),
        TargetNetns::Pid(pid) => machine.netns_of_process(*pid),
        TargetNetns::Fd(descriptor) => machine.held_netns(*descriptor),
        TargetNetns::Id(_) => None,
    }
}
