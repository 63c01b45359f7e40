//! ICMP and ICMPv6 type and code.

use smartnic_core::flow::{IpProto, Match};
use smartnic_core::types::{EtherType, Masked};

use super::{Key, Read, Show, halves, line, tc_eth_type};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, part};

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "type",
        read: Read::Word(|key, word| byte(key, word, "type").map(|value| key.icmp_type = Some(value))),
        write: |key| key.icmp_type.map(written),
    },
    Key {
        name: "code",
        read: Read::Word(|key, word| byte(key, word, "code").map(|value| key.icmp_code = Some(value))),
        write: |key| key.icmp_code.map(written),
    },
];

/// A byte and its mask in base ten, which is all that tc takes here.
fn byte(key: &Match, word: &Word<'_>, name: &str) -> Parsed<Masked<u8>> {
    let (icmp, text) = match tc_eth_type(key) {
        Some(EtherType::IPV6) => (IpProto::ICMPV6, "icmpv6"),
        _ => (IpProto::ICMP, "icmp"),
    };
    if key.ip_proto != Some(icmp) {
        let fault = word.wrong(format!("`{name}` needs ICMP"));
        return Err(fault.hint(format!("say first: ip_proto {text}")));
    }
    let (value, mask) = halves(word);
    let mask = mask.map_or(Ok(0xff), |mask| part(word, mask, Base::Ten, 0xff, "the mask"))?;
    Ok(Masked::new(part(word, value, Base::Ten, 0xff, name)?, mask))
}

fn written(byte: Masked<u8>) -> String {
    match byte.is_exact() {
        true => byte.value.to_string(),
        false => format!("{}/{}", byte.value, byte.mask),
    }
}

pub(super) fn drop_empty(key: &mut Match) {
    key.icmp_type = key.icmp_type.filter(|kind| kind.mask != 0);
    key.icmp_code = key.icmp_code.filter(|code| code.mask != 0);
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    for (name, byte) in [("icmp_type", key.icmp_type), ("icmp_code", key.icmp_code)] {
        if let Some(byte) = byte {
            line(show, name, &written(byte));
        }
    }
}
