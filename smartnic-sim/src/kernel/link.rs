//! Links: `RTM_GETLINK`, `RTM_NEWLINK`, `RTM_SETLINK`.

use smartnic_core::types::{IfIndex, Mac};
use smartnic_netlink::codec::{Attrs, Encoder, Flags, IfInfo};
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::if_::*;
use smartnic_netlink::uapi::if_arp::*;
use smartnic_netlink::uapi::if_link::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;
use smartnic_netlink::uapi::rtnetlink::*;

use super::answer::{Answer, ExtAck};
use super::table::{Policy, Request, Shape, Strictness, Table};
use super::{link_info, tunnel_info, vf};
use crate::errno::Errno;
use crate::model::bridging::MasterKind;
use crate::model::{Machine, Netdev, Role};

/// The highest attribute of a link (`IFLA_MAX`).
const IFLA_MAX: u16 = IFLA_NETNS_IMMUTABLE + 1;
/// The broadcast address of links of IP over InfiniBand (`ipv4_bcast_addr`), with the default partition.
pub(super) const IPOIB_BROADCAST: [u8; 20] =
    [0, 0xff, 0xff, 0xff, 0xff, 0x12, 0x40, 0x1b, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff];
/// Transmit queue length of every link here.
const TXQLEN: u32 = 1000;

const POLICY: [Policy; 7] = [
    (IFLA_IFNAME, Shape::Text(15), None),
    (IFLA_ALT_IFNAME, Shape::Text(127), None),
    (IFLA_MTU, Shape::U32, None),
    (IFLA_EXT_MASK, Shape::U32, None),
    (IFLA_MASTER, Shape::U32, None),
    (IFLA_VFINFO_LIST, Shape::Nested, None),
    (IFLA_LINKINFO, Shape::Nested, None),
];

/// `rtnl_dump_ifinfo`, with strict checking.
pub(super) fn dump(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let Ok((header, attrs)) = IfInfo::split(request.payload) else {
        ext.note.say("Invalid header for link dump");
        return Err(Errno::EINVAL);
    };
    if (header.pad, header.hardware, header.flags, header.change) != (0, 0, 0, 0) {
        ext.note.say("Invalid values in header for link dump request");
        return Err(Errno::EINVAL);
    }
    if header.index != 0 {
        ext.note.say("Filter by device index not supported for link dumps");
        return Err(Errno::EINVAL);
    }
    let narrowed = ("link", &[IFLA_EXT_MASK, IFLA_MASTER, IFLA_LINKINFO][..]);
    let table = Table::of_dump(request, attrs, (&POLICY, IFLA_MAX), narrowed, ext)?;
    let mask = table.u32(IFLA_EXT_MASK).unwrap_or(0);
    let master = table.u32(IFLA_MASTER).map(IfIndex);
    let kind = table.get(IFLA_LINKINFO).map(|info| (link_info::kind(info), tunnel_info::kind(info)));
    let fits = |netdev: &&Netdev| {
        let own = match netdev.role {
            Role::Bridge => (Some(MasterKind::Bridge), None),
            Role::Bond => (Some(MasterKind::Bond), None),
            _ => (None, machine.tunnel(netdev.ifindex).map(|tunnel| tunnel.kind)),
        };
        master.is_none_or(|master| machine.master_of(netdev.ifindex) == Some(master))
            && kind.is_none_or(|kind| kind != (None, None) && own == kind)
    };
    for netdev in machine.netdevs.values().filter(fits) {
        answer.part(RTM_NEWLINK, |e| write(e, machine, netdev, mask));
    }
    answer.done();
    Ok(())
}

/// `rtnl_getlink`, with strict checking.
pub(super) fn get(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let Ok((header, attrs)) = IfInfo::split(request.payload) else {
        ext.note.say("Invalid header for get link");
        return Err(Errno::EINVAL);
    };
    if (header.pad, header.hardware, header.flags, header.change) != (0, 0, 0, 0) {
        ext.note.say("Invalid values in header for get link request");
        return Err(Errno::EINVAL);
    }
    let strictness = Strictness::DeprecatedStrict(IFLA_MAX);
    let table = Table::read(request, Attrs::new(attrs), &POLICY, strictness, ext)?;
    let known = [IFLA_IFNAME, IFLA_ALT_IFNAME, IFLA_EXT_MASK];
    if table.iter().any(|attr| !known.contains(&attr.kind())) {
        ext.note.say("Unsupported attribute in get link request");
        return Err(Errno::EINVAL);
    }
    let netdev = find(machine, header.index, &table)?;
    let mask = table.u32(IFLA_EXT_MASK).unwrap_or(0);
    answer.reply(RTM_NEWLINK, |e| write(e, machine, netdev, mask));
    Ok(())
}

