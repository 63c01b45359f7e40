//! IP protocol, type of service, time to live, addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use smartnic_core::flow::{IpMatch, IpProto, Match, PortMatch};
use smartnic_core::types::{EtherType, MaskValue, Masked};

use super::{Key, Read, Show, halves, line, masked, shown_eth_type, shown_ip_proto, tc_eth_type};
use crate::text::cursor::{Fault, Parsed, Word};
use crate::text::number::{Base, part, read};
use crate::text::tc::address;

pub(super) const KEYS: &[Key] = &[
    Key { name: "ip_proto", read: Read::Word(read_proto), write: write_proto },
    Key {
        name: "ip_tos",
        read: Read::Word(|key, word| byte(word, "ip_tos").map(|value| key.ip_tos = Some(value))),
        write: |key| key.ip_tos.map(|tos| tos.to_string()),
    },
    Key {
        name: "ip_ttl",
        read: Read::Word(|key, word| byte(word, "ip_ttl").map(|value| key.ip_ttl = Some(value))),
        write: |key| key.ip_ttl.map(|ttl| ttl.to_string()),
    },
    Key {
        name: "dst_ip",
        read: Read::Word(|key, word| read_address(key, word, "dst_ip").map(|value| key.dst_ip = Some(value))),
        write: |key| key.dst_ip.map(|address| address.to_string()),
    },
    Key {
        name: "src_ip",
        read: Read::Word(|key, word| read_address(key, word, "src_ip").map(|value| key.src_ip = Some(value))),
        write: |key| key.src_ip.map(|address| address.to_string()),
    },
];

