//! Connection tracking: state, zone, mark, label.

use smartnic_core::flow::{CT_STATES, CtLabel, Match};
use smartnic_core::types::{MaskValue, Masked};

use super::super::hex;
use super::{Key, Read, Show, halves, line, masked};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, part};

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "ct_state",
        read: Read::Word(|key, word| state(word).map(|state| key.ct_state = Some(state))),
        write: |key| key.ct_state.map(written_state),
    },
    Key {
        name: "ct_zone",
        read: Read::Word(|key, word| {
            let (value, mask) = halves(word);
            let zone = |text, what| part(word, text, Base::C, 0xffff, what);
            let mask = mask.map_or(Ok(u16::MAX), |mask| zone(mask, "the mask"))?;
            key.ct_zone = Some(Masked::new(zone(value, "a zone")?, mask));
            Ok(())
        }),
        write: |key| key.ct_zone.map(|zone| zone.to_string()),
    },
    Key {
        name: "ct_mark",
        read: Read::Word(|key, word| {
            let (value, mask) = halves(word);
            let mark = |text, what| part(word, text, Base::C, u32::MAX.into(), what);
            let mask = mask.map_or(Ok(u32::MAX), |mask| mark(mask, "the mask"))?;
            key.ct_mark = Some(Masked::new(mark(value, "a mark")?, mask));
            Ok(())
        }),
        write: |key| key.ct_mark.map(|mark| mark.to_string()),
    },
    Key {
        name: "ct_label",
        read: Read::Word(|key, word| {
            let (value, mask) = halves(word);
            let mask = mask.map_or(Ok(CtLabel::ONES), |mask| label(word, mask))?;
            key.ct_label = Some(Masked::new(label(word, value)?, mask));
            Ok(())
        }),
        write: |key| key.ct_label.map(|label| label.to_string()),
    },
];

/// Names with `+` or `-` before each. A name that is given both ways counts as `+`, as it does in tc.
fn state(word: &Word<'_>) -> Parsed<Masked<u16>> {
    let wrong = || {
        let names: Vec<_> = CT_STATES.iter().map(|(name, _)| *name).collect();
        let fault =
            word.wrong("a state is a row of names with `+` or `-` before each, such as `+trk+est-rpl`");
        fault.hint(format!("the names are {}", names.join(", ")))
    };
    let mut state = Masked::new(0, 0);
    let mut rest = word.text;
    while !rest.is_empty() {
        let set = rest.starts_with('+');
        rest = rest.strip_prefix(['+', '-']).ok_or_else(wrong)?;
        let (name, bit) = CT_STATES.iter().find(|(name, _)| rest.starts_with(name)).ok_or_else(wrong)?;
        rest = &rest[name.len()..];
        state.mask |= bit;
        state.value |= if set { *bit } else { 0 };
    }
    Ok(state)
}

fn written_state(state: Masked<u16>) -> String {
    let counts = CT_STATES.iter().filter(|(_, bit)| state.mask & bit != 0);
    counts.map(|(name, bit)| format!("{}{name}", if state.value & bit != 0 { '+' } else { '-' })).collect()
}

/// Hexadecimal digits from the front; a label that is not written to its end goes on with zeros.
fn label(word: &Word<'_>, text: &str) -> Parsed<CtLabel> {
    let mut label = CtLabel::default();
    let bytes = hex::read(text).filter(|_| text.len() <= 2 * label.0.len());
    let bytes = bytes
        .ok_or_else(|| word.wrong("a label is at most 32 hexadecimal digits, with a mask if need be"))?;
    label.0[..bytes.len()].copy_from_slice(&bytes);
    Ok(label)
}

/// What tc has no name for.
pub(super) fn unsaid(key: &Match) -> Option<&'static str> {
    let known = CT_STATES.iter().fold(0, |known, (_, bit)| known | bit);
    key.ct_state.filter(|state| state.mask & !known != 0).map(|_| "a state of a connection that has no name")
}

pub(super) fn drop_empty(key: &mut Match) {
    key.ct_state = key.ct_state.filter(|state| state.mask != 0);
    key.ct_zone = key.ct_zone.filter(|zone| zone.mask != 0);
    key.ct_mark = key.ct_mark.filter(|mark| mark.mask != 0);
    key.ct_label = key.ct_label.filter(|label| label.mask != CtLabel::default());
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    if let Some(state) = key.ct_state {
        line(show, "ct_state", &written_state(state));
    }
    if let Some(zone) = key.ct_zone {
        masked(show, "ct_zone", zone);
    }
    if let Some(mark) = key.ct_mark {
        masked(show, "ct_mark", mark);
    }
    if let Some(label) = key.ct_label {
        line(show, "ct_label", &label.to_string());
    }
}
