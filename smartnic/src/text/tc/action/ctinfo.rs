//! `ctinfo`: parts of the packet from its connection's mark.

use smartnic_core::flow::{Action, ActionKind, ActionState, Ctinfo};

use super::common::{end, written_end};
use super::show::{show_numbers, show_times};
use super::{Show, show_control};
use crate::text::cursor::{Cursor, Parsed};
use crate::text::number::{Base, number, read as read_number};
use crate::text::tc::units::c_hex;

const MAX: u64 = u32::MAX as u64;

pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Action> {
    // tc passes over the name again, and over what begins it.
    while cursor.next_if(|word| word.begins("ctinfo")).is_some() {}
    let mut ctinfo = Ctinfo::default();
    if cursor.next_if(|word| word.begins("dscp")).is_some() {
        let word = cursor.value_of("dscp")?;
        let mask: u32 = number(&word, Base::C, MAX, "the mask of the DSCP")?;
        let state = optional(cursor).unwrap_or(0);
        if mask & state != 0 {
            return Err(word.wrong("the two masks of `dscp` must have no bit in common"));
        }
        if mask != 0 && mask >> mask.trailing_zeros() != 0x3f {
            return Err(word
                .wrong("the mask of the DSCP must be six bits in a row")
                .hint("such as 0xfc000000"));
        }
        ctinfo.dscp_mask = Some(mask).filter(|mask| *mask != 0);
        ctinfo.dscp_state_mask = Some(state).filter(|mask| *mask != 0);
    }
    if cursor.next_if(|word| word.begins("cpmark")).is_some() {
        // tc sends no 0.
        ctinfo.cpmark_mask = Some(optional(cursor).unwrap_or(u32::MAX)).filter(|mask| *mask != 0);
    }
    if cursor.next_if(|word| word.begins("zone")).is_some() {
        ctinfo.zone = number(&cursor.value_of("zone")?, Base::Ten, 0xffff, "a zone")?;
    }
    end(cursor, ActionKind::Ctinfo(ctinfo))
}

/// The next word if it is a number.
fn optional(cursor: &mut Cursor<'_>) -> Option<u32> {
    let number = read_number(cursor.peek()?.text, Base::C, MAX)?;
    cursor.next();
    u32::try_from(number).ok()
}

pub(super) fn write(ctinfo: &Ctinfo, action: &Action) -> Result<String, String> {
    let Ctinfo { zone, dscp_mask, dscp_state_mask, cpmark_mask } = ctinfo;
    let mut text = "ctinfo".to_owned();
    if dscp_mask.is_some() || dscp_state_mask.is_some() {
        text.push_str(&format!(" dscp {:#x} {:#x}", dscp_mask.unwrap_or(0), dscp_state_mask.unwrap_or(0)));
    }
    match cpmark_mask {
        Some(0) => return Err("`ctinfo cpmark` with an empty mask".to_owned()),
        Some(mask) => text.push_str(&format!(" cpmark {mask:#x}")),
        None => {}
    }
    Ok(format!("{text} zone {zone}{}", written_end(action)?))
}

pub(super) fn show(ctinfo: &Ctinfo, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.any("kind", "ctinfo", format_args!("ctinfo "));
    show.any("zone", ctinfo.zone, format_args!("zone {} ", ctinfo.zone));
    show_control(show, action.control);
    show_numbers(show, "\t ", state);
    if let Some(mask) = ctinfo.dscp_mask {
        let state = ctinfo.dscp_state_mask.unwrap_or(0);
        show.any("dscpmask", c_hex(mask.into()), format_args!(" dscp {}", wide(mask)));
        show.any("dscpstatemask", c_hex(state.into()), format_args!(" {}", wide(state)));
    }
    if let Some(mask) = ctinfo.cpmark_mask {
        show.any("cpmark", c_hex(mask.into()), format_args!(" cpmark {}", wide(mask)));
    }
    if show.style.stats {
        show_times(show, state);
        let [dscp, errors, marks] = state.ctinfo;
        show.any("dscpset", dscp, format_args!(" DSCP set {dscp}"));
        show.any("dscperror", errors, format_args!(" error {errors}"));
        show.any("cpmarkset", marks, format_args!(" CPMARK set {marks}"));
    }
    show.line();
}

/// All digits of a mask; C writes no prefix before a zero.
fn wide(mask: u32) -> String {
    if mask == 0 { "0000000000".to_owned() } else { format!("{mask:#010x}") }
}
