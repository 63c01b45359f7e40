//! bnxt_en's device as a whole: `bnxt_devlink.c` (`bnxt_dl_reload_down` and `_up`).

use smartnic_core::device::{ReloadAction, ReloadLimit};

use super::device::DeviceFacts;
use crate::errno::Errno;
use crate::model::Pf;
use crate::note::Note;

pub(super) const FACTS: DeviceFacts = DeviceFacts {
    reload_actions: &[ReloadAction::DriverReinit, ReloadAction::FwActivate],
    reload_limits: &[ReloadLimit::NoReset],
    reload_keeps_links: true,
    ..DeviceFacts::NONE
};

pub(super) fn reload(
    pf: &Pf,
    link_up: bool,
    action: ReloadAction,
    limit: ReloadLimit,
    note: &mut Note,
) -> Result<Vec<ReloadAction>, Errno> {
    match (action, limit) {
        (ReloadAction::DriverReinit, _) if !pf.vfs.is_empty() => {
            note.say("bnxt_en: reload is unsupported while VFs are allocated or being configured");
            Err(Errno::EOPNOTSUPP)
        }
        (ReloadAction::DriverReinit, _) => Ok(vec![ReloadAction::DriverReinit]),
        // No patch was ever flashed here.
        (_, ReloadLimit::NoReset) => {
            note.say("bnxt_en: No live patches found");
            Err(Errno::ENOENT)
        }
        _ => {
            if !link_up {
                note.say("bnxt_en: Device is closed, not waiting for reset notice that will never come");
            }
            Ok(vec![ReloadAction::DriverReinit, ReloadAction::FwActivate])
        }
    }
}
