//! The words of a packet, one after the other.

use std::net::IpAddr;

use smartnic_core::flow::{IpProto, Packet, TcpFlags, VlanTag};
use smartnic_core::types::{EtherType, Mac};

use super::{FLAGS, derived_type, parts};
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::number::{Base, number};

/// A packet while it is read, with the words that said something about it.
#[derive(Default)]
pub(super) struct Draft<'l> {
    pub(super) packet: Packet,
    eth_type: Option<EtherType>,
    icmp: (Option<u8>, Option<u8>),
    given: Vec<(&'static str, Word<'l>)>,
}

pub(super) type Read = for<'l> fn(&mut Draft<'l>, &Word<'l>) -> Parsed<()>;

/// The keys; those of a tag may come again.
const KEYS: [(&str, Read); 19] = [
    ("dst_mac", |draft, word| word.value::<Mac>().map(|mac| draft.packet.dst_mac = mac)),
    ("src_mac", |draft, word| word.value::<Mac>().map(|mac| draft.packet.src_mac = mac)),
    ("vlan_id", |draft, word| {
        let id = number(word, Base::C, 4095, "a VLAN")?;
        draft.packet.vlans.push(VlanTag { protocol: EtherType::VLAN, id, priority: 0 });
        Ok(())
    }),
    ("vlan_prio", |draft, word| {
        let priority = number(word, Base::C, 7, "a VLAN priority")?;
        draft.tag(word).map(|tag| tag.priority = priority)
    }),
    ("vlan_protocol", |draft, word| {
        let protocol: EtherType = word.value()?;
        if !protocol.is_vlan() {
            return Err(word.wrong("a VLAN tag's protocol is 802.1Q or 802.1ad"));
        }
        draft.tag(word).map(|tag| tag.protocol = protocol)
    }),
    ("eth_type", |draft, word| word.value().map(|kind| draft.eth_type = Some(kind))),
    ("src_ip", |draft, word| address(word).map(|address| draft.packet.src_ip = Some(address))),
    ("dst_ip", |draft, word| address(word).map(|address| draft.packet.dst_ip = Some(address))),
    ("ip_proto", |draft, word| protocol(word).map(|proto| draft.packet.ip_proto = Some(proto))),
    ("ip_tos", |draft, word| byte(word, "ip_tos").map(|tos| draft.packet.ip_tos = tos)),
    ("ip_ttl", |draft, word| byte(word, "ip_ttl").map(|ttl| draft.packet.ip_ttl = ttl)),
    ("src_port", |draft, word| port(word).map(|port| draft.packet.src_port = Some(port))),
    ("dst_port", |draft, word| port(word).map(|port| draft.packet.dst_port = Some(port))),
    ("tcp_flags", |draft, word| flags(word).map(|flags| draft.packet.tcp_flags = flags)),
    ("icmp_type", |draft, word| byte(word, "icmp_type").map(|kind| draft.icmp.0 = Some(kind))),
    ("icmp_code", |draft, word| byte(word, "icmp_code").map(|code| draft.icmp.1 = Some(code))),
    // tc's names of the last two.
    ("type", |draft, word| byte(word, "type").map(|kind| draft.icmp.0 = Some(kind))),
    ("code", |draft, word| byte(word, "code").map(|code| draft.icmp.1 = Some(code))),
    ("length", |draft, word| {
        let length = number(word, Base::Ten, 1 << 20, "a length")?;
        draft.packet.length = length;
        Ok(())
    }),
];

impl<'l> Draft<'l> {
    /// Reads the words up to the end.
    pub(super) fn read(cursor: &mut Cursor<'l>) -> Parsed<Packet> {
        let mut draft = Self::default();
        while let Some(word) = cursor.next() {
            let keys = || KEYS.iter().chain(&parts::KEYS);
            let Some((name, read)) = keys().find(|(name, _)| *name == word.text) else {
                return Err(word.unknown("key of a packet", keys().map(|(name, _)| *name)));
            };
            let again = name.starts_with("vlan_") || name.starts_with("mpls_");
            if draft.word(name).is_some() && !again {
                return Err(word.wrong(format!("`{name}` is given twice")));
            }
            draft.given.push((name, word));
            read(&mut draft, &cursor.value_of(name)?)?;
        }
        draft.finish()
    }

