//! `rdma dev` and `rdma link`.

use smartnic_core::rdma::{DeviceChange, NewLink, NewSubDevice};

use super::words::{Words, port_at};
use super::{Command, Read, Stop};
use crate::text::rdma::usage;

pub(super) fn dev(words: &mut Words<'_>) -> Read<Command> {
    match words.choose("dev command", &["show", "add", "delete", "list", "set", "help"])? {
        "add" => {
            let name = words.needed("Please provide a device name to add.")?;
            let mut parts = (None, None);
            loop {
                match words.peek() {
                    Some(word) if "type".starts_with(word) => {
                        words.next();
                        let kind = words.needed("Please provide a device type.")?;
                        // RDMA_DEVICE_TYPE_SMI is the only one there is.
                        let known = kind.eq_ignore_ascii_case("smi");
                        parts.0 = known.then_some(1);
                        if !known {
                            return Err(Stop::fault(format!("Invalid device type {kind}")));
                        }
                    }
                    Some(word) if "parent".starts_with(word) => {
                        words.next();
                        parts.1 = Some(words.needed("Please provide a parent device name.")?);
                    }
                    Some(word) => return Err(Stop::unknown("parameter", word)),
                    None => break,
                }
            }
            let (Some(kind), Some(parent)) = parts else { return Err(Stop::help(usage::DEV)) };
            Ok(Command::AddDevice(NewSubDevice { name, kind, parent }))
        }
        "delete" => Ok(Command::RemoveDevice(words.device()?)),
        "set" => {
            let device = words.device()?;
            let Some(what) = words.next() else { return Err(Stop::help(usage::DEV)) };
            let fits =
                ["name", "netns", "adaptive-moderation"].into_iter().find(|name| name.starts_with(what));
            let value = words.next();
            let change = match (fits, value) {
                (None, _) => return Err(Stop::unknown("parameter", what)),
                (Some("name"), Some(name)) => DeviceChange::Name(name.to_owned()),
                (Some("netns"), Some(netns)) => DeviceChange::Netns(netns.to_owned()),
                (Some("adaptive-moderation"), Some("on")) => DeviceChange::AdaptiveModeration(true),
                (Some("adaptive-moderation"), Some("off")) => DeviceChange::AdaptiveModeration(false),
                (Some(_), Some(value)) => return Err(Stop::unknown("parameter", value)),
                (Some(_), None) => return Err(Stop::help(usage::DEV)),
            };
            Ok(Command::SetDevice(device, change))
        }
        "help" => Err(Stop::help(usage::DEV)),
        _ => {
            let device = words.next().map(str::to_owned);
            words.end()?;
            Ok(Command::Devices(device))
        }
    }
}

pub(super) fn link(words: &mut Words<'_>) -> Read<Command> {
    match words.choose("link command", &["show", "add", "delete", "list", "help"])? {
        "add" => {
            let name = words.needed("Please provide a link name to add.")?;
            if !words.take("type") {
                return Err(Stop::help(usage::LINK));
            }
            let kind = words.needed("Please provide a link type.")?;
            if !words.take("netdev") {
                return Err(Stop::help(usage::LINK));
            }
            let netdev = words.needed("Please provide a net device name.")?;
            words.end()?;
            Ok(Command::AddLink(NewLink { name, kind, netdev }))
        }
        "delete" => Ok(Command::RemoveLink(words.device()?)),
        "help" => Err(Stop::help(usage::LINK)),
        _ => {
            let at = words.next().map(|word| port_at(word, true)).transpose()?;
            words.end()?;
            Ok(Command::Links(at))
        }
    }
}
