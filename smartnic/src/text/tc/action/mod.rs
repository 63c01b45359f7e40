//! What follows `action`: one kind of action per file, with the same stem as on the wire.
//!
//! To add an action: a file that reads it, a row in [`KINDS`], and an arm in [`write_kind`] and [`show`]. What all
//! actions have in common is read and written in `common`, and shown in `show`.

mod bpf;
mod common;
mod connmark;
mod csum;
mod ct;
mod ctinfo;
mod gact;
mod gate;
mod ife;
mod mirred;
mod mpls;
mod nat;
mod pedit;
mod police;
mod sample;
mod show;
mod simple;
mod skbedit;
mod skbmod;
mod tunnel_key;
mod vlan;

use smartnic_core::flow::{Action, ActionKind, ActionState, Cookie};

pub(super) use self::show::counters;
use self::show::{show_control, show_state};
use super::show::Show;
use crate::text::cursor::{Cursor, Parsed, Word};

/// How an action is read; it begins behind the word that names it.
struct Kind {
    name: &'static str,
    read: fn(&mut Cursor<'_>) -> Parsed<Action>,
}

const KINDS: &[Kind] = &[
    Kind { name: "csum", read: csum::read },
    Kind { name: "ct", read: ct::read },
    Kind { name: "bpf", read: bpf::read },
    Kind { name: "connmark", read: connmark::read },
    Kind { name: "ctinfo", read: ctinfo::read },
    Kind { name: "gact", read: gact::read },
    Kind { name: "gate", read: gate::read },
    Kind { name: "ife", read: ife::read },
    Kind { name: "mirred", read: mirred::read },
    Kind { name: "pedit", read: pedit::read },
    Kind { name: "tunnel_key", read: tunnel_key::read },
    Kind { name: "mpls", read: mpls::read },
    Kind { name: "nat", read: nat::read },
    Kind { name: "police", read: police::read },
    Kind { name: "sample", read: sample::read },
    Kind { name: "simple", read: simple::read },
    Kind { name: "skbedit", read: skbedit::read },
    Kind { name: "skbmod", read: skbmod::read },
    Kind { name: "vlan", read: vlan::read },
];

/// The commands of tc that end actions, for a line may have several.
const COMMANDS: [&str; 5] = ["change", "replace", "delete", "get", "add"];

/// Reads actions up to the end of the line, or up to a word with which tc ends them: `classid`, or one that begins a
/// command (and may be short for a key).
///
/// `before` has the names that stand before actions, to tell what stands in the wrong place.
pub(super) fn read_all(cursor: &mut Cursor<'_>, before: fn(&Word<'_>) -> bool) -> Parsed<Vec<Action>> {
    let mut actions = Vec::new();
    let mut cookie: Option<Cookie> = None;
    // tc takes `action`, several of it, or nothing between two actions.
    let mut expected = true;
    loop {
        let word = match cursor.peek() {
            Some(word) => word,
            None if expected => return Err(cursor.ends("an action must follow `action`, but the line ends")),
            None => return Ok(actions),
        };
        if word.text == "action" {
            cursor.next();
            expected = true;
            continue;
        }
        let command = COMMANDS.iter().find(|name| word.begins(name));
        if ["classid", "flowid"].contains(&word.text) || (command.is_some() && before(&word)) {
            if expected && !actions.is_empty() {
                return Err(word.wrong("an action must follow `action`"));
            }
            return Ok(actions);
        }
        if let Some(command) = command {
            return Err(word.wrong(format!("tc takes `{}` here for its command `{command}`", word.text)));
        }
        let mut action = read_one(cursor, word, before)?;
        common::read_options(cursor, &mut action, &mut cookie)?;
        actions.push(action);
        expected = false;
    }
}

/// Reads the one action of a text that has nothing else, without the word `action`.
pub(super) fn read_single(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let mut actions = read_all(cursor, |_| false)?;
    match (actions.pop(), actions.len(), cursor.peek()) {
        (Some(action), 0, None) => Ok(action),
        (_, _, Some(word)) => Err(word.wrong("this is no part of an action")),
        _ => Err(cursor.ends("these are several actions").hint("write each of them for itself")),
    }
}

