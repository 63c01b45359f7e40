use std::any::Any;
use std::fmt::Debug;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Duration;

use crate::rdma::{QpState, QpType};
use crate::verbs::{CmEvent, CmOption, CmParameters, Ece, PathRecord, QpChange};
use crate::{Error, Result};

/// Connections by IP address (`rdma_cm`): ids are made here, and what happens to them is told here.
pub trait VerbsCm: Any + Debug + Send + Sync {
    /// Makes an id for one connection, or to listen: [`QpType::Rc`] for reliable connections (`RDMA_PS_TCP`),
    /// [`QpType::Ud`] for datagrams (`RDMA_PS_UDP`).
    ///
    /// # Errors
    /// `Unsupported` for other types; `NoSpace` or `Io` if there can be no more.
    fn create_id(&self, kind: QpType) -> Result<Arc<dyn VerbsCmId>>;

    /// Waits for the next thing that happens, at most so long; `None` if nothing did. It is copied, and done with: an id
    /// can be dropped at any time.
    ///
    /// # Errors
    /// `Io` if nothing can be heard any more.
    fn next_event(&self, most: Option<Duration>) -> Result<Option<CmArrival>>;

    /// A descriptor that becomes readable when an event waits; a simulated host may have none.
    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

/// An event as it comes.
#[derive(Debug, Clone)]
pub struct CmArrival {
    /// What happened.
    pub event: CmEvent,
    /// The id of the connection that is asked for ([`crate::verbs::CmEventKind::ConnectRequest`]). Dropped before it is
    /// accepted, it refuses.
    pub request: Option<Arc<dyn VerbsCmId>>,
}

/// One end of a connection by IP address, or somebody who listens. Most steps are only begun by their call; an event tells
/// how they ended. Dropping it ends the connection, which the other end is told.
///
/// The queue pair is made and changed by its owner: [`VerbsCmId::qp_change`] says how.
pub trait VerbsCmId: Any + Debug + Send + Sync {
    /// A number that no other id of this process has; events name it by this.
    fn number(&self) -> u64;

    /// Of what type its queue pair is.
    fn kind(&self) -> QpType;

    /// Binds it to an address of this host, or to all; port 0 takes a free one.
    ///
    /// # Errors
    /// `NotFound` or `Io` if the address is not here or its port is taken; `Refused` if it has one already.
    fn bind(&self, address: SocketAddr) -> Result<()>;

    /// Listens, and lets so many requests wait that were not answered.
    ///
    /// # Errors
    /// `Refused` if it is connected or about to be.
    fn listen(&self, backlog: u32) -> Result<()>;

    /// Its own address, once it has one.
    fn local_address(&self) -> Option<SocketAddr>;

    /// The other end's address, once it is known.
    fn peer_address(&self) -> Option<SocketAddr>;

    /// Looks for the device that leads to an address, from an address of this host if one is given.
    /// [`crate::verbs::CmEventKind::AddressResolved`] or [`crate::verbs::CmEventKind::AddressError`] comes of it.
    ///
    /// # Errors
    /// `Io` or `NotFound` if it is clear at once that nothing leads there.
    fn resolve_address(&self, from: Option<SocketAddr>, to: SocketAddr, most: Duration) -> Result<()>;

    /// Looks for the route. [`crate::verbs::CmEventKind::RouteResolved`] or [`crate::verbs::CmEventKind::RouteError`] comes
    /// of it.
    ///
    /// # Errors
    /// `Refused` if the address is not resolved.
    fn resolve_route(&self, most: Duration) -> Result<()>;

    /// The device that leads to the other end, by name, and its port; none before the address is resolved, and none of an id
    /// that listens at all addresses.
    fn device(&self) -> Option<(String, u8)>;

    /// The ways to the other end, the first of which is used: known when the route is resolved, and of an id that somebody asked
    /// for. None on iWARP, where the kernel's own routes lead.
    ///
    /// # Errors
    /// `Unsupported` where they are not told.
    fn paths(&self) -> Result<Vec<PathRecord>> {
        Err(Error::unsupported("tell the way to an RDMA peer"))
    }

