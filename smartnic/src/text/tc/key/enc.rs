//! A tunnel's outer headers: addresses, key, UDP port, type of service, time to live. tc takes them with every protocol.

use smartnic_core::flow::{IpMatch, Match};
use smartnic_core::types::Masked;

use super::ip::{any_address, byte};
use super::{Key, Read, Show, line, masked};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, number};

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "enc_dst_ip",
        read: Read::Word(|key, word| address(word).map(|value| key.enc_dst_ip = Some(value))),
        write: |key| key.enc_dst_ip.map(|address| address.to_string()),
    },
    Key {
        name: "enc_src_ip",
        read: Read::Word(|key, word| address(word).map(|value| key.enc_src_ip = Some(value))),
        write: |key| key.enc_src_ip.map(|address| address.to_string()),
    },
    Key {
        name: "enc_key_id",
        read: Read::Word(|key, word| {
            let id = number(word, Base::Ten, u32::MAX.into(), "a tunnel's key")?;
            key.enc_key_id = Some(id);
            Ok(())
        }),
        write: |key| key.enc_key_id.map(|id| id.to_string()),
    },
    Key {
        name: "enc_dst_port",
        read: Read::Word(|key, word| {
            let port: u16 = number(word, Base::Ten, 0xffff, "a port")?;
            key.enc_dst_port = Some(Masked::exact(port));
            Ok(())
        }),
        write: |key| key.enc_dst_port.map(|port| port.to_string()),
    },
    Key {
        name: "enc_tos",
        read: Read::Word(|key, word| byte(word, "enc_tos").map(|value| key.enc_tos = Some(value))),
        write: |key| key.enc_tos.map(|tos| tos.to_string()),
    },
    Key {
        name: "enc_ttl",
        read: Read::Word(|key, word| byte(word, "enc_ttl").map(|value| key.enc_ttl = Some(value))),
        write: |key| key.enc_ttl.map(|ttl| ttl.to_string()),
    },
];

/// The keys that tc has no word for, or no mask.
pub(super) const BEYOND: &[Key] = &[
    Key {
        name: "enc_src_port",
        read: Read::Word(|key, word| word.value().map(|port| key.enc_src_port = Some(port))),
        write: |key| key.enc_src_port.map(|port| port.to_string()),
    },
    Key {
        name: "enc_dst_port",
        read: Read::Word(|key, word| word.value().map(|port| key.enc_dst_port = Some(port))),
        write: |key| key.enc_dst_port.map(|port| port.to_string()),
    },
];

/// An address of either version.
fn address(word: &Word<'_>) -> Parsed<IpMatch> {
    if ["default", "any", "all"].contains(&word.text) {
        let why = format!("the kernel takes no `{}` for a tunnel's address", word.text);
        return Err(word
            .wrong(why)
            .hint("write 0.0.0.0/0 for every tunnel over IPv4, ::/0 for every one over IPv6"));
    }
    any_address(word)
}

/// What tc has no word or no mask for.
pub(super) fn unsaid_by_tc(key: &Match) -> Option<&'static str> {
    match key {
        Match { enc_src_port: Some(_), .. } => Some("the outer UDP source port"),
        Match { enc_dst_port: Some(port), .. } if !port.is_exact() => Some("a mask of the outer UDP port"),
        _ => None,
    }
}

/// An empty mask of an address still wants the packet to come through a tunnel of that version, so it stays.
pub(super) fn drop_empty(key: &mut Match) {
    key.enc_tos = key.enc_tos.filter(|tos| tos.mask != 0);
    key.enc_ttl = key.enc_ttl.filter(|ttl| ttl.mask != 0);
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    for (name, address) in [("enc_dst_ip", key.enc_dst_ip), ("enc_src_ip", key.enc_src_ip)] {
        if let Some(address) = address {
            line(show, name, &address.to_string());
        }
    }
    if let Some(id) = key.enc_key_id {
        show.any("enc_key_id", id, format_args!("\n  enc_key_id {id}"));
    }
    if let Some(port) = key.enc_dst_port {
        masked(show, "enc_dst_port", port);
    }
    for (name, byte) in [("enc_tos", key.enc_tos), ("enc_ttl", key.enc_ttl)] {
        if let Some(byte) = byte {
            masked(show, name, byte);
        }
    }
}
