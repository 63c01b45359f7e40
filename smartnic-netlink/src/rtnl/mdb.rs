//! Members of multicast groups (`RTM_GETMDB`, `RTM_NEWMDB`, `RTM_DELMDB`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use smartnic_core::bridge::{MdbEntry, MdbFlags, MdbGroup};
use smartnic_core::types::{IfIndex, Mac};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::AF_BRIDGE;
use super::fdb::address;
use crate::codec::{AttrSet, Attrs, BrPortMsg, Encoder, Flags, Inner, Message, Names, Request, WireError};
use crate::uapi::if_bridge::*;
use crate::uapi::if_ether::{ETH_P_IP, ETH_P_IPV6};
use crate::uapi::netlink::NLA_F_NESTED;
use crate::uapi::rtnetlink::{RTM_DELMDB, RTM_GETMDB, RTM_NEWMDB};

static SET_ATTRS: AttrSet = AttrSet::flat(MDBE_ATTR_NAMES);
static SET: Names = Names {
    fixed_len: SIZEOF_BR_PORT_MSG,
    set: &AttrSet { names: MDBA_SET_ENTRY_NAMES, nests: &[(MDBA_SET_ENTRY_ATTRS, Inner::Set(&SET_ATTRS))] },
};
static NAMES: Names = Names { fixed_len: SIZEOF_BR_PORT_MSG, set: &AttrSet::flat(MDBA_NAMES) };

/// `struct br_mdb_entry`.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Entry {
    ifindex: u32,
    state: u8,
    flags: u8,
    vid: u16,
    group: [u8; 16],
    protocol: [u8; 2],
    pad: [u8; 2],
}

impl Entry {
    fn group(&self) -> Option<MdbGroup> {
        let [a, b, c, d, e, f, ..] = self.group;
        match u16::from_be_bytes(self.protocol) {
            0 => Some(MdbGroup::Mac(Mac([a, b, c, d, e, f]))),
            ETH_P_IP => Some(MdbGroup::Ip(Ipv4Addr::new(a, b, c, d).into())),
            ETH_P_IPV6 => Some(MdbGroup::Ip(Ipv6Addr::from(self.group).into())),
            _ => None,
        }
    }

    fn of(entry: &MdbEntry) -> Self {
        let mut group = [0; 16];
        let (bytes, protocol): (&[u8], u16) = match &entry.group {
            MdbGroup::Mac(mac) => (&mac.0, 0),
            MdbGroup::Ip(IpAddr::V4(ip)) => (&ip.octets(), ETH_P_IP),
            MdbGroup::Ip(IpAddr::V6(ip)) => (&ip.octets(), ETH_P_IPV6),
        };
        for (to, from) in group.iter_mut().zip(bytes) {
            *to = *from;
        }
        Self {
            ifindex: entry.port.0,
            state: u8::from(entry.permanent),
            flags: 0,
            vid: entry.vlan.unwrap_or_default(),
            group,
            protocol: protocol.to_be_bytes(),
            pad: [0; 2],
        }
    }
}

/// Asks for all members of all groups.
#[derive(Clone, Copy, Debug)]
pub struct Dump;

impl Request for Dump {
    fn kind(&self) -> u16 {
        RTM_GETMDB
    }

    fn flags(&self) -> Flags {
        Flags::DUMP
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        encoder.fixed(&BrPortMsg { family: AF_BRIDGE, ..BrPortMsg::default() });
        Ok(())
    }
}

/// Adds or removes a member.
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    /// The member.
    pub entry: &'a MdbEntry,
    /// True to add it, false to remove it.
    pub add: bool,
}

impl Request for Set<'_> {
    fn kind(&self) -> u16 {
        if self.add { RTM_NEWMDB } else { RTM_DELMDB }
    }

    fn flags(&self) -> Flags {
        if self.add { Flags::CREATE | Flags::EXCL } else { Flags::empty() }
    }

    fn names(&self) -> &'static Names {
        &SET
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        let ifindex = self.entry.bridge.0;
        encoder.fixed(&BrPortMsg { family: AF_BRIDGE, ifindex, ..BrPortMsg::default() });
        encoder.attr_fixed(MDBA_SET_ENTRY, &Entry::of(self.entry));
        if let Some(source) = self.entry.source {
            encoder.nest(MDBA_SET_ENTRY_ATTRS | NLA_F_NESTED, |e| match source {
                IpAddr::V4(ip) => e.attr(MDBE_ATTR_SOURCE, &ip.octets()),
                IpAddr::V6(ip) => e.attr(MDBE_ATTR_SOURCE, &ip.octets()),
            });
        }
        Ok(())
    }
}

