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
    /// From times in nanoseconds, each of which has `legs` ways in it.
    #[allow(clippy::cast_precision_loss, reason = "nanoseconds beyond 2⁵² are 52 days")]
    pub(super) fn of(mut times: Vec<u64>, legs: u64) -> Self {
        times.sort_unstable();
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

/// How much went through.
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
        let messages_per_second = job.iterations as f64 / seconds;
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
        let times = (1..=1000).rev().map(|at| at * 1000).collect();
        let latency = Latency::of(times, 1);
        let wanted = [1.0, 500.0, 900.0, 990.0, 999.0, 1000.0, 500.5];
        let Latency { min, median, p90, p99, p999, max, mean } = latency;
        assert_eq!([min, median, p90, p99, p999, max, mean], wanted);
        let one = Latency::of(vec![3000], 2);
        assert_eq!((one.min, one.p999, one.mean), (1.5, 1.5, 1.5));
    }

    #[test]
    fn bandwidth_is_of_all_messages() {
        let job = Job { iterations: 1000, ..Job::new(Test::Bandwidth, Operation::Send, 1_000_000) };
        let found = Bandwidth::of(&job, Duration::from_millis(500));
        assert!(
            (found.gigabits_per_second - 16.0).abs() < 1e-9
                && (found.messages_per_second - 2000.0).abs() < 1e-9
        );
    }
}
