//! `snic_events`: what changes on a host, as it happens, with a file descriptor to wait on.
//!
//! A thread of the library's own listens and keeps what it hears; a pipe tells that something is kept. So the descriptor is
//! of the same kind for real and simulated hosts, and for what must be read again to be known.

use std::collections::VecDeque;
use std::ffi::c_char;
use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use smartnic::ethtool::{LinkChanged, LinkNotice};
use smartnic::flow::{TcMessage, TcObject, TcPlace, Told};
use smartnic::inventory::{Change, Watch as Topology};
use smartnic::rdma::{Event, EventKind};
use smartnic::{Error, ErrorKind, Host, Result, backend, settings};

use crate::argument::{place, place_for};
use crate::entry::{done, enter, look};
use crate::error::{snic_error, snic_status};
use crate::handle::{self, opaque};
use crate::host::snic_host;
use crate::scratch::{At, Scratch};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum snic_event_kind {
    /// Something is there: new, or changed in a way that the kernel does not tell.
    There = 0,
    /// Something came.
    Appeared = 1,
    /// Something went away.
    Gone = 2,
    /// Something is otherwise than before.
    Changed = 3,
    /// A tie between two things came.
    Joined = 4,
    /// A tie between two things is no longer there.
    Parted = 5,
    /// A netdev went to another network namespace; the subject is what it is known by there.
    Moved = 6,
}

/// Something that happened on a host.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_event {
    /// The size of this structure in the library.
    pub size: usize,
    /// A number of `snic_event_kind`.
    pub kind: i32,
    /// The number of the link that it is about; 0 if it is about none in the host's network namespace.
    pub ifindex: u32,
    /// Of rules: the chain.
    pub chain: u32,
    /// Of rules: the priority.
    pub prio: u32,
    /// Of rules: the handle.
    pub handle: u32,
    /// What kind of thing it is about: "function", "devlink", "port", "netdev", "rdma", "switch", "numa"; "filter", "chain",
    /// "actions", "qdisc"; of links the topic of `snic_setting`, "features", "cable", "rss", "phy", "power", "firmware"; of RDMA
    /// "device" and "port".
    pub object: *const c_char,
    /// Of the topology, which one: what is behind the kind, such as "pci/0000:03:00.0" or a number of a link, with "blue/" in
    /// front if the link is in the network namespace blue; of a tie, the thing that belongs. Of links and RDMA devices, the
    /// name. NULL for rules.
    pub subject: *const c_char,
    /// Of a tie: what it belongs to, with its kind in front; of an RDMA port, the link. NULL otherwise.
    pub target: *const c_char,
    /// All that is known, as one line of JSON.
    pub json: *const c_char,
}

/// What changes on a host. Made by functions that end in `_watch`, freed with `snic_events_free`. Used by one thread at a
/// time.
pub struct snic_events {
    _opaque: [u8; 0],
}
opaque!(snic_events, Events);

/// How soon the listening thread looks whether it is to end.
const SLICE: Duration = Duration::from_millis(50);
/// So many events are kept for a reader that does not come; then the oldest are given up, and that is told.
const KEPT: usize = 65_536;

enum Heard {
    Topology(Change),
    Rules(TcMessage),
    Link(LinkNotice),
    Rdma(Event),
}

/// What was heard and not yet read.
struct Inbox {
    heard: VecDeque<Heard>,
    /// What is to be told before all else: that something was lost, or that nothing is heard any more.
    failure: Option<Error>,
    /// The listening thread ended.
    over: bool,
    bell: PipeWriter,
    /// True while a byte is in the pipe.
    rung: bool,
}

struct Shared {
    inbox: Mutex<Inbox>,
    come: Condvar,
    end: AtomicBool,
}

/// The reading end.
pub(crate) struct Events {
    shared: Arc<Shared>,
    pipe: PipeReader,
    listener: Option<JoinHandle<()>>,
    texts: Scratch,
    event: Option<snic_event>,
}

