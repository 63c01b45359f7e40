use smartnic_core::backend::DevlinkEswitch;
use smartnic_core::device::{Eswitch, EswitchChange};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Extack, Result};
use smartnic_netlink::devlink::{FAMILY, eswitch};

use super::about_device;
use crate::LinuxHost;

impl DevlinkEswitch for LinuxHost {
    fn eswitch(&self, device: &DevlinkHandle) -> Result<Eswitch> {
        let op = "read the eswitch mode";
        let family = self.family(FAMILY, op, device)?;
        let found = self.generic.fetch(op, device, &eswitch::Get { family, device }, &eswitch::decode);
        found.map_err(about_device)
    }

    fn set_eswitch(&self, device: &DevlinkHandle, change: &EswitchChange) -> Result<Option<Extack>> {
        let op = "change the eswitch";
        let family = self.family(FAMILY, op, device)?;
        let changed = self.generic.change(op, device, &eswitch::Set { family, device, change });
        changed.map_err(about_device)
    }
}
