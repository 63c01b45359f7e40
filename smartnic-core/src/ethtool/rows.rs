//! Fields that are lists of several numbers each.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Value;
use super::value::Field;
use crate::{Error, Result};

/// Code words by how many errors were corrected in them (`ETHTOOL_A_FEC_STAT_HIST`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FecBin {
    /// The fewest errors.
    #[serde(rename = "bin_low")]
    pub low: u32,
    /// The most errors.
    #[serde(rename = "bin_high")]
    pub high: u32,
    /// How many code words had so many.
    #[serde(rename = "total")]
    pub words: u64,
    /// The same by lane, where the driver tells it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lanes: Vec<u64>,
}

/// One step of a profile by which a device adapts to traffic (`ETHTOOL_A_PROFILE_IRQ_MODERATION`). What is `None` the driver
/// does not have, or it stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Moderation {
    /// Microseconds until the interrupt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usec: Option<u32>,
    /// Packets until the interrupt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pkts: Option<u32>,
    /// Completions until the interrupt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comps: Option<u32>,
}

/// Limits that can be set, from the least to the most, in milliwatts (`ETHTOOL_A_C33_PSE_PW_LIMIT_RANGES`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PowerRange {
    /// The least.
    pub min: u32,
    /// The most.
    pub max: u32,
}

/// Several numbers each, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Rows {
    /// Code words by their errors.
    Bins(Vec<FecBin>),
    /// Steps of moderation.
    Profile(Vec<Moderation>),
    /// Limits of power.
    Ranges(Vec<PowerRange>),
}

impl fmt::Display for FecBin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}:{}", self.low, self.high, self.words)
    }
}

impl fmt::Display for Moderation {
    /// As ethtool takes it: microseconds, packets, completions, `n` for what is not there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |number: Option<u32>| number.map_or_else(|| "n".to_owned(), |number| number.to_string());
        write!(f, "{},{},{}", word(self.usec), word(self.pkts), word(self.comps))
    }
}

impl fmt::Display for PowerRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.min, self.max)
    }
}

fn joined<T: fmt::Display>(rows: &[T], between: &str) -> String {
    rows.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&match self {
            Self::Bins(bins) => joined(bins, " "),
            Self::Profile(steps) => joined(steps, "_"),
            Self::Ranges(ranges) => joined(ranges, " "),
        })
    }
}

impl Rows {
    /// Whether what was asked for is what came of it: of a profile, what was asked of each step.
    pub(super) fn is_in(&self, got: &Self) -> bool {
        let (Self::Profile(asked), Self::Profile(got)) = (self, got) else { return self == got };
        let same = |asked: Option<u32>, got: Option<u32>| asked.is_none() || asked == got;
        asked.len() <= got.len()
            && asked.iter().zip(got).all(|(asked, got)| {
                same(asked.usec, got.usec) && same(asked.pkts, got.pkts) && same(asked.comps, got.comps)
            })
    }
}

/// What is only read.
macro_rules! told {
    ($row:ty, $variant:ident) => {
        impl Field for Vec<$row> {
            fn value(&self) -> Value {
                Value::Rows(Rows::$variant(self.clone()))
            }

            fn of(value: Value) -> Option<Self> {
                match value {
                    Value::Rows(Rows::$variant(rows)) => Some(rows),
                    _ => None,
                }
            }

            fn read(text: &str) -> Result<Self> {
                Err(Error::invalid("read a value", "the driver tells it, and nothing changes it").on(text))
            }
        }
    };
}

told!(FecBin, Bins);
told!(PowerRange, Ranges);

/// Steps with `_` between them, each as `USEC,PKTS,COMPS`; `n` leaves a number as it is.
impl Field for Vec<Moderation> {
    fn value(&self) -> Value {
        Value::Rows(Rows::Profile(self.clone()))
    }

    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Rows(Rows::Profile(steps)) => Some(steps),
            _ => None,
        }
    }

    fn read(text: &str) -> Result<Self> {
        let wrong = || {
            let expected = "expected steps such as 1,256,n_8,256,n: microseconds, packets, completions, n for what stays";
            Error::invalid("read a value", expected).on(text)
        };
        let number = |word: &str| match word {
            "n" => Ok(None),
            word => word.parse().map(Some).map_err(|_| wrong()),
        };
        let step = |text: &str| {
            let words: Vec<&str> = text.split(',').collect();
            let [usec, pkts, comps] = words[..] else { return Err(wrong()) };
            Ok(Moderation { usec: number(usec)?, pkts: number(pkts)?, comps: number(comps)? })
        };
        text.split('_').map(step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_read_as_they_are_shown() {
        let text = "1,256,n_8,n,n_64,64,0";
        let steps = Vec::<Moderation>::read(text).unwrap();
        assert_eq!(steps[1], Moderation { usec: Some(8), pkts: None, comps: None });
        assert_eq!(steps.value().to_string(), text);
        for wrong in ["", "1,2", "1,2,3,4", "1,2,x", "1,2,3_", "1,2,4294967296"] {
            Vec::<Moderation>::read(wrong).unwrap_err();
        }
    }

    #[test]
    fn of_a_profile_only_what_was_asked_for_counts() {
        let rows = |text| Rows::Profile(Vec::<Moderation>::read(text).unwrap());
        let got = rows("1,256,n_8,256,n_64,256,n");
        assert!(rows("n,n,n_8,n,n").is_in(&got));
        assert!(!rows("n,n,n_9,n,n").is_in(&got));
        assert!(!rows("1,256,n_8,256,n_64,256,n_1,1,n").is_in(&got));
    }
}
