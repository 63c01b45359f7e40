//! MAC addresses, and the protocol as `tc -j` shows it.

use smartnic_core::flow::Match;
use smartnic_core::types::{EtherType, Mac, MaskValue, Masked};

use super::{Key, Read, Show, halves, line};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, read};

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "dst_mac",
        read: Read::Word(|key, word| mac(word).map(|value| key.dst_mac = Some(value))),
        write: |key| key.dst_mac.map(|mac| mac.to_string()),
    },
    Key {
        name: "src_mac",
        read: Read::Word(|key, word| mac(word).map(|value| key.src_mac = Some(value))),
        write: |key| key.src_mac.map(|mac| mac.to_string()),
    },
];

/// An address, with a mask or the number of its first bits that count.
///
/// tc fills a short address up with zeros and takes strange masks for more than 48 bits or none; both are refused.
fn mac(word: &Word<'_>) -> Parsed<Masked<Mac>> {
    let (address, mask) = halves(word);
    let address: Mac = word.part(address)?;
    let mask = match mask {
        None => Mac::ONES,
        Some(mask) if mask.contains(':') => word.part(mask)?,
        Some(mask) => read(mask, Base::Ten, 48)
            .filter(|bits| *bits > 0)
            .and_then(|bits| Mac::from_prefix(bits as u8))
            .ok_or_else(|| word.wrong("the mask must be a MAC address or a number of bits from 1 to 48"))?,
    };
    Ok(Masked::new(address, mask))
}

pub(super) fn drop_empty(key: &mut Match, empty: fn(Masked<Mac>) -> bool) {
    key.dst_mac = key.dst_mac.filter(|mac| !empty(*mac));
    key.src_mac = key.src_mac.filter(|mac| !empty(*mac));
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    for (name, mac) in [("dst_mac", key.dst_mac), ("src_mac", key.src_mac)] {
        if let Some(mac) = mac {
            line(show, name, &shown_mac(mac));
        }
    }
    // The kernel keeps the innermost protocol that the rule names and that is no tag.
    if let Some(inner) = key.ethernet_type() {
        line(show, "eth_type", &shown_eth_type(inner));
    }
}

/// An address, with the length of its mask or the mask.
pub(super) fn shown_mac(mac: Masked<Mac>) -> String {
    match mac.mask.prefix() {
        Some(bits @ 1..48) => format!("{}/{bits}", mac.value),
        _ => mac.to_string(),
    }
}

/// The name that tc shows behind `eth_type`.
fn shown_eth_type(kind: EtherType) -> String {
    match kind {
        EtherType::IPV4 => "ipv4".to_owned(),
        EtherType::IPV6 => "ipv6".to_owned(),
        EtherType::ARP => "arp".to_owned(),
        EtherType(0x8035) => "rarp".to_owned(),
        EtherType(number) => format!("{number:04x}"),
    }
}
