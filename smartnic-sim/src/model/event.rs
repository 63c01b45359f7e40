use smartnic_core::device::{FlashNotice, LineCard, Trap, TrapGroup, TrapPolicer};
use smartnic_core::flow::Classifier;
use smartnic_core::types::{DevlinkHandle, IfIndex, PciAddress};

use super::bridging::{Address, Member, PortState};
use super::tc::{ActionsEvent, BlockKey, ChainEvent, Filter, Hook};
use super::{DevlinkPort, Instance, Netdev, RateEvent, RdmaEvent, ReporterName};
use crate::driver::RegionSpec;

/// A change that listeners are told of.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// A link came.
    LinkNew(IfIndex),
    /// A link changed.
    Link(IfIndex),
    /// A link went.
    LinkGone(Box<Netdev>),
    /// A virtual function's device came or went.
    Function { address: PciAddress, there: bool },
    /// A sub-function's auxiliary device came or went.
    Auxiliary { name: String, parent: PciAddress, there: bool },
    /// A port of a bridge, or the VLANs of one, changed.
    BridgePort(IfIndex),
    /// A link is no port of a bridge any more; with what it was.
    BridgePortGone(Box<Netdev>, IfIndex, Box<PortState>),
    /// An address came or changed.
    Address(Box<Address>),
    /// An address went.
    AddressGone(Box<Address>),
    /// A member of a multicast group came.
    Member(Box<Member>),
    /// A member of a multicast group went.
    MemberGone(Box<Member>),
    /// Features of a link changed.
    Features(IfIndex),
    /// A topic of ethtool changed on a link, by the command that asks for it (`ETHTOOL_MSG_*_GET`).
    Setting(IfIndex, u8),
    /// The way in which a link, or a context of it, spreads packets came, changed or went.
    Spread { link: IfIndex, context: u32, change: Spread },
    /// A devlink instance came.
    Devlink(Instance),
    /// A devlink instance went.
    DevlinkGone(DevlinkHandle),
    /// A devlink port came or changed.
    Port(Box<DevlinkPort>),
    /// A devlink port went.
    PortGone(Box<DevlinkPort>),
    /// A devlink parameter was set.
    Param(Instance, &'static str),
    /// A health reporter has an error, or recovered from one.
    Reporter(Instance, ReporterName),
    /// A packet trap came or went.
    Trap { trap: Box<Trap>, there: bool },
    /// A group of packet traps came or went.
    TrapGroup { group: Box<TrapGroup>, there: bool },
    /// A policer of packet traps came or went.
    TrapPolicer { policer: Box<TrapPolicer>, there: bool },
    /// The regions of an instance came or went with it.
    Regions { instance: Instance, there: bool },
    /// A snapshot of a region came or went.
    Snapshot { instance: Instance, region: &'static RegionSpec, number: u32, there: bool },
    /// A rate object came or changed.
    Rate(Box<RateEvent>),
    /// A rate object went.
    RateGone(Box<RateEvent>),
    /// A line card changed.
    LineCard(Box<LineCard>),
    /// A flash update went on.
    Flash(Box<FlashNotice>),
    /// An RDMA device came, went, or changed.
    Rdma(Box<RdmaEvent>),
    /// A qdisc came.
    Hook(Hook),
    /// A qdisc went.
    HookGone(Hook),
    /// A chain came.
    Chain(Box<ChainEvent>),
    /// A chain went.
    ChainGone(Box<ChainEvent>),
    /// Shared actions came, were replaced, or went.
    Actions(Box<ActionsEvent>),
    /// A filter came or was replaced.
    Filter(Box<FilterEvent>),
    /// A filter went.
    FilterGone(Box<FilterEvent>),
    /// All filters of a priority went (`tcm_handle` 0).
    PrioGone(Box<FilterEvent>),
}

/// What became of a way to spread packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spread {
    Came,
    Changed,
    Went,
}

/// A filter and where it stands or stood.
#[derive(Debug, Clone)]
pub(crate) struct FilterEvent {
    pub(crate) block: BlockKey,
    pub(crate) chain: u32,
    pub(crate) prio: u16,
    pub(crate) protocol: u16,
    pub(crate) kind: Classifier,
    pub(crate) handle: u32,
    /// None if it is about a whole priority.
    pub(crate) filter: Option<Filter>,
}

/// Changes that were not told yet; nothing is kept while nobody listens.
#[derive(Debug, Clone, Default)]
pub(crate) struct Events {
    pub(crate) listening: bool,
    /// The network namespace that is looked at, where changes happen; none for the first.
    pub(crate) netns: Option<String>,
    /// Each with the namespace that it happened in.
    pub(crate) waiting: Vec<(Option<String>, Event)>,
}

impl Events {
    /// Keeps a change if anybody listens.
    pub(crate) fn push(&mut self, event: impl FnOnce() -> Event) {
        if self.listening {
            self.waiting.push((self.netns.clone(), event()));
        }
    }
}

/// Waiting events are no part of a machine's state.
impl PartialEq for Events {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}