/// `rtnl_newlink` and `rtnl_setlink`, of which setting a link up or down is there, and what is laid down for VFs.
pub(super) fn set(machine: &mut Machine, request: &Request<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let (header, attrs) = IfInfo::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let table = Table::read(request, Attrs::new(attrs), &POLICY, Strictness::Liberal, ext)?;
    if header.index < 0 && request.header.kind == RTM_NEWLINK {
        ext.note.say("ifindex can't be negative");
        return Err(Errno::EINVAL);
    }
    let found = find(machine, header.index, &table).map(|netdev| (netdev.ifindex, netdev.up));
    let create = Flags::CREATE | Flags::EXCL;
    let (index, up) = match (found, request.header.kind, request.header.flags) {
        (Ok(_), RTM_NEWLINK, flags) if flags.contains(create) => return Err(Errno::EEXIST),
        (Err(_), RTM_NEWLINK, flags) if flags.contains(Flags::CREATE) => {
            let name = table.text(IFLA_IFNAME);
            if let Some((info, kind)) =
                table.get(IFLA_LINKINFO).and_then(|it| Some((it, tunnel_info::kind(it)?)))
            {
                return tunnel_info::add(machine, name.ok_or(Errno::EINVAL)?, kind, info, ext).map(drop);
            }
            let Some((info, kind)) = table.get(IFLA_LINKINFO).and_then(|it| Some((it, link_info::kind(it)?)))
            else {
                ext.note.say("Unknown device type");
                return Err(Errno::EOPNOTSUPP);
            };
            let name = name.ok_or(Errno::EINVAL)?;
            let link = machine.add_master(name, kind)?;
            return link_info::set(machine, link, info, ext).inspect_err(|_| {
                // What cannot be as it was asked for is not made.
                let _ = machine.remove_master(link);
            });
        }
        (found, _, _) => found?,
    };
    if table.iter().any(|attr| {
        !matches!(
            attr.kind(),
            IFLA_IFNAME | IFLA_EXT_MASK | IFLA_VFINFO_LIST | IFLA_LINKINFO | IFLA_MASTER | IFLA_MTU
        )
    }) {
        return Err(Errno::EOPNOTSUPP);
    }
    if let Some(mtu) = table.u32(IFLA_MTU) {
        machine.set_mtu(index, mtu)?;
    }
    if let Some(list) = table.get(IFLA_VFINFO_LIST) {
        vf::set_all(machine, index, request, list, ext)?;
    }
    if let Some(info) = table.get(IFLA_LINKINFO) {
        link_info::set(machine, index, info, ext)?;
    }
    if let Some(master) = table.u32(IFLA_MASTER) {
        let master = Some(IfIndex(master)).filter(|master| master.0 != 0);
        machine.set_master(index, master, &mut ext.note)?;
    }
    if (header.flags, header.change) == (0, 0) {
        return Ok(());
    }
    // Without a mask all flags are meant.
    let mask = if header.change == 0 { u32::MAX } else { header.change };
    let now = if up { IFF_UP } else { 0 };
    let wanted = header.flags & mask | now & !mask;
    machine.set_link_up(index, wanted & IFF_UP != 0)
}

/// `rtnl_dellink`.
pub(super) fn delete(machine: &mut Machine, request: &Request<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let (header, attrs) = IfInfo::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let table = Table::read(request, Attrs::new(attrs), &POLICY, Strictness::Liberal, ext)?;
    let netdev = find(machine, header.index, &table)?;
    let (index, role) = (netdev.ifindex, netdev.role);
    if role == Role::Tunnel { machine.remove_tunnel(index) } else { machine.remove_master(index) }
}

fn find<'a>(machine: &'a Machine, index: i32, table: &Table<'_>) -> Result<&'a Netdev, Errno> {
    if index > 0 {
        return machine.netdev(IfIndex(index as u32));
    }
    let name = table.text(IFLA_IFNAME).or_else(|| table.text(IFLA_ALT_IFNAME)).ok_or(Errno::EINVAL)?;
    machine.netdevs.values().find(|netdev| netdev.name == name).ok_or(Errno::ENODEV)
}

