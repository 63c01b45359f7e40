use serde::{Deserialize, Serialize};

use super::{Action, ActionState, Attach, FlowEntry, QueueStats, Rule, Side};
use crate::Result;
use crate::types::{EtherType, IfIndex};

/// The class of a link's `clsact` or `ingress` qdisc that stands for its ingress side (`ffff:fff2`).
pub const INGRESS_PARENT: u32 = 0xffff_fff2;
/// The class of a link's `clsact` qdisc that stands for its egress side (`ffff:fff3`).
pub const EGRESS_PARENT: u32 = 0xffff_fff3;
/// The parent of a link's root qdisc (`TC_H_ROOT`).
pub const ROOT_PARENT: u32 = 0xffff_ffff;
/// The parent of `clsact` and `ingress` qdiscs (`TC_H_CLSACT`).
pub const CLSACT_PARENT: u32 = 0xffff_fff1;

/// Where filters and chains stand, in the kernel's own numbers: at any qdisc or class of a link, or on a block.
///
/// [`Attach`] names the places that NICs know; this one also names the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TcPlace {
    /// A link (`tcm_ifindex`), 0 for none, and the qdisc or class on it (`tcm_parent`), 0 for its root qdisc.
    Link {
        /// The link.
        link: IfIndex,
        /// The qdisc or class.
        parent: u32,
    },
    /// A block shared by several links (`TCM_IFINDEX_MAGIC_BLOCK`).
    Block(u32),
}

impl TcPlace {
    /// The place in the kernel's numbers.
    ///
    /// # Errors
    /// `InvalidInput` if the link is given by name.
    pub fn of(attach: &Attach) -> Result<Self> {
        Ok(match attach {
            Attach::Dev { dev, side: Side::Ingress } => {
                Self::Link { link: dev.index()?, parent: INGRESS_PARENT }
            }
            Attach::Dev { dev, side: Side::Egress } => {
                Self::Link { link: dev.index()?, parent: EGRESS_PARENT }
            }
            Attach::Block(block) => Self::Block(*block),
        })
    }
}

/// What names filters or a chain in a message, as far as it is given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TcName {
    /// Where they stand.
    pub place: TcPlace,
    /// Their priority; 0 if none is given.
    pub prio: u16,
    /// Their protocol; 0 if none is given.
    pub protocol: EtherType,
    /// Their chain (`TCA_CHAIN`).
    pub chain: Option<u32>,
    /// The number of one of them; 0 if none is given.
    pub handle: u32,
    /// Their kind (`TCA_KIND`), such as `flower`.
    pub kind: Option<String>,
}

impl TcName {
    /// Everything at a place.
    #[must_use]
    pub fn at(place: TcPlace) -> Self {
        Self { place, prio: 0, protocol: EtherType(0), chain: None, handle: 0, kind: None }
    }
}

/// What happened to the object of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Told {
    /// It is there: what was asked for, or changed in a way that the kernel does not tell.
    There,
    /// It is new.
    Added,
    /// It stands in the place of another, or was changed.
    Replaced,
    /// It is gone.
    Deleted,
}

/// A message of traffic control: an answer, or what somebody changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TcMessage {
    /// What happened.
    pub told: Told,
    /// To what.
    pub object: TcObject,
    /// What the kernel or driver says about it (`TCA_EXT_WARN_MSG`).
    pub remark: Option<String>,
}

/// The object of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TcObject {
    /// A filter, or the priority that filters stand under.
    Filter(FilterNote),
    /// A chain, with the template of its filters if it has one.
    Chain(FilterNote),
    /// Shared actions.
    Actions(ActionsNote),
    /// A qdisc.
    Qdisc(QdiscNote),
}

/// What a message says of a filter or a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterNote {
    /// Its name.
    pub name: TcName,
    /// What it is.
    pub content: FilterContent,
    /// How many packets met it, where its kind counts them itself (`TCA_MATCHALL_PCNT`).
    pub hits: Option<u64>,
}

/// What a filter is, or the template of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FilterContent {
    /// Nothing is said of it: a chain without a template, or a priority as a whole.
    None,
    /// A flower or matchall filter.
    ///
    /// Where the place has no name in [`Attach`], the rule's place is block 0, which is none.
    Flow(Box<FlowEntry>),
    /// A filter of another kind.
    Other {
        /// How many bytes the kernel says of it.
        bytes: usize,
    },
}

/// What a message says of shared actions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ActionsNote {
    /// How many actions the message has, where the kernel counts them (`TCA_ROOT_COUNT`).
    pub total: Option<u32>,
    /// The kind of actions of which all were deleted, and how many these were (`TCA_FCNT`).
    pub flushed: Option<(String, u32)>,
    /// The actions, with their place in the message.
    pub actions: Vec<(u16, Action, ActionState)>,
}

