//! What an action counted (`TCA_ACT_STATS`), and for how long it has been there (`struct tcf_t`).

use smartnic_core::flow::{FlowStats, HwStats};
use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::codec::{Attr, Attrs, WireError};
use crate::uapi::gen_stats::*;

/// Times reach user space in units of 10 ms: `USER_HZ` is 100 on every architecture with such NICs.
const MS_PER_TICK: u64 = 10;

/// What one action counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActionStats {
    /// The counters and times.
    pub flow: FlowStats,
    /// How the hardware counts it now (`TCA_ACT_USED_HW_STATS`); nothing if no hardware does.
    pub used_hw_stats: Option<HwStats>,
}

/// `struct gnet_stats_basic` without its padding.
#[derive(FromBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Basic {
    bytes: [u8; 8],
    packets: [u8; 4],
}

/// The parts of `struct tcf_t` that are of interest: they come first.
#[derive(FromBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Times {
    install: u64,
    last_use: u64,
}

/// Which counter the last attribute was about.
enum Counter {
    None,
    All,
    Hardware,
}

/// Reads the counters. `TCA_STATS_PKT64` follows the counter whose packets do not fit into 32 bits.
pub(super) fn decode(attrs: Attrs<'_>, flow: &mut FlowStats) -> Result<(), WireError> {
    let mut last = Counter::None;
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            TCA_STATS_BASIC => {
                (flow.bytes, flow.packets) = basic(&attr)?;
                last = Counter::All;
            }
            TCA_STATS_BASIC_HW => {
                (flow.hw_bytes, flow.hw_packets) = basic(&attr)?;
                last = Counter::Hardware;
            }
            TCA_STATS_PKT64 => match last {
                Counter::Hardware => flow.hw_packets = attr.u64()?,
                Counter::All | Counter::None => flow.packets = attr.u64()?,
            },
            _ => {}
        }
    }
    Ok(())
}

fn basic(attr: &Attr<'_>) -> Result<(u64, u64), WireError> {
    let Basic { bytes, packets } = attr.fixed()?;
    Ok((u64::from_ne_bytes(bytes), u32::from_ne_bytes(packets).into()))
}

/// Reads age and idle time of an action.
pub(super) fn decode_times(attr: &Attr<'_>, flow: &mut FlowStats) -> Result<(), WireError> {
    let Times { install, last_use } = attr.fixed()?;
    flow.age_ms = Some(install.saturating_mul(MS_PER_TICK));
    flow.idle_ms = Some(last_use.saturating_mul(MS_PER_TICK));
    Ok(())
}

/// The counters of a rule: those of the action that counted most, since some actions do not count at all and
/// packets may leave before the last. Among equals the first counts.
pub(super) fn of_rule(actions: impl Iterator<Item = ActionStats>) -> FlowStats {
    let mut best: Option<FlowStats> = None;
    for ActionStats { flow, .. } in actions {
        if best.is_none_or(|best| flow.packets > best.packets) {
            best = Some(flow);
        }
    }
    best.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Encoder, Flags};

    #[test]
    fn packets_beyond_32_bits_belong_to_the_counter_before_them() {
        let mut buf = Vec::new();
        let mut e = Encoder::message(&mut buf, 1, Flags::empty(), 1, 1);
        let basic =
            |bytes: u64, packets: u32| [&bytes.to_ne_bytes()[..], &packets.to_ne_bytes(), &[0; 4]].concat();
        e.attr(TCA_STATS_BASIC, &basic(900, 7));
        e.u64(TCA_STATS_PKT64, (1 << 32) + 7);
        e.attr(TCA_STATS_BASIC_HW, &basic(800, 5));
        e.u64(TCA_STATS_PKT64, (1 << 32) + 5);
        e.finish().unwrap();
        let mut flow = FlowStats::default();
        decode(Attrs::new(&buf[16..]), &mut flow).unwrap();
        let want = FlowStats {
            packets: (1 << 32) + 7,
            bytes: 900,
            hw_packets: (1 << 32) + 5,
            hw_bytes: 800,
            ..FlowStats::default()
        };
        assert_eq!(flow, want);
    }

    #[test]
    fn a_rule_counts_what_its_busiest_action_counts() {
        let action = |packets, bytes| ActionStats {
            flow: FlowStats { packets, bytes, ..FlowStats::default() },
            used_hw_stats: None,
        };
        let all = [action(0, 0), action(5, 50), action(5, 70)];
        assert_eq!(of_rule(all.into_iter()), all[1].flow);
        assert_eq!(of_rule([].into_iter()), FlowStats::default());
    }
}
