//! MPLS: entries of the label stack, or the outer entry by the older keys.

use smartnic_core::flow::{Match, MplsLse};

use super::{Key, Read, Show, line, tc_eth_type};
use crate::text::cursor::{Cursor, Fault, Parsed, Word};
use crate::text::number::{Base, number};

const LABEL: u64 = 0xf_ffff;
const TC: u64 = 7;
const BOS: u64 = 1;
const TTL: u64 = 0xff;

pub(super) const KEYS: &[Key] = &[
    Key { name: "mpls", read: Read::Words(read_stack), write: write_stack },
    Key {
        name: "mpls_label",
        read: Read::Word(|key, word| {
            needs_outer(key, word, "mpls_label")?;
            number(word, Base::Ten, LABEL, "a label").map(|label| key.mpls_label = Some(label))
        }),
        write: |key| key.mpls_label.map(|label| label.to_string()),
    },
    Key {
        name: "mpls_tc",
        read: Read::Word(|key, word| {
            needs_outer(key, word, "mpls_tc")?;
            number(word, Base::Ten, TC, "a traffic class").map(|class| key.mpls_tc = Some(class))
        }),
        write: |key| key.mpls_tc.map(|class| class.to_string()),
    },
    Key {
        name: "mpls_bos",
        read: Read::Word(|key, word| {
            needs_outer(key, word, "mpls_bos")?;
            number(word, Base::Ten, BOS, "mpls_bos").map(|bos| key.mpls_bos = Some(bos))
        }),
        write: |key| key.mpls_bos.map(|bos| bos.to_string()),
    },
    Key {
        name: "mpls_ttl",
        read: Read::Word(|key, word| {
            needs_outer(key, word, "mpls_ttl")?;
            number(word, Base::Ten, TTL, "mpls_ttl").map(|ttl| key.mpls_ttl = Some(ttl))
        }),
        write: |key| key.mpls_ttl.map(|ttl| ttl.to_string()),
    },
];

fn needs_mpls(key: &Match, word: &Word<'_>, name: &str) -> Parsed<()> {
    if tc_eth_type(key).is_some_and(|kind| kind.is_mpls()) {
        return Ok(());
    }
    let fault = word.wrong(format!("`{name}` needs the rule to be for MPLS packets"));
    Err(fault.hint("give the rule protocol mpls_uc or mpls_mc"))
}

/// An older key, which stands for a part of the outer entry.
fn needs_outer(key: &Match, word: &Word<'_>, name: &str) -> Parsed<()> {
    needs_mpls(key, word, name)?;
    match key.mpls.is_empty() {
        true => Ok(()),
        false => Err(word
            .wrong(format!("`{name}` and `mpls` exclude each other"))
            .hint("write it within `mpls`: mpls lse depth 1 label … tc … bos … ttl …")),
    }
}

/// `lse depth N …` as often as there are entries. tc wants a word behind `mpls`, but it may be the next key.
fn read_stack(key: &mut Match, cursor: &mut Cursor<'_>) -> Parsed<()> {
    let first = cursor.peek().ok_or_else(|| cursor.ends("`mpls` needs `lse depth N`, but the line ends"))?;
    needs_mpls(key, &first, "mpls")?;
    let older = [key.mpls_tc, key.mpls_bos, key.mpls_ttl].iter().any(Option::is_some);
    if older || key.mpls_label.is_some() {
        return Err(
            first.wrong("`mpls` and `mpls_label`, `mpls_tc`, `mpls_bos`, `mpls_ttl` exclude each other")
        );
    }
    let mut entries = Vec::new();
    while let Some(word) = cursor.next_if(|word| word.begins("lse")) {
        entries.push(read_entry(&word, cursor)?);
    }
    key.mpls = entries;
    Ok(())
}

fn read_entry(lse: &Word<'_>, cursor: &mut Cursor<'_>) -> Parsed<MplsLse> {
    const PARTS: [&str; 5] = ["depth", "label", "tc", "bos", "ttl"];
    let mut entry = MplsLse::default();
    while let Some(word) = cursor.peek() {
        let Some(part) = PARTS.into_iter().find(|part| word.begins(part)) else { break };
        cursor.next();
        let value = cursor.value_of(part)?;
        match part {
            "depth" => entry.depth = number(&value, Base::Ten, 0xff, "a depth")?,
            "label" => entry.label = Some(number(&value, Base::Ten, LABEL, "a label")?),
            "tc" => entry.tc = Some(number(&value, Base::Ten, TC, "a traffic class")?),
            "bos" => entry.bos = Some(number(&value, Base::Ten, BOS, "bos")?),
            _ => entry.ttl = Some(number(&value, Base::Ten, TTL, "ttl")?),
        }
        if entry.depth == 0 && part == "depth" {
            return Err(depth(&value));
        }
    }
    if entry.depth == 0 { Err(depth(lse)) } else { Ok(entry) }
}

fn depth(word: &Word<'_>) -> Box<Fault> {
    word.wrong("an entry of the stack needs its depth, from 1").hint("write `lse depth 1` for the outermost")
}

fn write_stack(key: &Match) -> Option<String> {
    let part =
        |name: &str, value: Option<u32>| value.map(|value| format!(" {name} {value}")).unwrap_or_default();
    let written = |entry: &MplsLse| {
        let MplsLse { depth, label, tc, bos, ttl } = *entry;
        let [tc, bos, ttl] = [tc, bos, ttl].map(|byte| byte.map(u32::from));
        format!("lse depth {depth}")
            + &part("label", label)
            + &part("tc", tc)
            + &part("bos", bos)
            + &part("ttl", ttl)
    };
    (!key.mpls.is_empty()).then(|| key.mpls.iter().map(written).collect::<Vec<_>>().join(" "))
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    if !key.mpls.is_empty() {
        show.text(format_args!("\n  mpls"));
        show.open_list(Some("mpls"));
        for entry in &key.mpls {
            show_entry(entry, show);
        }
        show.close_list();
    }
    if let Some(label) = key.mpls_label {
        show.any("mpls_label", label, format_args!("\n  mpls_label {label}"));
    }
    for (name, byte) in [("mpls_tc", key.mpls_tc), ("mpls_bos", key.mpls_bos), ("mpls_ttl", key.mpls_ttl)] {
        if let Some(byte) = byte {
            line(show, name, &byte.to_string());
        }
    }
}

fn show_entry(entry: &MplsLse, show: &mut Show<'_>) {
    let MplsLse { depth, label, tc, bos, ttl } = *entry;
    show.text(format_args!("\n    lse"));
    show.open(None);
    show.any("depth", depth, format_args!(" depth {depth}"));
    if let Some(label) = label {
        show.any("label", label, format_args!(" label {label}"));
    }
    for (name, byte) in [("tc", tc), ("bos", bos), ("ttl", ttl)] {
        if let Some(byte) = byte {
            show.any(name, byte, format_args!(" {name} {byte}"));
        }
    }
    show.close();
}
