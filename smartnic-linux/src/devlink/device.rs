use smartnic_core::Result;
use smartnic_core::backend::DevlinkDevices;
use smartnic_core::device::{DeviceInfo, DevlinkDevice};
use smartnic_core::types::DevlinkHandle;
use smartnic_netlink::devlink::{FAMILY, dev, info};

use super::about_device;
use crate::LinuxHost;

impl DevlinkDevices for LinuxHost {
    fn devices(&self) -> Result<Vec<DevlinkDevice>> {
        let op = "list devlink devices";
        let family = self.family(FAMILY, op, &"")?;
        self.generic.list(op, &"", &dev::Dump { family }, &|message| dev::decode(message).map(Some))
    }

    fn device(&self, device: &DevlinkHandle) -> Result<DevlinkDevice> {
        let op = "read a devlink device";
        let family = self.family(FAMILY, op, device)?;
        let found = self.generic.fetch(op, device, &dev::Get { family, device }, &dev::decode);
        found.map_err(about_device)
    }

    fn info(&self, device: &DevlinkHandle) -> Result<DeviceInfo> {
        let op = "read device information";
        let family = self.family(FAMILY, op, device)?;
        let found = self.generic.fetch(op, device, &info::Get { family, device }, &info::decode);
        found.map(|(_, info)| info).map_err(about_device)
    }

    fn infos(&self) -> Result<Vec<(DevlinkHandle, DeviceInfo)>> {
        let op = "read device information";
        let family = self.family(FAMILY, op, &"")?;
        self.generic.list(op, &"", &info::Dump { family }, &|message| info::decode(message).map(Some))
    }
}
