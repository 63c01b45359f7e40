//! Flow rules: where they stand, what they match, what they do, and what became of them.
//!
//! A [`Rule`] is tc's flower filter without its wire format: [`Attach`] says where, [`Match`] what, [`Action`] what
//! then. A [`FlowEntry`] is a rule as the kernel holds it, with counters and the in-hardware flags. [`Verdict`]
//! says whether the NIC does it and, if not, why. [`trace()`] walks a [`Packet`] through rules.

mod action;
mod attach;
mod canonical;
mod entry;
mod key;
mod kinds;
mod packet;
mod rule;
mod trace;
mod verdict;

pub use action::{Action, ActionKind, Control, HwStats, MirredTarget, VlanChange};
pub use attach::{Attach, Netdev, Side};
pub use entry::{FlowEntry, FlowStats};
pub use key::{IpMatch, IpProto, Match, PortMatch, TcpFlags};
pub use kinds::{ActionSet, KeySet};
pub use packet::{Packet, VlanTag};
pub use rule::{MAX_CHAIN, Rule, RuleId, Skip};
pub use trace::{Fate, Path, PathStep, trace};
pub use verdict::{Reason, Source, Verdict};
