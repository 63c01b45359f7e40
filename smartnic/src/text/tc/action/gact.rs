//! `gact`: nothing but a control, or by chance another. Its name may be left out.

use smartnic_core::flow::{Action, ActionKind, ActionState, Chance, ChanceKind, Control};

use super::common::{index, index_number, need_control, written_control, written_end, written_index};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed};
use crate::text::number::{Base, number};

/// The most packets of which one meets the other control.
const MAX_ONE_OF: u64 = 10_000;

const CHANCES: [(&str, ChanceKind); 2] = [("netrand", ChanceKind::Netrand), ("determ", ChanceKind::Determ)];

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    // An index alone means an action that is there already.
    if cursor.next_if(|word| word.begins("index")).is_some() {
        let index = index_number(cursor)?;
        return Ok(Action { index, ..Action::gact(Control::Pass) });
    }
    let control = need_control(cursor, "gact")?;
    let kind = match cursor.next_if(|word| word.begins("random")) {
        Some(_) => ActionKind::GactRandom(chance(cursor)?),
        None => ActionKind::Gact,
    };
    Ok(Action { index: index(cursor)?, ..Action::new(kind).then(control) })
}

fn chance(cursor: &mut Cursor<'_>) -> Parsed<Chance> {
    let word = cursor.value_of("random")?;
    let kind = CHANCES.iter().find(|(name, _)| word.begins(name)).map(|(_, kind)| *kind);
    let kind = kind.ok_or_else(|| word.unknown("kind of random", CHANCES.map(|(name, _)| name)))?;
    let control = need_control(cursor, word.text)?;
    let one_of = cursor.value_of("random")?;
    let one_of = number(&one_of, Base::Ten, MAX_ONE_OF, "one of how many packets it is")?;
    Ok(Chance { kind, control, one_of })
}

pub(super) fn write(action: &Action) -> Result<String, String> {
    let ActionKind::GactRandom(Chance { kind, control, one_of }) = &action.kind else {
        return written_end(action).map(|text| text.trim_start().to_owned());
    };
    let name = CHANCES.iter().find(|(_, known)| known == kind).map(|(name, _)| *name);
    let name = name.ok_or("a chance that never comes")?;
    let (first, second) = (written_control(action.control)?, written_control(*control)?);
    Ok(format!("{first} random {name} {second} {one_of}{}", written_index(action)))
}

pub(super) fn show(action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.any("kind", "gact", format_args!("gact action "));
    show_control(show, action.control);
    // tc shows this of every such action, whether chance has a say or not.
    let (kind, control, one_of) = match &action.kind {
        ActionKind::GactRandom(Chance { kind, control, one_of }) => (*kind, *control, *one_of),
        _ => (ChanceKind::None, Control::Pass, 0),
    };
    let name = CHANCES.iter().find(|(_, known)| *known == kind).map_or("none", |(name, _)| *name);
    show.open(Some("prob"));
    show.any("random_type", name, format_args!("\n\t random type {name} "));
    show_control(show, control);
    show.any("val", one_of, format_args!(" val {one_of}"));
    show.close();
    show_state(show, "\t ", state);
}
