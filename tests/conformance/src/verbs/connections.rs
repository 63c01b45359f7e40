//! Connections by IP address: both ends are here, each with a channel of its own.

use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::sync::Arc;
use std::time::{Duration, Instant};

use smartnic::ErrorKind;
use smartnic_core::backend::{CmArrival, VerbsCm, VerbsCmId, VerbsQp};
use smartnic_core::rdma::{CmState, Gid, GidType, QpState, QpType, ResourceKind, Resources};
use smartnic_core::verbs::{
    Access, AckTimeout, CM_REJECTED_BY_PROGRAM, CM_REJECTED_NO_LISTENER, CmEvent, CmEventKind as Kind,
    CmOption, CmParameters, Completion, Destination, Ece, QpChange, SendOp, SendRequest,
};

use super::rig::{PATIENCE, Rig, must};
use crate::check::{Result, Stop};

type Id = Arc<dyn VerbsCmId>;
type Qp = Arc<dyn VerbsQp>;

/// Somebody who listens, and somebody who knows the way there.
struct Ends<'r, 'h> {
    rig: &'r Rig<'h>,
    kind: QpType,
    asking: Arc<dyn VerbsCm>,
    listening: Arc<dyn VerbsCm>,
    listener: Id,
    at: SocketAddr,
}

/// A connection: the id and the queue pair of the end that asked, and of the other.
struct Pair {
    asked: (Id, Arc<dyn VerbsQp>),
    answered: (Id, Arc<dyn VerbsQp>),
}

fn channel(rig: &Rig<'_>) -> Result<Arc<dyn VerbsCm>> {
    match rig.host.verbs()?.connections() {
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            Err(Stop::NotApplicable(format!("connections: {error}")))
        }
        channel => Ok(channel?),
    }
}

/// The next event of a channel, which must be this.
fn expect(cm: &Arc<dyn VerbsCm>, kind: Kind, id: Option<&Id>) -> Result<CmArrival> {
    let end = Instant::now() + PATIENCE;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let arrival = cm.next_event(Some(left))?;
        let arrival = arrival.ok_or_else(|| Stop::Failed(format!("{kind} was to come, and nothing did")))?;
        // A connection before this one is over for good.
        if arrival.event.kind == Kind::TimewaitExit {
            continue;
        }
        let of = id.is_none_or(|id| id.number() == arrival.event.id);
        must(arrival.event.kind == kind && of, || format!("{kind} was to come, not {:?}", arrival.event))?;
        return Ok(arrival);
    }
}

impl<'r, 'h> Ends<'r, 'h> {
    fn new(rig: &'r Rig<'h>, kind: QpType) -> Result<Self> {
        Self::at(rig, kind, SocketAddr::new(rig.ip(), 0))
    }

    /// The same at an address that is not the first.
    fn at(rig: &'r Rig<'h>, kind: QpType, here: SocketAddr) -> Result<Self> {
        let (asking, listening) = (channel(rig)?, channel(rig)?);
        let listener = listening.create_id(kind)?;
        listener.bind(here)?;
        listener.listen(4)?;
        let at = listener.local_address().ok_or_else(|| Stop::Failed("it listens nowhere".to_owned()))?;
        must(at.ip() == here.ip() && at.port() != 0, || format!("it listens at {at}"))?;
        Ok(Self { rig, kind, asking, listening, listener, at })
    }

    /// An id that knows the way to an address.
    fn way_to(&self, to: SocketAddr) -> Result<Id> {
        let id = self.asking.create_id(self.kind)?;
        id.resolve_address(None, to, PATIENCE)?;
        expect(&self.asking, Kind::AddressResolved, Some(&id))?;
        let device = id.device();
        let wanted = Some((self.rig.context.device().to_owned(), self.rig.address.port));
        must(device == wanted, || format!("{device:?} leads there, not {wanted:?}"))?;
        must(id.paths()?.is_empty(), || "a way before the route is known".to_owned())?;
        id.resolve_route(PATIENCE)?;
        expect(&self.asking, Kind::RouteResolved, Some(&id))?;
        self.is_way(&id, to)?;
        Ok(id)
    }

