//! Flags of the packet and of its tunnel.

use smartnic_core::flow::{ENC_FLAGS, IP_FLAGS, Match};
use smartnic_core::types::Masked;

use super::{Key, Read, Show};
use crate::text::cursor::{Parsed, Word};

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "ip_flags",
        read: Read::Word(|key, word| read(&mut key.ip_flags, word, &IP_FLAGS)),
        write: |key| key.ip_flags.map(|flags| written(flags, &IP_FLAGS)),
    },
    Key {
        name: "enc_flags",
        read: Read::Word(|key, word| read(&mut key.enc_flags, word, &ENC_FLAGS)),
        write: |key| key.enc_flags.map(|flags| written(flags, &ENC_FLAGS)),
    },
];

type Names = [(&'static str, u32)];

/// Names with slashes between them, each with `no` before it if the flag must not be set. Flags that are given again
/// add to those before.
fn read(flags: &mut Option<Masked<u32>>, word: &Word<'_>, names: &Names) -> Parsed<()> {
    let mut sum = flags.unwrap_or(Masked::new(0, 0));
    for text in word.text.split('/').filter(|text| !text.is_empty()) {
        let (name, set) = text.strip_prefix("no").map_or((text, true), |name| (name, false));
        let Some((_, bit)) = names.iter().find(|(known, _)| *known == name) else {
            let all: Vec<_> =
                names.iter().flat_map(|(name, _)| [(*name).to_owned(), format!("no{name}")]).collect();
            let fault = word.wrong(format!("no flag is called `{text}`"));
            return Err(fault.hint(format!("the flags are {}, with `/` between several", all.join(", "))));
        };
        sum.mask |= bit;
        sum.value = if set { sum.value | bit } else { sum.value & !bit };
    }
    *flags = Some(sum);
    Ok(())
}

fn written(flags: Masked<u32>, names: &Names) -> String {
    let counts = names.iter().filter(|(_, bit)| flags.mask & bit != 0);
    let said = counts.map(|(name, bit)| format!("{}{name}", if flags.value & bit != 0 { "" } else { "no" }));
    said.collect::<Vec<_>>().join("/")
}

/// What tc has no name for.
pub(super) fn unsaid(key: &Match) -> Option<&'static str> {
    let strange = |flags: Option<Masked<u32>>, names: &Names| {
        flags.is_some_and(|flags| names.iter().fold(flags.mask, |mask, (_, bit)| mask & !bit) != 0)
    };
    (strange(key.ip_flags, &IP_FLAGS) || strange(key.enc_flags, &ENC_FLAGS))
        .then_some("a flag that has no name")
}

pub(super) fn drop_empty(key: &mut Match) {
    key.ip_flags = key.ip_flags.filter(|flags| flags.mask != 0);
    key.enc_flags = key.enc_flags.filter(|flags| flags.mask != 0);
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    let both = [("ip_flags", key.ip_flags, &IP_FLAGS[..]), ("enc_flags", key.enc_flags, &ENC_FLAGS)];
    for (key, flags, names) in both {
        let Some(flags) = flags else { continue };
        show.text(format_args!("\n  {key} {}", written(flags, names)));
        show.open(Some(key));
        for (name, bit) in names.iter().filter(|(_, bit)| flags.mask & bit != 0) {
            show.json(name, flags.value & bit != 0);
        }
        show.close();
    }
}