    /// What changes its queue pair to a state (`rdma_init_qp_attr`): to `Init` when the device is known, to `Rtr` and `Rts`
    /// when the other end asked or answered. What peers may do over it is for its owner to say. A change to `Rts` that has no
    /// state in it is none: on iWARP the device itself does that when the connection comes about.
    ///
    /// # Errors
    /// `Refused` if it is too early.
    fn qp_change(&self, state: QpState) -> Result<QpChange>;

    /// Chooses something before the id is used.
    ///
    /// # Errors
    /// `Refused` if it is too late, or for an id that has no such choice.
    fn set_option(&self, option: CmOption) -> Result<()> {
        let _ = option;
        Err(Error::unsupported("set an option of an RDMA connection"))
    }

    /// Has the other end told what this one's queue pair can do beyond the specification ([`super::VerbsQp::ece`]), with what
    /// asks for the connection or accepts it.
    ///
    /// # Errors
    /// `Refused` if the library takes none.
    fn set_local_ece(&self, ece: &Ece) -> Result<()> {
        let _ = ece;
        Err(Error::unsupported("tell the enhancements of a connection"))
    }

    /// What the other end told of its queue pair, once it asked or answered: for [`super::VerbsQp::set_ece`]. Of an end that
    /// told nothing, all is zero.
    ///
    /// # Errors
    /// `Unsupported` where nothing of the kind is told.
    fn remote_ece(&self) -> Result<Ece> {
        Err(Error::unsupported("hear the enhancements of a connection"))
    }

    /// Asks the other end for a connection, with bytes for whoever is there.
    /// [`crate::verbs::CmEventKind::ConnectResponse`] comes of it (of datagrams and on iWARP
    /// [`crate::verbs::CmEventKind::Established`]), or [`crate::verbs::CmEventKind::Rejected`] or
    /// [`crate::verbs::CmEventKind::Unreachable`].
    ///
    /// # Errors
    /// `Refused` before the route is resolved or for terms that the device does not have, `InvalidInput` for too much
    /// private data.
    fn connect(&self, parameters: &CmParameters, private_data: &[u8]) -> Result<()>;

    /// Gives the other end the connection that it asked for, with bytes for it; the queue pair must be ready to send, as far
    /// as [`VerbsCmId::qp_change`] has it so.
    /// [`crate::verbs::CmEventKind::Established`] comes of it.
    ///
    /// # Errors
    /// `Refused` if nobody asked, `InvalidInput` for too much private data.
    fn accept(&self, parameters: &CmParameters, private_data: &[u8]) -> Result<()>;

    /// Refuses the connection that the other end asked for.
    ///
    /// # Errors
    /// `Refused` if nobody asked, `InvalidInput` for too much private data.
    fn reject(&self, private_data: &[u8]) -> Result<()>;

    /// Tells the other end, which answered, that the queue pair is ready: the connection is there.
    ///
    /// # Errors
    /// `Refused` if there was no answer.
    fn establish(&self) -> Result<()>;

    /// Ends the connection, or says that its end was heard. [`crate::verbs::CmEventKind::Disconnected`] comes of it, at both
    /// ends.
    ///
    /// # Errors
    /// `Refused` if there is none.
    fn disconnect(&self) -> Result<()>;

    /// Joins a multicast group, by an id of [`QpType::Ud`] whose device is known: it may be bound to an address of the device,
    /// or have resolved one. [`crate::verbs::CmEventKind::MulticastJoin`] comes of it, with where datagrams to the group go;
    /// queue pairs get them that are attached ([`super::VerbsQp::attach`]).
    ///
    /// # Errors
    /// `Refused` for other ids, `Unsupported` where there are no groups.
    fn join(&self, group: IpAddr) -> Result<()> {
        let _ = group;
        Err(Error::unsupported("join a multicast group"))
    }

    /// Leaves a multicast group. An id that is dropped leaves all.
    ///
    /// # Errors
    /// `Io` if it is in no such group, `Unsupported` where there are none.
    fn leave(&self, group: IpAddr) -> Result<()> {
        let _ = group;
        Err(Error::unsupported("leave a multicast group"))
    }
}