    /// The way is one from our address to that one, by the device's own terms; iWARP has none.
    fn is_way(&self, id: &Id, to: SocketAddr) -> Result {
        let paths = id.paths()?;
        if self.rig.is_iwarp() {
            return must(paths.is_empty(), || format!("{paths:?} on iWARP"));
        }
        let gid = |ip| match ip {
            IpAddr::V4(ip) => Gid::from(ip),
            IpAddr::V6(ip) => Gid::from(ip),
        };
        let ends = id.local_address().map(|local| (gid(local.ip()), gid(to.ip())));
        let Some(path) = paths.first() else { return Err(Stop::Failed("no way".to_owned())) };
        let known = Some((path.source, path.destination));
        must(known == ends && path.pkey & 0x7fff == 0x7fff && path.hop_limit > 0, || format!("{path:?}"))?;
        let mtu = self.rig.context.port(self.rig.address.port)?.active_mtu;
        must(Some(path.mtu.word()) == mtu.map(|mtu| mtu.to_string()).as_deref(), || {
            format!("{} bytes a packet by the way, {mtu:?} by the port", path.mtu)
        })
    }

    /// Asks, and has the other end hear of it.
    fn ask(&self, qp: &Arc<dyn VerbsQp>) -> Result<(Id, CmEvent, Id)> {
        let id = self.way_to(self.at)?;
        if self.rig.is_iwarp() {
            follow(qp, &*id, &[QpState::Init])?;
        }
        id.connect(&CmParameters { retries: 5, ..CmParameters::of_qp(qp.number()) }, b"from one")?;
        let arrival = expect(&self.listening, Kind::ConnectRequest, None)?;
        let request = arrival.request.ok_or_else(|| Stop::Failed("a request without an id".to_owned()))?;
        Ok((id, arrival.event, request))
    }

    /// Both ends, connected.
    fn connect(&self) -> Result<Pair> {
        let (mine, theirs) = (self.rig.qp(QpType::Rc, None)?, self.rig.qp(QpType::Rc, None)?);
        let (id, asked, request) = self.ask(&mine)?;
        must(asked.listener == Some(self.listener.number()) && asked.id == request.number(), || {
            format!("{asked:?} is of {} and {}", self.listener.number(), request.number())
        })?;
        must(asked.private_data == self.filled(b"from one", 56), || format!("{asked:?}"))?;
        if self.rig.is_iwarp() {
            return self.over_tcp((id, mine), (request, theirs));
        }
        let terms = asked.parameters.map(|it| (it.qp, it.retries));
        must(terms == Some((mine.number(), 5)), || format!("{asked:?}"))?;
        follow(&theirs, &*request, &[QpState::Init, QpState::Rtr, QpState::Rts])?;
        request.accept(&CmParameters::of_qp(theirs.number()), b"from the other")?;
        let answer = expect(&self.asking, Kind::ConnectResponse, Some(&id))?.event;
        must(answer.private_data == filled(b"from the other", 196), || format!("{answer:?}"))?;
        must(answer.parameters.map(|it| it.qp) == Some(theirs.number()), || format!("{answer:?}"))?;
        follow(&mine, &*id, &[QpState::Init, QpState::Rtr, QpState::Rts])?;
        id.establish()?;
        expect(&self.listening, Kind::Established, Some(&request))?;
        Ok(Pair { asked: (id, mine), answered: (request, theirs) })
    }

    /// What is left to do on iWARP, where the device brings both queue pairs to send.
    fn over_tcp(&self, asked: (Id, Arc<dyn VerbsQp>), answered: (Id, Arc<dyn VerbsQp>)) -> Result<Pair> {
        let (request, theirs) = &answered;
        follow(theirs, &**request, &[QpState::Init])?;
        let sends = request.qp_change(QpState::Rts)?;
        must(sends.state.is_none(), || format!("we are to bring it to send: {sends:?}"))?;
        request.accept(&CmParameters::of_qp(theirs.number()), b"from the other")?;
        let answer = expect(&self.asking, Kind::Established, Some(&asked.0))?.event;
        must(answer.private_data == b"from the other", || format!("{answer:?}"))?;
        expect(&self.listening, Kind::Established, Some(request))?;
        for qp in [&asked.1, theirs] {
            must(qp.query()?.state == QpState::Rts, || "a connected queue pair does not send".to_owned())?;
        }
        Ok(Pair { asked, answered })
    }

