//! What programs made on RDMA devices through verbs, and the fabric between it.
//!
//! All devices of a machine reach each other by their GIDs. Nothing of it outlives the process, as nothing of a program
//! outlives it on a real host. A request is carried out as soon as it can be, in the order of its queue; one that has to
//! wait (no receive request, no answer) is tried again whenever something changes, and fails when its time is over.

mod arrive;
mod carry;
mod completion;
mod connection;
mod counter;
mod event;
mod group;
mod memory;
mod one_sided;
mod signal;
mod state;
mod steering;
mod store;
mod wait;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{
    Access, AddressVector, AsyncEvent, Ece, QpAttributes, QpCapacity, SendFlags, SendOp, WindowKind,
};

use crate::fault::VerbsFault;

pub(crate) use completion::{Cq, Stamp, Wanted};
pub(crate) use connection::{Connections as CmIds, State as CmPhase};
pub(crate) use counter::Counter;
pub(crate) use group::GROUP;
pub(crate) use signal::Signal;
pub(crate) use state::{change as change_qp, fresh};
pub(crate) use steering::{Counted, Flow, MOST_SEGMENT, contradiction};
pub(crate) use store::{FileStore, Store};

/// The number of the first queue pair that programs make; those before are the kernel's own.
const FIRST_QP: u32 = 17;
/// The longest message: that of InfiniBand's specification.
pub(crate) const LONGEST: u32 = 1 << 30;

/// All that programs made.
#[derive(Debug, Default)]
pub(crate) struct Verbs {
    last: u32,
    last_qp: u32,
    pub(crate) contexts: BTreeMap<u32, Context>,
    pub(crate) pds: BTreeMap<u32, Pd>,
    /// By their keys.
    pub(crate) mrs: BTreeMap<u32, Mr>,
    /// By their numbers.
    pub(crate) windows: BTreeMap<u32, Window>,
    pub(crate) cqs: BTreeMap<u32, Cq>,
    pub(crate) srqs: BTreeMap<u32, Srq>,
    pub(crate) qps: BTreeMap<u32, Qp>,
    /// Domains of extended connections, each with its context.
    pub(crate) xrcds: BTreeMap<u32, u32>,
    /// Rules by which raw packets come, from the oldest.
    pub(crate) flows: BTreeMap<u32, Flow>,
    /// Pages of the memory of devices that are taken, by their numbers.
    pub(crate) device_memory: BTreeMap<u32, u64>,
    /// What counts their packets.
    pub(crate) counters: BTreeMap<u32, Counted>,
    /// The queue pairs that are attached to multicast groups, by their GIDs.
    pub(crate) groups: BTreeMap<[u8; 16], BTreeSet<u32>>,
    /// The queue pairs with requests that were not carried out yet.
    busy: BTreeSet<u32>,
    /// By the numbers of devices.
    counted: BTreeMap<(u32, Counter), u64>,
    /// What ports were like when it was looked last.
    ports: BTreeMap<u32, event::Port>,
    /// Devices that failed.
    dead: BTreeSet<u32>,
    /// Connections by address.
    pub(crate) cm: CmIds,
    /// How many requests were tried.
    tried: u64,
    faults: Vec<(u64, VerbsFault)>,
}

/// A copy of a machine is another machine, on which nobody has made anything.
impl Clone for Verbs {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Two machines are the same whatever programs do on them.
impl PartialEq for Verbs {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A device that a program opened.
#[derive(Debug)]
pub(crate) struct Context {
    /// The number of the device.
    pub(crate) device: u32,
    pub(crate) pid: u32,
    pub(crate) events: Arc<Signal<AsyncEvent>>,
}

#[derive(Debug)]
pub(crate) struct Pd {
    pub(crate) context: u32,
}

#[derive(Debug)]
pub(crate) struct Mr {
    pub(crate) pd: u32,
    pub(crate) store: Store,
    pub(crate) access: Access,
}

/// A memory window.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) pd: u32,
    pub(crate) kind: WindowKind,
    /// Its key since it was bound last.
    pub(crate) key: u32,
    pub(crate) bound: Option<Bound>,
}

/// What a window lends, and to whom.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    /// The queue pair that bound it.
    pub(crate) qp: u32,
    pub(crate) store: Store,
    pub(crate) offset: usize,
    pub(crate) length: usize,
    pub(crate) access: Access,
}

/// A request to bind a window.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) window: u32,
    pub(crate) key: u32,
    pub(crate) region: u32,
    pub(crate) offset: usize,
    pub(crate) length: usize,
    pub(crate) access: Access,
}

#[derive(Debug)]
pub(crate) struct Srq {
    pub(crate) pd: u32,
    pub(crate) id: u64,
    pub(crate) limit: u32,
    pub(crate) receives: VecDeque<Receive>,
    /// The domain that connections reach it by, and the queue that tells of what comes then.
    pub(crate) extended: Option<(u32, u32)>,
}

