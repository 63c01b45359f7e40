use std::sync::Arc;

use smartnic_core::backend::{QpConfig, VerbsBatch, VerbsCq, VerbsFlow, VerbsMw, VerbsQp, VerbsSrq};
use smartnic_core::rdma::{Gid, QpState, QpType};
use smartnic_core::verbs::{
    AddressVector, Ece, Payload, QpAttributes, QpCapacity, QpChange, ReceiveRequest, Remote, Segments,
    SendFlags, SendOp, SendOps, SendRequest, SteeringRule, WindowBind,
};
use smartnic_core::{Error, ErrorKind, Result};

use super::batch::{Batch, flushes};
use super::context::Opened;
use super::domain::{Domain, SimAh};
use super::queue::{SimCq, SimSrq, pieces, receive};
use super::steering::{self, SimFlow};
use super::window::SimMw;
use super::xrc::{self, XrcDomain};
use super::{MOST_INLINE, MOST_PIECES, MOST_REQUESTS, after, own, refused};
use crate::model::verbs::{Bytes, Cut, Qp, Send, To, change_qp, fresh};

/// A queue pair.
#[derive(Debug)]
pub(super) struct SimQp {
    opened: Arc<Opened>,
    /// None of the receiving end of an extended connection, which has the other.
    domain: Option<Arc<Domain>>,
    _xrcd: Option<Arc<XrcDomain>>,
    pub(super) number: u32,
    pub(super) kind: QpType,
    pub(super) capacity: QpCapacity,
    /// Whether it receives by requests of its own.
    receives: bool,
    /// What it posts in batches, if it was made to.
    batches: Option<SendOps>,
    /// What it stands on lives as long as it.
    _queues: Vec<Arc<dyn VerbsCq>>,
    _srq: Option<Arc<dyn VerbsSrq>>,
}

impl SimQp {
    pub(super) fn new(domain: &Arc<Domain>, config: &QpConfig<'_>) -> Result<Self> {
        const OP: &str = "make a queue pair";
        let QpConfig { kind, send_cq, receive_cq, srq, capacity, signal_all, batches } = *config;
        let extended = kind == QpType::XrcIni && xrc::is_there(&domain.opened, OP)?;
        let raw = kind == QpType::RawPacket && steering::is_there(&domain.opened, OP)?;
        if !matches!(kind, QpType::Rc | QpType::Uc | QpType::Ud) && !extended && !raw {
            return Err(
                Error::unsupported(OP).reason(format!("the simulated device has no {kind} queue pairs"))
            );
        }
        let further = SendOps::ATOMIC_WRITE | SendOps::FLUSH;
        if batches.is_some_and(|ops| ops.intersects(further)) && !flushes(&domain.opened, OP)? {
            return Err(Error::unsupported(OP)
                .on(&domain.opened.name)
                .reason("the device has no writes of a word and no flushes"));
        }
        // Every device with raw packets cuts segments, and no queue pair of another kind has them.
        if batches.is_some_and(|ops| ops.contains(SendOps::SEGMENTS)) && !raw {
            let error = Error::unsupported(OP).on(&domain.opened.name);
            return Err(error.reason("segments are cut of raw packets only"));
        }
        let sends = own::<SimCq>(OP, send_cq.as_ref())?;
        let receives = own::<SimCq>(OP, receive_cq.as_ref())?;
        let shared = srq.map(|srq| own::<SimSrq>(OP, srq.as_ref())).transpose()?;
        let contexts = [sends.opened.number, receives.opened.number]
            .into_iter()
            .chain(shared.map(|srq| srq.domain.opened.number));
        if contexts.into_iter().any(|context| context != domain.opened.number) {
            return Err(Error::invalid(OP, "its queues are of another device"));
        }
        let QpCapacity { send_requests, receive_requests, send_sges, receive_sges, inline } = capacity;
        for (what, value, most) in [
            ("send_requests", send_requests, MOST_REQUESTS),
            ("receive_requests", receive_requests, MOST_REQUESTS),
            ("send_sges", send_sges, MOST_PIECES),
            ("receive_sges", receive_sges, MOST_PIECES),
            ("inline", inline, MOST_INLINE),
        ] {
            if value > most {
                return Err(refused(OP, format!("{what} is {value}, and {most} is the most")));
            }
        }
        let number = insert(&domain.opened, |ece| Qp {
            send_cq: sends.number,
            receive_cq: receives.number,
            srq: shared.map(|srq| srq.number),
            signal_all,
            ..nothing(kind, domain.number, capacity, ece)
        })?;
        Ok(Self {
            opened: Arc::clone(&domain.opened),
            domain: Some(Arc::clone(domain)),
            _xrcd: None,
            number,
            kind,
            capacity,
            receives: srq.is_none() && !extended,
            batches,
            _queues: vec![Arc::clone(send_cq), Arc::clone(receive_cq)],
            _srq: srq.cloned(),
        })
    }

