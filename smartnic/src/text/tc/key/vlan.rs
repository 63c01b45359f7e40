//! The outer VLAN tag.

use smartnic_core::flow::Match;
use smartnic_core::types::EtherType;

use super::{Key, Read, Show, line, shown_protocol};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, number};

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "vlan_id",
        read: Read::Word(|key, word| {
            needs_tag(key, word, "vlan_id")?;
            number(word, Base::Ten, 4095, "a VLAN").map(|value| key.vlan_id = Some(value))
        }),
        write: |key| key.vlan_id.map(|id| id.to_string()),
    },
    Key {
        name: "vlan_prio",
        read: Read::Word(|key, word| {
            needs_tag(key, word, "vlan_prio")?;
            number(word, Base::Ten, 7, "a VLAN priority").map(|value| key.vlan_prio = Some(value))
        }),
        write: |key| key.vlan_prio.map(|prio| prio.to_string()),
    },
    Key {
        name: "vlan_ethtype",
        read: Read::Word(|key, word| {
            needs_tag(key, word, "vlan_ethtype")?;
            word.value::<EtherType>().map(|value| key.vlan_ethtype = Some(value))
        }),
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

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    if let Some(id) = key.vlan_id {
        show.any("vlan_id", id, format_args!("\n  vlan_id {id}"));
    }
    if let Some(prio) = key.vlan_prio {
        show.any("vlan_prio", prio, format_args!("\n  vlan_prio {prio}"));
    }
    if let Some(kind) = key.vlan_ethtype {
        line(show, "vlan_ethtype", &shown_protocol(kind));
    }
}
