//! Mappings (`0:3 1:4`, `all:0`), and the names of DSCPs and PCPs.

use super::{Words, Wrong};

/// What stands on both sides of each colon; the words behind the mappings stay. There is at least one.
pub(super) fn mappings<'a>(words: &mut Words<'a>) -> Result<Vec<(&'a str, &'a str)>, Wrong> {
    let mut found = Vec::new();
    while let Some(pair) = words.first().and_then(|word| word.split_once(':')) {
        found.push(pair);
        *words = &words[1..];
    }
    match (found.is_empty(), words.first()) {
        (false, _) => Ok(found),
        (true, Some(word)) => Err(Wrong::Unknown(word.clone())),
        (true, None) => Err(Wrong::Incomplete),
    }
}

/// What the two sides of a mapping are called in dcb's words, and the mapping as a whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides {
    pub(super) key: &'static str,
    pub(super) value: &'static str,
    pub(super) whole: &'static str,
}

impl Sides {
    /// What is said if a side is out of its range.
    pub(super) fn beyond(&self, side: &str, most: u64) -> String {
        format!("In {}:{} mapping, {side} is expected to be 0..{most}\n", self.key, self.value)
    }

    /// What is said of the mapping behind that.
    pub(super) fn wrong(&self, why: &str, key: &str) -> Wrong {
        let space = if self.whole.is_empty() { "" } else { " " };
        Wrong::said(format!("{why}Invalid {}{space}mapping {key}", self.whole))
    }

    /// A number up to the most; what is no number at all is left to what is said of the whole.
    pub(super) fn upto(&self, side: &str, text: &str, most: u64) -> Result<u64, String> {
        match number(text) {
            Some(number) if number <= most => Ok(number),
            Some(_) => Err(self.beyond(side, most)),
            None => Err(String::new()),
        }
    }
}

/// Fills an array from mappings. What is read of a value, or said of it in vain, the caller knows.
pub(super) fn fill<T: Copy>(
    words: &mut Words<'_>,
    array: &mut [T; 8],
    sides: Sides,
    read: impl Fn(&str, &str) -> Result<T, String>,
) -> Result<(), Wrong> {
    for (key, value) in mappings(words)? {
        let at = match key {
            "all" => None,
            key => Some(sides.upto(sides.key, key, 7).map_err(|why| sides.wrong(&why, key))?),
        };
        let value = read(key, value).map_err(|why| sides.wrong(&why, key))?;
        match at.and_then(|at| array.get_mut(usize::try_from(at).ok()?)) {
            Some(place) => *place = value,
            None => array.fill(value),
        }
    }
    Ok(())
}

/// One of some words, and what it stands for.
pub(super) fn choice<T: Copy>(name: &str, words: &[(&str, T)], text: &str) -> Result<T, String> {
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        format!("Error: argument of \"{name}\" must be one of {}, not \"{text}\"\n", known.join(", "))
    })
}

/// The two words of a switch.
pub(super) const SWITCH: [(&str, bool); 2] = [("off", false), ("on", true)];

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

/// The name of a DSCP (RFC 2474, 2597, 3246); 0 has none, as iproute2 knows them.
#[must_use]
pub fn dscp_name(dscp: u16) -> Option<String> {
    match dscp {
        46 => Some("EF".into()),
        _ if dscp.is_multiple_of(8) && (1..64).contains(&dscp) => Some(format!("CS{}", dscp / 8)),
        _ if (10..=38).contains(&dscp) && dscp.is_multiple_of(2) => {
            Some(format!("AF{}{}", dscp / 8, dscp % 8 / 2))
        }
        _ => None,
    }
}

/// A DSCP by its number or name.
#[must_use]
pub fn dscp(text: &str) -> Option<u16> {
    match number(text) {
        Some(number) => u16::try_from(number).ok().filter(|dscp| *dscp < 64),
        None => (0..64).find(|dscp| dscp_name(*dscp).as_deref() == Some(text)),
    }
}

/// The name of a PCP with its drop-eligible bit.
pub(super) fn pcp_name(pcp: u16) -> Option<String> {
    (pcp < 16).then(|| format!("{}{}", pcp % 8, if pcp < 8 { "nd" } else { "de" }))
}

/// A PCP by its name.
pub(super) fn pcp(text: &str) -> Option<u16> {
    (0..16).find(|pcp| pcp_name(*pcp).as_deref() == Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_each_others() {
        let names = [(8, "CS1"), (26, "AF31"), (34, "AF41"), (46, "EF"), (48, "CS6")];
        for (number, name) in names {
            assert_eq!((dscp(name), dscp_name(number).as_deref()), (Some(number), Some(name)));
        }
        assert_eq!((dscp("26"), dscp("64"), dscp("AF35"), dscp_name(25)), (Some(26), None, None, None));
        assert_eq!((dscp("CS0"), dscp_name(0)), (None, None), "dcb has no name for it");
        assert_eq!((pcp("1de"), pcp("7nd"), pcp("16")), (Some(9), Some(7), None));
    }
}
