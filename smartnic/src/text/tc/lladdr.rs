//! Link-layer addresses as tc reads them (`ll_addr_a2n`).

use smartnic_core::types::Mac;

use crate::text::cursor::{Parsed, Word};

/// The address, and how many of its bytes were given; the rest are 0.
///
/// Besides `2:0:0:0:0:1`, tc takes the four bytes of an IPv4 address.
pub(super) fn read(word: &Word<'_>) -> Parsed<(Mac, usize)> {
    part(word, word.text, [0; 6])
}

/// The address in a part of the word; bytes that are not given are those of `rest`.
pub(super) fn part(word: &Word<'_>, text: &str, rest: [u8; 6]) -> Parsed<(Mac, usize)> {
    let wrong = || word.wrong("expected up to six bytes such as 02:00:00:00:00:01");
    let mut bytes = rest;
    if text.contains('.') {
        let ip: std::net::Ipv4Addr = text.parse().map_err(|_| wrong())?;
        bytes[..4].copy_from_slice(&ip.octets());
        return Ok((Mac(bytes), 4));
    }
    let mut given = 0;
    for part in text.split(':') {
        let digits = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")).unwrap_or(part);
        let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let byte = Some(digits).filter(|_| plain).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        *bytes.get_mut(given).ok_or_else(wrong)? = byte.ok_or_else(wrong)?;
        given += 1;
    }
    Ok((Mac(bytes), given))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_tcs() {
        let at = |text| read(&Word { text, at: 0 }).map(|(mac, given)| (mac.to_string(), given)).ok();
        assert_eq!(at("2:0:0:0:0:aF"), Some(("02:00:00:00:00:af".to_owned(), 6)));
        assert_eq!(at("0a:0xb"), Some(("0a:0b:00:00:00:00".to_owned(), 2)));
        assert_eq!(at("10.0.0.1"), Some(("0a:00:00:01:00:00".to_owned(), 4)));
        for wrong in ["", "2:", "100:0:0:0:0:0", "1:2:3:4:5:6:7", "+1", "g"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
