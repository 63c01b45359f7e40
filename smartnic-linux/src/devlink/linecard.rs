use smartnic_core::backend::DevlinkLineCards;
use smartnic_core::device::LineCard;
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Error, Extack, Result};
use smartnic_netlink::devlink::{FAMILY, linecard};

use super::is_silent;
use crate::LinuxHost;

impl DevlinkLineCards for LinuxHost {
    fn line_cards(&self, device: Option<&DevlinkHandle>) -> Result<Vec<LineCard>> {
        let op = "list line cards";
        let object = device.map(DevlinkHandle::to_string).unwrap_or_default();
        let family = self.family(FAMILY, op, &object)?;
        let cards = self.generic.list(op, &object, &linecard::Dump { family, device }, &|message| {
            let card = linecard::decode(message)?;
            Ok(device.is_none_or(|device| card.device == *device).then_some(card))
        });
        cards.map_err(about_card)
    }

    fn line_card(&self, device: &DevlinkHandle, index: u32) -> Result<LineCard> {
        let op = "read a line card";
        let object = format_args!("{device} lc {index}");
        let family = self.family(FAMILY, op, &object)?;
        let request = linecard::Get { family, device, index };
        self.generic.fetch(op, &object, &request, &linecard::decode).map_err(about_card)
    }

    fn set_line_card(
        &self,
        device: &DevlinkHandle,
        index: u32,
        kind: Option<&str>,
    ) -> Result<Option<Extack>> {
        let op = "provision a line card";
        let object = format_args!("{device} lc {index}");
        let family = self.family(FAMILY, op, &object)?;
        let request = linecard::Set { family, device, index, kind: kind.unwrap_or_default() };
        self.generic.change(op, &object, &request).map_err(about_card)
    }
}

fn about_card(error: Error) -> Error {
    match is_silent(&error, libc::ENODEV) {
        true => error.reason("there is no such devlink device, or no such line card on it"),
        false => error,
    }
}
