//! The way of a datagram: its messages, one after the other, each to its family.

use std::sync::Arc;

use smartnic_netlink::codec::{Flags, Message, messages};
use smartnic_netlink::transport::Protocol;
use smartnic_netlink::uapi::ethtool_netlink::{
    ETHTOOL_MSG_FEATURES_SET, ETHTOOL_MSG_MODULE_EEPROM_GET, ETHTOOL_MSG_STATS_GET, ETHTOOL_MSG_STRSET_GET,
    ETHTOOL_MSG_TUNNEL_INFO_GET,
};
use smartnic_netlink::uapi::genetlink::*;
use smartnic_netlink::uapi::netlink::*;
use smartnic_netlink::uapi::rtnetlink::*;

use super::answer::{Answer, ExtAck};
use super::table::Request;
use super::{
    Mailbox, Origin, Rights, SimKernel, action_table, bridge, chain, control, dcb, devlink, eeprom, fdb,
    features, filter, link, mdb, netns_number, phy, qdisc, queues, rdma, route, rss, statistics, tunnel,
    vdpa,
};
use crate::errno::Errno;
use crate::model::Machine;

/// Works through one datagram (`netlink_rcv_skb`); the answers wait in the sender's mailbox.
pub(super) fn datagram(kernel: &SimKernel, mailbox: &Arc<Mailbox>, datagram: &[u8]) {
    let mut rest = datagram;
    for message in messages(datagram) {
        // A message whose length cannot be ends the datagram.
        let Ok(message) = message else { return };
        let length = (message.header.len as usize).min(rest.len());
        let bytes = &rest[..length];
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        one(kernel, mailbox, bytes, &message);
    }
}

fn one(kernel: &SimKernel, mailbox: &Arc<Mailbox>, bytes: &[u8], message: &Message<'_>) {
    let header = message.header;
    let mut answer = Answer::to(&header, mailbox.port);
    let mut ext = ExtAck::default();
    let mut result = Ok(());
    let asks = header.flags.contains(Flags::REQUEST) && header.kind >= NLMSG_MIN_TYPE;
    if asks {
        let request = Request { bytes, header, payload: message.payload, admin: kernel.rights.admin };
        let dumps = is_dump(mailbox.protocol, &request);
        let mut locked = kernel.machine.lock();
        if locked.slow > 0 {
            locked.contact();
        }
        let listening = locked.events.listening;
        let echo = header.flags.contains(Flags::ECHO) && !dumps;
        locked.events.listening |= echo;
        let fate = match changes(mailbox.protocol, &request) {
            true => kernel.faults.count(&mut locked),
            false => Ok(()),
        };
        result = match dumps && mailbox.is_dumping() {
            true => Err(Errno::EBUSY),
            false => fate.and_then(|()| {
                dispatch(&mut locked, mailbox.protocol, kernel.rights, &request, &mut answer, &mut ext)
            }),
        };
        if answer.failed() {
            result = Err(Errno::EMSGSIZE);
        }
        let filter = (header.kind == control::DEVLINK_ID && mailbox.protocol == Protocol::Generic)
            .then(|| devlink::DevlinkFilter::of(&request))
            .flatten();
        if let (Ok(()), Some(filter)) = (&result, filter) {
            mailbox.set_devlink_filter(filter);
        }
        let events = std::mem::take(&mut locked.events.waiting);
        locked.events.listening = listening;
        let origin = Origin {
            port: mailbox.port,
            seq: header.seq,
            flags: header.flags,
            echo,
            remark: ext.note.text.clone(),
        };
        answer.datagrams.extend(locked.tell(events, &origin));
        if dumps && result.is_ok() {
            // A dump is not acknowledged beyond its end.
            mailbox.answer(answer.datagrams, answer.dump);
            return;
        }
    }
    if header.flags.contains(Flags::ACK) || result.is_err() {
        answer.acknowledge(&header, result, &ext);
    }
    mailbox.answer(answer.datagrams, answer.dump);
}

/// Whether a request asks for a dump; in routing, only those that read do.
fn is_dump(protocol: Protocol, request: &Request<'_>) -> bool {
    let reads = protocol != Protocol::Route || request.header.kind % 4 == 2;
    let wanted = match protocol {
        Protocol::Route => request.header.flags.intersects(Flags::DUMP),
        _ => request.header.flags.contains(Flags::DUMP),
    };
    reads && wanted
}

/// Whether a request changes something, and counts where faults are planned.
fn changes(protocol: Protocol, request: &Request<'_>) -> bool {
    let command = request.payload.first().copied();
    match (protocol, request.header.kind) {
        (Protocol::Route, kind) => kind % 4 != 2,
        (Protocol::Rdma, kind) => rdma::changes(kind),
        (_, control::DEVLINK_ID) => command.is_some_and(devlink::changes),
        (_, control::VDPA_ID) => command.is_some_and(vdpa::changes),
        (_, control::ETHTOOL_ID) => command.is_some_and(|command| {
            command == ETHTOOL_MSG_FEATURES_SET || queues::changes(command) || rss::changes(command)
        }),
        _ => false,
    }
}

