//! `mirred`: redirect and mirror, to a link or to the links of a block.

use smartnic_core::flow::{Action, ActionKind, ActionState, Control, MirredBlock, MirredTarget, Netdev};

use super::common::{control_or, index, index_number, written_control, written_index};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Fault, Parsed, Word};
use crate::text::tc::filter::{block, link_name};
use crate::text::tc::print::written_link;

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let word = cursor.value_of("mirred")?;
    let ingress = match () {
        () if word.begins("egress") => false,
        () if word.begins("ingress") => true,
        () if word.begins("index") => return by_index(index_number(cursor)?),
        () => return Err(no_direction(&word)),
    };
    let mut number = early_index(cursor)?;
    let what = cursor.value_of("mirred")?;
    let redirect = match () {
        () if what.begins("redirect") => true,
        () if what.begins("mirror") => false,
        () => return Err(what.unknown("kind of mirred", ["redirect", "mirror"])),
    };
    number = early_index(cursor)?.or(number);
    let Some(kind) = target(cursor, redirect, ingress, &what, number)? else { return by_index(number) };
    let mut action = Action::new(kind);
    // tc takes no control behind a redirect: the packet is gone.
    if !redirect {
        action.control = control_or(cursor, Control::Pipe)?;
    }
    action.index = match (number, cursor.peek().filter(|word| word.begins("index"))) {
        (Some(_), Some(word)) => return Err(word.wrong("`index` is given twice")),
        (Some(_), None) => number,
        (None, _) => index(cursor)?,
    };
    Ok(action)
}

fn by_index(index: Option<u32>) -> Parsed<Action> {
    Ok(Action { index, ..Action::new(ActionKind::ByIndex("mirred".to_owned())) })
}

fn no_direction(word: &Word<'_>) -> Box<Fault> {
    let fault = word.unknown("direction of mirred", ["egress", "ingress"]);
    match word.text {
        "redirect" | "mirror" => fault.hint(format!("write `mirred egress {} dev NAME`", word.text)),
        _ => fault,
    }
}

/// An index before the target, which tc wants something behind.
fn early_index(cursor: &mut Cursor<'_>) -> Parsed<Option<u32>> {
    match index(cursor)? {
        Some(_) if cursor.peek().is_none() => {
            Err(cursor.ends("the target must follow `index`, but the line ends"))
        }
        index => Ok(index),
    }
}

/// Where the packets go; nothing if the action is one that is there already.
fn target(
    cursor: &mut Cursor<'_>,
    redirect: bool,
    ingress: bool,
    what: &Word<'_>,
    index: Option<u32>,
) -> Parsed<Option<ActionKind>> {
    if cursor.next_if(|word| word.text == "blockid").is_some() {
        let block = block(&cursor.value_of("blockid")?)?;
        if let Some(word) = cursor.peek().filter(|word| word.begins("dev")) {
            return Err(word.wrong("packets go to a block or to a link, not to both"));
        }
        return Ok(Some(ActionKind::MirredBlock(MirredBlock { block, redirect, ingress })));
    }
    match cursor.peek() {
        Some(word) if word.begins("dev") => cursor.next(),
        _ if index.is_some() => return Ok(None),
        Some(word) => return Err(word.wrong("`dev` and a link must follow").hint("write `dev NAME`")),
        None => return cursor.value_of(what.text).map(|_| None),
    };
    let dev = Netdev::Name(link_name(&cursor.value_of("dev")?)?);
    let target = MirredTarget { dev, ingress };
    Ok(Some(if redirect { ActionKind::Redirect(target) } else { ActionKind::Mirror(target) }))
}

/// What an action of this kind does and to which side, and the words for its target.
fn parts(kind: &ActionKind) -> Option<(bool, bool, Result<String, String>)> {
    let dev = |target: &MirredTarget| written_link(&target.dev).map(|dev| format!("dev {dev}"));
    match kind {
        ActionKind::Redirect(target) => Some((true, target.ingress, dev(target))),
        ActionKind::Mirror(target) => Some((false, target.ingress, dev(target))),
        ActionKind::MirredBlock(MirredBlock { block, redirect, ingress }) => {
            Some((*redirect, *ingress, Ok(format!("blockid {block}"))))
        }
        _ => None,
    }
}

pub(super) fn write(action: &Action) -> Result<String, String> {
    let (redirect, ingress, target) = parts(&action.kind).ok_or("this kind of mirred")?;
    let side = if ingress { "ingress" } else { "egress" };
    let (target, index) = (target?, written_index(action));
    match (redirect, action.control) {
        (true, Control::Stolen) => Ok(format!("mirred {side} redirect {target}{index}")),
        (true, control) => Err(format!("the control `{control}` behind a redirect")),
        (_, control) => Ok(format!("mirred {side} mirror {target} {}{index}", written_control(control)?)),
    }
}

pub(super) fn show(action: &Action, state: &ActionState, show: &mut Show<'_>) {
    let (redirect, ingress) = parts(&action.kind).map_or((false, false), |(what, side, _)| (what, side));
    let (side, shown_side) = if ingress { ("ingress", "Ingress") } else { ("egress", "Egress") };
    let (what, shown_what) = if redirect { ("redirect", "Redirect") } else { ("mirror", "Mirror") };
    show.any("kind", "mirred", format_args!("mirred ({shown_side} {shown_what}"));
    show.json("mirred_action", what);
    show.json("direction", side);
    match &action.kind {
        ActionKind::Redirect(target) | ActionKind::Mirror(target) => {
            let dev = show.link(&target.dev);
            show.any("to_dev", &dev, format_args!(" to device {dev}) "));
        }
        ActionKind::MirredBlock(MirredBlock { block, .. }) => {
            show.any("to_blockid", *block, format_args!(" to blockid {block}) "));
        }
        _ => {}
    }
    show_control(show, action.control);
    show_state(show, "\t", state);
}
