//! What mlx5_core can rewrite of a packet: `en/tc/act/pedit.c`, and `offload_pedit_fields` in `en_tc.c`.

use smartnic_core::flow::{IpProto, Match, Pedit, PeditCommand, PeditHeader, PeditKey};
use smartnic_core::types::EtherType;

use super::offer::refuse;
use crate::errno::Errno;
use crate::note::Note;

/// Where headers begin in `struct pedit_headers`: Ethernet, VLAN, IPv4, IPv6, TCP, UDP.
const ETH: usize = 0;
const VLAN: usize = ETH + 14;
const IP4: usize = VLAN + 4;
const IP6: usize = IP4 + 20;
const TCP: usize = IP6 + 40;
const UDP: usize = TCP + 20;
const END: usize = UDP + 8;

/// The fields that the hardware writes: where they begin, how many bytes they have, and which bits of them count.
const FIELDS: [(usize, usize, u32); 25] = [
    (ETH, 4, u32::MAX),
    (ETH + 4, 2, 0xffff),
    (ETH + 6, 4, u32::MAX),
    (ETH + 10, 2, 0xffff),
    (ETH + 12, 2, 0xffff),
    (VLAN, 2, 0xffff),
    (IP4 + 1, 1, 0xfc),
    (IP4 + 8, 1, 0xff),
    (IP4 + 12, 4, u32::MAX),
    (IP4 + 16, 4, u32::MAX),
    (IP6 + 8, 4, u32::MAX),
    (IP6 + 12, 4, u32::MAX),
    (IP6 + 16, 4, u32::MAX),
    (IP6 + 20, 4, u32::MAX),
    (IP6 + 24, 4, u32::MAX),
    (IP6 + 28, 4, u32::MAX),
    (IP6 + 32, 4, u32::MAX),
    (IP6 + 36, 4, u32::MAX),
    (IP6 + 7, 1, 0xff),
    (IP6, 2, 0x0fc0),
    (TCP, 2, 0xffff),
    (TCP + 2, 2, 0xffff),
    (TCP + 13, 1, 0xff),
    (UDP, 2, 0xffff),
    (UDP + 2, 2, 0xffff),
];

/// Bits of headers.
#[derive(Clone, PartialEq, Eq)]
struct Bits([u8; END]);

impl Default for Bits {
    fn default() -> Self {
        Self([0; END])
    }
}

impl Bits {
    /// The bits of a field, which are no longer looked at afterwards.
    fn take(&mut self, (start, length, mask): (usize, usize, u32)) -> u32 {
        let field = self.0.iter_mut().skip(start).take(length);
        let shifts = (0..length).rev().map(|byte| 8 * byte);
        field.zip(shifts).fold(0, |bits, (byte, shift)| {
            let counting = (mask >> shift) as u8;
            let found = *byte & counting;
            *byte &= !counting;
            bits | u32::from(found) << shift
        })
    }
}

/// What one part of a rule sets and adds.
#[derive(Clone, Default)]
pub(super) struct Rewrite {
    sets: Bits,
    adds: Bits,
}

impl Rewrite {
    /// Takes in the changes of one action.
    pub(super) fn add(&mut self, pedit: &Pedit, note: &mut Note) -> Result<(), Errno> {
        pedit.keys.iter().try_for_each(|key| {
            if key.command == PeditCommand::Add {
                mark(&mut self.adds, key, note)
            } else {
                mark(&mut self.sets, key, note)
            }
        })
    }

    /// Takes in a new id of a VLAN (`mlx5e_tc_act_vlan_add_rewrite_action`).
    pub(super) fn set_vlan_id(&mut self, note: &mut Note) -> Result<(), Errno> {
        put(&mut self.sets, VLAN, 0x0fff_u16.to_be_bytes(), note)
    }

    /// Whether the hardware can do it.
    pub(super) fn check(&self, note: &mut Note) -> Result<(), Errno> {
        let mut left = self.clone();
        for field in FIELDS {
            let (sets, adds) = (left.sets.take(field), left.adds.take(field));
            if sets != 0 && adds != 0 {
                return refuse(note, "mlx5_core: can't set and add to the same HW field", Errno::EOPNOTSUPP);
            }
            let bits = sets | adds;
            let run = if bits == 0 { 0 } else { bits >> bits.trailing_zeros() };
            if run & run.wrapping_add(1) != 0 {
                return refuse(
                    note,
                    "mlx5_core: rewrite of few sub-fields isn't supported",
                    Errno::EOPNOTSUPP,
                );
            }
        }
        if left.sets != Bits::default() || left.adds != Bits::default() {
            return refuse(note, "mlx5_core: attempt to offload an unsupported field", Errno::EOPNOTSUPP);
        }
        Ok(())
    }
}

/// Marks the 32 bits of a change.
fn mark(bits: &mut Bits, key: &PeditKey, note: &mut Note) -> Result<(), Errno> {
    let header = match key.header {
        PeditHeader::Eth => ETH,
        PeditHeader::Ip4 => IP4,
        PeditHeader::Ip6 => IP6,
        PeditHeader::Tcp => TCP,
        PeditHeader::Udp => UDP,
        PeditHeader::Network | PeditHeader::Unknown(_) => {
            return refuse(note, "mlx5_core: legacy pedit isn't offloaded", Errno::EOPNOTSUPP);
        }
    };
    let start = usize::try_from(key.offset).ok().and_then(|offset| header.checked_add(offset));
    // The driver trusts the offset; that bits behind all headers are of no field is ours.
    let start = start.unwrap_or(END);
    put(bits, start, (!key.mask).to_be_bytes(), note)
}

/// `set_pedit_val`
fn put<const N: usize>(bits: &mut Bits, start: usize, mask: [u8; N], note: &mut Note) -> Result<(), Errno> {
    let Some(place) = bits.0.get_mut(start..start.saturating_add(N)) else {
        return refuse(note, "mlx5_core: attempt to offload an unsupported field", Errno::EOPNOTSUPP);
    };
    if place.iter().zip(mask).any(|(old, new)| *old & new != 0) {
        let text = "mlx5_core: curr_pmask and new mask same. Acting twice on same location";
        return refuse(note, text, Errno::EOPNOTSUPP);
    }
    for (old, new) in place.iter_mut().zip(mask) {
        *old |= new;
    }
    Ok(())
}

/// Whether the checksums of what the rule matches can be mended (`modify_header_match_supported`).
pub(super) fn check_match<'a>(
    key: &Match,
    changes: impl Iterator<Item = &'a Pedit>,
    note: &mut Note,
) -> Result<(), Errno> {
    let ip = matches!(key.network_type(), Some(EtherType::IPV4 | EtherType::IPV6));
    let mended = matches!(key.ip_proto, Some(IpProto::TCP | IpProto::UDP | IpProto::ICMP));
    if ip && !mended && changes.flat_map(|pedit| &pedit.keys).any(changes_ip) {
        return refuse(note, "mlx5_core: can't offload re-write of non TCP/UDP", Errno::EOPNOTSUPP);
    }
    Ok(())
}

/// Whether more of an IP header changes than its time to live (`is_flow_action_modify_ip_header`).
fn changes_ip(key: &PeditKey) -> bool {
    let touched = !key.mask;
    match key.header {
        PeditHeader::Ip4 => key.offset != 8 || touched & 0x00ff_ffff != 0,
        PeditHeader::Ip6 => key.offset != 4 || touched & 0xffff_ff00 != 0,
        _ => false,
    }
}
