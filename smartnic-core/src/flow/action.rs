use std::fmt;

use bitflags::bitflags;
use serde::{Deserialize, Serialize};

use super::Netdev;
use crate::types::{EtherType, UnknownAttr};

/// What happens to a packet after an action (`TC_ACT_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Control {
    /// It goes on to the stack (`TC_ACT_OK`).
    Pass,
    /// Classification starts again (`TC_ACT_RECLASSIFY`).
    Reclassify,
    /// It is dropped (`TC_ACT_SHOT`).
    Drop,
    /// The next action follows (`TC_ACT_PIPE`).
    Pipe,
    /// The action took it (`TC_ACT_STOLEN`): the end of a redirect.
    Stolen,
    /// The next rule follows (`TC_ACT_UNSPEC`).
    Continue,
    /// It goes to the CPU, past the rest of the hardware (`TC_ACT_TRAP`).
    Trap,
    /// It goes on in this chain (`TC_ACT_GOTO_CHAIN`).
    Goto(u32),
    /// A number that this version of the SDK has no name for.
    Unknown(i32),
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass => f.write_str("pass"),
            Self::Reclassify => f.write_str("reclassify"),
            Self::Drop => f.write_str("drop"),
            Self::Pipe => f.write_str("pipe"),
            Self::Stolen => f.write_str("stolen"),
            Self::Continue => f.write_str("continue"),
            Self::Trap => f.write_str("trap"),
            Self::Goto(chain) => write!(f, "goto chain {chain}"),
            Self::Unknown(number) => write!(f, "unknown-{number}"),
        }
    }
}

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

/// Where a redirected or mirrored packet goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MirredTarget {
    /// The link.
    pub dev: Netdev,
    /// True to let it in as if the link had received it; false to send it out.
    pub ingress: bool,
}

/// A VLAN tag to add, or what to change of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VlanChange {
    /// The VLAN, 0..=4095.
    pub id: u16,
    /// The tag's protocol: `802.1Q` or `802.1ad`. `None` leaves it to the kernel: 802.1Q.
    pub protocol: Option<EtherType>,
    /// The priority, 0..=7. `None`: 0 for a new tag, unchanged for an old one.
    pub priority: Option<u8>,
}

/// What an action does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// Nothing but what [`Action::control`] says (`gact`).
    Gact,
    /// Sends the packet to a link (`mirred … redirect`).
    Redirect(MirredTarget),
    /// Sends a copy to a link (`mirred … mirror`).
    Mirror(MirredTarget),
    /// Adds a VLAN tag (`vlan push`).
    VlanPush(VlanChange),
    /// Takes the outer VLAN tag off (`vlan pop`).
    VlanPop,
    /// Changes the outer VLAN tag (`vlan modify`).
    VlanModify(VlanChange),
    /// An action that this version of the SDK does not know, as it came.
    Unknown {
        /// The kernel's name of it (`TCA_ACT_KIND`).
        kind: String,
        /// The attributes inside `TCA_ACT_OPTIONS`.
        options: Vec<UnknownAttr>,
    },
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
}

impl Action {
    /// An action with the control that follows it unless something else is asked for.
    #[must_use]
    pub fn new(kind: ActionKind) -> Self {
        let control = match kind {
            ActionKind::Gact => Control::Pass,
            ActionKind::Redirect(_) => Control::Stolen,
            _ => Control::Pipe,
        };
        Self { kind, control, hw_stats: None }
    }

    /// A generic action (`gact`) that does only what `control` says.
    #[must_use]
    pub fn gact(control: Control) -> Self {
        Self { kind: ActionKind::Gact, control, hw_stats: None }
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
