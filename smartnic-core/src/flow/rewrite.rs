//! What `pedit` makes of a packet's headers (`tcf_pedit_act`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{IpProto, Packet, Pedit, PeditCommand, PeditHeader, PeditKey, TcpFlags};
use crate::types::{EtherType, Mac};

const ETH: usize = 14;
const IP4: usize = 20;
const IP6: usize = 40;
/// As much of the header behind IP as fields are read from: that of TCP without options.
const L4: usize = 20;

/// The headers of a packet as bytes: Ethernet without tags, IP without options, and what follows.
struct Headers {
    bytes: [u8; ETH + IP6 + L4],
    /// How long the IP header is; 0 if there is none.
    ip: usize,
}

impl Headers {
    fn of(packet: &Packet) -> Self {
        let mut all = Self { bytes: [0; ETH + IP6 + L4], ip: 0 };
        all.put(0, &packet.dst_mac.0);
        all.put(6, &packet.src_mac.0);
        all.put(12, &packet.eth_type.0.to_be_bytes());
        let address = |ip: Option<IpAddr>| {
            ip.map_or_else(Vec::new, |ip| match ip {
                IpAddr::V4(ip) => ip.octets().to_vec(),
                IpAddr::V6(ip) => ip.octets().to_vec(),
            })
        };
        let (src, dst) = (address(packet.src_ip), address(packet.dst_ip));
        let proto = packet.ip_proto.map_or(0, |proto| proto.0);
        match packet.eth_type {
            EtherType::IPV4 => {
                all.ip = IP4;
                all.put(ETH, &[0x45, packet.ip_tos]);
                all.put(ETH + 8, &[packet.ip_ttl, proto]);
                all.put(ETH + 12, &src);
                all.put(ETH + 16, &dst);
            }
            EtherType::IPV6 => {
                all.ip = IP6;
                all.put(ETH, &[0x60 | packet.ip_tos >> 4, packet.ip_tos << 4]);
                all.put(ETH + 6, &[proto, packet.ip_ttl]);
                all.put(ETH + 8, &src);
                all.put(ETH + 24, &dst);
            }
            _ => return all,
        }
        let behind = ETH + all.ip;
        if let Some((kind, code)) = packet.icmp {
            all.put(behind, &[kind, code]);
            return all;
        }
        all.put(behind, &packet.src_port.unwrap_or(0).to_be_bytes());
        all.put(behind + 2, &packet.dst_port.unwrap_or(0).to_be_bytes());
        if packet.ip_proto == Some(IpProto::TCP) {
            let [high, low] = packet.tcp_flags.0.to_be_bytes();
            all.put(behind + 12, &[0x50 | high & 0xf, low]);
        }
        all
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.bytes.iter_mut().skip(at).zip(bytes).for_each(|(to, from)| *to = *from);
    }

    fn take<const N: usize>(&self, at: usize) -> [u8; N] {
        self.bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
    }

    /// Gives a packet the fields that these headers say.
    fn write_back(&self, packet: &mut Packet) {
        packet.dst_mac = Mac(self.take(0));
        packet.src_mac = Mac(self.take(6));
        packet.eth_type = EtherType(u16::from_be_bytes(self.take(12)));
        let (src, dst): (IpAddr, IpAddr) = match self.ip {
            IP4 => {
                [packet.ip_tos] = self.take(ETH + 1);
                [packet.ip_ttl] = self.take(ETH + 8);
                (Ipv4Addr::from(self.take(ETH + 12)).into(), Ipv4Addr::from(self.take(ETH + 16)).into())
            }
            IP6 => {
                let [high, low] = self.take(ETH);
                packet.ip_tos = high << 4 | low >> 4;
                [packet.ip_ttl] = self.take(ETH + 7);
                (Ipv6Addr::from(self.take(ETH + 8)).into(), Ipv6Addr::from(self.take(ETH + 24)).into())
            }
            _ => return,
        };
        let [proto] = self.take(ETH + if self.ip == IP4 { 9 } else { 6 });
        // What a packet did not say before, it says only if it was written.
        let said =
            |was: Option<IpAddr>, is: IpAddr| was.map(|_| is).or(Some(is).filter(|is| !is.is_unspecified()));
        packet.src_ip = said(packet.src_ip, src);
        packet.dst_ip = said(packet.dst_ip, dst);
        packet.ip_proto = packet.ip_proto.map(|_| IpProto(proto));
        let behind = ETH + self.ip;
        packet.icmp = packet.icmp.map(|_| {
            let [kind, code] = self.take(behind);
            (kind, code)
        });
        packet.src_port = packet.src_port.map(|_| u16::from_be_bytes(self.take(behind)));
        packet.dst_port = packet.dst_port.map(|_| u16::from_be_bytes(self.take(behind + 2)));
        if packet.ip_proto == Some(IpProto::TCP) {
            packet.tcp_flags = TcpFlags(u16::from_be_bytes(self.take(behind + 12)) & 0xfff);
        }
    }

    /// Where a header begins; none if the packet does not have it, at which the kernel stops.
    fn begin(&self, header: PeditHeader, packet: &Packet) -> Option<usize> {
        let l4 = |proto| (packet.ip_proto == Some(proto) && self.ip != 0).then_some(ETH + self.ip);
        match header {
            PeditHeader::Eth => Some(0),
            PeditHeader::Network | PeditHeader::Ip4 | PeditHeader::Ip6 => Some(ETH),
            PeditHeader::Tcp => l4(IpProto::TCP),
            PeditHeader::Udp => l4(IpProto::UDP),
            PeditHeader::Unknown(_) => None,
        }
    }

    /// How many bytes of the packet are told apart.
    fn len(&self) -> usize {
        if self.ip == 0 { ETH } else { ETH + self.ip + L4 }
    }
}

/// Carries out the changes, in order. Bytes behind the headers that a packet here has are not told apart.
pub(super) fn pedit(packet: &mut Packet, changes: &Pedit) {
    // The label stack stands where IP is looked for.
    let labelled = !packet.mpls.is_empty();
    let mut headers = Headers::of(packet);
    for key in &changes.keys {
        let Some(begin) = headers.begin(key.header, packet) else { break };
        if labelled && begin != 0 {
            continue;
        }
        change(&mut headers, begin, key);
    }
    headers.write_back(packet);
}

fn change(headers: &mut Headers, begin: usize, key: &PeditKey) {
    let mut offset = i64::from(key.offset);
    if key.offmask != 0 {
        let at = begin.saturating_add(key.at as usize);
        let Some(byte) = headers.bytes.get(at).filter(|_| at < headers.len()) else { return };
        offset += i64::from(u32::from(*byte) & key.offmask) >> key.shift.min(31);
    }
    let Some(at) = usize::try_from(begin as i64 + offset).ok().filter(|at| at + 4 <= headers.len()) else {
        return;
    };
    // Numbers are added as the machine has them, which is from the low byte up on all that NICs are in.
    let old = u32::from_le_bytes(headers.take(at));
    let [mask, value] = [key.mask, key.value].map(u32::swap_bytes);
    let value = match key.command {
        PeditCommand::Add => old.wrapping_add(value) & !mask,
        PeditCommand::Set | PeditCommand::Unknown(_) => value,
    };
    headers.put(at, &((old & mask) ^ value).to_le_bytes());
}