/// Writes a link (`rtnl_fill_ifinfo`).
pub(super) fn write(e: &mut Encoder<'_>, machine: &Machine, netdev: &Netdev, mask: u32) {
    let loopback = netdev.role == Role::Loopback;
    let up = if netdev.up { IFF_UP | IFF_RUNNING | IFF_LOWER_UP } else { 0 };
    let kind = if loopback { IFF_LOOPBACK } else { IFF_BROADCAST | IFF_MULTICAST };
    let of_bond =
        machine.master_of(netdev.ifindex).is_some_and(|it| machine.bridging.bonds.contains_key(&it.0));
    let bonded = match netdev.role {
        Role::Bond => IFF_MASTER,
        _ if of_bond => IFF_SLAVE,
        _ => 0,
    };
    let hardware = match (loopback, netdev.infiniband) {
        (true, _) => ARPHRD_LOOPBACK,
        (false, true) => ARPHRD_INFINIBAND,
        (false, false) => ARPHRD_ETHER,
    };
    e.fixed(&IfInfo {
        hardware,
        index: netdev.ifindex.0 as i32,
        flags: up | kind | bonded,
        ..IfInfo::default()
    });
    e.text(IFLA_IFNAME, &netdev.name);
    if mask & RTEXT_FILTER_NAME_ONLY != 0 {
        return;
    }
    let operstate = match (netdev.up, loopback) {
        (true, true) => IF_OPER_UNKNOWN,
        (true, false) => IF_OPER_UP,
        (false, _) => IF_OPER_DOWN,
    };
    e.u32(IFLA_TXQLEN, TXQLEN);
    e.u8(IFLA_OPERSTATE, operstate);
    e.u8(IFLA_LINKMODE, 0);
    e.u8(IFLA_NETNS_IMMUTABLE, u8::from(machine.stays(netdev)));
    e.u32(IFLA_MTU, netdev.mtu);
    e.u32(IFLA_GROUP, 0);
    e.u32(IFLA_PROMISCUITY, 0);
    e.u32(IFLA_NUM_TX_QUEUES, 1);
    e.u32(IFLA_NUM_RX_QUEUES, 1);
    e.u8(IFLA_CARRIER, u8::from(netdev.up));
    if netdev.infiniband {
        e.attr(IFLA_ADDRESS, &Machine::ipoib_address(netdev));
        e.attr(IFLA_BROADCAST, &IPOIB_BROADCAST);
    } else if machine.has_address(netdev) {
        e.attr(IFLA_ADDRESS, &netdev.mac.0);
        e.attr(IFLA_BROADCAST, if loopback { &[0; 6] } else { &Mac::BROADCAST.0 });
    }
    if let Some(name) = machine.port_name_of(netdev) {
        e.text(IFLA_PHYS_PORT_NAME, &name);
    }
    if let Some(id) = machine.switch_id_of(netdev) {
        e.attr(IFLA_PHYS_SWITCH_ID, id.as_bytes());
    }
    if let (Some(vfs), true) = (machine.laid_down_by(netdev), mask & RTEXT_FILTER_VF != 0) {
        vf::write_all(e, machine, &vfs, netdev.infiniband);
    }
    e.text(IFLA_QDISC, root_qdisc(netdev));
    if let Some(parent) = machine.parent_of(netdev) {
        e.text(IFLA_PARENT_DEV_NAME, &parent.to_string());
        e.text(IFLA_PARENT_DEV_BUS_NAME, "pci");
    } else if let Some(device) = machine.auxiliary_of(netdev) {
        e.text(IFLA_PARENT_DEV_NAME, &device);
        e.text(IFLA_PARENT_DEV_BUS_NAME, "auxiliary");
    }
    link_info::write(e, machine, netdev);
    // The nest is there for every link, and empty for those on no port.
    e.nest(IFLA_DEVLINK_PORT | NLA_F_NESTED, |e| {
        if let Some((device, index)) = machine.devlink_port_of(netdev) {
            e.text(DEVLINK_ATTR_BUS_NAME, &device.bus);
            e.text(DEVLINK_ATTR_DEV_NAME, &device.device);
            if let Some(number) = machine.instance_index(&device) {
                e.u32(DEVLINK_ATTR_INDEX, number);
            }
            e.u32(DEVLINK_ATTR_PORT_INDEX, index);
        }
    });
}

/// The qdisc at the root of a link.
pub(super) fn root_qdisc(netdev: &Netdev) -> &'static str {
    match netdev.role {
        Role::Loopback | Role::Bridge | Role::Bond | Role::Tunnel => "noqueue",
        _ => "mq",
    }
}