#[derive(Debug)]
pub(crate) struct Qp {
    /// Its protection domain; none of the receiving end of an extended connection.
    pub(crate) pd: u32,
    /// Its domain of extended connections.
    pub(crate) xrcd: Option<u32>,
    pub(crate) kind: QpType,
    pub(crate) send_cq: u32,
    pub(crate) receive_cq: u32,
    pub(crate) srq: Option<u32>,
    pub(crate) capacity: QpCapacity,
    pub(crate) signal_all: bool,
    pub(crate) now: QpAttributes,
    pub(crate) ece: Ece,
    pub(crate) sends: VecDeque<Send>,
    pub(crate) receives: VecDeque<Receive>,
    /// Places of the send queue that are taken: until a completion that says so was polled.
    pub(crate) taken: u32,
    /// Those of them that were carried out without a completion.
    pub(crate) silent: u32,
    /// Why the first request waits, and until when.
    pub(crate) wait: Option<(Why, Option<Instant>)>,
}

/// Why a request waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Nobody answers.
    NoAnswer,
    /// The peer has no receive request.
    NotReady,
}

/// A piece of memory of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    pub(crate) address: u64,
    pub(crate) length: u32,
    pub(crate) key: u32,
}

#[derive(Debug)]
pub(crate) enum Bytes {
    Inline(Vec<u8>),
    Pieces(Vec<Piece>),
}

/// Where a datagram goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct To {
    pub(crate) address: AddressVector,
    pub(crate) qp: u32,
    pub(crate) qkey: u32,
}

#[derive(Debug)]
pub(crate) struct Send {
    pub(crate) id: u64,
    pub(crate) op: SendOp,
    pub(crate) bytes: Bytes,
    pub(crate) flags: SendFlags,
    pub(crate) to: Option<To>,
    /// The peer's shared receive queue, of extended connections.
    pub(crate) srq: Option<u32>,
    /// What is bound, in the place of `op`.
    pub(crate) binding: Option<Binding>,
    /// By what its bytes are cut into packets.
    pub(crate) cut: Option<Cut>,
    /// Whether its turn came already.
    pub(crate) tried: bool,
}

/// How a long segment is cut.
#[derive(Debug)]
pub(crate) struct Cut {
    pub(crate) header: Vec<u8>,
    /// Bytes of each packet.
    pub(crate) size: u16,
}

#[derive(Debug)]
pub(crate) struct Receive {
    pub(crate) id: u64,
    pub(crate) pieces: Vec<Piece>,
}

/// Whether everything arrives over queue pairs of a type, in order, or they fail.
pub(crate) fn is_reliable(kind: QpType) -> bool {
    matches!(kind, QpType::Rc | QpType::XrcIni | QpType::XrcTgt)
}

/// A number that nothing else in this process has.
pub(crate) fn unique() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Relaxed)
}

impl Verbs {
    /// A number that nothing else but queue pairs has.
    pub(crate) fn number(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    /// The number of the next queue pair.
    pub(crate) fn qp_number(&mut self) -> u32 {
        self.last_qp = self.last_qp.max(FIRST_QP - 1) + 1;
        self.last_qp
    }

    /// Lets requests suffer, counted from here on.
    pub(crate) fn suffer(&mut self, faults: &[(u64, VerbsFault)]) {
        (self.tried, self.faults) = (0, faults.to_vec());
    }

    /// What is to happen to the next request.
    fn fault(&mut self) -> Option<VerbsFault> {
        let number = self.tried;
        self.tried += 1;
        self.faults.iter().find(|(at, _)| *at == number).map(|(_, fault)| *fault)
    }

    /// The number of the device that a protection domain is of.
    pub(crate) fn device_of_pd(&self, pd: u32) -> Option<u32> {
        Some(self.contexts.get(&self.pds.get(&pd)?.context)?.device)
    }

    /// The number of the device that a queue pair is of.
    pub(crate) fn device_of(&self, qp: u32) -> Option<u32> {
        Some(self.contexts.get(&self.context_of(qp)?)?.device)
    }

    /// The context that a queue pair was made in.
    pub(crate) fn context_of(&self, qp: u32) -> Option<u32> {
        let qp = self.qps.get(&qp)?;
        match qp.xrcd {
            Some(xrcd) => self.xrcds.get(&xrcd).copied(),
            None => Some(self.pds.get(&qp.pd)?.context),
        }
    }

    /// Whether a device failed.
    pub(crate) fn is_dead(&self, device: u32) -> bool {
        self.dead.contains(&device)
    }

    /// A request was put into the queue of a queue pair.
    pub(crate) fn posted(&mut self, qp: u32) {
        self.busy.insert(qp);
    }

    /// When the first of the requests that wait fails.
    pub(crate) fn next_end(&self) -> Option<Instant> {
        let waiting = self.busy.iter().filter_map(|number| self.qps.get(number)?.wait?.1);
        waiting.min()
    }

    /// Takes a queue pair away, with what came of its requests.
    pub(crate) fn destroy_qp(&mut self, number: u32) {
        let Some(qp) = self.qps.remove(&number) else { return };
        self.busy.remove(&number);
        self.groups.values_mut().for_each(|group| {
            group.remove(&number);
        });
        for cq in [qp.send_cq, qp.receive_cq] {
            if let Some(cq) = self.cqs.get_mut(&cq) {
                cq.forget(number);
            }
        }
    }

    /// Closes a device; one that failed can be opened again when nobody has it open any more.
    pub(crate) fn close(&mut self, number: u32) {
        let Some(context) = self.contexts.remove(&number) else { return };
        if self.contexts.values().all(|other| other.device != context.device) {
            self.dead.remove(&context.device);
            self.ports.remove(&context.device);
        }
    }
}
