//! Settings: `set` of apptrust, buffer, dcbx, ets, maxrate and pfc.

use smartnic::dcb::{DcbChange, DcbSelector};

use super::face::Face;
use super::map::{eighth, fill, number, switch};
use super::{Stop, Words, named};

/// Names of algorithms by which classes are chosen, with the kernel's numbers.
pub(super) const SELECTION: [(&str, u8); 4] = [("strict", 0), ("cbs", 1), ("ets", 2), ("vendor", 255)];
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

/// Carries out a `set`.
pub(super) fn set(object: &str, dev: &str, mut words: Words<'_>, face: &mut Face) -> Result<(), Stop> {
    if words.is_empty() {
        return Err(Stop::incomplete());
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
            return face.set_dcbx(dev, bits);
        }
        "apptrust" => {
            take(rest).map_or(Err(Stop::incomplete()), |word| named(word, &["order"]))?;
            let mut order = Vec::new();
            while let Some(word) = take(rest) {
                let found = TRUST.iter().find(|(name, _)| *name == word).map(|(_, selector)| *selector);
                let selector = found.ok_or_else(|| Stop::unknown(word))?;
                if order.contains(&selector) {
                    return Err(Stop::fault(format!("Duplicate selector: {word}")));
                }
                order.push(selector);
            }
            change.trust = Some(order);
        }
        "ets" => {
            let mut ets = face.state(dev)?.ets.ok_or_else(missing)?;
            let algorithm = |text: &str| SELECTION.iter().find(|(name, _)| *name == text).map(|(_, n)| *n);
            let share = |text: &str| number(text).and_then(|n| u8::try_from(n).ok()).filter(|n| *n <= 100);
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
            while let Some(word) = take(rest) {
                match named(word, &names)? {
                    "willing" => ets.willing = on_off(rest)?,
                    "tc-tsa" => fill(rest, &mut ets.selection, algorithm)?,
                    "reco-tc-tsa" => fill(rest, &mut ets.advised_selection, algorithm)?,
                    "tc-bw" => fill(rest, &mut ets.tx_bandwidth, share)?,
                    "pg-bw" => fill(rest, &mut ets.rx_bandwidth, share)?,
                    "reco-tc-bw" => fill(rest, &mut ets.advised_bandwidth, share)?,
                    "prio-tc" => fill(rest, &mut ets.priority_class, eighth)?,
                    _ => fill(rest, &mut ets.advised_priority_class, eighth)?,
                }
            }
            change.ets = Some(ets);
        }
        "pfc" => {
            let mut pfc = face.state(dev)?.pfc.ok_or_else(missing)?;
            while let Some(word) = take(rest) {
                match named(word, &["prio-pfc", "macsec-bypass", "delay"])? {
                    "prio-pfc" => {
                        let mut on = std::array::from_fn(|priority| pfc.enabled >> priority & 1 == 1);
                        fill(rest, &mut on, switch)?;
                        let bits = on.iter().enumerate().map(|(priority, on)| u8::from(*on) << priority);
                        pfc.enabled = bits.sum();
                    }
                    "macsec-bypass" => pfc.macsec_bypass = on_off(rest)?,
                    _ => {
                        let word = take(rest).ok_or_else(Stop::incomplete)?;
                        let delay = number(word).and_then(|delay| u16::try_from(delay).ok());
                        let wrong = || Stop::fault(format!("delay: \"{word}\" is not 0..65535"));
                        pfc.delay = delay.ok_or_else(wrong)?;
                    }
                }
            }
            change.pfc = Some(pfc);
        }
        "buffer" => {
            let mut buffer = face.state(dev)?.buffer.ok_or_else(missing)?;
            while let Some(word) = take(rest) {
                match named(word, &["prio-buffer", "buffer-size"])? {
                    "prio-buffer" => fill(rest, &mut buffer.priority_buffer, eighth)?,
                    _ => fill(rest, &mut buffer.size, bytes)?,
                }
            }
            change.buffer = Some(buffer);
        }
        _ => {
            let mut rates = face.state(dev)?.max_rate.ok_or_else(missing)?;
            while let Some(word) = take(rest) {
                named(word, &["tc-maxrate"])?;
                fill(rest, &mut rates, kilobits)?;
            }
            change.max_rate = Some(rates);
        }
    }
    face.set(dev, &change)
}

fn take<'a>(words: &mut Words<'a>) -> Option<&'a str> {
    let (first, rest) = words.split_first()?;
    *words = rest;
    Some(first)
}

fn on_off(words: &mut Words<'_>) -> Result<bool, Stop> {
    let word = take(words).ok_or_else(Stop::incomplete)?;
    switch(word).ok_or_else(|| Stop::fault(format!("\"{word}\" is neither on nor off")))
}

/// What dcb says of something that the driver does not tell.
pub(super) fn missing() -> Stop {
    Stop::fault("Attribute not found: No such file or directory")
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
