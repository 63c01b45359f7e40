use smartnic_core::backend::DevlinkReload;
use smartnic_core::device::{Reload, ReloadAction, TargetNetns};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Error, Result};
use smartnic_netlink::devlink::{FAMILY, reload};

use super::about_device;
use crate::LinuxHost;

impl DevlinkReload for LinuxHost {
    fn reload(&self, device: &DevlinkHandle, how: &Reload) -> Result<Vec<ReloadAction>> {
        let op = "reload a device";
        let family = self.family(FAMILY, op, device)?;
        // Held open until the kernel has it.
        let opened;
        let netns = match &how.netns {
            None => None,
            Some(TargetNetns::Pid(pid)) => Some(reload::Netns::Pid(*pid)),
            Some(TargetNetns::Fd(fd)) => Some(reload::Netns::Fd(*fd)),
            Some(TargetNetns::Id(id)) => Some(reload::Netns::Id(*id)),
            Some(TargetNetns::Name(name)) => {
                let failed =
                    |error| Error::io(op, error).on(device).reason(format!("network namespace {name}"));
                opened = self.kernel.hold(name).map_err(failed)?;
                Some(reload::Netns::Fd(opened.descriptor()))
            }
        };
        let request = reload::Reload { family, device, action: how.action, limit: how.limit, netns };
        let told = self.generic.change_told(op, device, &request, &reload::decode);
        told.map(|(actions, _)| actions.unwrap_or_default()).map_err(about_device)
    }
}
