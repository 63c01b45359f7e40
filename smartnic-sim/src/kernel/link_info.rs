//! What a link is made of: `IFLA_LINKINFO` of bridges, bonds and their ports, and of tunnel devices.

use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Attr, Encoder};
use smartnic_netlink::uapi::if_link::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::answer::ExtAck;
use super::{bridge, tunnel_info};
use crate::errno::Errno;
use crate::model::bridging::{BondOrder, MasterKind};
use crate::model::{Machine, Netdev, Role};

/// `BOND_STATE_BACKUP` and `BOND_LINK_DOWN`.
const BACKUP: u8 = 1;
const DOWN: u8 = 2;
/// A bond without a port in use says 0.
const NO_LINK: u32 = 0;

/// The kind that a request asks for.
pub(super) fn kind(info: &Attr<'_>) -> Option<MasterKind> {
    match info.nested().find(IFLA_INFO_KIND).ok()??.text().ok()? {
        "bridge" => Some(MasterKind::Bridge),
        "bond" => Some(MasterKind::Bond),
        _ => None,
    }
}

/// Sets what a request says of a bridge or bond (`rtnl_link_ops.changelink`).
pub(super) fn set(
    machine: &mut Machine,
    link: IfIndex,
    info: &Attr<'_>,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let of = match machine.netdev(link)?.role {
        Role::Bridge => MasterKind::Bridge,
        Role::Bond => MasterKind::Bond,
        _ => return Err(Errno::EOPNOTSUPP),
    };
    if kind(info) != Some(of) {
        return Err(Errno::EOPNOTSUPP);
    }
    let Some(data) = info.nested().find(IFLA_INFO_DATA).map_err(|_| Errno::EINVAL)? else { return Ok(()) };
    match of {
        MasterKind::Bond => set_bond(machine, link, &data, ext),
        MasterKind::Bridge => set_bridge(machine, link, &data),
    }
}

fn set_bond(machine: &mut Machine, link: IfIndex, data: &Attr<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let mut order = BondOrder::default();
    for attr in data.nested() {
        let attr = attr.map_err(|_| Errno::EINVAL)?;
        match attr.kind() {
            IFLA_BOND_MODE => order.mode = Some(attr.u8().map_err(|_| Errno::ERANGE)?),
            IFLA_BOND_MIIMON => order.miimon = Some(attr.u32().map_err(|_| Errno::ERANGE)?),
            IFLA_BOND_XMIT_HASH_POLICY => order.hash_policy = Some(attr.u8().map_err(|_| Errno::ERANGE)?),
            IFLA_BOND_ACTIVE_SLAVE => {
                order.active = Some(IfIndex(attr.u32().map_err(|_| Errno::ERANGE)?));
            }
            _ => return Err(Errno::EOPNOTSUPP),
        }
    }
    machine.set_bond(link, &order, &mut ext.note)
}

fn set_bridge(machine: &mut Machine, link: IfIndex, data: &Attr<'_>) -> Result<(), Errno> {
    let state = machine.bridging.bridges.get_mut(&link.0).ok_or(Errno::EOPNOTSUPP)?;
    for attr in data.nested() {
        let attr = attr.map_err(|_| Errno::EINVAL)?;
        match attr.kind() {
            IFLA_BR_VLAN_FILTERING => state.vlan_filtering = attr.u8().map_err(|_| Errno::ERANGE)? != 0,
            IFLA_BR_VLAN_PROTOCOL => match attr.u16_be().map_err(|_| Errno::ERANGE)? {
                protocol @ (0x8100 | 0x88a8) => state.vlan_protocol = protocol,
                _ => return Err(Errno::EPROTONOSUPPORT),
            },
            IFLA_BR_VLAN_DEFAULT_PVID => match attr.u16().map_err(|_| Errno::ERANGE)? {
                vlan if vlan < 4095 => state.default_pvid = vlan,
                _ => return Err(Errno::EINVAL),
            },
            IFLA_BR_AGEING_TIME => state.ageing_time = attr.u32().map_err(|_| Errno::ERANGE)?,
            IFLA_BR_MCAST_SNOOPING => state.mcast_snooping = attr.u8().map_err(|_| Errno::ERANGE)? != 0,
            _ => return Err(Errno::EOPNOTSUPP),
        }
    }
    machine.events.push(|| crate::model::Event::Link(link));
    Ok(())
}

