use serde::Serialize;

use super::{Activation, Evidence};
use crate::device::ParamMode;

/// A devlink parameter that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ParamFact {
    /// Its name.
    pub name: &'static str,
    /// True if many drivers share its meaning (`devlink-params.rst`).
    pub generic: bool,
    /// What it is for.
    pub meaning: &'static str,
    /// In which modes it can be set, and what each needs to take effect; no step: it is there at once.
    pub modes: &'static [(ParamMode, &'static [Activation])],
    /// When it can be set, what goes with it; empty if there is nothing to say.
    pub note: &'static str,
    /// Where this can be read.
    pub source: Evidence,
}

impl ParamFact {
    /// A parameter that is there at once.
    #[must_use]
    pub const fn runtime(name: &'static str, meaning: &'static str, source: Evidence) -> Self {
        let modes = &[(ParamMode::Runtime, &[] as &[Activation])];
        Self { name, generic: false, meaning, modes, note: "", source }
    }

    /// A parameter that needs a devlink reload.
    #[must_use]
    pub const fn driverinit(name: &'static str, meaning: &'static str, source: Evidence) -> Self {
        let modes = &[(ParamMode::DriverInit, &[Activation::DriverReload] as &[Activation])];
        Self { name, generic: false, meaning, modes, note: "", source }
    }

    /// A parameter in the card's memory that needs a reset of the firmware.
    #[must_use]
    pub const fn permanent(name: &'static str, meaning: &'static str, source: Evidence) -> Self {
        let modes = &[(ParamMode::Permanent, &[Activation::FirmwareReset] as &[Activation])];
        Self { name, generic: false, meaning, modes, note: "", source }
    }

    /// The same, with a meaning that many drivers share.
    #[must_use]
    pub const fn generic(self) -> Self {
        Self { generic: true, ..self }
    }

    /// The same, with a note.
    #[must_use]
    pub const fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }

    /// The same, with other modes or other steps.
    #[must_use]
    pub const fn needs(self, modes: &'static [(ParamMode, &'static [Activation])]) -> Self {
        Self { modes, ..self }
    }
}

/// Where a counter is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// `ethtool -S`.
    Ethtool,
    /// `ethtool -S --all-groups` or another standard group (`ETHTOOL_MSG_STATS_GET`, FEC, pause).
    EthtoolStandard,
    /// `/sys/class/infiniband/DEV/ports/N/counters`, those that the InfiniBand specification defines.
    RdmaPort,
    /// `/sys/class/infiniband/DEV/ports/N/hw_counters`, `rdma statistic`.
    RdmaHardware,
    /// devlink: health reporters, traps.
    Devlink,
}

/// What a counter counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Events.
    Events,
    /// Packets.
    Packets,
    /// Bytes.
    Bytes,
    /// Words of four bytes.
    Words,
    /// Bits.
    Bits,
    /// Blocks of a code that corrects errors.
    Blocks,
    /// Microseconds.
    Microseconds,
    /// Times that something was waited for, in ticks of the card.
    Ticks,
    /// Not a count but how many there are now.
    Gauge,
}

/// What is to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Watch {
    /// How much there is; nothing is wrong if it moves.
    Traffic,
    /// How fast it grows; it may move.
    Rate,
    /// Whether it moves at all.
    Any,
}

/// A counter, or several that are named alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counter {
    /// Its name; `*` stands for any letters.
    pub name: &'static str,
    /// Where it is read.
    pub place: Place,
    /// What it counts in.
    pub unit: Unit,
    /// What is to be looked at.
    pub watch: Watch,
    /// The name that counters of all vendors with this meaning share, such as `rdma.retx.timeout`; empty if there is none.
    pub canonical: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// Where this can be read.
    pub source: Evidence,
}

impl Counter {
    /// True if a counter of this name is meant.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        fn rest(pattern: &str, name: &str) -> bool {
            match pattern.split_once('*') {
                None => pattern == name,
                Some((head, tail)) => name.strip_prefix(head).is_some_and(|name| {
                    name.char_indices()
                        .map(|(at, _)| at)
                        .chain([name.len()])
                        .any(|at| rest(tail, &name[at..]))
                }),
            }
        }
        rest(self.name, name)
    }
}

/// Something to beware of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Caveat {
    /// What it is.
    pub text: &'static str,
    /// The first kernel that is so, if it was not always.
    pub since: Option<(u32, u32)>,
    /// The first kernel that is not so any more.
    pub until: Option<(u32, u32)>,
    /// Where this can be read.
    pub source: Evidence,
}

impl Caveat {
    /// Something that holds for every kernel that is known.
    #[must_use]
    pub const fn new(text: &'static str, source: Evidence) -> Self {
        Self { text, since: None, until: None, source }
    }

    /// The same, from this kernel on.
    #[must_use]
    pub const fn since(self, major: u32, minor: u32) -> Self {
        Self { since: Some((major, minor)), ..self }
    }

    /// The same, before this kernel.
    #[must_use]
    pub const fn until(self, major: u32, minor: u32) -> Self {
        Self { until: Some((major, minor)), ..self }
    }

    /// True if it holds for a kernel; unknown kernels have every caveat.
    #[must_use]
    pub fn holds(&self, kernel: Option<(u32, u32)>) -> bool {
        kernel.is_none_or(|kernel| {
            self.since.is_none_or(|since| since <= kernel) && self.until.is_none_or(|until| kernel < until)
        })
    }
}

/// A setting that is recommended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// What is set.
    pub what: &'static str,
    /// To what, or by which command.
    pub value: &'static str,
    /// Why.
    pub why: &'static str,
    /// Where this can be read.
    pub source: Evidence,
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: Evidence = Evidence::kernel("drivers/net/x.c", "x");

    #[test]
    fn names_of_counters_may_have_stars() {
        let counter = |name| Counter {
            name,
            place: Place::Ethtool,
            unit: Unit::Events,
            watch: Watch::Any,
            canonical: "",
            meaning: "",
            source: FILE,
        };
        assert!(counter("rx_prio*_pause").matches("rx_prio3_pause"));
        assert!(counter("rx_prio*_pause").matches("rx_prio_pause"));
        assert!(!counter("rx_prio*_pause").matches("rx_prio3_pause_duration"));
        assert!(counter("veb.*").matches("veb.tc_0_rx_packets"));
        assert!(!counter("RTO").matches("RTO2"));
        assert!(counter("*_err*").matches("hw_err"));
    }

    #[test]
    fn caveats_know_their_kernels() {
        let caveat = Caveat::new("x", FILE).since(6, 8).until(7, 2);
        let holds: Vec<bool> =
            [(6, 7), (6, 8), (7, 1), (7, 2)].map(|kernel| caveat.holds(Some(kernel))).to_vec();
        assert_eq!(holds, [false, true, true, false]);
        assert!(caveat.holds(None));
    }
}