fn read_one(cursor: &mut Cursor<'_>, word: Word<'_>, before: fn(&Word<'_>) -> bool) -> Parsed<Action> {
    if common::is_control(&word) {
        return gact::read(cursor);
    }
    if let Some(kind) = KINDS.iter().find(|kind| kind.name == word.text) {
        cursor.next();
        return (kind.read)(cursor);
    }
    if before(&word) {
        let fault = word.wrong(format!("`{}` stands behind the actions", word.text));
        return Err(fault.hint("keys and flags come before `action`"));
    }
    let names = KINDS.iter().map(|kind| kind.name).chain(common::CONTROLS.iter().map(|(name, _)| *name));
    Err(word.unknown("action", names))
}

/// The actions as tc takes them, each behind the word `action` and a blank.
///
/// # Errors
/// What tc has no words for.
pub(super) fn write_all(actions: &[Action]) -> Result<String, String> {
    let mut cookie = None;
    actions.iter().map(|action| Ok(format!(" action {}", write_one(action, &mut cookie)?))).collect()
}

/// One action as tc takes it, without the word `action`.
///
/// # Errors
/// What tc has no words for.
pub(super) fn write(action: &Action) -> Result<String, String> {
    write_one(action, &mut None)
}

fn write_one(action: &Action, cookie: &mut Option<Cookie>) -> Result<String, String> {
    Ok(write_kind(action)? + &common::written_options(action, cookie)?)
}

fn write_kind(action: &Action) -> Result<String, String> {
    match &action.kind {
        ActionKind::Gact | ActionKind::GactRandom(_) => gact::write(action),
        ActionKind::Redirect(_) | ActionKind::Mirror(_) | ActionKind::MirredBlock(_) => mirred::write(action),
        ActionKind::VlanPush(_) | ActionKind::VlanPop | ActionKind::VlanModify(_) => vlan::write(action),
        ActionKind::VlanPushEth(_) | ActionKind::VlanPopEth => vlan::write(action),
        ActionKind::TunnelSet(_) | ActionKind::TunnelUnset => tunnel_key::write(action),
        ActionKind::Pedit(pedit) => pedit::write(action, pedit),
        ActionKind::Csum(csum) => csum::write(action, *csum),
        ActionKind::Ct(ct) => ct::write(action, ct),
        ActionKind::Bpf(bpf) => bpf::write(bpf, action),
        ActionKind::Connmark(connmark) => connmark::write(connmark, action),
        ActionKind::Ctinfo(ctinfo) => ctinfo::write(ctinfo, action),
        ActionKind::Gate(gate) => gate::write(gate, action),
        ActionKind::Ife(ife) => ife::write(ife, action),
        ActionKind::Mpls(mpls) => mpls::write(mpls, action),
        ActionKind::Nat(nat) => nat::write(nat, action),
        ActionKind::Police(police) => police::write(police, action),
        ActionKind::Sample(sample) => sample::write(sample, action),
        ActionKind::Simple(text) => simple::write(text, action),
        ActionKind::Skbedit(skbedit) => skbedit::write(skbedit, action),
        ActionKind::Skbmod(skbmod) => skbmod::write(skbmod, action),
        ActionKind::ByIndex(kind) => common::written_by_index(kind, action),
        other => Err(format!("the action `{}`", other.name())),
    }
}

/// The action as tc shows it: what it does, then what all have in common.
pub(super) fn show(action: &Action, state: &ActionState, show: &mut Show<'_>) {
    let terse = match &action.kind {
        ActionKind::ByIndex(_) => true,
        ActionKind::Unknown { options, .. } => options.is_empty(),
        _ => false,
    };
    // A terse dump tells no more.
    if terse {
        show.any("kind", action.kind.name(), format_args!("{} ", action.kind.name()));
        if show.shared && show.style.brief {
            show.any("index", state.index, format_args!("\t index {}", state.index));
            show.line();
        }
        return show::common(action, state, show);
    }
    match &action.kind {
        ActionKind::Gact | ActionKind::GactRandom(_) => gact::show(action, state, show),
        ActionKind::Redirect(_) | ActionKind::Mirror(_) | ActionKind::MirredBlock(_) => {
            mirred::show(action, state, show);
        }
        ActionKind::VlanPush(_) | ActionKind::VlanPop | ActionKind::VlanModify(_) => {
            vlan::show(action, state, show);
        }
        ActionKind::VlanPushEth(_) | ActionKind::VlanPopEth => vlan::show(action, state, show),
        ActionKind::TunnelSet(_) | ActionKind::TunnelUnset => tunnel_key::show(action, state, show),
        ActionKind::Pedit(pedit) => pedit::show(pedit, action, state, show),
        ActionKind::Csum(csum) => csum::show(*csum, action, state, show),
        ActionKind::Ct(ct) => ct::show(ct, action, state, show),
        ActionKind::Bpf(bpf) => bpf::show(bpf, action, state, show),
        ActionKind::Connmark(connmark) => connmark::show(connmark, action, state, show),
        ActionKind::Ctinfo(ctinfo) => ctinfo::show(ctinfo, action, state, show),
        ActionKind::Gate(gate) => gate::show(gate, action, state, show),
        ActionKind::Ife(ife) => ife::show(ife, action, state, show),
        ActionKind::Mpls(mpls) => mpls::show(mpls, action, state, show),
        ActionKind::Nat(nat) => nat::show(nat, action, state, show),
        ActionKind::Police(police) => police::show(police, action, state, show),
        ActionKind::Sample(sample) => sample::show(sample, action, state, show),
        ActionKind::Simple(text) => simple::show(text, state, show),
        ActionKind::Skbedit(skbedit) => skbedit::show(skbedit, action, state, show),
        ActionKind::Skbmod(skbmod) => skbmod::show(skbmod, action, state, show),
        other => show.any("kind", other.name(), format_args!("{} \n", other.name())),
    }
    show::common(action, state, show);
}
