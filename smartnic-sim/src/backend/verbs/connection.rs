use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use smartnic_core::backend::{CmArrival, VerbsCm, VerbsCmId};
use smartnic_core::rdma::{QpState, QpType};
use smartnic_core::verbs::{CmEvent, CmEventKind, CmOption, CmParameters, CmStep, Ece, PathRecord, QpChange};
use smartnic_core::{Error, Result};

use crate::SimMachine;
use crate::errno::Errno;
use crate::model::Machine;
use crate::model::verbs::Signal;

/// A channel of connections.
#[derive(Debug)]
pub(super) struct SimCm(Arc<Channel>);

#[derive(Debug)]
struct Channel {
    machine: SimMachine,
    events: Arc<Signal<CmEvent>>,
}

impl SimCm {
    pub(super) fn new(machine: &SimMachine) -> Self {
        Self(Arc::new(Channel { machine: machine.clone(), events: Arc::new(Signal::new()) }))
    }

    fn handle(&self, number: u64, kind: QpType) -> Arc<dyn VerbsCmId> {
        Arc::new(SimCmId { channel: Arc::clone(&self.0), number, kind })
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.machine.lock().fabric().cm_close(&self.events);
    }
}

impl VerbsCm for SimCm {
    fn create_id(&self, kind: QpType) -> Result<Arc<dyn VerbsCmId>> {
        if !matches!(kind, QpType::Rc | QpType::Ud) {
            let reason = format!("queue pairs of type {kind} do not connect by address");
            return Err(Error::unsupported("make an id for an RDMA connection").reason(reason));
        }
        let number = self.0.machine.lock().fabric().verbs.cm.create(&self.0.events, kind);
        Ok(self.handle(number, kind))
    }

    fn next_event(&self, most: Option<Duration>) -> Result<Option<CmArrival>> {
        let end = most.map(|most| Instant::now() + most);
        let Some(event) = self.0.events.wait(end, self.0.events.nudges()) else { return Ok(None) };
        let kind = if event.datagrams.is_some() { QpType::Ud } else { QpType::Rc };
        let request = (event.kind == CmEventKind::ConnectRequest).then(|| self.handle(event.id, kind));
        Ok(Some(CmArrival { event, request }))
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.0.events.fd()
    }
}

/// One end of a connection, or somebody who listens.
#[derive(Debug)]
struct SimCmId {
    channel: Arc<Channel>,
    number: u64,
    kind: QpType,
}

impl SimCmId {
    fn with<T>(&self, op: &'static str, work: impl FnOnce(&mut Machine) -> Result<T, Errno>) -> Result<T> {
        let done = work(self.channel.machine.lock().fabric());
        done.map_err(|Errno(errno)| {
            let error = Error::io(op, io::Error::from_raw_os_error(errno));
            match self.peer_address() {
                Some(peer) => error.on(peer),
                None => error,
            }
        })
    }
}

impl VerbsCmId for SimCmId {
    fn number(&self) -> u64 {
        self.number
    }

    fn kind(&self) -> QpType {
        self.kind
    }

    fn bind(&self, address: SocketAddr) -> Result<()> {
        let bound = self.with("bind an RDMA connection", |machine| machine.cm_bind(self.number, address));
        bound.map_err(|error| error.on(address))
    }

    fn listen(&self, backlog: u32) -> Result<()> {
        self.with("listen for RDMA connections", |machine| machine.cm_listen(self.number, backlog))
    }

    fn local_address(&self) -> Option<SocketAddr> {
        self.channel.machine.lock().verbs.cm.id(self.number).ok()?.local
    }

    fn peer_address(&self) -> Option<SocketAddr> {
        self.channel.machine.lock().verbs.cm.id(self.number).ok()?.remote
    }

    fn resolve_address(&self, from: Option<SocketAddr>, to: SocketAddr, _: Duration) -> Result<()> {
        let found = self.with("find the way to an RDMA peer", |machine| {
            machine.cm_resolve_address(self.number, from, to)
        });
        found.map_err(|error| error.on(to))
    }

    fn resolve_route(&self, _: Duration) -> Result<()> {
        self.with("find the route to an RDMA peer", |machine| machine.cm_resolve_route(self.number))
    }

    fn device(&self) -> Option<(String, u8)> {
        let locked = self.channel.machine.lock();
        let here = locked.verbs.cm.id(self.number).ok()?.here?;
        Some((locked.rdma_device(here.device).ok()?.name.clone(), 1))
    }

    fn paths(&self) -> Result<Vec<PathRecord>> {
        Ok(self.channel.machine.lock().cm_paths(self.number))
    }

    fn qp_change(&self, state: QpState) -> Result<QpChange> {
        let op = "ask how a queue pair is connected";
        self.with(op, |machine| machine.cm_qp_change(self.number, state))
    }

    fn set_option(&self, option: CmOption) -> Result<()> {
        let op = "set an option of an RDMA connection";
        self.with(op, |machine| machine.cm_set_option(self.number, option))
    }

    fn set_local_ece(&self, ece: &Ece) -> Result<()> {
        let op = "tell the enhancements of a connection";
        self.with(op, |machine| machine.cm_set_ece(self.number, ece))
    }

    fn remote_ece(&self) -> Result<Ece> {
        let op = "hear the enhancements of a connection";
        self.with(op, |machine| machine.cm_remote_ece(self.number))
    }

    fn connect(&self, parameters: &CmParameters, private_data: &[u8]) -> Result<()> {
        const OP: &str = "connect to an RDMA peer";
        CmStep::Connect.check(OP, self.kind, private_data)?;
        self.with(OP, |machine| machine.cm_connect(self.number, parameters, private_data))
    }

