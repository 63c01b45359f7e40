//! `vlan`: push, pop, modify; the same for whole Ethernet headers.

use smartnic_core::flow::{Action, ActionKind, ActionState, EthHeader, VlanChange};
use smartnic_core::types::{EtherType, Mac};

use super::common::{end, written_end};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::number::{Base, number};
use crate::text::tc::lladdr;

/// The verbs in tc's order: an abbreviation means the first that it begins.
const VERBS: [&str; 5] = ["pop", "push", "modify", "pop_eth", "push_eth"];

/// What is given behind the verb, in any order.
#[derive(Default)]
struct Given {
    id: Option<u16>,
    protocol: Option<EtherType>,
    priority: Option<u8>,
    dst_mac: Option<Mac>,
    src_mac: Option<Mac>,
}

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let word = cursor.value_of("vlan")?;
    let Some(verb) = VERBS.iter().find(|verb| word.begins(verb)) else { return by_index(cursor, &word) };
    let given = given(cursor, verb)?;
    let change = || -> Parsed<VlanChange> {
        let hint = "write `id NUMBER` behind it";
        let id = given.id.ok_or_else(|| word.wrong(format!("`vlan {verb}` needs the VLAN")).hint(hint))?;
        Ok(VlanChange { id, protocol: given.protocol, priority: given.priority })
    };
    let mac = |mac: Option<Mac>, name: &str| {
        mac.ok_or_else(|| word.wrong(format!("`vlan push_eth` needs `{name}`")))
    };
    let kind = match *verb {
        "pop" => ActionKind::VlanPop,
        "push" => ActionKind::VlanPush(change()?),
        "modify" => ActionKind::VlanModify(change()?),
        "pop_eth" => ActionKind::VlanPopEth,
        _ => ActionKind::VlanPushEth(EthHeader {
            dst_mac: mac(given.dst_mac, "dst_mac")?,
            src_mac: mac(given.src_mac, "src_mac")?,
        }),
    };
    end(cursor, kind)
}

/// Without a verb the action is one that is there already; tc takes a control before its index.
fn by_index(cursor: &mut Cursor<'_>, word: &Word<'_>) -> Parsed<Action> {
    let known = |word: &Word<'_>| word.begins("index") || super::common::is_control(word);
    let fault = word.unknown("vlan action", VERBS);
    if !known(word) {
        return Err(fault);
    }
    cursor.back();
    let action = end(cursor, ActionKind::ByIndex("vlan".to_owned()))?;
    if action.index.is_some() { Ok(action) } else { Err(fault) }
}

fn given(cursor: &mut Cursor<'_>, verb: &str) -> Parsed<Given> {
    let mut given = Given::default();
    while let Some(word) = cursor.peek() {
        if VERBS.iter().any(|verb| word.begins(verb)) {
            return Err(word.wrong(format!("`vlan {verb}` is one action: `{}` is another", word.text)));
        }
        // tc compares in this order.
        let names = ["id", "protocol", "priority", "dst_mac", "src_mac"];
        let Some(name) = names.into_iter().find(|name| word.begins(name)) else { break };
        let fits = match verb {
            "push" | "modify" => ["id", "protocol", "priority"].contains(&name),
            "push_eth" => ["dst_mac", "src_mac"].contains(&name),
            _ => false,
        };
        if !fits {
            return Err(word.wrong(format!("`{name}` does not go with `vlan {verb}`")));
        }
        cursor.next();
        let value = cursor.value_of(name)?;
        match name {
            "id" => given.id = Some(number(&value, Base::C, 4095, "a VLAN")?),
            "protocol" => given.protocol = Some(tag_protocol(&value)?),
            "priority" => given.priority = Some(number(&value, Base::C, 7, "a VLAN priority")?),
            "dst_mac" => given.dst_mac = Some(lladdr::read(&value)?.0),
            _ => given.src_mac = Some(lladdr::read(&value)?.0),
        }
    }
    Ok(given)
}

fn tag_protocol(word: &Word<'_>) -> Parsed<EtherType> {
    let kind: EtherType = word.value()?;
    match kind.is_vlan() {
        true => Ok(kind),
        false => Err(word.wrong("a VLAN tag's protocol is 802.1Q or 802.1ad")),
    }
}

pub(super) fn write(action: &Action) -> Result<String, String> {
    let text = match &action.kind {
        ActionKind::VlanPush(change) => format!("vlan push {}", written(change)),
        ActionKind::VlanModify(change) => format!("vlan modify {}", written(change)),
        ActionKind::VlanPushEth(EthHeader { dst_mac, src_mac }) => {
            format!("vlan push_eth dst_mac {dst_mac} src_mac {src_mac}")
        }
        ActionKind::VlanPopEth => "vlan pop_eth".to_owned(),
        _ => "vlan pop".to_owned(),
    };
    Ok(text + &written_end(action)?)
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
        ActionKind::VlanPushEth(_) => ("push_eth", None, false),
        ActionKind::VlanPopEth => ("pop_eth", None, false),
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
    if let ActionKind::VlanPushEth(EthHeader { dst_mac, src_mac }) = &action.kind {
        for (name, mac) in [("dst_mac", dst_mac), ("src_mac", src_mac)] {
            show.any(name, mac.to_string(), format_args!(" {name} {mac}"));
        }
    }
    show.text(format_args!(" "));
    show_control(show, action.control);
    show_state(show, "\t ", state);
}
