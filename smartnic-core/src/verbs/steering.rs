use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use bitflags::bitflags;

use crate::backend::VerbsCounters;
use crate::types::Mac;
use crate::{Error, Result};

/// What must be in a header: the bits of `mask` as in `value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Masked<T> {
    /// What they must be.
    pub value: T,
    /// Which of them count.
    pub mask: T,
}

/// Fields of an Ethernet header (`struct ibv_flow_eth_filter`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EthernetKeys {
    /// Where it goes.
    pub destination: Mac,
    /// Whence it comes.
    pub source: Mac,
    /// What is in it.
    pub ethertype: u16,
    /// The VLAN's tag: priority and number.
    pub vlan: u16,
}

/// Fields of an IPv4 header (`struct ibv_flow_ipv4_ext_filter`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ipv4Keys {
    /// Whence it comes.
    pub source: Ipv4Addr,
    /// Where it goes.
    pub destination: Ipv4Addr,
    /// What is in it.
    pub protocol: u8,
    /// Type of service.
    pub tos: u8,
    /// How far it may still go.
    pub ttl: u8,
    /// Flags of fragments.
    pub flags: u8,
}

impl Default for Ipv4Keys {
    fn default() -> Self {
        let none = Ipv4Addr::UNSPECIFIED;
        Self { source: none, destination: none, protocol: 0, tos: 0, ttl: 0, flags: 0 }
    }
}

/// Fields of an IPv6 header (`struct ibv_flow_ipv6_filter`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ipv6Keys {
    /// Whence it comes.
    pub source: Ipv6Addr,
    /// Where it goes.
    pub destination: Ipv6Addr,
    /// The flow label: 20 bits.
    pub flow_label: u32,
    /// What is in it.
    pub next_header: u8,
    /// Traffic class.
    pub traffic_class: u8,
    /// How far it may still go.
    pub hop_limit: u8,
}

impl Default for Ipv6Keys {
    fn default() -> Self {
        let none = Ipv6Addr::UNSPECIFIED;
        Self {
            source: none,
            destination: none,
            flow_label: 0,
            next_header: 0,
            traffic_class: 0,
            hop_limit: 0,
        }
    }
}

/// Ports of TCP or UDP (`struct ibv_flow_tcp_udp_filter`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PortKeys {
    /// Where it goes.
    pub destination: u16,
    /// Whence it comes.
    pub source: u16,
}

/// Fields of a GRE header (`struct ibv_flow_gre_filter`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GreKeys {
    /// Its first two bytes: which fields there are, and the version.
    pub flags: u16,
    /// What is in it.
    pub protocol: u16,
    /// The key.
    pub key: u32,
}

/// A header, and what must be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SteeringHeader {
    /// `IBV_FLOW_SPEC_ETH`
    Ethernet(Masked<EthernetKeys>),
    /// `IBV_FLOW_SPEC_IPV4`, or `IBV_FLOW_SPEC_IPV4_EXT` if more than addresses count.
    Ipv4(Masked<Ipv4Keys>),
    /// `IBV_FLOW_SPEC_IPV6`
    Ipv6(Masked<Ipv6Keys>),
    /// `IBV_FLOW_SPEC_TCP`
    Tcp(Masked<PortKeys>),
    /// `IBV_FLOW_SPEC_UDP`
    Udp(Masked<PortKeys>),
    /// The network's number: 24 bits (`IBV_FLOW_SPEC_VXLAN_TUNNEL`).
    Vxlan(Masked<u32>),
    /// `IBV_FLOW_SPEC_GRE`
    Gre(Masked<GreKeys>),
    /// The first label with its other bits (`IBV_FLOW_SPEC_MPLS`).
    Mpls(Masked<u32>),
}

/// One header of those that a packet must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SteeringSpec {
    /// Whether it is one within a tunnel (`IBV_FLOW_SPEC_INNER`).
    pub inner: bool,
    /// The header.
    pub header: SteeringHeader,
}

impl From<SteeringHeader> for SteeringSpec {
    fn from(header: SteeringHeader) -> Self {
        Self { inner: false, header }
    }
}

impl SteeringSpec {
    /// Packets to an Ethernet address.
    #[must_use]
    pub fn ethernet_to(destination: Mac) -> Self {
        let keys = |destination| EthernetKeys { destination, ..EthernetKeys::default() };
        SteeringHeader::Ethernet(Masked { value: keys(destination), mask: keys(Mac::BROADCAST) }).into()
    }

    /// Packets of a kind, by the number in their Ethernet header.
    #[must_use]
    pub fn ethertype(ethertype: u16) -> Self {
        let keys = |ethertype| EthernetKeys { ethertype, ..EthernetKeys::default() };
        SteeringHeader::Ethernet(Masked { value: keys(ethertype), mask: keys(u16::MAX) }).into()
    }

    /// Packets to an IPv4 address.
    #[must_use]
    pub fn ipv4_to(destination: Ipv4Addr) -> Self {
        let keys = |destination| Ipv4Keys { destination, ..Ipv4Keys::default() };
        SteeringHeader::Ipv4(Masked { value: keys(destination), mask: keys(Ipv4Addr::BROADCAST) }).into()
    }

    /// Packets to an IPv6 address.
    #[must_use]
    pub fn ipv6_to(destination: Ipv6Addr) -> Self {
        let keys = |destination| Ipv6Keys { destination, ..Ipv6Keys::default() };
        let mask = keys(Ipv6Addr::from(u128::MAX));
        SteeringHeader::Ipv6(Masked { value: keys(destination), mask }).into()
    }

