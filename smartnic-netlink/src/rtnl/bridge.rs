//! Bridges, their ports and VLANs (`RTM_GETLINK`, `RTM_SETLINK`, `RTM_DELLINK` of `AF_BRIDGE`).

use smartnic_core::bridge::{
    Bridge, BridgeChange, BridgePort, BridgePortChange, BridgeVlan, PortFlag, StpState, VlanSide,
};
use smartnic_core::types::IfIndex;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::AF_BRIDGE;
use super::link::wire_index;
use crate::codec::{Attr, AttrSet, Attrs, Encoder, Flags, IfInfo, Inner, Message, Names, Request, WireError};
use crate::uapi::if_bridge::*;
use crate::uapi::if_link::*;
use crate::uapi::netlink::NLA_F_NESTED;
use crate::uapi::rtnetlink::*;

/// The kind of a bridge's link.
pub const KIND: &str = "bridge";

static PORT: AttrSet = AttrSet::flat(IFLA_BRPORT_NAMES);
static SPEC: AttrSet = AttrSet::flat(IFLA_BRIDGE_NAMES);
static DATA: AttrSet = AttrSet::flat(IFLA_BR_NAMES);
static INFO: AttrSet = AttrSet { names: IFLA_INFO_NAMES, nests: &[(IFLA_INFO_DATA, Inner::Set(&DATA))] };

/// The names of the attributes of ports.
pub static NAMES: Names = Names {
    fixed_len: SIZEOF_IFINFOMSG,
    set: &AttrSet {
        names: IFLA_NAMES,
        nests: &[
            (IFLA_PROTINFO, Inner::Set(&PORT)),
            (IFLA_AF_SPEC, Inner::Set(&SPEC)),
            (IFLA_LINKINFO, Inner::Set(&INFO)),
        ],
    },
};

/// `struct bridge_vlan_info`.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct VlanInfo {
    flags: u16,
    vid: u16,
}

/// Asks for all ports, with their VLANs.
#[derive(Clone, Copy, Debug)]
pub struct Dump;

impl Request for Dump {
    fn kind(&self) -> u16 {
        RTM_GETLINK
    }

    fn flags(&self) -> Flags {
        Flags::DUMP
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        encoder.fixed(&IfInfo { family: AF_BRIDGE, ..IfInfo::default() });
        encoder.u32(IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED);
        Ok(())
    }
}

/// Reads one port; nothing for what is none.
///
/// # Errors
/// A [`WireError`] if the message is malformed or the port has no name.
pub fn decode(message: &Message<'_>) -> Result<Option<BridgePort>, WireError> {
    let (header, attrs) = IfInfo::split(message.payload)?;
    if header.family != AF_BRIDGE {
        return Ok(None);
    }
    let mut name = None;
    let mut port = BridgePort {
        link: IfIndex(header.index.unsigned_abs()),
        name: String::new(),
        master: None,
        lower: None,
        link_flags: header.flags,
        mtu: None,
        state: None,
        priority: None,
        cost: None,
        flags: Vec::new(),
        mcast_router: None,
        backup_port: None,
        group_fwd_mask: None,
        hw_mode: None,
        vlans: Vec::new(),
    };
    for attr in Attrs::new(attrs) {
        let attr = attr?;
        match attr.kind() {
            IFLA_IFNAME => name = Some(attr.text_lossy().into_owned()),
            IFLA_MTU => port.mtu = Some(attr.u32()?),
            // A bridge says that it is its own.
            IFLA_MASTER => port.master = Some(IfIndex(attr.u32()?)).filter(|master| *master != port.link),
            IFLA_LINK => port.lower = Some(IfIndex(attr.u32()?)),
            IFLA_PROTINFO if attr.is_marked_nested() => decode_port(&attr, &mut port)?,
            // As bridges of old say it: the state alone.
            IFLA_PROTINFO => port.state = attr.u8().ok().map(StpState::from_number),
            IFLA_AF_SPEC => decode_spec(&attr, &mut port)?,
            _ => {}
        }
    }
    port.name = name.ok_or(WireError::Missing { attr: "IFLA_IFNAME" })?;
    Ok(Some(port))
}

fn decode_port(attr: &Attr<'_>, port: &mut BridgePort) -> Result<(), WireError> {
    for attr in attr.nested() {
        let attr = attr?;
        match attr.kind() {
            IFLA_BRPORT_STATE => port.state = Some(StpState::from_number(attr.u8()?)),
            IFLA_BRPORT_PRIORITY => port.priority = Some(attr.u16()?),
            IFLA_BRPORT_COST => port.cost = Some(attr.u32()?),
            IFLA_BRPORT_MULTICAST_ROUTER => port.mcast_router = Some(attr.u8()?),
            IFLA_BRPORT_BACKUP_PORT => port.backup_port = Some(IfIndex(attr.u32()?)),
            IFLA_BRPORT_GROUP_FWD_MASK => port.group_fwd_mask = Some(attr.u16()?),
            kind => match PortFlag::from_number(kind) {
                PortFlag::Unknown(_) => {}
                flag => port.flags.push((flag, attr.u8()? != 0)),
            },
        }
    }
    port.flags.sort_by_key(|(flag, _)| flag.number());
    Ok(())
}

