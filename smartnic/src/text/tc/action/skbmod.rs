//! `skbmod`: changes of the Ethernet header.

use smartnic_core::flow::{Action, ActionKind, ActionState, Skbmod};
use smartnic_core::types::EtherType;

use super::common::{by_index, end_in, six_bytes, written_end};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed};
use crate::text::number::{Base, number};
use crate::text::tc::show::Null;
use crate::text::tc::units::c_hex;

/// The words in tc's order: an abbreviation means the first that it begins. `skbmod`, `swap` and `set` say nothing
/// for themselves.
const WORDS: [&str; 8] = ["skbmod", "swap", "mac", "set", "etype", "dmac", "smac", "ecn"];

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let first = cursor.value_of("skbmod")?;
    cursor.back();
    let mut skbmod = Skbmod::default();
    let mut nothing = true;
    while let Some(word) = cursor.peek() {
        let Some(name) = WORDS.into_iter().find(|name| word.begins(name)) else { break };
        cursor.next();
        match name {
            "skbmod" | "swap" | "set" => {
                cursor.value_of(name)?;
                cursor.back();
                continue;
            }
            "mac" => skbmod.swap_mac = true,
            "ecn" => skbmod.ecn = true,
            "etype" => {
                let value = cursor.value_of("etype")?;
                let number = number(&value, Base::C, 0xffff, "the protocol")?;
                // tc sends no 0.
                skbmod.eth_type = Some(EtherType(number)).filter(|_| number != 0);
            }
            "dmac" => skbmod.dst_mac = Some(six_bytes(&cursor.value_of("dmac")?)?),
            _ => skbmod.src_mac = Some(six_bytes(&cursor.value_of("smac")?)?),
        }
        nothing = false;
    }
    let action = end_in(cursor, ActionKind::Skbmod(skbmod), Base::C)?;
    match (nothing, action.index) {
        (true, None) => {
            let fault = first.wrong("`skbmod` must say what is changed");
            Err(fault.hint("write `set dmac MAC`, `set smac MAC`, `set etype NUMBER`, `swap mac` or `ecn`"))
        }
        (true, Some(_)) => Ok(by_index(action)),
        (false, _) => Ok(action),
    }
}

pub(super) fn write(skbmod: &Skbmod, action: &Action) -> Result<String, String> {
    let mut text = "skbmod".to_owned();
    text.extend(skbmod.dst_mac.map(|mac| format!(" set dmac {mac}")));
    text.extend(skbmod.src_mac.map(|mac| format!(" set smac {mac}")));
    text.extend(skbmod.eth_type.map(|kind| format!(" set etype {:#x}", kind.0)));
    for (is, words) in [(skbmod.swap_mac, " swap mac"), (skbmod.ecn, " ecn")] {
        text.push_str(if is { words } else { "" });
    }
    // Of a protocol 0 tc sends nothing, so these words say as little.
    if *skbmod == Skbmod::default() && action.index.is_none() {
        text.push_str(" set etype 0");
    }
    Ok(text + &written_end(action)?)
}

pub(super) fn show(skbmod: &Skbmod, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.text(format_args!("skbmod "));
    show_control(show, action.control);
    show.text(format_args!(" "));
    if let Some(EtherType(number)) = skbmod.eth_type {
        show.any("etype", c_hex(number.into()), format_args!("set etype 0x{number:X} \n\t "));
    }
    for (name, mac) in [("dmac", skbmod.dst_mac), ("smac", skbmod.src_mac)] {
        if let Some(mac) = mac {
            show.any(name, mac.to_string(), format_args!("set {name} {mac} "));
        }
    }
    if skbmod.swap_mac {
        show.any("swapmac", Null, format_args!("swap mac "));
    }
    if skbmod.ecn {
        show.any("ecn", Null, format_args!("ecn "));
    }
    show_state(show, "\t ", state);
}
