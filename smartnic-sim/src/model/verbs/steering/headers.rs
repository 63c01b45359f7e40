//! The headers of a packet, and whether they are what a rule wants.

use std::net::{Ipv4Addr, Ipv6Addr};

use smartnic_core::types::Mac;
use smartnic_core::verbs::{
    EthernetKeys, GreKeys, Ipv4Keys, Ipv6Keys, Masked, PortKeys, SteeringHeader, SteeringSpec,
};

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
const VLAN: u16 = 0x8100;
const VXLAN_PORT: u16 = 4789;
const TCP: u8 = 6;
const UDP: u8 = 17;
const GRE: u8 = 47;

/// What a packet begins with, up to a tunnel.
#[derive(Debug, Default, PartialEq, Eq)]
struct Headers<'a> {
    ethernet: Option<EthernetKeys>,
    ipv4: Option<Ipv4Keys>,
    ipv6: Option<Ipv6Keys>,
    tcp: Option<PortKeys>,
    udp: Option<PortKeys>,
    vxlan: Option<u32>,
    gre: Option<GreKeys>,
    /// What is within the tunnel.
    inner: &'a [u8],
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

impl<'a> Headers<'a> {
    fn of_frame(frame: &'a [u8]) -> Self {
        let mut found = Self::default();
        // What ends too early has the headers that it has.
        let _ = found.ethernet(frame);
        found
    }

    fn ethernet(&mut self, frame: &'a [u8]) -> Option<()> {
        let mac = |at: usize| Some(Mac(*frame.get(at..)?.first_chunk()?));
        let (mut ethertype, mut vlan, mut rest) = (u16_at(frame, 12)?, 0, frame.get(14..)?);
        if ethertype == VLAN {
            (vlan, ethertype, rest) = (u16_at(rest, 0)?, u16_at(rest, 2)?, rest.get(4..)?);
        }
        self.ethernet = Some(EthernetKeys { destination: mac(0)?, source: mac(6)?, ethertype, vlan });
        self.network(ethertype, rest)
    }

    fn network(&mut self, ethertype: u16, packet: &'a [u8]) -> Option<()> {
        let (protocol, rest) = match ethertype {
            IPV4 => {
                let header = packet.get(..20)?;
                let address = |at| u32_at(header, at).map(Ipv4Addr::from);
                let protocol = header[9];
                self.ipv4 = Some(Ipv4Keys {
                    source: address(12)?,
                    destination: address(16)?,
                    protocol,
                    tos: header[1],
                    ttl: header[8],
                    flags: header[6] >> 5,
                });
                (protocol, packet.get(usize::from(header[0] & 0xf) * 4..)?)
            }
            IPV6 => {
                let header = packet.get(..40)?;
                let address = |at: usize| Some(Ipv6Addr::from(*header.get(at..)?.first_chunk::<16>()?));
                let first = u32_at(header, 0)?;
                self.ipv6 = Some(Ipv6Keys {
                    source: address(8)?,
                    destination: address(24)?,
                    flow_label: first & 0xf_ffff,
                    next_header: header[6],
                    traffic_class: (first >> 20) as u8,
                    hop_limit: header[7],
                });
                (header[6], packet.get(40..)?)
            }
            _ => return None,
        };
        self.transport(protocol, rest)
    }

    fn transport(&mut self, protocol: u8, packet: &'a [u8]) -> Option<()> {
        let ports = || Some(PortKeys { source: u16_at(packet, 0)?, destination: u16_at(packet, 2)? });
        match protocol {
            TCP => self.tcp = ports(),
            UDP => {
                self.udp = ports();
                if self.udp?.destination == VXLAN_PORT {
                    self.vxlan = Some(u32_at(packet, 12)? >> 8);
                    self.inner = packet.get(16..)?;
                }
            }
            GRE => {
                let (flags, protocol) = (u16_at(packet, 0)?, u16_at(packet, 2)?);
                // A checksum takes four bytes before the key.
                let [has_checksum, has_key] = [0x8000, 0x2000].map(|bit| flags & bit != 0);
                let key = if has_key { u32_at(packet, if has_checksum { 8 } else { 4 })? } else { 0 };
                self.gre = Some(GreKeys { flags, protocol, key });
            }
            _ => {}
        }
        Some(())
    }
}

/// Fields as numbers that can be masked.
trait Bits {
    fn bits(&self) -> [u128; 3];
}

impl Bits for EthernetKeys {
    fn bits(&self) -> [u128; 3] {
        let mac = |Mac(bytes): Mac| bytes.iter().fold(0, |all, byte| all << 8 | u128::from(*byte));
        let rest = u128::from(self.ethertype) << 16 | u128::from(self.vlan);
        [mac(self.destination), mac(self.source), rest]
    }
}

impl Bits for Ipv4Keys {
    fn bits(&self) -> [u128; 3] {
        let rest = u32::from_be_bytes([self.protocol, self.tos, self.ttl, self.flags]);
        [u32::from(self.source).into(), u32::from(self.destination).into(), rest.into()]
    }
}

impl Bits for Ipv6Keys {
    fn bits(&self) -> [u128; 3] {
        let rest = u32::from_be_bytes([0, self.next_header, self.traffic_class, self.hop_limit]);
        let rest = u128::from(self.flow_label) << 32 | u128::from(rest);
        [u128::from(self.source), u128::from(self.destination), rest]
    }
}

