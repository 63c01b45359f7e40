//! What a driver tells of its device's health, memory and trapped packets: health reporters, regions, traps.

use std::ops::RangeInclusive;

use smartnic_core::device::{Fmsg, TrapAction, TrapMetadata, TrapType};

use crate::model::HealthView;

/// What a driver registers; most register nothing.
#[derive(Debug)]
pub(crate) struct Upkeep {
    pub(crate) reporters: &'static [ReporterSpec],
    pub(crate) regions: &'static [RegionSpec],
    /// How the whole device can break, if no reporter watches that.
    pub(crate) crash: Option<CrashSpec>,
    pub(crate) policers: &'static [PolicerSpec],
    pub(crate) trap_groups: &'static [TrapGroupSpec],
    pub(crate) traps: &'static [TrapSpec],
}

impl Upkeep {
    pub(crate) const NONE: Self =
        Self { reporters: &[], regions: &[], crash: None, policers: &[], trap_groups: &[], traps: &[] };
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

/// An error of the whole device, after which its driver starts it anew.
#[derive(Debug)]
pub(crate) struct CrashSpec {
    /// What it is called here, where reporters have their names. Ours.
    pub(crate) name: &'static str,
    /// The parameter without which the driver leaves the device as it is.
    pub(crate) resets: &'static str,
    /// The parameter with which it takes snapshots of all regions before.
    pub(crate) keeps: &'static str,
}

/// A region of a device's memory (`struct devlink_region_ops`); its content follows from the seed.
#[derive(Debug)]
pub(crate) struct RegionSpec {
    pub(crate) name: &'static str,
    pub(crate) size: u64,
    pub(crate) max_snapshots: u32,
    /// Whether it can be read without a snapshot.
    pub(crate) direct: bool,
    /// Whether snapshots can be asked for; else the driver takes them by itself when something breaks.
    pub(crate) on_demand: bool,
}

/// A limit on the packets that groups of traps give to the processor (`struct devlink_trap_policer`).
#[derive(Debug)]
pub(crate) struct PolicerSpec {
    pub(crate) id: u32,
    /// The packets in a second, and at once, that it starts with.
    pub(crate) rate: u64,
    pub(crate) burst: u64,
    /// The least and the most that either may be.
    pub(crate) rates: RangeInclusive<u64>,
    pub(crate) bursts: RangeInclusive<u64>,
}

/// A group of traps, always a generic one (`struct devlink_trap_group`).
#[derive(Debug)]
pub(crate) struct TrapGroupSpec {
    pub(crate) name: &'static str,
    /// The policer that it starts with.
    pub(crate) policer: Option<u32>,
    /// Whether the driver leaves it at that one.
    pub(crate) fixed_policer: bool,
}

impl TrapGroupSpec {
    /// A group whose policer can be chosen, if its driver has any.
    pub(crate) const fn new(name: &'static str, policer: Option<u32>) -> Self {
        Self { name, policer, fixed_policer: false }
    }
}

/// A packet trap (`struct devlink_trap`). All tell the port that a packet came in through.
#[derive(Debug)]
pub(crate) struct TrapSpec {
    pub(crate) name: &'static str,
    pub(crate) kind: TrapType,
    pub(crate) action: TrapAction,
    pub(crate) group: &'static str,
    /// Whether it is one of those that drivers share.
    pub(crate) generic: bool,
    /// Whether it tells the cookie of the flow rule, too.
    pub(crate) cookie: bool,
    /// Whether its packets are copies from elsewhere in the device: its action cannot be set.
    pub(crate) source: bool,
}

impl TrapSpec {
    /// A trap that drivers share.
    pub(crate) const fn new(
        name: &'static str,
        kind: TrapType,
        action: TrapAction,
        group: &'static str,
    ) -> Self {
        Self { name, kind, action, group, generic: true, cookie: false, source: false }
    }

    /// What it tells of a packet, in the kernel's order.
    pub(crate) fn metadata(&self) -> impl Iterator<Item = TrapMetadata> {
        [Some(TrapMetadata::InputPort), self.cookie.then_some(TrapMetadata::FlowActionCookie)]
            .into_iter()
            .flatten()
    }
}
