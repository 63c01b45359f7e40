//! Generic netlink's control family: `CTRL_CMD_GETFAMILY`.

use smartnic_netlink::codec::{Attrs, Encoder, Flags, GenlHeader};
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::genetlink::*;
use smartnic_netlink::uapi::vdpa::*;

use super::answer::{Answer, ExtAck};
use super::table::{Request, Shape, Strictness, Table};
use super::{Rights, devlink};
use crate::errno::Errno;

/// The message type of ethtool, as families got their numbers on this kernel.
pub(super) const ETHTOOL_ID: u16 = 20;
/// The message type of devlink.
pub(super) const DEVLINK_ID: u16 = 21;
/// The message type of vDPA.
pub(super) const VDPA_ID: u16 = 22;
/// The multicast group of devlink (`config`).
pub(super) const DEVLINK_GROUP: u32 = 5;
/// The multicast group of ethtool (`monitor`).
pub(super) const ETHTOOL_GROUP: u32 = 4;

struct Family {
    name: &'static str,
    id: u16,
    version: u32,
    max_attr: u32,
    /// Commands with what they can (`GENL_CMD_CAP_*`).
    ops: &'static [(u8, u32)],
    group: Option<(&'static str, u32)>,
}

const DO: u32 = GENL_CMD_CAP_DO | GENL_CMD_CAP_HASPOL;
const DUMP: u32 = GENL_CMD_CAP_DUMP | GENL_CMD_CAP_HASPOL;

const FAMILIES: &[Family] = &[
    Family {
        name: "nlctrl",
        id: GENL_ID_CTRL,
        version: 2,
        max_attr: CTRL_ATTR_MAX,
        ops: &[(CTRL_CMD_GETFAMILY, DO | DUMP)],
        group: Some(("notify", GENL_ID_CTRL as u32)),
    },
    Family {
        name: ETHTOOL_GENL_NAME,
        id: ETHTOOL_ID,
        version: ETHTOOL_GENL_VERSION as u32,
        max_attr: 0,
        ops: &[
            (ETHTOOL_MSG_STRSET_GET, DO),
            (ETHTOOL_MSG_FEATURES_GET, DO | DUMP),
            (ETHTOOL_MSG_FEATURES_SET, DO | GENL_UNS_ADMIN_PERM),
            (ETHTOOL_MSG_RINGS_GET, DO | DUMP),
            (ETHTOOL_MSG_RINGS_SET, DO | GENL_UNS_ADMIN_PERM),
            (ETHTOOL_MSG_CHANNELS_GET, DO | DUMP),
            (ETHTOOL_MSG_CHANNELS_SET, DO | GENL_UNS_ADMIN_PERM),
            (ETHTOOL_MSG_COALESCE_GET, DO | DUMP),
            (ETHTOOL_MSG_COALESCE_SET, DO | GENL_UNS_ADMIN_PERM),
            (ETHTOOL_MSG_PAUSE_GET, DO | DUMP),
            (ETHTOOL_MSG_PAUSE_SET, DO | GENL_UNS_ADMIN_PERM),
            (ETHTOOL_MSG_CABLE_TEST_ACT, DO | GENL_UNS_ADMIN_PERM),
            (ETHTOOL_MSG_CABLE_TEST_TDR_ACT, DO | GENL_UNS_ADMIN_PERM),
            (ETHTOOL_MSG_TUNNEL_INFO_GET, DO | DUMP),
            (ETHTOOL_MSG_STATS_GET, DO | DUMP),
            (ETHTOOL_MSG_MODULE_FW_FLASH_ACT, DO | GENL_UNS_ADMIN_PERM),
            (ETHTOOL_MSG_PHY_GET, DO | DUMP),
            (ETHTOOL_MSG_MSE_GET, DO | DUMP),
            (ETHTOOL_MSG_RSS_GET, DO | DUMP),
            (ETHTOOL_MSG_RSS_SET, DO | GENL_UNS_ADMIN_PERM),
            (ETHTOOL_MSG_RSS_CREATE_ACT, DO | GENL_UNS_ADMIN_PERM),
            (ETHTOOL_MSG_RSS_DELETE_ACT, DO | GENL_UNS_ADMIN_PERM),
        ],
        group: Some((ETHTOOL_MCGRP_MONITOR_NAME, ETHTOOL_GROUP)),
    },
    Family {
        name: VDPA_GENL_NAME,
        id: VDPA_ID,
        version: VDPA_GENL_VERSION as u32,
        max_attr: VDPA_ATTR_MAX as u32,
        ops: &[
            (VDPA_CMD_MGMTDEV_GET, DO | DUMP),
            (VDPA_CMD_DEV_NEW, DO | GENL_ADMIN_PERM),
            (VDPA_CMD_DEV_DEL, DO | GENL_ADMIN_PERM),
            (VDPA_CMD_DEV_GET, DO | DUMP),
            (VDPA_CMD_DEV_CONFIG_GET, DO | DUMP),
            (VDPA_CMD_DEV_VSTATS_GET, DO | GENL_ADMIN_PERM),
            (VDPA_CMD_DEV_ATTR_SET, DO | GENL_ADMIN_PERM),
        ],
        group: None,
    },
    Family {
        name: DEVLINK_GENL_NAME,
        id: DEVLINK_ID,
        version: DEVLINK_GENL_VERSION as u32,
        max_attr: DEVLINK_ATTR_INDEX as u32,
        ops: &[
            (DEVLINK_CMD_GET, DO | DUMP),
            (DEVLINK_CMD_PORT_GET, DO | DUMP),
            (DEVLINK_CMD_PORT_SET, DO | GENL_ADMIN_PERM),
            (DEVLINK_CMD_PORT_NEW, DO | GENL_ADMIN_PERM),
            (DEVLINK_CMD_PORT_DEL, DO | GENL_ADMIN_PERM),
            (DEVLINK_CMD_PORT_SPLIT, DO | GENL_ADMIN_PERM),
            (DEVLINK_CMD_PORT_UNSPLIT, DO | GENL_ADMIN_PERM),
            (DEVLINK_CMD_ESWITCH_GET, DO | GENL_ADMIN_PERM),
            (DEVLINK_CMD_ESWITCH_SET, DO | GENL_ADMIN_PERM),
            (DEVLINK_CMD_RESOURCE_SET, DO | GENL_ADMIN_PERM),
            (DEVLINK_CMD_RESOURCE_DUMP, DO | DUMP),
            (DEVLINK_CMD_RELOAD, DO | GENL_ADMIN_PERM),
            (DEVLINK_CMD_PARAM_GET, DO | DUMP),
            (DEVLINK_CMD_PARAM_SET, DO | GENL_ADMIN_PERM),
            (DEVLINK_CMD_PORT_PARAM_GET, DO | DUMP),
            (DEVLINK_CMD_PORT_PARAM_SET, DO | GENL_ADMIN_PERM),
            (DEVLINK_CMD_INFO_GET, DO | DUMP),
            (DEVLINK_CMD_NOTIFY_FILTER_SET, DO),
        ],
        group: Some((DEVLINK_GENL_MCGRP_CONFIG_NAME, DEVLINK_GROUP)),
    },
];

pub(super) fn serve(
    rights: Rights,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, attrs) = GenlHeader::split(request.payload).map_err(|_| Errno::EINVAL)?;
    if header.command != CTRL_CMD_GETFAMILY {
        return Err(Errno::EOPNOTSUPP);
    }
    let policy = [(CTRL_ATTR_FAMILY_ID, Shape::U16, None), (CTRL_ATTR_FAMILY_NAME, Shape::NulText, None)];
    let table =
        Table::read(request, Attrs::new(attrs), &policy, Strictness::Strict(CTRL_ATTR_FAMILY_NAME), ext)?;
    let there = |family: &&Family| rights.devlink || family.id != DEVLINK_ID;
    if request.header.flags.contains(Flags::DUMP) {
        for family in FAMILIES.iter().filter(there) {
            answer.part(GENL_ID_CTRL, |e| write(e, family));
        }
        answer.done();
        return Ok(());
    }
    let (id, name) = (table.u16(CTRL_ATTR_FAMILY_ID), table.text(CTRL_ATTR_FAMILY_NAME));
    if id.is_none() && name.is_none() {
        return Err(Errno::EINVAL);
    }
    let named = |family: &&Family| match name {
        Some(name) => family.name == name,
        None => Some(family.id) == id,
    };
    let family = FAMILIES.iter().filter(there).find(named).ok_or(Errno::ENOENT)?;
    answer.reply(GENL_ID_CTRL, |e| write(e, family));
    Ok(())
}

