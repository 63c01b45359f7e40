//! Network links (`RTM_GETLINK`, `RTM_NEWLINK`).

use smartnic_core::device::Link;
use smartnic_core::types::{IfIndex, Mac, PortHandle, SwitchId};

use crate::codec::{AttrSet, Attrs, Encoder, Flags, IfInfo, Inner, Message, Names, Request, WireError};
use crate::devlink::HandleParts;
use crate::uapi::devlink::{DEVLINK_ATTR_NAMES, DEVLINK_ATTR_PORT_INDEX};
use crate::uapi::if_::{IFF_LOWER_UP, IFF_UP};
use crate::uapi::if_link::*;
use crate::uapi::rtnetlink::*;

static INFO: AttrSet = AttrSet::flat(IFLA_INFO_NAMES);
static DEVLINK: AttrSet = AttrSet::flat(DEVLINK_ATTR_NAMES);

/// The names of the attributes of links.
pub static NAMES: Names = Names {
    fixed_len: SIZEOF_IFINFOMSG,
    set: &AttrSet {
        names: IFLA_NAMES,
        nests: &[
            (IFLA_VFINFO_LIST, Inner::List(&super::vf::VF)),
            (IFLA_LINKINFO, Inner::Set(&INFO)),
            (IFLA_DEVLINK_PORT, Inner::Set(&DEVLINK)),
        ],
    },
};

/// Asks for the VFs, and against statistics, which nobody reads here (`IFLA_EXT_MASK`).
const EXT_MASK: u32 = RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS;

/// Asks for all links of the network namespace (`RTM_GETLINK`).
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
        encoder.fixed(&IfInfo::default());
        encoder.u32(IFLA_EXT_MASK, EXT_MASK);
        Ok(())
    }
}

/// By what one link is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// By number.
    Index(IfIndex),
    /// By name, at most 15 bytes (`IFLA_IFNAME`).
    Name(&'a str),
}

/// Asks for one link (`RTM_GETLINK`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a>(
    /// Which link.
    pub Which<'a>,
);

impl Request for Get<'_> {
    fn kind(&self) -> u16 {
        RTM_GETLINK
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        match self.0 {
            Which::Index(index) => encoder.fixed(&IfInfo { index: wire_index(index)?, ..IfInfo::default() }),
            Which::Name(name) => {
                encoder.fixed(&IfInfo::default());
                encoder.text(IFLA_IFNAME, name);
            }
        }
        encoder.u32(IFLA_EXT_MASK, EXT_MASK);
        Ok(())
    }
}

/// Sets a link up or down (`RTM_NEWLINK` with `IFF_UP`).
#[derive(Clone, Copy, Debug)]
pub struct SetUp {
    /// The link.
    pub link: IfIndex,
    /// Up or down.
    pub up: bool,
}

impl Request for SetUp {
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
        let flags = if self.up { IFF_UP } else { 0 };
        let index = wire_index(self.link)?;
        encoder.fixed(&IfInfo { index, flags, change: IFF_UP, ..IfInfo::default() });
        Ok(())
    }
}

/// Sets the largest payload of a link (`RTM_NEWLINK` with `IFLA_MTU`).
#[derive(Clone, Copy, Debug)]
pub struct SetMtu {
    /// The link.
    pub link: IfIndex,
    /// Bytes.
    pub mtu: u32,
}

impl Request for SetMtu {
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
        encoder.fixed(&IfInfo { index: wire_index(self.link)?, ..IfInfo::default() });
        encoder.u32(IFLA_MTU, self.mtu);
        Ok(())
    }
}

/// The kernel counts links with a signed number.
pub(crate) fn wire_index(link: IfIndex) -> Result<i32, WireError> {
    let why = "link numbers end at 2147483647";
    i32::try_from(link.0).map_err(|_| WireError::Unwritable { what: "ifi_index", why })
}

