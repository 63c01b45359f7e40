use std::cell::RefCell;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use smartnic::{ErrorKind, Host};
use smartnic_core::backend::{
    QpConfig, VerbsChannel, VerbsCmId, VerbsContext, VerbsCq, VerbsMr, VerbsPd, VerbsQp, VerbsSrq,
};
use smartnic_core::rdma::{GidType, QpState, QpType};
use smartnic_core::verbs::{
    Access, AckTimeout, AddressVector, Buffer, Completion, PathMtu, QpCapacity, QpChange, ReceiveRequest,
    RnrTimer, VerbsGidEntry,
};

use super::connections;
use crate::check::{Result, Stop};

/// How long something may take that must happen.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// The key of datagrams.
pub(super) const QKEY: u32 = 0x1111_1111;

/// A device that is open, with what most checks need.
pub struct Rig<'h> {
    pub(super) host: &'h Host,
    pub(super) context: Arc<dyn VerbsContext>,
    pub(super) pd: Arc<dyn VerbsPd>,
    pub(super) channel: Arc<dyn VerbsChannel>,
    pub(super) cq: Arc<dyn VerbsCq>,
    pub(super) address: AddressVector,
    /// Of iWARP: the address by which it reaches itself. Its queue pairs have ids that must be kept.
    iwarp: Option<IpAddr>,
    held: RefCell<Vec<Arc<dyn VerbsCmId>>>,
}

/// What differs from one connection to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) access: Access,
    pub(super) rnr_retries: u8,
    pub(super) timeout: u8,
}

impl Default for Way {
    fn default() -> Self {
        let access = Access::REMOTE_READ | Access::REMOTE_WRITE | Access::REMOTE_ATOMIC;
        Self { access, rnr_retries: 7, timeout: 14 }
    }
}

impl<'h> Rig<'h> {
    /// Opens a device.
    ///
    /// # Errors
    /// If it cannot be opened or has no GID of RoCE v2.
    pub fn new(host: &'h Host, device: &str) -> Result<Self> {
        Self::with(host, device, |gids| {
            let of_v2 = gids.iter().filter(|entry| entry.kind == Some(GidType::RoceV2));
            // An address of the link alone has no route where IPv6 is off.
            of_v2.min_by_key(|entry| entry.gid.is_link_local())
        })
    }

    /// The same with the last GID of the table, which changes when the link's address does.
    ///
    /// # Errors
    /// Those of [`Rig::new`].
    pub fn of_last_gid(host: &'h Host, device: &str) -> Result<Self> {
        Self::with(host, device, |gids| gids.last())
    }

    fn with(
        host: &'h Host,
        device: &str,
        choose: fn(&[VerbsGidEntry]) -> Option<&VerbsGidEntry>,
    ) -> Result<Self> {
        let context = host.verbs()?.open(device)?;
        let gids = context.gids()?;
        let gid = choose(&gids);
        let gid = gid.ok_or_else(|| Stop::Failed(format!("{device} has no GID of RoCE v2: {gids:?}")))?;
        let index = u8::try_from(gid.index).map_err(|_| Stop::Failed("a place beyond 255".to_owned()))?;
        let address = AddressVector::to_gid(gid.port, index, gid.gid);
        Self::around(host, context, address, None)
    }

