use std::sync::Arc;

use smartnic_core::backend::{QpConfig, VerbsCq, VerbsMw, VerbsQp, VerbsSrq};
use smartnic_core::rdma::{Gid, QpState, QpType};
use smartnic_core::verbs::{
    AddressVector, Payload, QpAttributes, QpCapacity, QpChange, ReceiveRequest, Remote, SendFlags, SendOp,
    SendRequest, WindowBind,
};
use smartnic_core::{Error, ErrorKind, Result};

use super::domain::{Domain, SimAh};
use super::queue::{SimCq, SimSrq, pieces, receive};
use super::window::SimMw;
use super::{MOST_INLINE, MOST_PIECES, MOST_REQUESTS, after, own, refused};
use crate::model::verbs::{Bytes, Qp, Send, To, change_qp, fresh};

/// A queue pair.
#[derive(Debug)]
pub(super) struct SimQp {
    domain: Arc<Domain>,
    number: u32,
    kind: QpType,
    capacity: QpCapacity,
    has_srq: bool,
    /// What it stands on lives as long as it.
    _queues: [Arc<dyn VerbsCq>; 2],
    _srq: Option<Arc<dyn VerbsSrq>>,
}

impl SimQp {
    pub(super) fn new(domain: &Arc<Domain>, config: &QpConfig<'_>) -> Result<Self> {
        const OP: &str = "make a queue pair";
        let QpConfig { kind, send_cq, receive_cq, srq, capacity, signal_all } = *config;
        if !matches!(kind, QpType::Rc | QpType::Uc | QpType::Ud) {
            return Err(
                Error::unsupported(OP).reason(format!("the simulated device has no {kind} queue pairs"))
            );
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
        let mut locked = domain.opened.alive(OP)?;
        let verbs = &mut locked.fabric().verbs;
        let number = verbs.qp_number();
        let qp = Qp {
            pd: domain.number,
            kind,
            send_cq: sends.number,
            receive_cq: receives.number,
            srq: shared.map(|srq| srq.number),
            capacity,
            signal_all,
            now: fresh(capacity),
            sends: Default::default(),
            receives: Default::default(),
            taken: 0,
            silent: 0,
            wait: None,
        };
        verbs.qps.insert(number, qp);
        drop(locked);
        Ok(Self {
            domain: Arc::clone(domain),
            number,
            kind,
            capacity,
            has_srq: srq.is_some(),
            _queues: [Arc::clone(send_cq), Arc::clone(receive_cq)],
            _srq: srq.cloned(),
        })
    }

    fn error(&self, error: Error) -> Error {
        error.on(format!("queue pair {} of {}", self.number, self.domain.opened.name))
    }

    /// A request as the model keeps it.
    fn send(&self, op: &'static str, request: &SendRequest<'_>) -> Result<Send> {
        request.check(self.kind, &self.capacity)?;
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
        Ok(Send { id, op, bytes, flags, to, binding: None, tried: false })
    }

    /// Puts requests into its send queue, and has them carried out.
    fn enqueue(&self, op: &'static str, requests: impl Iterator<Item = Result<Send>>) -> Result<()> {
        let mut locked = self.domain.opened.alive(op)?;
        let fabric = locked.fabric();
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
        self.domain.opened.machine.lock().fabric().verbs.destroy_qp(self.number);
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
        let opened = &self.domain.opened;
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
        let locked = self.domain.opened.machine.lock();
        let found = locked.verbs.qps.get(&self.number).map(|qp| qp.now);
        found.ok_or_else(|| self.error(Error::new(ErrorKind::DeviceGone, OP)))
    }

    fn post_send(&self, requests: &[SendRequest<'_>]) -> Result<()> {
        const OP: &str = "post a send request";
        self.enqueue(OP, requests.iter().map(|request| self.send(OP, request)))
    }

    fn bind_window(&self, id: u64, window: &dyn VerbsMw, bind: &WindowBind<'_>) -> Result<Remote> {
        const OP: &str = "bind a memory window";
        if self.kind == QpType::Ud {
            let reason = "datagrams reach no memory, so that a window over them lends none";
            return Err(self.error(Error::invalid(OP, reason)));
        }
        let (binding, remote) =
            SimMw::binding(window, bind, &self.domain).map_err(|error| self.error(error))?;
        let request = Send {
            id,
            op: SendOp::Send,
            bytes: Bytes::Pieces(Vec::new()),
            flags: SendFlags::SIGNALED,
            to: None,
            binding: Some(binding),
            tried: false,
        };
        self.enqueue(OP, std::iter::once(Ok(request)))?;
        Ok(remote)
    }

    fn post_receive(&self, requests: &[ReceiveRequest<'_>]) -> Result<()> {
        const OP: &str = "post a receive request";
        if self.has_srq {
            return Err(self.error(refused(OP, "it receives through a shared queue").hint("post to that")));
        }
        let mut locked = self.domain.opened.alive(OP)?;
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

    fn attach(&self, group: &AddressVector) -> Result<()> {
        const OP: &str = "attach a queue pair to a multicast group";
        let gid = group.gid.filter(|_| self.kind == QpType::Ud).filter(is_group);
        let gid =
            gid.ok_or_else(|| self.error(refused(OP, "datagrams to a group come to UD queue pairs")))?;
        let mut locked = self.domain.opened.alive(OP)?;
        locked.fabric().verbs.groups.entry(gid.0).or_default().insert(self.number);
        Ok(())
    }

    fn detach(&self, group: &AddressVector) -> Result<()> {
        const OP: &str = "detach a queue pair from a multicast group";
        let mut locked = self.domain.opened.alive(OP)?;
        let Gid(gid) = group.gid.unwrap_or_default();
        let members = locked.fabric().verbs.groups.get_mut(&gid);
        match members.is_some_and(|members| members.remove(&self.number)) {
            true => Ok(()),
            false => Err(self.error(refused(OP, "it is not attached to it"))),
        }
    }
}

/// Whether a GID is that of a multicast group.
fn is_group(gid: &Gid) -> bool {
    gid.ipv4().map_or_else(|| gid.ipv6().is_multicast(), |ip| ip.is_multicast())
}
