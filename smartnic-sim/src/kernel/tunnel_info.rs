//! What a tunnel device is made of: `IFLA_LINKINFO` of VXLAN and Geneve.

use std::net::IpAddr;

use smartnic_core::device::{TunnelKind, TunnelSettings};
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Attr, Encoder};
use smartnic_netlink::uapi::if_link::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::answer::ExtAck;
use crate::errno::Errno;
use crate::model::Machine;

/// The port that the kernel takes for VXLAN if none is given, from before the standard's (`vxlan_port`).
const OLD_VXLAN_PORT: u16 = 8472;

/// The kind that a request asks for.
pub(super) fn kind(info: &Attr<'_>) -> Option<TunnelKind> {
    info.nested().find(IFLA_INFO_KIND).ok()??.text().ok()?.parse().ok()
}

/// Makes a tunnel device as a request says (`vxlan_newlink`, `geneve_newlink`).
pub(super) fn add(
    machine: &mut Machine,
    name: &str,
    kind: TunnelKind,
    info: &Attr<'_>,
    ext: &mut ExtAck,
) -> Result<IfIndex, Errno> {
    let data = info.nested().find(IFLA_INFO_DATA).map_err(|_| Errno::EINVAL)?;
    let Some(data) = data else {
        ext.note.say("Required attributes not provided to perform the operation");
        return Err(Errno::EINVAL);
    };
    let port = if kind == TunnelKind::Vxlan { OLD_VXLAN_PORT } else { kind.port() };
    let mut settings = TunnelSettings { port, external: false, ..TunnelSettings::external(kind) };
    for attr in data.nested() {
        let attr = attr.map_err(|_| Errno::EINVAL)?;
        read(&mut settings, &attr)?;
    }
    machine.add_tunnel(name, settings, &mut ext.note)
}

/// What other attributes ask for is not there.
fn read(settings: &mut TunnelSettings, attr: &Attr<'_>) -> Result<(), Errno> {
    let v4 = || attr.array::<4>().map(|ip| Some(IpAddr::from(ip))).map_err(|_| Errno::ERANGE);
    let v6 = || attr.array::<16>().map(|ip| Some(IpAddr::from(ip))).map_err(|_| Errno::ERANGE);
    match (settings.kind, u32::from(attr.kind())) {
        (TunnelKind::Vxlan, IFLA_VXLAN_ID) | (TunnelKind::Geneve, IFLA_GENEVE_ID) => {
            settings.id = Some(attr.u32().map_err(|_| Errno::ERANGE)?);
        }
        (TunnelKind::Vxlan, IFLA_VXLAN_GROUP) | (TunnelKind::Geneve, IFLA_GENEVE_REMOTE) => {
            settings.remote = v4()?;
        }
        (TunnelKind::Vxlan, IFLA_VXLAN_GROUP6) | (TunnelKind::Geneve, IFLA_GENEVE_REMOTE6) => {
            settings.remote = v6()?;
        }
        (TunnelKind::Vxlan, IFLA_VXLAN_LOCAL) => settings.local = v4()?,
        (TunnelKind::Vxlan, IFLA_VXLAN_LOCAL6) => settings.local = v6()?,
        (TunnelKind::Vxlan, IFLA_VXLAN_PORT) | (TunnelKind::Geneve, IFLA_GENEVE_PORT) => {
            settings.port = attr.u16_be().map_err(|_| Errno::ERANGE)?;
        }
        (TunnelKind::Vxlan, IFLA_VXLAN_COLLECT_METADATA) => {
            settings.external = attr.u8().map_err(|_| Errno::ERANGE)? != 0;
        }
        (TunnelKind::Geneve, IFLA_GENEVE_COLLECT_METADATA) => settings.external = true,
        // Nothing is learned here either way.
        (TunnelKind::Vxlan, IFLA_VXLAN_LEARNING) => drop(attr.u8().map_err(|_| Errno::ERANGE)?),
        _ => return Err(Errno::EOPNOTSUPP),
    }
    Ok(())
}

/// Writes what it is (`vxlan_fill_info`, `geneve_fill_info`).
pub(super) fn write(e: &mut Encoder<'_>, settings: &TunnelSettings) {
    e.text(IFLA_INFO_KIND, settings.kind.name());
    e.nest(IFLA_INFO_DATA | NLA_F_NESTED, |e| match settings.kind {
        TunnelKind::Vxlan => {
            e.u32(IFLA_VXLAN_ID as u16, settings.id.unwrap_or(0));
            address(e, settings.remote, IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6);
            address(e, settings.local, IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6);
            e.u8(IFLA_VXLAN_COLLECT_METADATA as u16, u8::from(settings.external));
            e.u16_be(IFLA_VXLAN_PORT as u16, settings.port);
        }
        TunnelKind::Geneve => {
            e.u32(IFLA_GENEVE_ID as u16, settings.id.unwrap_or(0));
            address(e, settings.remote, IFLA_GENEVE_REMOTE, IFLA_GENEVE_REMOTE6);
            e.u16_be(IFLA_GENEVE_PORT as u16, settings.port);
            if settings.external {
                e.flag(IFLA_GENEVE_COLLECT_METADATA as u16);
            }
        }
    });
}

fn address(e: &mut Encoder<'_>, address: Option<IpAddr>, v4: u32, v6: u32) {
    match address {
        Some(IpAddr::V4(ip)) => e.attr(v4 as u16, &ip.octets()),
        Some(IpAddr::V6(ip)) => e.attr(v6 as u16, &ip.octets()),
        None => {}
    }
}
