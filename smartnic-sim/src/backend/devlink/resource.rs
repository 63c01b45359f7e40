use smartnic_core::Result;
use smartnic_core::backend::DevlinkResources;
use smartnic_core::device::{ResourceScope, Resources};
use smartnic_core::types::{DevlinkHandle, PortHandle};

use super::find;
use crate::backend::{SimHost, refused};
use crate::errno::Errno;
use crate::model::{Instance, Machine};
use crate::note::Note;

const READ: &str = "read resources";

impl DevlinkResources for SimHost {
    fn resources(&self, device: &DevlinkHandle) -> Result<Resources> {
        let machine = self.machine.lock();
        let instance = find(&machine, READ, device)?;
        let found = resources(&machine, instance);
        found.ok_or_else(|| refused(READ, Errno::EOPNOTSUPP, Note::default()).on(device))
    }

    fn port_resources(&self, port: &PortHandle) -> Result<Resources> {
        let machine = self.machine.lock();
        let instance = find(&machine, READ, &port.device)?;
        // No port here has resources of its own.
        let errno = match machine.devlink_port_at(instance, port.index.0) {
            Ok(_) => Errno::EOPNOTSUPP,
            Err(errno) => errno,
        };
        Err(refused(READ, errno, Note::default()).on(port))
    }

    fn all_resources(
        &self,
        device: Option<&DevlinkHandle>,
        scope: Option<ResourceScope>,
    ) -> Result<Vec<Resources>> {
        let machine = self.machine.lock();
        let instances = match device {
            Some(device) => vec![find(&machine, READ, device)?],
            None => machine.instances(),
        };
        let wanted = instances.into_iter().filter(|_| scope != Some(ResourceScope::Port));
        Ok(wanted.filter_map(|instance| resources(&machine, instance)).collect())
    }

    fn set_resource(&self, device: &DevlinkHandle, id: u64, size: u64) -> Result<()> {
        let op = "change a resource's size";
        let (mut machine, fate) = self.change();
        let instance = find(&machine, op, device)?;
        let mut note = Note::default();
        let set = fate.and_then(|()| machine.set_resource(instance, id, size, &mut note));
        set.map_err(|errno| refused(op, errno, note).on(format_args!("{device} resource {id}")))
    }
}

fn resources(machine: &Machine, instance: Instance) -> Option<Resources> {
    let resources = machine.resources(instance);
    let device = machine.handle_of(instance).filter(|_| !resources.is_empty())?;
    Some(Resources { device, port: None, resources })
}
