use smartnic_core::types::DevlinkHandle;
use smartnic_netlink::codec::{Attrs, GenlHeader};
use smartnic_netlink::uapi::devlink::*;

use crate::kernel::table::Request;
use crate::model::{Event, Machine};

/// What of devlink a socket wants to hear; what is missing is not looked at (`struct devlink_obj_desc`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::kernel) struct DevlinkFilter {
    bus: Option<String>,
    device: Option<String>,
    port: Option<u32>,
}

/// What a notification is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kernel) struct DevlinkSubject {
    device: DevlinkHandle,
    port: Option<u32>,
}

impl DevlinkFilter {
    /// The filter that a request sets; none if the request is another one.
    pub(in crate::kernel) fn of(request: &Request<'_>) -> Option<Self> {
        let (header, attrs) = GenlHeader::split(request.payload).ok()?;
        if header.command != DEVLINK_CMD_NOTIFY_FILTER_SET {
            return None;
        }
        let mut filter = Self::default();
        for attr in Attrs::new(attrs).filter_map(Result::ok) {
            match attr.kind() {
                DEVLINK_ATTR_BUS_NAME => filter.bus = attr.text().ok().map(str::to_owned),
                DEVLINK_ATTR_DEV_NAME => filter.device = attr.text().ok().map(str::to_owned),
                DEVLINK_ATTR_PORT_INDEX => filter.port = attr.u32().ok(),
                _ => {}
            }
        }
        Some(filter)
    }

    pub(in crate::kernel) fn wants(&self, subject: &DevlinkSubject) -> bool {
        self.bus.as_ref().is_none_or(|bus| *bus == subject.device.bus)
            && self.device.as_ref().is_none_or(|device| *device == subject.device.device)
            && self.port.is_none_or(|port| subject.port == Some(port))
    }
}

impl DevlinkSubject {
    /// What a change is about; none if devlink does not tell of it.
    pub(in crate::kernel) fn of(machine: &Machine, event: &Event) -> Option<Self> {
        match event {
            Event::Devlink(instance) | Event::Param(instance, _) => {
                Some(Self { device: machine.handle_of(*instance)?, port: None })
            }
            Event::DevlinkGone(device) => Some(Self { device: device.clone(), port: None }),
            Event::Port(port) | Event::PortGone(port) => {
                Some(Self { device: port.device.clone(), port: Some(port.index) })
            }
            Event::Reporter(instance, name) => {
                Some(Self { device: machine.handle_of(*instance)?, port: name.port })
            }
            Event::Snapshot { instance, .. } | Event::Regions { instance, .. } => {
                Some(Self { device: machine.handle_of(*instance)?, port: None })
            }
            Event::Trap { trap, .. } => Some(Self { device: trap.device.clone(), port: None }),
            Event::TrapGroup { group, .. } => Some(Self { device: group.device.clone(), port: None }),
            Event::TrapPolicer { policer, .. } => Some(Self { device: policer.device.clone(), port: None }),
            Event::LineCard(card) => Some(Self { device: card.device.clone(), port: None }),
            _ => None,
        }
    }
}
