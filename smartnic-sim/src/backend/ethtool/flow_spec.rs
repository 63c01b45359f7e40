//! `struct ethtool_rx_flow_spec`, in which the model keeps n-tuple rules, and the number of the context behind it: written from
//! the kernel's header, apart from what the Linux backend has.

use smartnic_core::ethtool::{Masked, Ntuple, NtupleAction, NtupleField, NtupleKind};
use smartnic_netlink::uapi::ethtool::{FLOW_EXT, FLOW_MAC_EXT, FLOW_RSS};

use crate::kernel::ioctl::Insert;

/// `h_u`, `h_ext`, `m_u`, `m_ext`, `ring_cookie`, `location`, and `rss_context`.
const H_U: usize = 4;
const H_EXT: usize = 56;
const M_U: usize = 76;
const M_EXT: usize = 128;
const COOKIE: usize = 152;
const PLACE: usize = 160;
const CONTEXT: usize = 168;

const DISCARDED: u64 = u64::MAX;
const WAKES: u64 = u64::MAX - 1;

/// Where a field is.
enum At {
    /// In the union, so many bytes at this place.
    Union(usize, usize),
    /// Beside it, which a flag of the kind of flow tells.
    Beside(usize, usize, u32),
}

fn place(kind: NtupleKind, field: NtupleField) -> Option<At> {
    use NtupleField::*;
    use NtupleKind::*;
    Some(match (kind, field) {
        (Unknown(_), _) => return None,
        (_, VlanEtherType) => At::Beside(8, 2, FLOW_EXT),
        (_, Vlan) => At::Beside(10, 2, FLOW_EXT),
        (_, UserData) => At::Beside(12, 8, FLOW_EXT),
        // `struct ethhdr`
        (Ether, DstMac) => At::Union(0, 6),
        (Ether, SrcMac) => At::Union(6, 6),
        (Ether, EtherType) => At::Union(12, 2),
        (Ether, _) => return None,
        (_, DstMac) => At::Beside(2, 6, FLOW_MAC_EXT),
        // `ethtool_tcpip4_spec`, `ethtool_ah_espip4_spec`, `ethtool_usrip4_spec`
        (Tcp4 | Udp4 | Sctp4 | Ah4 | Esp4 | Ip4, SrcIp) => At::Union(0, 4),
        (Tcp4 | Udp4 | Sctp4 | Ah4 | Esp4 | Ip4, DstIp) => At::Union(4, 4),
        (Tcp4 | Udp4 | Sctp4 | Ah4 | Esp4 | Ip4, Tos) => At::Union(12, 1),
        (Tcp4 | Udp4 | Sctp4, SrcPort) => At::Union(8, 2),
        (Tcp4 | Udp4 | Sctp4, DstPort) => At::Union(10, 2),
        (Ah4 | Esp4, Spi) | (Ip4, L4Data) => At::Union(8, 4),
        (Ip4, Protocol) => At::Union(14, 1),
        // `ethtool_tcpip6_spec`, `ethtool_ah_espip6_spec`, `ethtool_usrip6_spec`
        (Tcp6 | Udp6 | Sctp6 | Ah6 | Esp6 | Ip6, SrcIp) => At::Union(0, 16),
        (Tcp6 | Udp6 | Sctp6 | Ah6 | Esp6 | Ip6, DstIp) => At::Union(16, 16),
        (Tcp6 | Udp6 | Sctp6 | Ah6 | Esp6 | Ip6, Tos) => At::Union(36, 1),
        (Tcp6 | Udp6 | Sctp6, SrcPort) => At::Union(32, 2),
        (Tcp6 | Udp6 | Sctp6, DstPort) => At::Union(34, 2),
        (Ah6 | Esp6, Spi) | (Ip6, L4Data) => At::Union(32, 4),
        (Ip6, Protocol) => At::Union(37, 1),
        _ => return None,
    })
}

/// Writes a rule for a place; nothing if it looks at what its kind does not have, or names a VF that none can be.
pub(super) fn write(rule: &Ntuple, at: u32) -> Option<Insert> {
    let mut spec = [0; CONTEXT + 4];
    let mut kind = rule.kind.number();
    for (field, masked) in &rule.fields {
        let (value, mask, len) = match place(rule.kind, *field)? {
            At::Union(at, len) => (H_U + at, M_U + at, len),
            At::Beside(at, len, flag) => {
                kind |= flag;
                (H_EXT + at, M_EXT + at, len)
            }
        };
        for (at, number) in [(value, masked.value), (mask, masked.mask)] {
            let bytes = number.to_be_bytes();
            spec[at..at + len].copy_from_slice(&bytes[bytes.len() - len..]);
        }
    }
    if rule.kind == NtupleKind::Ip4 {
        // `ip_ver` must be `ETH_RX_NFC_IP4`.
        spec[H_U + 13] = 1;
    }
    if let Some(context) = rule.context {
        kind |= FLOW_RSS;
        spec[CONTEXT..].copy_from_slice(&context.to_ne_bytes());
    }
    let cookie = match rule.action {
        NtupleAction::Drop => DISCARDED,
        NtupleAction::Wake => WAKES,
        NtupleAction::Queue { queue, vf: None } => u64::from(queue),
        NtupleAction::Queue { queue, vf: Some(vf) } => u64::from(vf.checked_add(1)?) << 32 | u64::from(queue),
    };
    spec[..4].copy_from_slice(&kind.to_ne_bytes());
    spec[COOKIE..COOKIE + 8].copy_from_slice(&cookie.to_ne_bytes());
    spec[PLACE..PLACE + 4].copy_from_slice(&at.to_ne_bytes());
    Some(spec)
}

/// Reads a rule.
pub(super) fn read(spec: &[u8]) -> Option<Ntuple> {
    let number = |at: usize| spec.get(at..)?.first_chunk().copied().map(u32::from_ne_bytes);
    let flow = number(0)?;
    let kind = NtupleKind::from_number(flow & !(FLOW_EXT | FLOW_MAC_EXT | FLOW_RSS));
    let cookie = u64::from_ne_bytes(spec.get(COOKIE..)?.first_chunk().copied()?);
    let action = match cookie {
        DISCARDED => NtupleAction::Drop,
        WAKES => NtupleAction::Wake,
        _ => {
            let vf = (cookie >> 32) as u8;
            NtupleAction::Queue { queue: cookie as u32, vf: vf.checked_sub(1) }
        }
    };
    let mut rule = Ntuple { location: Some(number(PLACE)?), ..Ntuple::new(kind, action) };
    for field in NtupleField::ALL {
        let (value, mask, len) = match place(kind, field) {
            Some(At::Union(at, len)) => (H_U + at, M_U + at, len),
            Some(At::Beside(at, len, flag)) if flow & flag != 0 => (H_EXT + at, M_EXT + at, len),
            _ => continue,
        };
        let wide = |at: usize| {
            let bytes = spec.get(at..at + len)?;
            Some(bytes.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte)))
        };
        let masked = Masked { value: wide(value)?, mask: wide(mask)? };
        if masked.mask != 0 {
            rule.fields.insert(field, masked);
        }
    }
    rule.context = if flow & FLOW_RSS == 0 { None } else { number(CONTEXT) };
    Some(rule)
}
