//! VLAN tags: how many there are, the outer one, the inner one.

use smartnic_core::flow::Match;
use smartnic_core::types::EtherType;

use super::{Key, Read, Show, line, shown_eth_type, shown_protocol};
use crate::text::cursor::{Fault, Parsed, Word};
use crate::text::number::{Base, number};

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "num_of_vlans",
        read: Read::Word(|key, word| {
            number(word, Base::Ten, 255, "a number of tags").map(|count| key.num_of_vlans = Some(count))
        }),
        write: |key| key.num_of_vlans.map(|count| count.to_string()),
    },
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
    Key {
        name: "cvlan_id",
        read: Read::Word(|key, word| {
            needs_inner_tag(key, word, "cvlan_id")?;
            number(word, Base::Ten, 4095, "a VLAN").map(|value| key.cvlan_id = Some(value))
        }),
        write: |key| key.cvlan_id.map(|id| id.to_string()),
    },
    Key {
        name: "cvlan_prio",
        read: Read::Word(|key, word| {
            needs_inner_tag(key, word, "cvlan_prio")?;
            number(word, Base::Ten, 7, "a VLAN priority").map(|value| key.cvlan_prio = Some(value))
        }),
        write: |key| key.cvlan_prio.map(|prio| prio.to_string()),
    },
    Key {
        name: "cvlan_ethtype",
        read: Read::Word(|key, word| {
            needs_inner_tag(key, word, "cvlan_ethtype")?;
            word.value::<EtherType>().map(|value| key.cvlan_ethtype = Some(value))
        }),
        write: |key| key.cvlan_ethtype.map(|kind| kind.to_string()),
    },
];

/// Removes tags that a word, said again later, says are not there: tc sends both words, and the kernel does not read the
/// keys of a tag that nothing announces.
pub(super) fn drop_unannounced(key: &mut Match) {
    if !is_tagged(key) {
        (key.vlan_id, key.vlan_prio, key.vlan_ethtype) = (None, None, None);
    }
    if !is_tagged_twice(key) {
        (key.cvlan_id, key.cvlan_prio, key.cvlan_ethtype) = (None, None, None);
    }
}

fn is_tagged(key: &Match) -> bool {
    key.num_of_vlans.is_some_and(|tags| tags > 0) || key.eth_type.is_some_and(EtherType::is_vlan)
}

fn is_tagged_twice(key: &Match) -> bool {
    key.num_of_vlans.is_some_and(|tags| tags > 1) || key.vlan_ethtype.is_some_and(EtherType::is_vlan)
}

fn needs_tag(key: &Match, word: &Word<'_>, name: &str) -> Parsed<()> {
    if is_tagged(key) {
        return Ok(());
    }
    let fault = word.wrong(format!("`{name}` needs the rule to be for tagged packets"));
    Err(fault.hint("give the rule protocol 802.1Q or 802.1ad, or say first: num_of_vlans 1"))
}

fn needs_inner_tag(key: &Match, word: &Word<'_>, name: &str) -> Result<(), Box<Fault>> {
    if is_tagged_twice(key) {
        return Ok(());
    }
    let fault = word.wrong(format!("`{name}` needs the rule to be for packets with two tags"));
    Err(fault.hint("say first: vlan_ethtype 802.1Q or 802.1ad, or num_of_vlans 2"))
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    if let Some(count) = key.num_of_vlans {
        show.any("num_of_vlans", count, format_args!("\n  num_of_vlans {count}"));
    }
    // Of PPPoE that the rule does not look behind, the kernel tells nothing.
    let told = |kind: &EtherType| *kind != EtherType::PPP_SES || key.ppp_proto.is_some();
    let ahead = key.vlan_ethtype.filter(told);
    let outer = (["vlan_id", "vlan_prio", "vlan_ethtype"], key.vlan_id, key.vlan_prio, ahead);
    // The kernel shows what is behind PPP as if it were behind the inner tag.
    let behind = key.cvlan_ethtype.and_then(|_| shown_eth_type(key));
    let inner = (["cvlan_id", "cvlan_prio", "cvlan_ethtype"], key.cvlan_id, key.cvlan_prio, behind);
    for ([id_name, prio_name, kind_name], id, prio, kind) in [outer, inner] {
        if let Some(id) = id {
            show.any(id_name, id, format_args!("\n  {id_name} {id}"));
        }
        if let Some(prio) = prio {
            show.any(prio_name, prio, format_args!("\n  {prio_name} {prio}"));
        }
        if let Some(kind) = kind {
            line(show, kind_name, &shown_protocol(kind));
        }
    }
}
