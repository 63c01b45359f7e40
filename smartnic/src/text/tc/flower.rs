//! What follows `flower`: flags, keys, actions.

use smartnic_core::flow::{Rule, Skip};

use super::{action, class, key};
use crate::text::cursor::{Cursor, Fault, Parsed, Word};

/// Reads up to the end of the line into the rule.
pub(super) fn read(cursor: &mut Cursor<'_>, rule: Rule) -> Parsed<Rule> {
    read_as_tc(cursor, rule, &mut false)
}

/// As [`read`]; says whether the line asks for the driver's reasons.
pub(super) fn read_as_tc(cursor: &mut Cursor<'_>, mut rule: Rule, verbose: &mut bool) -> Parsed<Rule> {
    while let Some(word) = cursor.next() {
        let Some(name) = key::full_name(&word) else {
            return Err(stranger(&word));
        };
        match name {
            // In rule files it means nothing: the SDK asks for the driver's reasons with every rule.
            "verbose" => *verbose = true,
            "skip_sw" | "skip_hw" => {
                let skip = if name == "skip_sw" { Skip::SkipSw } else { Skip::SkipHw };
                if rule.skip != Skip::None && rule.skip != skip {
                    return Err(word.wrong("a rule with both `skip_sw` and `skip_hw` would stand nowhere"));
                }
                rule.skip = skip;
            }
            "action" => {
                rule.actions = action::read_all(cursor, |word| key::full_name(word).is_some())?;
            }
            "classid" | "flowid" => rule.classid = Some(class::read(&cursor.value_of(name)?)?),
            "hw_tc" => rule.classid = Some(class::hw_tc(&cursor.value_of(name)?, &rule.attach)?),
            name => {
                let Some(key) = key::find(name) else { return Err(foreign(&word, name)) };
                key.read(&mut rule.key, cursor).map_err(|fault| abbreviated(&word, name, fault))?;
            }
        }
    }
    key::drop_empty(&mut rule.key);
    key::drop_contradicted(&mut rule.key);
    Ok(rule)
}

fn foreign(word: &Word<'_>, name: &str) -> Box<Fault> {
    abbreviated(word, name, word.wrong(format!("the key `{name}` is not supported by this version")))
}

/// Says what an abbreviation was taken for, unless something better is said already.
fn abbreviated(word: &Word<'_>, name: &str, fault: Box<Fault>) -> Box<Fault> {
    match word.text == name || fault.hint.is_some() {
        true => fault,
        false => fault.hint(format!("tc reads `{}` as `{name}`", word.text)),
    }
}

fn stranger(word: &Word<'_>) -> Box<Fault> {
    let head = ["protocol", "pref", "prio", "chain", "handle", "dev", "ingress", "egress", "block", "parent"];
    if head.contains(&word.text) {
        return word.wrong(format!("`{}` must come before `flower`", word.text));
    }
    match word.text {
        "icmp_type" => word.wrong("tc calls this key `type`").hint("write `type`"),
        "icmp_code" => word.wrong("tc calls this key `code`").hint("write `code`"),
        "enc_src_port" | "hash" => word
            .wrong(format!("tc has no word for the key `{}`", word.text))
            .hint("a rule file in YAML has one"),
        _ => match key::begun(word) {
            Some(name) => word.wrong(format!("tc takes no abbreviation of `{name}`")),
            None => word.unknown("key of flower", key::names()),
        },
    }
}
