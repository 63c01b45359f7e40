//! Two ends meet: one listens, the other asks, and both say yes.

use std::net::SocketAddr;
use std::sync::Arc;

use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{
    AddressVector, CM_REJECTED_BY_PROGRAM, CM_REJECTED_NO_LISTENER, CmDatagrams, CmEvent, CmEventKind,
    CmParameters, CmStep, Ece,
};

use super::way::{QKEY, is_any};
use super::{Id, State, TIMED_OUT, filled, plain, seen_from_there};
use crate::errno::Errno;
use crate::model::Machine;

/// How many requests wait if nobody says (`default_backlog` of the kernel's module).
const BACKLOG: u32 = 1024;

impl Machine {
    pub(crate) fn cm_listen(&mut self, number: u64, backlog: u32) -> Result<(), Errno> {
        if self.verbs.cm.id(number)?.state == State::Idle {
            self.cm_bind(number, SocketAddr::from(([0, 0, 0, 0], 0)))?;
        }
        let id = self.verbs.cm.id_mut(number)?;
        if id.state != State::Bound {
            return Err(Errno::EINVAL);
        }
        id.state = State::Listening;
        id.backlog = if backlog == 0 { BACKLOG } else { backlog.min(BACKLOG) };
        Ok(())
    }

    /// Who listens at the address that an id wants to connect to.
    fn cm_listener(&self, asks: &Id) -> Option<u64> {
        let to = asks.remote?;
        let fits = |id: &Id| {
            let at = id.local.filter(|_| id.state == State::Listening && id.kind == asks.kind);
            at.is_some_and(|at| {
                let is_own = at.is_ipv4() == to.is_ipv4() || !at.is_ipv4() && !id.options.own_family;
                let same = at.ip() == to.ip() || is_any(at.ip()) && is_own || is_any(to.ip());
                at.port() == to.port() && same && id.here.is_none_or(|here| Some(here) == asks.there)
            })
        };
        self.verbs.cm.ids.iter().find(|(_, id)| fits(id)).map(|(number, _)| *number)
    }

    pub(crate) fn cm_connect(
        &mut self,
        number: u64,
        terms: &CmParameters,
        private_data: &[u8],
    ) -> Result<(), Errno> {
        let id = self.verbs.cm.id_mut(number)?;
        if id.state != State::RouteResolved {
            return Err(Errno::EINVAL);
        }
        (id.state, id.ours) = (State::Asks, Some(*terms));
        let (kind, here, there, local, remote) = (id.kind, id.here, id.there, id.local, id.remote);
        if !self.cm_reaches(here, there) {
            self.verbs.cm.tell(number, plain(number, CmEventKind::Unreachable, TIMED_OUT));
            return Ok(());
        }
        let listener = self.cm_listener(self.verbs.cm.id(number)?);
        let Some(listener) = listener else {
            self.cm_refuse(number, CM_REJECTED_NO_LISTENER, &[]);
            return Ok(());
        };
        let waiting = self.verbs.cm.ids.values();
        let waiting = waiting.filter(|id| id.listener == Some(listener) && id.state == State::Asked).count();
        let of_listener = self.verbs.cm.id(listener)?;
        if waiting >= of_listener.backlog as usize {
            self.cm_refuse(number, CM_REJECTED_BY_PROGRAM, &[]);
            return Ok(());
        }
        let channel = Arc::clone(&of_listener.channel);
        let new = self.verbs.cm.create(&channel, kind);
        let theirs = seen_from_there(terms);
        // What the request says of its packets is what the answers have.
        let asks = self.verbs.cm.id(number)?.options;
        let id = self.verbs.cm.id_mut(new)?;
        id.options.service_type = asks.service_type;
        id.options.told = if kind == QpType::Rc { asks.ece } else { Ece::default() };
        (id.state, id.listener, id.peer) = (State::Asked, Some(listener), Some(number));
        (id.local, id.remote, id.here, id.there) = (remote, local, there, here);
        id.theirs = Some(theirs);
        self.verbs.cm.id_mut(number)?.peer = Some(new);
        let datagrams = (kind == QpType::Ud).then(|| CmDatagrams {
            address: AddressVector::default(),
            qp: terms.qp,
            qkey: 0,
        });
        let event = CmEvent {
            listener: Some(listener),
            parameters: (kind != QpType::Ud).then_some(theirs),
            datagrams,
            private_data: filled(private_data, CmStep::Connect.most(kind)),
            ..plain(new, CmEventKind::ConnectRequest, 0)
        };
        channel.push(event);
        Ok(())
    }

    pub(crate) fn cm_accept(
        &mut self,
        number: u64,
        terms: &CmParameters,
        private_data: &[u8],
    ) -> Result<(), Errno> {
        let id = self.verbs.cm.id_mut(number)?;
        if id.state != State::Asked {
            return Err(Errno::EINVAL);
        }
        (id.state, id.ours) = (State::Answers, Some(*terms));
        let (kind, here, there, ece) = (id.kind, id.here, id.there, id.options.ece);
        let peer = self.verbs.cm.peer_of(number).filter(|_| self.cm_reaches(here, there));
        let Some(peer) = peer else {
            self.verbs.cm.tell(number, plain(number, CmEventKind::Unreachable, TIMED_OUT));
            return Ok(());
        };
        let theirs = seen_from_there(terms);
        let other = self.verbs.cm.id_mut(peer)?;
        other.theirs = Some(theirs);
        let private_data = filled(private_data, CmStep::Accept.most(kind));
        let event = match kind {
            QpType::Ud => {
                other.state = State::Established;
                let (Some(from), Some(to)) = (other.here, other.there) else { return Err(Errno::EINVAL) };
                let address = AddressVector::to_gid(1, from.index, to.gid);
                let datagrams = Some(CmDatagrams { address, qp: terms.qp, qkey: QKEY });
                CmEvent { datagrams, private_data, ..plain(peer, CmEventKind::Established, 0) }
            }
            _ => {
                other.state = State::Answered;
                other.options.told = ece;
                let parameters = Some(theirs);
                CmEvent { parameters, private_data, ..plain(peer, CmEventKind::ConnectResponse, 0) }
            }
        };
        self.verbs.cm.tell(peer, event);
        Ok(())
    }

    /// The end that asked is ready.
    pub(crate) fn cm_establish(&mut self, number: u64) -> Result<(), Errno> {
        let id = self.verbs.cm.id_mut(number)?;
        if id.state != State::Answered {
            return Err(Errno::EINVAL);
        }
        id.state = State::Established;
        let (here, there) = (id.here, id.there);
        let Some(peer) = self.verbs.cm.peer_of(number).filter(|_| self.cm_reaches(here, there)) else {
            return Ok(());
        };
        let other = self.verbs.cm.id_mut(peer)?;
        if other.state == State::Answers {
            other.state = State::Established;
            self.verbs.cm.tell(peer, plain(peer, CmEventKind::Established, 0));
        }
        Ok(())
    }

    /// Tells an id that it was refused.
    pub(super) fn cm_refuse(&mut self, number: u64, reason: i32, private_data: &[u8]) {
        let Ok(id) = self.verbs.cm.id_mut(number) else { return };
        id.state = State::Over;
        let private_data = filled(private_data, CmStep::Reject.most(id.kind));
        let event = CmEvent { private_data, ..plain(number, CmEventKind::Rejected, reason) };
        self.verbs.cm.tell(number, event);
    }
}
