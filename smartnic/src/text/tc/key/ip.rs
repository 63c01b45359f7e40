//! IP protocol, type of service, time to live, addresses.

use smartnic_core::flow::{IpMatch, IpProto, Match};
use smartnic_core::types::{EtherType, MaskValue, Masked};

use super::{Key, Read, Show, halves, line, masked, shown_ip_proto};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, part, read};

pub(super) const KEYS: &[Key] = &[
    Key { name: "ip_proto", read: Read::Word(read_proto), write: write_proto },
    Key {
        name: "ip_tos",
        read: Read::Word(|key, word| byte(key, word, "ip_tos").map(|value| key.ip_tos = Some(value))),
        write: |key| key.ip_tos.map(|tos| tos.to_string()),
    },
    Key {
        name: "ip_ttl",
        read: Read::Word(|key, word| byte(key, word, "ip_ttl").map(|value| key.ip_ttl = Some(value))),
        write: |key| key.ip_ttl.map(|ttl| ttl.to_string()),
    },
    Key {
        name: "dst_ip",
        read: Read::Word(|key, word| address(key, word, "dst_ip").map(|value| key.dst_ip = Some(value))),
        write: |key| key.dst_ip.map(|address| address.to_string()),
    },
    Key {
        name: "src_ip",
        read: Read::Word(|key, word| address(key, word, "src_ip").map(|value| key.src_ip = Some(value))),
        write: |key| key.src_ip.map(|address| address.to_string()),
    },
];

/// The IP version that the rule is for.
fn version(key: &Match, word: &Word<'_>, name: &str) -> Parsed<EtherType> {
    let network = key.network_type().filter(|kind| matches!(*kind, EtherType::IPV4 | EtherType::IPV6));
    network.ok_or_else(|| {
        let fault = word.wrong(format!("`{name}` needs the rule to be for IP packets"));
        match key.eth_type {
            Some(tag) if tag.is_vlan() => {
                fault.hint("say first what is behind the tag: vlan_ethtype ip or ipv6")
            }
            _ => fault.hint("give the rule protocol ip or ipv6"),
        }
    })
}

/// A name, or a number in base sixteen.
fn read_proto(key: &mut Match, word: &Word<'_>) -> Parsed<()> {
    let version = version(key, word, "ip_proto")?;
    let proto: IpProto = word.value()?;
    let other_version = match word.text {
        "icmp" => version != EtherType::IPV4,
        "icmpv6" => version != EtherType::IPV6,
        _ => false,
    };
    if other_version {
        return Err(word.wrong("`icmp` goes with IPv4 and `icmpv6` with IPv6"));
    }
    key.ip_proto = Some(proto);
    Ok(())
}

fn write_proto(key: &Match) -> Option<String> {
    let ipv4 = key.network_type() == Some(EtherType::IPV4);
    let name = key.ip_proto?.name().filter(|name| match *name {
        // The number of the other version's ICMP is a protocol like any other, but tc refuses its name.
        "icmp" => ipv4,
        "icmpv6" => !ipv4,
        // These names are too new for some of the tc that are in use; every tc takes the number.
        "l2tp" | "esp" | "ah" => false,
        _ => true,
    });
    key.ip_proto.map(|proto| name.map_or_else(|| format!("{:#04x}", proto.0), str::to_owned))
}

/// A byte as tc reads it: base ten, or else base sixteen; the mask is always base sixteen.
fn byte(key: &Match, word: &Word<'_>, name: &str) -> Parsed<Masked<u8>> {
    version(key, word, name)?;
    let (value, mask) = halves(word);
    let value = match read(value, Base::Ten, 0xff) {
        Some(value) => value as u8,
        None => part(word, value, Base::Sixteen, 0xff, name)?,
    };
    let mask = mask.map_or(Ok(0xff), |mask| part(word, mask, Base::Sixteen, 0xff, "the mask"))?;
    Ok(Masked::new(value, mask))
}

/// An address with a prefix length, or a mask without holes.
fn address(key: &Match, word: &Word<'_>, name: &str) -> Parsed<IpMatch> {
    let version = version(key, word, name)?;
    let is_ipv6 = word.text.contains(':');
    match word.text {
        "default" if version == EtherType::IPV4 => return word.part("0.0.0.0/0"),
        "default" => return word.part("::/0"),
        "any" | "all" => {
            return Err(word.wrong(format!("tc sends nothing for `{}`: leave the key out", word.text)));
        }
        _ if is_ipv6 && version == EtherType::IPV4 => {
            return Err(word.wrong("this is an IPv6 address, but the rule is for IPv4"));
        }
        _ if !is_ipv6 && version == EtherType::IPV6 && word.text.parse::<IpMatch>().is_ok() => {
            return Err(word.wrong("this is an IPv4 address, but the rule is for IPv6"));
        }
        _ => {}
    }
    let address = match version {
        EtherType::IPV4 => IpMatch::V4(match spelt_out(word.text) {
            Some(text) => word.part(&text)?,
            None => word.value()?,
        }),
        _ => IpMatch::V6(word.value()?),
    };
    if !has_prefix(&address) {
        return Err(word.wrong("tc takes no mask with holes for an address"));
    }
    Ok(address)
}

/// The whole of an IPv4 address of which the last parts are left out before a prefix: 10.0.0.0/8 for `10/8`.
fn spelt_out(text: &str) -> Option<String> {
    let (address, prefix) = text.split_once('/')?;
    let missing = 3_usize.checked_sub(address.matches('.').count()).filter(|missing| *missing > 0)?;
    Some(format!("{address}{}/{prefix}", ".0".repeat(missing)))
}

/// True if the mask of the address is a prefix, which is all that tc can say.
pub(in crate::text) fn has_prefix(address: &IpMatch) -> bool {
    match address {
        IpMatch::V4(address) => address.mask.prefix().is_some(),
        IpMatch::V6(address) => address.mask.prefix().is_some(),
    }
}

pub(super) fn drop_empty(key: &mut Match) {
    let empty = |address: &IpMatch| match address {
        IpMatch::V4(address) => address.mask.is_unspecified(),
        IpMatch::V6(address) => address.mask.is_unspecified(),
    };
    key.dst_ip = key.dst_ip.filter(|address| !empty(address));
    key.src_ip = key.src_ip.filter(|address| !empty(address));
    key.ip_tos = key.ip_tos.filter(|tos| tos.mask != 0);
    key.ip_ttl = key.ip_ttl.filter(|ttl| ttl.mask != 0);
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    if let Some(proto) = key.ip_proto {
        line(show, "ip_proto", &shown_ip_proto(proto));
    }
    for (name, byte) in [("ip_tos", key.ip_tos), ("ip_ttl", key.ip_ttl)] {
        if let Some(byte) = byte {
            masked(show, name, byte);
        }
    }
}

/// The addresses, which tc shows behind the keys of MPLS.
pub(super) fn show_addresses(key: &Match, show: &mut Show<'_>) {
    for (name, address) in [("dst_ip", key.dst_ip), ("src_ip", key.src_ip)] {
        if let Some(address) = address {
            line(show, name, &address.to_string());
        }
    }
}