impl Shared {
    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, change: impl FnOnce(&mut Inbox)) {
        let mut inbox = self.inbox();
        change(&mut inbox);
        if !inbox.rung {
            // One byte, and only while none is there: the pipe is never full.
            inbox.rung = inbox.bell.write_all(&[1]).is_ok();
        }
        self.come.notify_all();
    }

    fn listen(&self, hear: &mut dyn FnMut() -> Result<Option<Heard>>) {
        while !self.end.load(Ordering::Relaxed) {
            match hear() {
                Ok(None) => {}
                Ok(Some(heard)) => self.put(|inbox| {
                    if inbox.heard.len() == KEPT {
                        inbox.heard.pop_front();
                        inbox.failure.get_or_insert_with(|| {
                            Error::new(ErrorKind::Overrun, "hear of changes")
                                .reason("they were not read in time, and the oldest were given up")
                                .hint("read what is there again")
                        });
                    }
                    inbox.heard.push_back(heard);
                }),
                // The kernel dropped some; it goes on.
                Err(error) if error.kind() == ErrorKind::Overrun => {
                    self.put(|inbox| inbox.failure = Some(error))
                }
                Err(error) => {
                    self.put(|inbox| (inbox.failure, inbox.over) = (Some(error), true));
                    return;
                }
            }
        }
    }
}

impl Events {
    fn begin(hear: impl FnMut() -> Result<Option<Heard>> + Send + 'static) -> Result<Self> {
        let failed = |error| Error::io("watch for changes", error);
        let (reader, bell) = pipe().map_err(failed)?;
        let inbox = Inbox { heard: VecDeque::new(), failure: None, over: false, bell, rung: false };
        let shared = Shared { inbox: Mutex::new(inbox), come: Condvar::new(), end: AtomicBool::new(false) };
        let shared = Arc::new(shared);
        let (own, mut hear) = (Arc::clone(&shared), hear);
        let run = move || own.listen(&mut hear);
        let listener = std::thread::Builder::new().name("snic-events".into()).spawn(run).map_err(failed)?;
        Ok(Self { shared, pipe: reader, listener: Some(listener), texts: Scratch::default(), event: None })
    }