    /// Where a key was given.
    fn word(&self, name: &str) -> Option<Word<'l>> {
        self.given.iter().find(|(given, _)| *given == name).map(|(_, word)| *word)
    }

    /// The first of some keys that was given.
    fn first(&self, names: &[&str]) -> Option<Word<'l>> {
        names.iter().find_map(|name| self.word(name))
    }

    fn tag(&mut self, word: &Word<'_>) -> Parsed<&mut VlanTag> {
        let tag = self.packet.vlans.last_mut();
        tag.ok_or_else(|| word.wrong("there is no tag yet").hint("say first: vlan_id NUMBER"))
    }

    /// Looks at what belongs together.
    fn finish(mut self) -> Parsed<Packet> {
        let derived = derived_type(&self.packet);
        self.packet.eth_type = self.eth_type.unwrap_or(derived);
        let packet = &self.packet;
        if packet.src_ip.zip(packet.dst_ip).is_some_and(|(src, dst)| src.is_ipv4() != dst.is_ipv4()) {
            return self.wrong(&["dst_ip"], "both addresses must be IPv4 or both IPv6");
        }
        let is_ip = packet.ip_proto.is_some() || packet.src_ip.or(packet.dst_ip).is_some();
        if is_ip && packet.arp.is_some() {
            return self.wrong(&["src_ip", "dst_ip", "ip_proto"], "an ARP packet has no IP header");
        }
        let fits = match derived {
            EtherType::MPLS => packet.eth_type.is_mpls(),
            EtherType::ARP => matches!(packet.eth_type, EtherType::ARP | EtherType::RARP),
            _ => packet.eth_type == derived || !is_ip,
        };
        if !fits {
            return self
                .wrong(&["eth_type"], "the protocol does not go with what else is said of the packet");
        }
        if !is_ip && !matches!(packet.eth_type, EtherType::IPV4 | EtherType::IPV6) {
            let names = ["ip_tos", "ip_ttl"];
            if self.first(&names).is_some() {
                return self
                    .wrong(&names, "this key is for IP packets: give an address, ip_proto or eth_type ip");
            }
        }
        if !packet.ip_proto.is_some_and(IpProto::has_ports) && (packet.src_port.or(packet.dst_port)).is_some()
        {
            return self.wrong(&["dst_port", "src_port"], "ports need ip_proto tcp, udp or sctp");
        }
        if packet.ip_proto != Some(IpProto::TCP) && self.word("tcp_flags").is_some() {
            return self.wrong(&["tcp_flags"], "TCP flags need ip_proto tcp");
        }
        if self.icmp != (None, None) {
            let icmp = if packet.eth_type == EtherType::IPV6 { IpProto::ICMPV6 } else { IpProto::ICMP };
            if packet.ip_proto != Some(icmp) {
                return self.wrong(
                    &["icmp_type", "type", "icmp_code", "code"],
                    "an ICMP type or code needs ip_proto icmp (icmpv6 for IPv6)",
                );
            }
            self.packet.icmp = Some((self.icmp.0.unwrap_or(0), self.icmp.1.unwrap_or(0)));
        }
        Ok(self.packet)
    }

    fn wrong(&self, names: &[&str], message: &str) -> Parsed<Packet> {
        let word = self.first(names).unwrap_or(Word { text: "", at: 0 });
        Err(word.wrong(message))
    }
}

pub(super) fn address(word: &Word<'_>) -> Parsed<IpAddr> {
    word.text
        .parse()
        .map_err(|_| word.wrong("expected an address such as 10.0.0.1 or 2001:db8::1, without a prefix"))
}

/// A name, or a number that begins with `0x`: without it, tc would read base sixteen and people base ten.
fn protocol(word: &Word<'_>) -> Parsed<IpProto> {
    if word.text.len() > 1 && word.text.bytes().all(|digit| digit.is_ascii_digit()) {
        let fault = word.wrong("numbers of IP protocols are hexadecimal");
        return Err(fault.hint("write a name, or a number that begins with 0x, such as 0x2f for GRE"));
    }
    word.value()
}

pub(super) fn byte(word: &Word<'_>, name: &str) -> Parsed<u8> {
    number(word, Base::C, 255, name)
}

pub(super) fn port(word: &Word<'_>) -> Parsed<u16> {
    number(word, Base::C, 0xffff, "a port")
}

fn flags(word: &Word<'_>) -> Parsed<TcpFlags> {
    if word.text.starts_with(|first: char| first.is_ascii_digit()) {
        return number(word, Base::Sixteen, 0xfff, "the TCP flags").map(TcpFlags);
    }
    let mut bits = 0;
    for name in word.text.split(',') {
        let Some((_, bit)) = FLAGS.iter().find(|(known, _)| *known == name) else {
            let fault = word.wrong(format!("no TCP flag is called `{name}`"));
            return Err(fault.hint("write a number such as 0x12, or names such as syn,ack"));
        };
        bits |= bit;
    }
    Ok(TcpFlags(bits))
}
