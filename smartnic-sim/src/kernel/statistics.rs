//! Statistics that standards name, and sets of names: `ETHTOOL_MSG_STATS_GET`, `ETHTOOL_MSG_STRSET_GET`.

use smartnic_core::ethtool::{Bits, Bucket, Counter, Statistics, StatsGroup};
use smartnic_core::types::IfIndex;
use smartnic_netlink::codec::{Attrs, Encoder, Flags, GenlHeader};
use smartnic_netlink::uapi::ethtool::*;
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::answer::{Answer, ExtAck};
use super::bit_names::{
    CTRL, ETH_MAC, ETH_PHY, GROUPS, HASH_FUNCTIONS, LINK_MODES, MESSAGES, PHY, RMON, RX_FILTERS, STAMPS,
    TUNNELS, TX_TYPES, WAKE,
};
use super::bitset;
use super::control::ETHTOOL_ID;
use super::features::read_header;
use super::features_names;
use super::ioctl::own_names;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::{Machine, Netdev, SIZES, Traffic};

const GET: [Policy; 3] = [
    (ETHTOOL_A_STATS_HEADER, Shape::Nested, None),
    (ETHTOOL_A_STATS_GROUPS, Shape::Nested, None),
    (ETHTOOL_A_STATS_SRC, Shape::U32, Some(ETHTOOL_MAC_STATS_SRC_PMAC as u64)),
];

/// The groups: the set of their names, and those names.
const SETS: [(u32, &[&str]); 5] = [
    (ETH_SS_STATS_ETH_PHY, ETH_PHY),
    (ETH_SS_STATS_ETH_MAC, ETH_MAC),
    (ETH_SS_STATS_ETH_CTRL, CTRL),
    (ETH_SS_STATS_RMON, RMON),
    (ETH_SS_STATS_PHY, PHY),
];

/// `ethnl_default_doit` of statistics (`net/ethtool/stats.c`).
pub(super) fn serve(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (_, attrs) = GenlHeader::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let dumps = request.header.flags.contains(Flags::DUMP);
    let table = Table::read(request, Attrs::new(attrs), &GET, Strictness::Strict(ETHTOOL_A_STATS_SRC), ext)?;
    let named = match table.get(ETHTOOL_A_STATS_HEADER) {
        Some(header) => read_header(machine, request, header, !dumps, ext)?.0,
        None if dumps => None,
        None => {
            ext.missing = Some((ETHTOOL_A_STATS_HEADER, None));
            return Err(Errno::EINVAL);
        }
    };
    let Some(wanted) = table.get(ETHTOOL_A_STATS_GROUPS) else {
        ext.missing = Some((ETHTOOL_A_STATS_GROUPS, None));
        return Err(Errno::EINVAL);
    };
    let groups = bitset::updated(request, wanted, GROUPS, &Bits::default(), ext)?;
    if groups.is_empty() {
        ext.note.say("no stats requested");
        return Err(Errno::EINVAL);
    }
    let source = table.u32(ETHTOOL_A_STATS_SRC).unwrap_or(ETHTOOL_MAC_STATS_SRC_AGGREGATE);
    // No device here has a second MAC.
    if source != ETHTOOL_MAC_STATS_SRC_AGGREGATE && !dumps {
        ext.note.say("Device does not support MAC merge layer");
        return Err(Errno::EOPNOTSUPP);
    }
    if dumps {
        for netdev in machine.netdevs.values() {
            answer.part(ETHTOOL_ID, |e| write(e, netdev, &groups, source));
        }
        answer.done();
        return Ok(());
    }
    let netdev = named.ok_or(Errno::EINVAL)?;
    answer.reply(ETHTOOL_ID, |e| write(e, netdev, &groups, source));
    Ok(())
}

fn write(e: &mut Encoder<'_>, netdev: &Netdev, groups: &[String], source: u32) {
    start(e, ETHTOOL_MSG_STATS_GET_REPLY, Some(netdev));
    for (number, (set, names)) in SETS.iter().enumerate() {
        if !groups.iter().any(|group| group == GROUPS[number]) {
            continue;
        }
        e.nest(ETHTOOL_A_STATS_GRP | NLA_F_NESTED, |e| {
            e.u32(ETHTOOL_A_STATS_GRP_ID, number as u32);
            e.u32(ETHTOOL_A_STATS_GRP_SS_ID, *set);
            let counted = counted(netdev, *set);
            for (name, value) in counted.counters {
                if let Some(at) = names.iter().position(|known| *known == name) {
                    e.nest(ETHTOOL_A_STATS_GRP_STAT | NLA_F_NESTED, |e| e.u64(at as u16, value));
                }
            }
            for bucket in counted.received {
                e.nest(ETHTOOL_A_STATS_GRP_HIST_RX | NLA_F_NESTED, |e| {
                    e.u32(ETHTOOL_A_STATS_GRP_HIST_BKT_LOW, bucket.low);
                    e.u32(ETHTOOL_A_STATS_GRP_HIST_BKT_HI, bucket.high);
                    e.u64(ETHTOOL_A_STATS_GRP_HIST_VAL, bucket.value);
                });
            }
        });
    }
    e.u32(ETHTOOL_A_STATS_SRC, source);
}

