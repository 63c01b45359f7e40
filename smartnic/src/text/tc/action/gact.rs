//! `gact`: nothing but a control. Its name may be left out.

use serde_json::{Map, Value};
use smartnic_core::flow::Action;

use super::{CONTROLS, control};
use crate::text::cursor::{Cursor, Parsed};

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let word = cursor.value_of("gact")?;
    let Some(control) = control(cursor, &word)? else {
        return Err(word.unknown("control", CONTROLS.iter().map(|(name, _)| *name)));
    };
    Ok(Action::gact(control))
}

pub(super) fn json(map: &mut Map<String, Value>) {
    map.insert("kind".to_owned(), "gact".into());
}
