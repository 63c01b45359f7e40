//! `csum`: checksums that are computed anew.

use smartnic_core::flow::{Action, ActionKind, ActionState, Csum};

use super::common::{end, index_number, written_end};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed};

/// The names in tc's order: an abbreviation means the first that it begins.
const TARGETS: [(&str, Csum); 9] = [
    ("iph", Csum::IPV4_HEADER),
    ("ip4h", Csum::IPV4_HEADER),
    ("ipv4h", Csum::IPV4_HEADER),
    ("icmp", Csum::ICMP),
    ("igmp", Csum::IGMP),
    ("tcp", Csum::TCP),
    ("udp", Csum::UDP),
    ("udplite", Csum::UDPLITE),
    ("sctp", Csum::SCTP),
];

/// Words that tc takes between two names, and that mean nothing.
const SWEETS: [&str; 3] = ["and", "or", "+"];

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let first = cursor.value_of("csum")?;
    if first.text == "index" {
        let kind = ActionKind::ByIndex("csum".to_owned());
        return Ok(Action { index: index_number(cursor)?, ..Action::new(kind) });
    }
    cursor.back();
    let mut csum = Csum::empty();
    while let Some(word) = cursor.peek() {
        match TARGETS.iter().find(|(name, _)| word.begins(name)) {
            Some((_, target)) => csum |= *target,
            None if SWEETS.iter().any(|sweet| word.begins(sweet)) => {}
            // The list may begin again.
            None if word.begins("csum") => {}
            None => break,
        }
        cursor.next();
    }
    if csum.is_empty() {
        return Err(first.unknown("checksum", TARGETS.map(|(name, _)| name)));
    }
    end(cursor, ActionKind::Csum(csum))
}

/// The name that is shown, of those that mean the same.
fn names(csum: Csum) -> impl Iterator<Item = &'static str> {
    let shown = TARGETS.into_iter().filter(|(name, _)| !["ip4h", "ipv4h"].contains(name));
    shown.filter(move |(_, target)| csum.contains(*target)).map(|(name, _)| name)
}

pub(super) fn write(action: &Action, csum: Csum) -> Result<String, String> {
    let known = TARGETS.iter().fold(Csum::empty(), |set, (_, target)| set | *target);
    if csum.is_empty() || !(csum - known).is_empty() {
        return Err(format!("the checksums {:#x}", csum.bits()));
    }
    Ok(format!("csum {}{}", names(csum).collect::<Vec<_>>().join(" "), written_end(action)?))
}

pub(super) fn show(csum: Csum, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    let text = names(csum).collect::<Vec<_>>().join(", ");
    let text = if text.is_empty() { "?empty" } else { &text };
    show.any("kind", "csum", format_args!("csum "));
    show.any("csum", text, format_args!("({text}) "));
    show.text(format_args!("action "));
    show_control(show, action.control);
    show_state(show, "\t", state);
}
