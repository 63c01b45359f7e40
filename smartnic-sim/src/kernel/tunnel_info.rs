//! What a tunnel device is made of: `IFLA_LINKINFO` of VXLAN, Geneve, GRE and bareudp.

use std::net::IpAddr;

use smartnic_core::device::{TunnelKind, TunnelSettings};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_netlink::codec::{Attr, Encoder};
use smartnic_netlink::uapi::if_link::*;
use smartnic_netlink::uapi::if_tunnel::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::answer::ExtAck;
use crate::errno::Errno;
use crate::model::Machine;

/// The port that the kernel takes for VXLAN if none is given, from before the standard's (`vxlan_port`).
const OLD_VXLAN_PORT: u16 = 8472;

/// Flags of GRE: that there is a key, and what the kernel takes of nobody.
const GRE_KEY: u16 = 0x2000;
const GRE_ROUTING: u16 = 0x4000;
const GRE_VERSION: u16 = 0x0007;

/// The kind that a request asks for.
pub(super) fn kind(info: &Attr<'_>) -> Option<TunnelKind> {
    info.nested().find(IFLA_INFO_KIND).ok()??.text().ok()?.parse().ok()
}

/// Makes a tunnel device as a request says (`vxlan_newlink`, `geneve_newlink`, `ipgre_newlink`, `bareudp_newlink`).
pub(super) fn add(
    machine: &mut Machine,
    name: &str,
    kind: TunnelKind,
    info: &Attr<'_>,
    ext: &mut ExtAck,
) -> Result<IfIndex, Errno> {
    let data = info.nested().find(IFLA_INFO_DATA).map_err(|_| Errno::EINVAL)?;
    let wanted = match kind {
        TunnelKind::Vxlan | TunnelKind::Geneve => "Required attributes not provided to perform the operation",
        TunnelKind::Bareudp => "Not enough attributes provided to perform the operation",
        TunnelKind::Gretap => "",
    };
    if data.is_none() && !wanted.is_empty() {
        ext.note.say(wanted);
        return Err(Errno::EINVAL);
    }
    let (external, port) = match kind {
        TunnelKind::Vxlan => (false, Some(OLD_VXLAN_PORT)),
        TunnelKind::Geneve | TunnelKind::Gretap => (false, kind.port()),
        TunnelKind::Bareudp => (true, None),
    };
    let mut settings = TunnelSettings { port, external, carries: None, ..TunnelSettings::external(kind) };
    for attr in data.iter().flat_map(Attr::nested) {
        let attr = attr.map_err(|_| Errno::EINVAL)?;
        match kind {
            TunnelKind::Gretap => read_gretap(&mut settings, &attr)?,
            TunnelKind::Bareudp => read_bareudp(&mut settings, &attr)?,
            TunnelKind::Vxlan | TunnelKind::Geneve => read(&mut settings, &attr)?,
        }
    }
    if kind == TunnelKind::Bareudp && (settings.port.is_none() || settings.carries.is_none()) {
        let what = if settings.port.is_none() { "port not specified" } else { "ethertype not specified" };
        ext.note.say(what);
        return Err(Errno::EINVAL);
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
            settings.port = Some(attr.u16_be().map_err(|_| Errno::ERANGE)?);
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

/// `ipgre_netlink_parms`; a key counts for both directions here.
fn read_gretap(settings: &mut TunnelSettings, attr: &Attr<'_>) -> Result<(), Errno> {
    let end = || attr.array::<4>().map_err(|_| Errno::ERANGE);
    match attr.kind() {
        IFLA_GRE_IFLAGS | IFLA_GRE_OFLAGS => match attr.u16_be().map_err(|_| Errno::ERANGE)? {
            0 | GRE_KEY => {}
            flags if flags & (GRE_VERSION | GRE_ROUTING) != 0 => return Err(Errno::EINVAL),
            _ => return Err(Errno::EOPNOTSUPP),
        },
        IFLA_GRE_IKEY | IFLA_GRE_OKEY => settings.id = Some(attr.u32_be().map_err(|_| Errno::ERANGE)?),
        IFLA_GRE_LOCAL => settings.local = Some(end()?.into()),
        IFLA_GRE_REMOTE => match end()? {
            [0, 0, 0, 0] => return Err(Errno::EINVAL),
            remote => settings.remote = Some(remote.into()),
        },
        IFLA_GRE_COLLECT_METADATA => settings.external = true,
        _ => return Err(Errno::EOPNOTSUPP),
    }
    Ok(())
}

/// `bareudp2info`
fn read_bareudp(settings: &mut TunnelSettings, attr: &Attr<'_>) -> Result<(), Errno> {
    let number = || attr.u16_be().map_err(|_| Errno::ERANGE);
    match u32::from(attr.kind()) {
        IFLA_BAREUDP_PORT => settings.port = Some(number()?),
        IFLA_BAREUDP_ETHERTYPE => settings.carries = Some(EtherType(number()?)),
        _ => return Err(Errno::EOPNOTSUPP),
    }
    Ok(())
}

/// Writes what it is (`vxlan_fill_info`, `geneve_fill_info`, `ipgre_fill_info`, `bareudp_fill_info`).
pub(super) fn write(e: &mut Encoder<'_>, settings: &TunnelSettings) {
    e.text(IFLA_INFO_KIND, settings.kind.name());
    e.nest(IFLA_INFO_DATA | NLA_F_NESTED, |e| match settings.kind {
        TunnelKind::Vxlan => {
            e.u32(IFLA_VXLAN_ID as u16, settings.id.unwrap_or(0));
            address(e, settings.remote, IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6);
            address(e, settings.local, IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6);
            e.u8(IFLA_VXLAN_COLLECT_METADATA as u16, u8::from(settings.external));
            e.u16_be(IFLA_VXLAN_PORT as u16, settings.port.unwrap_or(0));
        }
        TunnelKind::Geneve => {
            e.u32(IFLA_GENEVE_ID as u16, settings.id.unwrap_or(0));
            address(e, settings.remote, IFLA_GENEVE_REMOTE, IFLA_GENEVE_REMOTE6);
            e.u16_be(IFLA_GENEVE_PORT as u16, settings.port.unwrap_or(0));
            if settings.external {
                e.flag(IFLA_GENEVE_COLLECT_METADATA as u16);
            }
        }
        TunnelKind::Gretap => write_gretap(e, settings),
        TunnelKind::Bareudp => {
            e.u16_be(IFLA_BAREUDP_PORT as u16, settings.port.unwrap_or(0));
            e.u16_be(IFLA_BAREUDP_ETHERTYPE as u16, settings.carries.map_or(0, |protocol| protocol.0));
            e.u16(IFLA_BAREUDP_SRCPORT_MIN as u16, 0);
        }
    });
}

fn write_gretap(e: &mut Encoder<'_>, settings: &TunnelSettings) {
    let v4 = |end: Option<IpAddr>| match end {
        Some(IpAddr::V4(ip)) => ip.octets(),
        _ => [0; 4],
    };
    let (flags, key) = settings.id.map_or((0, 0), |key| (GRE_KEY, key));
    e.u32(IFLA_GRE_LINK, 0);
    e.u16_be(IFLA_GRE_IFLAGS, flags);
    e.u16_be(IFLA_GRE_OFLAGS, flags);
    e.u32_be(IFLA_GRE_IKEY, key);
    e.u32_be(IFLA_GRE_OKEY, key);
    e.attr(IFLA_GRE_LOCAL, &v4(settings.local));
    e.attr(IFLA_GRE_REMOTE, &v4(settings.remote));
    e.u8(IFLA_GRE_TTL, 0);
    e.u8(IFLA_GRE_TOS, 0);
    e.u8(IFLA_GRE_PMTUDISC, 1);
    if settings.external {
        e.flag(IFLA_GRE_COLLECT_METADATA);
    }
}

fn address(e: &mut Encoder<'_>, address: Option<IpAddr>, v4: u32, v6: u32) {
    match address {
        Some(IpAddr::V4(ip)) => e.attr(v4 as u16, &ip.octets()),
        Some(IpAddr::V6(ip)) => e.attr(v6 as u16, &ip.octets()),
        None => {}
    }
}
