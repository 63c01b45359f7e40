use serde::Serialize;

use super::{Evidence, Said};

/// A kind of step of RoCE on a link; drivers differ in which must come before which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RocePart {
    /// The firmware's own agent is turned off, and the host has DCB.
    TakeFromFirmware,
    /// devlink parameters.
    Parameters,
    /// Who negotiates.
    Dcbx,
    /// Pausing of the whole link is turned off.
    PauseOff,
    /// The largest payload.
    Mtu,
    /// How classes share the wire.
    Classes,
    /// Which priority a DSCP has.
    Entries,
    /// What of a packet is believed.
    Trust,
    /// Which priorities are paused.
    Priorities,
    /// Pausing of the whole link is turned on.
    PauseOn,
    /// Receive buffers.
    Buffers,
    /// What connections get.
    Connections,
    /// Congestion control.
    Congestion,
    /// The firmware's own agent is turned on, and has DCB.
    GiveToFirmware,
}

impl RocePart {
    /// Every part, in an order that suits drivers of which nothing else is known: who negotiates first, no pausing of the
    /// whole link while priorities are paused, classes before what is paused in them, what connections get last.
    pub const USUAL: &'static [Self] = &[
        Self::TakeFromFirmware,
        Self::Parameters,
        Self::Dcbx,
        Self::PauseOff,
        Self::Mtu,
        Self::Classes,
        Self::Entries,
        Self::Trust,
        Self::Priorities,
        Self::PauseOn,
        Self::Buffers,
        Self::Connections,
        Self::Congestion,
        Self::GiveToFirmware,
    ];
}

/// The flag of a driver (`ethtool --set-priv-flags`) by which its firmware negotiates DCB, and then refuses what the host
/// sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FirmwareAgent {
    /// The flag.
    pub flag: &'static str,
    /// The flag's value while firmware negotiates.
    pub on: bool,
}

/// What a driver has of its own about RoCE on its links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RoceFacts {
    /// True if entries by DSCP in the application table make a port go by it, and there is no other switch.
    pub trust_by_entries: bool,
    /// True if priorities stay in the class of their number while a port goes by DSCP.
    pub fixed_classes: bool,
    /// True if a DSCP that has an entry takes no other: the old one goes first. Otherwise the new one comes first, so that
    /// there is always one.
    pub one_entry: bool,
    /// True if nothing is paused before classes were set, even to what they are.
    pub classes_first: bool,
    /// What takes DCB from firmware; none if it is not firmware's, or stays there.
    pub agent: Option<FirmwareAgent>,
    /// devlink parameters with the value that RoCE wants, in the order in which they can be set.
    pub params: &'static [(&'static str, bool)],
    /// Every part, in the order in which the driver wants them.
    pub order: &'static [RocePart],
    /// Why it wants that.
    pub rules: &'static [Said],
    /// Where what is said of entries can be read.
    pub source: Evidence,
}

impl RoceFacts {
    /// A driver of which nothing is said, with the place where one would read more.
    #[must_use]
    pub const fn new(source: Evidence) -> Self {
        Self {
            trust_by_entries: false,
            fixed_classes: false,
            one_entry: false,
            classes_first: false,
            agent: None,
            params: &[],
            order: RocePart::USUAL,
            rules: &[],
            source,
        }
    }
}