    /// Takes what was heard first, once it is there.
    fn take(&mut self, most: Option<Duration>) -> Result<Option<Heard>> {
        let end = most.map(|most| Instant::now() + most);
        let mut inbox = self.shared.inbox();
        loop {
            let found = match inbox.failure.take() {
                Some(error) => Some(Err(error)),
                None => inbox.heard.pop_front().map(Ok),
            };
            if inbox.rung && inbox.heard.is_empty() && inbox.failure.is_none() {
                inbox.rung = false;
                let mut byte = [0];
                self.pipe.read_exact(&mut byte).map_err(|error| Error::io("hear of changes", error))?;
            }
            if let Some(found) = found {
                return found.map(Some);
            }
            if inbox.over {
                return Err(Error::new(ErrorKind::Io, "hear of changes")
                    .reason("the watch ended with an earlier failure"));
            }
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            inbox = match left {
                Some(Duration::ZERO) => return Ok(None),
                Some(left) => {
                    self.shared.come.wait_timeout(inbox, left).unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.shared.come.wait(inbox).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn next(&mut self, most: Option<Duration>) -> Result<Option<&snic_event>> {
        let Some(heard) = self.take(most)? else { return Ok(None) };
        self.texts.clear();
        self.event = Some(match &heard {
            Heard::Topology(change) => of_topology(change, &mut self.texts),
            Heard::Rules(message) => of_rules(message, &mut self.texts),
            Heard::Link(notice) => of_link(notice, &mut self.texts),
            Heard::Rdma(event) => of_rdma(event, &mut self.texts),
        });
        Ok(self.event.as_ref())
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.shared.end.store(true, Ordering::Relaxed);
        self.listener.take().map(JoinHandle::join);
    }
}

fn of_topology(change: &Change, texts: &mut Scratch) -> snic_event {
    let (kind, id, target) = match change {
        Change::Appeared { node } => (snic_event_kind::Appeared, &node.id, None),
        Change::Gone { node } => (snic_event_kind::Gone, &node.id, None),
        Change::Changed { after, .. } => (snic_event_kind::Changed, &after.id, None),
        Change::Moved { after, .. } => (snic_event_kind::Moved, &after.id, None),
        Change::Joined { edge } => (snic_event_kind::Joined, &edge.from, Some(&edge.to)),
        Change::Parted { edge } => (snic_event_kind::Parted, &edge.from, Some(&edge.to)),
    };
    let id = id.to_string();
    let (object, subject) = id.split_once(':').unwrap_or((&id, ""));
    let ifindex = if object == "netdev" { subject.parse().unwrap_or(0) } else { 0 };
    let at = [texts.put(object), texts.put(subject), texts.put_any(target), json(change, texts)];
    event(kind, ifindex, (0, 0, 0), at, texts)
}

fn of_rules(message: &TcMessage, texts: &mut Scratch) -> snic_event {
    let kind = match message.told {
        Told::There => snic_event_kind::There,
        Told::Added => snic_event_kind::Appeared,
        Told::Replaced => snic_event_kind::Changed,
        Told::Deleted => snic_event_kind::Gone,
    };
    let (object, ifindex, rule) = match &message.object {
        TcObject::Filter(note) | TcObject::Chain(note) => {
            let object = if matches!(message.object, TcObject::Chain(_)) { "chain" } else { "filter" };
            let link = match note.name.place {
                TcPlace::Link { link, .. } => link.0,
                TcPlace::Block(_) => 0,
            };
            (object, link, (note.name.chain.unwrap_or(0), note.name.prio.into(), note.name.handle))
        }
        TcObject::Actions(_) => ("actions", 0, (0, 0, 0)),
        TcObject::Qdisc(note) => ("qdisc", note.link.0, (0, 0, note.handle)),
    };
    let at = [texts.put(object), At::NONE, At::NONE, json(message, texts)];
    event(kind, ifindex, rule, at, texts)
}

fn of_link(notice: &LinkNotice, texts: &mut Scratch) -> snic_event {
    let kind = match &notice.what {
        LinkChanged::LinkGone(_) | LinkChanged::RssGone(_) => snic_event_kind::Gone,
        LinkChanged::RssMade(_) => snic_event_kind::Appeared,
        // A link that is told may be new or changed; the kernel does not say.
        LinkChanged::Link(_) => snic_event_kind::There,
        _ => snic_event_kind::Changed,
    };
    let fields = settings::fields(&notice.what).into_iter();
    let fields: serde_json::Map<_, _> = fields.map(|(name, value)| (name, settings::plain(&value))).collect();
    let at = [texts.put(notice.what.topic()), texts.put(&notice.name), At::NONE, json(&fields, texts)];
    event(kind, notice.link.0, (0, 0, 0), at, texts)
}

fn of_rdma(heard: &Event, texts: &mut Scratch) -> snic_event {
    let (kind, object) = match heard.kind {
        EventKind::Register => (snic_event_kind::Appeared, "device"),
        EventKind::Unregister => (snic_event_kind::Gone, "device"),
        EventKind::Rename => (snic_event_kind::Changed, "device"),
        EventKind::NetdevAttach => (snic_event_kind::Joined, "port"),
        EventKind::NetdevDetach => (snic_event_kind::Parted, "port"),
        _ => (snic_event_kind::Changed, "port"),
    };
    let number = heard.device_index.map(|index| format!("#{index}"));
    let subject = heard.device.clone().or(number);
    let at =
        [texts.put(object), texts.put_any(subject), texts.put_any(heard.netdev.as_ref()), json(heard, texts)];
    event(kind, heard.netdev_index.unwrap_or(0), (0, 0, 0), at, texts)
}

fn json(value: &impl serde::Serialize, texts: &mut Scratch) -> At {
    texts.put(serde_json::to_string(value).unwrap_or_default())
}

fn event(
    kind: snic_event_kind,
    ifindex: u32,
    (chain, prio, handle): (u32, u32, u32),
    at: [At; 4],
    texts: &Scratch,
) -> snic_event {
    let [object, subject, target, json] = at.map(|at| texts.text(at));
    let size = size_of::<snic_event>();
    snic_event { size, kind: kind as i32, ifindex, chain, prio, handle, object, subject, target, json }
}

/// Listens to what comes, goes and changes on a host: functions, devlink devices, ports, netdevs, RDMA devices. `*events` is
/// the caller's; freed with `snic_events_free`.
///
/// Fails with UNSUPPORTED if the host tells of no changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_topology_watch(
    host: *const snic_host,
    events: *mut *mut snic_events,
    error: *mut *mut snic_error,
) -> snic_status {
    watch(host, events, error, |host| {
        let mut watch = Topology::new(host)?;
        Events::begin(move || Ok(watch.wait(Some(SLICE))?.map(Heard::Topology)))
    })
}

/// Listens to what others, and the caller himself, change of rules, chains, shared actions and qdiscs. `*events` is the
/// caller's; freed with `snic_events_free`.
///
/// Fails with UNSUPPORTED if the host tells of no changes, PERMISSION_DENIED if the caller may not listen.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_watch(
    host: *const snic_host,
    events: *mut *mut snic_events,
    error: *mut *mut snic_error,
) -> snic_status {
    watch(host, events, error, |host| {
        let mut watch: Box<dyn backend::Watch> = host.traffic_control()?.watch()?;
        Events::begin(move || Ok(watch.wait(Some(SLICE))?.map(Heard::Rules)))
    })
}

/// Listens to what changes at links: settings of all topics, features, names, states, MTUs. Of each change the JSON has what
/// is there now. `*events` is the caller's; freed with `snic_events_free`.
///
/// Fails with UNSUPPORTED if the host tells of no changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_link_watch(
    host: *const snic_host,
    events: *mut *mut snic_events,
    error: *mut *mut snic_error,
) -> snic_status {
    watch(host, events, error, |host| {
        let mut watch = host.ethtool()?.watch_links()?;
        Events::begin(move || Ok(watch.wait(Some(SLICE))?.map(Heard::Link)))
    })
}

/// Listens to RDMA devices that come, go and change, and to the links under their ports (kernel 6.12 and later). `*events` is
/// the caller's; freed with `snic_events_free`.
///
/// Fails with UNSUPPORTED if the host tells of no changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rdma_watch(
    host: *const snic_host,
    events: *mut *mut snic_events,
    error: *mut *mut snic_error,
) -> snic_status {
    watch(host, events, error, |host| {
        let mut watch = host.rdma()?.watch_rdma()?;
        Events::begin(move || Ok(watch.wait(Some(SLICE))?.map(Heard::Rdma)))
    })
}

