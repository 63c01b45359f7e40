//! What follows `action`: one kind of action per file, with the same stem as on the wire.
//!
//! To add an action: a file with a [`Kind`], a row in [`KINDS`], and an arm in [`write`] and [`json`].

mod gact;
mod mirred;
mod show;
mod vlan;

use smartnic_core::flow::{Action, ActionKind, ActionState, Control, HwStats};

use self::show::{show_control, show_state};
use super::show::Show;
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::number::{Base, number};

/// How an action is read; it begins behind the word that names it.
struct Kind {
    name: &'static str,
    read: fn(&mut Cursor<'_>) -> Parsed<Action>,
}

const KINDS: &[Kind] = &[
    Kind { name: "gact", read: gact::read },
    Kind { name: "mirred", read: mirred::read },
    Kind { name: "vlan", read: vlan::read },
];

/// Actions that tc has and this version of the SDK has not.
const FOREIGN: &[&str] = &[
    "bpf",
    "connmark",
    "csum",
    "ct",
    "ctinfo",
    "gate",
    "ife",
    "mpls",
    "nat",
    "pedit",
    "police",
    "sample",
    "simple",
    "skbedit",
    "skbmod",
    "tunnel_key",
];

/// What an action may have behind it in tc and may not here.
const FOREIGN_OPTIONS: &[&str] = &["index", "cookie", "no_percpu", "skip_sw", "skip_hw", "random"];

/// The controls that tc takes, in its order: an abbreviation means the first that it begins.
const CONTROLS: &[(&str, Control)] = &[
    ("continue", Control::Continue),
    ("drop", Control::Drop),
    ("shot", Control::Drop),
    ("ok", Control::Pass),
    ("pass", Control::Pass),
    ("reclassify", Control::Reclassify),
    ("pipe", Control::Pipe),
    ("goto", Control::Goto(0)),
    ("trap", Control::Trap),
];

/// Reads actions up to the end of the line; nothing else can follow them.
///
/// `before` has the names that stand before actions, to tell what stands in the wrong place.
pub(super) fn read_all(cursor: &mut Cursor<'_>, before: fn(&Word<'_>) -> bool) -> Parsed<Vec<Action>> {
    let mut actions = Vec::new();
    loop {
        // tc takes `action` or nothing between two actions.
        let word = cursor.need(|| "an action must follow `action`, but the line ends".to_owned())?;
        let word = match word.text {
            "action" if !actions.is_empty() => {
                cursor.need(|| "an action must follow `action`, but the line ends".to_owned())?
            }
            _ => word,
        };
        let mut action = read_one(cursor, word, before)?;
        read_options(cursor, &mut action)?;
        actions.push(action);
        if cursor.peek().is_none() {
            return Ok(actions);
        }
    }
}

