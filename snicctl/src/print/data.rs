//! JSON and YAML.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

/// An object whose keys stay in the order they were given: devlink lists devices and ports in the kernel's order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pairs<K, V>(pub(crate) Vec<(K, V)>);

impl<K, V> FromIterator<(K, V)> for Pairs<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl<K: std::fmt::Display, V: Serialize> Serialize for Pairs<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(&key.to_string(), value)?;
        }
        map.end()
    }
}

/// Writes a value as JSON: indented for people, in one line for programs.
pub(crate) fn json(out: &mut impl Write, value: &impl Serialize, indent: bool) -> io::Result<()> {
    let written = match indent {
        true => serde_json::to_writer_pretty(&mut *out, value),
        false => serde_json::to_writer(&mut *out, value),
    };
    written.map_err(io::Error::from)?;
    writeln!(out)
}

/// Writes a value as YAML.
pub(crate) fn yaml(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let text = serde_saphyr::to_string(value).map_err(io::Error::other)?;
    writeln!(out, "{}", text.trim_end())
}
