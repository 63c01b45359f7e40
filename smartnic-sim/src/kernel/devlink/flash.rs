use smartnic_core::device::{FlashEvent, FlashNotice, FlashOverwrite, FlashUpdate};
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;

use super::object::{Ask, Command};
use crate::errno::Errno;
use crate::kernel::answer::ExtAck;
use crate::kernel::table::{Policy, Shape};
use crate::model::Machine;
use crate::note::Spot;

const POLICY: [Policy; 3] = [
    (DEVLINK_ATTR_FLASH_UPDATE_FILE_NAME, Shape::NulText, None),
    (DEVLINK_ATTR_FLASH_UPDATE_COMPONENT, Shape::NulText, None),
    (DEVLINK_ATTR_FLASH_UPDATE_OVERWRITE_MASK, Shape::Bits(DEVLINK_SUPPORTED_FLASH_OVERWRITE_SECTIONS), None),
];

pub(super) const COMMANDS: &[Command] =
    &[Command::change(DEVLINK_CMD_FLASH_UPDATE, &POLICY, |machine, ask, _, ext| update(machine, ask, ext))];

/// `devlink_nl_flash_update_doit`
fn update(machine: &mut Machine, ask: &Ask<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let Ask { instance, request, table } = *ask;
    let Some(file) = table.text(DEVLINK_ATTR_FLASH_UPDATE_FILE_NAME) else {
        // A driver that does not flash is not asked for the file either.
        if machine.profile.driver.flash_rules().is_some() {
            ext.missing = Some((DEVLINK_ATTR_FLASH_UPDATE_FILE_NAME, None));
            return Err(Errno::EINVAL);
        }
        return Err(Errno::EOPNOTSUPP);
    };
    // The bits that are set and selected (`struct nla_bitfield32`).
    let mask = table.head(DEVLINK_ATTR_FLASH_UPDATE_OVERWRITE_MASK).map_or(0, |[a, b, c, d, e, f, g, h]| {
        u32::from_ne_bytes([a, b, c, d]) & u32::from_ne_bytes([e, f, g, h])
    });
    let update = FlashUpdate {
        file: file.to_owned(),
        component: table.text(DEVLINK_ATTR_FLASH_UPDATE_COMPONENT).map(str::to_owned),
        overwrite: FlashOverwrite {
            settings: mask & DEVLINK_FLASH_OVERWRITE_SETTINGS != 0,
            identifiers: mask & DEVLINK_FLASH_OVERWRITE_IDENTIFIERS != 0,
        },
    };
    let flashed = machine.flash(instance, &update, &mut ext.note, &mut |_| {});
    let blamed = match ext.note.at {
        Some(Spot::FlashFile) => Some(DEVLINK_ATTR_FLASH_UPDATE_FILE_NAME),
        Some(Spot::FlashComponent) => Some(DEVLINK_ATTR_FLASH_UPDATE_COMPONENT),
        Some(Spot::FlashOverwrite) => Some(DEVLINK_ATTR_FLASH_UPDATE_OVERWRITE_MASK),
        _ => None,
    };
    ext.offset = blamed.and_then(|kind| request.offset(table.get(kind)?));
    flashed
}

/// Writes what is told of an update (`devlink_nl_flash_update_fill`).
pub(in crate::kernel) fn write(e: &mut Encoder<'_>, machine: &Machine, notice: &FlashNotice) {
    let device = &notice.device;
    let status = match &notice.event {
        FlashEvent::Begun | FlashEvent::Waiting => {
            return super::start(e, machine, device, DEVLINK_CMD_FLASH_UPDATE);
        }
        FlashEvent::Ended => return super::start(e, machine, device, DEVLINK_CMD_FLASH_UPDATE_END),
        FlashEvent::Status(status) => status,
    };
    super::start(e, machine, device, DEVLINK_CMD_FLASH_UPDATE_STATUS);
    if let Some(message) = &status.message {
        e.text(DEVLINK_ATTR_FLASH_UPDATE_STATUS_MSG, message);
    }
    if let Some(component) = &status.component {
        e.text(DEVLINK_ATTR_FLASH_UPDATE_COMPONENT, component);
    }
    e.u64(DEVLINK_ATTR_FLASH_UPDATE_STATUS_DONE, status.done);
    e.u64(DEVLINK_ATTR_FLASH_UPDATE_STATUS_TOTAL, status.total);
    e.u64(DEVLINK_ATTR_FLASH_UPDATE_STATUS_TIMEOUT, status.timeout);
}
