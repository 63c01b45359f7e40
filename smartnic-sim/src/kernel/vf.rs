//! What physical functions lay down for VFs: `IFLA_VFINFO_LIST` of a link (`do_setvfinfo`, `rtnl_fill_vfinfo`).

use smartnic_core::types::{IfIndex, Mac};
use smartnic_netlink::codec::{Attr, Encoder};
use smartnic_netlink::uapi::if_link::*;

use super::answer::ExtAck;
use super::link::IPOIB_BROADCAST;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::{LaidDown, Machine, VfOrder};

/// The kernel reads one VLAN of the list, and counts them for later (`MAX_VLAN_LIST_LEN`).
const MAX_VLANS: usize = 1;
/// What stands for "the driver does not tell".
const NOT_SAID: u32 = u32::MAX;

const POLICY: [Policy; 12] = [
    (IFLA_VF_MAC, Shape::Bytes(SIZEOF_IFLA_VF_MAC), None),
    (IFLA_VF_VLAN, Shape::Bytes(SIZEOF_IFLA_VF_VLAN), None),
    (IFLA_VF_VLAN_LIST, Shape::Nested, None),
    (IFLA_VF_TX_RATE, Shape::Bytes(SIZEOF_IFLA_VF_TX_RATE), None),
    (IFLA_VF_SPOOFCHK, Shape::Bytes(SIZEOF_IFLA_VF_SPOOFCHK), None),
    (IFLA_VF_RATE, Shape::Bytes(SIZEOF_IFLA_VF_RATE), None),
    (IFLA_VF_LINK_STATE, Shape::Bytes(SIZEOF_IFLA_VF_LINK_STATE), None),
    (IFLA_VF_RSS_QUERY_EN, Shape::Bytes(SIZEOF_IFLA_VF_RSS_QUERY_EN), None),
    (IFLA_VF_STATS, Shape::Nested, None),
    (IFLA_VF_TRUST, Shape::Bytes(SIZEOF_IFLA_VF_TRUST), None),
    (IFLA_VF_IB_NODE_GUID, Shape::Bytes(SIZEOF_IFLA_VF_GUID), None),
    (IFLA_VF_IB_PORT_GUID, Shape::Bytes(SIZEOF_IFLA_VF_GUID), None),
];

/// Carries out a whole list; what came before a failure stays.
pub(super) fn set_all(
    machine: &mut Machine,
    link: IfIndex,
    request: &Request<'_>,
    list: &Attr<'_>,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    for info in list.nested() {
        let info = info.ok().filter(|info| info.kind() == IFLA_VF_INFO).ok_or(Errno::EINVAL)?;
        let table = Table::read(request, info.nested(), &POLICY, Strictness::Liberal, ext)?;
        if table.has(IFLA_VF_BROADCAST) {
            return Err(Errno::EINVAL);
        }
        let mut orders = orders(&table)?;
        if orders.is_empty() {
            return Err(Errno::EINVAL);
        }
        orders.drain(..).try_for_each(|(vf, order)| machine.set_vf(link, vf, order))?;
    }
    Ok(())
}

/// The orders of one VF, in the order in which the kernel carries them out.
fn orders(table: &Table<'_>) -> Result<Vec<(u32, VfOrder)>, Errno> {
    let mut orders = Vec::new();
    let at = |words: &[u32], at: usize| words.get(at).copied().unwrap_or(0);
    take(&mut orders, table, IFLA_VF_MAC, &|words| {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        VfOrder::Mac(Mac(bytes.first_chunk().copied().unwrap_or_default()))
    });
    take(&mut orders, table, IFLA_VF_VLAN, &|words| VfOrder::Vlan {
        id: at(words, 0),
        qos: at(words, 1),
        protocol: 0x8100,
    });
    if let Some(list) = table.get(IFLA_VF_VLAN_LIST) {
        orders.push(vlan_of(list)?);
    }
    take(&mut orders, table, IFLA_VF_TX_RATE, &|words| VfOrder::MaxRate(at(words, 0)));
    take(&mut orders, table, IFLA_VF_RATE, &|words| VfOrder::Rate { min: at(words, 0), max: at(words, 1) });
    take(&mut orders, table, IFLA_VF_SPOOFCHK, &|words| VfOrder::SpoofCheck(at(words, 0) != 0));
    take(&mut orders, table, IFLA_VF_LINK_STATE, &|words| VfOrder::LinkState(at(words, 0)));
    take(&mut orders, table, IFLA_VF_RSS_QUERY_EN, &|words| VfOrder::QueryRss(at(words, 0) != 0));
    take(&mut orders, table, IFLA_VF_TRUST, &|words| VfOrder::Trust(at(words, 0) != 0));
    // Four bytes lie before the number, which wants to be at a multiple of eight.
    let guid = |words: &[u32]| {
        let bytes: Vec<u8> = words.iter().skip(1).flat_map(|word| word.to_ne_bytes()).collect();
        u64::from_ne_bytes(bytes.first_chunk().copied().unwrap_or_default())
    };
    take(&mut orders, table, IFLA_VF_IB_NODE_GUID, &|words| VfOrder::Guid { port: false, guid: guid(words) });
    take(&mut orders, table, IFLA_VF_IB_PORT_GUID, &|words| VfOrder::Guid { port: true, guid: guid(words) });
    Ok(orders)
}

