//! Ports and VLANs of bridges: `RTM_GETLINK`, `RTM_SETLINK` and `RTM_DELLINK` of `AF_BRIDGE`
//! (`net/bridge/br_netlink.c`).

use smartnic_core::bridge::PortFlag;
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Attr, Attrs, Encoder, IfInfo};
use smartnic_netlink::uapi::if_::*;
use smartnic_netlink::uapi::if_bridge::*;
use smartnic_netlink::uapi::if_link::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;
use smartnic_netlink::uapi::rtnetlink::*;

use super::answer::{Answer, ExtAck};
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::bridging::{PortOrder, PortState, VlanState};
use crate::model::{Machine, Netdev, Role};

/// `AF_BRIDGE` of linux/socket.h.
pub(super) const AF_BRIDGE: u8 = 7;
/// The highest VLAN (`VLAN_VID_MASK` is none).
const VLAN_LAST: u16 = 4094;

const POLICY: [Policy; 3] = [
    (IFLA_EXT_MASK, Shape::U32, None),
    (IFLA_AF_SPEC, Shape::Nested, None),
    (IFLA_PROTINFO, Shape::Nested, None),
];

/// `rtnl_bridge_getlink`.
pub(super) fn dump(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let Ok((_, attrs)) = IfInfo::split(request.payload) else {
        ext.note.say("Invalid header for link dump");
        return Err(Errno::EINVAL);
    };
    let narrowed = ("bridge link", &[IFLA_EXT_MASK][..]);
    let table = Table::of_dump(request, attrs, (&POLICY, IFLA_NETNS_IMMUTABLE + 1), narrowed, ext)?;
    let mask = table.u32(IFLA_EXT_MASK).unwrap_or(0);
    let vlans = mask & (RTEXT_FILTER_BRVLAN | RTEXT_FILTER_BRVLAN_COMPRESSED) != 0;
    for netdev in machine.netdevs.values() {
        let is_port = machine.bridging.ports.contains_key(&netdev.ifindex.0);
        if is_port || netdev.role == Role::Bridge && vlans {
            answer.part(RTM_NEWLINK, |e| write(e, machine, netdev, mask));
        }
    }
    answer.done();
    Ok(())
}

/// `rtnl_bridge_setlink`, or with `add` false `rtnl_bridge_dellink`.
pub(super) fn set(
    machine: &mut Machine,
    request: &Request<'_>,
    add: bool,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, attrs) = IfInfo::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let table = Table::read(request, Attrs::new(attrs), &POLICY, Strictness::Liberal, ext)?;
    let Some(netdev) = u32::try_from(header.index).ok().and_then(|index| machine.netdevs.get(&index)) else {
        ext.note.say("unknown ifindex");
        return Err(Errno::ENODEV);
    };
    let (link, role) = (netdev.ifindex, netdev.role);
    let spec: Vec<Attr<'_>> =
        table.get(IFLA_AF_SPEC).map(|spec| spec.nested().flatten().collect()).unwrap_or_default();
    let number = |attr: &Attr<'_>| attr.payload.first_chunk().copied().map(u16::from_ne_bytes);
    let flags = spec.iter().find(|attr| attr.kind() == IFLA_BRIDGE_FLAGS).and_then(number).unwrap_or(0);
    let own = u32::from(flags) & BRIDGE_FLAGS_SELF != 0;
    let master = flags == 0 || u32::from(flags) & BRIDGE_FLAGS_MASTER != 0;
    if master && !machine.bridging.ports.contains_key(&link.0) {
        return Err(Errno::EOPNOTSUPP);
    }
    // NICs with bridges of their own are not simulated.
    if own && role != Role::Bridge {
        return Err(Errno::EOPNOTSUPP);
    }
    if let (Some(info), true, true) = (table.get(IFLA_PROTINFO), add, master) {
        set_port(machine, link, info, ext)?;
    }
    let ranges = vlans(&spec)?;
    for (vlan, pvid, untagged) in ranges {
        match (add, own) {
            (true, true) => machine.add_bridge_vlan(link, vlan, pvid, untagged)?,
            (true, false) => machine.add_port_vlan(link, vlan, pvid, untagged, &mut ext.note)?,
            (false, own) => machine.remove_vlan(link, vlan, own)?,
        }
    }
    Ok(())
}

