//! The outer VLAN tag.

use serde_json::{Map, Value};
use smartnic_core::flow::Match;
use smartnic_core::types::EtherType;

use super::{Key, shown_protocol};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, number};

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "vlan_id",
        read: |key, word| {
            needs_tag(key, word, "vlan_id")?;
            number(word, Base::Ten, 4095, "a VLAN").map(|value| key.vlan_id = Some(value))
        },
        write: |key| key.vlan_id.map(|id| id.to_string()),
    },
    Key {
        name: "vlan_prio",
        read: |key, word| {
            needs_tag(key, word, "vlan_prio")?;
            number(word, Base::Ten, 7, "a VLAN priority").map(|value| key.vlan_prio = Some(value))
        },
        write: |key| key.vlan_prio.map(|prio| prio.to_string()),
    },
    Key {
        name: "vlan_ethtype",
        read: |key, word| {
            needs_tag(key, word, "vlan_ethtype")?;
            word.value::<EtherType>().map(|value| key.vlan_ethtype = Some(value))
        },
        write: |key| key.vlan_ethtype.map(|kind| kind.to_string()),
    },
];

fn needs_tag(key: &Match, word: &Word<'_>, name: &str) -> Parsed<()> {
    if key.eth_type.is_some_and(EtherType::is_vlan) {
        return Ok(());
    }
    let fault = word.wrong(format!("`{name}` needs the rule to be for tagged packets"));
    Err(fault.hint("give the rule protocol 802.1Q or 802.1ad"))
}

pub(super) fn json(key: &Match, map: &mut Map<String, Value>) {
    map.extend(key.vlan_id.map(|id| ("vlan_id".to_owned(), id.into())));
    map.extend(key.vlan_prio.map(|prio| ("vlan_prio".to_owned(), prio.into())));
    map.extend(key.vlan_ethtype.map(|kind| ("vlan_ethtype".to_owned(), shown_protocol(kind).into())));
}
