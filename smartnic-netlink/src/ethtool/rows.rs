//! Fields that are lists of several numbers each, on the wire.

use smartnic_core::ethtool::{FecBin, Moderation, PowerRange, Rows};

use super::inner;
use super::record::nested;
use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::ethtool_netlink::*;

/// What is in each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// An attribute for each bin of a histogram.
    Bins,
    /// One attribute with all steps of a profile.
    Profile,
    /// An attribute for each range.
    Ranges,
}

// The kernel's header gives these numbers no width.
const LOW: u16 = ETHTOOL_A_FEC_HIST_BIN_LOW as u16;
const HIGH: u16 = ETHTOOL_A_FEC_HIST_BIN_HIGH as u16;
const WORDS: u16 = ETHTOOL_A_FEC_HIST_BIN_VAL as u16;
const LANES: u16 = ETHTOOL_A_FEC_HIST_BIN_VAL_PER_LANE as u16;
const STEP: u16 = ETHTOOL_A_PROFILE_IRQ_MODERATION as u16;
const USEC: u16 = ETHTOOL_A_IRQ_MODERATION_USEC as u16;
const PKTS: u16 = ETHTOOL_A_IRQ_MODERATION_PKTS as u16;
const COMPS: u16 = ETHTOOL_A_IRQ_MODERATION_COMPS as u16;
const MIN: u16 = ETHTOOL_A_C33_PSE_PW_LIMIT_MIN as u16;
const MAX: u16 = ETHTOOL_A_C33_PSE_PW_LIMIT_MAX as u16;

/// Reads an attribute, beside those of the same field that came before it.
pub(super) fn read(attr: &Attr<'_>, kind: RowKind, before: Option<Rows>) -> Result<Rows, WireError> {
    Ok(match (kind, before) {
        (RowKind::Bins, before) => {
            let mut bins = if let Some(Rows::Bins(bins)) = before { bins } else { Vec::new() };
            bins.push(bin(attr)?);
            Rows::Bins(bins)
        }
        (RowKind::Ranges, before) => {
            let mut ranges = if let Some(Rows::Ranges(ranges)) = before { ranges } else { Vec::new() };
            ranges.push(PowerRange {
                min: inner(attr, MIN, "ETHTOOL_A_C33_PSE_PW_LIMIT_MIN")?.u32()?,
                max: inner(attr, MAX, "ETHTOOL_A_C33_PSE_PW_LIMIT_MAX")?.u32()?,
            });
            Rows::Ranges(ranges)
        }
        (RowKind::Profile, _) => {
            let mut steps = Vec::new();
            for step in attr.nested() {
                let step = step?;
                if step.kind() == STEP {
                    let number = |kind| step.nested().find(kind)?.map(|attr| attr.u32()).transpose();
                    steps.push(Moderation {
                        usec: number(USEC)?,
                        pkts: number(PKTS)?,
                        comps: number(COMPS)?,
                    });
                }
            }
            Rows::Profile(steps)
        }
    })
}

fn bin(attr: &Attr<'_>) -> Result<FecBin, WireError> {
    let lanes = attr.nested().find(LANES)?;
    let lanes = lanes.map(|lanes| {
        let (counts, _) = lanes.payload.as_chunks();
        counts.iter().map(|count| u64::from_ne_bytes(*count)).collect()
    });
    Ok(FecBin {
        low: inner(attr, LOW, "ETHTOOL_A_FEC_HIST_BIN_LOW")?.u32()?,
        high: inner(attr, HIGH, "ETHTOOL_A_FEC_HIST_BIN_HIGH")?.u32()?,
        words: inner(attr, WORDS, "ETHTOOL_A_FEC_HIST_BIN_VAL")?.uint()?,
        lanes: lanes.unwrap_or_default(),
    })
}

/// Writes a profile; false for what is only read.
pub(super) fn write(e: &mut Encoder<'_>, attr: u16, rows: &Rows) -> bool {
    let Rows::Profile(steps) = rows else { return false };
    e.nest(nested(attr), |e| {
        for step in steps {
            e.nest(nested(STEP), |e| {
                for (kind, number) in [(USEC, step.usec), (PKTS, step.pkts), (COMPS, step.comps)] {
                    if let Some(number) = number {
                        e.u32(kind, number);
                    }
                }
            });
        }
    });
    true
}

