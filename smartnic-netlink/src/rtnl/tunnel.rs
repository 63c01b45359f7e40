//! Tunnel devices (`RTM_NEWLINK` with `IFLA_LINKINFO` of VXLAN, Geneve, GRE and bareudp).

use std::net::IpAddr;

use smartnic_core::device::{TunnelDevice, TunnelKind, TunnelSettings};
use smartnic_core::types::{EtherType, IfIndex};

use super::link::NAMES;
use crate::codec::{Attr, Attrs, Encoder, Flags, IfInfo, Message, Names, Request, WireError};
use crate::uapi::if_::IFF_UP;
use crate::uapi::if_link::*;
use crate::uapi::if_tunnel::*;
use crate::uapi::rtnetlink::RTM_NEWLINK;

/// That there is a key, among the flags of GRE (`GRE_KEY`).
const GRE_KEY: u16 = 0x2000;

/// Makes a tunnel device.
#[derive(Clone, Copy, Debug)]
pub struct Add<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is to be.
    pub settings: &'a TunnelSettings,
}

impl Request for Add<'_> {
    fn kind(&self) -> u16 {
        RTM_NEWLINK
    }

    fn flags(&self) -> Flags {
        Flags::CREATE | Flags::EXCL
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        encoder.fixed(&IfInfo::default());
        encoder.text(IFLA_IFNAME, self.name);
        encoder.nest(IFLA_LINKINFO, |e| {
            e.text(IFLA_INFO_KIND, self.settings.kind.name());
            e.nest(IFLA_INFO_DATA, |e| match self.settings.kind {
                TunnelKind::Vxlan => vxlan(e, self.settings),
                TunnelKind::Geneve => geneve(e, self.settings),
                TunnelKind::Gretap => gretap(e, self.settings),
                TunnelKind::Bareudp => bareudp(e, self.settings),
            });
        });
        Ok(())
    }
}

fn vxlan(e: &mut Encoder<'_>, settings: &TunnelSettings) {
    if let Some(id) = settings.id {
        e.u32(IFLA_VXLAN_ID as u16, id);
    }
    address(e, settings.remote, IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6);
    address(e, settings.local, IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6);
    if let Some(port) = settings.port {
        e.u16_be(IFLA_VXLAN_PORT as u16, port);
    }
    if settings.external {
        e.u8(IFLA_VXLAN_COLLECT_METADATA as u16, 1);
        // Where the outer header comes with each packet there is nothing to be learned from those that come in; ip asks for
        // the same.
        e.u8(IFLA_VXLAN_LEARNING as u16, 0);
    }
}

fn geneve(e: &mut Encoder<'_>, settings: &TunnelSettings) {
    if let Some(id) = settings.id {
        e.u32(IFLA_GENEVE_ID as u16, id);
    }
    address(e, settings.remote, IFLA_GENEVE_REMOTE, IFLA_GENEVE_REMOTE6);
    if let Some(port) = settings.port {
        e.u16_be(IFLA_GENEVE_PORT as u16, port);
    }
    if settings.external {
        e.flag(IFLA_GENEVE_COLLECT_METADATA as u16);
    }
}

/// One key for both directions, as `ip` has with `key`.
fn gretap(e: &mut Encoder<'_>, settings: &TunnelSettings) {
    if let Some(key) = settings.id {
        for (flags, number) in [(IFLA_GRE_IFLAGS, IFLA_GRE_IKEY), (IFLA_GRE_OFLAGS, IFLA_GRE_OKEY)] {
            e.u16_be(flags, GRE_KEY);
            e.u32_be(number, key);
        }
    }
    for (kind, end) in [(IFLA_GRE_LOCAL, settings.local), (IFLA_GRE_REMOTE, settings.remote)] {
        if let Some(IpAddr::V4(ip)) = end {
            e.attr(kind, &ip.octets());
        }
    }
    if settings.external {
        e.flag(IFLA_GRE_COLLECT_METADATA);
    }
}

fn bareudp(e: &mut Encoder<'_>, settings: &TunnelSettings) {
    if let Some(port) = settings.port {
        e.u16_be(IFLA_BAREUDP_PORT as u16, port);
    }
    if let Some(protocol) = settings.carries {
        e.u16_be(IFLA_BAREUDP_ETHERTYPE as u16, protocol.0);
    }
}

fn address(e: &mut Encoder<'_>, address: Option<IpAddr>, v4: u32, v6: u32) {
    match address {
        Some(IpAddr::V4(ip)) => e.attr(v4 as u16, &ip.octets()),
        Some(IpAddr::V6(ip)) => e.attr(v6 as u16, &ip.octets()),
        None => {}
    }
}

