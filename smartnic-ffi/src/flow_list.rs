//! `snic_flow_list`: the rules that are on a host, as a stream whose memory does not grow with their number.
//!
//! Backends hand rules to a function of ours one by one. A thread lets them do so and passes numbers and texts on in
//! batches; the memory of a batch that was read goes back to it. So nothing is allocated per rule.

use std::ffi::c_char;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use smartnic::flow::{self, Attach, FlowEntry, Netdev, Side, Verdict};
use smartnic::names::Names;
use smartnic::text::tc::{describe_actions, describe_match};
use smartnic::{Error, Host, Result};

use crate::argument::{optional_text, options, place, place_for, prefixed};
use crate::entry::{done, enter, misuse};
use crate::error::{snic_error, snic_status};
use crate::handle::{self, opaque};
use crate::host::snic_host;
use crate::list::tri;
use crate::report::verdict_number;
use crate::scratch::{At, Scratch};

/// The side of a link, as the host sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum snic_side {
    /// In what is asked for: both. In what is told: none, the rule stands on a block.
    None = 0,
    /// What comes in from the link; on a representor, what its function sends.
    Ingress = 1,
    /// What goes out through the link.
    Egress = 2,
}

/// Which rules are listed, and what of them.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_flow_list_options {
    /// `sizeof(snic_flow_list_options)`.
    pub size: usize,
    /// Only rules on this link: its netdev name, its name on the switch ("pf0vf1"), or its devlink port; NULL for all.
    pub link: *const c_char,
    /// Only rules on this side of `link`: a number of `snic_side`.
    pub side: i32,
    /// Only rules on this shared block; 0 for none. Not together with `link`.
    pub block: u32,
    /// Not 0: only rules of `chain`.
    pub one_chain: i32,
    /// The chain, if `one_chain` is not 0.
    pub chain: u32,
    /// Not 0: also tell in words what each rule matches and does. That is most of the work.
    pub words: i32,
}
prefixed!(snic_flow_list_options up to words: i32);

impl Default for snic_flow_list_options {
    fn default() -> Self {
        Self { size: 0, link: std::ptr::null(), side: 0, block: 0, one_chain: 0, chain: 0, words: 0 }
    }
}

/// A rule that is on the host.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_flow {
    /// The size of this structure in the library.
    pub size: usize,
    /// The number of the link that it stands on; 0 if it stands on a block.
    pub ifindex: u32,
    /// The side of the link: a number of `snic_side`.
    pub side: i32,
    /// The block that it stands on; 0 if it stands on a link.
    pub block: u32,
    /// Its chain.
    pub chain: u32,
    /// Its priority.
    pub prio: u32,
    /// Its protocol, as an EtherType; 3 (`ETH_P_ALL`) for all.
    pub protocol: u32,
    /// Its handle.
    pub handle: u32,
    /// A number of `snic_verdict`.
    pub verdict: i32,
    /// 1 if the kernel says `in_hw`, 0 if it says `not_in_hw`, -1 if it says neither.
    pub in_hw: i32,
    /// In how many devices it is.
    pub in_hw_count: u32,
    /// Packets in all.
    pub packets: u64,
    /// Bytes in all.
    pub bytes: u64,
    /// Packets that the NIC handled.
    pub hw_packets: u64,
    /// Bytes that the NIC handled.
    pub hw_bytes: u64,
    /// Milliseconds since it was installed; -1 if the kernel does not tell.
    pub age_ms: i64,
    /// Milliseconds since a packet last met it; -1 if the kernel does not tell.
    pub idle_ms: i64,
    /// The name of the link that it stands on; NULL if it stands on a block.
    pub link: *const c_char,
    /// Its classifier: "flower" or "matchall".
    pub classifier: *const c_char,
    /// What it matches, in the words of tc; NULL unless words are asked for.
    pub match_words: *const c_char,
    /// What it does; NULL unless words are asked for.
    pub action_words: *const c_char,
}

/// The rules of a host, one after the other. Used by one thread at a time.
pub struct snic_flow_iter {
    _opaque: [u8; 0],
}
opaque!(snic_flow_iter, Stream);

/// How many rules are passed on at once.
const AT_ONCE: usize = 256;

/// One rule without its texts, and where these are.
struct Row {
    flow: snic_flow,
    texts: [At; 4],
}

/// Rules, and the texts of all of them.
#[derive(Default)]
struct Batch {
    rows: Vec<Row>,
    texts: Scratch,
}