    /// The receiving end of an extended connection.
    pub(super) fn target(xrcd: &Arc<XrcDomain>) -> Result<Self> {
        let capacity =
            QpCapacity { send_requests: 0, receive_requests: 0, send_sges: 0, receive_sges: 0, inline: 0 };
        let kind = QpType::XrcTgt;
        let number =
            insert(&xrcd.opened, |ece| Qp { xrcd: Some(xrcd.number), ..nothing(kind, 0, capacity, ece) })?;
        Ok(Self {
            opened: Arc::clone(&xrcd.opened),
            domain: None,
            _xrcd: Some(Arc::clone(xrcd)),
            number,
            kind,
            capacity,
            receives: false,
            batches: None,
            _queues: Vec::new(),
            _srq: None,
        })
    }

    pub(super) fn opened(&self) -> &Arc<Opened> {
        &self.opened
    }

    pub(super) fn error(&self, error: Error) -> Error {
        error.on(format!("queue pair {} of {}", self.number, self.opened.name))
    }

    /// A request that binds a window, and what peers will find it by.
    pub(super) fn binding(
        &self,
        op: &'static str,
        id: u64,
        window: &dyn VerbsMw,
        bind: &WindowBind<'_>,
    ) -> Result<(Send, Remote)> {
        if matches!(self.kind, QpType::Ud | QpType::RawPacket) {
            let reason = "datagrams reach no memory, so that a window over them lends none";
            return Err(self.error(Error::invalid(op, reason)));
        }
        let Some(domain) = &self.domain else {
            return Err(self.error(Error::invalid(op, "it has no protection domain")));
        };
        let (binding, remote) = SimMw::binding(window, bind, domain).map_err(|error| self.error(error))?;
        let request = Send {
            id,
            op: SendOp::Send,
            bytes: Bytes::Pieces(Vec::new()),
            flags: SendFlags::SIGNALED,
            to: None,
            srq: None,
            binding: Some(binding),
            cut: None,
            tried: false,
        };
        Ok((request, remote))
    }

    /// A long segment.
    pub(super) fn segments(&self, op: &'static str, id: u64, segments: &Segments<'_>) -> Result<Send> {
        segments.check(op, &self.capacity)?;
        let cut = Cut { header: segments.header.to_vec(), size: segments.size };
        let whole = self.send(op, &SendRequest::new(id, SendOp::Send, segments.regions))?;
        Ok(Send { cut: Some(cut), ..whole })
    }

    /// A request as the model keeps it.
    pub(super) fn send(&self, op: &'static str, request: &SendRequest<'_>) -> Result<Send> {
        let to = match request.to {
            Some(to) => {
                let handle = own::<SimAh>(op, to.handle)?;
                Some(To { address: handle.address, qp: to.qp, qkey: to.qkey })
            }
            None => None,
        };
        let bytes = match request.payload {
            Payload::Inline(bytes) => Bytes::Inline(bytes.to_vec()),
            Payload::Regions(regions) => Bytes::Pieces(pieces(regions)),
        };
        let (id, op, flags) = (request.id, request.op, request.flags);
        Ok(Send { id, op, bytes, flags, to, srq: request.srq, binding: None, cut: None, tried: false })
    }

    /// Puts requests into its send queue, and has them carried out. `whole` ones are posted as one or not at all.
    fn enqueue(
        &self,
        op: &'static str,
        requests: impl ExactSizeIterator<Item = Result<Send>>,
        whole: bool,
    ) -> Result<()> {
        let mut locked = self.opened.alive(op)?;
        let fabric = locked.fabric();
        let taken = fabric.verbs.qps.get(&self.number).map_or(0, |qp| qp.taken);
        if whole && requests.len() > self.capacity.send_requests.saturating_sub(taken) as usize {
            let reason = format!(
                "its queue holds {}, of which {taken} were not given back by a completion; none was posted",
                self.capacity.send_requests
            );
            return Err(self.error(Error::new(ErrorKind::NoSpace, op).reason(reason)));
        }
        for (posted, request) in requests.enumerate() {
            let result = request.and_then(|send| {
                let Some(qp) = fabric.verbs.qps.get_mut(&self.number) else {
                    return Err(Error::new(ErrorKind::DeviceGone, op));
                };
                match qp.now.state {
                    QpState::Rts | QpState::Sqd | QpState::Sqe | QpState::Err => {}
                    state => return Err(refused(op, format!("it is in {state}, and sends from RTS on"))),
                }
                if qp.taken >= self.capacity.send_requests {
                    let reason = format!(
                        "its queue holds {}, of which none was given back by a completion",
                        self.capacity.send_requests
                    );
                    return Err(Error::new(ErrorKind::NoSpace, op).reason(reason));
                }
                qp.taken += 1;
                qp.sends.push_back(send);
                Ok(qp.now.state)
            });
            let state = result.map_err(|error| {
                fabric.run_verbs();
                self.error(after(error, posted))
            })?;
            match state {
                QpState::Err | QpState::Sqe => fabric.verbs.flush_sends(self.number),
                _ => fabric.verbs.posted(self.number),
            }
        }
        fabric.run_verbs();
        Ok(())
    }
}

