//! `gact`: nothing but a control. Its name may be left out.

use smartnic_core::flow::{Action, ActionState, Control};

use super::{CONTROLS, Show, control, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed};

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let word = cursor.value_of("gact")?;
    let Some(control) = control(cursor, &word)? else {
        return Err(word.unknown("control", CONTROLS.iter().map(|(name, _)| *name)));
    };
    Ok(Action::gact(control))
}

pub(super) fn show(action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.any("kind", "gact", format_args!("gact action "));
    show_control(show, action.control);
    // tc shows this of every such action, whether chance has a say or not.
    show.open(Some("prob"));
    show.any("random_type", "none", format_args!("\n\t random type none "));
    show_control(show, Control::Pass);
    show.any("val", 0_u8, format_args!(" val 0"));
    show.close();
    show_state(show, "\t ", state);
}
