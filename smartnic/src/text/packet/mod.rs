//! Packets as words: `src_ip 10.0.0.1 dst_ip 10.0.0.2 ip_proto tcp dst_port 443 vlan_id 5`.

mod draft;
mod parts;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use smartnic_core::flow::{IpProto, Netdev, Packet, TcpFlags};
use smartnic_core::types::EtherType;

use draft::Draft;

use super::cursor::{Cursor, Parsed};
use super::number::{Base, number};
use super::problem::Problems;
use super::tc::link_name;
use super::words::{Line, Lines};
use crate::Result;

/// The flags of TCP by name.
const FLAGS: [(&str, u16); 8] = [
    ("fin", 0x01),
    ("syn", 0x02),
    ("rst", 0x04),
    ("psh", 0x08),
    ("ack", 0x10),
    ("urg", 0x20),
    ("ece", 0x40),
    ("cwr", 0x80),
];

/// Equal packets and where they enter the NIC: a line of a packet file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacketLine {
    /// The link.
    pub dev: Netdev,
    /// How many there are; 1 unless the line says otherwise.
    pub count: u64,
    /// What they are like.
    pub packet: Packet,
    /// The line, counted from 1.
    pub line: usize,
}

/// Reads a packet: pairs of a key and its value, with the names that flower has for them.
///
/// The Ethernet protocol follows from the addresses or the IP protocol unless `eth_type` gives it. Each `vlan_id`
/// adds a tag behind those before it; `vlan_prio` and `vlan_protocol` belong to the last one, and so it is with
/// `mpls_label`, `mpls_tc` and `mpls_ttl`. TCP flags are a number in base sixteen or names (`syn,ack`). A packet out of a
/// tunnel has `enc_key_id` and its like, one of a tracked connection `ct_state +trk+est`. What is not given is as in
/// [`Packet::default`].
///
/// ```
/// let packet = smartnic::text::packet("src_ip 10.0.0.1 ip_proto tcp dst_port 443 tcp_flags syn").unwrap();
/// assert_eq!(packet.dst_port, Some(443));
/// ```
///
/// # Errors
/// `Parse`, with the place and the reason.
pub fn packet(text: &str) -> Result<Packet> {
    let text = text.replace(['\n', '\r'], " ");
    let read = |line: &Line<'_>| {
        let words = line.words()?;
        Draft::read(&mut Cursor::new(&words, line.end()))
    };
    // A text without words is a packet of which nothing is said.
    let Some(line) = Lines::of(&text).next() else { return Ok(Packet::default()) };
    read(&line).map_err(|fault| Problems::from(line.problem(*fault)).into_error("read a packet", ""))
}

/// Reads a packet file: on each line `dev LINK [count N]` and the packet; `#` begins a comment.
///
/// # Errors
/// Everything that is wrong with it; of one line only the first thing.
pub fn packets(text: &str) -> Result<Vec<PacketLine>, Problems> {
    let mut list = Vec::new();
    let mut problems = Problems::default();
    for line in Lines::of(text) {
        match packet_line(&line) {
            Ok(packet) => list.extend(packet),
            Err(fault) => problems.add(line.problem(*fault)),
        }
    }
    problems.or(list)
}

fn packet_line(line: &Line<'_>) -> Parsed<Option<PacketLine>> {
    let words = line.words()?;
    let mut cursor = Cursor::new(&words, line.end());
    if cursor.peek().is_none() {
        return Ok(None);
    }
    let start = cursor.next_if(|word| word.text == "dev");
    let Some(dev) = start.map(|_| cursor.value_of("dev")).transpose()? else {
        let word = cursor.need(String::new)?;
        return Err(word.wrong("the link is missing").hint("a line is: dev LINK [count N] PACKET"));
    };
    let dev = Netdev::Name(link_name(&dev)?);
    let count = match cursor.next_if(|word| word.text == "count") {
        Some(_) => number(&cursor.value_of("count")?, Base::Ten, u64::MAX, "a count")?,
        None => 1,
    };
    Ok(Some(PacketLine { dev, count, packet: Draft::read(&mut cursor)?, line: line.number }))
}

/// The packet as words that [`packet`] reads; what is as in [`Packet::default`] is left out.
#[must_use]
pub fn packet_words(packet: &Packet) -> String {
    let plain = Packet::default();
    let mut words: Vec<String> = Vec::new();
    let mut put =
        |name: &str, value: Option<String>| words.extend(value.map(|value| format!("{name} {value}")));
    put("dst_mac", Some(packet.dst_mac).filter(|mac| *mac != plain.dst_mac).map(|mac| mac.to_string()));
    put("src_mac", Some(packet.src_mac).filter(|mac| *mac != plain.src_mac).map(|mac| mac.to_string()));
    for tag in &packet.vlans {
        put("vlan_id", Some(tag.id.to_string()));
        put(
            "vlan_prio",
            Some(tag.priority).filter(|priority| *priority != 0).map(|priority| priority.to_string()),
        );
        put(
            "vlan_protocol",
            Some(tag.protocol).filter(|kind| *kind != EtherType::VLAN).map(|kind| kind.to_string()),
        );
    }
    let derived = derived_type(packet);
    put("eth_type", Some(packet.eth_type).filter(|kind| *kind != derived).map(|kind| kind.to_string()));
    put("src_ip", packet.src_ip.map(|address| address.to_string()));
    put("dst_ip", packet.dst_ip.map(|address| address.to_string()));
    put("ip_proto", packet.ip_proto.map(|proto| proto.to_string()));
    put("ip_tos", Some(packet.ip_tos).filter(|tos| *tos != plain.ip_tos).map(|tos| format!("{tos:#x}")));
    put("ip_ttl", Some(packet.ip_ttl).filter(|ttl| *ttl != plain.ip_ttl).map(|ttl| ttl.to_string()));
    put("src_port", packet.src_port.map(|port| port.to_string()));
    put("dst_port", packet.dst_port.map(|port| port.to_string()));
    put("tcp_flags", Some(packet.tcp_flags).filter(|flags| *flags != plain.tcp_flags).map(flag_words));
    put("icmp_type", packet.icmp.map(|(kind, _)| kind.to_string()));
    put("icmp_code", packet.icmp.map(|(_, code)| code.to_string()));
    parts::words(packet, &mut put);
    put(
        "length",
        Some(packet.length).filter(|length| *length != plain.length).map(|length| length.to_string()),
    );
    words.join(" ")
}

/// The protocol that follows from what else is said of a packet.
fn derived_type(packet: &Packet) -> EtherType {
    match (packet.src_ip.or(packet.dst_ip), packet.ip_proto) {
        _ if !packet.mpls.is_empty() => EtherType::MPLS,
        _ if packet.arp.is_some() => EtherType::ARP,
        (Some(IpAddr::V4(_)), _) => EtherType::IPV4,
        (Some(IpAddr::V6(_)), _) | (None, Some(IpProto::ICMPV6)) => EtherType::IPV6,
        (None, Some(_)) => EtherType::IPV4,
        (None, None) => Packet::default().eth_type,
    }
}

fn flag_words(flags: TcpFlags) -> String {
    let named: Vec<&str> =
        FLAGS.iter().filter(|(_, bit)| flags.0 & bit != 0).map(|(name, _)| *name).collect();
    match flags.0 & !0xff {
        0 => named.join(","),
        _ => format!("{:#x}", flags.0),
    }
}
