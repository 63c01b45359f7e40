//! ARP: addresses of sender and target, the operation.

use std::net::Ipv4Addr;

use smartnic_core::flow::Match;
use smartnic_core::types::{EtherType, Masked};

use super::eth::{mac, shown_mac};
use super::ip::ipv4;
use super::{Key, Read, Show, halves, line, tc_eth_type};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, part};

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "arp_tip",
        read: Read::Word(|key, word| address(key, word, "arp_tip").map(|ip| key.arp_tip = Some(ip))),
        write: |key| key.arp_tip.map(|ip| ip.to_string()),
    },
    Key {
        name: "arp_sip",
        read: Read::Word(|key, word| address(key, word, "arp_sip").map(|ip| key.arp_sip = Some(ip))),
        write: |key| key.arp_sip.map(|ip| ip.to_string()),
    },
    Key {
        name: "arp_op",
        read: Read::Word(|key, word| operation(key, word).map(|op| key.arp_op = Some(op))),
        write: |key| key.arp_op.map(written),
    },
    Key {
        name: "arp_tha",
        read: Read::Word(|key, word| mac(word).map(|mac| key.arp_tha = Some(mac))),
        write: |key| key.arp_tha.map(|mac| mac.to_string()),
    },
    Key {
        name: "arp_sha",
        read: Read::Word(|key, word| mac(word).map(|mac| key.arp_sha = Some(mac))),
        write: |key| key.arp_sha.map(|mac| mac.to_string()),
    },
];

const OPERATIONS: [(&str, u8); 2] = [("request", 1), ("reply", 2)];

fn needs_arp(key: &Match, word: &Word<'_>, name: &str) -> Parsed<()> {
    if matches!(tc_eth_type(key), Some(EtherType::ARP | EtherType::RARP)) {
        return Ok(());
    }
    let fault = word.wrong(format!("`{name}` needs the rule to be for ARP"));
    Err(fault.hint("give the rule protocol arp or rarp"))
}

fn address(key: &Match, word: &Word<'_>, name: &str) -> Parsed<Masked<Ipv4Addr>> {
    needs_arp(key, word, name)?;
    ipv4(word)
}

/// `request`, `reply`, or 0 to 2, with a mask in base ten.
fn operation(key: &Match, word: &Word<'_>) -> Parsed<Masked<u8>> {
    needs_arp(key, word, "arp_op")?;
    let (value, mask) = halves(word);
    let value = match OPERATIONS.iter().find(|(name, _)| *name == value) {
        Some((_, number)) => *number,
        None => part(word, value, Base::Ten, 2, "arp_op")
            .map_err(|fault| fault.hint("write `request` or `reply`"))?,
    };
    let mask = mask.map_or(Ok(0xff), |mask| part(word, mask, Base::Ten, 0xff, "the mask"))?;
    Ok(Masked::new(value, mask))
}

fn written(op: Masked<u8>) -> String {
    match (op.is_exact(), OPERATIONS.iter().find(|(_, number)| *number == op.value)) {
        (true, Some((name, _))) => (*name).to_owned(),
        (true, None) => op.value.to_string(),
        (false, _) => format!("{}/{}", op.value, op.mask),
    }
}

pub(super) fn drop_empty(key: &mut Match) {
    key.arp_sip = key.arp_sip.filter(|ip| !ip.mask.is_unspecified());
    key.arp_tip = key.arp_tip.filter(|ip| !ip.mask.is_unspecified());
    key.arp_op = key.arp_op.filter(|op| op.mask != 0);
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    for (name, ip) in [("arp_sip", key.arp_sip), ("arp_tip", key.arp_tip)] {
        if let Some(ip) = ip {
            line(show, name, &ip.to_string());
        }
    }
    if let Some(op) = key.arp_op {
        line(show, "arp_op", &written(op));
    }
    for (name, mac) in [("arp_sha", key.arp_sha), ("arp_tha", key.arp_tha)] {
        if let Some(mac) = mac {
            line(show, name, &shown_mac(mac));
        }
    }
}