    /// Private data as it arrives.
    fn filled(&self, bytes: &[u8], length: usize) -> Vec<u8> {
        if self.rig.is_iwarp() { bytes.to_vec() } else { filled(bytes, length) }
    }
}

/// Changes a queue pair as an id says.
fn follow(qp: &Arc<dyn VerbsQp>, id: &dyn VerbsCmId, states: &[QpState]) -> Result {
    for state in states {
        let change = id.qp_change(*state)?;
        let everything = Access::REMOTE_READ | Access::REMOTE_WRITE;
        let access = (*state == QpState::Init && qp.kind() != QpType::Ud).then_some(everything);
        qp.modify(&QpChange { access: access.or(change.access), ..change })?;
    }
    Ok(())
}

fn filled(bytes: &[u8], length: usize) -> Vec<u8> {
    [bytes, &vec![0; length - bytes.len()]].concat()
}

/// Two queue pairs that met by address, and their ids, which hold the connection.
pub(super) fn pair(rig: &Rig<'_>) -> Result<([Qp; 2], [Id; 2])> {
    let Pair { asked: (a, a_qp), answered: (b, b_qp) } = Ends::new(rig, QpType::Rc)?.connect()?;
    Ok(([a_qp, b_qp], [a, b]))
}

fn succeeded(all: &[Completion]) -> Result {
    must(all.iter().all(Completion::is_success), || format!("not all went well: {all:?}"))
}

pub(super) fn connected(rig: &Rig<'_>) -> Result {
    let ends = Ends::new(rig, QpType::Rc)?;
    let Pair { asked: (a, a_qp), answered: (b, b_qp) } = ends.connect()?;
    let addresses = [(a.local_address(), b.peer_address()), (a.peer_address(), b.local_address())];
    must(addresses.iter().all(|(one, other)| one.is_some() && one == other), || format!("{addresses:?}"))?;
    must(a.peer_address() == Some(ends.at), || format!("{:?} is not {}", a.peer_address(), ends.at))?;
    shown(rig, &a, a_qp.number())?;
    shown(rig, &b, b_qp.number())?;
    let (from, to) = (rig.memory(5000, 7)?, rig.memory(5000, 0)?);
    rig.receive(&b_qp, 1, &to, 0, 5000)?;
    rig.receive(&a_qp, 2, &to, 0, 0)?;
    a_qp.post_send(&[SendRequest::new(3, SendOp::Send, &[from.sge(0, 4000)?])])?;
    succeeded(&rig.completions(2)?)?;
    b_qp.post_send(&[SendRequest::new(4, SendOp::Read(from.remote(0)), &[to.sge(4000, 1000)?])])?;
    b_qp.post_send(&[SendRequest::new(5, SendOp::Send, &[])])?;
    succeeded(&rig.completions(3)?)?;
    must(to.buffer().bytes(0, 5000)? == vec![7; 5000], || "other bytes came".to_owned())?;
    a.disconnect()?;
    expect(&ends.listening, Kind::Disconnected, Some(&b))?;
    b.disconnect()?;
    let told = expect(&ends.asking, Kind::Disconnected, Some(&a))?.event;
    must(told.status == 0, || format!("{told:?}"))
}

/// nldev shows an id that is connected.
fn shown(rig: &Rig<'_>, id: &Id, qp: u32) -> Result {
    let read = rig.host.rdma()?.rdma_resources(rig.context.device(), ResourceKind::CmId)?;
    let Resources::CmId(all) = read else { return Err(Stop::Failed("no ids are shown".to_owned())) };
    let told = all.iter().find(|it| it.qp == Some(qp)).map(|it| (it.state, it.source, it.destination));
    let wanted = (CmState::Connect, id.local_address(), id.peer_address());
    must(told == Some(wanted), || format!("{wanted:?} of queue pair {qp} was to be shown, not {told:?}"))
}

