//! Sets of names (`ETHTOOL_A_BITSET_*`): written bit by bit, read bit by bit or as numbers.

use smartnic_core::ethtool::{Bits, StringSet};

use super::record::nested;
use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::ethtool_netlink::*;

/// The names of bits by their numbers, for sets that come as numbers alone, as in notifications.
#[derive(Clone, Debug, Default)]
pub struct SetNames(Vec<(StringSet, Vec<String>)>);

impl SetNames {
    /// Keeps the names of a set, in place of those that were known.
    pub fn put(&mut self, set: StringSet, names: Vec<String>) {
        self.0.retain(|(known, _)| *known != set);
        self.0.push((set, names));
    }

    /// Whether the names of a set are known.
    #[must_use]
    pub fn has(&self, set: StringSet) -> bool {
        self.0.iter().any(|(known, _)| *known == set)
    }

    /// The names of a set, each at its number; none if they are not known.
    #[must_use]
    pub fn get(&self, set: StringSet) -> &[String] {
        self.0.iter().find(|(known, _)| *known == set).map_or(&[], |(_, names)| names)
    }
}

/// Writes a set: a list without a mask replaces what is there, one with a mask changes the bits it names.
pub(super) fn write(e: &mut Encoder<'_>, attr: u16, bits: &Bits) {
    e.nest(nested(attr), |e| {
        if bits.of.is_none() {
            e.flag(ETHTOOL_A_BITSET_NOMASK);
        }
        e.nest(nested(ETHTOOL_A_BITSET_BITS), |e| {
            for name in bits.of.as_ref().unwrap_or(&bits.on) {
                e.nest(nested(ETHTOOL_A_BITSET_BITS_BIT), |e| {
                    e.text(ETHTOOL_A_BITSET_BIT_NAME, name);
                    if bits.has(name) {
                        e.flag(ETHTOOL_A_BITSET_BIT_VALUE);
                    }
                });
            }
        });
    });
}

/// Reads a set. Bits without a name are called by their number. Names are needed where the set may come as numbers.
pub(super) fn read(attr: &Attr<'_>, names: Option<&[String]>) -> Result<Bits, WireError> {
    let mut bits = Bits::default();
    each(attr, names, &mut |name, on, masked| {
        if masked {
            bits.of.get_or_insert_default().push(name.to_owned());
        }
        if on {
            bits.on.push(name.to_owned());
        }
    })?;
    Ok(bits)
}

/// Lends each bit of a set: its name, whether it is set, and whether the set has a mask.
pub(super) fn each(
    attr: &Attr<'_>,
    names: Option<&[String]>,
    found: &mut dyn FnMut(&str, bool, bool),
) -> Result<(), WireError> {
    let masked = attr.nested().find(ETHTOOL_A_BITSET_NOMASK)?.is_none();
    if let Some(value) = attr.nested().find(ETHTOOL_A_BITSET_VALUE)? {
        // Numbers without names: nobody who did not ask for compact sets is answered so.
        let names = names.ok_or(WireError::Missing { attr: "ETHTOOL_A_BITSET_BITS" })?;
        return compact(attr, &value, masked, names, found);
    }
    let Some(list) = attr.nested().find(ETHTOOL_A_BITSET_BITS)? else { return Ok(()) };
    for bit in list.nested() {
        let bit = bit?;
        let on = !masked || bit.nested().find(ETHTOOL_A_BITSET_BIT_VALUE)?.is_some();
        match (bit.nested().find(ETHTOOL_A_BITSET_BIT_NAME)?, bit.nested().find(ETHTOOL_A_BITSET_BIT_INDEX)?)
        {
            (Some(name), _) => found(&name.text_lossy(), on, masked),
            (None, Some(index)) => found(&numbered(index.u32()?), on, masked),
            (None, None) => return Err(WireError::Missing { attr: "ETHTOOL_A_BITSET_BIT_NAME" }),
        }
    }
    Ok(())
}

/// A set as words of 32 bits: which bits are set and, with a mask, which are meant. Without a mask those that are set are told.
fn compact(
    attr: &Attr<'_>,
    value: &Attr<'_>,
    masked: bool,
    names: &[String],
    found: &mut dyn FnMut(&str, bool, bool),
) -> Result<(), WireError> {
    let size = attr.nested().find(ETHTOOL_A_BITSET_SIZE)?;
    let size = size.ok_or(WireError::Missing { attr: "ETHTOOL_A_BITSET_SIZE" })?.u32()?;
    let mask = attr.nested().find(ETHTOOL_A_BITSET_MASK)?;
    let mask = match masked {
        true => mask.ok_or(WireError::Missing { attr: "ETHTOOL_A_BITSET_MASK" })?,
        false => *value,
    };
    let (value, mask) = (words(value, size)?, words(&mask, size)?);
    let has = |words: &[[u8; 4]], at: u32| {
        let word = words.get(at as usize / 32).copied().map_or(0, u32::from_ne_bytes);
        word & 1 << (at % 32) != 0
    };
    for at in (0..size).filter(|at| has(mask, *at)) {
        let on = has(value, at);
        match names.get(at as usize) {
            Some(name) => found(name, on, masked),
            None => found(&numbered(at), on, masked),
        }
    }
    Ok(())
}