/// The IP version that the rule is for.
fn version(key: &Match, word: &Word<'_>, name: &str) -> Parsed<EtherType> {
    let network = tc_eth_type(key).filter(|kind| matches!(*kind, EtherType::IPV4 | EtherType::IPV6));
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

/// A name, some of which may be abbreviated, or a number in base sixteen.
///
/// Keys of another protocol that came before are forgotten, since the kernel will not look at them.
fn read_proto(key: &mut Match, word: &Word<'_>) -> Parsed<()> {
    const ABBREVIATED: [(&str, IpProto); 5] = [
        ("tcp", IpProto::TCP),
        ("udp", IpProto::UDP),
        ("sctp", IpProto::SCTP),
        ("icmp", IpProto::ICMP),
        ("icmpv6", IpProto::ICMPV6),
    ];
    let version = version(key, word, "ip_proto")?;
    let named = ABBREVIATED.iter().find(|(name, _)| word.begins(name));
    let number = || read(word.text, Base::Sixteen, 0xff).map(|number| IpProto(number as u8));
    let proto = match named.map(|(_, proto)| *proto).or_else(number) {
        Some(proto) => proto,
        None => word.value()?,
    };
    let of_other_version = match named {
        Some((_, IpProto::ICMP)) => version != EtherType::IPV4,
        Some((_, IpProto::ICMPV6)) => version != EtherType::IPV6,
        _ => false,
    };
    if of_other_version {
        return Err(word.wrong("`icmp` goes with IPv4 and `icmpv6` with IPv6"));
    }
    if key.ip_proto.replace(proto) != Some(proto) {
        (key.icmp_type, key.icmp_code) = (None, None);
        let stays = |port: &PortMatch| matches!(port, PortMatch::Range { .. }) && proto.has_ports();
        (key.src_port, key.dst_port) = (key.src_port.filter(stays), key.dst_port.filter(stays));
    }
    Ok(())
}

fn write_proto(key: &Match) -> Option<String> {
    let ipv4 = tc_eth_type(key) == Some(EtherType::IPV4);
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
pub(super) fn byte(word: &Word<'_>, name: &str) -> Parsed<Masked<u8>> {
    let (value, mask) = halves(word);
    let value = match read(value, Base::Ten, 0xff) {
        Some(value) => value as u8,
        None => part(word, value, Base::Sixteen, 0xff, name)?,
    };
    let mask = mask.map_or(Ok(0xff), |mask| part(word, mask, Base::Sixteen, 0xff, "the mask"))?;
    Ok(Masked::new(value, mask))
}

/// An address of either version.
pub(super) fn any_address(word: &Word<'_>) -> Parsed<IpMatch> {
    match word.text.contains(':') {
        false => ipv4(word).map(IpMatch::V4),
        true => ipv6(word).map(IpMatch::V6),
    }
}

/// An address with a prefix length, or a mask without holes.
fn read_address(key: &Match, word: &Word<'_>, name: &str) -> Parsed<IpMatch> {
    match version(key, word, name)? {
        EtherType::IPV4 => ipv4(word).map(IpMatch::V4),
        _ => ipv6(word).map(IpMatch::V6),
    }
}

/// An IPv4 address in up to four parts, each as in C, of which missing ones are 0; with a prefix length or a mask.
pub(super) fn ipv4(word: &Word<'_>) -> Parsed<Masked<Ipv4Addr>> {
    if word.text.contains(':') {
        return Err(word.wrong("this is an IPv6 address, but the rule is for IPv4"));
    }
    let (address, mask) = halves(word);
    let prefix = |bits| Masked::prefix(parts(address).unwrap_or(Ipv4Addr::UNSPECIFIED), bits);
    let wrong = || word.wrong("expected an IPv4 address, with a prefix such as /24 or a mask");
    match (address, mask) {
        ("default", None) => return prefix(0).ok_or_else(wrong),
        ("any" | "all", _) => return Err(any(word)),
        _ => {}
    }
    let value = parts(address).ok_or_else(wrong)?;
    let Some(mask) = mask else { return Ok(Masked::exact(value)) };
    if let Some(bits) = read(mask, Base::C, 32) {
        return prefix(bits as u8).ok_or_else(wrong);
    }
    let mask = Some(mask).filter(|mask| mask.contains('.')).and_then(parts).ok_or_else(wrong)?;
    match mask.prefix() {
        Some(_) => Ok(Masked::new(value, mask)),
        None => Err(word.wrong("tc takes no mask with holes for an address")),
    }
}

fn parts(text: &str) -> Option<Ipv4Addr> {
    match address::read(text)? {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

/// An IPv6 address with a prefix length.
pub(super) fn ipv6(word: &Word<'_>) -> Parsed<Masked<Ipv6Addr>> {
    let (address, mask) = halves(word);
    let wrong = || word.wrong("expected an IPv6 address, with a prefix such as /64 or a mask");
    match (address, mask) {
        ("default", None) => return Masked::prefix(Ipv6Addr::UNSPECIFIED, 0).ok_or_else(wrong),
        ("any" | "all", _) => return Err(any(word)),
        _ if !address.contains(':') && parts(address).is_some() => {
            return Err(word.wrong("this is an IPv4 address, but the rule is for IPv6"));
        }
        _ => {}
    }
    let value = address.parse().map_err(|_| wrong())?;
    match mask {
        None => Ok(Masked::exact(value)),
        Some(mask) => {
            // tc takes the mask of an IPv4 address here too, for as many bits.
            let dotted = || parts(mask).filter(|_| mask.contains('.')).and_then(|mask| mask.prefix());
            let bits = read(mask, Base::C, 128).map(|bits| bits as u8).or_else(dotted).ok_or_else(wrong)?;
            Masked::prefix(value, bits).ok_or_else(wrong)
        }
    }
}

fn any(word: &Word<'_>) -> Box<Fault> {
    word.wrong(format!("tc sends nothing for `{}`: leave the key out", word.text))
}

/// True if the mask of the address is a prefix, which is all that tc can say.
pub(super) fn has_prefix(address: &IpMatch) -> bool {
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
        let version = match address {
            Some(IpMatch::V4(_)) => EtherType::IPV4,
            Some(IpMatch::V6(_)) => EtherType::IPV6,
            None => continue,
        };
        if let Some(address) = address.filter(|_| shown_eth_type(key) == Some(version)) {
            line(show, name, &address.to_string());
        }
    }
}
