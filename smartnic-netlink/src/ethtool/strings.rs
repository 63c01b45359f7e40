//! Names of bits and counters (`ETHTOOL_MSG_STRSET_GET`).

use smartnic_core::ethtool::StringSet;
use smartnic_core::types::IfIndex;

use super::record::nested;
use super::{STRINGSETS, inner, names};
use crate::codec::{Attrs, Encoder, Flags, GenlHeader, Message, Names, Request, WireError};
use crate::uapi::ethtool_netlink::*;

static NAMES: Names =
    names!(ETHTOOL_A_STRSET_NAMES, ETHTOOL_A_STRSET_HEADER, ETHTOOL_A_STRSET_STRINGSETS => STRINGSETS);

/// Asks for sets of names.
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The link; none for the kernel's own names.
    pub link: Option<IfIndex>,
    /// The sets.
    pub sets: &'a [StringSet],
}

impl Request for Get<'_> {
    fn kind(&self) -> u16 {
        self.family
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        e.fixed(&GenlHeader { command: ETHTOOL_MSG_STRSET_GET, version: ETHTOOL_GENL_VERSION, reserved: 0 });
        e.nest(nested(ETHTOOL_A_STRSET_HEADER), |e| {
            if let Some(link) = self.link {
                e.u32(ETHTOOL_A_HEADER_DEV_INDEX, link.0);
            }
        });
        e.nest(nested(ETHTOOL_A_STRSET_STRINGSETS), |e| {
            for set in self.sets {
                e.nest(nested(ETHTOOL_A_STRINGSETS_STRINGSET), |e| {
                    e.u32(ETHTOOL_A_STRINGSET_ID, set.number());
                });
            }
        });
        Ok(())
    }
}

/// Reads the answer to [`Get`]: sets with their names, each at its number; numbers without a name have an empty one.
///
/// # Errors
/// A [`WireError`] if the message is malformed, or a name's number is out of all proportion.
pub fn decode(message: &Message<'_>) -> Result<Vec<(StringSet, Vec<String>)>, WireError> {
    let (_, attrs) = GenlHeader::split(message.payload)?;
    let mut sets = Vec::new();
    let Some(list) = Attrs::new(attrs).find(ETHTOOL_A_STRSET_STRINGSETS)? else { return Ok(sets) };
    for set in list.nested() {
        let set = set?;
        let id = inner(&set, ETHTOOL_A_STRINGSET_ID, "ETHTOOL_A_STRINGSET_ID")?.u32()?;
        let mut names = Vec::new();
        if let Some(strings) = set.nested().find(ETHTOOL_A_STRINGSET_STRINGS)? {
            for string in strings.nested() {
                name(string?.nested(), &mut names)?;
            }
        }
        sets.push((StringSet::from_number(id), names));
    }
    Ok(sets)
}

/// No set of the kernel or a driver comes near this.
const MOST: usize = 1 << 16;

fn name(attrs: Attrs<'_>, names: &mut Vec<String>) -> Result<(), WireError> {
    let index = attrs.find(ETHTOOL_A_STRING_INDEX)?;
    let at = index.ok_or(WireError::Missing { attr: "ETHTOOL_A_STRING_INDEX" })?.u32()? as usize;
    if at >= MOST {
        return Err(WireError::BadLength { what: "ETHTOOL_A_STRING_INDEX", len: at, have: MOST });
    }
    if names.len() <= at {
        names.resize(at + 1, String::new());
    }
    if let Some(value) = attrs.find(ETHTOOL_A_STRING_VALUE)? {
        value.text_lossy().as_ref().clone_into(&mut names[at]);
    }
    Ok(())
}
