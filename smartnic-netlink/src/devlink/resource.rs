//! Resources of devices and of ports (`DEVLINK_CMD_RESOURCE_DUMP`, `_SET`).

use smartnic_core::device::{Resource, ResourceScope, ResourceUnit, Resources};
use smartnic_core::types::{DevlinkHandle, PortHandle, PortIndex};

use super::{HandleParts, attrs, put_handle, put_port, request};
use crate::codec::{Attr, Attrs, Flags, Message, WireError};
use crate::uapi::devlink::*;

/// How deep parts of resources may stand in each other; deeper ones are malformed.
const DEEPEST: usize = 16;

/// Asks for the resources of one device (`DEVLINK_CMD_RESOURCE_DUMP`); the answer can have several parts.
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
}

request!(Get<'a>, DEVLINK_CMD_RESOURCE_DUMP, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
});

/// Asks for the resources of one port.
#[derive(Clone, Copy, Debug)]
pub struct PortGet<'a> {
    /// The family's message type.
    pub family: u16,
    /// The port.
    pub port: &'a PortHandle,
}

request!(PortGet<'a>, DEVLINK_CMD_RESOURCE_DUMP, Flags::empty(), |this, encoder| {
    put_port(encoder, this.port);
});

/// Asks for the resources of all devices and ports, or of some.
#[derive(Clone, Copy, Debug)]
pub struct Dump<'a> {
    /// The family's message type.
    pub family: u16,
    /// One device and its ports.
    pub device: Option<&'a DevlinkHandle>,
    /// Devices only, or ports only.
    pub scope: Option<ResourceScope>,
}

request!(Dump<'a>, DEVLINK_CMD_RESOURCE_DUMP, Flags::DUMP, |this, encoder| {
    if let Some(device) = this.device {
        put_handle(encoder, device);
    }
    match this.scope {
        Some(ResourceScope::Device) => {
            encoder.u32(DEVLINK_ATTR_RESOURCE_SCOPE_MASK, DEVLINK_RESOURCE_SCOPE_DEV);
        }
        Some(ResourceScope::Port) => {
            encoder.u32(DEVLINK_ATTR_RESOURCE_SCOPE_MASK, DEVLINK_RESOURCE_SCOPE_PORT);
        }
        None => {}
    }
});

/// Changes a resource's size (`DEVLINK_CMD_RESOURCE_SET`).
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The resource's number.
    pub id: u64,
    /// The new size.
    pub size: u64,
}

request!(Set<'a>, DEVLINK_CMD_RESOURCE_SET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.u64(DEVLINK_ATTR_RESOURCE_ID, this.id);
    encoder.u64(DEVLINK_ATTR_RESOURCE_SIZE, this.size);
});

/// Reads resources, and whose they are (`DEVLINK_CMD_RESOURCE_DUMP`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode(message: &Message<'_>) -> Result<Resources, WireError> {
    let mut handle = HandleParts::default();
    let mut port = None;
    let mut resources = Vec::new();
    for attr in attrs(message)? {
        let attr = attr?;
        if handle.take(&attr)? {
            continue;
        }
        match attr.kind() {
            DEVLINK_ATTR_PORT_INDEX => port = Some(PortIndex(attr.u32()?)),
            DEVLINK_ATTR_RESOURCE_LIST => resources.extend(list(&attr, 0)?),
            _ => {}
        }
    }
    Ok(Resources { device: handle.finish()?, port, resources })
}

fn list(attr: &Attr<'_>, depth: usize) -> Result<Vec<Resource>, WireError> {
    if depth > DEEPEST {
        return Err(WireError::Missing { attr: "the end of nested DEVLINK_ATTR_RESOURCE" });
    }
    let mut all = Vec::new();
    for entry in attr.nested() {
        let entry = entry?;
        if entry.kind() == DEVLINK_ATTR_RESOURCE {
            all.push(one(entry.nested(), depth)?);
        }
    }
    Ok(all)
}

fn one(attrs: Attrs<'_>, depth: usize) -> Result<Resource, WireError> {
    let mut resource = Resource {
        name: String::new(),
        id: 0,
        size: 0,
        size_new: None,
        size_valid: None,
        size_min: 0,
        size_max: 0,
        granularity: 0,
        unit: ResourceUnit::Entry,
        occupancy: None,
        parts: Vec::new(),
    };
    let mut named = false;
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_RESOURCE_NAME => {
                resource.name = attr.text_lossy().into_owned();
                named = true;
            }
            DEVLINK_ATTR_RESOURCE_ID => resource.id = attr.u64()?,
            DEVLINK_ATTR_RESOURCE_SIZE => resource.size = attr.u64()?,
            DEVLINK_ATTR_RESOURCE_SIZE_NEW => resource.size_new = Some(attr.u64()?),
            DEVLINK_ATTR_RESOURCE_SIZE_VALID => resource.size_valid = Some(attr.u8()? != 0),
            DEVLINK_ATTR_RESOURCE_SIZE_MIN => resource.size_min = attr.u64()?,
            DEVLINK_ATTR_RESOURCE_SIZE_MAX => resource.size_max = attr.u64()?,
            DEVLINK_ATTR_RESOURCE_SIZE_GRAN => resource.granularity = attr.u64()?,
            DEVLINK_ATTR_RESOURCE_UNIT => resource.unit = ResourceUnit::from_number(attr.u8()?),
            DEVLINK_ATTR_RESOURCE_OCC => resource.occupancy = Some(attr.u64()?),
            DEVLINK_ATTR_RESOURCE_LIST => resource.parts = list(&attr, depth + 1)?,
            _ => {}
        }
    }
    if named { Ok(resource) } else { Err(WireError::Missing { attr: "DEVLINK_ATTR_RESOURCE_NAME" }) }
}
