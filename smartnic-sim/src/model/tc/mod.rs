//! Traffic control: qdiscs that carry filters, blocks, chains, priorities, filters.
//!
//! The semantics are those of `net/sched/cls_api.c`, `cls_flower.c` and `sch_ingress.c` in kernel 7.3.

mod action;
mod action_kinds;
mod beside;
mod block;
mod chain;
mod check;
mod hook;
mod meta;
mod normal;
mod offload;
mod query;
mod remove;
mod shared;
mod stack;
mod write;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
pub(crate) use smartnic_core::backend::{Hook, HookKind};
use smartnic_core::flow::{Attach, Match, Side};
use smartnic_core::types::IfIndex;

pub(crate) use block::{Binding, Block, Chain, Filter, FilterStats, HwPlace, Proto};
pub(crate) use chain::ChainEvent;
pub(crate) use hook::QdiscFlags;
pub(crate) use meta::allow;
pub(crate) use normal::normalise;
pub(crate) use query::FilterName;
pub(crate) use shared::{ActionView, ActionsEvent, SharedAction};
pub(crate) use write::FilterRequest;

/// Qdiscs and filter blocks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tc {
    /// Qdiscs by link.
    pub(crate) hooks: BTreeMap<u32, Hook>,
    pub(crate) blocks: Vec<Block>,
    /// Actions that rules share, by kind and number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) shared: BTreeMap<String, BTreeMap<u32, SharedAction>>,
    /// How many actions were made; each has a number of its own, which is not used again.
    actions_made: u32,
    /// How many rules with a match are in the hardware of one side of a link; built again when a state is loaded.
    #[serde(skip)]
    hw_keys: HashMap<(IfIndex, bool, Match), u32>,
}

/// What names a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BlockKey {
    /// One side of a link.
    Own { link: IfIndex, egress: bool },
    /// A block of its own number, which links share.
    Shared(u32),
}

impl BlockKey {
    /// The place of the block's rules.
    pub(crate) fn attach(self) -> Attach {
        match self {
            Self::Own { link, egress } => {
                let side = if egress { Side::Egress } else { Side::Ingress };
                Attach::Dev { dev: link.into(), side }
            }
            Self::Shared(number) => Attach::Block(number),
        }
    }
}

/// Where a request about filters looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Dev { link: IfIndex, egress: bool },
    Block(u32),
}
