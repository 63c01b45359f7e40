//! Settings: `set` of apptrust, buffer, dcbx, ets, maxrate and pfc.

use smartnic_core::dcb::{DcbChange, DcbSelector, DcbState};

use super::map::{SWITCH, Sides, choice, fill, number};
use super::{Words, Wrong, named};

/// Names of algorithms by which classes are chosen, with the kernel's numbers.
pub(super) const SELECTION: [(&str, u8); 4] = [("strict", 0), ("cbs", 1), ("ets", 2), ("vendor", 255)];
const SHARED: u8 = 2;
/// Names of the bits of who negotiates.
pub(super) const DCBX: [(&str, u8); 5] =
    [("host", 1), ("lld-managed", 2), ("cee", 4), ("ieee", 8), ("static", 16)];
/// Names of what can be believed of packets.
pub(super) const TRUST: [(&str, DcbSelector); 6] = [
    ("ethtype", DcbSelector::Ethertype),
    ("stream-port", DcbSelector::Stream),
    ("dgram-port", DcbSelector::Datagram),
    ("port", DcbSelector::Port),
    ("dscp", DcbSelector::Dscp),
    ("pcp", DcbSelector::Pcp),
];

/// What a `set` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// Settings of the link, whole ones.
    Change(Box<DcbChange>),
    /// Who negotiates.
    Dcbx(u8),
}

/// Whether a `set` of an object changes a part of what is there, so that the state must be read first.
#[must_use]
pub fn needs_state(object: &str) -> bool {
    !matches!(object, "dcbx" | "apptrust")
}

/// Reads a `set` of apptrust, buffer, dcbx, ets, maxrate or pfc; what it does not name is taken from the state.
///
/// # Errors
/// [`Wrong`], also if the driver does not tell what is to be changed.
pub fn set(object: &str, mut words: Words<'_>, state: &DcbState) -> Result<Setting, Wrong> {
    if words.is_empty() {
        return Err(Wrong::Incomplete);
    }
    let rest = &mut words;
    let mut change = DcbChange::default();
    match object {
        "dcbx" => {
            let mut bits = 0;
            while let Some(word) = take(rest) {
                let name = named(word, &DCBX.map(|(name, _)| name))?;
                bits |= DCBX.iter().find(|(known, _)| *known == name).map_or(0, |(_, bit)| *bit);
            }
            return Ok(Setting::Dcbx(bits));
        }
        "apptrust" => {
            take(rest).map_or(Err(Wrong::Incomplete), |word| named(word, &["order"]))?;
            let mut order = Vec::new();
            while let Some(word) = take(rest) {
                let found = TRUST.iter().find(|(name, _)| *name == word).map(|(_, selector)| *selector);
                let selector = found.ok_or_else(|| Wrong::Unknown(word.to_owned()))?;
                if order.contains(&selector) {
                    return Err(Wrong::said(format!("Duplicate selector: {word}")));
                }
                order.push(selector);
            }
            change.trust = Some(order);
        }
        "ets" => {
            let mut ets = state.ets.ok_or_else(Wrong::missing)?;
            let names = [
                "willing",
                "tc-tsa",
                "reco-tc-tsa",
                "tc-bw",
                "pg-bw",
                "reco-tc-bw",
                "prio-tc",
                "reco-prio-tc",
            ];
            let (mut shares, mut advice) = (false, false);
            while let Some(word) = take(rest) {
                let word = named(word, &names)?;
                shares |= matches!(word, "tc-tsa" | "tc-bw");
                advice |= matches!(word, "reco-tc-tsa" | "reco-tc-bw");
                match word {
                    "willing" => ets.willing = on_off(word, rest)?,
                    "tc-tsa" => fill_selection(rest, &mut ets.selection, word)?,
                    "reco-tc-tsa" => fill_selection(rest, &mut ets.advised_selection, word)?,
                    "tc-bw" => fill_upto(rest, &mut ets.tx_bandwidth, ("TC", "BW", word), 100)?,
                    "pg-bw" => fill_upto(rest, &mut ets.rx_bandwidth, ("TC", "BW", word), 100)?,
                    "reco-tc-bw" => fill_upto(rest, &mut ets.advised_bandwidth, ("TC", "BW", word), 100)?,
                    "prio-tc" => fill_upto(rest, &mut ets.priority_class, ("PRIO", "TC", word), 7)?,
                    _ => fill_upto(rest, &mut ets.advised_priority_class, ("PRIO", "TC", word), 7)?,
                }
            }
            if shares {
                whole("tc-bw", &ets.tx_bandwidth, &ets.selection)?;
            }
            if advice {
                whole("reco-tc-bw", &ets.advised_bandwidth, &ets.advised_selection)?;
            }
            change.ets = Some(ets);
        }
        "pfc" => {
            let mut pfc = state.pfc.ok_or_else(Wrong::missing)?;
            while let Some(word) = take(rest) {
                let word = named(word, &["prio-pfc", "macsec-bypass", "delay"])?;
                match word {
                    "prio-pfc" => {
                        let mut on = std::array::from_fn(|priority| pfc.enabled >> priority & 1 == 1);
                        let sides = Sides { key: "PRIO", value: "PFC", whole: "pfc" };
                        fill(rest, &mut on, sides, |_, text| choice("PFC", &SWITCH, text))?;
                        let bits = on.iter().enumerate().map(|(priority, on)| u8::from(*on) << priority);
                        pfc.enabled = bits.sum();
                    }
                    "macsec-bypass" => pfc.macsec_bypass = on_off(word, rest)?,
                    _ => {
                        let word = take(rest).ok_or(Wrong::Incomplete)?;
                        let delay = number(word).and_then(|delay| u16::try_from(delay).ok());
                        let wrong =
                            || Wrong::said(format!("Invalid delay `{word}', expected an integer 0..65535"));
                        pfc.delay = delay.ok_or_else(wrong)?;
                    }
                }
            }
            change.pfc = Some(pfc);
        }
        "buffer" => {
            let mut buffer = state.buffer.ok_or_else(Wrong::missing)?;
            while let Some(word) = take(rest) {
                match named(word, &["prio-buffer", "buffer-size"])? {
                    "prio-buffer" => {
                        fill_upto(rest, &mut buffer.priority_buffer, ("PRIO", "BUFFER", "priority"), 7)?;
                    }
                    _ => {
                        let sides = Sides { key: "BUFFER", value: "INTEGER", whole: "buffer size" };
                        fill(rest, &mut buffer.size, sides, |key, text| {
                            bytes(text)
                                .ok_or_else(|| format!("{key}:{text}: Illegal value for buffer size\n"))
                        })?;
                    }
                }
            }
            change.buffer = Some(buffer);
        }
        _ => {
            let mut rates = state.max_rate.ok_or_else(Wrong::missing)?;
            while let Some(word) = take(rest) {
                named(word, &["tc-maxrate"])?;
                let sides = Sides { key: "TC", value: "RATE", whole: "" };
                fill(rest, &mut rates, sides, |_, text| kilobits(text).ok_or_else(String::new))?;
            }
            change.max_rate = Some(rates);
        }
    }
    Ok(Setting::Change(Box::new(change)))
}

