//! IP addresses as tc reads them (`get_addr`).

use std::net::{IpAddr, Ipv4Addr};

use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, read as read_number};

/// What is wrong with a word that is no address.
pub(super) const WANTED: &str = "expected an IPv4 or IPv6 address";

/// The address in a word, or in a part of it.
pub(super) fn expect(word: &Word<'_>, text: &str) -> Parsed<IpAddr> {
    read(text).ok_or_else(|| word.wrong(WANTED))
}

/// The address; parts that are missing of an IPv4 address are 0, and each may be in base eight or sixteen.
pub(super) fn read(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        return text.parse().ok().map(IpAddr::V6);
    }
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for (at, octet) in octets.iter_mut().enumerate() {
        match parts.next() {
            Some(part) => *octet = u8::try_from(read_number(part, Base::C, 0xff)?).ok()?,
            None if at == 0 => return None,
            None => {}
        }
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_tcs() {
        for (text, address) in [
            ("10.1", Some("10.1.0.0")),
            ("010.0x10.1.2", Some("8.16.1.2")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("10.0.0.1.2", None),
            ("10.", None),
            ("256.0.0.1", None),
            ("", None),
            ("1:2", None),
        ] {
            assert_eq!(read(text), address.map(|address| address.parse().unwrap()), "{text}");
        }
    }
}
