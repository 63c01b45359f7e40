//! Addresses that bridges and devices forward to (`RTM_GETNEIGH`, `RTM_NEWNEIGH`, `RTM_DELNEIGH` of `AF_BRIDGE`).

use std::net::IpAddr;

use smartnic_core::bridge::{FdbAdd, FdbEntry, FdbFlags, FdbFlush, FdbState};
use smartnic_core::types::{IfIndex, Mac};

use super::AF_BRIDGE;
use super::link::wire_index;
use crate::codec::{Attr, AttrSet, Attrs, Encoder, Flags, Message, Names, NdMsg, Request, WireError};
use crate::uapi::neighbour::*;
use crate::uapi::rtnetlink::{RTM_DELNEIGH, RTM_GETNEIGH, RTM_NEWNEIGH};

/// The names of the attributes of addresses.
pub static NAMES: Names = Names { fixed_len: SIZEOF_NDMSG, set: &AttrSet::flat(NDA_NAMES) };

/// `NDA_FLAGS_EXT` goes on where `ndm_flags` ends.
const EXT_SHIFT: u32 = 8;

/// Asks for all addresses, those of a bridge, or those behind a link.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dump {
    /// Only those of this bridge.
    pub bridge: Option<IfIndex>,
    /// Only those behind this link. Devices that answer for themselves may ignore it.
    pub link: Option<IfIndex>,
}

impl Request for Dump {
    fn kind(&self) -> u16 {
        RTM_GETNEIGH
    }

    fn flags(&self) -> Flags {
        Flags::DUMP
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        let ifindex = self.link.map_or(Ok(0), wire_index)?;
        encoder.fixed(&NdMsg { family: AF_BRIDGE, ifindex, ..NdMsg::default() });
        if let Some(bridge) = self.bridge {
            encoder.u32(NDA_MASTER, bridge.0);
        }
        Ok(())
    }
}

/// Adds an address.
#[derive(Clone, Copy, Debug)]
pub struct Add<'a> {
    /// The address.
    pub entry: &'a FdbEntry,
    /// What to do if it is there.
    pub how: FdbAdd,
}

impl Request for Add<'_> {
    fn kind(&self) -> u16 {
        RTM_NEWNEIGH
    }

    fn flags(&self) -> Flags {
        Flags::CREATE
            | match self.how {
                FdbAdd::New => Flags::EXCL,
                FdbAdd::Replace => Flags::REPLACE,
                FdbAdd::Append => Flags::APPEND,
            }
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        encode(encoder, self.entry)
    }
}

/// Removes an address.
#[derive(Clone, Copy, Debug)]
pub struct Remove<'a> {
    /// The address.
    pub entry: &'a FdbEntry,
}

impl Request for Remove<'_> {
    fn kind(&self) -> u16 {
        RTM_DELNEIGH
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        encode(encoder, self.entry)
    }
}

fn encode(encoder: &mut Encoder<'_>, entry: &FdbEntry) -> Result<(), WireError> {
    let mut flags = entry.flags;
    if !flags.intersects(FdbFlags::SELF | FdbFlags::MASTER) {
        flags |= FdbFlags::SELF;
    }
    // What is said of addresses that stay, besides: they are reachable, or the device's own.
    let state = match entry.state {
        FdbState::Permanent => NUD_PERMANENT | NUD_NOARP,
        FdbState::Static => NUD_NOARP | NUD_REACHABLE,
        FdbState::Dynamic => NUD_REACHABLE,
        FdbState::Stale => NUD_STALE,
        FdbState::Other(bits) => bits,
    };
    encoder.fixed(&NdMsg {
        family: AF_BRIDGE,
        ifindex: wire_index(entry.link)?,
        state,
        flags: low(flags),
        ..NdMsg::default()
    });
    encoder.attr(NDA_LLADDR, &entry.mac.0);
    match entry.dst {
        Some(IpAddr::V4(address)) => encoder.attr(NDA_DST, &address.octets()),
        Some(IpAddr::V6(address)) => encoder.attr(NDA_DST, &address.octets()),
        None => {}
    }
    if let Some(vlan) = entry.vlan {
        encoder.u16(NDA_VLAN, vlan);
    }
    if let Some(port) = entry.port {
        encoder.u16_be(NDA_PORT, port);
    }
    if let Some(vni) = entry.vni {
        encoder.u32(NDA_VNI, vni);
    }
    if let Some(vni) = entry.src_vni {
        encoder.u32(NDA_SRC_VNI, vni);
    }
    if let Some(via) = entry.via {
        encoder.u32(NDA_IFINDEX, via.0);
    }
    if let Some(nexthop) = entry.nexthop {
        encoder.u32(NDA_NH_ID, nexthop);
    }
    if flags.bits() >> EXT_SHIFT != 0 {
        encoder.u32(NDA_FLAGS_EXT, flags.bits() >> EXT_SHIFT);
    }
    Ok(())
}

/// The flags that have their place in `ndm_flags`.
const fn low(flags: FdbFlags) -> u8 {
    flags.bits().to_le_bytes()[0]
}

/// Removes many addresses at once.
#[derive(Clone, Copy, Debug)]
pub struct Flush<'a>(
    /// Which.
    pub &'a FdbFlush,
);

