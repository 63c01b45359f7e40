//! What stands around every action: its control, its number, its cookie, how it is counted, where it is to be.

use smartnic_core::flow::{Action, ActionFlags, ActionKind, Control, Cookie, HwStats};
use smartnic_core::types::Mac;

use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::number::{Base, number};
use crate::text::tc::lladdr;

/// The controls that tc takes, in its order: an abbreviation means the first that it begins.
pub(super) const CONTROLS: &[(&str, Control)] = &[
    ("continue", Control::Continue),
    ("drop", Control::Drop),
    ("shot", Control::Drop),
    ("pass", Control::Pass),
    ("ok", Control::Pass),
    ("reclassify", Control::Reclassify),
    ("pipe", Control::Pipe),
    ("goto", Control::Goto(0)),
    ("jump", Control::Jump(0)),
    ("trap", Control::Trap),
];

/// The most bytes of a cookie (`TC_COOKIE_MAX_SIZE`).
const MAX_COOKIE: usize = 16;

/// True if the word is a control or begins one.
pub(super) fn is_control(word: &Word<'_>) -> bool {
    CONTROLS.iter().any(|(name, _)| word.begins(name))
}

/// The control that must follow `what`; `goto` and `jump` take more words.
pub(super) fn need_control(cursor: &mut Cursor<'_>, what: &str) -> Parsed<Control> {
    let word = cursor.value_of(what)?;
    let Some((_, control)) = CONTROLS.iter().find(|(name, _)| word.begins(name)) else {
        return Err(word.unknown("control", CONTROLS.iter().map(|(name, _)| *name)));
    };
    let max = u64::from(smartnic_core::flow::MAX_CHAIN);
    match control {
        Control::Goto(_) => {
            let chain =
                cursor.need(|| "`chain` and its number must follow `goto`, but the line ends".to_owned())?;
            if !chain.begins("chain") {
                return Err(chain.wrong("`chain` must follow `goto`").hint("write `goto chain NUMBER`"));
            }
            let chain = cursor.value_of("chain")?;
            number(&chain, Base::Ten, max, "a chain").map(Control::Goto)
        }
        Control::Jump(_) => {
            let count = cursor.value_of("jump")?;
            number(&count, Base::Ten, max, "the number of actions to pass over").map(Control::Jump)
        }
        control => Ok(*control),
    }
}

/// The control behind an action, or else this one.
pub(super) fn control_or(cursor: &mut Cursor<'_>, default: Control) -> Parsed<Control> {
    match cursor.peek() {
        Some(word) if is_control(&word) => need_control(cursor, word.text),
        _ => Ok(default),
    }
}

/// `index` and a number, if they follow.
pub(super) fn index(cursor: &mut Cursor<'_>) -> Parsed<Option<u32>> {
    match cursor.next_if(|word| word.begins("index")) {
        Some(_) => index_number(cursor),
        None => Ok(None),
    }
}

/// The number behind `index`; 0 lets the kernel choose.
pub(super) fn index_number(cursor: &mut Cursor<'_>) -> Parsed<Option<u32>> {
    let word = cursor.value_of("index")?;
    let index = number(&word, Base::Ten, u64::from(u32::MAX), "the index of an action")?;
    Ok(Some(index).filter(|index| *index != 0))
}

/// As [`end`], for kinds whose index tc reads in another base.
pub(super) fn end_in(cursor: &mut Cursor<'_>, kind: ActionKind, base: Base) -> Parsed<Action> {
    let mut action = Action::new(kind);
    action.control = control_or(cursor, action.control)?;
    if cursor.next_if(|word| word.begins("index")).is_some() {
        let word = cursor.value_of("index")?;
        let index = number(&word, base, u64::from(u32::MAX), "the index of an action")?;
        action.index = Some(index).filter(|index| *index != 0);
    }
    Ok(action)
}

/// The action of this kind that has its index, of which nothing else is said.
pub(super) fn by_index(action: Action) -> Action {
    let kind = ActionKind::ByIndex(action.kind.name().to_owned());
    Action { index: action.index, ..Action::new(kind) }
}

/// A MAC address of six numbers, as some kinds want it.
pub(super) fn six_bytes(word: &Word<'_>) -> Parsed<Mac> {
    match lladdr::read(word) {
        Ok((mac, 6)) => Ok(mac),
        _ => Err(word.wrong("expected six bytes such as 02:00:00:00:00:01")),
    }
}

/// What most kinds end with: a control, for which each has a default, and `index`.
pub(super) fn end(cursor: &mut Cursor<'_>, kind: ActionKind) -> Parsed<Action> {
    let mut action = Action::new(kind);
    let control = control_or(cursor, action.control)?;
    // Of an action that is there already, the kernel does not look at the control.
    if !matches!(action.kind, ActionKind::ByIndex(_)) {
        action.control = control;
    }
    action.index = index(cursor)?;
    Ok(action)
}

