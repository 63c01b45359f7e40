//! Notifications: what listeners hear of a change.

use std::borrow::Cow;
use std::sync::Weak;

use smartnic_core::types::EtherType;
use smartnic_netlink::codec::{Encoder, Flags};
use smartnic_netlink::transport::Protocol;
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::rdma_netlink::RDMA_NL_GROUP_NOTIFY;
use smartnic_netlink::uapi::rtnetlink::*;

use super::answer::message;
use super::control::{DEVLINK_GROUP, DEVLINK_ID, ETHTOOL_GROUP, ETHTOOL_ID};
use super::{
    Mailbox, action_table, bridge, chain, devlink, fdb, features, filter, link, mdb, qdisc, queues, rdma,
    rss, uevent,
};
use crate::model::event::FilterEvent;
use crate::model::tc::{ActionsEvent, FilterName};
use crate::model::{Event, Machine};

/// The request that caused a change, if it came through netlink.
#[derive(Debug, Default)]
pub(crate) struct Origin {
    pub(super) port: u32,
    pub(super) seq: u32,
    pub(super) flags: Flags,
    /// Whether the sender wants the notification too (`NLM_F_ECHO`).
    pub(super) echo: bool,
    /// What was said along with the success.
    pub(super) remark: Option<Cow<'static, str>>,
}

/// Tells listeners of one change; returns the messages that go back to the requester.
pub(crate) fn spread(
    machine: &Machine,
    mailboxes: &[Weak<Mailbox>],
    event: &Event,
    origin: &Origin,
) -> Vec<Vec<u8>> {
    let mut own = Vec::new();
    let subject = devlink::DevlinkSubject::of(machine, event);
    for (protocol, group, bytes) in messages(machine, event, origin) {
        // Only traffic control echoes.
        let echo = origin.echo && group == RTNLGRP_TC && protocol == Protocol::Route;
        for mailbox in mailboxes.iter().filter_map(Weak::upgrade) {
            let is_sender = echo && mailbox.port == origin.port;
            let wanted = group != DEVLINK_GROUP || subject.as_ref().is_none_or(|it| mailbox.wants(it));
            let near = mailbox.hears(machine.netns());
            if mailbox.protocol == protocol && near && mailbox.is_in(group) && !is_sender && wanted {
                mailbox.notify(bytes.clone());
            }
        }
        if echo {
            own.push(bytes);
        }
    }
    own
}

