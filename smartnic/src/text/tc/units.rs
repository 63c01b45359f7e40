//! Units as tc takes and prints them.

use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, read as read_number};

/// Bytes as tc shortens them: `1500b`, `64Kb`, `2Mb`, `1Gb`, where little is lost by it.
pub(super) fn shown_size(size: u64) -> String {
    for (shift, letter, slack) in [(30, 'G', 1024), (20, 'M', 1024), (10, 'K', 16)] {
        let unit = 1_u64 << shift;
        let whole = (size >> shift) + u64::from(size % unit > unit / 2);
        if size >= unit && (u128::from(whole) << shift).abs_diff(size.into()) < slack {
            return format!("{}{letter}b", six_digits(whole));
        }
    }
    format!("{size}b")
}

/// C's `%g` of a whole number.
fn six_digits(number: u64) -> String {
    if number < 1_000_000 {
        return number.to_string();
    }
    let scientific = format!("{:.5e}", number as f64);
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    format!("{}e+{exponent:0>2}", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// Rates by the ends of their names in any case, as bits a second.
const RATES: [(&str, f64); 18] = [
    ("bit", 1.0),
    ("kibit", 1024.0),
    ("kbit", 1e3),
    ("mibit", 1_048_576.0),
    ("mbit", 1e6),
    ("gibit", 1_073_741_824.0),
    ("gbit", 1e9),
    ("tibit", 1_099_511_627_776.0),
    ("tbit", 1e12),
    ("bps", 8.0),
    ("kibps", 8192.0),
    ("kbps", 8e3),
    ("mibps", 8_388_608.0),
    ("mbps", 8e6),
    ("gibps", 8_589_934_592.0),
    ("gbps", 8e9),
    ("tibps", 8_796_093_022_208.0),
    ("tbps", 8e12),
];

/// Sizes by the ends of their names in any case, in bytes.
const SIZES: [(&str, f64); 10] = [
    ("b", 1.0),
    ("k", 1024.0),
    ("kb", 1024.0),
    ("kbit", 128.0),
    ("m", 1_048_576.0),
    ("mb", 1_048_576.0),
    ("mbit", 131_072.0),
    ("g", 1_073_741_824.0),
    ("gb", 1_073_741_824.0),
    ("gbit", 134_217_728.0),
];

/// Times by the ends of their names in any case, in nanoseconds.
const TIMES: [(&str, f64); 12] = [
    ("s", 1e9),
    ("sec", 1e9),
    ("secs", 1e9),
    ("ms", 1e6),
    ("msec", 1e6),
    ("msecs", 1e6),
    ("us", 1e3),
    ("usec", 1e3),
    ("usecs", 1e3),
    ("ns", 1.0),
    ("nsec", 1.0),
    ("nsecs", 1.0),
];

/// A rate as tc takes it, such as `10mbit` or `1500kbps`, in bytes a second; without a unit it is bits.
pub(in crate::text) fn rate(text: &str) -> Option<u64> {
    whole(in_units(text, &RATES)? / 8.0)
}

/// A size as tc takes it, such as `16k`, in bytes.
pub(super) fn size(text: &str) -> Option<u64> {
    whole(in_units(text, &SIZES)?)
}

/// A time as tc takes it, such as `300ms`, in nanoseconds.
pub(super) fn time(text: &str) -> Option<u64> {
    whole(in_units(text, &TIMES)?)
}

/// A number that is not below 0, and a unit that may be left out.
fn in_units(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let (number, unit) = leading_number(text)?;
    let factor = match unit {
        "" => 1.0,
        unit => units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?.1,
    };
    Some(number * factor).filter(|number| *number >= 0.0)
}

/// The number that the text begins with, and the rest (`strtod`).
fn leading_number(text: &str) -> Option<(f64, &str)> {
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let end = hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len());
        let number = u32::from_str_radix(hex.get(..end)?, 16).ok()?;
        return Some((number.into(), hex.get(end..)?));
    }
    let digits = |from: usize| {
        let rest = text.as_bytes().get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let start = usize::from(text.starts_with(['+', '-']));
    let mut end = digits(start);
    if text.as_bytes().get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    // An `e` without digits behind it belongs to the unit.
    if matches!(text.as_bytes().get(end), Some(b'e' | b'E')) {
        let sign = matches!(text.as_bytes().get(end + 1), Some(b'+' | b'-'));
        let exponent = end + 1 + usize::from(sign);
        end = if digits(exponent) > exponent { digits(exponent) } else { end };
    }
    Some((text.get(..end)?.parse().ok()?, text.get(end..)?))
}

/// The number without its fraction.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is looked at before")]
fn whole(number: f64) -> Option<u64> {
    const END: f64 = 18_446_744_073_709_551_616.0;
    (0.0..END).contains(&number).then_some(number as u64)
}

/// Bytes a second as tc prints them: `10Mbit`, `1500bit`.
pub(super) fn shown_rate(rate: u64) -> String {
    shown_rate_in(rate, 1000)
}

/// Bytes a second in units of 1000 bits, or of 1024 bits: `9765Kibit`.
pub(in crate::text) fn shown_rate_in(rate: u64, kilo: u64) -> String {
    let binary = if kilo == 1024 { "i" } else { "" };
    let mut bits = rate.wrapping_mul(8);
    for unit in ["", "K", "M", "G"] {
        if bits < kilo || (!bits.is_multiple_of(kilo) && bits < 1000 * kilo) {
            let binary = if unit.is_empty() { "" } else { binary };
            return format!("{bits}{unit}{binary}bit");
        }
        bits /= kilo;
    }
    format!("{bits}T{binary}bit")
}

/// Bytes a second so that [`rate`] comes to the same.
pub(super) fn written_rate(rate: u64) -> String {
    let units = [("gbit", 125_000_000), ("mbit", 125_000), ("kbit", 125)];
    match units.into_iter().find(|(_, bytes)| rate.is_multiple_of(*bytes) && rate != 0) {
        Some((name, bytes)) => format!("{}{name}", rate / bytes),
        None => format!("{rate}bps"),
    }
}

/// Nanoseconds as tc prints them: `300ms`, `1.5us`, with three digits.
pub(super) fn shown_time(ns: i64) -> String {
    let units = [("s", 1_000_000_000_i64), ("ms", 1_000_000), ("us", 1_000)];
    match units.into_iter().find(|(_, unit)| ns >= *unit) {
        Some((name, unit)) => format!("{}{name}", three_digits(ns as f64 / unit as f64)),
        None => format!("{ns}ns"),
    }
}

/// C's `%.3g` of a number from 1 on.
fn three_digits(number: f64) -> String {
    let scientific = format!("{number:.2e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let trimmed = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    match exponent.parse::<usize>() {
        Ok(exponent @ 0..=2) => trimmed(&format!("{number:.*}", 2 - exponent)),
        Ok(exponent) => format!("{}e+{exponent:02}", trimmed(digits)),
        Err(_) => scientific,
    }
}

/// C's `%#x`: no prefix before a zero.
pub(super) fn c_hex(number: u64) -> String {
    if number == 0 { "0".to_owned() } else { format!("{number:#x}") }
}

/// A class as tc takes it: `major:minor` in base sixteen, either of which may be left out, `root` or `none`.
pub(super) fn class(word: &Word<'_>) -> Parsed<u32> {
    let half = |text: &str| match text {
        "" => Some(0),
        text => read_number(text, Base::Sixteen, 0xffff),
    };
    let whole = match (word.text, word.text.split_once(':')) {
        ("root", _) => Some(u64::from(u32::MAX)),
        ("none", _) => Some(0),
        (_, Some((major, minor))) => half(major).zip(half(minor)).map(|(major, minor)| major << 16 | minor),
        (text, None) => read_number(text, Base::Sixteen, u32::MAX.into()),
    };
    let class = whole.and_then(|class| u32::try_from(class).ok());
    class.ok_or_else(|| word.wrong("expected a class such as 1:a, in base sixteen"))
}

/// A class as tc prints it.
pub(super) fn shown_class(class: u32) -> String {
    match (class >> 16, class & 0xffff) {
        _ if class == u32::MAX => "root".to_owned(),
        (0, 0) => "none".to_owned(),
        (0, minor) => format!(":{minor:x}"),
        (major, 0) => format!("{major:x}:"),
        (major, minor) => format!("{major:x}:{minor:x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shortened_as_tc_does() {
        // Each of these is what tc 7.3 prints.
        let shown =
            [0, 1023, 1024, 1039, 1040, 2030, 65_536, 1_048_576, 1_049_000, 2_147_483_648].map(shown_size);
        assert_eq!([u64::MAX - 2, 1 << 50].map(shown_size), ["1.71799e+10Gb", "1.04858e+06Gb"]);
        assert_eq!(shown, ["0b", "1023b", "1Kb", "1Kb", "1040b", "2030b", "64Kb", "1Mb", "1Mb", "2Gb"]);
    }

    #[test]
    fn units_are_tcs() {
        for (text, wanted) in [
            ("1000", Some(125)),
            ("10mbit", Some(1_250_000)),
            ("1.5Kbit", Some(187)),
            ("2400kbps", Some(2_400_000)),
            ("1KiBps", Some(1024)),
            ("1e3bit", Some(125)),
            ("0x10kbit", Some(2000)),
            ("40gbit", Some(5_000_000_000)),
            ("-1", None),
            ("1foo", None),
            ("", None),
            ("bit", None),
            ("1e30", None),
        ] {
            assert_eq!(rate(text), wanted, "{text}");
        }
        let sizes = ["10k", "1.5kb", "2mbit", "7", "1G", "5b", "5bit"].map(size);
        let wanted = [10_240, 1536, 262_144, 7, 1 << 30, 5].map(Some);
        assert_eq!((&sizes[..6], sizes[6]), (&wanted[..], None));
        let times = ["300ms", "1s", "50USEC", "7", "1.5us", "1min"].map(time);
        assert_eq!(
            (&times[..5], times[5]),
            (&[300_000_000, 1_000_000_000, 50_000, 7, 1500].map(Some)[..], None)
        );
    }

    #[test]
    fn rates_and_times_are_printed_as_tc_does() {
        let rates = [0, 1, 125, 187, 125_000, 187_500, 5_000_000_000, 1 << 40].map(shown_rate);
        assert_eq!(rates, ["0bit", "8bit", "1Kbit", "1496bit", "1Mbit", "1500Kbit", "40Gbit", "8796Gbit"]);
        for bytes in [1, 124, 125, 1_250_000, 5_000_000_001, 125_000_000 * 7] {
            assert_eq!(rate(&written_rate(bytes)), Some(bytes));
        }
        let times = [0, 999, 1000, 1500, 300_000_000, 1_234_567_890, 12_345_000_000_000].map(shown_time);
        assert_eq!(times, ["0ns", "999ns", "1us", "1.5us", "300ms", "1.23s", "1.23e+04s"]);
    }

    #[test]
    fn classes_read_what_they_print() {
        for (class_id, text) in
            [(0x1_000a, "1:a"), (0, "none"), (u32::MAX, "root"), (0xa, ":a"), (0x1_0000, "1:")]
        {
            assert_eq!(shown_class(class_id), text);
            assert_eq!(class(&Word { text, at: 0 }), Ok(class_id));
        }
        assert_eq!(class(&Word { text: "10", at: 0 }), Ok(0x10));
        assert!(["1:10000", "x", "1:2:3", ""].iter().all(|text| class(&Word { text, at: 0 }).is_err()));
    }
}
