use smartnic_core::backend::DevlinkRates;
use smartnic_core::device::{NewParent, Rate, RateChange, RateName};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Error, Extack, Result};
use smartnic_netlink::devlink::{FAMILY, rate};

use super::{about_device, is_silent};
use crate::LinuxHost;

impl DevlinkRates for LinuxHost {
    fn rates(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Rate>> {
        let op = "list rate objects";
        let object = device.map(DevlinkHandle::to_string).unwrap_or_default();
        let family = self.family(FAMILY, op, &object)?;
        // Older kernels answer for all devices, whichever was asked for.
        let rates = self.generic.list(op, &object, &rate::Dump { family, device }, &|message| {
            let rate = rate::decode(message)?;
            Ok(device.is_none_or(|device| rate.name.device() == device).then_some(rate))
        });
        rates.map_err(about_device)
    }

    fn rate(&self, name: &RateName) -> Result<Rate> {
        let op = "read a rate object";
        let family = self.family(FAMILY, op, name)?;
        self.generic.fetch(op, name, &rate::Get { family, name }, &rate::decode).map_err(about_rate)
    }

    fn add_rate(&self, node: &RateName, settings: &RateChange) -> Result<Option<Extack>> {
        let op = "add a rate node";
        only_node(op, node)?;
        let family = self.family(FAMILY, op, node)?;
        let added = self.generic.change(op, node, &rate::New { family, name: node, settings });
        added.map_err(|error| match is_silent(&error, libc::ENODEV) {
            true => about_parent(error, settings),
            false => error,
        })
    }

    fn set_rate(&self, name: &RateName, change: &RateChange) -> Result<Option<Extack>> {
        let op = "change a rate object";
        let family = self.family(FAMILY, op, name)?;
        let set = self.generic.change(op, name, &rate::Set { family, name, change });
        set.map_err(|error| match is_silent(&error, libc::ENODEV) {
            // The kernel says the same of an object that is not there and of a parent.
            true if self.rate(name).is_ok() => about_parent(error, change),
            _ => about_rate(error),
        })
    }

    fn remove_rate(&self, node: &RateName) -> Result<Option<Extack>> {
        let op = "remove a rate node";
        only_node(op, node)?;
        let family = self.family(FAMILY, op, node)?;
        self.generic.change(op, node, &rate::Del { family, name: node }).map_err(about_rate)
    }
}

fn only_node(op: &'static str, name: &RateName) -> Result<()> {
    match name {
        RateName::Node { .. } => Ok(()),
        RateName::Leaf(_) => Err(Error::invalid(op, "leaves come and go with their ports").on(name)),
    }
}

fn about_rate(error: Error) -> Error {
    match is_silent(&error, libc::ENODEV) {
        true => error.reason("there is no such device, or no such rate object on it"),
        false => error,
    }
}

fn about_parent(error: Error, change: &RateChange) -> Error {
    match &change.parent {
        Some(NewParent::Node(parent)) => error.reason(match &parent.device {
            Some(device) => format!("there is no parent node {} on {device}", parent.node),
            None => format!("there is no such device, or no parent node {} on it", parent.node),
        }),
        _ => about_device(error),
    }
}
