//! What the program in the guest measured.

use std::collections::BTreeMap;

use crate::failure::{Failure, Result};

/// One run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Run {
    /// Seconds.
    pub(super) wall: f64,
    /// Seconds of the processor in user mode.
    pub(super) user: f64,
    /// Seconds of the processor in the kernel.
    pub(super) system: f64,
    /// The most memory in use, in KiB; 0 if it was not measured.
    pub(super) peak: f64,
}

/// The runs with one number of rules on one kind of link, by what was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Section {
    /// The kind of link.
    pub(super) mode: String,
    /// How many rules.
    pub(super) rules: f64,
    runs: BTreeMap<String, Vec<Run>>,
}

impl Section {
    /// Reads the lines `section MODE RULES` and `figure NAME WALL USER SYSTEM PEAK`; others are noise.
    pub(super) fn read(text: &str) -> Result<Vec<Self>> {
        let mut sections: Vec<Self> = Vec::new();
        for line in text.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let wrong = || Failure::new(format!("not a line of figures: {line}"));
            match (&words[..], sections.last_mut()) {
                (["section", mode, rules], _) => sections.push(Self {
                    mode: (*mode).to_owned(),
                    rules: rules.parse().map_err(|_| wrong())?,
                    runs: BTreeMap::new(),
                }),
                (["figure", name, numbers @ ..], Some(section)) => {
                    let numbers: Vec<f64> = numbers.iter().filter_map(|word| word.parse().ok()).collect();
                    let [wall, user, system, peak] = numbers[..] else { return Err(wrong()) };
                    let runs = section.runs.entry((*name).to_owned()).or_default();
                    runs.push(Run { wall, user, system, peak });
                }
                (["figure", ..], None) => return Err(wrong()),
                _ => {}
            }
        }
        Ok(sections)
    }

    fn runs(&self, name: &str) -> &[Run] {
        self.runs.get(name).map_or(&[], Vec::as_slice)
    }

    /// The run whose wall time is the median.
    pub(super) fn median(&self, name: &str) -> Option<Run> {
        let mut sorted = self.runs(name).to_vec();
        sorted.sort_by(|one, other| one.wall.total_cmp(&other.wall));
        sorted.get(sorted.len() / 2).copied()
    }

    /// The median of one measure of what was measured.
    pub(super) fn value(&self, name: &str, measure: fn(&Run) -> f64) -> Option<f64> {
        median(self.runs(name).iter().map(measure).collect())
    }

    /// How many times as much the first took as the second. Where both ran equally often, the runs of each turn are
    /// compared and the median counts, as the machine may have been slower in one turn than in another.
    pub(super) fn ratio(&self, one: &str, other: &str, measure: fn(&Run) -> f64) -> Option<f64> {
        let (ones, others) = (self.runs(one), self.runs(other));
        if ones.len() == others.len() {
            return median(
                ones.iter().zip(others).map(|(one, other)| measure(one) / measure(other)).collect(),
            );
        }
        Some(self.value(one, measure)? / self.value(other, measure)?)
    }
}

pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.get(values.len().saturating_sub(1) / 2..=values.len() / 2)?;
    Some(middle.iter().sum::<f64>() / middle.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_and_medians_taken() {
        let text = "noise\nsection soft 10\nfigure a 3.0 1.0 0.5 7\nfigure a 1.0 0.2 0.1 5\nfigure a 2.0 0.3 0.2 6\n\
                    figure b 6.0 1 1 0\nfigure b 1.0 1 1 0\nfigure b 8.0 1 1 0\nfigure c 4 0 0 0\n";
        let sections = Section::read(text).unwrap();
        let [section] = &sections[..] else { panic!("{sections:?}") };
        assert_eq!((section.mode.as_str(), section.rules), ("soft", 10.0));
        let run = Run { wall: 2.0, user: 0.3, system: 0.2, peak: 6.0 };
        assert_eq!(section.median("a"), Some(run));
        assert_eq!(section.value("a", |run| run.user), Some(0.3));
        assert_eq!(section.ratio("b", "a", |run| run.wall), Some(2.0));
        assert_eq!(section.ratio("c", "a", |run| run.wall), Some(2.0));
        assert_eq!(section.ratio("d", "a", |run| run.wall), None);
    }

    #[test]
    fn an_even_number_has_its_median_between_two() {
        let values = [vec![], vec![4.0], vec![4.0, 1.0], vec![9.0, 1.0, 2.0], vec![4.0, 9.0, 1.0, 2.0]];
        assert_eq!(values.map(median), [None, Some(4.0), Some(2.5), Some(2.0), Some(3.0)]);
    }

    #[test]
    fn broken_figures_are_refused() {
        assert!(Section::read("section soft 10\nfigure a 3.0 1.0 0.5").is_err());
        assert!(Section::read("figure a 3.0 1.0 0.5 1").is_err());
    }
}
