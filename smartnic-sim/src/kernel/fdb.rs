//! Addresses that bridges and devices forward to: `RTM_GETNEIGH`, `RTM_NEWNEIGH` and `RTM_DELNEIGH` of `AF_BRIDGE`
//! (`net/core/rtnetlink.c`, `net/bridge/br_fdb.c`).

use smartnic_core::types::{IfIndex, Mac};
use smartnic_netlink::codec::{Attrs, Encoder, Flags, NdMsg};
use smartnic_netlink::uapi::neighbour::*;
use smartnic_netlink::uapi::rtnetlink::RTM_NEWNEIGH;

use super::answer::{Answer, ExtAck};
use super::bridge::AF_BRIDGE;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::bridging::{Address, FlushOrder};
use crate::model::{Machine, Role};

const VLAN_LIMIT: u16 = 4096;

const POLICY: [Policy; 7] = [
    (NDA_LLADDR, Shape::AtMost(32), None),
    (NDA_VLAN, Shape::U16, None),
    (NDA_MASTER, Shape::U32, None),
    (NDA_IFINDEX, Shape::U32, None),
    (NDA_FLAGS_EXT, Shape::U32, None),
    (NDA_NDM_FLAGS_MASK, Shape::U8, None),
    (NDA_NDM_STATE_MASK, Shape::U16, None),
];

/// `rtnl_fdb_dump`.
pub(super) fn dump(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let Ok((header, attrs)) = NdMsg::split(request.payload) else {
        ext.note.say("Invalid header for fdb dump request");
        return Err(Errno::EINVAL);
    };
    let narrowed = ("fdb", &[NDA_IFINDEX, NDA_MASTER][..]);
    let table = Table::of_dump(request, attrs, (&POLICY, NDA_MAX as u16), narrowed, ext)?;
    let bridge = table.u32(NDA_MASTER).map(IfIndex);
    let link = u32::try_from(header.ifindex).ok().filter(|index| *index != 0).map(IfIndex);
    if bridge.is_some_and(|bridge| !machine.bridging.bridges.contains_key(&bridge.0)) {
        return Err(Errno::ENODEV);
    }
    let fits = |address: &&Address| {
        bridge.is_none_or(|bridge| address.master == Some(bridge) || address.link == bridge)
            && link.is_none_or(|link| address.link == link || address.master == Some(link))
    };
    for address in machine.bridging.fdb.iter().filter(fits) {
        answer.part(RTM_NEWNEIGH, |e| write(e, machine, address));
    }
    answer.done();
    Ok(())
}

