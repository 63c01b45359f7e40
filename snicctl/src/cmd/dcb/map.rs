//! Mappings (`0:3 1:4`, `all:0`), and the names of DSCPs and PCPs.

use super::{Stop, Words};

/// What stands on both sides of each colon; the words behind the mappings stay. There is at least one.
pub(super) fn mappings<'a>(words: &mut Words<'a>) -> Result<Vec<(&'a str, &'a str)>, Stop> {
    let mut found = Vec::new();
    while let Some(pair) = words.first().and_then(|word| word.split_once(':')) {
        found.push(pair);
        *words = &words[1..];
    }
    match (found.is_empty(), words.first()) {
        (false, _) => Ok(found),
        (true, Some(word)) => Err(Stop::fault(format!("Invalid mapping {word}"))),
        (true, None) => Err(Stop::incomplete()),
    }
}

/// Fills an array from mappings.
pub(super) fn fill<T: Copy>(
    words: &mut Words<'_>,
    array: &mut [T; 8],
    read: impl Fn(&str) -> Option<T>,
) -> Result<(), Stop> {
    for (key, value) in mappings(words)? {
        let wrong = || Stop::fault(format!("In {key}:{value}, keys are 0..7 or all, and the value must fit"));
        let value = read(value).ok_or_else(wrong)?;
        match key {
            "all" => array.fill(value),
            key => *number(key).and_then(|at| array.get_mut(at as usize)).ok_or_else(wrong)? = value,
        }
    }
    Ok(())
}

/// A number as C reads it.
pub(super) fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None if text.len() > 1 && text.starts_with('0') => u64::from_str_radix(text, 8).ok(),
        None => text.parse().ok(),
    }
}

/// A number of 0 to 7.
pub(super) fn eighth(text: &str) -> Option<u8> {
    number(text).and_then(|number| u8::try_from(number).ok()).filter(|number| *number < 8)
}

/// `on` or `off`.
pub(super) fn switch(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// The name of a DSCP (RFC 2474, 2597, 3246).
pub(super) fn dscp_name(dscp: u16) -> Option<String> {
    match dscp {
        46 => Some("EF".into()),
        _ if dscp.is_multiple_of(8) && dscp < 64 => Some(format!("CS{}", dscp / 8)),
        _ if (10..=38).contains(&dscp) && dscp.is_multiple_of(2) => {
            Some(format!("AF{}{}", dscp / 8, dscp % 8 / 2))
        }
        _ => None,
    }
}

/// A DSCP by its number or name.
pub(super) fn dscp(text: &str) -> Option<u16> {
    match number(text) {
        Some(number) => u16::try_from(number).ok().filter(|dscp| *dscp < 64),
        None => (0..64).find(|dscp| dscp_name(*dscp).as_deref() == Some(text)),
    }
}

/// The name of a PCP with its drop-eligible bit.
pub(super) fn pcp_name(pcp: u16) -> Option<String> {
    (pcp < 16).then(|| format!("{}{}", pcp % 8, if pcp < 8 { "nd" } else { "de" }))
}

/// A PCP by its number or name.
pub(super) fn pcp(text: &str) -> Option<u16> {
    match number(text) {
        Some(number) => u16::try_from(number).ok().filter(|pcp| *pcp < 16),
        None => (0..16).find(|pcp| pcp_name(*pcp).as_deref() == Some(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_each_others() {
        let names = [(0, "CS0"), (26, "AF31"), (34, "AF41"), (46, "EF"), (48, "CS6")];
        for (number, name) in names {
            assert_eq!((dscp(name), dscp_name(number).as_deref()), (Some(number), Some(name)));
        }
        assert_eq!((dscp("26"), dscp("64"), dscp("AF35"), dscp_name(25)), (Some(26), None, None, None));
        assert_eq!((pcp("1de"), pcp("7nd"), pcp("16")), (Some(9), Some(7), None));
    }
}