impl Bits for PortKeys {
    fn bits(&self) -> [u128; 3] {
        [self.source.into(), self.destination.into(), 0]
    }
}

impl Bits for GreKeys {
    fn bits(&self) -> [u128; 3] {
        [self.flags.into(), self.protocol.into(), self.key.into()]
    }
}

impl Bits for u32 {
    fn bits(&self) -> [u128; 3] {
        [(*self).into(), 0, 0]
    }
}

fn is<T: Bits>(wanted: &Masked<T>, found: Option<&T>) -> bool {
    let Some(found) = found.map(Bits::bits) else { return false };
    let (value, mask) = (wanted.value.bits(), wanted.mask.bits());
    (0..3).all(|at| found[at] & mask[at] == value[at] & mask[at])
}

/// Whether a packet has all of the headers.
pub(super) fn fit(frame: &[u8], specs: &[SteeringSpec]) -> bool {
    let outer = Headers::of_frame(frame);
    let inner = Headers::of_frame(outer.inner);
    specs.iter().all(|spec| {
        let found = if spec.inner { &inner } else { &outer };
        match &spec.header {
            SteeringHeader::Ethernet(wanted) => is(wanted, found.ethernet.as_ref()),
            SteeringHeader::Ipv4(wanted) => is(wanted, found.ipv4.as_ref()),
            SteeringHeader::Ipv6(wanted) => is(wanted, found.ipv6.as_ref()),
            SteeringHeader::Tcp(wanted) => is(wanted, found.tcp.as_ref()),
            SteeringHeader::Udp(wanted) => is(wanted, found.udp.as_ref()),
            SteeringHeader::Vxlan(wanted) => is(wanted, found.vxlan.as_ref()),
            SteeringHeader::Gre(wanted) => is(wanted, found.gre.as_ref()),
            // There are no such rules here.
            SteeringHeader::Mpls(_) => false,
        }
    })
}

/// Whether the Ethernet header of a rule rules out the header that follows it, which mlx5 refuses (`is_valid_ethertype`).
pub(crate) fn contradiction(specs: &[SteeringSpec]) -> bool {
    [false, true].into_iter().any(|inner| {
        let of = || specs.iter().filter(|spec| spec.inner == inner).map(|spec| &spec.header);
        let ethertype = of().find_map(|header| match header {
            SteeringHeader::Ethernet(keys) if keys.mask.ethertype == u16::MAX => Some(keys.value.ethertype),
            _ => None,
        });
        let network = of().find_map(|header| match header {
            SteeringHeader::Ipv4(_) => Some(IPV4),
            SteeringHeader::Ipv6(_) => Some(IPV6),
            _ => None,
        });
        ethertype.zip(network).is_some_and(|(said, follows)| said != follows)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A packet of IPv4 and UDP to this port, with these bytes.
    fn udp(port: u16, bytes: &[u8]) -> Vec<u8> {
        let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];
        frame.extend([0x45, 0x10, 0, 0, 0, 0, 0x40, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
        frame.extend([0, 9, (port >> 8) as u8, port as u8, 0, 0, 0, 0]);
        frame.extend_from_slice(bytes);
        frame
    }

    #[test]
    fn headers_are_found_within_tunnels_and_behind_vlans() {
        let inner = udp(53, b"query");
        let outer = udp(VXLAN_PORT, &[&[8, 0, 0, 0, 0, 0, 7, 0], &inner[..]].concat());
        let dns = SteeringSpec::udp_to(53);
        assert!(fit(&inner, &[dns]) && !fit(&outer, &[dns]));
        assert!(
            fit(&outer, &[SteeringSpec::vxlan(7), dns.inner()]) && !fit(&outer, &[SteeringSpec::vxlan(8)])
        );
        let mut tagged = inner[..12].to_vec();
        tagged.extend([0x81, 0, 0x20, 5]);
        tagged.extend(&inner[12..]);
        let to = |ip: &str| SteeringSpec::ipv4_to(ip.parse().unwrap());
        assert!(fit(&tagged, &[SteeringSpec::ethertype(IPV4), to("192.0.2.2"), dns]));
        assert!(!fit(&tagged, &[to("192.0.2.1")]));
        let keys = |vlan| EthernetKeys { vlan, ..EthernetKeys::default() };
        let vlan = SteeringHeader::Ethernet(Masked { value: keys(5), mask: keys(0xfff) });
        assert!(fit(&tagged, &[vlan.into()]) && !fit(&inner, &[vlan.into()]));
        // What ends too early fits no header that it has not.
        assert!(!fit(&inner[..30], &[dns]) && fit(&inner[..30], &[SteeringSpec::ethertype(IPV4)]));
    }

    #[test]
    fn an_ethernet_header_must_go_with_what_follows() {
        let ip = SteeringSpec::ipv4_to(Ipv4Addr::LOCALHOST);
        assert!(contradiction(&[SteeringSpec::ethertype(IPV6), ip]));
        assert!(!contradiction(&[SteeringSpec::ethertype(IPV4), ip]));
        assert!(!contradiction(&[SteeringSpec::ethertype(IPV6), ip.inner()]));
    }
}
