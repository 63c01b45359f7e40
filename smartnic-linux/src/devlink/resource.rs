use std::fmt::Display;

use smartnic_core::backend::DevlinkResources;
use smartnic_core::device::{ResourceScope, Resources};
use smartnic_core::types::{DevlinkHandle, PortHandle};
use smartnic_core::{Error, Result};
use smartnic_netlink::codec::Request;
use smartnic_netlink::devlink::{FAMILY, resource};

use super::about_device;
use crate::LinuxHost;

const READ: &str = "read resources";

impl DevlinkResources for LinuxHost {
    fn resources(&self, device: &DevlinkHandle) -> Result<Resources> {
        let family = self.family(FAMILY, READ, device)?;
        self.joined(device, &resource::Get { family, device })
    }

    fn port_resources(&self, port: &PortHandle) -> Result<Resources> {
        let family = self.family(FAMILY, READ, port)?;
        self.joined(port, &resource::PortGet { family, port })
    }

    fn all_resources(
        &self,
        device: Option<&DevlinkHandle>,
        scope: Option<ResourceScope>,
    ) -> Result<Vec<Resources>> {
        let object = device.map(DevlinkHandle::to_string).unwrap_or_default();
        let family = self.family(FAMILY, READ, &object)?;
        let request = resource::Dump { family, device, scope };
        let parts =
            self.generic.list(READ, &object, &request, &|message| resource::decode(message).map(Some));
        Ok(join(parts.map_err(about_device)?))
    }

    fn set_resource(&self, device: &DevlinkHandle, id: u64, size: u64) -> Result<()> {
        let op = "change a resource's size";
        let object = format_args!("{device} resource {id}");
        let family = self.family(FAMILY, op, &object)?;
        let set = self.generic.change(op, &object, &resource::Set { family, device, id, size });
        set.map(drop).map_err(about_device)
    }
}

impl LinuxHost {
    fn joined(&self, object: &dyn Display, request: &dyn Request) -> Result<Resources> {
        let parts = self.generic.list(READ, object, request, &|message| resource::decode(message).map(Some));
        let whole = join(parts.map_err(about_device)?).into_iter().next();
        whole.ok_or_else(|| Error::protocol(READ, "the kernel's answer is empty").on(object))
    }
}

/// Long lists of one device or port come in several messages.
fn join(parts: Vec<Resources>) -> Vec<Resources> {
    let mut all: Vec<Resources> = Vec::new();
    for part in parts {
        match all.last_mut().filter(|last| last.device == part.device && last.port == part.port) {
            Some(last) => last.resources.extend(part.resources),
            None => all.push(part),
        }
    }
    all
}
