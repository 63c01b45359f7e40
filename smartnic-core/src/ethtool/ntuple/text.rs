//! Values of fields as text.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Masked, NtupleField, NtupleKind};
use crate::types::Mac;

/// Reads `VALUE`, `VALUE/MASK`, `ADDRESS/LENGTH`.
pub(super) fn read(field: NtupleField, kind: NtupleKind, text: &str) -> Option<Masked> {
    let full = field.full(kind);
    let (value, mask) = match text.split_once('/') {
        Some((value, mask)) => (value, Some(mask)),
        None => (text, None),
    };
    let value = one(field, kind, value)?;
    let mask = match mask {
        None => full,
        Some(length) if is_ip(field) && length.parse::<u32>().is_ok() => {
            let length: u32 = length.parse().ok()?;
            let rest = field.bits(kind).checked_sub(length)?;
            full & !1_u128.checked_shl(rest).map_or(full, |bit| bit - 1)
        }
        Some(mask) => one(field, kind, mask)?,
    };
    // A mask without bits is no look at all.
    (value <= full && mask <= full && mask != 0).then_some(Masked { value: value & mask, mask })
}

/// A value or a mask.
fn one(field: NtupleField, kind: NtupleKind, text: &str) -> Option<u128> {
    match field {
        NtupleField::SrcMac | NtupleField::DstMac => {
            let mac: Mac = text.parse().ok()?;
            Some(mac.0.iter().fold(0, |number, byte| number << 8 | u128::from(*byte)))
        }
        _ if is_ip(field) => match text.parse().ok()? {
            IpAddr::V4(address) if !kind.is_v6() => Some(u32::from(address).into()),
            IpAddr::V6(address) if kind.is_v6() => Some(address.into()),
            _ => None,
        },
        _ => match text.strip_prefix("0x") {
            Some(hex) => u128::from_str_radix(hex, 16).ok(),
            None => text.parse().ok(),
        },
    }
}

/// Writes what [`read`] reads.
pub(super) fn write(field: NtupleField, kind: NtupleKind, masked: Masked) -> String {
    let full = field.full(kind);
    let value = shown(field, kind, masked.value);
    if masked.mask == full {
        return value;
    }
    let ones = (masked.mask << (128 - field.bits(kind))).leading_ones();
    let prefix = full & !(full.checked_shr(ones).unwrap_or(0));
    match is_ip(field) && prefix == masked.mask {
        true => format!("{value}/{ones}"),
        false if is_ip(field) || is_mac(field) => format!("{value}/{}", shown(field, kind, masked.mask)),
        false => format!("{value}/{:#x}", masked.mask),
    }
}

fn shown(field: NtupleField, kind: NtupleKind, number: u128) -> String {
    match field {
        _ if is_mac(field) => {
            let [.., a, b, c, d, e, f] = number.to_be_bytes();
            Mac([a, b, c, d, e, f]).to_string()
        }
        _ if is_ip(field) && kind.is_v6() => Ipv6Addr::from(number).to_string(),
        _ if is_ip(field) => Ipv4Addr::from(number as u32).to_string(),
        NtupleField::SrcPort | NtupleField::DstPort | NtupleField::Protocol => number.to_string(),
        NtupleField::EtherType | NtupleField::VlanEtherType => format!("{number:#06x}"),
        _ => format!("{number:#x}"),
    }
}

/// What a field's text must be.
pub(super) fn expected(field: NtupleField, kind: NtupleKind) -> String {
    match field {
        _ if is_mac(field) => "a MAC address, or address/mask".to_owned(),
        _ if is_ip(field) && kind.is_v6() => "an IPv6 address, address/length or address/mask".to_owned(),
        _ if is_ip(field) => "an IPv4 address, address/length or address/mask".to_owned(),
        _ => format!("a number of {} bits, or number/mask", field.bits(kind)),
    }
}

fn is_ip(field: NtupleField) -> bool {
    matches!(field, NtupleField::SrcIp | NtupleField::DstIp)
}

fn is_mac(field: NtupleField) -> bool {
    matches!(field, NtupleField::SrcMac | NtupleField::DstMac)
}

#[cfg(test)]
mod tests {
    use super::super::{Ntuple, NtupleAction};
    use super::*;

    fn rule(kind: NtupleKind) -> Ntuple {
        Ntuple::new(kind, NtupleAction::Drop)
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        let cases = [
            (NtupleKind::Ether, "dst-mac", "01:02:03:04:05:06"),
            (NtupleKind::Ether, "src-mac", "01:00:00:00:00:00/ff:00:00:00:00:00"),
            (NtupleKind::Ether, "ether-type", "0x0800"),
            (NtupleKind::Ether, "vlan", "0xa000/0xe000"),
            (NtupleKind::Tcp4, "src-ip", "10.1.0.0/16"),
            (NtupleKind::Tcp4, "dst-ip", "10.0.0.1/255.0.0.255"),
            (NtupleKind::Tcp4, "dst-port", "443"),
            (NtupleKind::Udp6, "dst-ip", "2001:db8::/32"),
            (NtupleKind::Udp6, "src-ip", "::1"),
            (NtupleKind::Esp4, "spi", "0x1234"),
            (NtupleKind::Ip4, "protocol", "47"),
            (NtupleKind::Ip6, "user-data", "0x1/0xffff"),
        ];
        for (kind, field, text) in cases {
            let mut rule = rule(kind);
            rule.look_at(field, text).unwrap();
            let (field, _) = rule.fields.first_key_value().unwrap();
            assert_eq!(rule.text(*field).as_deref(), Some(text), "{kind} {field}");
        }
    }

    #[test]
    fn what_a_kind_does_not_have_and_what_does_not_fit_is_refused() {
        let cases = [
            (NtupleKind::Ether, "src-ip", "10.0.0.1"),
            (NtupleKind::Tcp4, "spi", "1"),
            (NtupleKind::Tcp4, "src-ip", "::1"),
            (NtupleKind::Tcp4, "src-ip", "10.0.0.1/33"),
            (NtupleKind::Tcp4, "src-ip", "10.0.0.1/0"),
            (NtupleKind::Tcp4, "src-port", "65536"),
            (NtupleKind::Tcp4, "src-port", "1/0x10000"),
            (NtupleKind::Tcp4, "src-port", "one"),
            (NtupleKind::Ether, "dst-mac", "1"),
            (NtupleKind::Unknown(99), "src-ip", "10.0.0.1"),
        ];
        for (kind, field, text) in cases {
            let error = rule(kind).look_at(field, text).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput, "{kind} {field} {text}");
        }
    }
}
