//! What a rule does, one kind of action per file.

mod bpf;
mod canonical;
mod control;
mod csum;
mod ct;
mod gact;
mod gate;
mod ife;
mod mark;
mod mirred;
mod mpls;
mod nat;
mod pedit;
mod police;
mod sample;
mod skb;
mod tunnel_key;
mod vlan;

use bitflags::bitflags;
use serde::{Deserialize, Serialize};

use super::Netdev;
use crate::types::UnknownAttr;

pub use bpf::Bpf;
pub use control::Control;
pub use csum::Csum;
pub use ct::{Ct, CtFlags, CtHelper, NatRange};
pub use gact::{Chance, ChanceKind};
pub use gate::{Gate, GateEntry};
pub use ife::{Ife, IfeMeta};
pub use mark::{Connmark, Ctinfo};
pub use mirred::{MirredBlock, MirredTarget};
pub use mpls::{Mpls, MplsEntry};
pub use nat::Nat;
pub use pedit::{Pedit, PeditCommand, PeditHeader, PeditKey};
pub use police::Police;
pub use sample::Sample;
pub use skb::{Skbedit, Skbmod};
pub use tunnel_key::TunnelSet;
pub use vlan::{EthHeader, VlanChange};

bitflags! {
    /// How the hardware may count an action's packets (`TCA_ACT_HW_STATS`). The empty set asks for no counter.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    pub struct HwStats: u8 {
        /// The counter is read at once when asked.
        const IMMEDIATE = 1;
        /// The counter is read from time to time.
        const DELAYED = 2;
    }
}

bitflags! {
    /// Properties of an action (`TCA_ACT_FLAGS_*`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    pub struct ActionFlags: u32 {
        /// One counter for all processors instead of one for each (`TCA_ACT_FLAGS_NO_PERCPU_STATS`).
        const NO_PERCPU = 1;
        /// Not in hardware, for actions that are shared (`TCA_ACT_FLAGS_SKIP_HW`).
        const SKIP_HW = 2;
        /// Not in software, for actions that are shared (`TCA_ACT_FLAGS_SKIP_SW`).
        const SKIP_SW = 4;
        const _ = !0;
    }
}

/// Bytes that travel with an action and mean something to whoever made it (`TCA_ACT_COOKIE`); at most 16.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cookie(
    /// The bytes.
    pub Vec<u8>,
);

/// What an action does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// Nothing but what [`Action::control`] says (`gact`).
    Gact,
    /// What [`Action::control`] says, or by chance something else (`gact … random`).
    GactRandom(Chance),
    /// Sends the packet to a link (`mirred … redirect`).
    Redirect(MirredTarget),
    /// Sends a copy to a link (`mirred … mirror`).
    Mirror(MirredTarget),
    /// Sends the packet, or a copy, to every link of a block (`mirred … blockid`).
    MirredBlock(MirredBlock),
    /// Adds a VLAN tag (`vlan push`).
    VlanPush(VlanChange),
    /// Takes the outer VLAN tag off (`vlan pop`).
    VlanPop,
    /// Changes the outer VLAN tag (`vlan modify`).
    VlanModify(VlanChange),
    /// Puts an Ethernet header before the packet (`vlan push_eth`).
    VlanPushEth(EthHeader),
    /// Takes the Ethernet header off (`vlan pop_eth`).
    VlanPopEth,
    /// Sends the packet through a tunnel (`tunnel_key set`).
    TunnelSet(TunnelSet),
    /// Takes the memory of its tunnel off the packet (`tunnel_key unset`).
    TunnelUnset,
    /// Changes headers (`pedit`).
    Pedit(Pedit),
    /// Computes checksums anew (`csum`).
    Csum(Csum),
    /// Tracks the connection (`ct`).
    Ct(Ct),
    /// Changes the MPLS label stack (`mpls`).
    Mpls(Mpls),
    /// Limits the rate (`police`).
    Police(Police),
    /// Takes samples (`sample`).
    Sample(Sample),
    /// Sets what is kept beside the packet (`skbedit`).
    Skbedit(Skbedit),
    /// Changes the Ethernet header (`skbmod`).
    Skbmod(Skbmod),
    /// Translates addresses without connections (`nat`).
    Nat(Nat),
    /// Marks the packet as its connection is (`connmark`).
    Connmark(Connmark),
    /// Sets parts of the packet from its connection's mark (`ctinfo`).
    Ctinfo(Ctinfo),
    /// Opens and closes in a cycle (`gate`).
    Gate(Gate),
    /// Adds or removes an IFE header (`ife`).
    Ife(Ife),
    /// Writes a line into the kernel's log (`simple`).
    Simple(String),
    /// Runs a program (`bpf`).
    Bpf(Bpf),
    /// One that is there already, of this kind and with the number in [`Action::index`]; what it does is not said
    /// again. The kernel tells what it is.
    ByIndex(String),
    /// An action that this version of the SDK does not know, as it came.
    Unknown {
        /// The kernel's name of it (`TCA_ACT_KIND`).
        kind: String,
        /// The attributes inside `TCA_ACT_OPTIONS`.
        options: Vec<UnknownAttr>,
    },
}

