//! Topics that are records: a table says which attribute is which field, and how it lies on the wire.

use smartnic_core::ethtool::{Bits, Bytes, Record, Rows, StringSet, Value};
use smartnic_core::types::IfIndex;

use super::bitset::{self, SetNames};
use super::rows::{self, RowKind};
use super::start;
use crate::codec::{Attrs, Encoder, Flags, GenlHeader, Message, Names, Request, WireError};
use crate::uapi::ethtool_netlink::*;
use crate::uapi::netlink::NLA_F_NESTED;

/// How a field lies on the wire.
#[derive(Clone, Copy, Debug)]
pub enum Wire {
    /// A number of one byte.
    U8,
    /// A number of four bytes.
    U32,
    /// A number of eight bytes; only read.
    U64,
    /// One byte, 0 or 1.
    Switch,
    /// Numbers of eight bytes, one after the other; only read.
    Counts,
    /// A set of names, which are those of a set of strings.
    Bits(StringSet),
    /// A number of two bytes.
    U16,
    /// A number of eight bytes or, if it fits, four (`NLA_UINT`).
    Uint,
    /// A number of four bytes whose highest value says that there is none.
    Known32,
    /// A number of one byte whose highest value says that there is none.
    Known8,
    /// A number of one byte that the record holds in a wider field.
    Wide8,
    /// Numbers of four bytes, one after the other.
    Numbers32,
    /// Bytes that are no number.
    Bytes,
    /// Text.
    Text,
    /// Attributes that hold fields of the same record; only read.
    Nest(&'static [Place]),
    /// Attributes that hold fields of the same record; written if one of them is there.
    Within(&'static [Place]),
    /// Several numbers each, in nests.
    Rows(RowKind),
    /// A number (`NLA_UINT`) whose bits have names; written as a whole.
    Flags(&'static [(&'static str, u64)]),
}

/// One attribute: its number, how it lies, and the name of the field.
pub type Place = (u16, Wire, &'static str);

/// A topic on the wire.
#[derive(Debug)]
pub struct Layout {
    /// The command that asks (`ETHTOOL_MSG_*_GET`).
    pub get: u8,
    /// The command that changes (`ETHTOOL_MSG_*_SET`).
    pub set: u8,
    /// The attribute that names the link.
    pub header: u16,
    /// The attributes of fields.
    pub places: &'static [Place],
    /// The names of attributes.
    pub names: &'static Names,
}

/// Asks for a record of one link.
#[derive(Clone, Copy, Debug)]
pub struct Get {
    /// The family's message type.
    pub family: u16,
    /// The link.
    pub link: IfIndex,
    /// The topic.
    pub layout: &'static Layout,
    /// What the header says besides (`ETHTOOL_FLAG_*`); statistics come only if they are asked for.
    pub flags: u32,
}

impl Request for Get {
    fn kind(&self) -> u16 {
        self.family
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        self.layout.names
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        start(encoder, self.layout.get, self.layout.header, self.link, self.flags);
        Ok(())
    }
}

/// Changes the fields of a record that are there.
#[derive(Clone, Copy)]
pub struct Set<'a> {
    /// The family's message type.
    pub family: u16,
    /// The link.
    pub link: IfIndex,
    /// The topic.
    pub layout: &'static Layout,
    /// What is to be changed.
    pub change: &'a dyn Record,
}

impl Request for Set<'_> {
    fn kind(&self) -> u16 {
        self.family
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        self.layout.names
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        start(encoder, self.layout.set, self.layout.header, self.link, 0);
        write(encoder, self.layout.places, self.change)
    }
}

/// Writes the fields of a record that are there.
pub(super) fn write(e: &mut Encoder<'_>, places: &[Place], record: &dyn Record) -> Result<(), WireError> {
    for (attr, wire, name) in places {
        if let Wire::Within(inner) = wire {
            if inner.iter().any(|(_, _, name)| record.get(name).is_some()) {
                e.try_nest(nested(*attr), |e| write(e, inner, record))?;
            }
            continue;
        }
        let Some(value) = record.get(name) else { continue };
        put(e, *attr, *wire, &value)?;
    }
    Ok(())
}