fn watch(
    host: *const snic_host,
    events: *mut *mut snic_events,
    error: *mut *mut snic_error,
    begin: impl FnOnce(&Host) -> Result<Events>,
) -> snic_status {
    done(error, || {
        let out = place_for(events, "events")?;
        *out = handle::give(begin(&handle::get(host)?.host)?);
        Ok(())
    })
}

/// A descriptor that is readable while events wait, for `poll`, `epoll` and their like. Do not read from it: call
/// `snic_events_next` until it returns `SNIC_STATUS_END`. It lives as long as the handle; -1 if `events` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_events_fd(events: *const snic_events) -> i32 {
    look(-1, || Ok(handle::get(events)?.pipe.as_raw_fd()))
}

/// Lends the next event in `*out`; it lives until the next call with this handle. Waits at most `timeout_ms` milliseconds:
/// 0 not at all, -1 for ever. Returns `SNIC_STATUS_END` if none came.
///
/// Fails with OVERRUN if events were lost: what is known of the host must be read again, and the watch goes on. Any other
/// failure ends it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_events_next(
    events: *mut snic_events,
    timeout_ms: i64,
    out: *mut *const snic_event,
    error: *mut *mut snic_error,
) -> snic_status {
    enter(error, || {
        let events = handle::get_mut(events)?;
        let out = place(out, "out")?;
        *out = std::ptr::null();
        match events.next(u64::try_from(timeout_ms).ok().map(Duration::from_millis))? {
            Some(event) => *out = event,
            None => return Ok(snic_status::End),
        }
        Ok(snic_status::Ok)
    })
}

/// Ends a watch and frees it; NULL is allowed. Takes at most a tenth of a second or so, until the listening thread ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_events_free(events: *mut snic_events) -> snic_status {
    handle::free(events)
}
