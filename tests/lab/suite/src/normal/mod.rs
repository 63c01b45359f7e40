//! Rules in one form, whoever read them: iproute2 (its JSON) or us.
//!
//! Both readers print every key as `value/mask` in hexadecimal, by code of their own, so that a mistake of ours does
//! not hide behind itself.

mod ours;
mod tc;

use std::collections::BTreeMap;
use std::fmt;

pub(crate) use ours::seen_by_us;
pub(crate) use tc::{even_out, seen_by_snicctl, seen_by_tc};

use crate::check::Why;

/// A rule as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// `dev sim0 ingress` or `block 7`.
    pub(crate) place: String,
    pub(crate) chain: u32,
    pub(crate) prio: u16,
    pub(crate) protocol: u16,
    pub(crate) handle: u32,
    /// Keys by name, as `value/mask`.
    pub(crate) keys: BTreeMap<String, String>,
    /// Actions in order, each with what follows it.
    pub(crate) actions: Vec<String>,
    /// `skip_sw`, `skip_hw` or nothing.
    pub(crate) skip: &'static str,
    pub(crate) in_hw: Option<bool>,
    pub(crate) in_hw_count: u32,
    /// Packets and bytes of the first action.
    pub(crate) counted: (u64, u64),
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, chain, prio, protocol, handle, skip, counted: (packets, bytes), .. } = self;
        write!(f, "{place} chain {chain} pref {prio} protocol {protocol:#06x} handle {handle:#x} {skip}")?;
        self.keys.iter().try_for_each(|(name, value)| write!(f, " {name} {value}"))?;
        self.actions.iter().try_for_each(|action| write!(f, " [{action}]"))?;
        write!(f, " in_hw {:?} in {} devices, {packets} packets, {bytes} bytes", self.in_hw, self.in_hw_count)
    }
}

/// Fails the check unless both saw the same rules in the same order, with the first difference.
pub(crate) fn must_agree(ours: &[Seen], theirs: &[Seen], who: &str) -> Result<(), Why> {
    for (ours, theirs) in ours.iter().zip(theirs) {
        if ours != theirs {
            return Err(Why(format!("we see: {ours}; {who}: {theirs}")));
        }
    }
    let longer = if ours.len() > theirs.len() { ours } else { theirs };
    match longer.get(ours.len().min(theirs.len())) {
        None => Ok(()),
        Some(first) => Err(Why(format!(
            "we see {} rules, {who} {}; the first more is {first}",
            ours.len(),
            theirs.len()
        ))),
    }
}

/// A number under a mask, `digits` hexadecimal digits wide, without the bits that do not count.
fn bits(value: u128, mask: u128, digits: usize) -> String {
    format!("{:0digits$x}/{mask:0digits$x}", value & mask)
}

/// A number of which every bit counts.
fn exact(value: u128, digits: usize) -> String {
    bits(value, u128::MAX >> (128 - 4 * digits), digits)
}