fn put(e: &mut Encoder<'_>, attr: u16, wire: Wire, value: &Value) -> Result<(), WireError> {
    let unwritable = WireError::Unwritable {
        what: "ETHTOOL_A_*",
        why: "the field cannot be changed, or not to this value",
    };
    match (wire, value) {
        (Wire::U8 | Wire::Known8 | Wire::Wide8, Value::Number(number) | Value::Word(_, number)) => {
            e.u8(attr, u8::try_from(*number).map_err(|_| unwritable)?);
        }
        (Wire::U32 | Wire::Known32, Value::Number(number) | Value::Word(_, number)) => {
            e.u32(attr, u32::try_from(*number).map_err(|_| unwritable)?);
        }
        (Wire::Switch, Value::Switch(on)) => e.u8(attr, u8::from(*on)),
        (Wire::Bits(_), Value::Bits(bits)) => bitset::write(e, attr, bits),
        (Wire::U16, Value::Number(number)) => {
            e.u16(attr, u16::try_from(*number).map_err(|_| unwritable)?);
        }
        (Wire::Bytes, Value::Bytes(bytes)) => e.attr(attr, &bytes.0),
        (Wire::Rows(_), Value::Rows(rows)) if rows::write(e, attr, rows) => {}
        (Wire::Text, Value::Text(text)) => e.text(attr, text),
        (Wire::Numbers32, Value::Numbers(numbers)) => {
            let mut bytes = Vec::with_capacity(4 * numbers.len());
            for number in numbers {
                bytes.extend(u32::try_from(*number).map_err(|_| unwritable)?.to_ne_bytes());
            }
            e.attr(attr, &bytes);
        }
        (Wire::Flags(names), Value::Bits(bits)) if bits.of.is_none() => {
            let mut number = 0;
            for name in &bits.on {
                let bit = names.iter().find(|(known, _)| known == name).map(|(_, bit)| bit);
                number |= bit.ok_or(unwritable)?;
            }
            e.u32(attr, u32::try_from(number).map_err(|_| unwritable)?);
        }
        _ => return Err(unwritable),
    }
    Ok(())
}

/// Reads the answer to [`Get`]. Attributes without a place are passed over.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode<R: Record + Default>(message: &Message<'_>, layout: &Layout) -> Result<R, WireError> {
    let mut record = R::default();
    fields(message, layout, &mut |name, value| {
        record.put(name, value);
    })?;
    Ok(record)
}

/// Reads the answer to [`Get`] field by field.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn fields(
    message: &Message<'_>,
    layout: &Layout,
    found: &mut dyn FnMut(&'static str, Value),
) -> Result<(), WireError> {
    fields_of(message, layout.places, None, found)
}

