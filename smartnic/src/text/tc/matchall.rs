//! What follows `matchall`: flags, class, actions.

use smartnic_core::flow::{Rule, Skip};

use super::{action, class};
use crate::text::cursor::{Cursor, Parsed, Word};

const WORDS: [&str; 5] = ["classid", "flowid", "action", "skip_hw", "skip_sw"];

/// Reads up to the end of the line into the rule.
pub(super) fn read(cursor: &mut Cursor<'_>, mut rule: Rule) -> Parsed<Rule> {
    while let Some(word) = cursor.next() {
        match full_name(&word) {
            Some("action") => rule.actions = action::read_all(cursor, |word| full_name(word).is_some())?,
            Some(name @ ("classid" | "flowid")) => rule.classid = Some(class::read(&cursor.value_of(name)?)?),
            Some(name) => {
                let skip = if name == "skip_sw" { Skip::SkipSw } else { Skip::SkipHw };
                if rule.skip != Skip::None && rule.skip != skip {
                    return Err(word.wrong("a rule with both `skip_sw` and `skip_hw` would stand nowhere"));
                }
                rule.skip = skip;
                // tc wants another word behind these here.
                if cursor.peek().is_none() {
                    let fault = cursor.ends(format!("something must follow `{name}`, but the line ends"));
                    return Err(fault.hint("write what the rule does: action …"));
                }
            }
            None => {
                let fault = word.unknown("option of matchall", WORDS);
                return Err(match fault.hint.is_some() {
                    true => fault,
                    false => fault.hint("matchall has no keys: every packet meets it"),
                });
            }
        }
    }
    Ok(rule)
}

/// Of these words tc takes two abbreviated.
fn full_name(word: &Word<'_>) -> Option<&'static str> {
    let short = ["classid", "action"].into_iter().find(|name| word.begins(name));
    short.or_else(|| WORDS.into_iter().find(|name| *name == word.text))
}
