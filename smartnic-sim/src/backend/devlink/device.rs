use smartnic_core::Result;
use smartnic_core::backend::DevlinkDevices;
use smartnic_core::device::{DeviceInfo, DevlinkDevice, Version};
use smartnic_core::types::{DevlinkHandle, PciAddress};

use super::find;
use crate::backend::{SimHost, refused};
use crate::errno::Errno;
use crate::model::Instance;
use crate::note::Note;

impl DevlinkDevices for SimHost {
    fn devices(&self) -> Result<Vec<DevlinkDevice>> {
        let machine = self.machine.lock();
        let all = machine.instances().into_iter().zip(0..);
        Ok(all.filter_map(|(instance, index)| Some(device(machine.address_of(instance)?, index))).collect())
    }

    fn device(&self, wanted: &DevlinkHandle) -> Result<DevlinkDevice> {
        let machine = self.machine.lock();
        let op = "read a devlink device";
        let instance = find(&machine, op, wanted)?;
        let place = machine.instances().iter().position(|one| *one == instance);
        let found = machine.address_of(instance).zip(place);
        let (address, index) = found.ok_or_else(|| refused(op, Errno::ENODEV, Note::default()).on(wanted))?;
        Ok(device(address, index as u64))
    }

    fn info(&self, device: &DevlinkHandle) -> Result<DeviceInfo> {
        let machine = self.machine.lock();
        let instance = find(&machine, "read device information", device)?;
        let (serial, board_serial) = machine.serials(instance);
        let versions = match instance {
            Instance::Pf(_) => machine.profile.versions,
            Instance::Vf { .. } => &[],
        };
        let version = |&(kind, name, value): &_| Version {
            kind,
            name: str::to_owned(name),
            value: str::to_owned(value),
        };
        Ok(DeviceInfo {
            driver: machine.driver_of(instance).into(),
            serial,
            board_serial,
            versions: versions.iter().map(version).collect(),
            unknown: Vec::new(),
        })
    }

    fn infos(&self) -> Result<Vec<(DevlinkHandle, DeviceInfo)>> {
        let handles = self.devices()?.into_iter().map(|device| device.handle);
        handles.map(|handle| self.info(&handle).map(|info| (handle, info))).collect()
    }
}

/// An instance; none was ever reloaded.
fn device(address: PciAddress, index: u64) -> DevlinkDevice {
    DevlinkDevice {
        index: Some(index),
        reloads: Some(Vec::new()),
        remote_reloads: Some(Vec::new()),
        ..DevlinkDevice::new(address.into())
    }
}