impl ActionKind {
    /// The kernel's name of the kind (`TCA_ACT_KIND`).
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Gact | Self::GactRandom(_) => "gact",
            Self::Redirect(_) | Self::Mirror(_) | Self::MirredBlock(_) => "mirred",
            Self::VlanPush(_) | Self::VlanPop | Self::VlanModify(_) => "vlan",
            Self::VlanPushEth(_) | Self::VlanPopEth => "vlan",
            Self::TunnelSet(_) | Self::TunnelUnset => "tunnel_key",
            Self::Pedit(_) => "pedit",
            Self::Csum(_) => "csum",
            Self::Ct(_) => "ct",
            Self::Mpls(_) => "mpls",
            Self::Police(_) => "police",
            Self::Sample(_) => "sample",
            Self::Skbedit(_) => "skbedit",
            Self::Skbmod(_) => "skbmod",
            Self::Nat(_) => "nat",
            Self::Connmark(_) => "connmark",
            Self::Ctinfo(_) => "ctinfo",
            Self::Gate(_) => "gate",
            Self::Ife(_) => "ife",
            Self::Simple(_) => "simple",
            Self::Bpf(_) => "bpf",
            Self::ByIndex(kind) | Self::Unknown { kind, .. } => kind,
        }
    }

    /// What follows the action unless something else is asked for, as tc has it.
    #[must_use]
    pub fn default_control(&self) -> Control {
        match self {
            Self::Gact | Self::GactRandom(_) => Control::Pass,
            Self::Nat(_) | Self::Csum(_) | Self::Pedit(_) => Control::Pass,
            Self::Redirect(_) => Control::Stolen,
            Self::MirredBlock(block) if block.redirect => Control::Stolen,
            Self::Police(_) => Control::Reclassify,
            Self::ByIndex(kind) => match kind.as_str() {
                "csum" | "gact" | "mirred" | "mpls" | "nat" | "pedit" => Control::Pass,
                "police" => Control::Reclassify,
                _ => Control::Pipe,
            },
            _ => Control::Pipe,
        }
    }
}

/// One action of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Action {
    /// What it does.
    pub kind: ActionKind,
    /// What happens then.
    pub control: Control,
    /// How its packets may be counted in hardware; `None` leaves it to the driver (`any`).
    pub hw_stats: Option<HwStats>,
    /// The number of an action that is shared, or that is to have this number (`tc_gen.index`, `TCA_ACT_INDEX`);
    /// `None` for one of the rule's own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub index: Option<u32>,
    /// Bytes that travel with it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cookie: Option<Cookie>,
    /// Its properties.
    #[serde(skip_serializing_if = "ActionFlags::is_empty", default)]
    pub flags: ActionFlags,
}

impl Action {
    /// An action with the control that follows it unless something else is asked for.
    #[must_use]
    pub fn new(kind: ActionKind) -> Self {
        let control = kind.default_control();
        Self { kind, control, hw_stats: None, index: None, cookie: None, flags: ActionFlags::empty() }
    }

    /// A generic action (`gact`) that does only what `control` says.
    #[must_use]
    pub fn gact(control: Control) -> Self {
        Self::new(ActionKind::Gact).then(control)
    }

    /// Drops the packet.
    #[must_use]
    pub fn drop() -> Self {
        Self::gact(Control::Drop)
    }

    /// Lets the packet go on to the stack.
    #[must_use]
    pub fn pass() -> Self {
        Self::gact(Control::Pass)
    }

    /// Hands the packet to the CPU.
    #[must_use]
    pub fn trap() -> Self {
        Self::gact(Control::Trap)
    }

    /// Goes on in another chain.
    #[must_use]
    pub fn goto_chain(chain: u32) -> Self {
        Self::gact(Control::Goto(chain))
    }

    /// Sends the packet out of a link.
    pub fn redirect(dev: impl Into<Netdev>) -> Self {
        Self::new(ActionKind::Redirect(MirredTarget { dev: dev.into(), ingress: false }))
    }

    /// Sends a copy out of a link and goes on.
    pub fn mirror(dev: impl Into<Netdev>) -> Self {
        Self::new(ActionKind::Mirror(MirredTarget { dev: dev.into(), ingress: false }))
    }

    /// Adds an 802.1Q tag and goes on.
    #[must_use]
    pub fn vlan_push(id: u16) -> Self {
        Self::new(ActionKind::VlanPush(VlanChange { id, protocol: None, priority: None }))
    }

    /// Takes the outer VLAN tag off and goes on.
    #[must_use]
    pub fn vlan_pop() -> Self {
        Self::new(ActionKind::VlanPop)
    }

    /// The same action with another control.
    #[must_use]
    pub fn then(mut self, control: Control) -> Self {
        self.control = control;
        self
    }

    /// The link that the action sends to, if it sends to one.
    #[must_use]
    pub fn target(&self) -> Option<&MirredTarget> {
        match &self.kind {
            ActionKind::Redirect(target) | ActionKind::Mirror(target) => Some(target),
            _ => None,
        }
    }

    /// As [`Action::target`], to change it.
    pub fn target_mut(&mut self) -> Option<&mut MirredTarget> {
        match &mut self.kind {
            ActionKind::Redirect(target) | ActionKind::Mirror(target) => Some(target),
            _ => None,
        }
    }
}
