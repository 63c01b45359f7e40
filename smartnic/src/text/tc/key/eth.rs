//! MAC addresses, and the protocol as `tc -j` shows it.

use smartnic_core::flow::Match;
use smartnic_core::types::{EtherType, Mac, MaskValue, Masked};

use super::{Key, Read, Show, halves, line, shown_eth_type};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, read};
use crate::text::tc::lladdr;

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
/// Of a short address the bytes that are missing are 0, of a short mask they are those of the address. For 0 bits tc
/// masks the last four bytes, and for more than 48 all.
pub(super) fn mac(word: &Word<'_>) -> Parsed<Masked<Mac>> {
    let (address, mask) = halves(word);
    // tc takes the four bytes of an IPv4 address for the first of a MAC address, and leaves the others to chance.
    if word.text.contains('.') {
        return Err(word.wrong("expected up to six bytes such as 02:00:00:00:00:01"));
    }
    let (address, _) = lladdr::part(word, address, [0; 6])?;
    let mask = match mask {
        None => Mac::ONES,
        Some(mask) => match read(mask, Base::Ten, 64) {
            Some(bits) => first_bits(bits as u32),
            None => lladdr::part(word, mask, address.0)?.0,
        },
    };
    Ok(Masked::new(address, mask))
}

/// The mask that tc makes of a number of bits: it shifts 48 ones to the left by what is missing to 64.
fn first_bits(bits: u32) -> Mac {
    let [a, b, c, d, e, f, _, _] = 0xffff_ffff_ffff_u64.wrapping_shl(64 - bits).to_be_bytes();
    Mac([a, b, c, d, e, f])
}

pub(super) fn drop_empty(key: &mut Match, empty: fn(Masked<Mac>) -> bool) {
    key.dst_mac = key.dst_mac.filter(|mac| !empty(*mac));
    key.src_mac = key.src_mac.filter(|mac| !empty(*mac));
    key.arp_sha = key.arp_sha.filter(|mac| !empty(*mac));
    key.arp_tha = key.arp_tha.filter(|mac| !empty(*mac));
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    for (name, mac) in [("dst_mac", key.dst_mac), ("src_mac", key.src_mac)] {
        if let Some(mac) = mac {
            line(show, name, &shown_mac(mac));
        }
    }
    if let Some(inner) = shown_eth_type(key) {
        line(show, "eth_type", &eth_type_name(inner));
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
fn eth_type_name(kind: EtherType) -> String {
    match kind {
        EtherType::IPV4 => "ipv4".to_owned(),
        EtherType::IPV6 => "ipv6".to_owned(),
        EtherType::ARP => "arp".to_owned(),
        EtherType(0x8035) => "rarp".to_owned(),
        EtherType(number) => format!("{number:04x}"),
    }
}
