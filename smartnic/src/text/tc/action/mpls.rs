//! `mpls`: pop, push, modify, and their like.

use smartnic_core::flow::{Action, ActionKind, ActionState, Mpls, MplsEntry};
use smartnic_core::types::EtherType;

use super::common::{end, index_number, written_end};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::number::{Base, number};

/// The words in tc's order: an abbreviation means the first that it begins. The verbs come first.
const WORDS: [&str; 10] =
    ["pop", "push", "modify", "mac_push", "dec_ttl", "label", "tc", "ttl", "bos", "protocol"];
const VERBS: usize = 5;

/// What is given behind the verb.
#[derive(Default)]
struct Given<'w> {
    verb: Option<(&'static str, Word<'w>)>,
    protocol: Option<EtherType>,
    entry: MplsEntry,
}

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    if cursor.next_if(|word| word.text == "index").is_some() {
        let index = index_number(cursor)?;
        return Ok(Action { index, ..Action::new(ActionKind::ByIndex("mpls".to_owned())) });
    }
    let mut given = Given::default();
    while let Some((word, at)) = cursor.peek().and_then(|word| Some((word, position(&word)?))) {
        cursor.next();
        take(cursor, &mut given, &word, at)?;
    }
    let Given { verb, protocol, entry } = given;
    let Some((verb, word)) = verb else {
        let word = cursor.value_of("mpls")?;
        return Err(word.unknown("mpls action", WORDS.into_iter().take(VERBS)));
    };
    let no_label = entry.label.is_none();
    let mpls = match verb {
        "pop" if protocol.is_none() => {
            let hint = "write `protocol` and what is behind the label, such as ip or mpls_uc";
            return Err(word.wrong("`mpls pop` needs the protocol").hint(hint));
        }
        "push" if no_label => {
            return Err(word.wrong("`mpls push` needs the label").hint("write `label NUMBER`"));
        }
        "push" | "mac_push" if protocol.is_some_and(|protocol| !protocol.is_mpls()) => {
            return Err(word.wrong("a label's protocol is mpls_uc or mpls_mc"));
        }
        "pop" => Mpls::Pop { protocol },
        "push" => Mpls::Push { protocol, entry },
        "modify" => Mpls::Modify(entry),
        "mac_push" => Mpls::MacPush { protocol, entry },
        _ => Mpls::DecTtl,
    };
    end(cursor, ActionKind::Mpls(mpls))
}

fn position(word: &Word<'_>) -> Option<usize> {
    WORDS.iter().position(|name| word.begins(name))
}

fn take<'w>(cursor: &mut Cursor<'w>, given: &mut Given<'w>, word: &Word<'w>, at: usize) -> Parsed<()> {
    let Some(name) = WORDS.get(at) else { return Ok(()) };
    if at < VERBS {
        if let Some((verb, _)) = given.verb {
            return Err(word.wrong(format!("`mpls {verb}` is one action: `{name}` is another")));
        }
        given.verb = Some((name, *word));
        return Ok(());
    }
    let fits = match given.verb {
        Some(("push" | "mac_push", _)) => true,
        Some(("modify", _)) => *name != "protocol",
        Some(("pop", _)) => *name == "protocol",
        _ => false,
    };
    if !fits {
        return Err(match given.verb {
            Some((verb, _)) => word.wrong(format!("`{name}` does not go with `mpls {verb}`")),
            None => word.wrong(format!("`{name}` stands before what is to be done, such as push")),
        });
    }
    let value = cursor.value_of(name)?;
    let entry = &mut given.entry;
    match *name {
        "label" => entry.label = Some(number(&value, Base::C, 0xf_ffff, "a label")?),
        "tc" => entry.tc = Some(number(&value, Base::C, 7, "a traffic class")?),
        "ttl" => match number(&value, Base::C, 255, "a time to live")? {
            0 => return Err(value.wrong("a time to live must be from 1 to 255")),
            ttl => entry.ttl = Some(ttl),
        },
        "bos" => entry.bos = Some(number(&value, Base::C, 1, "the bottom of the stack")?),
        // tc takes the number 0 for none.
        _ => given.protocol = Some(value.value()?).filter(|protocol| *protocol != EtherType(0)),
    }
    Ok(())
}

fn parts(mpls: &Mpls) -> (&'static str, Option<EtherType>, MplsEntry) {
    match *mpls {
        Mpls::Pop { protocol } => ("pop", protocol, MplsEntry::default()),
        Mpls::Push { protocol, entry } => ("push", protocol, entry),
        Mpls::Modify(entry) => ("modify", None, entry),
        Mpls::DecTtl => ("dec_ttl", None, MplsEntry::default()),
        Mpls::MacPush { protocol, entry } => ("mac_push", protocol, entry),
    }
}

pub(super) fn write(mpls: &Mpls, action: &Action) -> Result<String, String> {
    let (verb, protocol, MplsEntry { label, tc, ttl, bos }) = parts(mpls);
    match mpls {
        Mpls::Pop { protocol: None } => return Err("`mpls pop` without a protocol".to_owned()),
        Mpls::Push { entry: MplsEntry { label: None, .. }, .. } => {
            return Err("`mpls push` without a label".to_owned());
        }
        _ => {}
    }
    let mut text = format!("mpls {verb}");
    text.extend(protocol.map(|protocol| format!(" protocol {protocol}")));
    text.extend(label.map(|label| format!(" label {label}")));
    text.extend(tc.map(|tc| format!(" tc {tc}")));
    text.extend(ttl.map(|ttl| format!(" ttl {ttl}")));
    text.extend(bos.map(|bos| format!(" bos {bos}")));
    Ok(text + &written_end(action)?)
}

pub(super) fn show(mpls: &Mpls, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    let (verb, protocol, MplsEntry { label, tc, ttl, bos }) = parts(mpls);
    show.any("kind", "mpls", format_args!("mpls "));
    show.any("mpls_action", verb, format_args!(" {verb}"));
    if let Some(protocol) = protocol {
        show.any("protocol", protocol.to_string(), format_args!(" protocol {protocol}"));
    }
    if let Some(label) = label {
        show.any("label", label, format_args!(" label {label}"));
    }
    for (name, value) in [("tc", tc), ("bos", bos), ("ttl", ttl)] {
        if let Some(value) = value {
            show.any(name, value, format_args!(" {name} {value}"));
        }
    }
    show.text(format_args!(" "));
    show_control(show, action.control);
    show_state(show, "\t ", state);
}
