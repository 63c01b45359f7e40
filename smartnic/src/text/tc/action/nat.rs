//! `nat`: translation of addresses without connections.

use std::net::{IpAddr, Ipv4Addr};

use smartnic_core::flow::{Action, ActionKind, ActionState, Nat};

use super::common::{end, index_number, written_end};
use super::{Show, show_control, show_state};
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::number::{Base, read as read_number};
use crate::text::tc::address;

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    let mut nat: Option<Nat> = None;
    loop {
        if cursor.next_if(|word| word.text == "index").is_some() {
            let index = index_number(cursor)?;
            return Ok(Action { index, ..Action::new(ActionKind::ByIndex("nat".to_owned())) });
        }
        let word = cursor.value_of("nat")?;
        let egress = match () {
            () if word.begins("egress") => true,
            () if word.begins("ingress") => false,
            () => return Err(word.unknown("direction of nat", ["ingress", "egress"])),
        };
        let (old, mask) = prefix(&cursor.value_of("nat")?)?;
        let (new, _) = prefix(&cursor.value_of("nat")?)?;
        // tc makes one action of several of these in a row; once outgoing is always outgoing.
        let egress = egress || nat.is_some_and(|nat| nat.egress);
        let nat = nat.insert(Nat { egress, old, mask, new });
        if cursor.next_if(|word| word.begins("nat")).is_none() {
            return end(cursor, ActionKind::Nat(*nat));
        }
    }
}

/// An address with a prefix length or a mask without holes; `any`, `all` and `default` are all addresses.
fn prefix(word: &Word<'_>) -> Parsed<(Ipv4Addr, Ipv4Addr)> {
    if ["default", "any", "all"].contains(&word.text) {
        return Ok((Ipv4Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED));
    }
    let wrong = || word.wrong("expected an IPv4 address such as 192.0.2.1 or 192.0.2.0/24");
    let address = |text: &str| match address::read(text) {
        Some(IpAddr::V4(address)) => Some(address),
        _ => None,
    };
    let (text, length) = match word.text.split_once('/') {
        Some((text, length)) => (text, Some(length)),
        None => (word.text, None),
    };
    let bits = match length {
        None => 32,
        Some(length) => match read_number(length, Base::C, 32) {
            Some(bits) => bits as u32,
            None => {
                let mask: u32 = address(length).map(Ipv4Addr::to_bits).ok_or_else(wrong)?;
                Some(mask.leading_ones()).filter(|ones| mask.count_ones() == *ones).ok_or_else(wrong)?
            }
        },
    };
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    Ok((address(text).ok_or_else(wrong)?, Ipv4Addr::from_bits(mask)))
}

pub(super) fn write(nat: &Nat, action: &Action) -> Result<String, String> {
    let Nat { egress, old, mask, new } = nat;
    let mask = mask.to_bits();
    if mask.leading_ones() != mask.count_ones() {
        return Err("`nat` with a mask with holes".to_owned());
    }
    let side = if *egress { "egress" } else { "ingress" };
    Ok(format!("nat {side} {old}/{} {new}{}", mask.leading_ones(), written_end(action)?))
}

pub(super) fn show(nat: &Nat, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    let Nat { egress, old, mask, new } = nat;
    show.any("type", "nat", format_args!(" nat "));
    let side = if *egress { "egress" } else { "ingress" };
    show.any("direction", side, format_args!("{side}"));
    // tc counts from the lowest bit of the mask.
    let bits = mask.to_bits();
    let old = format!("{old}/{}", if bits == 0 { 0 } else { 32 - bits.trailing_zeros() });
    show.any("old_addr", &old, format_args!(" {old}"));
    show.any("new_addr", new.to_string(), format_args!(" {new}"));
    show.text(format_args!(" "));
    show_control(show, action.control);
    show_state(show, "\t ", state);
}
