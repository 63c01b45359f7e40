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
mod layers;
mod message;
mod meta;
mod packet;
mod packet_parts;
mod rewrite;
mod rule;
mod trace;
mod tunnel;
mod values;
mod verdict;

pub use action::{
    Action, ActionFlags, ActionKind, Bpf, Chance, ChanceKind, Connmark, Control, Cookie, Csum, Ct, CtFlags,
    CtHelper, Ctinfo, EthHeader, Gate, GateEntry, HwStats, Ife, IfeMeta, MirredBlock, MirredTarget, Mpls,
    MplsEntry, Nat, NatRange, Pedit, PeditCommand, PeditHeader, PeditKey, Police, Sample, Skbedit, Skbmod,
    TunnelSet, VlanChange,
};
pub use attach::{Attach, Netdev, Side};
pub use entry::{ActionState, FlowEntry, FlowStats, QueueStats};
pub use key::Match;
pub use kinds::{ActionSet, KeySet};
pub use layers::{CT_STATES, Cfm, CtLabel, ENC_FLAGS, IP_FLAGS, MplsLse};
pub use message::{
    ActionsNote, CLSACT_PARENT, EGRESS_PARENT, FilterBody, FilterContent, FilterNote, INGRESS_PARENT,
    QdiscNote, QdiscRequest, ROOT_PARENT, TcMessage, TcName, TcObject, TcPlace, TcRequest, TcTable, TcVerb,
    Told,
};
pub use packet::{Packet, VlanTag};
pub use packet_parts::{Arp, MplsLabel, Tunnel};
pub use rule::{Classifier, MAX_CHAIN, Rule, RuleId, Skip};
pub use trace::{Fate, Path, PathStep, trace};
pub use tunnel::{GeneveOption, TunnelOpts, TunnelOptsMatch};
pub use values::{IpMatch, IpProto, PortMatch, TcpFlags};
pub use verdict::{Reason, Source, Verdict};