/// The words of so many bits.
fn words<'a>(attr: &Attr<'a>, size: u32) -> Result<&'a [[u8; 4]], WireError> {
    let (words, rest) = attr.payload.as_chunks::<4>();
    if words.len() != size.div_ceil(32) as usize || !rest.is_empty() {
        let len = size.div_ceil(32) as usize * 4;
        return Err(WireError::BadLength { what: "ETHTOOL_A_BITSET_SIZE", len, have: attr.payload.len() });
    }
    Ok(words)
}

fn numbered(at: u32) -> String {
    format!("bit-{at}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Attrs, Flags};

    const SET: u16 = 3;

    fn own(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// The bytes of one set.
    fn set(body: impl FnOnce(&mut Encoder<'_>)) -> Vec<u8> {
        let mut buf = Vec::new();
        let mut e = Encoder::message(&mut buf, 20, Flags::empty(), 1, 1);
        e.nest(nested(SET), body);
        e.finish().unwrap();
        buf.split_off(16)
    }

    fn told(bytes: &[u8], names: Option<&[String]>) -> Result<Bits, WireError> {
        read(&Attrs::new(bytes).find(SET).unwrap().unwrap(), names)
    }

    #[test]
    fn words_tell_the_same_as_a_list() {
        let names: Vec<String> = (0..70).map(|at| format!("name-{at}")).collect();
        let masked = set(|e| {
            e.u32(ETHTOOL_A_BITSET_SIZE, 70);
            e.attr_fixed(ETHTOOL_A_BITSET_VALUE, &[1_u32, 0x8000_0001, 0]);
            e.attr_fixed(ETHTOOL_A_BITSET_MASK, &[3_u32, 0x8000_0001, 1 << 5]);
        });
        let of = own(&["name-0", "name-1", "name-32", "name-63", "name-69"]);
        let wanted = Bits { on: own(&["name-0", "name-32", "name-63"]), of: Some(of) };
        assert_eq!(told(&masked, Some(&names)), Ok(wanted.clone()));
        assert_eq!(told(&set(|e| write_inner(e, &wanted)), None), Ok(wanted));
        let plain = set(|e| {
            e.flag(ETHTOOL_A_BITSET_NOMASK);
            e.u32(ETHTOOL_A_BITSET_SIZE, 33);
            e.attr_fixed(ETHTOOL_A_BITSET_VALUE, &[2_u32, 1]);
        });
        assert_eq!(told(&plain, Some(&names)), Ok(Bits { on: own(&["name-1", "name-32"]), of: None }));
        // What has no name goes by its number; who asked for names is not answered in numbers.
        assert_eq!(told(&plain, Some(&names[..2])), Ok(Bits { on: own(&["name-1", "bit-32"]), of: None }));
        assert_eq!(told(&plain, None), Err(WireError::Missing { attr: "ETHTOOL_A_BITSET_BITS" }));
    }

    fn write_inner(e: &mut Encoder<'_>, bits: &Bits) {
        e.nest(nested(ETHTOOL_A_BITSET_BITS), |e| {
            for name in bits.of.iter().flatten() {
                e.nest(nested(ETHTOOL_A_BITSET_BITS_BIT), |e| {
                    e.text(ETHTOOL_A_BITSET_BIT_NAME, name);
                    if bits.has(name) {
                        e.flag(ETHTOOL_A_BITSET_BIT_VALUE);
                    }
                });
            }
        });
    }

    #[test]
    fn a_size_that_the_words_do_not_have_is_an_error() {
        for (size, words) in [(33, 1), (32, 2), (u32::MAX, 1), (0, 1), (1, 0)] {
            let bytes = set(|e| {
                e.flag(ETHTOOL_A_BITSET_NOMASK);
                e.u32(ETHTOOL_A_BITSET_SIZE, size);
                e.attr(ETHTOOL_A_BITSET_VALUE, &vec![0xff; words * 4]);
            });
            let refused = told(&bytes, Some(&[]));
            assert!(matches!(refused, Err(WireError::BadLength { .. })), "{size} {words}: {refused:?}");
        }
        let without_mask = set(|e| {
            e.u32(ETHTOOL_A_BITSET_SIZE, 1);
            e.attr_fixed(ETHTOOL_A_BITSET_VALUE, &[1_u32]);
        });
        let missing = WireError::Missing { attr: "ETHTOOL_A_BITSET_MASK" };
        assert_eq!(told(&without_mask, Some(&[])), Err(missing));
    }
}