    /// Opens a device of iWARP, whose link has this address.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn by_address(host: &'h Host, device: &str, address: IpAddr) -> Result<Self> {
        let context = host.verbs()?.open(device)?;
        Self::around(host, context, AddressVector { port: 1, ..AddressVector::default() }, Some(address))
    }

    fn around(
        host: &'h Host,
        context: Arc<dyn VerbsContext>,
        address: AddressVector,
        iwarp: Option<IpAddr>,
    ) -> Result<Self> {
        let (pd, channel) = (context.alloc_pd()?, context.create_channel()?);
        let cq = context.create_cq(256, Some(&channel))?;
        Ok(Self { host, pd, channel, cq, address, context, iwarp, held: RefCell::default() })
    }

    /// The address by which the device reaches itself.
    pub(super) fn ip(&self) -> IpAddr {
        let gid = self.address.gid.unwrap_or_default();
        self.iwarp.unwrap_or_else(|| gid.ipv4().map_or_else(|| IpAddr::V6(gid.ipv6()), IpAddr::V4))
    }

    /// Whether connections are made by address alone, over TCP: nobody is asked again, and there are no numbers with
    /// messages, no atomics and no datagrams.
    pub(super) fn is_iwarp(&self) -> bool {
        self.iwarp.is_some()
    }

    /// Ends the connections of iWARP.
    pub(super) fn let_go(&self) {
        self.held.borrow_mut().clear();
    }

    /// Leaves the check out on iWARP.
    pub(super) fn not_iwarp(&self, why: &str) -> Result {
        if self.is_iwarp() { Err(Stop::NotApplicable(format!("iWARP: {why}"))) } else { Ok(()) }
    }

    /// Whether it is a device of ours, of which nothing is excused.
    pub(super) fn is_simulated(&self) -> bool {
        self.host.uri().starts_with("sim:")
    }

    pub(super) fn memory(&self, length: usize, fill: u8) -> Result<Arc<dyn VerbsMr>> {
        let buffer = Buffer::new(length);
        buffer.write(0, &vec![fill; length])?;
        let access = Access::LOCAL_WRITE | Access::REMOTE_READ | Access::REMOTE_WRITE | Access::REMOTE_ATOMIC;
        Ok(self.pd.register(&buffer, access)?)
    }

    pub(super) fn qp(&self, kind: QpType, srq: Option<&Arc<dyn VerbsSrq>>) -> Result<Arc<dyn VerbsQp>> {
        Ok(self.pd.create_qp(&QpConfig { srq, ..self.config(kind) })?)
    }

    /// What queue pairs are made of here.
    pub(super) fn config(&self, kind: QpType) -> QpConfig<'_> {
        let capacity =
            QpCapacity { send_requests: 16, receive_requests: 16, send_sges: 2, ..QpCapacity::default() };
        let (send_cq, receive_cq) = (&self.cq, &self.cq);
        QpConfig { kind, send_cq, receive_cq, srq: None, capacity, signal_all: false, batches: None }
    }

    /// Two queue pairs of a connection, each the other's peer.
    pub(super) fn pair(&self, kind: QpType, way: Way) -> Result<[Arc<dyn VerbsQp>; 2]> {
        if self.is_iwarp() {
            let (pair, ids) = connections::pair(self)?;
            self.held.borrow_mut().extend(ids);
            return Ok(pair);
        }
        let pair = [self.qp(kind, None)?, self.qp(kind, None)?];
        self.join(&pair[0], pair[1].number(), way)?;
        self.join(&pair[1], pair[0].number(), way)?;
        Ok(pair)
    }

    /// Brings a connected queue pair to where it sends.
    pub(super) fn join(&self, qp: &Arc<dyn VerbsQp>, peer: u32, way: Way) -> Result {
        self.join_until(qp, peer, way, QpState::Rts)
    }

    pub(super) fn join_until(&self, qp: &Arc<dyn VerbsQp>, peer: u32, way: Way, last: QpState) -> Result {
        let reliable = qp.kind() != QpType::Uc;
        let (asks, answers) =
            (reliable && qp.kind() != QpType::XrcTgt, reliable && qp.kind() != QpType::XrcIni);
        qp.modify(&QpChange {
            pkey_index: Some(0),
            port: Some(self.address.port),
            access: Some(way.access),
            ..QpChange::to(QpState::Init)
        })?;
        if last == QpState::Init {
            return Ok(());
        }
        qp.modify(&QpChange {
            address: Some(self.address),
            path_mtu: Some(PathMtu::Mtu1024),
            peer: Some(peer),
            receive_psn: Some(77),
            max_answered_reads: answers.then_some(1),
            rnr_timer: answers.then_some(RnrTimer(1)),
            ..QpChange::to(QpState::Rtr)
        })?;
        if last == QpState::Rtr {
            return Ok(());
        }
        qp.modify(&QpChange {
            send_psn: Some(77),
            timeout: reliable.then_some(AckTimeout(way.timeout)),
            retries: asks.then_some(1),
            rnr_retries: asks.then_some(way.rnr_retries),
            max_reads: asks.then_some(1),
            ..QpChange::to(QpState::Rts)
        })?;
        Ok(())
    }

    /// A queue pair for datagrams, ready to send.
    pub(super) fn datagrams(&self, srq: Option<&Arc<dyn VerbsSrq>>) -> Result<Arc<dyn VerbsQp>> {
        let qp = self.qp(QpType::Ud, srq)?;
        qp.modify(&QpChange {
            pkey_index: Some(0),
            port: Some(self.address.port),
            qkey: Some(QKEY),
            ..QpChange::to(QpState::Init)
        })?;
        qp.modify(&QpChange::to(QpState::Rtr))?;
        qp.modify(&QpChange { send_psn: Some(0), ..QpChange::to(QpState::Rts) })?;
        Ok(qp)
    }

    pub(super) fn receive(
        &self,
        qp: &Arc<dyn VerbsQp>,
        id: u64,
        mr: &Arc<dyn VerbsMr>,
        at: usize,
        len: usize,
    ) -> Result {
        Ok(qp.post_receive(&[ReceiveRequest { id, regions: &[mr.sge(at, len)?] }])?)
    }

    /// The next completions, so many of them, by their numbers.
    pub(super) fn completions(&self, count: usize) -> Result<Vec<Completion>> {
        let (end, mut all) = (Instant::now() + PATIENCE, Vec::new());
        while all.len() < count {
            let mut some = [Completion::default(); 8];
            let polled = self.cq.poll(&mut some)?;
            all.extend_from_slice(&some[..polled]);
            if polled == 0 && Instant::now() > end {
                return Err(Stop::Failed(format!("only {} of {count} completions came: {all:?}", all.len())));
            }
        }
        all.sort_by_key(|completion| completion.id);
        Ok(all)
    }

    /// One completion.
    pub(super) fn completion(&self) -> Result<Completion> {
        self.completions(1).map(|mut all| all.remove(0))
    }
}

/// What a device has; that it has not is no failure, if it says so.
pub(super) fn applicable<T>(made: smartnic::Result<T>) -> Result<T> {
    match made {
        Err(error) if error.kind() == ErrorKind::Unsupported => Err(Stop::NotApplicable(error.to_string())),
        made => Ok(made?),
    }
}

/// Fails with `what` unless it holds.
pub(super) fn must(holds: bool, what: impl FnOnce() -> String) -> Result {
    if holds { Ok(()) } else { Err(Stop::Failed(what())) }
}
