//! `sample`: samples for a listener.

use smartnic_core::flow::{Action, ActionKind, ActionState, Sample};

use super::common::{by_index, end, written_end};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed};
use crate::text::number::{Base, number};

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let first = cursor.value_of("sample")?;
    cursor.back();
    let mut sample = Sample::default();
    let names = ["rate", "group", "trunc"];
    while let Some(word) = cursor.peek() {
        let Some(name) = names.into_iter().find(|name| word.begins(name)) else { break };
        cursor.next();
        let value = cursor.value_of(name)?;
        let value = Some(number(&value, Base::Ten, u64::from(u32::MAX), name)?);
        match name {
            "rate" => sample.rate = value,
            "group" => sample.group = value,
            _ => sample.truncate = value,
        }
    }
    let action = end(cursor, ActionKind::Sample(sample))?;
    if action.index.is_none() {
        let missing = [("group", sample.group), ("rate", sample.rate)];
        if let Some((name, _)) = missing.into_iter().find(|(_, value)| value.is_none()) {
            let fault = first.wrong(format!("`sample` needs its {name}"));
            return Err(fault.hint("write `rate NUMBER group NUMBER`: one of how many packets, and for whom"));
        }
    }
    Ok(if sample == Sample::default() { by_index(action) } else { action })
}

pub(super) fn write(sample: &Sample, action: &Action) -> Result<String, String> {
    let Sample { rate, truncate, group } = sample;
    if action.index.is_none() && (rate.is_none() || group.is_none()) {
        return Err("`sample` without a rate or a group".to_owned());
    }
    let mut text = "sample".to_owned();
    for (name, value) in [("rate", rate), ("group", group), ("trunc", truncate)] {
        text.extend(value.map(|value| format!(" {name} {value}")));
    }
    Ok(text + &written_end(action)?)
}

pub(super) fn show(sample: &Sample, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.any("kind", "sample", format_args!("sample "));
    if let Some(rate) = sample.rate {
        show.any("rate", rate, format_args!("rate 1/{rate} "));
    }
    if let Some(group) = sample.group {
        show.any("group", group, format_args!("group {group}"));
    }
    if let Some(size) = sample.truncate {
        show.any("trunc_size", size, format_args!(" trunc_size {size}"));
    }
    show.text(format_args!(" "));
    show_control(show, action.control);
    show_state(show, "\t ", state);
}