fn dispatch(
    machine: &mut Machine,
    protocol: Protocol,
    rights: Rights,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    match protocol {
        Protocol::Route => route(machine, request, answer, ext),
        Protocol::Rdma => rdma::serve(machine, request, answer, ext),
        Protocol::Generic => match request.header.kind {
            GENL_ID_CTRL => control::serve(rights, request, answer, ext),
            control::DEVLINK_ID if rights.devlink => devlink::serve(machine, request, answer, ext),
            control::VDPA_ID => vdpa::serve(machine, request, answer, ext),
            control::ETHTOOL_ID if request.payload.first().copied().is_some_and(queues::knows) => {
                queues::serve(machine, request, answer, ext)
            }
            control::ETHTOOL_ID if request.payload.first() == Some(&ETHTOOL_MSG_MODULE_EEPROM_GET) => {
                eeprom::serve(machine, request, answer, ext)
            }
            control::ETHTOOL_ID if request.payload.first() == Some(&ETHTOOL_MSG_STATS_GET) => {
                statistics::serve(machine, request, answer, ext)
            }
            control::ETHTOOL_ID if request.payload.first() == Some(&ETHTOOL_MSG_STRSET_GET) => {
                statistics::names(machine, request, answer, ext)
            }
            control::ETHTOOL_ID if request.payload.first().copied().is_some_and(rss::knows) => {
                rss::serve(machine, request, answer, ext)
            }
            control::ETHTOOL_ID if request.payload.first() == Some(&ETHTOOL_MSG_TUNNEL_INFO_GET) => {
                tunnel::serve(machine, request, answer, ext)
            }
            control::ETHTOOL_ID if request.payload.first().copied().is_some_and(phy::knows) => {
                phy::serve(machine, request, answer, ext)
            }
            control::ETHTOOL_ID => features::serve(machine, request, answer, ext),
            _ => Err(Errno::ENOENT),
        },
        _ => Err(Errno::EOPNOTSUPP),
    }
}

/// `rtnetlink_rcv_msg`.
fn route(
    machine: &mut Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let kind = request.header.kind;
    if kind > RTM_MAX {
        return Err(Errno::EOPNOTSUPP);
    }
    if request.payload.is_empty() {
        return Ok(());
    }
    if kind % 4 != 2 && !request.admin {
        return Err(Errno::EPERM);
    }
    let dumps = is_dump(Protocol::Route, request);
    let bridges = request.payload.first() == Some(&bridge::AF_BRIDGE);
    match kind {
        RTM_GETLINK if dumps && bridges => bridge::dump(machine, request, answer, ext),
        RTM_SETLINK | RTM_DELLINK if bridges => bridge::set(machine, request, kind == RTM_SETLINK, ext),
        RTM_DELLINK => link::delete(machine, request, ext),
        RTM_GETNEIGH if dumps && bridges => fdb::dump(machine, request, answer, ext),
        RTM_NEWNEIGH | RTM_DELNEIGH => fdb::change(machine, request, kind == RTM_NEWNEIGH, ext),
        RTM_GETMDB if dumps && bridges => {
            mdb::dump(machine, answer);
            Ok(())
        }
        RTM_NEWMDB | RTM_DELMDB if bridges => mdb::change(machine, request, kind == RTM_NEWMDB, ext),
        RTM_GETDCB | RTM_SETDCB => dcb::serve(machine, request, answer, ext),
        RTM_GETLINK if dumps => link::dump(machine, request, answer, ext),
        RTM_GETLINK => link::get(machine, request, answer, ext),
        RTM_NEWLINK | RTM_SETLINK => link::set(machine, request, ext),
        RTM_GETNSID if !dumps => netns_number::get(machine, request, answer),
        RTM_GETROUTE if !dumps => route::get(machine, request, answer),
        RTM_GETQDISC if dumps => qdisc::dump(machine, request, answer, ext),
        RTM_GETQDISC => qdisc::get(machine, request, answer, ext),
        RTM_NEWQDISC => qdisc::new(machine, request, ext),
        RTM_DELQDISC => qdisc::delete(machine, request, ext),
        RTM_GETTFILTER if dumps => filter::dump(machine, request, answer, ext),
        RTM_GETTFILTER => filter::get(machine, request, answer, ext),
        RTM_NEWTFILTER => filter::new(machine, request, ext),
        RTM_DELTFILTER => filter::delete(machine, request, ext),
        RTM_GETCHAIN if dumps => chain::dump(machine, request, answer, ext),
        RTM_GETCHAIN => chain::get(machine, request, answer, ext),
        RTM_NEWCHAIN => chain::new(machine, request, ext),
        RTM_DELCHAIN => chain::delete(machine, request, ext),
        RTM_GETACTION if dumps => action_table::dump(machine, request, answer, ext),
        RTM_GETACTION => action_table::get(machine, request, answer, ext),
        RTM_NEWACTION => action_table::new(machine, request, ext),
        RTM_DELACTION => action_table::delete(machine, request, ext),
        _ => Err(Errno::EOPNOTSUPP),
    }
}