    fn accept(&self, parameters: &CmParameters, private_data: &[u8]) -> Result<()> {
        const OP: &str = "accept an RDMA peer";
        CmStep::Accept.check(OP, self.kind, private_data)?;
        self.with(OP, |machine| machine.cm_accept(self.number, parameters, private_data))
    }

    fn reject(&self, private_data: &[u8]) -> Result<()> {
        const OP: &str = "reject an RDMA peer";
        CmStep::Reject.check(OP, self.kind, private_data)?;
        self.with(OP, |machine| machine.cm_reject(self.number, private_data))
    }

    fn establish(&self) -> Result<()> {
        self.with("establish an RDMA connection", |machine| machine.cm_establish(self.number))
    }

    fn disconnect(&self) -> Result<()> {
        self.with("disconnect from an RDMA peer", |machine| machine.cm_disconnect(self.number))
    }

    fn join(&self, group: IpAddr) -> Result<()> {
        let joined = self.with("join a multicast group", |machine| machine.cm_join(self.number, group));
        joined.map_err(|error| error.on(group))
    }

    fn leave(&self, group: IpAddr) -> Result<()> {
        let left = self.with("leave a multicast group", |machine| machine.cm_leave_group(self.number, group));
        left.map_err(|error| error.on(group))
    }
}

impl Drop for SimCmId {
    fn drop(&mut self) {
        self.channel.machine.lock().fabric().cm_destroy(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SimHost, SimOptions};
    use smartnic_core::backend::{Switchdev, Verbs};
    use smartnic_core::verbs::CM_REJECTED_BY_PROGRAM;

    const NOW: Option<Duration> = Some(Duration::ZERO);

    type Cm = Arc<dyn VerbsCm>;
    type Id = Arc<dyn VerbsCmId>;

    /// Sets all links of a host up or down.
    fn set_links(sim: &SimHost, up: bool) {
        for link in sim.links().unwrap() {
            sim.set_link_up(link.ifindex, up).unwrap();
        }
    }

    fn told(cm: &Cm) -> (CmEventKind, i32) {
        let event = cm.next_event(NOW).unwrap().unwrap().event;
        (event.kind, event.status)
    }

    /// A host, a channel with an id that listens, and another.
    fn begin() -> (SimHost, Cm, Id, Cm) {
        let sim = SimHost::open("bluefield3", SimOptions::default()).unwrap();
        set_links(&sim, true);
        let (listening, asking) = (sim.connections().unwrap(), sim.connections().unwrap());
        let listener = listening.create_id(QpType::Rc).unwrap();
        listener.listen(1).unwrap();
        (sim, listening, listener, asking)
    }

    /// An id that knows the way to another.
    fn way(asking: &Cm, to: &Id) -> Id {
        let id = asking.create_id(QpType::Rc).unwrap();
        id.resolve_address(None, to.local_address().unwrap(), Duration::ZERO).unwrap();
        assert_eq!(told(asking), (CmEventKind::AddressResolved, 0));
        id.resolve_route(Duration::ZERO).unwrap();
        assert_eq!(told(asking), (CmEventKind::RouteResolved, 0));
        id
    }

    #[test]
    fn what_gets_nowhere_is_told_at_once() {
        let (sim, listening, listener, asking) = begin();
        let id = way(&asking, &listener);
        set_links(&sim, false);
        id.connect(&CmParameters::of_qp(1), &[]).unwrap();
        assert_eq!(told(&asking), (CmEventKind::Unreachable, -110));
        set_links(&sim, true);
        let id = way(&asking, &listener);
        id.connect(&CmParameters::of_qp(1), &[]).unwrap();
        let request = listening.next_event(NOW).unwrap().unwrap().request.unwrap();
        request.accept(&CmParameters::of_qp(2), &[]).unwrap();
        assert_eq!(told(&asking), (CmEventKind::ConnectResponse, 0));
        id.establish().unwrap();
        assert_eq!(told(&listening), (CmEventKind::Established, 0));
        set_links(&sim, false);
        id.disconnect().unwrap();
        assert_eq!(told(&asking), (CmEventKind::Disconnected, -110));
        assert!(listening.next_event(NOW).unwrap().is_none());
    }

    #[test]
    fn requests_that_nobody_sees_are_refused_and_so_are_too_many() {
        let (_sim, listening, listener, asking) = begin();
        let ids = [way(&asking, &listener), way(&asking, &listener)];
        for id in &ids {
            id.connect(&CmParameters::of_qp(1), &[]).unwrap();
        }
        assert_eq!(told(&asking), (CmEventKind::Rejected, CM_REJECTED_BY_PROGRAM));
        drop((listener, listening));
        let event = asking.next_event(NOW).unwrap().unwrap().event;
        assert_eq!((event.kind, event.id), (CmEventKind::Rejected, ids[0].number()));
        assert!(asking.next_event(NOW).unwrap().is_none());
    }

    #[test]
    fn a_device_that_goes_is_told() {
        let (sim, _listening, listener, asking) = begin();
        let id = way(&asking, &listener);
        sim.machine().lock().rdma.devices.clear();
        let event = asking.next_event(NOW).unwrap().unwrap().event;
        assert_eq!((event.kind, event.id), (CmEventKind::DeviceRemoval, id.number()));
        assert!(id.device().is_none() && id.connect(&CmParameters::of_qp(1), &[]).is_err());
        drop((id, asking));
        assert_eq!(sim.machine().lock().verbs.cm.ids.len(), 1);
    }
}
