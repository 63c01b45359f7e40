//! Numbers as tc reads them: in base ten, in base sixteen, or with C's prefixes.

use super::cursor::{Parsed, Word};

/// How digits are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// Base ten; leading zeros mean nothing.
    Ten,
    /// Base sixteen, with or without `0x`.
    Sixteen,
    /// As in C: `0x…` is base sixteen, a leading 0 base eight, anything else base ten.
    C,
}

/// The number in `text`, up to `max`.
pub(super) fn read(text: &str, base: Base, max: u64) -> Option<u64> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, radix) = match (base, hex) {
        (Base::Ten, _) => (text, 10),
        (Base::Sixteen, _) => (hex.unwrap_or(text), 16),
        (Base::C, Some(digits)) => (digits, 16),
        (Base::C, None) if text.len() > 1 && text.starts_with('0') => (text, 8),
        (Base::C, None) => (text, 10),
    };
    // `from_str_radix` takes a sign; a number here has at most the one that is gone already.
    let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    plain.then(|| u64::from_str_radix(digits, radix).ok()).flatten().filter(|number| *number <= max)
}

/// The number in `text` with C's prefixes, which may be below 0.
pub(super) fn signed(text: &str) -> Option<i64> {
    match text.strip_prefix('-') {
        Some(text) => read(text, Base::C, 1 << 62).map(|number| -number.cast_signed()),
        None => read(text, Base::C, 1 << 62).map(u64::cast_signed),
    }
}

/// The number in a word, from 0 to the highest that `N` holds; `what` names it in the fault.
pub(super) fn number<N: TryFrom<u64>>(word: &Word<'_>, base: Base, max: u64, what: &str) -> Parsed<N> {
    part(word, word.text, base, max, what)
}

/// As [`number`], for a part of the word.
pub(super) fn part<N: TryFrom<u64>>(
    word: &Word<'_>,
    text: &str,
    base: Base,
    max: u64,
    what: &str,
) -> Parsed<N> {
    let number = read(text, base, max).and_then(|number| N::try_from(number).ok());
    number.ok_or_else(|| {
        let form = match base {
            Base::Ten => "a decimal number",
            Base::Sixteen => "a hexadecimal number",
            Base::C => "a number",
        };
        let limit = if base == Base::Sixteen { format!("{max:#x}") } else { max.to_string() };
        word.wrong(format!("{what} must be {form} from 0 to {limit}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_are_tcs() {
        for (text, base, number) in [
            ("010", Base::Ten, Some(10)),
            ("010", Base::C, Some(8)),
            ("0x10", Base::C, Some(16)),
            ("0", Base::C, Some(0)),
            ("08", Base::C, None),
            ("0x10", Base::Ten, None),
            ("12", Base::Sixteen, Some(0x12)),
            ("0X12", Base::Sixteen, Some(0x12)),
            ("1f", Base::Ten, None),
            ("256", Base::Ten, None),
            ("-1", Base::C, None),
            ("+1", Base::C, Some(1)),
            ("++1", Base::C, None),
            ("0x+1", Base::C, None),
            ("", Base::C, None),
            ("0x", Base::C, None),
            ("99999999999999999999999", Base::C, None),
        ] {
            assert_eq!(read(text, base, 255), number, "{text} {base:?}");
        }
    }
}
