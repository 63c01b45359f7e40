//! Statistics that standards name (`ETHTOOL_MSG_STATS_GET`).

use smartnic_core::ethtool::{Bits, Bucket, StatsGroup, StatsSource, StringSet};
use smartnic_core::types::IfIndex;

use super::{BITSET, bitset, inner, names, start};
use crate::codec::{Attr, Attrs, Encoder, Flags, GenlHeader, Message, Names, Request, WireError};
use crate::uapi::ethtool_netlink::*;

static NAMES: Names = names!(ETHTOOL_A_STATS_NAMES, ETHTOOL_A_STATS_HEADER, ETHTOOL_A_STATS_GROUPS => BITSET);

/// Asks for groups of statistics.
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The link.
    pub link: IfIndex,
    /// The groups.
    pub groups: &'a [StatsGroup],
    /// Whose, where there are two MACs; both together if it is left out.
    pub source: Option<StatsSource>,
}

impl Request for Get<'_> {
    fn kind(&self) -> u16 {
        self.family
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        start(e, ETHTOOL_MSG_STATS_GET, ETHTOOL_A_STATS_HEADER, self.link, 0);
        let on = self.groups.iter().map(ToString::to_string).collect();
        bitset::write(e, ETHTOOL_A_STATS_GROUPS, &Bits { on, of: None });
        if let Some(source) = self.source {
            e.u32(ETHTOOL_A_STATS_SRC, source.number());
        }
        Ok(())
    }
}

/// What was counted of a group, before its counters have names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The group.
    pub group: StatsGroup,
    /// The set that its names are in.
    pub names: StringSet,
    /// Counters: the number of the name, and the value.
    pub counters: Vec<(u16, u64)>,
    /// Lengths of frames that came in.
    pub received: Vec<Bucket>,
    /// Lengths of frames that went out.
    pub sent: Vec<Bucket>,
}

/// Reads the answer to [`Get`].
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>) -> Result<Vec<Counted>, WireError> {
    let (_, attrs) = GenlHeader::split(message.payload)?;
    let mut groups = Vec::new();
    for attr in Attrs::new(attrs) {
        let attr = attr?;
        if attr.kind() == ETHTOOL_A_STATS_GRP {
            groups.push(group(&attr)?);
        }
    }
    Ok(groups)
}

fn group(group: &Attr<'_>) -> Result<Counted, WireError> {
    let number = |kind, name| -> Result<u32, WireError> { inner(group, kind, name)?.u32() };
    let mut counted = Counted {
        group: StatsGroup::from_number(number(ETHTOOL_A_STATS_GRP_ID, "ETHTOOL_A_STATS_GRP_ID")?),
        names: StringSet::from_number(number(ETHTOOL_A_STATS_GRP_SS_ID, "ETHTOOL_A_STATS_GRP_SS_ID")?),
        counters: Vec::new(),
        received: Vec::new(),
        sent: Vec::new(),
    };
    for attr in group.nested() {
        let attr = attr?;
        match attr.kind() {
            ETHTOOL_A_STATS_GRP_STAT => {
                for counter in attr.nested() {
                    let counter = counter?;
                    counted.counters.push((counter.kind(), counter.u64()?));
                }
            }
            ETHTOOL_A_STATS_GRP_HIST_RX => counted.received.push(bucket(&attr)?),
            ETHTOOL_A_STATS_GRP_HIST_TX => counted.sent.push(bucket(&attr)?),
            _ => {}
        }
    }
    Ok(counted)
}

fn bucket(attr: &Attr<'_>) -> Result<Bucket, WireError> {
    let of = |kind, name| inner(attr, kind, name);
    Ok(Bucket {
        low: of(ETHTOOL_A_STATS_GRP_HIST_BKT_LOW, "ETHTOOL_A_STATS_GRP_HIST_BKT_LOW")?.u32()?,
        high: of(ETHTOOL_A_STATS_GRP_HIST_BKT_HI, "ETHTOOL_A_STATS_GRP_HIST_BKT_HI")?.u32()?,
        value: of(ETHTOOL_A_STATS_GRP_HIST_VAL, "ETHTOOL_A_STATS_GRP_HIST_VAL")?.u64()?,
    })
}
