//! Features of a link (`ETHTOOL_MSG_FEATURES_GET`, `_SET`).

use smartnic_core::ethtool::{Bits, Feature as Listed};
use smartnic_core::types::IfIndex;

use super::{bitset, start};
use crate::codec::{Attr, Attrs, Encoder, Flags, GenlHeader, Message, Names, Request, WireError};
use crate::uapi::ethtool_netlink::*;
use crate::uapi::netlink::NLA_F_NESTED;

/// The feature that lets tc filters into the hardware (`NETIF_F_HW_TC`).
pub const HW_TC_OFFLOAD: &str = "hw-tc-offload";

/// The state of one feature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Feature {
    /// It can be switched (`ETHTOOL_A_FEATURES_HW`).
    pub switchable: bool,
    /// It is asked for (`ETHTOOL_A_FEATURES_WANTED`).
    pub wanted: bool,
    /// It is on (`ETHTOOL_A_FEATURES_ACTIVE`).
    pub active: bool,
    /// It never changes (`ETHTOOL_A_FEATURES_NOCHANGE`).
    pub fixed: bool,
}

/// Asks for the features of a link (`ETHTOOL_MSG_FEATURES_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Get {
    /// The family's message type.
    pub family: u16,
    /// The link.
    pub link: IfIndex,
}

impl Request for Get {
    fn kind(&self) -> u16 {
        self.family
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &super::FEATURES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        start(encoder, ETHTOOL_MSG_FEATURES_GET, ETHTOOL_A_FEATURES_HEADER, self.link, 0);
        Ok(())
    }
}

/// Switches one feature of a link (`ETHTOOL_MSG_FEATURES_SET`).
///
/// The kernel's success means that the wish is noted; whether the feature is on is to be read back.
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    /// The family's message type.
    pub family: u16,
    /// The link.
    pub link: IfIndex,
    /// The feature's name.
    pub feature: &'a str,
    /// On or off.
    pub on: bool,
}

impl Request for Set<'_> {
    fn kind(&self) -> u16 {
        self.family
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &super::FEATURES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        start(encoder, ETHTOOL_MSG_FEATURES_SET, ETHTOOL_A_FEATURES_HEADER, self.link, 0);
        encoder.nest(NLA_F_NESTED | ETHTOOL_A_FEATURES_WANTED, |e| {
            e.nest(NLA_F_NESTED | ETHTOOL_A_BITSET_BITS, |e| {
                e.nest(NLA_F_NESTED | ETHTOOL_A_BITSET_BITS_BIT, |e| {
                    e.text(ETHTOOL_A_BITSET_BIT_NAME, self.feature);
                    if self.on {
                        e.flag(ETHTOOL_A_BITSET_BIT_VALUE);
                    }
                });
            });
        });
        Ok(())
    }
}

/// Asks for many features on or off at once.
///
/// As with [`Set`], success means that the wishes are noted.
#[derive(Clone, Copy, Debug)]
pub struct SetMany<'a> {
    /// The family's message type.
    pub family: u16,
    /// The link.
    pub link: IfIndex,
    /// Names, and on or off.
    pub wishes: &'a [(String, bool)],
}

impl Request for SetMany<'_> {
    fn kind(&self) -> u16 {
        self.family
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &super::FEATURES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        // What came of it is read afterwards, so the answer can be left out.
        let omit = ETHTOOL_FLAG_OMIT_REPLY;
        start(encoder, ETHTOOL_MSG_FEATURES_SET, ETHTOOL_A_FEATURES_HEADER, self.link, omit);
        let named = |on: bool| move |(_, wish): &&(String, bool)| *wish == on;
        let bits = Bits {
            on: self.wishes.iter().filter(named(true)).map(|(name, _)| name.clone()).collect(),
            of: Some(self.wishes.iter().map(|(name, _)| name.clone()).collect()),
        };
        bitset::write(encoder, ETHTOOL_A_FEATURES_WANTED, &bits);
        Ok(())
    }
}

/// Reads all features from the answer to [`Get`], in the kernel's order.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode_all(message: &Message<'_>) -> Result<Vec<Listed>, WireError> {
    listed(message, None)
}

/// As [`decode_all`], with the names of features for sets that come as numbers.
pub(super) fn listed(message: &Message<'_>, names: Option<&[String]>) -> Result<Vec<Listed>, WireError> {
    let (_, attrs) = GenlHeader::split(message.payload)?;
    let attrs = Attrs::new(attrs);
    let mut all: Vec<Listed> = Vec::new();
    // The mask of this set is all features that the kernel has names for.
    if let Some(hw) = attrs.find(ETHTOOL_A_FEATURES_HW)? {
        bitset::each(&hw, names, &mut |name, switchable, _| {
            // Numbers that no feature has any more stand in the mask without a name.
            if !name.is_empty() {
                all.push(Listed {
                    name: name.to_owned(),
                    active: false,
                    fixed: !switchable,
                    requested: false,
                });
            }
        })?;
    }
    for (kind, note) in [
        (ETHTOOL_A_FEATURES_WANTED, (|feature| feature.requested = true) as fn(&mut Listed)),
        (ETHTOOL_A_FEATURES_ACTIVE, |feature| feature.active = true),
        (ETHTOOL_A_FEATURES_NOCHANGE, |feature| feature.fixed = true),
    ] {
        let Some(set) = attrs.find(kind)? else { continue };
        bitset::each(&set, names, &mut |name, on, _| {
            if on && let Some(feature) = all.iter_mut().find(|feature| feature.name == name) {
                note(feature);
            }
        })?;
    }
    Ok(all)
}

/// Reads the state of one feature from the answer to [`Get`]; a feature the kernel does not know is off.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>, feature: &str) -> Result<Feature, WireError> {
    let (_, attrs) = GenlHeader::split(message.payload)?;
    let mut state = Feature::default();
    for attr in Attrs::new(attrs) {
        let attr = attr?;
        match attr.kind() {
            ETHTOOL_A_FEATURES_HW => state.switchable = has_bit(&attr, feature)?,
            ETHTOOL_A_FEATURES_WANTED => state.wanted = has_bit(&attr, feature)?,
            ETHTOOL_A_FEATURES_ACTIVE => state.active = has_bit(&attr, feature)?,
            ETHTOOL_A_FEATURES_NOCHANGE => state.fixed = has_bit(&attr, feature)?,
            _ => {}
        }
    }
    Ok(state)
}

/// Whether a bit of this name is set. A set without a mask lists only the bits that are; in one with a mask each bit
/// says by `ETHTOOL_A_BITSET_BIT_VALUE` whether it is.
fn has_bit(bitset: &Attr<'_>, name: &str) -> Result<bool, WireError> {
    if bitset.nested().find(ETHTOOL_A_BITSET_VALUE)?.is_some() {
        // Bit numbers without names: nobody who sent [`Get`] is answered so.
        return Err(WireError::Missing { attr: "ETHTOOL_A_BITSET_BITS" });
    }
    let without_mask = bitset.nested().find(ETHTOOL_A_BITSET_NOMASK)?.is_some();
    let Some(bits) = bitset.nested().find(ETHTOOL_A_BITSET_BITS)? else { return Ok(false) };
    for bit in bits.nested() {
        let bit = bit?;
        let this = bit.nested().find(ETHTOOL_A_BITSET_BIT_NAME)?;
        if this.is_some_and(|this| this.text().is_ok_and(|this| this == name)) {
            return Ok(without_mask || bit.nested().find(ETHTOOL_A_BITSET_BIT_VALUE)?.is_some());
        }
    }
    Ok(false)
}