/// What is chosen before ends meet, and what they tell each other of their queue pairs.
pub(super) fn chosen(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("TCP has its own")?;
    let ends = Ends::new(rig, QpType::Rc)?;
    let id = ends.asking.create_id(QpType::Rc)?;
    id.set_option(CmOption::ServiceType(0x68))?;
    id.set_option(CmOption::AckTimeout(AckTimeout(19)))?;
    id.resolve_address(None, ends.at, PATIENCE)?;
    expect(&ends.asking, Kind::AddressResolved, Some(&id))?;
    id.resolve_route(PATIENCE)?;
    expect(&ends.asking, Kind::RouteResolved, Some(&id))?;
    let (mine, theirs) = (rig.qp(QpType::Rc, None)?, rig.qp(QpType::Rc, None)?);
    let (asks, answers) = (Ece { vendor_id: 0x15b3, options: 5 }, Ece { vendor_id: 0x15b3, options: 1 });
    id.set_local_ece(&asks)?;
    id.connect(&CmParameters::of_qp(mine.number()), &[])?;
    let arrival = expect(&ends.listening, Kind::ConnectRequest, None)?;
    let request = arrival.request.ok_or_else(|| Stop::Failed("a request without an id".to_owned()))?;
    must(request.remote_ece()? == asks, || format!("{:?} was told", request.remote_ece()))?;
    follow(&theirs, &*request, &[QpState::Init, QpState::Rtr, QpState::Rts])?;
    request.set_local_ece(&answers)?;
    request.accept(&CmParameters::of_qp(theirs.number()), &[])?;
    expect(&ends.asking, Kind::ConnectResponse, Some(&id))?;
    must(id.remote_ece()? == answers, || format!("{:?} was answered", id.remote_ece()))?;
    let (ready, sends) = (id.qp_change(QpState::Rtr)?, id.qp_change(QpState::Rts)?);
    must(ready.address.map(|way| way.traffic_class) == Some(0x68), || format!("{ready:?}"))?;
    must(sends.timeout == Some(AckTimeout(19)), || format!("{sends:?}"))?;
    follow(&mine, &*id, &[QpState::Init, QpState::Rtr, QpState::Rts])?;
    id.establish()?;
    expect(&ends.listening, Kind::Established, Some(&request))?;
    // Ports are shared by those who want to, as long as nobody listens there.
    let bound = |reuses| -> Result<(Id, bool)> {
        let other = ends.asking.create_id(QpType::Rc)?;
        other.set_option(CmOption::ReuseAddress(reuses))?;
        Ok((Arc::clone(&other), other.bind(SocketAddr::new(rig.ip(), 7479)).is_ok()))
    };
    let [first, second, third] = [bound(true)?, bound(true)?, bound(false)?];
    let all = [first.1, second.1, third.1];
    must(all == [true, true, false], || format!("who had the port: {all:?}"))?;
    let late = ends.listener.set_option(CmOption::OwnFamilyOnly(true)).map_err(|error| error.kind());
    must(late == Err(ErrorKind::Refused), || format!("{late:?} of somebody who listens"))?;
    let datagrams = ends.asking.create_id(QpType::Ud)?;
    let timeout = datagrams.set_option(CmOption::AckTimeout(AckTimeout(19)));
    must(timeout.is_err(), || "datagrams are waited for".to_owned())
}

/// Ends that meet by an IPv6 address.
pub(super) fn by_ipv6(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("it is known by one address")?;
    let gids = rig.context.gids()?;
    let of_ipv6 = gids.iter().filter(|it| it.kind == Some(GidType::RoceV2) && it.gid.ipv4().is_none());
    // rxe does not find the way from an address of the link alone to itself.
    let entry = of_ipv6.min_by_key(|it| it.gid.is_link_local());
    let Some(entry) = entry.filter(|it| rig.is_simulated() || !it.gid.is_link_local()) else {
        return Err(Stop::NotApplicable("it has no IPv6 address that reaches itself".to_owned()));
    };
    // An address of the link alone is known by its link, too.
    let scope = if entry.gid.is_link_local() { entry.link.unwrap_or(0) } else { 0 };
    let here = SocketAddrV6::new(entry.gid.ipv6(), 0, 0, scope);
    let ends = Ends::at(rig, QpType::Rc, here.into())?;
    let Pair { asked: (a, a_qp), answered: (_b, b_qp) } = ends.connect()?;
    must(a.peer_address().map(|at| at.ip()) == Some(ends.at.ip()), || format!("{:?}", a.peer_address()))?;
    let memory = rig.memory(64, 3)?;
    rig.receive(&b_qp, 1, &memory, 32, 32)?;
    a_qp.post_send(&[SendRequest::new(2, SendOp::Send, &[memory.sge(0, 8)?])])?;
    succeeded(&rig.completions(2)?)
}