/// What a link counts of a group.
#[derive(Debug, Default)]
struct Counted {
    counters: Vec<(&'static str, u64)>,
    received: Vec<Bucket>,
}

fn counted(netdev: &Netdev, set: u32) -> Counted {
    let settings = netdev.queues.as_ref().and_then(|queues| queues.settings.as_ref());
    let pause = netdev.queues.as_ref().and_then(|queues| queues.pause.as_ref());
    let Some(settings) = settings else { return Counted::default() };
    let Traffic { packets, bytes, sizes } = &settings.traffic;
    let only = |counters: Vec<(&'static str, u64)>| Counted { counters, received: Vec::new() };
    match set {
        // Links here have no errors of this kind.
        ETH_SS_STATS_ETH_PHY => only(vec![("SymbolErrorDuringCarrier", 0)]),
        ETH_SS_STATS_ETH_MAC => only(vec![("FramesReceivedOK", *packets), ("OctetsReceivedOK", *bytes)]),
        ETH_SS_STATS_ETH_CTRL => only(vec![
            ("MACControlFramesTransmitted", pause.and_then(|pause| pause.tx_frames).unwrap_or(0)),
            ("MACControlFramesReceived", pause.and_then(|pause| pause.rx_frames).unwrap_or(0)),
        ]),
        ETH_SS_STATS_RMON => {
            let buckets = SIZES.iter().zip(sizes);
            let buckets =
                buckets.map(|((low, high), value)| Bucket { low: *low, high: *high, value: *value });
            Counted { counters: Vec::new(), received: buckets.collect() }
        }
        // Firmware serves the PHY.
        _ => Counted::default(),
    }
}

/// Groups of statistics as [`serve`] tells them in bytes; all that there are if none is named.
pub(crate) fn groups(
    machine: &Machine,
    link: IfIndex,
    groups: &[StatsGroup],
    source: u32,
) -> Result<Vec<Statistics>, Errno> {
    if source > ETHTOOL_MAC_STATS_SRC_PMAC {
        return Err(Errno::ERANGE);
    }
    let netdev = machine.netdev(link)?;
    if groups.iter().any(|group| matches!(group, StatsGroup::Unknown(_)))
        || source != ETHTOOL_MAC_STATS_SRC_AGGREGATE
    {
        return Err(Errno::EOPNOTSUPP);
    }
    let known = (0_u32..).zip(SETS).map(|(number, (set, _))| (StatsGroup::from_number(number), set));
    let wanted = known.filter(|(group, _)| groups.is_empty() || groups.contains(group));
    let told = wanted.map(|(group, set)| {
        let Counted { counters, received } = counted(netdev, set);
        let counters = counters.into_iter().map(|(name, value)| Counter { name: name.to_owned(), value });
        Statistics { group, counters: counters.collect(), received, sent: Vec::new() }
    });
    Ok(told.collect())
}

/// The generic header, and the nest that names the link; it is empty where there is none. It is attribute 1 everywhere.
pub(super) fn start(e: &mut Encoder<'_>, command: u8, netdev: Option<&Netdev>) {
    e.fixed(&GenlHeader { command, version: ETHTOOL_GENL_VERSION, reserved: 0 });
    let Some(netdev) = netdev else { return };
    e.nest(1 | NLA_F_NESTED, |e| {
        e.u32(ETHTOOL_A_HEADER_DEV_INDEX, netdev.ifindex.0);
        e.text(ETHTOOL_A_HEADER_DEV_NAME, &netdev.name);
    });
}

const ASKED: [Policy; 3] = [
    (ETHTOOL_A_STRSET_HEADER, Shape::Nested, None),
    (ETHTOOL_A_STRSET_STRINGSETS, Shape::Nested, None),
    (ETHTOOL_A_STRSET_COUNTS_ONLY, Shape::Flag, None),
];
/// Sets that each driver has for itself.
pub(crate) const OF_DRIVERS: [u32; 3] = [ETH_SS_TEST, ETH_SS_STATS, ETH_SS_PRIV_FLAGS];
const SET: [Policy; 1] = [(ETHTOOL_A_STRINGSET_ID, Shape::U32, None)];

/// `net/ethtool/strset.c`, for requests that name their sets.
pub(super) fn names(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (_, attrs) = GenlHeader::split(request.payload).map_err(|_| Errno::EINVAL)?;
    if request.header.flags.contains(Flags::DUMP) {
        return Err(Errno::EOPNOTSUPP);
    }
    let strictness = Strictness::Strict(ETHTOOL_A_STRSET_COUNTS_ONLY);
    let table = Table::read(request, Attrs::new(attrs), &ASKED, strictness, ext)?;
    let Some(header) = table.get(ETHTOOL_A_STRSET_HEADER) else {
        ext.missing = Some((ETHTOOL_A_STRSET_HEADER, None));
        return Err(Errno::EINVAL);
    };
    let (netdev, _) = read_header(machine, request, header, false, ext)?;
    let mut wanted = Vec::new();
    for set in table.get(ETHTOOL_A_STRSET_STRINGSETS).into_iter().flat_map(|sets| sets.nested()) {
        let set = set.map_err(|_| Errno::EINVAL)?;
        let strictness = Strictness::Strict(ETHTOOL_A_STRINGSET_ID);
        let inner = Table::read(request, set.nested(), &SET, strictness, ext)?;
        let id = inner.u32(ETHTOOL_A_STRINGSET_ID).ok_or(Errno::EINVAL)?;
        if id >= ETH_SS_COUNT {
            return Err(Errno::EOPNOTSUPP);
        }
        if OF_DRIVERS.contains(&id) && netdev.is_none() {
            ext.note.say("requested per device strings without dev");
            return Err(Errno::EINVAL);
        }
        wanted.push((id, set_of(machine, netdev, id)));
    }
    let counts_only = table.has(ETHTOOL_A_STRSET_COUNTS_ONLY);
    answer.reply(ETHTOOL_ID, |e| {
        start(e, ETHTOOL_MSG_STRSET_GET_REPLY, netdev);
        e.nest(ETHTOOL_A_STRSET_STRINGSETS | NLA_F_NESTED, |e| {
            for (id, names) in &wanted {
                // A set that nobody has is left out.
                let Some(names) = names else { continue };
                e.nest(ETHTOOL_A_STRINGSETS_STRINGSET | NLA_F_NESTED, |e| {
                    e.u32(ETHTOOL_A_STRINGSET_ID, *id);
                    e.u32(ETHTOOL_A_STRINGSET_COUNT, names.len() as u32);
                    if counts_only {
                        return;
                    }
                    e.nest(ETHTOOL_A_STRINGSET_STRINGS | NLA_F_NESTED, |e| {
                        for (at, name) in names.iter().enumerate() {
                            e.nest(ETHTOOL_A_STRINGS_STRING | NLA_F_NESTED, |e| {
                                e.u32(ETHTOOL_A_STRING_INDEX, at as u32);
                                e.text(ETHTOOL_A_STRING_VALUE, name);
                            });
                        }
                    });
                });
            }
        });
    });
    Ok(())
}

/// The names of a set; none if this kernel or this link has no such set.
pub(crate) fn set_of(machine: &Machine, netdev: Option<&Netdev>, id: u32) -> Option<Vec<String>> {
    let own = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    match id {
        id if OF_DRIVERS.contains(&id) => own_names(machine, netdev?, id).filter(|names| !names.is_empty()),
        ETH_SS_FEATURES => {
            // Numbers that no feature has any more have an empty name.
            let name = |at| features_names::name(at).unwrap_or_default().to_owned();
            Some((0..features_names::COUNT).map(name).collect())
        }
        ETH_SS_RSS_HASH_FUNCS => own(HASH_FUNCTIONS),
        ETH_SS_LINK_MODES => own(LINK_MODES),
        ETH_SS_MSG_CLASSES => own(MESSAGES),
        ETH_SS_WOL_MODES => own(WAKE),
        ETH_SS_SOF_TIMESTAMPING => own(STAMPS),
        ETH_SS_TS_TX_TYPES => own(TX_TYPES),
        ETH_SS_TS_RX_FILTERS => own(RX_FILTERS),
        ETH_SS_UDP_TUNNEL_TYPES => own(TUNNELS),
        ETH_SS_STATS_STD => own(GROUPS),
        _ => SETS.iter().find(|(set, _)| *set == id).and_then(|(_, names)| own(names)),
    }
}