/// As [`fields`], with the names of bits for sets that come as numbers (`ETHTOOL_FLAG_COMPACT_BITSETS`). Bits whose name is
/// not known go by their number.
///
/// # Errors
/// Those of [`fields`].
pub fn fields_named(
    message: &Message<'_>,
    layout: &Layout,
    names: &SetNames,
    found: &mut dyn FnMut(&'static str, Value),
) -> Result<(), WireError> {
    fields_of(message, layout.places, Some(names), found)
}

/// Reads the fields of an answer that has these places.
pub(super) fn fields_of(
    message: &Message<'_>,
    places: &[Place],
    names: Option<&SetNames>,
    found: &mut dyn FnMut(&'static str, Value),
) -> Result<(), WireError> {
    let (_, attrs) = GenlHeader::split(message.payload)?;
    read(Attrs::new(attrs), places, names, found)
}

fn read(
    attrs: Attrs<'_>,
    places: &[Place],
    names: Option<&SetNames>,
    found: &mut dyn FnMut(&'static str, Value),
) -> Result<(), WireError> {
    // Fields of which each row is an attribute of its own.
    let mut gathered: Vec<(&'static str, Rows)> = Vec::new();
    for attr in attrs {
        let attr = attr?;
        let Some((_, wire, name)) = places.iter().find(|(number, _, _)| *number == attr.kind()) else {
            continue;
        };
        let value = match wire {
            Wire::U8 | Wire::Wide8 => Value::Number(u64::from(attr.u8()?)),
            Wire::U32 => Value::Number(u64::from(attr.u32()?)),
            Wire::U64 => Value::Number(attr.u64()?),
            Wire::Switch => Value::Switch(attr.u8()? != 0),
            // The kernel sends what the driver does not count without a number.
            Wire::Counts if attr.payload.is_empty() => continue,
            Wire::Counts => {
                let (counts, _) = attr.payload.as_chunks();
                Value::Numbers(counts.iter().map(|count| u64::from_ne_bytes(*count)).collect())
            }
            Wire::Bits(set) => Value::Bits(bitset::read(&attr, names.map(|names| names.get(*set)))?),
            Wire::U16 => Value::Number(u64::from(attr.u16()?)),
            Wire::Uint => Value::Number(attr.uint()?),
            Wire::Known32 => match attr.u32()? {
                u32::MAX => continue,
                number => Value::Number(u64::from(number)),
            },
            Wire::Known8 => match attr.u8()? {
                u8::MAX => continue,
                number => Value::Number(u64::from(number)),
            },
            Wire::Numbers32 => {
                let (numbers, _) = attr.payload.as_chunks();
                Value::Numbers(numbers.iter().map(|number| u64::from(u32::from_ne_bytes(*number))).collect())
            }
            Wire::Bytes => Value::Bytes(Bytes(attr.payload.to_vec())),
            Wire::Text => Value::Text(attr.text_lossy().into_owned()),
            Wire::Flags(names) => {
                let number = attr.uint()?;
                let on = names.iter().filter(|(_, bit)| number & bit != 0);
                Value::Bits(Bits { on: on.map(|(name, _)| (*name).to_owned()).collect(), of: None })
            }
            Wire::Nest(places) | Wire::Within(places) => {
                read(attr.nested(), places, names, found)?;
                continue;
            }
            Wire::Rows(kind) => {
                let before = gathered.iter().position(|(known, _)| known == name);
                let before = before.map(|at| gathered.swap_remove(at).1);
                gathered.push((name, rows::read(&attr, *kind, before)?));
                continue;
            }
        };
        found(name, value);
    }
    for (name, rows) in gathered {
        found(name, Value::Rows(rows));
    }
    Ok(())
}

/// A topic's layout, with the names of its attributes; sets of names are told, so that errors name what is in them.
macro_rules! layout {
    ($(#[$doc:meta])* $layout:ident: $get:ident, $set:expr, $header:ident, $names:ident, [$($set_attr:ident),*], $places:expr) => {
        $(#[$doc])*
        pub static $layout: $crate::ethtool::record::Layout = {
            static NAMES: $crate::codec::Names =
                $crate::ethtool::names!($names, $header $(, $set_attr => $crate::ethtool::BITSET)*);
            $crate::ethtool::record::Layout {
                get: $get,
                set: $set,
                header: $header,
                places: $places,
                names: &NAMES,
            }
        };
    };
}
pub(super) use layout;

/// For topics that nothing changes.
pub(super) const NEVER: u8 = ETHTOOL_MSG_USER_NONE;

/// The flag that asks for statistics (`ETHTOOL_FLAG_STATS`).
pub const STATS: u32 = ETHTOOL_FLAG_STATS;

/// A nest, marked as one.
pub(super) const fn nested(attr: u16) -> u16 {
    NLA_F_NESTED | attr
}

#[cfg(test)]
mod tests {
    use smartnic_core::ethtool::{Fec, FecMode, Pause, Rings};

    use super::super::{fec, pause, rings};
    use super::*;
    use crate::codec::messages;

    fn told(body: impl FnOnce(&mut Encoder<'_>)) -> Vec<u8> {
        let mut buf = Vec::new();
        let mut e = Encoder::message(&mut buf, 20, Flags::empty(), 1, 1);
        e.fixed(&GenlHeader { command: 0, version: ETHTOOL_GENL_VERSION, reserved: 0 });
        body(&mut e);
        e.finish().unwrap();
        buf
    }

    fn decoded<R: Record + Default>(bytes: &[u8], layout: &Layout) -> Result<R, WireError> {
        decode(&messages(bytes).next().unwrap().unwrap(), layout)
    }

    #[test]
    fn only_the_fields_that_are_there_are_written() {
        let change = Rings { rx: Some(512), tx_push: Some(true), ..Rings::default() };
        let mut buf = Vec::new();
        let set = Set { family: 20, link: IfIndex(7), layout: &rings::LAYOUT, change: &change };
        set.write(&mut buf, 1, 1).unwrap();
        let message = messages(&buf).next().unwrap().unwrap();
        let (header, attrs) = GenlHeader::split(message.payload).unwrap();
        let kinds: Vec<u16> = Attrs::new(attrs).map(|attr| attr.unwrap().kind()).collect();
        assert_eq!(header.command, ETHTOOL_MSG_RINGS_SET);
        assert_eq!(kinds, [ETHTOOL_A_RINGS_HEADER, ETHTOOL_A_RINGS_RX, ETHTOOL_A_RINGS_TX_PUSH]);
        assert_eq!(decode::<Rings>(&message, &rings::LAYOUT).unwrap(), change);
    }

    #[test]
    fn statistics_are_read_and_cannot_be_written() {
        let bytes = told(|e| {
            e.u8(ETHTOOL_A_PAUSE_RX, 1);
            e.nest(nested(ETHTOOL_A_PAUSE_STATS), |e| e.u64(ETHTOOL_A_PAUSE_STAT_TX_FRAMES, 2));
        });
        let read: Pause = decoded(&bytes, &pause::LAYOUT).unwrap();
        assert_eq!(read, Pause { rx: Some(true), tx_frames: Some(2), ..Pause::default() });
        let bytes = told(|e| {
            e.u32(ETHTOOL_A_FEC_ACTIVE, 50);
            e.nest(nested(ETHTOOL_A_FEC_STATS), |e| {
                e.attr_fixed(ETHTOOL_A_FEC_STAT_CORRECTED, &[123_u64, 100, 23]);
            });
        });
        let read: Fec = decoded(&bytes, &fec::LAYOUT).unwrap();
        assert_eq!((read.active, read.corrected.as_deref()), (Some(FecMode::Rs), Some(&[123, 100, 23][..])));
        let set = Set { family: 20, link: IfIndex(7), layout: &fec::LAYOUT, change: &read };
        let mut buf = Vec::new();
        set.write(&mut buf, 1, 1).unwrap();
        let message = messages(&buf).next().unwrap().unwrap();
        // The nest of statistics has no field of its own name, so nothing of it goes out.
        assert_eq!(
            decode::<Fec>(&message, &fec::LAYOUT).unwrap(),
            Fec { active: read.active, ..Fec::default() }
        );
    }

    #[test]
    fn sets_are_written_and_read_with_and_without_a_mask() {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for modes in
            [Bits { on: own(&["RS"]), of: None }, Bits { on: own(&["RS"]), of: Some(own(&["RS", "BASER"])) }]
        {
            let bytes = told(|e| bitset::write(e, ETHTOOL_A_FEC_MODES, &modes));
            assert_eq!(decoded::<Fec>(&bytes, &fec::LAYOUT).unwrap().modes, Some(modes));
        }
    }

    #[test]
    fn a_number_of_another_size_is_an_error() {
        let bytes = told(|e| e.u8(ETHTOOL_A_RINGS_RX, 1));
        decoded::<Rings>(&bytes, &rings::LAYOUT).unwrap_err();
    }
}