fn take<'a>(words: &mut Words<'a>) -> Option<&'a str> {
    let (first, rest) = words.split_first()?;
    *words = rest;
    Some(first)
}

fn on_off(name: &str, words: &mut Words<'_>) -> Result<bool, Wrong> {
    let word = take(words).ok_or(Wrong::Incomplete)?;
    choice(name, &SWITCH, word).map_err(|why| Wrong::said(why.trim_end()))
}

fn fill_selection(words: &mut Words<'_>, array: &mut [u8; 8], whole: &'static str) -> Result<(), Wrong> {
    let sides = Sides { key: "TC", value: "TSA", whole };
    fill(words, array, sides, |_, text| choice("TSA", &SELECTION, text))
}

fn fill_upto(
    words: &mut Words<'_>,
    array: &mut [u8; 8],
    (key, value, whole): (&'static str, &'static str, &'static str),
    most: u64,
) -> Result<(), Wrong> {
    let sides = Sides { key, value, whole };
    fill(words, array, sides, |_, text| {
        sides.upto(value, text, most).map(|number| u8::try_from(number).unwrap_or(u8::MAX))
    })
}

/// Classes that share the wire share the whole of it.
fn whole(word: &str, shares: &[u8; 8], selection: &[u8; 8]) -> Result<(), Wrong> {
    let sharing = || shares.iter().zip(selection).filter(|(_, how)| **how == SHARED);
    let sum: u32 = sharing().map(|(share, _)| u32::from(*share)).sum();
    match sharing().next().is_none() || sum == 100 {
        true => Ok(()),
        false => Err(Wrong::said(format!("Bandwidth percentages in {word} sum to {sum}%, expected 100%"))),
    }
}

/// Bytes, with a unit if there is one.
fn bytes(text: &str) -> Option<u32> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let factor = match text[digits..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1 << 10,
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        _ => return None,
    };
    u32::try_from(text[..digits].parse::<u64>().ok()?.checked_mul(factor)?).ok()
}

/// A rate in kbit/s; without a unit it is bits per second.
fn kilobits(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let unit = text[digits..].to_ascii_lowercase();
    let (unit, bits) = match unit.strip_suffix("bps") {
        Some(unit) => (unit, 8),
        None => (unit.strip_suffix("bit").unwrap_or(&unit), 1),
    };
    let factor: u64 = match unit {
        "" => 1,
        "k" => 1_000,
        "ki" => 1 << 10,
        "m" => 1_000_000,
        "mi" => 1 << 20,
        "g" => 1_000_000_000,
        "gi" => 1 << 30,
        "t" => 1_000_000_000_000,
        "ti" => 1 << 40,
        _ => return None,
    };
    Some(text[..digits].parse::<u64>().ok()?.checked_mul(factor)?.checked_mul(bits)? / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_sizes_have_units() {
        assert_eq!(
            (kilobits("25Gbit"), kilobits("1000"), kilobits("1MBps")),
            (Some(25_000_000), Some(1), Some(8000))
        );
        assert_eq!(
            (bytes("64K"), bytes("130944"), bytes("5x"), bytes("9g")),
            (Some(65536), Some(130_944), None, None)
        );
    }
}