/// The VLANs of a request, one by one (`br_process_vlan_info`).
fn vlans(spec: &[Attr<'_>]) -> Result<Vec<(u16, bool, bool)>, Errno> {
    let mut all = Vec::new();
    let mut begun = None;
    for attr in spec.iter().filter(|attr| attr.kind() == IFLA_BRIDGE_VLAN_INFO) {
        let Some([a, b, c, d]) = attr.payload.first_chunk::<4>().copied() else { return Err(Errno::EINVAL) };
        let (flags, vlan) = (u16::from_ne_bytes([a, b]), u16::from_ne_bytes([c, d]));
        if vlan == 0 || vlan > VLAN_LAST {
            return Err(Errno::EINVAL);
        }
        let (pvid, untagged) = (flags & BRIDGE_VLAN_INFO_PVID != 0, flags & BRIDGE_VLAN_INFO_UNTAGGED != 0);
        if flags & BRIDGE_VLAN_INFO_RANGE_BEGIN != 0 {
            if begun.is_some() || pvid {
                return Err(Errno::EINVAL);
            }
            begun = Some(vlan);
            continue;
        }
        let first = match (begun.take(), flags & BRIDGE_VLAN_INFO_RANGE_END != 0) {
            (Some(first), true) if first < vlan => first,
            (None, false) => vlan,
            _ => return Err(Errno::EINVAL),
        };
        all.extend((first..=vlan).map(|vlan| (vlan, pvid, untagged)));
    }
    Ok(all)
}

fn set_port(machine: &mut Machine, link: IfIndex, info: &Attr<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let mut order = PortOrder::default();
    for attr in info.nested() {
        let attr = attr.map_err(|_| Errno::EINVAL)?;
        match attr.kind() {
            IFLA_BRPORT_STATE => order.state = Some(attr.u8().map_err(|_| Errno::ERANGE)?),
            IFLA_BRPORT_PRIORITY => order.priority = Some(attr.u16().map_err(|_| Errno::ERANGE)?),
            IFLA_BRPORT_COST => order.cost = Some(attr.u32().map_err(|_| Errno::ERANGE)?),
            kind => match PortFlag::from_number(kind) {
                PortFlag::Unknown(_) => {}
                flag => order.switches.push((flag, attr.u8().map_err(|_| Errno::ERANGE)? != 0)),
            },
        }
    }
    machine.set_port(link, &order, &mut ext.note)
}

/// Writes a port, or a bridge with its own VLANs (`br_fill_ifinfo`).
pub(super) fn write(e: &mut Encoder<'_>, machine: &Machine, netdev: &Netdev, mask: u32) {
    let link = netdev.ifindex;
    let master = machine.master_of(link).unwrap_or(link);
    write_at(e, machine, netdev, Place { master, port: machine.bridging.ports.get(&link.0) }, mask);
}

/// The bridge that a port is or was in, and what it is or was there.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) master: IfIndex,
    pub(super) port: Option<&'a PortState>,
}

/// Writes one port in a place that it may have left.
pub(super) fn write_at(e: &mut Encoder<'_>, machine: &Machine, netdev: &Netdev, place: Place<'_>, mask: u32) {
    let (link, port) = (netdev.ifindex, place.port);
    let up = if netdev.up { IFF_UP | IFF_RUNNING | IFF_LOWER_UP } else { 0 };
    e.fixed(&IfInfo {
        family: AF_BRIDGE,
        index: link.0 as i32,
        flags: up | IFF_BROADCAST | IFF_MULTICAST,
        ..IfInfo::default()
    });
    e.text(IFLA_IFNAME, &netdev.name);
    e.u32(IFLA_MASTER, place.master.0);
    e.u32(IFLA_MTU, netdev.mtu);
    e.u8(IFLA_OPERSTATE, if netdev.up { IF_OPER_UP } else { IF_OPER_DOWN });
    e.attr(IFLA_ADDRESS, &netdev.mac.0);
    if let Some(port) = port {
        e.nest(IFLA_PROTINFO | NLA_F_NESTED, |e| write_port(e, machine, link, port));
    }
    if mask & (RTEXT_FILTER_BRVLAN | RTEXT_FILTER_BRVLAN_COMPRESSED) == 0 {
        return;
    }
    let own = machine.bridging.bridges.get(&link.0).map(|bridge| &bridge.vlans);
    let Some(vlans) = port.map(|port| &port.vlans).or(own).filter(|vlans| !vlans.is_empty()) else { return };
    let compressed = mask & RTEXT_FILTER_BRVLAN_COMPRESSED != 0;
    e.nest(IFLA_AF_SPEC, |e| {
        let mut rest = vlans.iter().peekable();
        while let Some((first, state)) = rest.next() {
            let mut last = *first;
            let goes_on = |next: &(&u16, &VlanState), last: u16| {
                compressed && *next.0 == last + 1 && !state.pvid && flags_of(next.1) == flags_of(state)
            };
            while rest.next_if(|next| goes_on(next, last)).is_some() {
                last += 1;
            }
            let flags = flags_of(state);
            let mut put = |flags: u16, vlan: u16| {
                let [a, b] = flags.to_ne_bytes();
                let [c, d] = vlan.to_ne_bytes();
                e.attr(IFLA_BRIDGE_VLAN_INFO, &[a, b, c, d]);
            };
            if last == *first {
                put(flags, last);
            } else {
                put(flags | BRIDGE_VLAN_INFO_RANGE_BEGIN, *first);
                put(flags | BRIDGE_VLAN_INFO_RANGE_END, last);
            }
        }
    });
}

fn flags_of(state: &VlanState) -> u16 {
    let pvid = if state.pvid { BRIDGE_VLAN_INFO_PVID } else { 0 };
    pvid | if state.untagged { BRIDGE_VLAN_INFO_UNTAGGED } else { 0 }
}

/// `br_port_fill_attrs`.
pub(super) fn write_port(e: &mut Encoder<'_>, machine: &Machine, link: IfIndex, port: &PortState) {
    e.u8(IFLA_BRPORT_STATE, machine.port_stp_state(link));
    e.u16(IFLA_BRPORT_PRIORITY, port.priority);
    e.u32(IFLA_BRPORT_COST, port.cost);
    for flag in PortFlag::ALL {
        e.u8(flag.number(), u8::from(port.on.contains(&flag.number())));
    }
}