// SAFETY: the pointers in the rows are NULL until the thread that reads the batch sets them.
unsafe impl Send for Batch {}

enum Passed {
    Rules(Batch),
    Failed(Error),
    End,
}

/// The reading end.
pub(crate) struct Stream {
    /// Nothing is there any more once the end or a failure came.
    batches: Option<Receiver<Passed>>,
    empties: SyncSender<Batch>,
    current: Batch,
    at: usize,
    reader: Option<JoinHandle<()>>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        // The reader finds that nobody listens, and ends.
        self.batches = None;
        self.reader.take().map(JoinHandle::join);
    }
}

impl Stream {
    fn begin(host: Host, places: Option<Vec<Attach>>, chain: Option<u32>, words: bool) -> Result<Self> {
        let (batches, read) = sync_channel(1);
        let (empties, used) = sync_channel(3);
        let names = host.names()?;
        let run = move || {
            let mut writer = Writer { batches, used, batch: Batch::default(), names, words };
            let mut each = |entry: &FlowEntry| writer.take(entry);
            let done = match &places {
                Some(places) => {
                    places.iter().try_for_each(|place| flow::visit(&host, Some(place), chain, &mut each))
                }
                None => flow::visit(&host, None, chain, &mut each),
            };
            writer.end(done);
        };
        let reader = std::thread::Builder::new().name("snic-flow-list".into()).spawn(run);
        let reader = reader.map_err(|error| Error::io("list flow rules", error))?;
        Ok(Self { batches: Some(read), empties, current: Batch::default(), at: 0, reader: Some(reader) })
    }

    /// Lends the next rule.
    fn next(&mut self) -> Result<Option<&snic_flow>> {
        if self.at == self.current.rows.len() {
            let Some(batches) = &self.batches else { return Ok(None) };
            let passed = batches.recv();
            if !matches!(passed, Ok(Passed::Rules(_))) {
                self.batches = None;
            }
            match passed {
                Ok(Passed::Rules(batch)) => {
                    // There is room for each batch that there is, and if the reader ended, nobody needs it.
                    let _ = self.empties.try_send(std::mem::replace(&mut self.current, batch));
                    self.at = 0;
                }
                Ok(Passed::End) => return Ok(None),
                Ok(Passed::Failed(error)) => return Err(error),
                Err(_) => {
                    return Err(Error::protocol("list flow rules", "the thread that reads them stopped"));
                }
            }
        }
        let Batch { rows, texts } = &mut self.current;
        let Some(Row { flow, texts: at }) = rows.get_mut(self.at) else { return Ok(None) };
        self.at += 1;
        let [link, classifier, matched, does] = at.map(|at| texts.text(at));
        (flow.link, flow.classifier, flow.match_words, flow.action_words) = (link, classifier, matched, does);
        Ok(Some(flow))
    }
}

/// The writing end.
struct Writer {
    batches: SyncSender<Passed>,
    used: Receiver<Batch>,
    batch: Batch,
    names: Names,
    words: bool,
}

impl Writer {
    fn take(&mut self, entry: &FlowEntry) -> Result<()> {
        let row = row(entry, &mut self.batch.texts, &self.names, self.words);
        self.batch.rows.push(row);
        match self.batch.rows.len() {
            AT_ONCE => self.pass(),
            _ => Ok(()),
        }
    }

    fn pass(&mut self) -> Result<()> {
        let mut fresh = self.used.try_recv().unwrap_or_default();
        fresh.rows.clear();
        fresh.texts.clear();
        let full = std::mem::replace(&mut self.batch, fresh);
        // Nobody listens any more: that ends the reading, and nobody hears of it.
        self.batches
            .send(Passed::Rules(full))
            .map_err(|_| Error::protocol("list flow rules", "nobody listens"))
    }

    fn end(mut self, done: Result<()>) {
        let done = done.and_then(|()| if self.batch.rows.is_empty() { Ok(()) } else { self.pass() });
        let _ = self.batches.send(match done {
            Ok(()) => Passed::End,
            Err(error) => Passed::Failed(error),
        });
    }
}

