//! What a test of a cable found, each with its place.

use std::collections::BTreeMap;

use serde::Serialize;
use smartnic_core::ethtool::{CableFinding, CablePair};

/// One thing that a test of a cable found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CablePlace {
    /// The pair of wires; none for the pulse that is sent into all.
    pub pair: Option<CablePair>,
    /// How far away it is, in centimetres.
    pub centimetres: Option<u32>,
    /// What was found: how the pair is, `fault`, `reflection`, `pulse`.
    pub found: String,
    /// Of reflections and pulses.
    pub millivolts: Option<i16>,
}

/// The findings of a test with their places: reflections come in the order of their places, each pair from the nearest on.
#[must_use]
pub fn cable_places(findings: &[CableFinding]) -> Vec<CablePlace> {
    let mut steps = (0, 0);
    let mut reflections: BTreeMap<CablePair, u32> = BTreeMap::new();
    let mut all = Vec::new();
    for finding in findings {
        let found = |text: &str| text.to_owned();
        let (pair, centimetres, found, millivolts) = match *finding {
            CableFinding::Pair { pair, code, .. } => (Some(pair), None, code.to_string(), None),
            CableFinding::Fault { pair, centimetres, .. } => {
                (Some(pair), Some(centimetres), found("fault"), None)
            }
            CableFinding::Steps { first, step, .. } => {
                steps = (first, step);
                continue;
            }
            CableFinding::Pulse { millivolts } => (None, None, found("pulse"), Some(millivolts)),
            CableFinding::Amplitude { pair, millivolts } => {
                let before = reflections.entry(pair).or_default();
                let place = steps.0.saturating_add(steps.1.saturating_mul(*before));
                *before += 1;
                (Some(pair), Some(place), found("reflection"), Some(millivolts))
            }
        };
        all.push(CablePlace { pair, centimetres, found, millivolts });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reflections_have_places_pair_by_pair() {
        let reflection = |pair, millivolts| CableFinding::Amplitude { pair, millivolts };
        let findings = [
            CableFinding::Steps { first: 100, last: 300, step: 50 },
            CableFinding::Pulse { millivolts: 1000 },
            reflection(CablePair::A, 3),
            reflection(CablePair::B, 4),
            reflection(CablePair::A, -5),
        ];
        let places = cable_places(&findings);
        let seen: Vec<_> =
            places.iter().map(|place| (place.pair, place.centimetres, place.millivolts)).collect();
        let (a, b) = (Some(CablePair::A), Some(CablePair::B));
        assert_eq!(
            seen,
            [
                (None, None, Some(1000)),
                (a, Some(100), Some(3)),
                (b, Some(100), Some(4)),
                (a, Some(150), Some(-5))
            ]
        );
    }
}