/// Reads one link (`RTM_NEWLINK`, `RTM_DELLINK`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or the link has no name.
pub fn decode(message: &Message<'_>) -> Result<Link, WireError> {
    let (header, attrs) = IfInfo::split(message.payload)?;
    let mut name = None;
    let mut link = Link {
        up: header.flags & IFF_UP != 0,
        carrier: header.flags & IFF_LOWER_UP != 0,
        ..Link::new(IfIndex(header.index.unsigned_abs()), String::new())
    };
    for attr in Attrs::new(attrs) {
        let attr = attr?;
        match attr.kind() {
            IFLA_IFNAME => name = Some(attr.text_lossy().into_owned()),
            IFLA_MTU => link.mtu = attr.u32()?,
            // Tunnels and InfiniBand have addresses of other lengths.
            IFLA_ADDRESS => link.mac = attr.array().ok().map(Mac),
            IFLA_LINKINFO => {
                let kind = attr.nested().find(IFLA_INFO_KIND)?;
                link.kind = kind.map(|kind| kind.text_lossy().into_owned());
            }
            IFLA_PHYS_SWITCH_ID => link.switch_id = Some(SwitchId::new(attr.payload)),
            IFLA_PHYS_PORT_NAME => link.port_name = Some(attr.text_lossy().into_owned()),
            IFLA_DEVLINK_PORT => link.devlink_port = decode_port(attr.nested())?,
            IFLA_PARENT_DEV_NAME => link.parent_device = Some(attr.text_lossy().into_owned()),
            IFLA_PARENT_DEV_BUS_NAME => link.parent_bus = Some(attr.text_lossy().into_owned()),
            IFLA_MASTER => link.master = Some(IfIndex(attr.u32()?)),
            // 0 stands for none, as tunnels without a device have it.
            IFLA_LINK => link.lower = Some(IfIndex(attr.u32()?)).filter(|lower| lower.0 != 0),
            IFLA_LINK_NETNSID => link.lower_netns = Some(attr.u32()?.cast_signed()),
            IFLA_VFINFO_LIST => {
                for vf in attr.nested() {
                    link.vfs.extend(super::vf::decode(vf?.nested())?);
                }
            }
            kind if u32::from(kind) > IFLA_MAX => link.unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    link.name = name.ok_or(WireError::Missing { attr: "IFLA_IFNAME" })?;
    Ok(link)
}

/// The devlink port under a link; nothing if its devlink instance lies in another network namespace.
fn decode_port(attrs: Attrs<'_>) -> Result<Option<PortHandle>, WireError> {
    let mut handle = HandleParts::default();
    let mut index = None;
    for attr in attrs {
        let attr = attr?;
        if !handle.take(&attr)? && attr.kind() == DEVLINK_ATTR_PORT_INDEX {
            index = Some(attr.u32()?);
        }
    }
    Ok(index.zip(handle.finish().ok()).map(|(index, device)| device.port(index)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::types::UnknownAttr;

    #[test]
    fn an_attribute_of_a_later_kernel_is_kept() {
        let later = IFLA_MAX as u16 + 1;
        let mut buf = Vec::new();
        let mut e = Encoder::message(&mut buf, RTM_NEWLINK, Flags::empty(), 1, 1);
        e.fixed(&IfInfo { index: 3, ..IfInfo::default() });
        e.text(IFLA_IFNAME, "p0");
        e.u32(later, 7);
        e.finish().unwrap();
        let link = decode(&Message::decode(&buf).unwrap()).unwrap();
        assert_eq!(link.unknown, [UnknownAttr { kind: later, bytes: 7_u32.to_ne_bytes().to_vec() }]);
    }

    #[test]
    fn a_link_number_beyond_the_kernels_is_refused() {
        let set = SetUp { link: IfIndex(1 << 31), up: true };
        assert!(matches!(set.write(&mut Vec::new(), 1, 1), Err(WireError::Unwritable { .. })));
    }
}
