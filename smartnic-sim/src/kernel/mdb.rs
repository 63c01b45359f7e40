//! Members of multicast groups: `RTM_GETMDB`, `RTM_NEWMDB`, `RTM_DELMDB` (`net/bridge/br_mdb.c`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use smartnic_core::bridge::MdbGroup;
use smartnic_core::types::{IfIndex, Mac};
use smartnic_netlink::codec::{Attrs, BrPortMsg, Encoder};
use smartnic_netlink::uapi::if_bridge::*;
use smartnic_netlink::uapi::if_ether::{ETH_P_IP, ETH_P_IPV6};
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;
use smartnic_netlink::uapi::rtnetlink::RTM_NEWMDB;

use super::answer::{Answer, ExtAck};
use super::bridge::AF_BRIDGE;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::bridging::Member;
use crate::model::{Machine, Role};

const POLICY: [Policy; 2] =
    [(MDBA_SET_ENTRY, Shape::Bytes(SIZEOF_BR_MDB_ENTRY), None), (MDBA_SET_ENTRY_ATTRS, Shape::Nested, None)];

/// `rtnl_mdb_dump`: for each bridge one message with all its members.
pub(super) fn dump(machine: &Machine, answer: &mut Answer) {
    for bridge in machine.bridging.bridges.keys().map(|bridge| IfIndex(*bridge)) {
        let members: Vec<&Member> = machine.bridging.mdb.iter().filter(|it| it.bridge == bridge).collect();
        answer.part(RTM_NEWMDB, |e| write(e, bridge, &members));
    }
    answer.done();
}

/// `rtnl_mdb_add`, or with `add` false `rtnl_mdb_del`.
pub(super) fn change(
    machine: &mut Machine,
    request: &Request<'_>,
    add: bool,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, attrs) = BrPortMsg::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let table = Table::read(request, Attrs::new(attrs), &POLICY, Strictness::Liberal, ext)?;
    let bridge = IfIndex(header.ifindex);
    if header.ifindex == 0 {
        ext.note.say("Invalid ifindex");
        return Err(Errno::EINVAL);
    }
    let Ok(netdev) = machine.netdev(bridge) else {
        ext.note.say("Device doesn't exist");
        return Err(Errno::ENODEV);
    };
    if netdev.role != Role::Bridge {
        ext.note.say("Device does not support MDB operations");
        return Err(Errno::EOPNOTSUPP);
    }
    let Some(entry) = table.head::<SIZEOF_BR_MDB_ENTRY>(MDBA_SET_ENTRY) else {
        ext.note.say("Missing MDBA_SET_ENTRY attribute");
        return Err(Errno::EINVAL);
    };
    let attrs = table.get(MDBA_SET_ENTRY_ATTRS).map(|nest| nest.nested());
    let source = attrs.and_then(|attrs| attrs.find(MDBE_ATTR_SOURCE).ok().flatten());
    let source = source.and_then(|attr| match attr.payload.len() {
        4 => attr.array::<4>().ok().map(IpAddr::from),
        16 => attr.array::<16>().ok().map(IpAddr::from),
        _ => None,
    });
    let member = read(bridge, &entry, source).ok_or(Errno::EINVAL)?;
    match add {
        true => machine.add_member(&member, &mut ext.note),
        false => machine.remove_member(&member, &mut ext.note),
    }
}

/// Reads `struct br_mdb_entry`.
fn read(bridge: IfIndex, entry: &[u8; SIZEOF_BR_MDB_ENTRY], source: Option<IpAddr>) -> Option<Member> {
    let part = |at: usize| entry.get(at..)?.first_chunk::<2>().copied();
    let port = IfIndex(u32::from_ne_bytes(*entry.first_chunk()?));
    let (state, vlan) = (*entry.get(4)?, u16::from_ne_bytes(part(6)?));
    let group = entry.get(8..24)?;
    let group = match u16::from_be_bytes(part(24)?) {
        0 => MdbGroup::Mac(Mac(*group.first_chunk()?)),
        ETH_P_IP => MdbGroup::Ip(Ipv4Addr::from(*group.first_chunk::<4>()?).into()),
        ETH_P_IPV6 => MdbGroup::Ip(Ipv6Addr::from(*group.first_chunk::<16>()?).into()),
        _ => return None,
    };
    let multicast = match group {
        MdbGroup::Ip(ip) => ip.is_multicast(),
        MdbGroup::Mac(mac) => mac.0[0] & 1 != 0,
    };
    let permanent = u32::from(state) & MDB_PERMANENT != 0;
    multicast.then_some(Member { bridge, port, group, source, vlan, permanent })
}

/// Writes members of one bridge's groups (`br_mdb_fill_info`).
pub(super) fn write(e: &mut Encoder<'_>, bridge: IfIndex, members: &[&Member]) {
    e.fixed(&BrPortMsg { family: AF_BRIDGE, ifindex: bridge.0, ..BrPortMsg::default() });
    e.nest(MDBA_MDB | NLA_F_NESTED, |e| {
        for member in members {
            e.nest(MDBA_MDB_ENTRY | NLA_F_NESTED, |e| {
                e.nest(MDBA_MDB_ENTRY_INFO | NLA_F_NESTED, |e| {
                    e.fixed(&fixed(member));
                    match member.source {
                        Some(IpAddr::V4(ip)) => e.attr(MDBA_MDB_EATTR_SOURCE, &ip.octets()),
                        Some(IpAddr::V6(ip)) => e.attr(MDBA_MDB_EATTR_SOURCE, &ip.octets()),
                        None => {}
                    }
                });
            });
        }
    });
}

fn fixed(member: &Member) -> [u8; SIZEOF_BR_MDB_ENTRY] {
    let mut bytes = [0; SIZEOF_BR_MDB_ENTRY];
    let mut put = |at: usize, part: &[u8]| {
        for (to, from) in bytes.iter_mut().skip(at).zip(part) {
            *to = *from;
        }
    };
    put(0, &member.port.0.to_ne_bytes());
    put(4, &[u8::from(member.permanent)]);
    put(6, &member.vlan.to_ne_bytes());
    let protocol = match member.group {
        MdbGroup::Mac(mac) => {
            put(8, &mac.0);
            0
        }
        MdbGroup::Ip(IpAddr::V4(ip)) => {
            put(8, &ip.octets());
            ETH_P_IP
        }
        MdbGroup::Ip(IpAddr::V6(ip)) => {
            put(8, &ip.octets());
            ETH_P_IPV6
        }
    };
    put(24, &protocol.to_be_bytes());
    bytes
}