impl Request for Flush<'_> {
    fn kind(&self) -> u16 {
        RTM_DELNEIGH
    }

    fn flags(&self) -> Flags {
        Flags::BULK
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        let which = self.0;
        let table = if which.table.is_empty() { FdbFlags::SELF } else { which.table };
        let meant = low(which.with | which.without);
        let (mut state, mut states) = (0, 0);
        for (wanted, bit) in [(which.permanent, NUD_PERMANENT), (which.fixed, NUD_NOARP)] {
            if let Some(wanted) = wanted {
                states |= bit;
                state |= if wanted { bit } else { 0 };
            }
        }
        encoder.fixed(&NdMsg {
            family: AF_BRIDGE,
            ifindex: wire_index(which.link)?,
            state,
            flags: low(table | which.with),
            ..NdMsg::default()
        });
        if let Some(port) = which.port {
            encoder.u32(NDA_IFINDEX, port.0);
        }
        if let Some(vlan) = which.vlan {
            encoder.u16(NDA_VLAN, vlan);
        }
        if meant != 0 {
            encoder.u8(NDA_NDM_FLAGS_MASK, meant);
        }
        if states != 0 {
            encoder.u16(NDA_NDM_STATE_MASK, states);
        }
        Ok(())
    }
}

/// Reads one address; nothing for what is none of a bridge, or not of six bytes.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>) -> Result<Option<FdbEntry>, WireError> {
    let (header, attrs) = NdMsg::split(message.payload)?;
    if header.family != AF_BRIDGE {
        return Ok(None);
    }
    let mut mac = None;
    let mut entry = FdbEntry::new(IfIndex(header.ifindex.unsigned_abs()), Mac::default());
    entry.flags = FdbFlags::from_bits_retain(u32::from(header.flags));
    entry.state = match header.state {
        state if state & NUD_PERMANENT != 0 => FdbState::Permanent,
        state if state & NUD_NOARP != 0 => FdbState::Static,
        state if state & NUD_STALE != 0 => FdbState::Stale,
        state if state & NUD_REACHABLE != 0 => FdbState::Dynamic,
        state => FdbState::Other(state),
    };
    for attr in Attrs::new(attrs) {
        let attr = attr?;
        match attr.kind() {
            NDA_LLADDR => mac = attr.array().ok().map(Mac),
            NDA_DST => entry.dst = address(&attr),
            NDA_VLAN => entry.vlan = Some(attr.u16()?).filter(|vlan| *vlan != 0),
            NDA_PORT => entry.port = Some(attr.u16_be()?),
            NDA_VNI => entry.vni = Some(attr.u32()?),
            NDA_SRC_VNI => entry.src_vni = Some(attr.u32()?),
            NDA_IFINDEX => entry.via = Some(IfIndex(attr.u32()?)),
            NDA_MASTER => entry.master = Some(IfIndex(attr.u32()?)),
            NDA_NH_ID => entry.nexthop = Some(attr.u32()?),
            NDA_FLAGS_EXT => entry.flags |= FdbFlags::from_bits_retain(attr.u32()? << EXT_SHIFT),
            kind if u32::from(kind) > NDA_MAX => entry.unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    Ok(mac.map(|mac| FdbEntry { mac, ..entry }))
}

/// An IP address by its length; none for other lengths.
pub(super) fn address(attr: &Attr<'_>) -> Option<IpAddr> {
    let four = attr.array::<4>().ok().map(IpAddr::from);
    four.or_else(|| attr.array::<16>().ok().map(IpAddr::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::types::UnknownAttr;

    #[test]
    fn flags_have_the_kernels_numbers() {
        let numbers = [
            (FdbFlags::SELF, u32::from(NTF_SELF)),
            (FdbFlags::MASTER, u32::from(NTF_MASTER)),
            (FdbFlags::EXTERN_LEARN, NTF_EXT_LEARNED),
            (FdbFlags::OFFLOAD, u32::from(NTF_OFFLOADED)),
            (FdbFlags::STICKY, u32::from(NTF_STICKY)),
            (FdbFlags::ROUTER, u32::from(NTF_ROUTER)),
            (FdbFlags::LOCKED, NTF_EXT_LOCKED << EXT_SHIFT),
        ];
        for (flag, number) in numbers {
            assert_eq!(flag.bits(), number);
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let entry = FdbEntry {
            vlan: Some(10),
            state: FdbState::Permanent,
            flags: FdbFlags::MASTER | FdbFlags::STICKY | FdbFlags::LOCKED,
            dst: Some("2001:db8::1".parse().unwrap()),
            port: Some(4789),
            vni: Some(7),
            src_vni: Some(8),
            via: Some(IfIndex(3)),
            nexthop: Some(9),
            ..FdbEntry::new(IfIndex(5), Mac([2, 0, 0, 0, 0, 1]))
        };
        let mut bytes = Vec::new();
        Add { entry: &entry, how: FdbAdd::New }.write(&mut bytes, 1, 1).unwrap();
        assert_eq!(decode(&Message::decode(&bytes).unwrap()).unwrap().unwrap(), entry);
    }

    #[test]
    fn what_is_later_is_kept_and_what_is_no_address_is_left_out() {
        let later = NDA_MAX as u16 + 3;
        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, RTM_NEWNEIGH, Flags::empty(), 1, 1);
        e.fixed(&NdMsg { family: AF_BRIDGE, ifindex: 2, state: 0x400, ..NdMsg::default() });
        e.attr(NDA_LLADDR, &[1; 6]);
        e.u8(later, 9);
        e.finish().unwrap();
        let entry = decode(&Message::decode(&bytes).unwrap()).unwrap().unwrap();
        assert_eq!(entry.state, FdbState::Other(0x400));
        assert_eq!(entry.unknown, [UnknownAttr { kind: later, bytes: vec![9] }]);

        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, RTM_NEWNEIGH, Flags::empty(), 1, 1);
        e.fixed(&NdMsg { family: AF_BRIDGE, ifindex: 2, ..NdMsg::default() });
        e.attr(NDA_LLADDR, &[1; 20]);
        e.finish().unwrap();
        assert_eq!(decode(&Message::decode(&bytes).unwrap()).unwrap(), None);
    }
}
