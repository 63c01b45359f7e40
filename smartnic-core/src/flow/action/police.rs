use serde::{Deserialize, Serialize};

use super::Control;

/// Ticks of a microsecond: a tick has 64 ns (`PSCHED_SHIFT`).
const TICKS_PER_US: f64 = 15.625;
const US_PER_SECOND: f64 = 1_000_000.0;

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
    /// The same of the peak rate's table.
    pub peak_cell_log: Option<u8>,
    /// What happens to packets within the limit (`TCA_POLICE_RESULT`); `None`: they pass.
    pub conform: Option<Control>,
}

impl Police {
    /// The ticks that so many bytes, or packets, take at a rate; rounded up, at most `u32::MAX`, to the last digit
    /// as tc computes it.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "floating point is what tc computes with; the result is cut to its range as there"
    )]
    pub fn ticks(rate: u64, size: u64) -> u32 {
        if rate == 0 {
            return 0;
        }
        (US_PER_SECOND * (size as f64 / rate as f64) * TICKS_PER_US).ceil() as u32
    }

    /// The bytes, or packets, that pass at a rate in so many ticks; rounded down, as tc shows it.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "floating point is what tc computes with"
    )]
    pub fn size(rate: u64, ticks: u32) -> u64 {
        (rate as f64 * (f64::from(ticks) / TICKS_PER_US) / US_PER_SECOND) as u64
    }

    /// The bytes, or packets, of which [`Police::ticks`] makes so many ticks; nothing if no number of them comes to
    /// it.
    #[must_use]
    pub fn size_of(rate: u64, ticks: u32) -> Option<u64> {
        let near = Self::size(rate, ticks);
        // Rounding can be off by little, the more the larger the numbers are.
        let slack = near >> 52;
        (near.saturating_sub(slack)..=near + slack + 1).find(|size| Self::ticks(rate, *size) == ticks)
    }

    /// The burst in bytes.
    #[must_use]
    pub fn burst_bytes(&self) -> u64 {
        Self::size(self.rate, self.burst)
    }

    /// The burst in packets.
    #[must_use]
    pub fn burst_packets(&self) -> Option<u64> {
        // tc, too, looks at the lower half only.
        #[expect(clippy::cast_possible_truncation, reason = "as tc does")]
        let ticks = self.packet_burst? as u32;
        Some(Self::size(self.packet_rate?, ticks))
    }

    /// The least power of two of which 256 cells hold a packet of the largest size (`tc_ratespec.cell_log`), as tc
    /// chooses it.
    #[must_use]
    pub fn usual_cell_log(mtu: u32) -> u8 {
        let mtu = if mtu == 0 { DEFAULT_MTU } else { mtu };
        (0..32).find(|log| mtu >> log <= 255).unwrap_or(32)
    }

    /// The limit as the kernel holds it: what is not said has its default, and what does not count is gone.
    pub(super) fn make_canonical(&mut self) {
        if self.mtu == 0 {
            let cell_log = self.cell_log.unwrap_or(Self::usual_cell_log(0));
            self.mtu = if self.rate == 0 { u32::MAX } else { 255_u32.wrapping_shl(cell_log.into()) };
        }
        if self.rate == 0 {
            (self.peak_rate, self.overhead, self.mpu, self.link_layer) = (0, 0, 0, 0);
        } else if self.link_layer == 0 {
            self.link_layer = 1;
        }
        (self.cell_log, self.peak_cell_log) = (None, None);
        self.average_rate = self.average_rate.filter(|rate| *rate != 0);
        self.conform = self.conform.filter(|control| *control != Control::Pass);
    }
}

/// What tc takes for the largest packet if nothing is said.
const DEFAULT_MTU: u32 = 2047;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_comes_back_as_the_same_ticks() {
        for (rate, size) in
            [(125_000_000, 15_000), (1_000, 1), (3_000_000_019, 65_537), (7, 123), (1, u64::MAX)]
        {
            let ticks = Police::ticks(rate, size);
            let back = Police::size_of(rate, ticks).unwrap();
            assert_eq!(Police::ticks(rate, back), ticks, "{rate} {size}");
        }
        assert_eq!(
            [Police::ticks(125_000_000, 15_000), Police::ticks(0, 5), Police::ticks(1, 1 << 40)],
            [1875, 0, u32::MAX]
        );
        // No whole number of bytes takes one tick at this rate.
        assert_eq!((Police::size(1, 1), Police::size_of(1, 1)), (0, None));
    }

    #[test]
    fn cells_are_as_large_as_packets_need() {
        assert_eq!(
            [0, 255, 256, 1500, 2047, 2048, 9000, u32::MAX].map(Police::usual_cell_log),
            [3, 0, 1, 3, 3, 4, 6, 24]
        );
    }
}