/// What may follow every action.
///
/// `cookie` is that of the actions before it in the line: tc gives it to those behind it too, unless they have their
/// own.
pub(super) fn read_options(
    cursor: &mut Cursor<'_>,
    action: &mut Action,
    cookie: &mut Option<Cookie>,
) -> Parsed<()> {
    if cursor.next_if(|word| word.text == "cookie").is_some() {
        let word = cursor.value_of("cookie")?;
        *cookie = Some(read_cookie(&word)?).filter(|cookie| !cookie.0.is_empty());
    }
    action.cookie.clone_from(cookie);
    if cursor.next_if(|word| word.begins("hw_stats")).is_some() {
        let word = cursor.value_of("hw_stats")?;
        action.hw_stats = hw_stats(&word)?;
    }
    if cursor.next_if(|word| word.text == "no_percpu").is_some() {
        action.flags |= ActionFlags::NO_PERCPU;
    }
    for _ in 0..2 {
        let Some(word) = cursor.next_if(|word| ["skip_sw", "skip_hw"].contains(&word.text)) else { break };
        let flag = if word.text == "skip_sw" { ActionFlags::SKIP_SW } else { ActionFlags::SKIP_HW };
        if action.flags.intersects((ActionFlags::SKIP_SW | ActionFlags::SKIP_HW) - flag) {
            return Err(word.wrong("an action with both `skip_sw` and `skip_hw` would be nowhere"));
        }
        action.flags |= flag;
    }
    Ok(())
}

fn read_cookie(word: &Word<'_>) -> Parsed<Cookie> {
    let byte =
        |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let hex = word.text.bytes().all(|digit| digit.is_ascii_hexdigit()) && word.text.len().is_multiple_of(2);
    let bytes: Option<Vec<u8>> = word.text.as_bytes().chunks(2).map(byte).collect();
    bytes
        .filter(|bytes| hex && bytes.len() <= MAX_COOKIE)
        .map(Cookie)
        .ok_or_else(|| word.wrong("a cookie must be at most 16 bytes, each as two hexadecimal digits"))
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

/// A control as tc takes it.
///
/// # Errors
/// What tc has no word for.
pub(super) fn written_control(control: Control) -> Result<String, String> {
    match control {
        Control::Stolen | Control::Unknown(_) => Err(format!("the control `{control}`")),
        control => Ok(control.to_string()),
    }
}

/// What [`end`] reads, behind a blank.
///
/// # Errors
/// A control that tc has no word for.
pub(super) fn written_end(action: &Action) -> Result<String, String> {
    Ok(format!(" {}{}", written_control(action.control)?, written_index(action)))
}

/// `index` and the number behind a blank, if the action has one.
pub(super) fn written_index(action: &Action) -> String {
    action.index.map(|index| format!(" index {index}")).unwrap_or_default()
}

/// An action that is there already: its kind and its index.
///
/// # Errors
/// An action without an index.
pub(super) fn written_by_index(kind: &str, action: &Action) -> Result<String, String> {
    match action.index {
        // tc wants a control here, and the kernel does not look at it.
        Some(index) if kind == "gact" => Ok(format!("pass index {index}")),
        Some(index) => Ok(format!("{kind} index {index}")),
        None => Err(format!("the action `{kind}` without an index")),
    }
}

/// What [`read_options`] reads, each word behind a blank; `cookie` as there.
///
/// # Errors
/// What tc has no words for.
pub(super) fn written_options(action: &Action, cookie: &mut Option<Cookie>) -> Result<String, String> {
    let mut text = String::new();
    if action.cookie != *cookie {
        cookie.clone_from(&action.cookie);
        // An empty cookie ends the one before it.
        let bytes = action.cookie.as_ref().map_or(&[][..], |cookie| &cookie.0);
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        text.push_str(&format!(" cookie {}", if hex.is_empty() { "\"\"" } else { &hex }));
    }
    match action.hw_stats {
        None => {}
        Some(stats) if stats == HwStats::IMMEDIATE => text.push_str(" hw_stats immediate"),
        Some(stats) if stats == HwStats::DELAYED => text.push_str(" hw_stats delayed"),
        Some(stats) if stats.is_empty() => text.push_str(" hw_stats disabled"),
        // Both kinds together are what the kernel does without the word.
        Some(stats) if stats == HwStats::all() => {}
        Some(stats) => return Err(format!("hw_stats {:#x}", stats.bits())),
    }
    let flags = [
        (ActionFlags::NO_PERCPU, "no_percpu"),
        (ActionFlags::SKIP_SW, "skip_sw"),
        (ActionFlags::SKIP_HW, "skip_hw"),
    ];
    for (flag, name) in flags {
        if action.flags.contains(flag) {
            text.push_str(&format!(" {name}"));
        }
    }
    let known = flags.iter().fold(ActionFlags::empty(), |set, (flag, _)| set | *flag);
    match action.flags - known {
        rest if rest.is_empty() => Ok(text),
        rest => Err(format!("the flags {:#x} of an action", rest.bits())),
    }
}
