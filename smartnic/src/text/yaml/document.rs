//! The document as it is written: texts and where they stand. What they mean is decided in `read`, so that every
//! wrong value is reported, not only the first.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use serde_saphyr::Spanned;

/// A scalar as it is written.
pub(super) type Text = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    /// For people only.
    #[serde(default, rename = "name")]
    _name: Option<String>,
    #[serde(default)]
    pub(super) defaults: Defaults,
    #[serde(default)]
    pub(super) hooks: Vec<Spanned<HookDoc>>,
    #[serde(default)]
    pub(super) rules: Vec<Spanned<RuleDoc>>,
    #[serde(default)]
    pub(super) groups: Vec<Spanned<GroupDoc>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupDoc {
    pub(super) name: String,
    #[serde(default)]
    pub(super) defaults: Defaults,
    #[serde(default)]
    pub(super) rules: Vec<Spanned<RuleDoc>>,
}

/// What rules have unless they say otherwise.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Defaults {
    pub(super) dev: Option<Text>,
    pub(super) side: Option<Text>,
    pub(super) block: Option<Text>,
    pub(super) chain: Option<Text>,
    #[serde(alias = "pref")]
    pub(super) prio: Option<Text>,
    pub(super) protocol: Option<Text>,
    pub(super) skip: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HookDoc {
    pub(super) dev: Text,
    pub(super) kind: Option<Text>,
    pub(super) ingress_block: Option<Text>,
    pub(super) egress_block: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleDoc {
    pub(super) dev: Option<Text>,
    pub(super) side: Option<Text>,
    pub(super) block: Option<Text>,
    pub(super) chain: Option<Text>,
    #[serde(alias = "pref")]
    pub(super) prio: Option<Text>,
    pub(super) protocol: Option<Text>,
    pub(super) skip: Option<Text>,
    pub(super) handle: Option<Text>,
    pub(super) classifier: Option<Text>,
    pub(super) classid: Option<Text>,
    pub(super) hw_tc: Option<Text>,
    pub(super) group: Option<String>,
    #[serde(default, rename = "match")]
    pub(super) keys: Keys,
    #[serde(default)]
    pub(super) actions: Vec<Spanned<ActionDoc>>,
}

/// The keys of a rule and their values, in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct Keys(pub(super) Vec<(Text, Text)>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Keys;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("keys and their values, such as {dst_ip: 10.0.0.0/8}")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    keys.push(entry);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// An action: one word, or what it needs.
#[derive(Debug)]
pub(super) enum ActionDoc {
    Word(String),
    Map(Box<ActionMap>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActionMap {
    pub(super) action: Option<Text>,
    pub(super) redirect: Option<Text>,
    pub(super) mirror: Option<Text>,
    pub(super) side: Option<Text>,
    pub(super) vlan_push: Option<Text>,
    pub(super) vlan_modify: Option<Text>,
    pub(super) protocol: Option<Text>,
    pub(super) priority: Option<Text>,
    pub(super) goto: Option<Text>,
    pub(super) then: Option<Text>,
    pub(super) hw_stats: Option<Text>,
    /// Any action in tc's own words.
    pub(super) tc: Option<Text>,
}

impl ActionMap {
    pub(super) const FIELDS: [&str; 12] = [
        "action",
        "redirect",
        "mirror",
        "side",
        "vlan_push",
        "vlan_modify",
        "protocol",
        "priority",
        "goto",
        "then",
        "hw_stats",
        "tc",
    ];

    /// The field of this name.
    pub(super) fn field(&mut self, name: &str) -> Option<&mut Option<Text>> {
        Some(match name {
            "action" => &mut self.action,
            "redirect" => &mut self.redirect,
            "mirror" => &mut self.mirror,
            "side" => &mut self.side,
            "vlan_push" => &mut self.vlan_push,
            "vlan_modify" => &mut self.vlan_modify,
            "protocol" => &mut self.protocol,
            "priority" => &mut self.priority,
            "goto" => &mut self.goto,
            "then" => &mut self.then,
            "hw_stats" => &mut self.hw_stats,
            "tc" => &mut self.tc,
            _ => return None,
        })
    }
}

impl<'de> Deserialize<'de> for ActionDoc {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordOrMap;
        impl<'de> Visitor<'de> for WordOrMap {
            type Value = ActionDoc;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an action such as drop, vlan_pop or {redirect: pf0vf0}")
            }
            fn visit_str<E>(self, word: &str) -> Result<ActionDoc, E> {
                Ok(ActionDoc::Word(word.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ActionDoc, A::Error> {
                let map = ActionMap::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ActionDoc::Map(Box::new(map)))
            }
        }
        deserializer.deserialize_any(WordOrMap)
    }
}
