use serde::{Deserialize, Serialize};

use super::Control;

/// Nanoseconds of one tick, in which the kernel tells bursts (`PSCHED_SHIFT`).
const TICK_NS: u128 = 64;
const NS_PER_SECOND: u128 = 1_000_000_000;

/// A limit on the rate of packets (`police`); what exceeds it meets the action's control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Police {
    /// Bytes a second (`tc_police.rate`, `TCA_POLICE_RATE64`); 0 for no such limit.
    pub rate: u64,
    /// The burst, as the time that it takes at that rate, in ticks of 64 ns (`tc_police.burst`); see
    /// [`Police::burst_bytes`].
    pub burst: u32,
    /// The largest packet, in bytes (`tc_police.mtu`); 0 for no limit.
    pub mtu: u32,
    /// A limit without bursts, in bytes a second (`tc_police.peakrate`, `TCA_POLICE_PEAKRATE64`); 0 for none.
    pub peak_rate: u64,
    /// A limit on the measured average, in bytes a second (`TCA_POLICE_AVRATE`).
    pub average_rate: Option<u32>,
    /// Packets a second (`TCA_POLICE_PKTRATE64`).
    pub packet_rate: Option<u64>,
    /// The burst in packets, as the time that it takes at that rate, in ticks of 64 ns (`TCA_POLICE_PKTBURST64`).
    pub packet_burst: Option<u64>,
    /// Bytes that every packet counts more (`tc_ratespec.overhead`).
    pub overhead: u16,
    /// The least that a packet counts, in bytes (`tc_ratespec.mpu`).
    pub mpu: u16,
    /// The link layer, `TC_LINKLAYER_ETHERNET` 1 or `_ATM` 2 (`tc_ratespec.linklayer`); 0 is not said.
    pub link_layer: u8,
    /// The size of a cell of the rate table, as a power of two, if it is asked for (`tc_ratespec.cell_log`).
    pub cell_log: Option<u8>,
    /// What happens to packets within the limit (`TCA_POLICE_RESULT`); `None`: they pass.
    pub conform: Option<Control>,
}

impl Police {
    /// The ticks that so many bytes, or packets, take at a rate; rounded down, as tc does.
    #[must_use]
    pub fn ticks(rate: u64, size: u64) -> u64 {
        if rate == 0 {
            return 0;
        }
        let ticks = u128::from(size) * NS_PER_SECOND / (u128::from(rate) * TICK_NS);
        u64::try_from(ticks).unwrap_or(u64::MAX)
    }

    /// The bytes, or packets, that pass at a rate in so many ticks; the least from which [`Police::ticks`] comes
    /// to the same.
    #[must_use]
    pub fn size(rate: u64, ticks: u64) -> u64 {
        let size = (u128::from(ticks) * u128::from(rate) * TICK_NS).div_ceil(NS_PER_SECOND);
        u64::try_from(size).unwrap_or(u64::MAX)
    }

    /// The burst in bytes.
    #[must_use]
    pub fn burst_bytes(&self) -> u64 {
        Self::size(self.rate, self.burst.into())
    }

    /// The burst in packets.
    #[must_use]
    pub fn burst_packets(&self) -> Option<u64> {
        Some(Self::size(self.packet_rate?, self.packet_burst?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_comes_back_as_the_same_ticks() {
        for (rate, size) in [(125_000_000, 15_000), (1_000, 1), (3_000_000_019, 65_537), (7, 123_456)] {
            let ticks = Police::ticks(rate, size);
            assert_eq!(Police::ticks(rate, Police::size(rate, ticks)), ticks, "{rate} {size}");
        }
        assert_eq!(Police::ticks(125_000_000, 15_000), 1875);
        assert_eq!(Police::ticks(0, 5), 0);
    }
}