fn decode_spec(attr: &Attr<'_>, port: &mut BridgePort) -> Result<(), WireError> {
    let mut begun: Option<u16> = None;
    for attr in attr.nested() {
        let attr = attr?;
        match attr.kind() {
            IFLA_BRIDGE_MODE => port.hw_mode = Some(attr.u16()?),
            IFLA_BRIDGE_VLAN_INFO => {
                let VlanInfo { flags, vid } = attr.fixed()?;
                if flags & BRIDGE_VLAN_INFO_RANGE_BEGIN != 0 {
                    begun = Some(vid);
                    continue;
                }
                let first = if flags & BRIDGE_VLAN_INFO_RANGE_END != 0 { begun.take() } else { None };
                port.vlans.push(BridgeVlan {
                    first: first.unwrap_or(vid),
                    last: vid,
                    pvid: flags & BRIDGE_VLAN_INFO_PVID != 0,
                    untagged: flags & BRIDGE_VLAN_INFO_UNTAGGED != 0,
                });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Changes a port.
#[derive(Clone, Copy, Debug)]
pub struct SetPort<'a> {
    /// The port.
    pub link: IfIndex,
    /// What to change.
    pub change: &'a BridgePortChange,
}

impl Request for SetPort<'_> {
    fn kind(&self) -> u16 {
        RTM_SETLINK
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        let change = self.change;
        encoder.fixed(&IfInfo { family: AF_BRIDGE, index: wire_index(self.link)?, ..IfInfo::default() });
        encoder.nest(IFLA_PROTINFO | NLA_F_NESTED, |e| {
            for (flag, on) in &change.flags {
                e.u8(flag.number(), u8::from(*on));
            }
            if let Some(cost) = change.cost {
                e.u32(IFLA_BRPORT_COST, cost);
            }
            if let Some(priority) = change.priority {
                e.u16(IFLA_BRPORT_PRIORITY, priority);
            }
            if let Some(state) = change.state {
                e.u8(IFLA_BRPORT_STATE, state.number());
            }
        });
        if change.own {
            encoder.nest(IFLA_AF_SPEC | NLA_F_NESTED, |e| e.u16(IFLA_BRIDGE_FLAGS, own_flag()));
        }
        Ok(())
    }
}

const fn own_flag() -> u16 {
    BRIDGE_FLAGS_SELF as u16
}

/// Lets VLANs through, or no more.
#[derive(Clone, Copy, Debug)]
pub struct SetVlans {
    /// The port or bridge.
    pub link: IfIndex,
    /// The VLANs.
    pub vlans: BridgeVlan,
    /// Whose they are.
    pub side: VlanSide,
    /// True to add them, false to remove them.
    pub add: bool,
}

impl Request for SetVlans {
    fn kind(&self) -> u16 {
        if self.add { RTM_SETLINK } else { RTM_DELLINK }
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        let BridgeVlan { first, last, pvid, untagged } = self.vlans;
        encoder.fixed(&IfInfo { family: AF_BRIDGE, index: wire_index(self.link)?, ..IfInfo::default() });
        encoder.nest(IFLA_AF_SPEC, |e| {
            if self.side == VlanSide::Own {
                e.u16(IFLA_BRIDGE_FLAGS, own_flag());
            }
            let mut flags = if pvid { BRIDGE_VLAN_INFO_PVID } else { 0 };
            flags |= if untagged { BRIDGE_VLAN_INFO_UNTAGGED } else { 0 };
            let mut put = |flags, vid| e.attr_fixed(IFLA_BRIDGE_VLAN_INFO, &VlanInfo { flags, vid });
            if first == last {
                put(flags, first);
            } else {
                put(flags | BRIDGE_VLAN_INFO_RANGE_BEGIN, first);
                put(flags | BRIDGE_VLAN_INFO_RANGE_END, last);
            }
        });
        Ok(())
    }
}

/// Changes a bridge (`RTM_NEWLINK`).
#[derive(Clone, Copy, Debug)]
pub struct SetBridge<'a> {
    /// The bridge.
    pub link: IfIndex,
    /// What to change.
    pub change: &'a BridgeChange,
}

impl Request for SetBridge<'_> {
    fn kind(&self) -> u16 {
        RTM_NEWLINK
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        let change = self.change;
        encoder.fixed(&IfInfo { index: wire_index(self.link)?, ..IfInfo::default() });
        encoder.nest(IFLA_LINKINFO, |e| {
            e.text(IFLA_INFO_KIND, KIND);
            settings(e, change);
        });
        Ok(())
    }
}

