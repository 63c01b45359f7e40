use std::fmt;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

/// What a health reporter tells: a tree of named values (`DEVLINK_ATTR_FMSG`).
///
/// In JSON it has the shape that `devlink -j` gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fmsg {
    /// Named values (`DEVLINK_ATTR_FMSG_OBJ_NEST_START`).
    Object(Vec<FmsgField>),
    /// Values in a row (`DEVLINK_ATTR_FMSG_ARR_NEST_START`).
    Array(Vec<FmsgField>),
    /// A yes or no (`DEVLINK_VAR_ATTR_TYPE_FLAG`).
    Bool(bool),
    /// An 8-bit number.
    U8(u8),
    /// A 16-bit number.
    U16(u16),
    /// A 32-bit number.
    U32(u32),
    /// A 64-bit number.
    U64(u64),
    /// Text (`DEVLINK_VAR_ATTR_TYPE_NUL_STRING`).
    Text(String),
    /// Bytes. Long ones come as an array of several pieces; [`Fmsg::bytes`] joins them.
    Binary(Vec<u8>),
    /// A type that this version of the SDK does not know, with its bytes.
    Unknown {
        /// The kernel's number of the type (`enum devlink_var_attr_type`).
        kind: u8,
        /// The bytes of the value.
        bytes: Vec<u8>,
    },
}

/// A value in an object or an array, with its name if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FmsgField {
    /// The name (`DEVLINK_ATTR_FMSG_OBJ_NAME`).
    pub name: Option<String>,
    /// The value.
    pub value: Fmsg,
}

impl Fmsg {
    /// How deep objects and arrays may stand in each other; drivers stay below ten.
    pub const MAX_DEPTH: usize = 64;

    /// The fields of an object or array.
    #[must_use]
    pub fn fields(&self) -> &[FmsgField] {
        match self {
            Self::Object(fields) | Self::Array(fields) => fields,
            _ => &[],
        }
    }

    /// The value of this name in an object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.fields().iter().find(|field| field.name.as_deref() == Some(name)).map(|field| &field.value)
    }

    /// The number that a value holds.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::U8(value) => Some((*value).into()),
            Self::U16(value) => Some((*value).into()),
            Self::U32(value) => Some((*value).into()),
            Self::U64(value) => Some(*value),
            _ => None,
        }
    }

    /// The text that a value holds.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The bytes of a binary value, its pieces joined; none if there is anything else in it.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let piece = |field: &FmsgField| match &field.value {
            Self::Binary(bytes) => Some(bytes.clone()),
            _ => None,
        };
        match self {
            Self::Binary(bytes) => Some(bytes.clone()),
            Self::Array(fields) if !fields.is_empty() => {
                Some(fields.iter().map(piece).collect::<Option<Vec<_>>>()?.concat())
            }
            _ => None,
        }
    }
}

impl From<Vec<(&str, Fmsg)>> for Fmsg {
    /// An object of these fields.
    fn from(fields: Vec<(&str, Fmsg)>) -> Self {
        let field = |(name, value): (&str, Self)| FmsgField { name: Some(name.to_owned()), value };
        Self::Object(fields.into_iter().map(field).collect())
    }
}

impl fmt::Display for Fmsg {
    /// One value in one line: `Status: healthy, Syndrome: 0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, fields: &[FmsgField]| {
            for (at, FmsgField { name, value }) in fields.iter().enumerate() {
                f.write_str(if at > 0 { ", " } else { "" })?;
                if let Some(name) = name {
                    write!(f, "{name}: ")?;
                }
                match value {
                    Self::Object(_) => write!(f, "{{{value}}}")?,
                    Self::Array(_) if value.bytes().is_none() => write!(f, "[{value}]")?,
                    _ => value.fmt(f)?,
                }
            }
            Ok(())
        };
        match self {
            Self::Object(fields) => list(f, fields),
            Self::Array(fields) => match self.bytes() {
                Some(bytes) => write!(f, "{} bytes", bytes.len()),
                None => list(f, fields),
            },
            Self::Bool(value) => value.fmt(f),
            Self::U8(value) => value.fmt(f),
            Self::U16(value) => value.fmt(f),
            Self::U32(value) => value.fmt(f),
            Self::U64(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
            Self::Binary(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Unknown { kind, bytes } => write!(f, "type {kind}: {bytes:02x?}"),
        }
    }
}

impl Serialize for Fmsg {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(None)?;
                put_fields(&mut map, fields)?;
                map.end()
            }
            Self::Array(fields) => {
                let mut list = serializer.serialize_seq(None)?;
                for FmsgField { name, value } in fields {
                    match (name, value) {
                        // A named value in an array would be no JSON.
                        (Some(name), value) => list.serialize_element(&One(name, value))?,
                        // The pieces of a long one follow each other.
                        (None, Self::Binary(bytes) | Self::Unknown { bytes, .. }) => {
                            bytes.iter().try_for_each(|byte| list.serialize_element(byte))?;
                        }
                        (None, value) => list.serialize_element(value)?,
                    }
                }
                list.end()
            }
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::U8(value) => serializer.serialize_u8(*value),
            Self::U16(value) => serializer.serialize_u16(*value),
            Self::U32(value) => serializer.serialize_u32(*value),
            Self::U64(value) => serializer.serialize_u64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Binary(bytes) | Self::Unknown { bytes, .. } => serializer.collect_seq(bytes),
        }
    }
}

/// Writes the fields of an object. One without a name (ice has objects right in objects) gives its own fields, since a
/// value without a name in an object would be no JSON.
fn put_fields<M: SerializeMap>(map: &mut M, fields: &[FmsgField]) -> Result<(), M::Error> {
    for FmsgField { name, value } in fields {
        match (name, value) {
            (Some(name), value) => map.serialize_entry(name, value)?,
            (None, Fmsg::Object(inner)) => put_fields(map, inner)?,
            (None, value) => map.serialize_entry("", value)?,
        }
    }
    Ok(())
}

/// A named value where an array has one.
struct One<'a>(&'a str, &'a Fmsg);

impl Serialize for One<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0, self.1)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unnamed(value: Fmsg) -> FmsgField {
        FmsgField { name: None, value }
    }

    #[test]
    fn a_tree_is_told_in_one_line_and_its_bytes_are_joined() {
        let pieces = Fmsg::Array(vec![unnamed(Fmsg::Binary(vec![1, 2])), unnamed(Fmsg::Binary(vec![3]))]);
        let inner = Fmsg::from(vec![("src", Fmsg::Text("rx".into()))]);
        let list = Fmsg::Array(vec![
            unnamed(Fmsg::U32(7)),
            FmsgField { name: Some("odd".into()), value: Fmsg::Bool(false) },
        ]);
        let Fmsg::Object(mut fields) = Fmsg::from(vec![("data", pieces), ("list", list)]) else { panic!() };
        fields.push(unnamed(inner));
        let tree = Fmsg::Object(fields);
        assert_eq!(tree.get("data").and_then(Fmsg::bytes), Some(vec![1, 2, 3]));
        assert_eq!(tree.get("list").and_then(Fmsg::bytes), None);
        assert_eq!(tree.to_string(), "data: 3 bytes, list: [7, odd: false], {src: rx}");
    }
}
