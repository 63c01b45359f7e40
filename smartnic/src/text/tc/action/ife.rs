//! `ife`: adds or removes an IFE header.

use smartnic_core::flow::{Action, ActionKind, ActionState, Ife, IfeMeta};
use smartnic_core::types::EtherType;

use super::common::{by_index, end_in, six_bytes, written_end};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed};
use crate::text::number::{Base, number};
use crate::text::tc::units::c_hex;

/// The words in tc's order: an abbreviation means the first that it begins. `ife` says nothing for itself.
const WORDS: [&str; 8] = ["ife", "decode", "encode", "allow", "use", "type", "dst", "src"];

/// What can travel in the header, in the order in which tc sends it, with the kernel's numbers (`IFE_META_*`) and
/// the largest value.
const METAS: [(&str, u16, u64); 3] =
    [("mark", 1, 0xffff_ffff), ("prio", 3, 0xffff_ffff), ("tcindex", 5, 0xffff)];

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let first = cursor.value_of("ife")?;
    cursor.back();
    let mut ife = Ife::default();
    let mut nothing = true;
    // For each of `METAS`: whether it travels, and which value it is given; 0 is none.
    let mut given = [(false, 0_u32); METAS.len()];
    while let Some(word) = cursor.peek() {
        let Some(name) = WORDS.into_iter().find(|name| word.begins(name)) else { break };
        cursor.next();
        match name {
            "ife" => {
                cursor.value_of(name)?;
                cursor.back();
            }
            "decode" => (ife.encode, nothing) = (false, false),
            "encode" => (ife.encode, nothing) = (true, false),
            "allow" | "use" => {
                let what = cursor.value_of(name)?;
                let meta = METAS.iter().zip(&mut given).find(|((known, ..), _)| what.begins(known));
                let names = METAS.map(|(name, ..)| name);
                let ((known, _, max), given) =
                    meta.ok_or_else(|| what.unknown("value for an IFE header", names))?;
                match name {
                    "allow" => given.0 = true,
                    _ => given.1 = number(&cursor.value_of(known)?, Base::C, *max, known)?,
                }
            }
            "type" => {
                let value = cursor.value_of("type")?;
                ife.eth_type = Some(EtherType(number(&value, Base::C, 0xffff, "the protocol")?));
            }
            "dst" => ife.dst_mac = Some(six_bytes(&cursor.value_of("dst")?)?),
            _ => ife.src_mac = Some(six_bytes(&cursor.value_of("src")?)?),
        }
    }
    if ife.encode {
        let metas = METAS.iter().zip(given).filter(|(_, (allow, value))| *allow || *value != 0);
        let meta = |((_, kind, _), (_, value)): (&(&str, u16, u64), (bool, u32))| IfeMeta {
            kind: *kind,
            value: Some(value).filter(|value| *value != 0),
        };
        ife.metas = metas.map(meta).collect();
    } else {
        // tc sends nothing else for a header that is taken off.
        ife = Ife::default();
    }
    let action = end_in(cursor, ActionKind::Ife(ife), Base::C)?;
    match (nothing, action.index) {
        (true, None) => Err(first.wrong("`ife` must say `encode` or `decode`")),
        (true, Some(_)) => Ok(by_index(action)),
        (false, _) => Ok(action),
    }
}

pub(super) fn write(ife: &Ife, action: &Action) -> Result<String, String> {
    if !ife.encode {
        return Ok(format!("ife decode{}", written_end(action)?));
    }
    let mut text = "ife encode".to_owned();
    for IfeMeta { kind, value } in &ife.metas {
        let name = METAS.iter().find(|(_, number, _)| number == kind).map(|(name, ..)| *name);
        let name = name.ok_or_else(|| format!("the value {kind} of an IFE header"))?;
        match value {
            None => text.push_str(&format!(" allow {name}")),
            Some(0) => return Err(format!("`ife … use {name} 0`")),
            Some(value) => text.push_str(&format!(" use {name} {value}")),
        }
    }
    text.extend(ife.dst_mac.map(|mac| format!(" dst {mac}")));
    text.extend(ife.src_mac.map(|mac| format!(" src {mac}")));
    text.extend(ife.eth_type.map(|kind| format!(" type {:#x}", kind.0)));
    Ok(text + &written_end(action)?)
}

pub(super) fn show(ife: &Ife, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.any("kind", "ife", format_args!("ife "));
    let mode = if ife.encode { "encode" } else { "decode" };
    show.any("mode", mode, format_args!("{mode} action "));
    show_control(show, action.control);
    show.text(format_args!(" "));
    if let Some(EtherType(number)) = ife.eth_type {
        let text = c_hex(number.into());
        show.any("type", &text, format_args!("type {} \n\t", text.to_uppercase()));
    }
    // tc shows them in another order than it sends them.
    for at in [0, 2, 1] {
        let Some((name, kind, _)) = METAS.get(at) else { continue };
        match ife.metas.iter().rev().find(|meta| meta.kind == *kind) {
            Some(IfeMeta { value: Some(value), .. }) => {
                show.any(name, *value, format_args!("use {name} {value} "));
            }
            Some(_) => show.any(name, "allow", format_args!("allow {name} ")),
            None => {}
        }
    }
    for (name, mac) in [("dst", ife.dst_mac), ("src", ife.src_mac)] {
        if let Some(mac) = mac {
            show.any(name, mac.to_string(), format_args!("{name} {mac} "));
        }
    }
    show_state(show, "\t ", state);
}
