//! What an action counted (`TCA_ACT_STATS`), and for how long it has been there (`struct tcf_t`).

use smartnic_core::flow::{ActionState, FlowStats, QueueStats};
use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::codec::{Attr, Attrs, WireError};
use crate::uapi::gen_stats::*;

/// Times reach user space in units of 10 ms: `USER_HZ` is 100 on every architecture with such NICs.
const MS_PER_TICK: u64 = 10;

/// `struct gnet_stats_basic` without its padding.
#[derive(FromBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Basic {
    bytes: [u8; 8],
    packets: [u8; 4],
}

/// `struct tcf_t`.
#[derive(FromBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Times {
    install: u64,
    last_use: u64,
    expires: u64,
    first_use: u64,
}

/// `struct gnet_stats_queue`.
#[derive(FromBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Queue {
    qlen: u32,
    backlog: u32,
    drops: u32,
    requeues: u32,
    overlimits: u32,
}

/// Which counter the last attribute was about.
enum Counter {
    None,
    All,
    Hardware,
}

/// Reads the counters. `TCA_STATS_PKT64` follows the counter whose packets do not fit into 32 bits.
pub(super) fn decode(attrs: Attrs<'_>, state: &mut ActionState) -> Result<(), WireError> {
    let flow = &mut state.stats;
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
            TCA_STATS_QUEUE => {
                let Queue { qlen, backlog, drops, requeues, overlimits } = attr.fixed()?;
                state.queue = QueueStats { qlen, backlog, drops, requeues, overlimits };
            }
            _ => {}
        }
    }
    Ok(())
}

fn basic(attr: &Attr<'_>) -> Result<(u64, u64), WireError> {
    let Basic { bytes, packets } = attr.fixed()?;
    Ok((u64::from_ne_bytes(bytes), u32::from_ne_bytes(packets).into()))
}

/// Reads the times of an action.
pub(super) fn decode_times(attr: &Attr<'_>, state: &mut ActionState) -> Result<(), WireError> {
    let Times { install, last_use, expires, first_use } = attr.fixed()?;
    state.stats.age_ms = Some(install.saturating_mul(MS_PER_TICK));
    state.stats.idle_ms = Some(last_use.saturating_mul(MS_PER_TICK));
    state.expires_ms = expires.saturating_mul(MS_PER_TICK);
    state.first_used_ms = first_use.saturating_mul(MS_PER_TICK);
    Ok(())
}

/// The counters of a rule: those of the action that counted most, since some actions do not count at all and
/// packets may leave before the last. Among equals the first counts.
pub(super) fn of_rule(actions: &[ActionState]) -> FlowStats {
    let mut best: Option<FlowStats> = None;
    for ActionState { stats, .. } in actions {
        if best.is_none_or(|best| stats.packets > best.packets) {
            best = Some(*stats);
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
        e.attr(TCA_STATS_QUEUE, &[1_u32, 2, 3, 4, 5].map(u32::to_ne_bytes).concat());
        e.finish().unwrap();
        let mut state = ActionState::default();
        decode(Attrs::new(&buf[16..]), &mut state).unwrap();
        let want = FlowStats {
            packets: (1 << 32) + 7,
            bytes: 900,
            hw_packets: (1 << 32) + 5,
            hw_bytes: 800,
            ..FlowStats::default()
        };
        let queue = QueueStats { qlen: 1, backlog: 2, drops: 3, requeues: 4, overlimits: 5 };
        assert_eq!(state, ActionState { stats: want, queue, ..ActionState::default() });
    }

    #[test]
    fn a_rule_counts_what_its_busiest_action_counts() {
        let action = |packets, bytes| ActionState {
            stats: FlowStats { packets, bytes, ..FlowStats::default() },
            ..ActionState::default()
        };
        let all = [action(0, 0), action(5, 50), action(5, 70)];
        assert_eq!(of_rule(&all), all[1].stats);
        assert_eq!(of_rule(&[]), FlowStats::default());
    }
}