fn read_one(cursor: &mut Cursor<'_>, word: Word<'_>, before: fn(&Word<'_>) -> bool) -> Parsed<Action> {
    if let Some(kind) = KINDS.iter().find(|kind| kind.name == word.text) {
        return (kind.read)(cursor);
    }
    if let Some(control) = control(cursor, &word)? {
        return Ok(Action::gact(control));
    }
    if FOREIGN.contains(&word.text) {
        let fault = word.wrong(format!("the action `{}` is not supported by this version", word.text));
        return Err(fault.hint("supported: drop, pass, trap, goto, mirred, vlan and the other controls"));
    }
    if word.text == "jump" {
        return Err(word.wrong("`jump` is not supported by this version"));
    }
    if before(&word) {
        let fault = word.wrong(format!("`{}` stands behind the actions", word.text));
        return Err(fault.hint("keys and flags come before `action`"));
    }
    let names = KINDS.iter().map(|kind| kind.name).chain(CONTROLS.iter().map(|(name, _)| *name));
    Err(word.unknown("action", names))
}

/// `hw_stats`, and what tc has besides.
fn read_options(cursor: &mut Cursor<'_>, action: &mut Action) -> Parsed<()> {
    if let Some(word) = cursor.peek().filter(|word| FOREIGN_OPTIONS.contains(&word.text)) {
        let fault = word.wrong(format!("`{}` of an action is not supported by this version", word.text));
        return Err(match word.text {
            "skip_sw" | "skip_hw" => fault.hint("for the whole rule, write it before `action`"),
            "index" => fault.hint("leave it out: the kernel numbers actions itself"),
            _ => fault,
        });
    }
    if cursor.next_if(|word| word.text.len() > 1 && word.begins("hw_stats")).is_some() {
        let word = cursor.value_of("hw_stats")?;
        action.hw_stats = hw_stats(&word)?;
    }
    Ok(())
}

/// `any` is what the kernel does without the word, so it leaves nothing behind. (tc itself takes no `any`.)
fn hw_stats(word: &Word<'_>) -> Parsed<Option<HwStats>> {
    let all = [
        ("immediate", Some(HwStats::IMMEDIATE)),
        ("delayed", Some(HwStats::DELAYED)),
        ("disabled", Some(HwStats::empty())),
        ("any", None),
    ];
    let stats = all.iter().find(|(name, _)| word.begins(name)).map(|(_, stats)| *stats);
    stats.ok_or_else(|| word.unknown("kind of hw_stats", all.map(|(name, _)| name)))
}

/// The control that `word` begins, if it is one; `goto` takes more words.
fn control(cursor: &mut Cursor<'_>, word: &Word<'_>) -> Parsed<Option<Control>> {
    let known = |name: &str| word.text == name || (word.text.len() > 1 && word.begins(name));
    let Some((_, control)) = CONTROLS.iter().find(|(name, _)| known(name)) else { return Ok(None) };
    if !matches!(control, Control::Goto(_)) {
        return Ok(Some(*control));
    }
    let chain = cursor.need(|| "`chain` and its number must follow `goto`, but the line ends".to_owned())?;
    if !chain.begins("chain") {
        return Err(chain.wrong("`chain` must follow `goto`").hint("write `goto chain NUMBER`"));
    }
    let chain = cursor.value_of("chain")?;
    let max = u64::from(smartnic_core::flow::MAX_CHAIN);
    Ok(Some(Control::Goto(number(&chain, Base::Ten, max, "a chain")?)))
}

/// The control behind an action, if one follows.
fn following_control(cursor: &mut Cursor<'_>) -> Parsed<Option<Control>> {
    let Some(word) = cursor.peek() else { return Ok(None) };
    if !CONTROLS.iter().any(|(name, _)| word.text == *name || (word.text.len() > 1 && word.begins(name))) {
        return Ok(None);
    }
    cursor.next();
    control(cursor, &word)
}

/// The action as tc takes it, without the word `action`.
///
/// # Errors
/// What tc has no words for.
pub(super) fn write(action: &Action) -> Result<String, String> {
    let mut text = match &action.kind {
        ActionKind::Gact => written_control(action.control)?,
        ActionKind::Redirect(target) | ActionKind::Mirror(target) => mirred::write(action, target)?,
        ActionKind::VlanPush(_) | ActionKind::VlanPop | ActionKind::VlanModify(_) => vlan::write(action)?,
        other => return Err(format!("the action `{}`", other.name())),
    };
    match action.hw_stats {
        None => {}
        Some(stats) if stats == HwStats::IMMEDIATE => text.push_str(" hw_stats immediate"),
        Some(stats) if stats == HwStats::DELAYED => text.push_str(" hw_stats delayed"),
        Some(stats) if stats.is_empty() => text.push_str(" hw_stats disabled"),
        // Both kinds together are what the kernel does without the word.
        Some(stats) if stats == HwStats::all() => {}
        Some(stats) => return Err(format!("hw_stats {:#x}", stats.bits())),
    }
    Ok(text)
}

fn written_control(control: Control) -> Result<String, String> {
    match control {
        Control::Stolen | Control::Unknown(_) => Err(format!("the control `{control}`")),
        control => Ok(control.to_string()),
    }
}

/// The action as tc shows it: what it does, then what all have in common.
pub(super) fn show(action: &Action, state: &ActionState, show: &mut Show<'_>) {
    match &action.kind {
        ActionKind::Gact => gact::show(action, state, show),
        ActionKind::Redirect(target) => mirred::show("redirect", target, action, state, show),
        ActionKind::Mirror(target) => mirred::show("mirror", target, action, state, show),
        ActionKind::VlanPush(_) | ActionKind::VlanPop | ActionKind::VlanModify(_) => {
            vlan::show(action, state, show);
        }
        other => show.any("kind", other.name(), format_args!("{} \n", other.name())),
    }
    show::common(action, state, show);
}
