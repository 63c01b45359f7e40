use std::time::Duration;

use serde::Serialize;

use super::Job;

/// How long one took: microseconds. Where a message goes there and another comes back, half of both.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Latency {
    /// The shortest.
    pub min: f64,
    /// Half of them took no longer.
    pub median: f64,
    /// 90 of 100 took no longer.
    pub p90: f64,
    /// 99 of 100.
    pub p99: f64,
    /// 999 of 1,000.
    pub p999: f64,
    /// The longest.
    pub max: f64,
    /// All together, by their number.
    pub mean: f64,
}

impl Latency {
    /// From times in nanoseconds, the shortest first, each of which has `legs` ways in it.
    #[allow(clippy::cast_precision_loss, reason = "nanoseconds beyond 2⁵² are 52 days")]
    pub(super) fn of(times: &[u64], legs: u64) -> Self {
        let scale = 1000.0 * legs as f64;
        // The smallest time that so many of a thousand do not exceed.
        let place = |thousandths: usize| (times.len() * thousandths).div_ceil(1000).max(1) - 1;
        let at = |place: usize| times.get(place).map_or(0.0, |time| *time as f64 / scale);
        let sum: u64 = times.iter().sum();
        Self {
            min: at(0),
            median: at(place(500)),
            p90: at(place(900)),
            p99: at(place(990)),
            p999: at(place(999)),
            max: at(times.len().saturating_sub(1)),
            mean: sum as f64 / times.len().max(1) as f64 / scale,
        }
    }
}

/// How many times lay between two bounds: microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// None of them was shorter.
    pub from: f64,
    /// All of them were shorter.
    pub below: f64,
    /// How many there were.
    pub count: u64,
}

/// The bins that have something in them, the shortest first; four to each doubling, so that a bin is at most a quarter as wide
/// as it is long. From times as those of [`Latency::of`].
#[allow(clippy::cast_precision_loss, reason = "nanoseconds beyond 2⁵² are 52 days")]
pub(super) fn histogram(times: &[u64], legs: u64) -> Vec<Bin> {
    let scale = 1000.0 * legs as f64;
    let same = times.chunk_by(|one, other| bounds(*one) == bounds(*other));
    let bin = |some: &[u64]| {
        let (from, below) = bounds(*some.first()?);
        Some(Bin { from: from as f64 / scale, below: below as f64 / scale, count: some.len() as u64 })
    };
    same.filter_map(bin).collect()
}

/// The bounds of the bin that a time is in.
fn bounds(time: u64) -> (u64, u64) {
    let step = 1 << time.checked_ilog2().unwrap_or(0).saturating_sub(2);
    let from = time / step * step;
    (from, from.saturating_add(step))
}

/// How much went through, in both directions together if both were measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bandwidth {
    /// Bytes in a second.
    pub bytes_per_second: f64,
    /// The same in 10⁹ bits.
    pub gigabits_per_second: f64,
    /// Messages in a second.
    pub messages_per_second: f64,
}

impl Bandwidth {
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2⁵²")]
    pub(super) fn of(job: &Job, time: Duration) -> Self {
        let seconds = time.as_secs_f64().max(1e-9);
        let directions = if job.bidirectional { 2.0 } else { 1.0 };
        let messages_per_second = job.iterations as f64 * directions / seconds;
        let bytes_per_second = messages_per_second * f64::from(job.size);
        Self { bytes_per_second, gigabits_per_second: bytes_per_second * 8e-9, messages_per_second }
    }
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// What was to be measured.
    #[serde(flatten)]
    pub job: Job,
    /// Our device and its port.
    pub place: String,
    /// Our GID, if there is one.
    pub gid: Option<String>,
    /// The largest payload of a packet.
    pub mtu: u32,
    /// From the first to the last, in seconds.
    pub seconds: f64,
    /// How long one took, if that was measured.
    pub latency: Option<Latency>,
    /// How many took how long, if that was measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub histogram: Vec<Bin>,
    /// How much went through, if that was measured.
    pub bandwidth: Option<Bandwidth>,
    /// Messages that did not arrive, of transports that lose some.
    pub lost: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verbs::measure::{Operation, Test};

    #[test]
    fn percentiles_are_the_smallest_times_that_so_many_do_not_exceed() {
        let times: Vec<u64> = (1..=1000).map(|at| at * 1000).collect();
        let latency = Latency::of(&times, 1);
        let wanted = [1.0, 500.0, 900.0, 990.0, 999.0, 1000.0, 500.5];
        let Latency { min, median, p90, p99, p999, max, mean } = latency;
        assert_eq!([min, median, p90, p99, p999, max, mean], wanted);
        let one = Latency::of(&[3000], 2);
        assert_eq!((one.min, one.p999, one.mean), (1.5, 1.5, 1.5));
    }

    #[test]
    fn every_time_is_in_one_bin_and_bins_do_not_overlap() {
        let times: Vec<u64> = (0..4000).chain([4000, 4999, 5000, 1 << 40, u64::MAX]).collect();
        let bins = histogram(&times, 1);
        assert_eq!(bins.iter().map(|bin| bin.count).sum::<u64>(), times.len() as u64);
        assert!(bins.windows(2).all(|pair| pair[0].below <= pair[1].from), "{bins:?}");
        assert!(bins.iter().all(|bin| bin.from < bin.below), "{bins:?}");
        assert!(bins.iter().all(|bin| bin.from < 0.004 || bin.below <= bin.from * 1.25 + 1e-9), "{bins:?}");
        // Half of both ways, as the times are.
        let both = histogram(&[4096, 5000, 5119, 5120], 2);
        let bin = |from, below, count| Bin { from, below, count };
        assert_eq!(both, [bin(2.048, 2.56, 3), bin(2.56, 3.072, 1)]);
        assert_eq!(histogram(&[], 1), []);
    }

    #[test]
    fn bandwidth_is_of_all_messages() {
        let job = Job { iterations: 1000, ..Job::new(Test::Bandwidth, Operation::Send, 1_000_000) };
        let found = Bandwidth::of(&job, Duration::from_millis(500));
        assert!(
            (found.gigabits_per_second - 16.0).abs() < 1e-9
                && (found.messages_per_second - 2000.0).abs() < 1e-9
        );
        let both = Bandwidth::of(&Job { bidirectional: true, ..job }, Duration::from_millis(500));
        assert!((both.gigabits_per_second - 32.0).abs() < 1e-9);
    }
}