/// Adds the order in an attribute, if it is there: the VF's number, and what follows it.
fn take(orders: &mut Vec<(u32, VfOrder)>, table: &Table<'_>, kind: u16, order: &dyn Fn(&[u32]) -> VfOrder) {
    if let Some(attr) = table.get(kind) {
        let words = words(attr.payload);
        if let Some((vf, rest)) = words.split_first() {
            orders.push((*vf, order(rest)));
        }
    }
}

fn vlan_of(list: &Attr<'_>) -> Result<(u32, VfOrder), Errno> {
    let mut found = Vec::new();
    for info in list.nested() {
        let info = info.map_err(|_| Errno::EINVAL)?;
        if info.kind() != IFLA_VF_VLAN_INFO || info.payload.len() < SIZEOF_IFLA_VF_VLAN_INFO {
            return Err(Errno::EINVAL);
        }
        if found.len() >= MAX_VLANS {
            return Err(Errno::EOPNOTSUPP);
        }
        let words = words(info.payload);
        let &[vf, id, qos, protocol] = words.first_chunk().ok_or(Errno::EINVAL)?;
        let [high, low, ..] = protocol.to_ne_bytes();
        found.push((vf, VfOrder::Vlan { id, qos, protocol: u16::from_be_bytes([high, low]) }));
    }
    found.pop().ok_or(Errno::EINVAL)
}

fn words(payload: &[u8]) -> Vec<u32> {
    payload.as_chunks::<4>().0.iter().map(|word| u32::from_ne_bytes(*word)).collect()
}

/// Writes the VFs of a physical function, whose link is one of Ethernet or of IP over InfiniBand.
pub(super) fn write_all(e: &mut Encoder<'_>, machine: &Machine, vfs: &[&LaidDown], infiniband: bool) {
    let trust = machine.profile.driver.facts().vfs.trust;
    e.u32(IFLA_NUM_VF, vfs.len() as u32);
    e.nest(IFLA_VFINFO_LIST, |e| {
        for (vf, now) in (0_u32..).zip(vfs) {
            let trust = if trust { now.trust.into() } else { NOT_SAID };
            e.nest(IFLA_VF_INFO, |e| write(e, vf, now, trust, infiniband));
        }
    });
}

fn write(e: &mut Encoder<'_>, vf: u32, now: &LaidDown, trust: u32, infiniband: bool) {
    let (vlan, qos) = (u32::from(now.vlan), u32::from(now.qos));
    let mut mac = [0; SIZEOF_IFLA_VF_MAC];
    mac[..4].copy_from_slice(&vf.to_ne_bytes());
    mac[4..10].copy_from_slice(&now.mac.0);
    let mut broadcast = [0; SIZEOF_IFLA_VF_BROADCAST];
    match infiniband {
        true => broadcast[..20].copy_from_slice(&IPOIB_BROADCAST),
        false => broadcast[..6].copy_from_slice(&Mac::BROADCAST.0),
    }
    e.attr(IFLA_VF_MAC, &mac);
    e.attr(IFLA_VF_BROADCAST, &broadcast);
    e.attr_fixed(IFLA_VF_VLAN, &[vf, vlan, qos]);
    e.attr_fixed(IFLA_VF_RATE, &[vf, now.min_tx_rate, now.max_tx_rate]);
    e.attr_fixed(IFLA_VF_TX_RATE, &[vf, now.max_tx_rate]);
    e.attr_fixed(IFLA_VF_SPOOFCHK, &[vf, now.spoof_check.into()]);
    e.attr_fixed(IFLA_VF_LINK_STATE, &[vf, now.link_state]);
    e.attr_fixed(IFLA_VF_RSS_QUERY_EN, &[vf, NOT_SAID]);
    e.attr_fixed(IFLA_VF_TRUST, &[vf, trust]);
    for (kind, guid) in [(IFLA_VF_IB_NODE_GUID, now.node_guid), (IFLA_VF_IB_PORT_GUID, now.port_guid)] {
        if infiniband {
            e.attr_fixed(kind, &[u64::from_ne_bytes(first_of(vf)), guid]);
        }
    }
    e.nest(IFLA_VF_VLAN_LIST, |e| {
        let [high, low] = now.vlan_protocol.to_be_bytes();
        let protocol = u32::from_ne_bytes([high, low, 0, 0]);
        e.attr_fixed(IFLA_VF_VLAN_INFO, &[vf, vlan, qos, protocol]);
    });
}

/// A number of four bytes before four of padding.
fn first_of(number: u32) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&number.to_ne_bytes());
    bytes
}
