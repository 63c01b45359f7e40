//! `simple`: a line for the kernel's log.

use smartnic_core::flow::{Action, ActionKind, ActionState};

use super::common::{by_index, end, written_end};
use super::{Show, show_state};
use crate::text::cursor::{Cursor, Parsed};
use crate::text::tc::print::quoted;

/// The most bytes of the text (`SIMP_MAX_DATA` without the closing NUL).
const MAX: usize = 31;

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let first = cursor.value_of("simple")?;
    cursor.back();
    let mut text = None;
    while let Some(word) = cursor.peek() {
        // tc passes over the name again, and over what begins it.
        if word.begins("simple") {
            cursor.next();
            cursor.value_of("simple")?;
            cursor.back();
        } else if word.begins("sdata") {
            cursor.next();
            let word = cursor.value_of("sdata")?;
            if word.text.len() > MAX {
                return Err(word.wrong(format!("the text must have at most {MAX} bytes")));
            }
            text = Some(word.text.to_owned());
        } else {
            break;
        }
    }
    let nothing = text.is_none();
    let action = end(cursor, ActionKind::Simple(text.unwrap_or_default()))?;
    match (nothing, action.index) {
        (true, None) => Err(first.wrong("`simple` needs its text").hint("write `sdata TEXT`")),
        (true, Some(_)) => Ok(by_index(action)),
        (false, _) => Ok(action),
    }
}

pub(super) fn write(text: &str, action: &Action) -> Result<String, String> {
    Ok(format!("simple sdata {}{}", quoted(text)?, written_end(action)?))
}

pub(super) fn show(text: &str, state: &ActionState, show: &mut Show<'_>) {
    show.any("simple", text, format_args!("Simple <{text}>"));
    show_state(show, "\t ", state);
}
