use smartnic_core::Result;
use smartnic_core::backend::DevlinkDevices;
use smartnic_core::device::{DeviceInfo, DevlinkDevice, Version};
use smartnic_core::types::DevlinkHandle;

use super::find;
use crate::backend::{SimHost, refused};
use crate::errno::Errno;
use crate::model::{Instance, Machine};
use crate::note::Note;

impl DevlinkDevices for SimHost {
    fn devices(&self) -> Result<Vec<DevlinkDevice>> {
        let machine = self.machine.lock();
        let all = machine.all_instances().into_iter().zip(0..);
        let all = all.filter(|(instance, _)| machine.netns_of(*instance) == machine.netns());
        Ok(all.filter_map(|(instance, index)| device(&machine, instance, index)).collect())
    }

    fn device(&self, wanted: &DevlinkHandle) -> Result<DevlinkDevice> {
        let machine = self.machine.lock();
        let op = "read a devlink device";
        let instance = find(&machine, op, wanted)?;
        let place = machine.all_instances().iter().position(|one| *one == instance);
        let found = place.and_then(|place| device(&machine, instance, place as u64));
        found.ok_or_else(|| refused(op, Errno::ENODEV, Note::default()).on(wanted))
    }

    fn info(&self, device: &DevlinkHandle) -> Result<DeviceInfo> {
        let machine = self.machine.lock();
        let instance = find(&machine, "read device information", device)?;
        let (serial, board_serial) = machine.serials(instance);
        let version =
            |(kind, name, value): (_, &str, &str)| Version { kind, name: name.into(), value: value.into() };
        Ok(DeviceInfo {
            driver: machine.driver_of(instance).into(),
            serial,
            board_serial,
            versions: machine.versions(instance).into_iter().map(version).collect(),
            unknown: Vec::new(),
        })
    }

    fn infos(&self) -> Result<Vec<(DevlinkHandle, DeviceInfo)>> {
        let handles = self.devices()?.into_iter().map(|device| device.handle);
        handles.map(|handle| self.info(&handle).map(|info| (handle, info))).collect()
    }
}

fn device(machine: &Machine, instance: Instance, index: u64) -> Option<DevlinkDevice> {
    let (local, remote) = machine.reload_counts(instance);
    Some(DevlinkDevice {
        index: Some(index),
        reloads: Some(local),
        remote_reloads: Some(remote),
        ..DevlinkDevice::new(machine.handle_of(instance)?)
    })
}
