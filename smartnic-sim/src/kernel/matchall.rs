//! The filter that every packet meets, as attributes, both ways (`mall_change`, `mall_dump`).

use smartnic_netlink::codec::{Attr, Encoder};
use smartnic_netlink::uapi::pkt_cls::*;

use super::answer::ExtAck;
use super::table::{Policy, Request, Shape, Strictness, Table};
use super::{action_write, flower_write};
use crate::errno::Errno;
use crate::model::Machine;
use crate::model::tc::Filter;

const POLICY: &[Policy] = &[(TCA_MATCHALL_CLASSID, Shape::U32, None), (TCA_MATCHALL_FLAGS, Shape::U32, None)];

/// The attributes of its options.
pub(super) struct Matchall<'a> {
    table: Table<'a>,
}

impl<'a> Matchall<'a> {
    /// Reads the attributes in `TCA_OPTIONS`. The kernel says nothing about those that are wrong.
    pub(super) fn read(request: &Request<'_>, options: &Attr<'a>) -> Result<Self, Errno> {
        let mut unheard = ExtAck::default();
        let table = Table::read(request, options.nested(), POLICY, Strictness::Liberal, &mut unheard)?;
        Ok(Self { table })
    }

    pub(super) fn classid(&self) -> Option<u32> {
        self.table.u32(TCA_MATCHALL_CLASSID)
    }

    pub(super) fn flags(&self) -> u32 {
        self.table.u32(TCA_MATCHALL_FLAGS).unwrap_or(0)
    }

    /// The list of actions.
    pub(super) fn actions(&self) -> Option<&Attr<'a>> {
        self.table.get(TCA_MATCHALL_ACT)
    }
}

/// Writes what is in `TCA_OPTIONS`.
pub(super) fn write(e: &mut Encoder<'_>, machine: &Machine, filter: &Filter) {
    if let Some(class) = filter.rule.classid {
        e.u32(TCA_MATCHALL_CLASSID, class);
    }
    let flags = flower_write::flags(filter);
    if flags != 0 {
        e.u32(TCA_MATCHALL_FLAGS, flags);
    }
    // Only packets that software saw are counted here.
    e.u64(TCA_MATCHALL_PCNT, filter.stats.sw_packets);
    if !filter.rule.actions.is_empty() {
        e.nest(TCA_MATCHALL_ACT, |e| action_write::write(e, machine, filter));
    }
}
