use std::fmt;

use serde::{Deserialize, Serialize};

use super::Rows;
use crate::{Error, Result};

/// A set of names, as ethtool netlink's bitsets have them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bits {
    /// The bits that are set.
    pub on: Vec<String>,
    /// The bits that are meant at all (the mask), where there is one: what is supported, or what is to be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Vec<String>>,
}

impl Bits {
    /// Whether a bit is set.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.on.iter().any(|on| on == name)
    }
}

impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.on.join(" "))
    }
}

/// The value of a field, whatever its type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A number.
    Number(u64),
    /// On or off.
    Switch(bool),
    /// A number that has a name.
    Word(&'static str, u64),
    /// Numbers of the same kind, such as one for each lane.
    Numbers(Vec<u64>),
    /// Several numbers each.
    Rows(Rows),
    /// Names.
    Bits(Bits),
    /// Text.
    Text(String),
    /// Bytes that are no number.
    Bytes(Bytes),
}

impl Value {
    /// Whether what was asked for is what came of it. Of a set with a mask, only the bits that the mask names count.
    #[must_use]
    pub fn is_in(&self, got: &Self) -> bool {
        match (self, got) {
            (Self::Bits(asked), Self::Bits(got)) => match &asked.of {
                Some(of) => of.iter().all(|bit| asked.has(bit) == got.has(bit)),
                None => asked.on.len() == got.on.len() && asked.on.iter().all(|bit| got.has(bit)),
            },
            (Self::Rows(asked), Self::Rows(got)) => asked.is_in(got),
            _ => self == got,
        }
    }
}

/// Bytes that are no number, such as a password or a key; written with colons between them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<String> = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        f.pad(&bytes.join(":"))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => f.pad(&number.to_string()),
            Self::Switch(on) => f.pad(if *on { "on" } else { "off" }),
            Self::Word(word, _) => f.pad(word),
            Self::Numbers(numbers) => {
                f.pad(&numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" "))
            }
            Self::Rows(rows) => rows.fmt(f),
            Self::Bits(bits) => f.pad(&bits.to_string()),
            Self::Text(text) => f.pad(text),
            Self::Bytes(bytes) => bytes.fmt(f),
        }
    }
}

/// A type that a field of a record can have.
pub(crate) trait Field: Sized {
    fn value(&self) -> Value;
    /// None if the value is not of this type or too large for it.
    fn of(value: Value) -> Option<Self>;
    fn read(text: &str) -> Result<Self>;
}

fn wrong(text: &str, expected: &str) -> Error {
    Error::invalid("read a value", format!("expected {expected}")).on(text)
}

impl Field for u32 {
    fn value(&self) -> Value {
        Value::Number(u64::from(*self))
    }

    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.try_into().ok(),
            _ => None,
        }
    }

    fn read(text: &str) -> Result<Self> {
        text.parse().map_err(|_| wrong(text, "a number up to 4294967295"))
    }
}

impl Field for u64 {
    fn value(&self) -> Value {
        Value::Number(*self)
    }

    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    fn read(text: &str) -> Result<Self> {
        text.parse().map_err(|_| wrong(text, "a number"))
    }
}

impl Field for String {
    fn value(&self) -> Value {
        Value::Text(self.clone())
    }

    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn read(text: &str) -> Result<Self> {
        Ok(text.to_owned())
    }
}

impl Field for Bytes {
    fn value(&self) -> Value {
        Value::Bytes(self.clone())
    }

    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    fn read(text: &str) -> Result<Self> {
        let bytes: std::result::Result<Vec<u8>, _> =
            text.split(':').map(|byte| u8::from_str_radix(byte, 16)).collect();
        bytes.map(Self).map_err(|_| wrong(text, "bytes in hexadecimal with colons between them"))
    }
}

impl Field for bool {
    fn value(&self) -> Value {
        Value::Switch(*self)
    }

    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Switch(on) => Some(on),
            Value::Number(number) => Some(number != 0),
            _ => None,
        }
    }

    fn read(text: &str) -> Result<Self> {
        match text {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => Err(wrong(text, "on or off")),
        }
    }
}

impl Field for Vec<u64> {
    fn value(&self) -> Value {
        Value::Numbers(self.clone())
    }

    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Numbers(numbers) => Some(numbers),
            _ => None,
        }
    }

    fn read(text: &str) -> Result<Self> {
        text.split(',').map(u64::read).collect()
    }
}

/// Names with commas between them replace the set; `+name` and `-name` change single bits of it.
impl Field for Bits {
    fn value(&self) -> Value {
        Value::Bits(self.clone())
    }

    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Bits(bits) => Some(bits),
            _ => None,
        }
    }

    fn read(text: &str) -> Result<Self> {
        let words: Vec<&str> = text.split(',').filter(|word| !word.is_empty()).collect();
        let signed = words.iter().filter(|word| word.starts_with(['+', '-'])).count();
        if signed != 0 && signed != words.len() {
            return Err(wrong(text, "a sign before each name or before none"));
        }
        if signed == 0 {
            return Ok(Self { on: words.iter().map(|word| (*word).to_owned()).collect(), of: None });
        }
        let named = |sign: &[char]| {
            let named = words.iter().filter(|word| word.starts_with(sign));
            named.map(|word| word[1..].to_owned()).collect::<Vec<_>>()
        };
        Ok(Self { on: named(&['+']), of: Some(named(&['+', '-'])) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_replace_a_set_and_signs_change_it() {
        let bits = |on: &[&str], of: Option<&[&str]>| {
            let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
            Bits { on: own(on), of: of.map(own) }
        };
        assert_eq!(Bits::read("RS,BaseR").unwrap(), bits(&["RS", "BaseR"], None));
        assert_eq!(Bits::read("").unwrap(), bits(&[], None));
        assert_eq!(Bits::read("+magic,-phy").unwrap(), bits(&["magic"], Some(&["magic", "phy"])));
        Bits::read("magic,-phy").unwrap_err();
    }

    #[test]
    fn numbers_that_are_too_large_are_not_cut() {
        assert_eq!(u32::of(Value::Number(1 << 32)), None);
        u32::read("4294967296").unwrap_err();
        bool::read("yes").unwrap_err();
        Bytes::read("00:100").unwrap_err();
        assert_eq!(Bytes::read("0a:ff").unwrap().to_string(), "0a:ff");
    }
}
