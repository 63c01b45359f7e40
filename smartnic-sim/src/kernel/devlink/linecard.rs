//! Line cards (`net/devlink/linecard.c`).

use smartnic_core::device::LineCard;
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;

use super::object::{Ask, Command};
use crate::errno::Errno;
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::{Policy, Shape};
use crate::model::Machine;

const INDEX: Policy = (DEVLINK_ATTR_LINECARD_INDEX, Shape::U32, None);
const KIND: Policy = (DEVLINK_ATTR_LINECARD_TYPE, Shape::NulText, None);

pub(super) const COMMANDS: &[Command] = &[
    Command::read(DEVLINK_CMD_LINECARD_GET, &[INDEX], |machine, ask, answer, _| {
        let card = find(machine, ask)?;
        answer.reply(DEVLINK_ID, |e| write(e, machine, &card, DEVLINK_CMD_LINECARD_NEW));
        Ok(())
    })
    .listing(|machine, instance, answer| {
        for card in machine.line_cards(instance) {
            answer.part(DEVLINK_ID, |e| write(e, machine, &card, DEVLINK_CMD_LINECARD_NEW));
        }
    }),
    Command::change(DEVLINK_CMD_LINECARD_SET, &[INDEX, KIND], |machine, ask, _, ext| {
        let index = find(machine, ask)?.index;
        match ask.table.text(DEVLINK_ATTR_LINECARD_TYPE) {
            None => Ok(()),
            Some(kind) => {
                let kind = Some(kind).filter(|kind| !kind.is_empty());
                machine.set_line_card(ask.instance, index, kind, &mut ext.note)
            }
        }
    }),
];

/// `devlink_linecard_get_from_attrs`
fn find(machine: &Machine, ask: &Ask<'_>) -> Result<LineCard, Errno> {
    let index = ask.table.u32(DEVLINK_ATTR_LINECARD_INDEX).ok_or(Errno::EINVAL)?;
    machine.line_card(ask.instance, index)
}

/// `devlink_nl_linecard_fill`
pub(in crate::kernel) fn write(e: &mut Encoder<'_>, machine: &Machine, card: &LineCard, command: u8) {
    super::start(e, machine, &card.device, command);
    e.u32(DEVLINK_ATTR_LINECARD_INDEX, card.index);
    e.u8(DEVLINK_ATTR_LINECARD_STATE, card.state.number());
    if let Some(kind) = &card.kind {
        e.text(DEVLINK_ATTR_LINECARD_TYPE, kind);
    }
    if !card.supported.is_empty() {
        e.nest(DEVLINK_ATTR_LINECARD_SUPPORTED_TYPES | smartnic_netlink::uapi::netlink::NLA_F_NESTED, |e| {
            card.supported.iter().for_each(|kind| e.text(DEVLINK_ATTR_LINECARD_TYPE, kind));
        });
    }
}