fn messages(machine: &Machine, event: &Event, origin: &Origin) -> Vec<(Protocol, u32, Vec<u8>)> {
    let mut all = Vec::new();
    if let Some(bytes) = uevent::write(machine, event) {
        all.push((Protocol::KobjectUevent, uevent::GROUP, bytes));
    }
    let remark = origin.remark.as_deref();
    let mut tell = |protocol, group, kind, origin: &Origin, body: &dyn Fn(&mut Encoder<'_>)| {
        let mut bytes = Vec::new();
        if message(&mut bytes, kind, origin.flags, origin.seq, origin.port, body) {
            all.push((protocol, group, bytes));
        }
    };
    // Only traffic control tells who asked.
    let nobody = Origin::default();
    match event {
        Event::Link(index) | Event::LinkNew(index) => {
            if let Some(netdev) = machine.netdevs.get(&index.0) {
                let body = |e: &mut Encoder<'_>| link::write(e, machine, netdev, 0);
                tell(Protocol::Route, RTNLGRP_LINK, RTM_NEWLINK, &nobody, &body);
            }
        }
        Event::LinkGone(netdev) => {
            let body = |e: &mut Encoder<'_>| link::write(e, machine, netdev, 0);
            tell(Protocol::Route, RTNLGRP_LINK, RTM_DELLINK, &nobody, &body);
        }
        Event::BridgePort(index) => {
            if let Some(netdev) = machine.netdevs.get(&index.0) {
                let body =
                    |e: &mut Encoder<'_>| bridge::write(e, machine, netdev, RTEXT_FILTER_BRVLAN_COMPRESSED);
                tell(Protocol::Route, RTNLGRP_LINK, RTM_NEWLINK, &nobody, &body);
            }
        }
        Event::BridgePortGone(netdev, bridge, port) => {
            let place = bridge::Place { master: *bridge, port: Some(port) };
            let body = |e: &mut Encoder<'_>| {
                bridge::write_at(e, machine, netdev, place, RTEXT_FILTER_BRVLAN_COMPRESSED);
            };
            tell(Protocol::Route, RTNLGRP_LINK, RTM_DELLINK, &nobody, &body);
        }
        Event::Address(address) => {
            let body = |e: &mut Encoder<'_>| fdb::write(e, machine, address);
            tell(Protocol::Route, RTNLGRP_NEIGH, RTM_NEWNEIGH, &nobody, &body);
        }
        Event::AddressGone(address) => {
            let body = |e: &mut Encoder<'_>| fdb::write(e, machine, address);
            tell(Protocol::Route, RTNLGRP_NEIGH, RTM_DELNEIGH, &nobody, &body);
        }
        Event::Member(member) => {
            let body = |e: &mut Encoder<'_>| mdb::write(e, member.bridge, &[member]);
            tell(Protocol::Route, RTNLGRP_MDB, RTM_NEWMDB, &nobody, &body);
        }
        Event::MemberGone(member) => {
            let body = |e: &mut Encoder<'_>| mdb::write(e, member.bridge, &[member]);
            tell(Protocol::Route, RTNLGRP_MDB, RTM_DELMDB, &nobody, &body);
        }
        Event::Features(index) => {
            if let Some(netdev) = machine.netdevs.get(&index.0) {
                let body = |e: &mut Encoder<'_>| features::notice(e, netdev);
                tell(Protocol::Generic, ETHTOOL_GROUP, ETHTOOL_ID, &nobody, &body);
            }
        }
        Event::Setting(index, get) => {
            let netdev = machine.netdevs.get(&index.0);
            if let Some(body) = netdev.and_then(|netdev| queues::notice(netdev, *get)) {
                tell(Protocol::Generic, ETHTOOL_GROUP, ETHTOOL_ID, &nobody, &body);
            }
        }
        Event::Spread { link, context, change } => {
            let netdev = machine.netdevs.get(&link.0);
            if let Some(body) = netdev.and_then(|netdev| rss::notice(netdev, *context, *change)) {
                tell(Protocol::Generic, ETHTOOL_GROUP, ETHTOOL_ID, &nobody, &body);
            }
        }
        Event::Devlink(instance) => {
            let body = |e: &mut Encoder<'_>| devlink::write_device(e, machine, *instance, DEVLINK_CMD_NEW);
            tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
        }
        Event::DevlinkGone(device) => {
            let body = |e: &mut Encoder<'_>| devlink::start(e, machine, device, DEVLINK_CMD_DEL);
            tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
        }
        Event::Port(port) => {
            let body = |e: &mut Encoder<'_>| devlink::write_port(e, machine, port, DEVLINK_CMD_PORT_NEW);
            tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
        }
        Event::PortGone(port) => {
            let body = |e: &mut Encoder<'_>| devlink::write_port(e, machine, port, DEVLINK_CMD_PORT_DEL);
            tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
        }
        Event::Param(instance, name) => {
            let params = machine.params(*instance);
            if let Some((spec, state)) = params.into_iter().find(|(spec, _)| spec.name == *name) {
                let body = |e: &mut Encoder<'_>| {
                    devlink::write_param(e, machine, *instance, spec, state, DEVLINK_CMD_PARAM_NEW);
                };
                tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
            }
        }
        Event::Reporter(instance, name) => {
            let body = |e: &mut Encoder<'_>| {
                devlink::write_reporter(e, machine, *instance, *name, DEVLINK_CMD_HEALTH_REPORTER_RECOVER);
            };
            tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
        }
        Event::Trap { trap, there } => {
            let command = if *there { DEVLINK_CMD_TRAP_NEW } else { DEVLINK_CMD_TRAP_DEL };
            let body = |e: &mut Encoder<'_>| devlink::write_trap(e, machine, trap, command);
            tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
        }
        Event::TrapGroup { group, there } => {
            let command = if *there { DEVLINK_CMD_TRAP_GROUP_NEW } else { DEVLINK_CMD_TRAP_GROUP_DEL };
            let body = |e: &mut Encoder<'_>| devlink::write_trap_group(e, machine, group, command);
            tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
        }
        Event::TrapPolicer { policer, there } => {
            let command = if *there { DEVLINK_CMD_TRAP_POLICER_NEW } else { DEVLINK_CMD_TRAP_POLICER_DEL };
            let body = |e: &mut Encoder<'_>| devlink::write_trap_policer(e, machine, policer, command);
            tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
        }
        Event::Regions { instance, there } => {
            let command = if *there { DEVLINK_CMD_REGION_NEW } else { DEVLINK_CMD_REGION_DEL };
            for spec in machine.regions(*instance) {
                let body = |e: &mut Encoder<'_>| devlink::write_region(e, machine, *instance, spec, command);
                tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
            }
        }
        Event::Snapshot { instance, region, number, there } => {
            let command = if *there { DEVLINK_CMD_REGION_NEW } else { DEVLINK_CMD_REGION_DEL };
            let body = |e: &mut Encoder<'_>| {
                devlink::write_snapshot(e, machine, *instance, region, *number, command);
            };
            tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
        }
        Event::Rate(told) => {
            let body = |e: &mut Encoder<'_>| {
                devlink::write_rate(e, machine, &told.device, &told.object, DEVLINK_CMD_RATE_NEW);
            };
            tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
        }
        Event::RateGone(told) => {
            let body = |e: &mut Encoder<'_>| {
                devlink::write_rate(e, machine, &told.device, &told.object, DEVLINK_CMD_RATE_DEL);
            };
            tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
        }
        Event::LineCard(card) => {
            let body = |e: &mut Encoder<'_>| devlink::write_card(e, machine, card, DEVLINK_CMD_LINECARD_NEW);
            tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
        }
        Event::Flash(notice) => {
            let body = |e: &mut Encoder<'_>| devlink::write_flash(e, machine, notice);
            tell(Protocol::Generic, DEVLINK_GROUP, DEVLINK_ID, &nobody, &body);
        }
        Event::Hook(hook) => {
            let without = Origin { flags: Flags::empty(), ..origin_of(origin) };
            let body = |e: &mut Encoder<'_>| qdisc::write(e, hook, remark);
            tell(Protocol::Route, RTNLGRP_TC, RTM_NEWQDISC, &without, &body);
        }
        Event::HookGone(hook) => {
            let without = Origin { flags: Flags::empty(), ..origin_of(origin) };
            let body = |e: &mut Encoder<'_>| qdisc::write(e, hook, remark);
            tell(Protocol::Route, RTNLGRP_TC, RTM_DELQDISC, &without, &body);
        }
        Event::Filter(told) => {
            let body = |e: &mut Encoder<'_>| write_filter(e, machine, told, remark);
            tell(Protocol::Route, RTNLGRP_TC, RTM_NEWTFILTER, origin, &body);
        }
        Event::FilterGone(told) | Event::PrioGone(told) => {
            let body = |e: &mut Encoder<'_>| write_filter(e, machine, told, remark);
            tell(Protocol::Route, RTNLGRP_TC, RTM_DELTFILTER, origin, &body);
        }
        Event::Chain(told) => {
            let made = Origin { flags: Flags::CREATE | Flags::EXCL, ..origin_of(origin) };
            let body = |e: &mut Encoder<'_>| {
                chain::write(e, told.block, told.index, told.template.as_ref(), remark);
            };
            tell(Protocol::Route, RTNLGRP_TC, RTM_NEWCHAIN, &made, &body);
        }
        Event::ChainGone(told) => {
            let without = origin_of(origin);
            let body = |e: &mut Encoder<'_>| {
                chain::write(e, told.block, told.index, told.template.as_ref(), remark);
            };
            tell(Protocol::Route, RTNLGRP_TC, RTM_DELCHAIN, &without, &body);
        }
        Event::Actions(told) => match &**told {
            ActionsEvent::New(all) => {
                let body = |e: &mut Encoder<'_>| action_table::write(e, machine, all, 0, remark);
                tell(Protocol::Route, RTNLGRP_TC, RTM_NEWACTION, origin, &body);
            }
            ActionsEvent::Gone(all) => {
                let body = |e: &mut Encoder<'_>| action_table::write(e, machine, all, 1, remark);
                tell(Protocol::Route, RTNLGRP_TC, RTM_DELACTION, &origin_of(origin), &body);
            }
            ActionsEvent::Flushed(kind, count) => {
                let flushed = Origin { flags: Flags::ROOT, ..origin_of(origin) };
                let body = |e: &mut Encoder<'_>| action_table::write_flush(e, kind, *count);
                tell(Protocol::Route, RTNLGRP_TC, RTM_DELACTION, &flushed, &body);
            }
        },
        Event::Rdma(event) => {
            let body = |e: &mut Encoder<'_>| rdma::write_event(e, event);
            tell(Protocol::Rdma, RDMA_NL_GROUP_NOTIFY, rdma::MONITOR, &nobody, &body);
        }
        Event::Function { .. } | Event::Auxiliary { .. } => {}
    }
    all
}

fn origin_of(origin: &Origin) -> Origin {
    Origin { port: origin.port, seq: origin.seq, ..Origin::default() }
}

fn write_filter(e: &mut Encoder<'_>, machine: &Machine, told: &FilterEvent, remark: Option<&str>) {
    let name = FilterName {
        chain: told.chain,
        prio: told.prio,
        protocol: EtherType(told.protocol),
        kind: Some(told.kind),
        handle: told.handle,
    };
    filter::write(e, machine, told.block, name, told.filter.as_ref(), remark);
}
