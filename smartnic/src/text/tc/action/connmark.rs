//! `connmark`: the mark of the packet's connection.

use smartnic_core::flow::{Action, ActionKind, ActionState, Connmark};

use super::common::{end, written_end};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed};
use crate::text::number::{Base, number};

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    // tc passes over the name again, and over what begins it.
    while cursor.next_if(|word| word.begins("connmark")).is_some() {}
    let zone = match cursor.next_if(|word| word.begins("zone")) {
        Some(_) => number(&cursor.value_of("zone")?, Base::Ten, 0xffff, "a zone")?,
        None => 0,
    };
    end(cursor, ActionKind::Connmark(Connmark { zone }))
}

pub(super) fn write(connmark: &Connmark, action: &Action) -> Result<String, String> {
    Ok(format!("connmark zone {}{}", connmark.zone, written_end(action)?))
}

pub(super) fn show(connmark: &Connmark, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.any("kind", "connmark", format_args!("connmark "));
    show.any("zone", connmark.zone, format_args!("zone {} ", connmark.zone));
    show_control(show, action.control);
    show_state(show, "\t ", state);
}
