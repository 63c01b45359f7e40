//! What a channel of `rdma_cm` tells, sorted by whom it concerns: several ends hear by one channel.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use smartnic_core::backend::{CmArrival, VerbsCm, VerbsCmId};
use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{CM_REJECTED_NO_LISTENER, CmEvent, CmEventKind};

use super::MEETING;
use crate::{Error, ErrorKind, Host, Result};

/// How long somebody waits at most before he looks whether another has taken what he waits for.
const TURN: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(super) struct Station {
    cm: Arc<dyn VerbsCm>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<(CmEvent, Arc<dyn VerbsCmId>)>,
    /// What the ids that are followed were told.
    told: HashMap<u64, VecDeque<CmEvent>>,
}

impl Station {
    pub(super) fn open(host: &Host) -> Result<Arc<Self>> {
        let (cm, kept) = (host.verbs()?.connections()?, Mutex::default());
        Ok(Arc::new(Self { cm, kept }))
    }

    /// A new id of a reliable connection.
    pub(super) fn id(&self) -> Result<Arc<dyn VerbsCmId>> {
        self.cm.create_id(QpType::Rc)
    }

    /// Keeps what an id is told from now on.
    pub(super) fn follow(self: &Arc<Self>, id: Arc<dyn VerbsCmId>) -> Followed {
        self.kept().told.insert(id.number(), VecDeque::new());
        Followed { id, station: Arc::clone(self) }
    }

    /// The next request to connect, and its id; waits for it so long.
    pub(super) fn request(self: &Arc<Self>, most: Duration) -> Result<Option<(CmEvent, Followed)>> {
        let end = Instant::now().checked_add(most);
        loop {
            let request = self.kept().requests.pop_front();
            if let Some((event, id)) = request {
                return Ok(Some((event, self.follow(id))));
            }
            let left = end.map_or(TURN, |end| end.saturating_duration_since(Instant::now()).min(TURN));
            self.hear(left)?;
            if left.is_zero() && self.kept().requests.is_empty() {
                return Ok(None);
            }
        }
    }

    /// Takes what the channel tells, and waits for it a while.
    fn hear(&self, most: Duration) -> Result<()> {
        let mut wait = most;
        while let Some(CmArrival { event, request }) = self.cm.next_event(Some(wait))? {
            let mut kept = self.kept();
            match request {
                Some(id) => kept.requests.push_back((event, id)),
                None => {
                    if let Some(told) = kept.told.get_mut(&event.id) {
                        told.push_back(event);
                    }
                }
            }
            wait = Duration::ZERO;
        }
        Ok(())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An id of which is kept what it is told.
#[derive(Debug)]
pub(super) struct Followed {
    pub(super) id: Arc<dyn VerbsCmId>,
    station: Arc<Station>,
}

impl Followed {
    /// Waits for the next thing that the id is told, which must be this.
    pub(super) fn expect(&self, op: &'static str, kind: CmEventKind) -> Result<CmEvent> {
        self.expect_one_of(op, &[kind])
    }

    /// The same, where it may be any of these.
    pub(super) fn expect_one_of(&self, op: &'static str, kinds: &[CmEventKind]) -> Result<CmEvent> {
        let named = |error: Error| match self.id.peer_address() {
            Some(peer) => error.on(peer),
            None => error,
        };
        let end = Instant::now() + MEETING;
        loop {
            let told = self.station.kept().told.get_mut(&self.id.number()).and_then(VecDeque::pop_front);
            match told {
                Some(event) if kinds.contains(&event.kind) => return Ok(event),
                Some(event) => return Err(named(failure(op, &event))),
                None if end <= Instant::now() => {
                    let reason = format!("nothing was heard for {} seconds", MEETING.as_secs());
                    return Err(named(Error::new(ErrorKind::Timeout, op).reason(reason)));
                }
                None => self.station.hear(TURN)?,
            }
        }
    }

    /// Whether the connection ended.
    pub(super) fn is_over(&self) -> Result<bool> {
        const ENDS: [CmEventKind; 2] = [CmEventKind::Disconnected, CmEventKind::DeviceRemoval];
        self.station.hear(Duration::ZERO)?;
        let kept = self.station.kept();
        let told = kept.told.get(&self.id.number());
        Ok(told.is_some_and(|told| told.iter().any(|event| ENDS.contains(&event.kind))))
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.station.kept().told.remove(&self.id.number());
    }
}

/// What it means that something else came.
fn failure(op: &'static str, event: &CmEvent) -> Error {
    let why = std::io::Error::from_raw_os_error(event.status.saturating_neg());
    match event.kind {
        CmEventKind::AddressError | CmEventKind::RouteError => {
            let error = Error::new(ErrorKind::NotFound, op).reason(format!("{}: {why}", event.kind));
            error.hint("snicctl rdma gid best ADDRESS says what leads there")
        }
        CmEventKind::Rejected if event.status == CM_REJECTED_NO_LISTENER => {
            Error::new(ErrorKind::Refused, op).reason("nobody listens there for RDMA connections")
        }
        CmEventKind::Rejected => Error::new(ErrorKind::Refused, op).reason("the other end refused"),
        CmEventKind::Unreachable => Error::new(ErrorKind::Timeout, op).reason("nobody answers there"),
        CmEventKind::DeviceRemoval => Error::new(ErrorKind::DeviceGone, op).reason("the device is gone"),
        CmEventKind::Disconnected => {
            Error::new(ErrorKind::Io, op).reason("the other end closed the connection")
        }
        other => Error::protocol(op, format!("something else came: {other}")),
    }
}