#[cfg(test)]
mod tests {
    use smartnic_core::ethtool::{Coalesce, Fec, PowerSourcing, Record};
    use smartnic_core::types::IfIndex;

    use super::super::record::{Layout, Set, decode};
    use super::super::{coalesce, fec, power};
    use super::*;
    use crate::codec::{Flags, GenlHeader, Request, messages};

    fn told<R: Record + Default>(
        layout: &Layout,
        body: impl FnOnce(&mut Encoder<'_>),
    ) -> Result<R, WireError> {
        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, 20, Flags::empty(), 1, 1);
        e.fixed(&GenlHeader { command: 0, version: ETHTOOL_GENL_VERSION, reserved: 0 });
        body(&mut e);
        e.finish().unwrap();
        decode(&messages(&bytes).next().unwrap().unwrap(), layout)
    }

    #[test]
    fn every_bin_of_a_histogram_is_read() {
        let bin = |e: &mut Encoder<'_>, low, high, words: u64, lanes: &[u64]| {
            e.nest(ETHTOOL_A_FEC_STAT_HIST, |e| {
                e.u32(LOW, low);
                e.u32(HIGH, high);
                // `nla_put_uint`: four bytes if it fits.
                match u32::try_from(words) {
                    Ok(words) => e.u32(WORDS, words),
                    Err(_) => e.u64(WORDS, words),
                }
                if !lanes.is_empty() {
                    let bytes: Vec<u8> = lanes.iter().flat_map(|lane| lane.to_ne_bytes()).collect();
                    e.attr(LANES, &bytes);
                }
            });
        };
        let read: Fec = told(&fec::LAYOUT, |e| {
            e.nest(ETHTOOL_A_FEC_STATS, |e| {
                bin(e, 0, 0, 1 << 40, &[]);
                bin(e, 1, 3, 7, &[5, 2]);
            });
        })
        .unwrap();
        let wanted = vec![
            FecBin { low: 0, high: 0, words: 1 << 40, lanes: vec![] },
            FecBin { low: 1, high: 3, words: 7, lanes: vec![5, 2] },
        ];
        assert_eq!(read.histogram, Some(wanted));
        told::<Fec>(&fec::LAYOUT, |e| {
            e.nest(ETHTOOL_A_FEC_STATS, |e| e.nest(ETHTOOL_A_FEC_STAT_HIST, |e| e.u32(LOW, 1)));
        })
        .unwrap_err();
    }

    #[test]
    fn a_profile_is_read_as_it_was_written() {
        let steps = vec![
            Moderation { usec: Some(1), pkts: Some(256), comps: None },
            Moderation { usec: None, pkts: Some(9), comps: Some(3) },
        ];
        let change = Coalesce { rx_profile: Some(steps), ..Coalesce::default() };
        let mut bytes = Vec::new();
        let set = Set { family: 20, link: IfIndex(7), layout: &coalesce::LAYOUT, change: &change };
        set.write(&mut bytes, 1, 1).unwrap();
        let message = messages(&bytes).next().unwrap().unwrap();
        assert_eq!(decode::<Coalesce>(&message, &coalesce::LAYOUT).unwrap(), change);
    }

    #[test]
    fn every_range_is_read_and_none_is_written() {
        let read: PowerSourcing = told(&power::PSE, |e| {
            for (min, max) in [(0, 15_400), (16_000, 30_000)] {
                e.nest(ETHTOOL_A_C33_PSE_PW_LIMIT_RANGES, |e| {
                    e.u32(MIN, min);
                    e.u32(MAX, max);
                });
            }
        })
        .unwrap();
        let ranges = vec![PowerRange { min: 0, max: 15_400 }, PowerRange { min: 16_000, max: 30_000 }];
        assert_eq!(read.limit_ranges, Some(ranges));
        let set = Set { family: 20, link: IfIndex(7), layout: &power::PSE, change: &read };
        set.write(&mut Vec::new(), 1, 1).unwrap_err();
    }
}