pub(super) fn left(rig: &Rig<'_>) -> Result {
    let ends = Ends::new(rig, QpType::Rc)?;
    let Pair { asked, answered } = ends.connect()?;
    drop(asked);
    expect(&ends.listening, Kind::Disconnected, Some(&answered.0))?;
    drop(answered);
    // And the other way around, after the channel's own handle.
    let Pair { asked, answered } = ends.connect()?;
    let Ends { asking, listening, listener, .. } = ends;
    drop((listening, listener));
    drop(answered);
    expect(&asking, Kind::Disconnected, Some(&asked.0)).map(drop)
}

pub(super) fn refused(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("who is refused learns it from TCP")?;
    let ends = Ends::new(rig, QpType::Rc)?;
    let qp = rig.qp(QpType::Rc, None)?;
    let (a, _, request) = ends.ask(&qp)?;
    request.reject(b"not today")?;
    let told = expect(&ends.asking, Kind::Rejected, Some(&a))?.event;
    let wanted = (CM_REJECTED_BY_PROGRAM, filled(b"not today", 148));
    must((told.status, told.private_data.clone()) == wanted, || format!("{told:?}"))?;
    // Whoever lets a request go refuses it.
    let (a, _, request) = ends.ask(&qp)?;
    drop(request);
    let told = expect(&ends.asking, Kind::Rejected, Some(&a))?.event;
    must(told.status == CM_REJECTED_BY_PROGRAM, || format!("{told:?}"))?;
    // A port that somebody holds and does not listen at.
    let silent = ends.listening.create_id(QpType::Rc)?;
    silent.bind(SocketAddr::new(rig.ip(), 0))?;
    let at = silent.local_address().ok_or_else(|| Stop::Failed("it is bound to nothing".to_owned()))?;
    let a = ends.way_to(at)?;
    a.connect(&CmParameters::of_qp(qp.number()), &[])?;
    let told = expect(&ends.asking, Kind::Rejected, Some(&a))?.event;
    must(told.status == CM_REJECTED_NO_LISTENER, || format!("{told:?}"))
}

pub(super) fn in_order(rig: &Rig<'_>) -> Result {
    let ends = Ends::new(rig, QpType::Rc)?;
    let kind = |answer: smartnic::Result<()>| answer.err().map(|error| error.kind());
    let qp = rig.qp(QpType::Rc, None)?;
    let terms = CmParameters::of_qp(qp.number());
    let id = ends.asking.create_id(QpType::Rc)?;
    must(id.device().is_none() && id.local_address().is_none(), || "it leads somewhere".to_owned())?;
    id.resolve_address(None, ends.at, PATIENCE)?;
    expect(&ends.asking, Kind::AddressResolved, Some(&id))?;
    let early = kind(id.connect(&terms, &[]));
    must(early == Some(ErrorKind::Refused), || format!("connected before there was a route: {early:?}"))?;
    id.resolve_route(PATIENCE)?;
    expect(&ends.asking, Kind::RouteResolved, Some(&id))?;
    let early = kind(id.establish());
    must(early == Some(ErrorKind::Refused), || format!("established before it was answered: {early:?}"))?;
    let long = kind(id.connect(&terms, &[0; 57]));
    must(long == Some(ErrorKind::InvalidInput), || format!("57 bytes went along: {long:?}"))?;
    // A port that is taken, an address that is not here, a type that does not connect.
    let other = ends.asking.create_id(QpType::Rc)?;
    must(other.bind(ends.at).is_err(), || "a port was taken twice".to_owned())?;
    let elsewhere = SocketAddr::from(([192, 0, 2, 77], 0));
    // An id that could not be bound keeps the link, and on iWARP is then bound to any address (rdma_translate_ip).
    let other = ends.asking.create_id(QpType::Rc)?;
    must(other.bind(elsewhere).is_err(), || format!("{elsewhere} is here"))?;
    let uc = ends.asking.create_id(QpType::Uc).map(drop);
    must(kind(uc) == Some(ErrorKind::Unsupported), || "UC has ids".to_owned())?;
    let none = ends.asking.next_event(Some(Duration::from_millis(1)))?;
    must(none.is_none(), || format!("{none:?} came of what was refused"))
}

