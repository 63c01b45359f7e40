//! What of a packet the driver can rewrite (`offload_pedit_fields`, `en/tc/act/pedit.c`).

use std::collections::BTreeMap;

use smartnic_core::flow::{IpProto, Match, Pedit, PeditCommand, PeditHeader, PeditKey};
use smartnic_core::types::EtherType;

/// The bits that the fields of a header have, in the order of the packet: each entry is a field, its first byte and the
/// bits of its bytes that can be written.
fn fields(header: PeditHeader) -> &'static [(i32, &'static [u8])] {
    const WORD: &[u8] = &[0xff; 4];
    const HALF: &[u8] = &[0xff; 2];
    const BYTE: &[u8] = &[0xff];
    match header {
        // MAC addresses in two fields each, the protocol, the first two bytes of a tag.
        PeditHeader::Eth => &[(0, WORD), (4, HALF), (6, WORD), (10, HALF), (12, HALF), (14, HALF)],
        // DSCP without ECN, time to live, addresses.
        PeditHeader::Ip4 => &[(1, &[0xfc]), (8, BYTE), (12, WORD), (16, WORD)],
        PeditHeader::Ip6 => &[
            (0, &[0x0f, 0xc0]),
            (7, BYTE),
            (8, WORD),
            (12, WORD),
            (16, WORD),
            (20, WORD),
            (24, WORD),
            (28, WORD),
            (32, WORD),
            (36, WORD),
        ],
        PeditHeader::Tcp => &[(0, HALF), (2, HALF), (13, BYTE)],
        PeditHeader::Udp => &[(0, HALF), (2, HALF)],
        PeditHeader::Network | PeditHeader::Unknown(_) => &[],
    }
}

/// What one part of a rule rewrites: by header and byte, the bits that are set and those that are added to.
#[derive(Debug, Default)]
pub(super) struct Rewrites {
    bytes: BTreeMap<(u16, i32), (PeditHeader, u8, u8)>,
    twice: bool,
    by_offset: bool,
}

impl Rewrites {
    pub(super) fn add(&mut self, pedit: &Pedit) {
        for key in &pedit.keys {
            let Some(order) = order(key.header) else {
                self.by_offset = true;
                continue;
            };
            let adds = key.command == PeditCommand::Add;
            for (at, bits) in (key.offset..).zip((!key.mask).to_be_bytes()) {
                let (_, set, added) = self.bytes.entry((order, at)).or_insert((key.header, 0, 0));
                let mine = if adds { added } else { set };
                self.twice |= *mine & bits != 0;
                *mine |= bits;
            }
        }
    }

    /// The driver's words against it, and what would help.
    pub(super) fn refusal(&self) -> Option<(&'static str, &'static str)> {
        let of_field = |header, start: i32, bits: &'static [u8]| {
            (start..).zip(bits).filter_map(move |(at, bits)| {
                let (_, set, added) = self.bytes.get(&(order(header)?, at))?;
                Some((at, set & bits, added & bits))
            })
        };
        let headers =
            [PeditHeader::Eth, PeditHeader::Ip4, PeditHeader::Ip6, PeditHeader::Tcp, PeditHeader::Udp];
        let all =
            headers.into_iter().flat_map(|header| fields(header).iter().map(move |field| (header, field)));
        if self.by_offset {
            return Some((
                "legacy pedit isn't offloaded",
                "name the field: pedit ex munge ip …, in place of munge offset …",
            ));
        }
        if self.twice {
            return Some((
                "curr_pmask and new mask same. Acting twice on same location",
                "rewrite each field once",
            ));
        }
        for (header, (start, bits)) in all {
            let touched: Vec<_> = of_field(header, *start, bits).collect();
            if touched.iter().any(|(_, set, _)| *set != 0) && touched.iter().any(|(_, _, added)| *added != 0)
            {
                return Some(("can't set and add to the same HW field", "either set the field or add to it"));
            }
            let places = touched.iter().flat_map(|(at, set, added)| {
                (0..8).filter(move |bit| (set | added) >> (7 - bit) & 1 == 1).map(move |bit| at * 8 + bit)
            });
            let places: Vec<i32> = places.collect();
            if places.windows(2).any(|pair| pair[1] != pair[0] + 1) {
                return Some((
                    "rewrite of few sub-fields isn't supported",
                    "write the whole field, or one run of bits of it",
                ));
            }
        }
        let outside = self.bytes.iter().any(|((_, at), (header, set, added))| {
            let known = fields(*header)
                .iter()
                .find_map(|(start, bits)| bits.get(usize::try_from(at.checked_sub(*start)?).ok()?).copied());
            (set | added) & !known.unwrap_or(0) != 0
        });
        outside.then_some((
            "attempt to offload an unsupported field",
            "the NIC writes MAC addresses, the EtherType, the tag, DSCP, TTL, hop limit, IP addresses, ports and TCP flags: rewrite these, or keep the rule in software with skip_hw",
        ))
    }
}

fn order(header: PeditHeader) -> Option<u16> {
    match header {
        PeditHeader::Eth => Some(1),
        PeditHeader::Ip4 => Some(2),
        PeditHeader::Ip6 => Some(3),
        PeditHeader::Tcp => Some(4),
        PeditHeader::Udp => Some(5),
        PeditHeader::Network | PeditHeader::Unknown(_) => None,
    }
}

/// Whether the driver wants to know the protocol above IP, as checksums change with the rewrite.
pub(super) fn wants_transport<'a>(key: &Match, mut pedits: impl Iterator<Item = &'a Pedit>) -> bool {
    let ip = matches!(key.network_type(), Some(EtherType::IPV4 | EtherType::IPV6));
    let known = matches!(key.ip_proto, Some(IpProto::TCP | IpProto::UDP | IpProto::ICMP));
    let more_than_ttl = |key: &PeditKey| match (key.header, key.offset) {
        (PeditHeader::Ip4, 8) => key.mask | 0xff00_0000 != u32::MAX,
        (PeditHeader::Ip6, 4) => key.mask | 0xff != u32::MAX,
        (PeditHeader::Ip4 | PeditHeader::Ip6, _) => true,
        _ => false,
    };
    ip && !known && pedits.any(|pedit| pedit.keys.iter().any(more_than_ttl))
}
