use smartnic_core::device::ReloadCount;
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use crate::model::{Instance, Machine};

/// Writes an instance (`devlink_nl_fill`).
pub(in crate::kernel) fn write(e: &mut Encoder<'_>, machine: &Machine, instance: Instance, command: u8) {
    super::start(e, machine, &super::handle(machine, instance), command);
    e.u8(DEVLINK_ATTR_RELOAD_FAILED, 0);
    let (local, remote) = machine.reload_counts(instance);
    e.nest(DEVLINK_ATTR_DEV_STATS | NLA_F_NESTED, |e| {
        e.nest(DEVLINK_ATTR_RELOAD_STATS | NLA_F_NESTED, |e| local.iter().for_each(|count| one(e, count)));
        e.nest(DEVLINK_ATTR_REMOTE_RELOAD_STATS | NLA_F_NESTED, |e| {
            remote.iter().for_each(|count| one(e, count));
        });
    });
}

fn one(e: &mut Encoder<'_>, count: &ReloadCount) {
    e.nest(DEVLINK_ATTR_RELOAD_ACTION_INFO | NLA_F_NESTED, |e| {
        e.u8(DEVLINK_ATTR_RELOAD_ACTION, count.action.number());
        e.nest(DEVLINK_ATTR_RELOAD_ACTION_STATS | NLA_F_NESTED, |e| {
            for (limit, value) in &count.counts {
                e.nest(DEVLINK_ATTR_RELOAD_STATS_ENTRY | NLA_F_NESTED, |e| {
                    e.u8(DEVLINK_ATTR_RELOAD_STATS_LIMIT, limit.number());
                    e.u32(DEVLINK_ATTR_RELOAD_STATS_VALUE, *value);
                });
            }
        });
    });
}