/// What a message says of a qdisc.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QdiscNote {
    /// The link.
    pub link: IfIndex,
    /// Its kind, such as `clsact`.
    pub kind: String,
    /// Its number (`tcm_handle`).
    pub handle: u32,
    /// What it stands under (`tcm_parent`).
    pub parent: u32,
    /// How often it is held (`tcm_info`).
    pub refs: u32,
    /// Whether hardware does it (`TCA_HW_OFFLOAD`).
    pub offloaded: bool,
    /// The block that the ingress side shares; 0 for none.
    pub ingress_block: u32,
    /// The block that the egress side shares; 0 for none.
    pub egress_block: u32,
    /// How many bytes the kernel says of its settings (`TCA_OPTIONS`), if it says anything.
    pub options: Option<usize>,
    /// What it counted: bytes, packets, and what waits or was dropped.
    pub stats: Option<(u64, u64, QueueStats)>,
}

/// What a filter request says beside its name: what the filter matches and does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct FilterBody {
    /// Class, keys, actions and where it must not be; place, chain, priority, protocol and handle of the rule do not
    /// count.
    pub rule: Rule,
    /// Whether drivers are asked for their reasons (`TCA_CLS_FLAGS_VERBOSE`).
    pub verbose: bool,
}

/// What is done with an object (`NLM_F_CREATE`, `NLM_F_EXCL`, `NLM_F_REPLACE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TcVerb {
    /// It must not be there yet.
    Add,
    /// It is put in the place of the one that is there, or added.
    Replace,
    /// It must be there.
    Change,
    /// It must be there, and is moved to another place: qdiscs only.
    Link,
    /// It is removed.
    Delete,
    /// It is read.
    Get,
}

/// A request about traffic control, as `tc` makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TcRequest {
    /// A filter, or several of them to remove (`RTM_*TFILTER`).
    Filter(TcVerb, TcName, Option<Box<FilterBody>>),
    /// A chain and its template (`RTM_*CHAIN`).
    Chain(TcVerb, TcName, Option<Box<FilterBody>>),
    /// Shared actions to add or to replace (`RTM_NEWACTION`).
    Actions(TcVerb, Vec<Action>),
    /// Shared actions to read or to remove, each by kind and number (`RTM_GETACTION`, `RTM_DELACTION`).
    ActionsByIndex(TcVerb, Vec<(String, u32)>),
    /// All shared actions of a kind to remove (`RTM_DELACTION`, `NLM_F_ROOT`).
    FlushActions(String),
    /// A qdisc (`RTM_*QDISC`).
    Qdisc(TcVerb, QdiscRequest),
}

/// What names a qdisc in a request, and the blocks that it is to share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct QdiscRequest {
    /// The link; 0 if none is given.
    pub link: IfIndex,
    /// The kind.
    pub kind: Option<String>,
    /// Its number; 0 if none is given.
    pub handle: u32,
    /// What it stands under; 0 if nothing is given.
    pub parent: u32,
    /// The block that the ingress side shares.
    pub ingress_block: Option<u32>,
    /// The block that the egress side shares.
    pub egress_block: Option<u32>,
}

/// A table of traffic control to read, as `tc` asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TcTable {
    /// Filters; with `terse`, only what names them and where they are (`TCA_DUMP_FLAGS_TERSE`).
    Filters {
        /// Which ones.
        name: TcName,
        /// Whether keys and settings of actions are left out.
        terse: bool,
    },
    /// Chains.
    Chains {
        /// Which ones.
        name: TcName,
    },
    /// Shared actions of one kind.
    Actions {
        /// The kind.
        kind: String,
        /// Whether only their kind, number and counters are told (`TCA_ACT_FLAG_TERSE_DUMP`).
        terse: bool,
        /// Only those that met a packet in the last so many milliseconds (`TCA_ROOT_TIME_DELTA`).
        since_ms: Option<u32>,
    },
    /// Qdiscs.
    Qdiscs {
        /// Of this link; 0 for all.
        link: IfIndex,
        /// Under this parent; 0 for any.
        parent: u32,
        /// With this number; 0 for any.
        handle: u32,
        /// Also those that are not shown otherwise (`TCA_DUMP_INVISIBLE`).
        invisible: bool,
    },
}

impl FilterNote {
    /// The entry, if it is a flower or matchall filter.
    #[must_use]
    pub fn entry(&self) -> Option<&FlowEntry> {
        match &self.content {
            FilterContent::Flow(entry) => Some(entry),
            _ => None,
        }
    }
}
