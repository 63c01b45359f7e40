//! What a driver tells of its device's health, memory and trapped packets: health reporters, regions, traps.

use smartnic_core::device::{Fmsg, TrapAction, TrapType};

use crate::model::HealthView;

/// What a driver registers; most register nothing.
#[derive(Debug)]
pub(crate) struct Upkeep {
    pub(crate) reporters: &'static [ReporterSpec],
    pub(crate) regions: &'static [RegionSpec],
    /// The names of the groups of traps, all of them generic and without policers.
    pub(crate) trap_groups: &'static [&'static str],
    pub(crate) traps: &'static [TrapSpec],
}

impl Upkeep {
    pub(crate) const NONE: Self = Self { reporters: &[], regions: &[], trap_groups: &[], traps: &[] };
}

/// Where a reporter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watches {
    /// On the device.
    Device,
    /// On the port of the uplink.
    Uplink,
    /// On the port of each representor.
    Representors,
}

/// A health reporter (`struct devlink_health_reporter_ops`).
#[derive(Debug)]
pub(crate) struct ReporterSpec {
    pub(crate) name: &'static str,
    pub(crate) watches: Watches,
    /// Its periods after a recovery, in milliseconds, if it can recover.
    pub(crate) recovers: Option<Periods>,
    /// What it knows of the present state, if it can tell.
    pub(crate) diagnose: Option<Tells>,
    /// What it keeps of an error, if it keeps anything.
    pub(crate) dump: Option<Tells>,
    /// Whether a recovery only begins, so that whoever asks for it hears EINPROGRESS.
    pub(crate) recovers_later: bool,
}

/// What a reporter tells.
pub(crate) type Tells = fn(&HealthView<'_>) -> Fmsg;

/// How long after a recovery no other one is tried, and how long before that others are tried all the same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Periods {
    pub(crate) grace: u64,
    pub(crate) burst: u64,
}

/// A region of a device's memory (`struct devlink_region_ops`); its content follows from the seed.
#[derive(Debug)]
pub(crate) struct RegionSpec {
    pub(crate) name: &'static str,
    pub(crate) size: u64,
    pub(crate) max_snapshots: u32,
    /// Whether it can be read without a snapshot.
    pub(crate) direct: bool,
}

/// A packet trap, generic and of a generic group; what it drops tells the port it came in through.
#[derive(Debug)]
pub(crate) struct TrapSpec {
    pub(crate) name: &'static str,
    pub(crate) kind: TrapType,
    pub(crate) action: TrapAction,
    pub(crate) group: &'static str,
}
