//! Connectivity fault management: level and operation code.

use smartnic_core::flow::{Cfm, Match};
use smartnic_core::types::EtherType;

use super::{Key, Read, Show};
use crate::text::cursor::{Cursor, Parsed};
use crate::text::number::{Base, number};

pub(super) const KEYS: &[Key] = &[Key { name: "cfm", read: Read::Words(read), write }];

/// `mdl LEVEL` and `op CODE` in any order. tc wants a word behind `cfm`, but it may be the next key.
fn read(key: &mut Match, cursor: &mut Cursor<'_>) -> Parsed<()> {
    let first = cursor.peek().ok_or_else(|| cursor.ends("`cfm` needs `mdl` or `op`, but the line ends"))?;
    if key.network_type() != Some(EtherType::CFM) {
        let fault = first.wrong("`cfm` needs the rule to be for packets of fault management");
        return Err(fault.hint("give the rule protocol cfm"));
    }
    let mut cfm = Cfm::default();
    while let Some(word) = cursor.next_if(|word| ["mdl", "op"].contains(&word.text)) {
        let value = cursor.value_of(word.text)?;
        match word.text {
            "mdl" => cfm.mdl = Some(number(&value, Base::Ten, 0xff, "a level")?),
            _ => cfm.op = Some(number(&value, Base::Ten, 0xff, "an operation code")?),
        }
    }
    key.cfm = Some(cfm);
    Ok(())
}

fn write(key: &Match) -> Option<String> {
    let Cfm { mdl, op } = key.cfm?;
    let parts = [mdl.map(|level| format!("mdl {level}")), op.map(|code| format!("op {code}"))];
    Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
}

pub(super) fn drop_empty(key: &mut Match) {
    key.cfm = key.cfm.filter(|cfm| *cfm != Cfm::default());
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    let Some(Cfm { mdl, op }) = key.cfm else { return };
    show.text(format_args!("\n  cfm"));
    show.open(Some("cfm"));
    if let Some(level) = mdl {
        show.any("mdl", level, format_args!(" mdl {level}"));
    }
    if let Some(code) = op {
        show.any("op", code, format_args!(" op {code}"));
    }
    show.close();
}