/// The commands of a family.
fn ops(family: &Family) -> Vec<(u8, u32)> {
    let mut ops = family.ops.to_vec();
    if family.id == DEVLINK_ID {
        ops.extend(devlink::objects().map(|object| {
            let dump = if object.dump.is_some() { DUMP } else { 0 };
            let admin = if object.changes { GENL_ADMIN_PERM } else { 0 };
            (object.number, DO | dump | admin)
        }));
    }
    ops
}

fn write(e: &mut Encoder<'_>, family: &Family) {
    e.fixed(&GenlHeader { command: CTRL_CMD_NEWFAMILY, version: 2, reserved: 0 });
    e.text(CTRL_ATTR_FAMILY_NAME, family.name);
    e.u16(CTRL_ATTR_FAMILY_ID, family.id);
    e.u32(CTRL_ATTR_VERSION, family.version);
    e.u32(CTRL_ATTR_HDRSIZE, 0);
    e.u32(CTRL_ATTR_MAXATTR, family.max_attr);
    e.nest(CTRL_ATTR_OPS, |e| {
        for (number, (command, flags)) in (1..).zip(ops(family)) {
            e.nest(number, |e| {
                e.u32(CTRL_ATTR_OP_ID, u32::from(command));
                e.u32(CTRL_ATTR_OP_FLAGS, flags);
            });
        }
    });
    if let Some((name, id)) = family.group {
        e.nest(CTRL_ATTR_MCAST_GROUPS, |e| {
            e.nest(1, |e| {
                e.u32(CTRL_ATTR_MCAST_GRP_ID, id);
                e.text(CTRL_ATTR_MCAST_GRP_NAME, name);
            });
        });
    }
}