impl Drop for SimQp {
    fn drop(&mut self) {
        self.opened.machine.lock().fabric().verbs.destroy_qp(self.number);
    }
}

impl VerbsQp for SimQp {
    fn number(&self) -> u32 {
        self.number
    }

    fn kind(&self) -> QpType {
        self.kind
    }

    fn capacity(&self) -> QpCapacity {
        self.capacity
    }

    fn modify(&self, change: &QpChange) -> Result<()> {
        const OP: &str = "change a queue pair";
        let opened = &self.opened;
        let mut locked = opened.alive(OP)?;
        let fabric = locked.fabric();
        let gids = fabric.rdma_device(opened.index).map(|device| fabric.gids(device).len()).unwrap_or(0);
        let Some(qp) = fabric.verbs.qps.get_mut(&self.number) else {
            return Err(self.error(Error::new(ErrorKind::DeviceGone, OP)));
        };
        let next = change_qp(&qp.now, self.kind, change).map_err(|reason| self.error(refused(OP, reason)))?;
        if let Some(address) = change.address
            && (address.gid.is_none() || usize::from(address.gid_index) >= gids)
        {
            let reason = format!("on Ethernet a GID of the peer and one of our {gids} own are needed");
            return Err(self.error(refused(OP, reason)));
        }
        let before = std::mem::replace(&mut qp.now, next).state;
        match next.state {
            QpState::Reset => fabric.verbs.reset(self.number),
            QpState::Err if before != QpState::Err => fabric.verbs.flush(self.number),
            _ => {}
        }
        fabric.run_verbs();
        Ok(())
    }

    fn query(&self) -> Result<QpAttributes> {
        const OP: &str = "query a queue pair";
        let locked = self.opened.machine.lock();
        let found = locked.verbs.qps.get(&self.number).map(|qp| qp.now);
        found.ok_or_else(|| self.error(Error::new(ErrorKind::DeviceGone, OP)))
    }

    fn post_send(&self, requests: &[SendRequest<'_>]) -> Result<()> {
        const OP: &str = "post a send request";
        let send = |request: &SendRequest<'_>| {
            request.check(self.kind, &self.capacity)?;
            self.send(OP, request)
        };
        self.enqueue(OP, requests.iter().map(send), false)
    }

    fn post_batch(&self, fill: &mut dyn FnMut(&mut dyn VerbsBatch) -> Result<()>) -> Result<()> {
        const OP: &str = "post a batch of requests";
        let Some(ops) = self.batches else {
            let error = Error::unsupported(OP).reason("it was made without (its configuration `batches`)");
            return Err(self.error(error));
        };
        let mut batch = Batch { qp: self, ops, requests: Vec::new(), is_broken: false };
        fill(&mut batch)?;
        if batch.is_broken {
            return Err(self.error(Error::invalid(OP, "a request of it does not fit")));
        }
        self.enqueue(OP, batch.requests.into_iter().map(Ok), true)
    }

    fn bind_window(&self, id: u64, window: &dyn VerbsMw, bind: &WindowBind<'_>) -> Result<Remote> {
        const OP: &str = "bind a memory window";
        let (request, remote) = self.binding(OP, id, window, bind)?;
        self.enqueue(OP, std::iter::once(Ok(request)), false)?;
        Ok(remote)
    }

