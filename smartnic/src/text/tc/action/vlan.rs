//! `vlan`: push, pop, modify.

use smartnic_core::flow::{Action, ActionKind, ActionState, VlanChange};
use smartnic_core::types::EtherType;

use super::{Show, following_control, show_control, show_state, written_control};
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::number::{Base, number};

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let word = cursor.value_of("vlan")?;
    let kind = match word.text {
        "pop_eth" | "push_eth" => {
            return Err(word.wrong(format!("`vlan {}` is not supported by this version", word.text)));
        }
        _ if word.begins("pop") => ActionKind::VlanPop,
        _ if word.begins("push") => ActionKind::VlanPush(change(cursor, &word)?),
        _ if word.begins("modify") => ActionKind::VlanModify(change(cursor, &word)?),
        _ => return Err(word.unknown("vlan action", ["push", "pop", "modify"])),
    };
    let action = Action::new(kind);
    Ok(match following_control(cursor)? {
        Some(control) => action.then(control),
        None => action,
    })
}

/// `id`, `protocol` and `priority` in any order.
fn change(cursor: &mut Cursor<'_>, verb: &Word<'_>) -> Parsed<VlanChange> {
    let (mut id, mut protocol, mut priority) = (None, None, None);
    while let Some(word) = cursor.peek() {
        // tc compares in this order; `p` alone means protocol, `pr` too, as there.
        if word.begins("id") {
            cursor.next();
            id = Some(number(&cursor.value_of("id")?, Base::C, 4095, "a VLAN")?);
        } else if word.begins("protocol") && word.text != "p" {
            cursor.next();
            let value = cursor.value_of("protocol")?;
            let kind: EtherType = value.value()?;
            if !kind.is_vlan() {
                return Err(value.wrong("a VLAN tag's protocol is 802.1Q or 802.1ad"));
            }
            protocol = Some(kind);
        } else if word.begins("priority") && word.text != "p" {
            cursor.next();
            priority = Some(number(&cursor.value_of("priority")?, Base::C, 7, "a VLAN priority")?);
        } else {
            break;
        }
    }
    let id = id.ok_or_else(|| {
        verb.wrong(format!("`vlan {}` needs the VLAN", verb.text)).hint("write `id NUMBER` behind it")
    })?;
    Ok(VlanChange { id, protocol, priority })
}

pub(super) fn write(action: &Action) -> Result<String, String> {
    let text = match &action.kind {
        ActionKind::VlanPush(change) => format!("vlan push {}", written(change)),
        ActionKind::VlanModify(change) => format!("vlan modify {}", written(change)),
        _ => "vlan pop".to_owned(),
    };
    Ok(format!("{text} {}", written_control(action.control)?))
}

fn written(change: &VlanChange) -> String {
    let mut text = format!("id {}", change.id);
    if let Some(protocol) = change.protocol {
        text.push_str(&format!(" protocol {protocol}"));
    }
    if let Some(priority) = change.priority {
        text.push_str(&format!(" priority {priority}"));
    }
    text
}

pub(super) fn show(action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.any("kind", "vlan", format_args!("vlan "));
    let (what, change, push) = match &action.kind {
        ActionKind::VlanPush(change) => ("push", Some(change), true),
        ActionKind::VlanModify(change) => ("modify", Some(change), false),
        _ => ("pop", None, false),
    };
    show.any("vlan_action", what, format_args!(" {what}"));
    if let Some(change) = change {
        show.any("id", change.id, format_args!(" id {}", change.id));
        let protocol = change.protocol.unwrap_or(EtherType::VLAN).to_string();
        show.any("protocol", &protocol, format_args!(" protocol {protocol}"));
        // The kernel shows 0 for a pushed tag without a priority, and nothing for a changed one.
        if let Some(priority) = change.priority.or(push.then_some(0)) {
            show.any("priority", priority, format_args!(" priority {priority}"));
        }
    }
    show.text(format_args!(" "));
    show_control(show, action.control);
    show_state(show, "\t ", state);
}
