//! Traffic control: the qdiscs that carry filters, flower filters, their actions.
//!
//! Links in rules must be given by number; a name is refused before anything is sent.

pub mod action;
pub mod action_table;
pub mod filter;
pub mod flower;
mod matchall;
pub mod monitor;
pub mod qdisc;
pub mod request;
pub mod shape;
pub mod stats;
mod tunnel;

use smartnic_core::flow::{Attach, Side};
use smartnic_core::types::{EtherType, IfIndex};

use crate::codec::{AttrSet, Inner, Names, TcMsg, WireError};
use crate::rtnl::link::wire_index;
use crate::uapi::gen_stats::TCA_STATS_NAMES;
use crate::uapi::pkt_cls::*;
use crate::uapi::pkt_sched::*;
use crate::uapi::rtnetlink::*;

static STATS: AttrSet = AttrSet::flat(TCA_STATS_NAMES);
static ACT: AttrSet = AttrSet {
    names: TCA_ACT_NAMES,
    nests: &[
        (TCA_ACT_OPTIONS, Inner::ByKind { selector: TCA_ACT_KIND, sets: action::OPTIONS }),
        (TCA_ACT_STATS, Inner::Set(&STATS)),
    ],
};
static LSE: AttrSet = AttrSet::flat(TCA_FLOWER_KEY_MPLS_OPT_LSE_NAMES);
static MPLS: AttrSet = AttrSet {
    names: TCA_FLOWER_KEY_MPLS_OPTS_NAMES,
    nests: &[(TCA_FLOWER_KEY_MPLS_OPTS_LSE, Inner::Set(&LSE))],
};
static CFM: AttrSet = AttrSet::flat(TCA_FLOWER_KEY_CFM_NAMES);
static FLOWER: AttrSet = AttrSet {
    names: TCA_FLOWER_NAMES,
    nests: &[
        (TCA_FLOWER_ACT, Inner::List(&ACT)),
        (TCA_FLOWER_KEY_CFM, Inner::Set(&CFM)),
        (TCA_FLOWER_KEY_ENC_OPTS, Inner::Set(&tunnel::KEY)),
        (TCA_FLOWER_KEY_ENC_OPTS_MASK, Inner::Set(&tunnel::KEY)),
        (TCA_FLOWER_KEY_MPLS_OPTS, Inner::Set(&MPLS)),
    ],
};
static MATCHALL: AttrSet =
    AttrSet { names: TCA_MATCHALL_NAMES, nests: &[(TCA_MATCHALL_ACT, Inner::List(&ACT))] };

/// The names of the attributes of qdiscs and filters.
pub static NAMES: Names = Names {
    fixed_len: SIZEOF_TCMSG,
    set: &AttrSet {
        names: TCA_NAMES,
        nests: &[
            (
                TCA_OPTIONS,
                Inner::ByKind { selector: TCA_KIND, sets: &[("flower", &FLOWER), ("matchall", &MATCHALL)] },
            ),
            (TCA_STATS2, Inner::Set(&STATS)),
        ],
    },
};

const INGRESS: u32 = (TC_H_CLSACT & TC_H_MAJ_MASK) | TC_H_MIN_INGRESS;
const EGRESS: u32 = (TC_H_CLSACT & TC_H_MAJ_MASK) | TC_H_MIN_EGRESS;
/// What older commands give for the ingress side: the ingress qdisc's own handle, `ffff:`.
const INGRESS_QDISC: u32 = TC_H_CLSACT & TC_H_MAJ_MASK;

/// The header for a place: a block is told by an interface number that cannot be.
fn place(attach: &Attach) -> Result<TcMsg, WireError> {
    let (ifindex, parent) = match attach {
        Attach::Dev { dev, side } => {
            let why = "the link is given by name; it must be resolved to a number first";
            let link = dev.index().map_err(|_| WireError::Unwritable { what: "tcm_ifindex", why })?;
            (wire_index(link)?, if *side == Side::Ingress { INGRESS } else { EGRESS })
        }
        Attach::Block(block) => (TCM_IFINDEX_MAGIC_BLOCK.cast_signed(), *block),
    };
    Ok(TcMsg { ifindex, parent, ..TcMsg::default() })
}

/// The place that a header names; nothing if it is neither side of a link nor a block.
fn read_place(header: &TcMsg) -> Option<Attach> {
    if header.ifindex.cast_unsigned() == TCM_IFINDEX_MAGIC_BLOCK {
        return Some(Attach::Block(header.parent));
    }
    let side = match header.parent {
        INGRESS | INGRESS_QDISC | TC_H_CLSACT => Side::Ingress,
        EGRESS => Side::Egress,
        _ => return None,
    };
    Some(Attach::Dev { dev: IfIndex(header.ifindex.unsigned_abs()).into(), side })
}

/// `tcm_info` of a filter: priority above, protocol in network byte order below.
fn filter_info(prio: u16, protocol: EtherType) -> u32 {
    u32::from(prio) << 16 | u32::from(protocol.0.to_be())
}

/// Takes `tcm_info` of a filter apart.
fn read_filter_info(info: u32) -> (u16, EtherType) {
    let [low, high] = [info & 0xffff, info >> 16].map(|half| u16::try_from(half).unwrap_or_default());
    (high, EtherType(u16::from_be(low)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_back() {
        let places = [Attach::ingress(IfIndex(4)), Attach::egress(IfIndex(4)), Attach::Block(22)];
        for attach in places {
            assert_eq!(read_place(&place(&attach).unwrap()), Some(attach));
        }
        assert!(place(&Attach::ingress("eth0")).is_err());
        let below_a_class = TcMsg { ifindex: 4, parent: 0x0001_0001, ..TcMsg::default() };
        assert_eq!(read_place(&below_a_class), None);
    }

    #[test]
    fn filter_info_reads_back() {
        let info = filter_info(10, EtherType::IPV4);
        assert_eq!(info.to_ne_bytes()[..2], [0x08, 0x00]);
        assert_eq!(read_filter_info(info), (10, EtherType::IPV4));
    }
}