/// `rtnl_fdb_add`, or with `add` false `rtnl_fdb_del`.
pub(super) fn change(
    machine: &mut Machine,
    request: &Request<'_>,
    add: bool,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, attrs) = NdMsg::split(request.payload).map_err(|_| Errno::EINVAL)?;
    // Other families are neighbours, which this kernel has none of.
    if header.family != AF_BRIDGE {
        return Err(Errno::EOPNOTSUPP);
    }
    let table = Table::read(request, Attrs::new(attrs), &POLICY, Strictness::Liberal, ext)?;
    if header.ifindex == 0 {
        ext.note.say("invalid ifindex");
        return Err(Errno::EINVAL);
    }
    let Some(netdev) = u32::try_from(header.ifindex).ok().and_then(|index| machine.netdevs.get(&index))
    else {
        ext.note.say("unknown ifindex");
        return Err(Errno::ENODEV);
    };
    let (link, role) = (netdev.ifindex, netdev.role);
    let vlan = table.u16(NDA_VLAN);
    if vlan.is_some_and(|vlan| vlan == 0 || vlan >= VLAN_LIMIT) {
        ext.note.say("invalid vlan id");
        return Err(Errno::EINVAL);
    }
    let in_bridge = header.flags == 0 || header.flags & NTF_MASTER != 0;
    let bridge =
        machine.master_of(link).filter(|_| in_bridge && machine.bridging.ports.contains_key(&link.0));
    let own = header.flags & NTF_SELF != 0;
    if !add && request.header.flags.contains(Flags::BULK) {
        let of = bridge.or(Some(link).filter(|_| own && role == Role::Bridge)).ok_or(Errno::EOPNOTSUPP)?;
        let port = bridge.map(|_| link).or(table.u32(NDA_IFINDEX).map(IfIndex));
        machine.flush_addresses(&flush(of, port, &header, &table));
        return Ok(());
    }
    let Some(mac) = table.get(NDA_LLADDR).and_then(|attr| attr.payload.first_chunk().copied().map(Mac))
    else {
        ext.note.say("invalid address");
        return Err(Errno::EINVAL);
    };
    let flags = request.header.flags;
    let how = (flags.contains(Flags::CREATE), flags.contains(Flags::REPLACE), flags.contains(Flags::EXCL));
    let known = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE;
    let mut done = Err(Errno::EOPNOTSUPP);
    let masters = [bridge.filter(|_| in_bridge), None];
    for (master, wanted) in masters.into_iter().zip([bridge.is_some(), own]) {
        if !wanted {
            continue;
        }
        if add && header.state & known == 0 {
            ext.note.say("RTM_NEWNEIGH with invalid state");
            return Err(Errno::EINVAL);
        }
        let local = header.state & NUD_PERMANENT != 0;
        let address = Address {
            mac,
            link,
            master,
            vlan: vlan.unwrap_or(0),
            local,
            fixed: local || header.state & NUD_NOARP != 0,
            sticky: header.flags & NTF_STICKY != 0,
            extern_learn: u32::from(header.flags) & NTF_EXT_LEARNED != 0,
            offload: false,
        };
        done = match add {
            true => machine.add_address(address, how, &mut ext.note),
            false => machine.remove_address(&address),
        };
        done?;
    }
    done
}

fn flush(bridge: IfIndex, port: Option<IfIndex>, header: &NdMsg, table: &Table<'_>) -> FlushOrder {
    let flags = table.u8(NDA_NDM_FLAGS_MASK).unwrap_or(0);
    let states = table.u16(NDA_NDM_STATE_MASK).unwrap_or(0);
    let flag = |bit: u8| (flags & bit != 0).then_some(header.flags & bit != 0);
    let state = |bit: u16| (states & bit != 0).then_some(header.state & bit != 0);
    FlushOrder {
        bridge,
        port,
        vlan: table.u16(NDA_VLAN),
        local: state(NUD_PERMANENT),
        fixed: state(NUD_NOARP),
        sticky: flag(NTF_STICKY),
        extern_learn: flag(NTF_EXT_LEARNED as u8),
        offload: flag(NTF_OFFLOADED),
    }
}

/// Writes an address (`fdb_fill_info`, `nlmsg_populate_fdb_fill`).
pub(super) fn write(e: &mut Encoder<'_>, machine: &Machine, address: &Address) {
    let bridge =
        address.master.or(Some(address.link).filter(|link| machine.bridging.bridges.contains_key(&link.0)));
    let state = match (address.local, address.fixed) {
        (true, _) => NUD_PERMANENT,
        (_, true) => NUD_NOARP,
        _ => NUD_REACHABLE,
    };
    let flag = |on: bool, bit: u8| if on { bit } else { 0 };
    let flags = flag(address.offload, NTF_OFFLOADED)
        | flag(address.sticky, NTF_STICKY)
        | flag(address.extern_learn, NTF_EXT_LEARNED as u8)
        | flag(bridge.is_none(), NTF_SELF);
    let ifindex = address.link.0 as i32;
    e.fixed(&NdMsg { family: AF_BRIDGE, ifindex, state, flags, ..NdMsg::default() });
    e.attr(NDA_LLADDR, &address.mac.0);
    if let Some(bridge) = bridge {
        e.u32(NDA_MASTER, bridge.0);
        e.u32(NDA_FLAGS_EXT, 0);
    }
    if address.vlan != 0 {
        e.u16(NDA_VLAN, address.vlan);
    }
}
