//! Connections by IP address: ids, what they have come to, and what they are told.
//!
//! A message between two ids arrives at once, or never if the ports in between are down; who waits for an answer that
//! cannot come is told at once, too, where a kernel would try for a minute.

mod end;
mod group;
mod meet;
mod option;
mod way;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use smartnic_core::rdma::{Gid, QpType};
use smartnic_core::verbs::{CmEvent, CmEventKind, CmParameters};

use super::{Signal, unique};
use crate::errno::Errno;

/// The reason of an event that nobody answered (`-ETIMEDOUT`).
const TIMED_OUT: i32 = -110;

/// All ids of a machine, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    pub(crate) ids: BTreeMap<u64, Id>,
    /// How many were made, from which the numbers of first packets and of free ports come.
    made: u32,
}

/// What an id has come to (`enum rdma_cm_state`, and `enum ib_cm_state` while it connects).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Idle,
    Bound,
    Listening,
    AddressResolved,
    RouteResolved,
    /// It asked, and has no answer yet.
    Asks,
    /// The other end asks it.
    Asked,
    /// It accepted.
    Answers,
    /// The other end accepted.
    Answered,
    Established,
    /// It ends the connection, and the other end has not said that it heard.
    Leaves,
    /// The other end ended the connection.
    Left,
    /// Nothing comes of it any more.
    Over,
}

/// Where an id stands: a device and one of its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The number of the device.
    pub(crate) device: u32,
    /// The place of the address in the GID table.
    pub(crate) index: u8,
    pub(crate) gid: Gid,
}

#[derive(Debug)]
pub(crate) struct Id {
    pub(crate) channel: Arc<Signal<CmEvent>>,
    pub(crate) kind: QpType,
    pub(crate) state: State,
    pub(crate) local: Option<SocketAddr>,
    pub(crate) remote: Option<SocketAddr>,
    /// Whether it holds its port, which ids that somebody asked for do not.
    has_port: bool,
    pub(crate) here: Option<Place>,
    there: Option<Place>,
    /// The id at the other end.
    peer: Option<u64>,
    /// Who listened, of an id that somebody asked for.
    listener: Option<u64>,
    backlog: u32,
    /// The number of the first packet that it takes.
    psn: u32,
    ours: Option<CmParameters>,
    /// The other end's terms, as they are from here: its reads are those that are answered here.
    theirs: Option<CmParameters>,
    /// The groups that it is in.
    groups: Vec<IpAddr>,
    options: option::Options,
    pub(crate) pid: u32,
}

impl Id {
    /// Its queue pair, once it was named.
    pub(crate) fn qp(&self) -> Option<u32> {
        self.ours.map(|terms| terms.qp)
    }
}

impl Connections {
    /// Makes an id.
    pub(crate) fn create(&mut self, channel: &Arc<Signal<CmEvent>>, kind: QpType) -> u64 {
        let number = unique();
        self.made += 1;
        let id = Id {
            channel: Arc::clone(channel),
            kind,
            state: State::Idle,
            local: None,
            remote: None,
            has_port: false,
            here: None,
            there: None,
            peer: None,
            listener: None,
            backlog: 0,
            psn: self.made.wrapping_mul(0x9e_3779) & 0xff_ffff,
            ours: None,
            theirs: None,
            groups: Vec::new(),
            options: option::Options::default(),
            pid: std::process::id(),
        };
        self.ids.insert(number, id);
        number
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// An id that the caller has.
    pub(crate) fn id(&self, number: u64) -> Result<&Id, Errno> {
        self.ids.get(&number).ok_or(Errno::ENODEV)
    }

    fn id_mut(&mut self, number: u64) -> Result<&mut Id, Errno> {
        self.ids.get_mut(&number).ok_or(Errno::ENODEV)
    }

    /// The other end of a connection.
    fn peer_of(&self, number: u64) -> Option<u64> {
        let peer = self.ids.get(&number)?.peer?;
        self.ids.get(&peer).filter(|other| other.peer == Some(number)).map(|_| peer)
    }

    /// Tells of an id that has a program.
    fn tell(&self, number: u64, event: CmEvent) {
        if let Some(id) = self.ids.get(&number) {
            id.channel.push(event);
        }
    }
}

/// An event without anything beside its reason.
fn plain(id: u64, kind: CmEventKind, status: i32) -> CmEvent {
    let (listener, parameters, datagrams) = (None, None, None);
    CmEvent { kind, id, listener, status, parameters, datagrams, private_data: Vec::new() }
}

/// Bytes as they come: filled up with zeroes.
fn filled(private_data: &[u8], most: usize) -> Vec<u8> {
    let mut bytes = private_data.to_vec();
    bytes.resize(most, 0);
    bytes
}

/// One end's terms as the other has them: what it reads is what is answered there.
fn seen_from_there(terms: &CmParameters) -> CmParameters {
    CmParameters {
        responder_resources: terms.initiator_depth,
        initiator_depth: terms.responder_resources,
        ..*terms
    }
}
