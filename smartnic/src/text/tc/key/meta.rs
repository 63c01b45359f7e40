//! The link that a packet came in by.

use smartnic_core::flow::Match;

use super::{Key, Read, Show};
use crate::text::tc::link_name;

pub(super) const KEYS: &[Key] = &[Key {
    name: "indev",
    read: Read::Word(|key, word| link_name(word).map(|name| key.indev = Some(name))),
    write: |key| key.indev.clone(),
}];

/// tc shows it before the other keys, and not as one of them.
pub(in crate::text::tc) fn show(key: &Match, show: &mut Show<'_>) {
    if let Some(link) = &key.indev {
        show.any("indev", link, format_args!("\n  indev {link}"));
    }
}