fn row(entry: &FlowEntry, texts: &mut Scratch, names: &Names, words: bool) -> Row {
    let FlowEntry { rule, in_hw, in_hw_count, stats, .. } = entry;
    let ms = |value: Option<u64>| value.map_or(-1, |value| value as i64);
    let (ifindex, side, block) = match &rule.attach {
        Attach::Dev { dev, side } => {
            let side = if *side == Side::Ingress { snic_side::Ingress } else { snic_side::Egress };
            (dev.index().map_or(0, |index| index.0), side, 0)
        }
        Attach::Block(block) => (0, snic_side::None, *block),
    };
    let link = match &rule.attach {
        Attach::Dev { dev: Netdev::Index(index), .. } => match names.known(*index) {
            Some(name) => texts.put(name),
            None => texts.put(format_args!("#{index}")),
        },
        Attach::Dev { dev: Netdev::Name(name), .. } => texts.put(name),
        Attach::Block(_) => At::NONE,
    };
    let classifier = texts.put(rule.classifier.name());
    let (mut matched, mut does) = (At::NONE, At::NONE);
    if words {
        matched = texts.put(describe_match(&rule.key));
        let mut named = rule.clone();
        names.put_names(&mut named);
        does = texts.put(describe_actions(&named.actions));
    }
    let none = std::ptr::null();
    let flow = snic_flow {
        size: size_of::<snic_flow>(),
        ifindex,
        side: side as i32,
        block,
        chain: rule.chain,
        prio: rule.prio.into(),
        protocol: rule.protocol.0.into(),
        handle: rule.handle.unwrap_or(0),
        verdict: verdict_number(Some(&Verdict::of(entry, Vec::new()))),
        in_hw: tri(*in_hw),
        in_hw_count: *in_hw_count,
        packets: stats.packets,
        bytes: stats.bytes,
        hw_packets: stats.hw_packets,
        hw_bytes: stats.hw_bytes,
        age_ms: ms(stats.age_ms),
        idle_ms: ms(stats.idle_ms),
        link: none,
        classifier: none,
        match_words: none,
        action_words: none,
    };
    Row { flow, texts: [link, classifier, matched, does] }
}

/// The places that are asked for; none for all.
fn places(host: &Host, options: &snic_flow_list_options) -> Result<Option<Vec<Attach>>> {
    let link = optional_text(options.link, "link")?;
    let sides = match options.side {
        0 => vec![Side::Ingress, Side::Egress],
        1 => vec![Side::Ingress],
        2 => vec![Side::Egress],
        _ => return Err(misuse("snic_flow_list_options.side", "it must be one of snic_side")),
    };
    match (link, options.block) {
        (Some(_), block) if block != 0 => {
            Err(misuse("snic_flow_list_options", "link and block exclude each other"))
        }
        (Some(link), _) => {
            let link = host.names()?.index(link)?;
            Ok(Some(sides.into_iter().map(|side| Attach::Dev { dev: link.into(), side }).collect()))
        }
        (None, _) if options.side != 0 => Err(misuse("snic_flow_list_options", "a side needs a link")),
        (None, 0) => Ok(None),
        (None, block) => Ok(Some(vec![Attach::Block(block)])),
    }
}

/// Lists the rules that are on a host, with what they counted. `options` may be NULL: all rules, without words.
///
/// The rules are read while they are lent, a few hundred ahead, in a thread of the library's own: memory does not grow with
/// their number. `*iter` is the caller's; freed with `snic_flow_iter_free`, at any time.
///
/// Fails with NOT_FOUND if there is no such link.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_list(
    host: *const snic_host,
    options: *const snic_flow_list_options,
    iter: *mut *mut snic_flow_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let host = &handle::get(host)?.host;
        let options = self::options(options)?;
        let chain = (options.one_chain != 0).then_some(options.chain);
        let places = places(host, &options)?;
        *out = handle::give(Stream::begin(host.clone(), places, chain, options.words != 0)?);
        Ok(())
    })
}

/// Lends the next rule in `*out`; it lives until the next call with this iterator. Returns `SNIC_STATUS_END` behind the
/// last.
///
/// Fails with what reading fails with, INTERRUPTED for one if the rules kept changing; there are no more rules then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_next(
    iter: *mut snic_flow_iter,
    out: *mut *const snic_flow,
    error: *mut *mut snic_error,
) -> snic_status {
    enter(error, || {
        let stream = handle::get_mut(iter)?;
        let out = place(out, "out")?;
        *out = std::ptr::null();
        match stream.next()? {
            Some(flow) => *out = flow,
            None => return Ok(snic_status::End),
        }
        Ok(snic_status::Ok)
    })
}

/// Frees an iterator, also one that was not read to its end; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_flow_iter_free(iter: *mut snic_flow_iter) -> snic_status {
    handle::free(iter)
}
