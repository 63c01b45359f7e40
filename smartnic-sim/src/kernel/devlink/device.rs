use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use crate::model::{Instance, Machine};

/// Writes an instance (`devlink_nl_fill`). No instance was ever reloaded here.
pub(in crate::kernel) fn write(e: &mut Encoder<'_>, machine: &Machine, instance: Instance, command: u8) {
    super::start(e, machine, &super::name(machine, instance), command);
    e.u8(DEVLINK_ATTR_RELOAD_FAILED, 0);
    e.nest(DEVLINK_ATTR_DEV_STATS | NLA_F_NESTED, |e| {
        e.nest(DEVLINK_ATTR_RELOAD_STATS | NLA_F_NESTED, |_| {});
        e.nest(DEVLINK_ATTR_REMOTE_RELOAD_STATS | NLA_F_NESTED, |_| {});
    });
}
