//! `skbedit`: what the kernel keeps beside a packet.

use smartnic_core::flow::{Action, ActionKind, ActionState, Skbedit};

use super::common::{by_index, end, written_end};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::number::{Base, number, part};
use crate::text::tc::show::Null;
use crate::text::tc::units::{class, shown_class};

/// The words in tc's order: an abbreviation means the first that it begins.
const WORDS: [&str; 5] = ["queue_mapping", "priority", "mark", "ptype", "inheritdsfield"];

/// Packet types in tc's order, with the kernel's numbers (`PACKET_*`).
const TYPES: [(&str, u16); 4] = [("host", 0), ("broadcast", 1), ("multicast", 2), ("otherhost", 3)];

const MAX: u64 = u32::MAX as u64;

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let first = cursor.value_of("skbedit")?;
    cursor.back();
    let mut skbedit = Skbedit::default();
    while let Some(word) = cursor.peek() {
        let Some(name) = WORDS.into_iter().find(|name| word.begins(name)) else { break };
        cursor.next();
        if name == "inheritdsfield" {
            skbedit.inherit_dsfield = true;
            continue;
        }
        let value = cursor.value_of(name)?;
        match name {
            "queue_mapping" => skbedit.queue = Some(number(&value, Base::Ten, 0xffff, "a queue")?),
            "priority" => skbedit.priority = Some(class(&value)?),
            "mark" => {
                let (mark, mask) = mark(&value)?;
                // A mask that was given before stays, as in tc.
                (skbedit.mark, skbedit.mark_mask) = (Some(mark), mask.or(skbedit.mark_mask));
            }
            _ => {
                let kind = TYPES.iter().find(|(name, _)| value.begins(name)).map(|(_, number)| *number);
                let kind = kind.ok_or_else(|| value.unknown("packet type", TYPES.map(|(name, _)| name)))?;
                skbedit.ptype = Some(kind);
            }
        }
    }
    let action = end(cursor, ActionKind::Skbedit(skbedit))?;
    match (skbedit == Skbedit::default(), action.index) {
        (true, None) => Err(first.unknown("part of skbedit", WORDS)),
        (true, Some(_)) => Ok(by_index(action)),
        (false, _) => Ok(action),
    }
}

fn mark(word: &Word<'_>) -> Parsed<(u32, Option<u32>)> {
    let (mark, mask) = match word.text.split_once('/') {
        Some((mark, mask)) => (mark, Some(mask)),
        None => (word.text, None),
    };
    let mask = mask.map(|mask| part(word, mask, Base::C, MAX, "a mask")).transpose()?;
    Ok((part(word, mark, Base::C, MAX, "a mark")?, mask))
}

pub(super) fn write(skbedit: &Skbedit, action: &Action) -> Result<String, String> {
    let Skbedit { queue, queue_max, by_hash, mark, mark_mask, priority, ptype, inherit_dsfield } = skbedit;
    if *by_hash || queue_max.is_some() {
        return Err("`skbedit` with a queue by hash".to_owned());
    }
    let mut text = "skbedit".to_owned();
    text.extend(queue.map(|queue| format!(" queue_mapping {queue}")));
    text.extend(priority.map(|class| format!(" priority {}", shown_class(class))));
    match (mark, mark_mask) {
        (Some(mark), None) => text.push_str(&format!(" mark {mark}")),
        (Some(mark), Some(mask)) => text.push_str(&format!(" mark {mark}/{mask:#x}")),
        (None, Some(_)) => return Err("`skbedit` with a mask and no mark".to_owned()),
        (None, None) => {}
    }
    if let Some(kind) = ptype {
        let name = TYPES.iter().find(|(_, number)| number == kind).map(|(name, _)| *name);
        text.push_str(&format!(" ptype {}", name.ok_or_else(|| format!("the packet type {kind}"))?));
    }
    if *inherit_dsfield {
        text.push_str(" inheritdsfield");
    }
    Ok(text + &written_end(action)?)
}

pub(super) fn show(skbedit: &Skbedit, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.any("kind", "skbedit", format_args!("skbedit "));
    if let Some(queue) = skbedit.queue {
        show.any("queue_mapping", queue, format_args!("queue_mapping {queue}"));
    }
    if let Some(class) = skbedit.priority.map(shown_class) {
        show.any("priority", &class, format_args!(" priority {class}"));
    }
    if let Some(mark) = skbedit.mark {
        show.any("mark", mark, format_args!(" mark {mark}"));
    }
    if let Some(mask) = skbedit.mark_mask {
        // C writes no prefix before a zero.
        let text = if mask == 0 { "0".to_owned() } else { format!("{mask:#x}") };
        show.any("mask", format!("{mask:x}"), format_args!("/{text}"));
    }
    if let Some(kind) = skbedit.ptype {
        match TYPES.iter().find(|(_, number)| *number == kind) {
            Some((name, _)) => show.any("ptype", *name, format_args!(" ptype {name}")),
            None => show.any("ptype", kind, format_args!(" ptype {kind}")),
        }
    }
    if skbedit.inherit_dsfield {
        show.any("inheritdsfield", Null, format_args!(" inheritdsfield"));
    }
    show.text(format_args!(" "));
    show_control(show, action.control);
    show_state(show, "\t ", state);
}
