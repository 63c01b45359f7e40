//! What the figures are to be, and whether they are.

use super::figures::{Run, Section};

/// One thing that is wanted, and what was measured.
pub(super) struct Target {
    /// What is wanted.
    pub(super) wanted: String,
    /// What was measured, in words.
    pub(super) measured: String,
    pub(super) is_met: bool,
}

const WALL: fn(&Run) -> f64 = |run| run.wall;
const USER: fn(&Run) -> f64 = |run| run.user;
const PEAK: fn(&Run) -> f64 = |run| run.peak;

/// How much more memory a reader may need for more rules, in KiB: pages that happen to be touched.
const PEAK_SLACK: f64 = 512.0;

/// The targets of one number of rules.
pub(super) fn of_section(section: &Section) -> Vec<Target> {
    let mut targets = Vec::new();
    for (word, what) in [("insert", "insert"), ("delete", "delete")] {
        let of = |who: &str| format!("{word}-{who}");
        let faster = section.ratio(&of("tc"), &of("ours"), WALL);
        let limit = section.ratio(&of("replay"), &of("ours"), WALL);
        if let (Some(faster), Some(limit)) = (faster, limit) {
            targets.push(Target {
                wanted: format!("{what}: ≥ 3 times tc -batch's rules/s, or ≥ 0.95 times the replay's"),
                measured: format!("{faster:.2} times tc's, {limit:.2} times the replay's"),
                is_met: faster >= 3.0 || limit >= 0.95,
            });
        }
    }
    if let Some(share) = section.ratio("dump-ours", "dump-tc", USER) {
        targets.push(Target {
            wanted: "dump and decode: user CPU ≤ 1/5 of tc -j filter show's".into(),
            measured: format!("1/{:.1}", 1.0 / share),
            is_met: share <= 0.2,
        });
    }
    if let Some(speed) = section.ratio("read-receive", "read-ours", WALL) {
        targets.push(Target {
            wanted: "dump and decode: rules/s ≥ 0.95 times those of a reader that only receives".into(),
            measured: format!("{speed:.2} times"),
            is_met: speed >= 0.95,
        });
    }
    targets
}

/// The targets of the smallest and the largest number of rules on one kind of link.
pub(super) fn of_growth(small: &Section, large: &Section) -> Vec<Target> {
    let mut targets = Vec::new();
    let sizes = format!("{} rules beside {}", large.rules, small.rules);
    let peaks = small.value("dump-ours", PEAK).zip(large.value("dump-ours", PEAK));
    if let Some((before, after)) = peaks {
        targets.push(Target {
            wanted: format!("dump and decode, {sizes}: memory of the reader is the same"),
            measured: format!("{before:.0} KiB and {after:.0} KiB"),
            is_met: after - before <= PEAK_SLACK,
        });
    }
    // Per rule, and how many times as much with many rules as with few.
    let growth = |name: &str| {
        let [before, after] = [small, large].map(|at| at.value(name, WALL).map(|wall| wall / at.rules));
        Some(after? / before?)
    };
    for (word, ours, kernel) in [
        ("insert", "insert-ours", "insert-replay"),
        ("delete", "delete-ours", "delete-replay"),
        ("dump and decode", "read-ours", "read-receive"),
        ("plan of 100 changes", "plan-ours", "plan-read"),
    ] {
        if let Some((own, limit)) = growth(ours).zip(growth(kernel)) {
            targets.push(Target {
                wanted: format!(
                    "{word}, {sizes}: time per rule within 1.3 times, apart from {kernel}'s growth"
                ),
                measured: format!("{own:.2} times, {kernel} {limit:.2}: {:.2} apart from it", own / limit),
                is_met: own / limit <= 1.3,
            });
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(targets: Vec<Target>) -> Vec<bool> {
        targets.into_iter().map(|target| target.is_met).collect()
    }

    #[test]
    fn targets_are_met_or_not() {
        let text = |ours: f64, peak: f64| {
            format!(
                "section soft 10\nfigure insert-tc 3 1 1 0\nfigure insert-ours {ours} 1 1 0\n\
                 figure insert-replay 1 1 1 0\nfigure dump-tc 3 5 1 0\nfigure dump-ours {ours} {ours} 1 {peak}\n\
                 figure read-receive 1 0 1 0\nfigure read-ours {ours} 0 1 0\n"
            )
        };
        let read = |text: &str| Section::read(text).unwrap().remove(0);
        assert_eq!(met(of_section(&read(&text(1.0, 0.0)))), [true; 3]);
        assert_eq!(met(of_section(&read(&text(1.1, 0.0)))), [false; 3]);
        let small = read(&text(1.0, 1000.0));
        let large = |text: String| read(&text.replace("soft 10", "soft 100"));
        assert_eq!(met(of_growth(&small, &large(text(1.2, 1400.0)))), [true; 3]);
        assert_eq!(met(of_growth(&small, &large(text(1.4, 1600.0)))), [false; 3]);
    }
}
