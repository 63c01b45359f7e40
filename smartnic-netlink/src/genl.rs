//! Generic netlink's control family: which message type and multicast groups a family has on the running kernel.

use crate::codec::{AttrSet, Attrs, Encoder, Flags, GenlHeader, Inner, Message, Names, Request, WireError};
use crate::uapi::genetlink::*;

static OP: AttrSet = AttrSet::flat(CTRL_ATTR_OP_NAMES);
static GROUP: AttrSet = AttrSet::flat(CTRL_ATTR_MCAST_GRP_NAMES);
static NAMES: Names = Names {
    fixed_len: SIZEOF_GENLMSGHDR,
    set: &AttrSet {
        names: CTRL_ATTR_NAMES,
        nests: &[(CTRL_ATTR_OPS, Inner::List(&OP)), (CTRL_ATTR_MCAST_GROUPS, Inner::List(&GROUP))],
    },
};

/// A generic netlink family, as the running kernel has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name (`CTRL_ATTR_FAMILY_NAME`), such as `devlink`.
    pub name: String,
    /// The message type of its messages (`CTRL_ATTR_FAMILY_ID`).
    pub id: u16,
    /// Its version (`CTRL_ATTR_VERSION`).
    pub version: u32,
    /// Its multicast groups (`CTRL_ATTR_MCAST_GROUPS`): names and numbers to join by.
    pub groups: Vec<(String, u32)>,
}

impl Family {
    /// The number of a multicast group, if the family has it.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<u32> {
        self.groups.iter().find(|(group, _)| group == name).map(|(_, id)| *id)
    }
}

/// Asks for a family by name (`CTRL_CMD_GETFAMILY`). ENOENT means that this kernel does not have it.
#[derive(Clone, Copy, Debug)]
pub struct GetFamily<'a> {
    /// The family's name, such as `devlink`; at most 15 bytes.
    pub name: &'a str,
}

impl Request for GetFamily<'_> {
    fn kind(&self) -> u16 {
        GENL_ID_CTRL
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        encoder.fixed(&GenlHeader { command: CTRL_CMD_GETFAMILY, version: 1, reserved: 0 });
        encoder.text(CTRL_ATTR_FAMILY_NAME, self.name);
        Ok(())
    }
}

/// Reads the answer to [`GetFamily`] (`CTRL_CMD_NEWFAMILY`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or has no name or number.
pub fn decode(message: &Message<'_>) -> Result<Family, WireError> {
    let (_, attrs) = GenlHeader::split(message.payload)?;
    let mut name = None;
    let mut id = None;
    let mut version = 0;
    let mut groups = Vec::new();
    for attr in Attrs::new(attrs) {
        let attr = attr?;
        match attr.kind() {
            CTRL_ATTR_FAMILY_NAME => name = Some(attr.text()?.to_owned()),
            CTRL_ATTR_FAMILY_ID => id = Some(attr.u16()?),
            CTRL_ATTR_VERSION => version = attr.u32()?,
            CTRL_ATTR_MCAST_GROUPS => {
                for group in attr.nested() {
                    groups.extend(decode_group(group?.nested())?);
                }
            }
            _ => {}
        }
    }
    Ok(Family {
        name: name.ok_or(WireError::Missing { attr: "CTRL_ATTR_FAMILY_NAME" })?,
        id: id.ok_or(WireError::Missing { attr: "CTRL_ATTR_FAMILY_ID" })?,
        version,
        groups,
    })
}

fn decode_group(attrs: Attrs<'_>) -> Result<Option<(String, u32)>, WireError> {
    let (mut name, mut id) = (None, None);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            CTRL_ATTR_MCAST_GRP_NAME => name = Some(attr.text()?.to_owned()),
            CTRL_ATTR_MCAST_GRP_ID => id = Some(attr.u32()?),
            _ => {}
        }
    }
    Ok(name.zip(id))
}
