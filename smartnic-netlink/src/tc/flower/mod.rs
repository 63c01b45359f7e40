//! The flower classifier: what stands in `TCA_OPTIONS` of a filter.
//!
//! The keys lie in files of their own, each with a part of the keys and both directions of it. To add a key: the
//! field in core's `Match`, then `encode`, `take` and `finish` of the file it belongs to. A new file is a word in `keys!`.

mod arp;
mod cfm;
mod ct;
mod enc;
mod eth;
mod flags;
mod icmp;
mod ip;
mod meta;
mod mpls;
mod pppoe;
mod session;
mod transport;
mod vlan;

use std::sync::LazyLock;

use smartnic_core::flow::{FlowEntry, Match, Rule};
use smartnic_core::types::{EtherType, MaskValue, Masked, UnknownAttr};

use super::action;
use crate::codec::{Attr, Attrs, Encoder, WireError};
use crate::uapi::pkt_cls::*;

/// Writes keys, actions, flags and protocol, in the order in which tc writes them.
pub(super) fn encode(encoder: &mut Encoder<'_>, rule: &Rule, flags: u32) -> Result<(), WireError> {
    let key = &rule.key;
    if let Some(class) = rule.classid {
        encoder.u32(TCA_FLOWER_CLASSID, class);
    }
    if let Some(link) = &key.indev {
        encoder.text(TCA_FLOWER_INDEV, link);
    }
    eth::encode(encoder, key);
    vlan::encode(encoder, key);
    pppoe::encode(encoder, key);
    mpls::encode(encoder, key);
    ip::encode(encoder, key);
    transport::encode(encoder, key)?;
    icmp::encode(encoder, key)?;
    arp::encode(encoder, key);
    session::encode(encoder, key);
    cfm::encode(encoder, key);
    enc::encode(encoder, key);
    meta::encode(encoder, key);
    ct::encode(encoder, key);
    for UnknownAttr { kind, bytes } in &key.unknown {
        encoder.attr(*kind, bytes);
    }
    if !rule.actions.is_empty() {
        encoder.try_nest(TCA_FLOWER_ACT, |encoder| action::encode_list(encoder, &rule.actions))?;
    }
    encoder.u32(TCA_FLOWER_FLAGS, flags);
    flags::encode(encoder, key);
    if let Some(EtherType(number)) = key.eth_type {
        encoder.u16_be(TCA_FLOWER_KEY_ETH_TYPE, number);
    }
    Ok(())
}

/// What was read from the options of a filter, beside what is in the rule.
#[derive(Default)]
pub(super) struct Rest {
    pub(super) flags: u32,
    pub(super) in_hw_count: u32,
    /// How many packets met it, which only matchall counts itself.
    pub(super) hits: Option<u64>,
}

/// Reads the options of a filter into the entry's class, key and actions, which must be empty. Attributes that are not
/// known here are kept in the key.
pub(super) fn decode(options: Attrs<'_>, entry: &mut FlowEntry) -> Result<Rest, WireError> {
    let mut rest = Rest::default();
    let mut keys = Keys::default();
    let rule = &mut entry.rule;
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_FLOWER_ACT => action::decode_list(attr.nested(), &mut rule.actions, &mut entry.actions)?,
            TCA_FLOWER_CLASSID => rule.classid = Some(attr.u32()?),
            TCA_FLOWER_INDEV => rule.key.indev = Some(attr.text_lossy().into_owned()),
            TCA_FLOWER_FLAGS => rest.flags = attr.u32()?,
            TCA_FLOWER_IN_HW_COUNT => rest.in_hw_count = attr.u32()?,
            TCA_FLOWER_KEY_ETH_TYPE => rule.key.eth_type = Some(EtherType(attr.u16_be()?)),
            _ => {
                if !keys.take(&attr)? {
                    rule.key.unknown.push(attr.to_unknown());
                }
            }
        }
    }
    keys.finish(&mut rule.key);
    Ok(rest)
}

/// The parts of the key that are being read, and which file takes which attribute.
macro_rules! keys {
    ($life:lifetime: $($file:ident $(<$of:lifetime>)?)*) => {
        #[derive(Default)]
        struct Keys<$life> {
            $($file: Option<$file::Parts $(<$of>)?>,)*
        }

        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy)]
        enum File {
            $($file,)*
        }

        /// The file that takes each attribute, if it does so whatever is in it: found out once, by offering all of them,
        /// empty, to every file.
        static FILES: LazyLock<[Option<File>; KNOWN]> = LazyLock::new(|| {
            std::array::from_fn(|kind| {
                let [low, high] = u16::try_from(kind).unwrap_or_default().to_ne_bytes();
                let bytes = [4_u16.to_ne_bytes(), [low, high]].concat();
                let attr = Attrs::new(&bytes).next()?.ok()?;
                // One that is refused for its size is taken, too.
                $(if !matches!($file::Parts::default().take(&attr), Ok(false)) {
                    return Some(File::$file);
                })*
                None
            })
        });

        impl<$life> Keys<$life> {
            /// Takes the attribute, if a file knows it.
            fn take(&mut self, attr: &Attr<$life>) -> Result<bool, WireError> {
                match FILES.get(usize::from(attr.kind())).copied().flatten() {
                    $(Some(File::$file) => self.$file.get_or_insert_default().take(attr),)*
                    // A nest may be taken or not, depending on what is in it.
                    None => Ok($(self.$file.get_or_insert_default().take(attr)? ||)* false),
                }
            }

            fn finish(self, key: &mut Match) {
                $(if let Some(parts) = self.$file {
                    parts.finish(key);
                })*
            }
        }
    };
}

/// The numbers below which all attributes that are known lie.
const KNOWN: usize = TCA_FLOWER_MAX as usize + 1;

keys!('a: eth vlan pppoe mpls ip transport icmp arp session cfm enc<'a> meta ct flags);

/// A value and its mask, which arrive as two attributes.
#[derive(Clone, Copy)]
struct Pair<T> {
    value: Option<T>,
    mask: Option<T>,
}

impl<T> Default for Pair<T> {
    fn default() -> Self {
        Self { value: None, mask: None }
    }
}

impl<T: MaskValue> Pair<T> {
    /// The key; without a mask every bit counts.
    fn masked(self) -> Option<Masked<T>> {
        self.value.map(|value| Masked::new(value, self.mask.unwrap_or(T::ONES)))
    }
}

/// Puts a byte key and its mask.
fn put_u8(encoder: &mut Encoder<'_>, [value, mask]: [u16; 2], key: Option<Masked<u8>>) {
    if let Some(key) = key {
        encoder.u8(value, key.value);
        encoder.u8(mask, key.mask);
    }
}

/// Takes the attribute if it is one of the pair.
fn take<'a, T>(
    attr: &Attr<'a>,
    [value, mask]: [u16; 2],
    pair: &mut Pair<T>,
    read: impl Fn(&Attr<'a>) -> Result<T, WireError>,
) -> Result<bool, WireError> {
    if attr.kind() == value {
        pair.value = Some(read(attr)?);
    } else if attr.kind() == mask {
        pair.mask = Some(read(attr)?);
    } else {
        return Ok(false);
    }
    Ok(true)
}