    fn post_receive(&self, requests: &[ReceiveRequest<'_>]) -> Result<()> {
        const OP: &str = "post a receive request";
        if !self.receives {
            return Err(self.error(refused(OP, "it receives through a shared queue").hint("post to that")));
        }
        let mut locked = self.opened.alive(OP)?;
        let fabric = locked.fabric();
        for (posted, request) in requests.iter().enumerate() {
            let Some(qp) = fabric.verbs.qps.get_mut(&self.number) else { break };
            let result = receive(OP, request, self.capacity.receive_sges).and_then(|receive| {
                if qp.now.state == QpState::Reset {
                    return Err(refused(OP, "it is in RESET, and receives from INIT on"));
                }
                if qp.receives.len() >= self.capacity.receive_requests as usize {
                    let reason = format!("its queue holds {}", self.capacity.receive_requests);
                    return Err(Error::new(ErrorKind::NoSpace, OP).reason(reason));
                }
                qp.receives.push_back(receive);
                Ok(qp.now.state)
            });
            let state = result.map_err(|error| self.error(after(error, posted)))?;
            if state == QpState::Err {
                fabric.verbs.flush(self.number);
            }
        }
        fabric.run_verbs();
        Ok(())
    }

    fn ece(&self) -> Result<Ece> {
        const OP: &str = "query the enhancements of a connection";
        let locked = self.opened.alive(OP)?;
        let ece = locked.verbs.qps.get(&self.number).map_or_else(Ece::default, |qp| qp.ece);
        match ece.vendor_id {
            0 => Err(self.error(Error::unsupported(OP).reason("its driver has none"))),
            _ => Ok(ece),
        }
    }

    fn set_ece(&self, ece: &Ece) -> Result<()> {
        const OP: &str = "set the enhancements of a connection";
        let mut locked = self.opened.alive(OP)?;
        let Some(qp) = locked.fabric().verbs.qps.get_mut(&self.number) else {
            return Err(self.error(Error::new(ErrorKind::DeviceGone, OP)));
        };
        if qp.ece.vendor_id == 0 || ece.vendor_id == 0 {
            return Err(self.error(Error::unsupported(OP).reason("its driver has none")));
        }
        if ece.vendor_id != qp.ece.vendor_id {
            return Err(self.error(refused(OP, "they are another vendor's")));
        }
        if !matches!(qp.now.state, QpState::Reset | QpState::Init) {
            return Err(self.error(refused(OP, "it is connected already")));
        }
        // What either end cannot is done by neither.
        qp.ece.options &= ece.options;
        Ok(())
    }

    fn steer(self: Arc<Self>, rule: &SteeringRule<'_>) -> Result<Arc<dyn VerbsFlow>> {
        Ok(Arc::new(SimFlow::new(&self, rule).map_err(|error| self.error(error))?))
    }

    fn attach(&self, group: &AddressVector) -> Result<()> {
        const OP: &str = "attach a queue pair to a multicast group";
        let gid = group.gid.filter(|_| self.kind == QpType::Ud).filter(is_group);
        let gid =
            gid.ok_or_else(|| self.error(refused(OP, "datagrams to a group come to UD queue pairs")))?;
        let mut locked = self.opened.alive(OP)?;
        locked.fabric().verbs.groups.entry(gid.0).or_default().insert(self.number);
        Ok(())
    }

    fn detach(&self, group: &AddressVector) -> Result<()> {
        const OP: &str = "detach a queue pair from a multicast group";
        let mut locked = self.opened.alive(OP)?;
        let Gid(gid) = group.gid.unwrap_or_default();
        let members = locked.fabric().verbs.groups.get_mut(&gid);
        match members.is_some_and(|members| members.remove(&self.number)) {
            true => Ok(()),
            false => Err(self.error(refused(OP, "it is not attached to it"))),
        }
    }
}

/// Puts a queue pair into the machine: its number.
fn insert(opened: &Opened, make: impl FnOnce(Ece) -> Qp) -> Result<u32> {
    let mut locked = opened.alive("make a queue pair")?;
    let ece = locked.rdma_device(opened.index).map(|device| locked.rdma_spec(device).ece);
    let verbs = &mut locked.fabric().verbs;
    let number = verbs.qp_number();
    verbs.qps.insert(number, make(ece.unwrap_or_default()));
    Ok(number)
}

/// A queue pair as it begins, with no queues.
fn nothing(kind: QpType, pd: u32, capacity: QpCapacity, ece: Ece) -> Qp {
    Qp {
        pd,
        xrcd: None,
        kind,
        send_cq: 0,
        receive_cq: 0,
        srq: None,
        capacity,
        signal_all: false,
        now: fresh(capacity),
        ece,
        sends: Default::default(),
        receives: Default::default(),
        taken: 0,
        silent: 0,
        wait: None,
    }
}

/// Whether a GID is that of a multicast group.
fn is_group(gid: &Gid) -> bool {
    gid.ipv4().map_or_else(|| gid.ipv6().is_multicast(), |ip| ip.is_multicast())
}
