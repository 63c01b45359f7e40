//! Classes of rules as tc writes them: `major:minor` in base sixteen, or the number of a hardware traffic class.

use smartnic_core::flow::{Attach, Rule};

use super::show::Show;
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, number, read as read_number};

/// The lowest minor number that stands for a hardware traffic class (`TC_H_MIN_PRIORITY`).
const FIRST_HW_TC: u32 = 0xffe0;
/// How many of them there are (`TC_QOPT_MAX_QUEUE`).
const HW_TCS: u32 = 16;

/// `major:minor`, either of which may be missing; or the whole number; or `root`, or `none`.
pub(in crate::text) fn read(word: &Word<'_>) -> Parsed<u32> {
    let half = |text: &str| if text.is_empty() { Some(0) } else { read_number(text, Base::Sixteen, 0xffff) };
    let class = match (word.text, word.text.split_once(':')) {
        ("root", _) => Some(u64::from(u32::MAX)),
        ("none", _) => Some(0),
        // Behind a colon that tc finds nothing, it takes 0.
        (_, Some((major, minor))) => half(major).zip(half(minor)).map(|(major, minor)| major << 16 | minor),
        (text, None) => read_number(text, Base::Sixteen, u64::from(u32::MAX)),
    };
    let class = class.and_then(|class| u32::try_from(class).ok());
    class.ok_or_else(|| {
        let fault = word.wrong("a class is `major:minor`, both hexadecimal and at most ffff");
        fault.hint("write for example 1:10")
    })
}

/// The class that stands for a hardware traffic class, at the place of a rule.
pub(in crate::text) fn hw_tc(word: &Word<'_>, attach: &Attach) -> Parsed<u32> {
    let number: u32 = number(word, Base::C, u64::from(HW_TCS - 1), "a traffic class")?;
    let major = match attach {
        Attach::Dev { .. } => 0xffff_0000,
        // tc takes the upper half of the block's number for it.
        Attach::Block(block) => block & 0xffff_0000,
    };
    Ok(major | (FIRST_HW_TC + number))
}

/// The class as tc takes it.
pub(in crate::text) fn written(class: u32) -> String {
    format!("{:x}:{:x}", class >> 16, class & 0xffff)
}

/// The class as tc shows it.
pub(super) fn shown(class: u32) -> String {
    match (class >> 16, class & 0xffff) {
        (0xffff, 0xffff) => "root".to_owned(),
        (0, 0) => "none".to_owned(),
        (0, minor) => format!(":{minor:x}"),
        (major, 0) => format!("{major:x}:"),
        (major, minor) => format!("{major:x}:{minor:x}"),
    }
}

/// The class of a flower rule; those of hardware traffic classes by their number.
pub(super) fn show(rule: &Rule, show: &mut Show<'_>) {
    let Some(class) = rule.classid else { return };
    match (class & 0xffff).checked_sub(FIRST_HW_TC).filter(|number| *number < HW_TCS) {
        Some(number) => show.any("hw_tc", number, format_args!("hw_tc {number} ")),
        None => show.any("classid", shown(class), format_args!("classid {} ", shown(class))),
    }
}

/// The class of a matchall rule.
pub(super) fn show_matchall(rule: &Rule, show: &mut Show<'_>) {
    if let Some(class) = rule.classid {
        show.any("flowid", shown(class), format_args!("flowid {} ", shown(class)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_read_and_shown_as_tc_does() {
        let at = |text| read(&Word { text, at: 0 }).ok();
        for (text, class, shown_as) in [
            ("1:10", 0x1_0010, "1:10"),
            ("1:", 0x1_0000, "1:"),
            (":10", 0x10, ":10"),
            (":", 0, "none"),
            ("10", 0x10, ":10"),
            ("0x10001", 0x1_0001, "1:1"),
            ("root", u32::MAX, "root"),
            ("none", 0, "none"),
        ] {
            assert_eq!((at(text), shown(class)), (Some(class), shown_as.to_owned()), "{text}");
            let text = written(class);
            assert_eq!(read(&Word { text: &text, at: 0 }).ok(), Some(class));
        }
        for wrong in ["", "1:10000", "10000:1", "g:1", "1:g", "100000000"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