pub(super) fn datagrams(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("there are no datagrams")?;
    let ends = Ends::new(rig, QpType::Ud)?;
    let (mine, theirs) = (rig.qp(QpType::Ud, None)?, rig.qp(QpType::Ud, None)?);
    let (id, asked, request) = ends.ask(&mine)?;
    must(asked.private_data == filled(b"from one", 180) && request.kind() == QpType::Ud, || {
        format!("{asked:?}")
    })?;
    for (qp, id) in [(&mine, &id), (&theirs, &request)] {
        follow(qp, &**id, &[QpState::Init])?;
        qp.modify(&QpChange::to(QpState::Rtr))?;
        qp.modify(&QpChange { send_psn: Some(0), ..QpChange::to(QpState::Rts) })?;
    }
    request.accept(&CmParameters::of_qp(theirs.number()), b"here")?;
    let told = expect(&ends.asking, Kind::Established, Some(&id))?.event;
    let way = told.datagrams.filter(|way| way.qp == theirs.number());
    let way = way.ok_or_else(|| Stop::Failed(format!("{told:?} is not the way to {}", theirs.number())))?;
    must(told.private_data.starts_with(b"here\0"), || format!("{told:?}"))?;
    let memory = rig.memory(1000, 4)?;
    let handle = rig.pd.create_ah(&way.address)?;
    rig.receive(&theirs, 1, &memory, 500, 200)?;
    let to = Destination { handle: &*handle, qp: way.qp, qkey: way.qkey };
    mine.post_send(&[SendRequest::new(2, SendOp::Send, &[memory.sge(0, 100)?]).to(to)])?;
    let all = rig.completions(2)?;
    succeeded(&all)?;
    must((all[0].bytes, all[0].source_qp) == (140, mine.number()), || format!("{all:?}"))
}

pub(super) fn group(rig: &Rig<'_>) -> Result {
    rig.not_iwarp("there are no datagrams")?;
    let group = IpAddr::from([239, 77, 1, 5]);
    let cm = channel(rig)?;
    let id = cm.create_id(QpType::Ud)?;
    id.bind(SocketAddr::new(rig.ip(), 0))?;
    id.join(group)?;
    let told = expect(&cm, Kind::MulticastJoin, Some(&id))?.event;
    let way = told.datagrams.ok_or_else(|| Stop::Failed(format!("{told:?} says no way there")))?;
    must(way.qp == 0xff_ffff && way.address.gid.is_some(), || format!("{told:?}"))?;
    let [sender, member, other] = [(); 3].map(|()| rig.qp(QpType::Ud, None));
    let (sender, member, other) = (sender?, member?, other?);
    for qp in [&sender, &member, &other] {
        let init = id.qp_change(QpState::Init)?;
        qp.modify(&QpChange { qkey: Some(way.qkey), ..init })?;
        qp.modify(&QpChange::to(QpState::Rtr))?;
        qp.modify(&QpChange { send_psn: Some(0), ..QpChange::to(QpState::Rts) })?;
    }
    let memory = rig.memory(2000, 6)?;
    let handle = rig.pd.create_ah(&way.address)?;
    let to = Destination { handle: &*handle, qp: way.qp, qkey: way.qkey };
    member.attach(&way.address)?;
    for (qp, number) in [(&member, 1), (&other, 2)] {
        rig.receive(qp, number, &memory, 500 * number as usize, 200)?;
    }
    sender.post_send(&[SendRequest::new(3, SendOp::Send, &[memory.sge(0, 100)?]).to(to)])?;
    let all = rig.completions(2)?;
    succeeded(&all)?;
    let told: Vec<_> = all.iter().map(|it| (it.id, it.qp, it.bytes)).collect();
    must(told[0] == (1, member.number(), 140) && told[1].0 == 3, || format!("{all:?}"))?;
    // Who left gets no more.
    member.detach(&way.address)?;
    must(member.detach(&way.address).is_err(), || "it was detached twice".to_owned())?;
    id.leave(group)?;
    sender.post_send(&[SendRequest::new(4, SendOp::Send, &[memory.sge(0, 100)?]).to(to)])?;
    succeeded(&rig.completions(1)?)?;
    // One that is dropped while it is attached leaves nothing behind.
    member.attach(&way.address)?;
    Ok(())
}
