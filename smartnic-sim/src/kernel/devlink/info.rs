use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;

use crate::model::{Instance, Machine};

/// Writes who a device is (`devlink_nl_info_fill`).
pub(super) fn write(e: &mut Encoder<'_>, machine: &Machine, instance: Instance) {
    super::start(e, machine, &super::handle(machine, instance), DEVLINK_CMD_INFO_GET);
    let (serial, board) = machine.serials(instance);
    if let Some(serial) = serial {
        e.text(DEVLINK_ATTR_INFO_SERIAL_NUMBER, &serial);
    }
    if let Some(board) = board {
        e.text(DEVLINK_ATTR_INFO_BOARD_SERIAL_NUMBER, &board);
    }
    for (kind, name, value) in machine.versions(instance) {
        e.nest(kind.number(), |e| {
            e.text(DEVLINK_ATTR_INFO_VERSION_NAME, name);
            e.text(DEVLINK_ATTR_INFO_VERSION_VALUE, value);
        });
    }
    e.text(DEVLINK_ATTR_INFO_DRIVER_NAME, machine.driver_of(instance));
}