/// Reads a tunnel device; nothing for other links, and for tunnels of other kinds.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>) -> Result<Option<TunnelDevice>, WireError> {
    let (header, attrs) = IfInfo::split(message.payload)?;
    let attrs = Attrs::new(attrs);
    let Some(info) = attrs.find(IFLA_LINKINFO)? else { return Ok(None) };
    let name = info.nested().find(IFLA_INFO_KIND)?;
    let kind = name.and_then(|name| name.text_lossy().parse::<TunnelKind>().ok());
    let Some(kind) = kind else { return Ok(None) };
    let external = kind == TunnelKind::Bareudp;
    let mut settings = TunnelSettings { external, carries: None, ..TunnelSettings::external(kind) };
    let (mut keyed, mut key) = (false, None);
    let data = info.nested().find(IFLA_INFO_DATA)?;
    for attr in data.iter().flat_map(Attr::nested) {
        let attr = attr?;
        match (kind, u32::from(attr.kind())) {
            (TunnelKind::Gretap, _) => match attr.kind() {
                IFLA_GRE_IFLAGS => keyed = attr.u16_be()? & GRE_KEY != 0,
                IFLA_GRE_IKEY => key = Some(attr.u32_be()?),
                IFLA_GRE_LOCAL => settings.local = end(&attr)?,
                IFLA_GRE_REMOTE => settings.remote = end(&attr)?,
                IFLA_GRE_COLLECT_METADATA => settings.external = true,
                _ => {}
            },
            (TunnelKind::Bareudp, IFLA_BAREUDP_PORT) => settings.port = Some(attr.u16_be()?),
            (TunnelKind::Bareudp, IFLA_BAREUDP_ETHERTYPE) => {
                settings.carries = Some(EtherType(attr.u16_be()?));
            }
            (TunnelKind::Vxlan, IFLA_VXLAN_ID) | (TunnelKind::Geneve, IFLA_GENEVE_ID) => {
                settings.id = Some(attr.u32()?);
            }
            (TunnelKind::Vxlan, IFLA_VXLAN_GROUP) | (TunnelKind::Geneve, IFLA_GENEVE_REMOTE) => {
                settings.remote = Some(attr.array::<4>()?.into());
            }
            (TunnelKind::Vxlan, IFLA_VXLAN_GROUP6) | (TunnelKind::Geneve, IFLA_GENEVE_REMOTE6) => {
                settings.remote = Some(attr.array::<16>()?.into());
            }
            (TunnelKind::Vxlan, IFLA_VXLAN_LOCAL) => settings.local = Some(attr.array::<4>()?.into()),
            (TunnelKind::Vxlan, IFLA_VXLAN_LOCAL6) => settings.local = Some(attr.array::<16>()?.into()),
            (TunnelKind::Vxlan, IFLA_VXLAN_PORT) | (TunnelKind::Geneve, IFLA_GENEVE_PORT) => {
                settings.port = Some(attr.u16_be()?);
            }
            (TunnelKind::Vxlan, IFLA_VXLAN_COLLECT_METADATA) => settings.external = attr.u8()? != 0,
            (TunnelKind::Geneve, IFLA_GENEVE_COLLECT_METADATA) => settings.external = true,
            _ => {}
        }
    }
    if kind == TunnelKind::Gretap {
        settings.id = key.filter(|_| keyed);
    }
    // The kernel tells of an identifier in any case: 0 where each packet has its own.
    settings.id = settings.id.filter(|_| !settings.external);
    let name = attrs.find(IFLA_IFNAME)?.ok_or(WireError::Missing { attr: "IFLA_IFNAME" })?;
    Ok(Some(TunnelDevice {
        link: IfIndex(header.index.unsigned_abs()),
        name: name.text_lossy().into_owned(),
        up: header.flags & IFF_UP != 0,
        settings,
    }))
}

/// An end of a GRE device; all zero is none.
fn end(attr: &Attr<'_>) -> Result<Option<IpAddr>, WireError> {
    Ok(Some(attr.array::<4>()?).filter(|ip| *ip != [0; 4]).map(IpAddr::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_what_is_read() {
        let external = TunnelSettings::external(TunnelKind::Vxlan);
        let ends = |remote: &str, local: Option<&str>| TunnelSettings {
            id: Some(7),
            port: Some(8472),
            remote: remote.parse().ok(),
            local: local.and_then(|local| local.parse().ok()),
            external: false,
            ..external
        };
        let all = [
            external,
            TunnelSettings::external(TunnelKind::Geneve),
            ends("192.0.2.1", Some("192.0.2.2")),
            ends("2001:db8::1", Some("2001:db8::2")),
            TunnelSettings { kind: TunnelKind::Geneve, ..ends("2001:db8::1", None) },
            TunnelSettings::external(TunnelKind::Gretap),
            TunnelSettings { kind: TunnelKind::Gretap, port: None, ..ends("192.0.2.1", Some("192.0.2.2")) },
            TunnelSettings { kind: TunnelKind::Gretap, port: None, id: None, ..ends("192.0.2.1", None) },
            TunnelSettings::external(TunnelKind::Bareudp),
            TunnelSettings {
                port: Some(7),
                carries: Some(EtherType::IPV6),
                ..TunnelSettings::external(TunnelKind::Bareudp)
            },
        ];
        for settings in all {
            let mut bytes = Vec::new();
            Add { name: "tun0", settings: &settings }.write(&mut bytes, 1, 1).unwrap();
            let read = decode(&Message::decode(&bytes).unwrap()).unwrap().unwrap();
            assert_eq!((read.name.as_str(), read.settings), ("tun0", settings));
        }
    }

    #[test]
    fn bytes_that_no_kernel_sends_are_read_or_refused() {
        for kind in TunnelKind::ALL {
            let settings = TunnelSettings::external(kind);
            let mut bytes = Vec::new();
            Add { name: "tun0", settings: &settings }.write(&mut bytes, 1, 1).unwrap();
            for at in 16..bytes.len() {
                for value in [0, 1, 0x7f, 0xff] {
                    let mut changed = bytes.clone();
                    changed[at] = value;
                    if let Ok(message) = Message::decode(&changed) {
                        let _ = decode(&message);
                    }
                }
            }
        }
    }

    #[test]
    fn other_links_are_no_tunnels() {
        let mut bytes = Vec::new();
        super::super::link::SetUp { link: IfIndex(3), up: true }.write(&mut bytes, 1, 1).unwrap();
        assert_eq!(decode(&Message::decode(&bytes).unwrap()).unwrap(), None);
    }
}
