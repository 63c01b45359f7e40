//! What the kernel knows beside the packet's bytes: the link it came in by, whether a bridge missed. tc has no word for
//! the packet's hash.

use smartnic_core::flow::Match;

use super::{Key, Read, Show};
use crate::text::number::{Base, number};
use crate::text::tc::link_name;

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "indev",
        read: Read::Word(|key, word| link_name(word).map(|name| key.indev = Some(name))),
        write: |key| key.indev.clone(),
    },
    Key {
        name: "l2_miss",
        read: Read::Word(|key, word| {
            number(word, Base::Ten, 1, "l2_miss").map(|miss| key.l2_miss = Some(miss))
        }),
        write: |key| key.l2_miss.map(|miss| miss.to_string()),
    },
];

/// The keys that tc has no word for.
pub(super) const BEYOND: &[Key] = &[Key {
    name: "hash",
    read: Read::Word(|key, word| word.value().map(|hash| key.hash = Some(hash))),
    write: |key| key.hash.map(|hash| hash.to_string()),
}];

/// What tc has no word for.
pub(super) fn unsaid_by_tc(key: &Match) -> Option<&'static str> {
    key.hash.map(|_| "the packet's hash")
}

/// tc shows it before the other keys, and not as one of them.
pub(in crate::text::tc) fn show(key: &Match, show: &mut Show<'_>) {
    if let Some(link) = &key.indev {
        show.any("indev", link, format_args!("\n  indev {link}"));
    }
}

/// The keys that tc shows behind the flags.
pub(super) fn show_miss(key: &Match, show: &mut Show<'_>) {
    if let Some(miss) = key.l2_miss {
        show.any("l2_miss", miss, format_args!("\n  l2_miss {miss}"));
    }
}