/// The settings of a bridge (`IFLA_INFO_DATA`).
pub(super) fn settings(e: &mut Encoder<'_>, change: &BridgeChange) {
    e.nest(IFLA_INFO_DATA, |e| {
        if let Some(on) = change.vlan_filtering {
            e.u8(IFLA_BR_VLAN_FILTERING, u8::from(on));
        }
        if let Some(protocol) = change.vlan_protocol {
            e.u16_be(IFLA_BR_VLAN_PROTOCOL, protocol);
        }
        if let Some(vlan) = change.default_pvid {
            e.u16(IFLA_BR_VLAN_DEFAULT_PVID, vlan);
        }
        if let Some(time) = change.ageing_time {
            e.u32(IFLA_BR_AGEING_TIME, time);
        }
        if let Some(on) = change.mcast_snooping {
            e.u8(IFLA_BR_MCAST_SNOOPING, u8::from(on));
        }
    });
}

/// Reads one bridge out of a message about a link (`RTM_NEWLINK`); nothing for links of other kinds.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode_bridge(message: &Message<'_>) -> Result<Option<Bridge>, WireError> {
    let (header, attrs) = IfInfo::split(message.payload)?;
    let attrs = Attrs::new(attrs);
    let Some(info) = attrs.find(IFLA_LINKINFO)? else { return Ok(None) };
    let kind = info.nested().find(IFLA_INFO_KIND)?;
    if kind.is_none_or(|kind| kind.text_lossy() != KIND) {
        return Ok(None);
    }
    let name = attrs.find(IFLA_IFNAME)?.ok_or(WireError::Missing { attr: "IFLA_IFNAME" })?;
    let mut bridge = Bridge {
        link: IfIndex(header.index.unsigned_abs()),
        name: name.text_lossy().into_owned(),
        vlan_filtering: None,
        vlan_protocol: None,
        default_pvid: None,
        ageing_time: None,
        stp: None,
        mcast_snooping: None,
    };
    let data = info.nested().find(IFLA_INFO_DATA)?;
    for attr in data.iter().flat_map(Attr::nested) {
        let attr = attr?;
        match attr.kind() {
            IFLA_BR_VLAN_FILTERING => bridge.vlan_filtering = Some(attr.u8()? != 0),
            IFLA_BR_VLAN_PROTOCOL => bridge.vlan_protocol = Some(attr.u16_be()?),
            IFLA_BR_VLAN_DEFAULT_PVID => bridge.default_pvid = Some(attr.u16()?),
            IFLA_BR_AGEING_TIME => bridge.ageing_time = Some(attr.u32()?),
            IFLA_BR_STP_STATE => bridge.stp = Some(attr.u32()?),
            IFLA_BR_MCAST_SNOOPING => bridge.mcast_snooping = Some(attr.u8()? != 0),
            _ => {}
        }
    }
    Ok(Some(bridge))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_have_the_kernels_numbers_and_names() {
        for flag in PortFlag::ALL {
            let name = IFLA_BRPORT_NAMES.iter().find(|(number, _)| *number == flag.number()).unwrap().1;
            let ours = flag.to_string().to_uppercase().replace('_', "");
            let known = [
                ("HAIRPIN", "MODE"),
                ("ROOTBLOCK", "PROTECT"),
                ("FLOOD", "UNICASTFLOOD"),
                ("MCASTTOUNICAST", "MCASTTOUCAST"),
            ];
            let ours = known.iter().find(|(name, _)| *name == ours).map_or(&*ours, |(_, wire)| wire);
            assert_eq!(name.trim_start_matches("IFLA_BRPORT_").replace('_', ""), ours);
        }
        assert_eq!(size_of::<VlanInfo>(), SIZEOF_BRIDGE_VLAN_INFO);
    }

    #[test]
    fn ranges_of_vlans_are_read() {
        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, RTM_NEWLINK, Flags::empty(), 1, 1);
        e.fixed(&IfInfo { family: AF_BRIDGE, index: 4, ..IfInfo::default() });
        e.text(IFLA_IFNAME, "p0");
        e.nest(IFLA_PROTINFO | NLA_F_NESTED, |e| {
            e.u8(IFLA_BRPORT_LEARNING, 1);
            e.u8(IFLA_BRPORT_MODE, 0);
            e.u8(IFLA_BRPORT_STATE, BR_STATE_FORWARDING);
        });
        e.nest(IFLA_AF_SPEC, |e| {
            let mut put = |flags, vid| e.attr_fixed(IFLA_BRIDGE_VLAN_INFO, &VlanInfo { flags, vid });
            put(BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED, 1);
            put(BRIDGE_VLAN_INFO_RANGE_BEGIN, 10);
            put(BRIDGE_VLAN_INFO_RANGE_END, 20);
        });
        e.finish().unwrap();
        let port = decode(&Message::decode(&bytes).unwrap()).unwrap().unwrap();
        assert_eq!(port.flags, [(PortFlag::Hairpin, false), (PortFlag::Learning, true)]);
        assert_eq!(port.state, Some(StpState::Forwarding));
        let vlan = |first, last, own| BridgeVlan { first, last, pvid: own, untagged: own };
        assert_eq!(port.vlans, [vlan(1, 1, true), vlan(10, 20, false)]);
    }
}