/// Writes what a link is made of, and what it is a port of (`rtnl_link_fill`); nothing for others.
pub(super) fn write(e: &mut Encoder<'_>, machine: &Machine, netdev: &Netdev) {
    let link = netdev.ifindex;
    let master = machine.master_of(link);
    if let Some(master) = master {
        e.u32(IFLA_MASTER, master.0);
    }
    let bridging = &machine.bridging;
    if master.is_none() && !matches!(netdev.role, Role::Bridge | Role::Bond | Role::Tunnel) {
        return;
    }
    e.nest(IFLA_LINKINFO | NLA_F_NESTED, |e| {
        if let Some(tunnel) = machine.tunnel(link) {
            tunnel_info::write(e, tunnel);
        }
        if let Some(bridge) = bridging.bridges.get(&link.0) {
            e.text(IFLA_INFO_KIND, "bridge");
            e.nest(IFLA_INFO_DATA | NLA_F_NESTED, |e| {
                e.u32(IFLA_BR_AGEING_TIME, bridge.ageing_time);
                e.u32(IFLA_BR_STP_STATE, 0);
                e.u8(IFLA_BR_VLAN_FILTERING, u8::from(bridge.vlan_filtering));
                e.u16_be(IFLA_BR_VLAN_PROTOCOL, bridge.vlan_protocol);
                e.u16(IFLA_BR_VLAN_DEFAULT_PVID, bridge.default_pvid);
                e.u8(IFLA_BR_MCAST_SNOOPING, u8::from(bridge.mcast_snooping));
            });
        }
        if let Some(bond) = bridging.bonds.get(&link.0) {
            e.text(IFLA_INFO_KIND, "bond");
            e.nest(IFLA_INFO_DATA | NLA_F_NESTED, |e| {
                e.u8(IFLA_BOND_MODE, bond.mode);
                if let Some(active) = machine.active_port(link) {
                    e.u32(IFLA_BOND_ACTIVE_SLAVE, active.0);
                }
                e.u32(IFLA_BOND_MIIMON, bond.miimon);
                e.u8(IFLA_BOND_XMIT_HASH_POLICY, bond.hash_policy);
            });
        }
        let Some(master) = master else { return };
        if let Some(port) = bridging.ports.get(&link.0) {
            e.text(IFLA_INFO_SLAVE_KIND, "bridge");
            e.nest(IFLA_INFO_SLAVE_DATA | NLA_F_NESTED, |e| bridge::write_port(e, machine, link, port));
        }
        if let Some(bond) = bridging.bonds.get(&master.0) {
            let active = machine.active_port(master).map_or(NO_LINK, |active| active.0);
            let waits = active != NO_LINK && active != link.0;
            let own = bond.addresses.iter().find(|(port, _)| *port == link).map(|(_, mac)| *mac);
            e.text(IFLA_INFO_SLAVE_KIND, "bond");
            e.nest(IFLA_INFO_SLAVE_DATA | NLA_F_NESTED, |e| {
                e.u8(IFLA_BOND_SLAVE_STATE, if waits { BACKUP } else { 0 });
                e.u8(IFLA_BOND_SLAVE_MII_STATUS, if netdev.up { 0 } else { DOWN });
                e.u32(IFLA_BOND_SLAVE_LINK_FAILURE_COUNT, 0);
                e.attr(IFLA_BOND_SLAVE_PERM_HWADDR, &own.unwrap_or_default().0);
                let aggregator = Machine::aggregator(bond);
                if aggregator != 0 {
                    e.u16(IFLA_BOND_SLAVE_AD_AGGREGATOR_ID, aggregator);
                }
            });
        }
    });
}