/// Reads the members that one message tells of.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>) -> Result<Vec<MdbEntry>, WireError> {
    let (header, attrs) = BrPortMsg::split(message.payload)?;
    let mut entries = Vec::new();
    let Some(table) = Attrs::new(attrs).find(MDBA_MDB)? else { return Ok(entries) };
    for group in table.nested() {
        for info in group?.nested() {
            let info = info?;
            if info.kind() != MDBA_MDB_ENTRY_INFO {
                continue;
            }
            let need = size_of::<Entry>();
            let (fixed, _) = Entry::read_from_prefix(info.payload).map_err(|_| WireError::Truncated {
                what: "br_mdb_entry",
                need,
                have: info.payload.len(),
            })?;
            // A group of a protocol that is not known has no address to show.
            let Some(group) = fixed.group() else { continue };
            let mut entry = MdbEntry {
                bridge: IfIndex(header.ifindex),
                port: IfIndex(fixed.ifindex),
                group,
                source: None,
                vlan: Some(fixed.vid).filter(|vlan| *vlan != 0),
                permanent: u32::from(fixed.state) & MDB_PERMANENT != 0,
                flags: MdbFlags::from_bits_retain(fixed.flags),
                unknown: Vec::new(),
            };
            for attr in Attrs::after(info.payload, need) {
                let attr = attr?;
                match attr.kind() {
                    MDBA_MDB_EATTR_SOURCE => entry.source = address(&attr),
                    kind if u32::from(kind) > MDBA_MDB_EATTR_MAX => entry.unknown.push(attr.to_unknown()),
                    _ => {}
                }
            }
            entries.push(entry);
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_structure_and_the_flags_are_the_kernels() {
        assert_eq!(size_of::<Entry>(), SIZEOF_BR_MDB_ENTRY);
        let flags = [
            (MdbFlags::OFFLOAD, MDB_FLAGS_OFFLOAD),
            (MdbFlags::FAST_LEAVE, MDB_FLAGS_FAST_LEAVE),
            (MdbFlags::STAR_EXCLUDE, MDB_FLAGS_STAR_EXCL),
            (MdbFlags::BLOCKED, MDB_FLAGS_BLOCKED),
            (MdbFlags::OFFLOAD_FAILED, MDB_FLAGS_OFFLOAD_FAILED),
        ];
        for (flag, number) in flags {
            assert_eq!(flag.bits(), number);
        }
    }

    #[test]
    fn members_read_what_they_write() {
        for group in ["239.1.1.1", "ff0e::1", "01:00:5e:01:02:03"] {
            let entry = MdbEntry {
                bridge: IfIndex(3),
                port: IfIndex(4),
                group: group.parse().unwrap(),
                source: None,
                vlan: Some(10),
                permanent: true,
                flags: MdbFlags::OFFLOAD,
                unknown: Vec::new(),
            };
            let mut bytes = Vec::new();
            let mut e = Encoder::message(&mut bytes, RTM_NEWMDB, Flags::empty(), 1, 1);
            e.fixed(&BrPortMsg { family: AF_BRIDGE, ifindex: 3, ..BrPortMsg::default() });
            e.nest(MDBA_MDB, |e| {
                e.nest(MDBA_MDB_ENTRY, |e| {
                    let fixed = Entry { flags: MDB_FLAGS_OFFLOAD, ..Entry::of(&entry) };
                    e.attr_fixed(MDBA_MDB_ENTRY_INFO, &fixed);
                });
            });
            e.finish().unwrap();
            assert_eq!(decode(&Message::decode(&bytes).unwrap()).unwrap(), [entry]);
        }
    }
}
