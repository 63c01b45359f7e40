use smartnic_core::device::{EncapMode, EswitchChange, EswitchMode, InlineMode};
use smartnic_netlink::uapi::devlink::*;

use crate::errno::Errno;
use crate::kernel::answer::{Answer, ExtAck};
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::{Policy, Shape, Table};
use crate::model::{Instance, Machine};

pub(super) const POLICY: [Policy; 3] = [
    (DEVLINK_ATTR_ESWITCH_MODE, Shape::U16, Some(DEVLINK_ESWITCH_MODE_SWITCHDEV_INACTIVE as u64)),
    (DEVLINK_ATTR_ESWITCH_INLINE_MODE, Shape::U8, Some(DEVLINK_ESWITCH_INLINE_MODE_TRANSPORT as u64)),
    (DEVLINK_ATTR_ESWITCH_ENCAP_MODE, Shape::U8, Some(DEVLINK_ESWITCH_ENCAP_MODE_BASIC as u64)),
];

/// `devlink_nl_eswitch_fill`.
pub(super) fn get(machine: &Machine, instance: Instance, answer: &mut Answer) -> Result<(), Errno> {
    let state = machine.eswitch(instance)?;
    answer.reply(DEVLINK_ID, |e| {
        super::start(e, machine, &super::handle(machine, instance), DEVLINK_CMD_ESWITCH_GET);
        if let Some(mode) = state.mode {
            e.u16(DEVLINK_ATTR_ESWITCH_MODE, mode.number());
        }
        if let Some(mode) = state.inline_mode {
            e.u8(DEVLINK_ATTR_ESWITCH_INLINE_MODE, mode.number());
        }
        if let Some(mode) = state.encap_mode {
            e.u8(DEVLINK_ATTR_ESWITCH_ENCAP_MODE, mode.number());
        }
    });
    Ok(())
}

pub(super) fn set(
    machine: &mut Machine,
    instance: Instance,
    table: &Table<'_>,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let change = EswitchChange {
        mode: table.u16(DEVLINK_ATTR_ESWITCH_MODE).map(EswitchMode::from_number),
        inline_mode: table.u8(DEVLINK_ATTR_ESWITCH_INLINE_MODE).map(InlineMode::from_number),
        encap_mode: table.u8(DEVLINK_ATTR_ESWITCH_ENCAP_MODE).map(EncapMode::from_number),
    };
    machine.set_eswitch(instance, &change, &mut ext.note)
}
