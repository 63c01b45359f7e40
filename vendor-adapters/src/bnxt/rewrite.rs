//! Rewrites and tunnels (`bnxt_tc_parse_pedit`, `bnxt_tc_resolve_tunnel_hdrs`).

use smartnic_core::flow::{Pedit, PeditCommand, PeditHeader};

use crate::findings::Findings;

/// What can be rewritten of an IP header.
const ADDRESSES: &str = "rewrite the addresses of the IP header, and nothing else of it";

/// What the actions of one rule have come to.
#[derive(Debug, Default)]
pub(super) struct Rewrite {
    pub(super) encap: bool,
    pub(super) decap: bool,
    /// Bits of the two MAC addresses that are written.
    mac: [u8; 12],
    source: bool,
    destination: bool,
    part_of_address: bool,
    refused: Option<(&'static str, &'static str)>,
}

impl Rewrite {
    /// Takes in the changes of one action; those that add are passed over.
    pub(super) fn pedit(&mut self, pedit: &Pedit) {
        for key in pedit.keys.iter().filter(|key| key.command == PeditCommand::Set) {
            let written = (!key.mask).to_be_bytes();
            let refused = match (key.header, key.offset) {
                (PeditHeader::Eth, 0..=8) => {
                    for (at, bits) in (key.offset..).zip(written) {
                        if let Some(byte) = usize::try_from(at).ok().and_then(|at| self.mac.get_mut(at)) {
                            *byte |= bits;
                        }
                    }
                    None
                }
                (PeditHeader::Eth, _) => {
                    Some(("eth_hdr: Invalid pedit field", "rewrite the MAC addresses, not the type"))
                }
                (PeditHeader::Ip4, 12) | (PeditHeader::Ip6, 8..=23) => {
                    (self.source, self.part_of_address) = (true, self.part_of_address | (key.mask != 0));
                    None
                }
                (PeditHeader::Ip4, 16) | (PeditHeader::Ip6, 24..=39) => {
                    (self.destination, self.part_of_address) = (true, self.part_of_address | (key.mask != 0));
                    None
                }
                (PeditHeader::Ip4, _) => Some(("IPv4_hdr: Invalid pedit field", ADDRESSES)),
                (PeditHeader::Ip6, _) => Some(("IPv6_hdr: Invalid pedit field", ADDRESSES)),
                (PeditHeader::Tcp | PeditHeader::Udp, _) if self.source || self.destination => None,
                (PeditHeader::Tcp | PeditHeader::Udp, _) => {
                    Some(("Need to specify L3 rewrite as well", "rewrite an IP address before the port"))
                }
                _ => Some((
                    "Unsupported pedit hdr type",
                    "name the field: pedit ex munge eth, ip, ip6, tcp or udp",
                )),
            };
            self.refused = self.refused.or(refused);
        }
    }

    pub(super) fn conclude(&self, findings: &mut Findings<'_>) {
        if let Some((words, hint)) = self.refused {
            findings.quote(words, hint);
        }
        let part = |mac: &[u8]| mac.iter().any(|bits| *bits != 0) && mac.iter().any(|bits| *bits != u8::MAX);
        if self.mac.chunks(6).any(part) {
            findings.against("the driver writes whole MAC addresses only", "set all of the address");
        }
        if self.source && self.destination {
            findings.caution(
                "the NIC translates one of the two addresses, the one that is named last",
                "write one address a rule",
            );
        }
        if self.part_of_address {
            findings.caution(
                "the driver looks at no masks here: the NIC would write the whole address",
                "set all of the address",
            );
        }
        self.way(findings);
    }

    /// Where packets of a tunnel leave, which the driver wants to know of those that are dropped, too.
    pub(super) fn way(&self, findings: &mut Findings<'_>) {
        if self.encap || self.decap {
            findings.doubt(
                "the way to the tunnel's other end must lead out by the PF, by the host's routes: \"no route to\", \"is not PF-if\"",
                "give the PF's link the tunnel's local address",
            );
        }
    }
}