    /// Packets to a port of TCP.
    #[must_use]
    pub fn tcp_to(port: u16) -> Self {
        SteeringHeader::Tcp(port_to(port)).into()
    }

    /// Packets to a port of UDP.
    #[must_use]
    pub fn udp_to(port: u16) -> Self {
        SteeringHeader::Udp(port_to(port)).into()
    }

    /// Packets of a VXLAN, by its number.
    #[must_use]
    pub fn vxlan(number: u32) -> Self {
        SteeringHeader::Vxlan(Masked { value: number, mask: 0xff_ffff }).into()
    }

    /// The same of what is within a tunnel.
    #[must_use]
    pub fn inner(self) -> Self {
        Self { inner: true, ..self }
    }
}

fn port_to(destination: u16) -> Masked<PortKeys> {
    let keys = |destination| PortKeys { destination, source: 0 };
    Masked { value: keys(destination), mask: keys(u16::MAX) }
}

/// Which packets a rule is about (`enum ibv_flow_attr_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SteeringKind {
    /// Those that have all of its headers (`IBV_FLOW_ATTR_NORMAL`).
    Normal,
    /// Those that no other rule takes (`IBV_FLOW_ATTR_ALL_DEFAULT`).
    AllDefault,
    /// Those to groups that no other rule takes (`IBV_FLOW_ATTR_MC_DEFAULT`).
    MulticastDefault,
    /// A copy of all that comes and goes (`IBV_FLOW_ATTR_SNIFFER`).
    Sniffer,
}

bitflags! {
    /// How a steering rule works (`enum ibv_flow_flags`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct SteeringFlags: u32 {
        /// What it takes goes on to the rules behind it, too (`IBV_FLOW_ATTR_FLAGS_DONT_TRAP`).
        const GO_ON = 2;
        /// It is about packets that leave (`IBV_FLOW_ATTR_FLAGS_EGRESS`).
        const EGRESS = 4;
    }
}

/// What is counted of the packets that a steering rule takes (`enum ibv_counter_description`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CounterKind {
    /// `IBV_COUNTER_PACKETS`
    Packets,
    /// `IBV_COUNTER_BYTES`
    Bytes,
}

/// A steering rule: which packets come to a queue pair (`struct ibv_flow_attr`, and what stands behind it).
#[derive(Debug, Clone, Copy)]
pub struct SteeringRule<'a> {
    /// Which packets it is about.
    pub kind: SteeringKind,
    /// Rules with a lower number are asked first.
    pub priority: u16,
    /// The port by which packets come, from 1.
    pub port: u8,
    /// The headers that a packet must have, from the outermost.
    pub specs: &'a [SteeringSpec],
    /// The number that completions of its packets have ([`crate::verbs::CqFields::FLOW_TAG`]).
    pub tag: Option<u32>,
    /// Whether its packets are dropped.
    pub drop: bool,
    /// What counts its packets.
    pub counters: Option<&'a Arc<dyn VerbsCounters>>,
    /// How it works.
    pub flags: SteeringFlags,
}

impl<'a> SteeringRule<'a> {
    /// The kernel takes no more headers and actions than these (`IB_FLOW_SPEC_SUPPORT_LAYERS`).
    pub const MOST_SPECS: usize = 10;

    /// Packets with these headers, from port 1, before all others.
    #[must_use]
    pub fn new(specs: &'a [SteeringSpec]) -> Self {
        Self { specs, ..Self::of(SteeringKind::Normal) }
    }

    /// Packets of a kind that needs no headers, from port 1.
    #[must_use]
    pub fn of(kind: SteeringKind) -> Self {
        Self {
            kind,
            priority: 0,
            port: 1,
            specs: &[],
            tag: None,
            drop: false,
            counters: None,
            flags: SteeringFlags::empty(),
        }
    }

    /// For backends: whether there can be such a rule at all.
    ///
    /// # Errors
    /// `InvalidInput` for more headers and actions than the kernel takes, headers of a kind that does not look at any, and
    /// a default that packets go on from.
    pub fn check(&self, op: &'static str) -> Result<()> {
        let actions = [self.tag.is_some(), self.drop, self.counters.is_some()];
        let specs = self.specs.len() + actions.into_iter().filter(|there| *there).count();
        let is_default = matches!(self.kind, SteeringKind::AllDefault | SteeringKind::MulticastDefault);
        if specs > Self::MOST_SPECS {
            let most = Self::MOST_SPECS;
            return Err(Error::invalid(
                op,
                format!("it has {specs} headers and actions, and {most} are the most"),
            ));
        }
        if self.kind != SteeringKind::Normal && !self.specs.is_empty() {
            return Err(Error::invalid(op, "only normal rules look at headers"));
        }
        if is_default && self.flags.contains(SteeringFlags::GO_ON) {
            return Err(Error::invalid(
                op,
                "behind a default rule there is none that packets could go on to",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_the_kernel_has_not_are_refused() {
        let check = |rule: SteeringRule<'_>| rule.check("test").is_ok();
        let specs = [SteeringSpec::udp_to(53); 10];
        assert!(check(SteeringRule::new(&specs)));
        assert!(!check(SteeringRule { drop: true, ..SteeringRule::new(&specs) }), "eleven with the action");
        assert!(!check(SteeringRule { specs: &specs[..1], ..SteeringRule::of(SteeringKind::Sniffer) }));
        let rest = SteeringRule::of(SteeringKind::AllDefault);
        assert!(check(rest) && !check(SteeringRule { flags: SteeringFlags::GO_ON, ..rest }));
    }
}
