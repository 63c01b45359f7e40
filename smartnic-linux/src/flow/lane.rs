//! One socket and the changes that go through it.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use smartnic_core::backend::{FlowOp, Outcome};
use smartnic_core::flow::{Attach, Netdev, Rule, Skip};
use smartnic_core::{Error, Result};
use smartnic_netlink::codec::Batch;
use smartnic_netlink::tc::filter;

use super::{advice, check_id, check_place};
use crate::connection::{Call, Connection};

/// The most changes that travel in one datagram.
pub(super) const PER_SEND: usize = 64;

/// How the whole of the changes goes; all lanes look at it before they send.
pub(super) struct Course {
    /// A failure ends it.
    stop: bool,
    failed: AtomicBool,
    /// Something is known of at least one change.
    told: AtomicBool,
    /// A connection failed: nothing more is sent.
    broken: AtomicBool,
    failure: Mutex<Option<Error>>,
}

impl Course {
    pub(super) fn new(stop: bool) -> Self {
        let [failed, told, broken] = [false; 3].map(AtomicBool::new);
        Self { stop, failed, told, broken, failure: Mutex::new(None) }
    }

    /// Whether nothing more is to be sent.
    pub(super) fn is_over(&self) -> bool {
        self.broken.load(Ordering::Relaxed) || (self.stop && self.failed.load(Ordering::Relaxed))
    }

    /// The failure of the connection, if nothing at all is known of the changes.
    pub(super) fn into_failure(self) -> Option<Error> {
        let told = self.told.into_inner();
        self.failure.into_inner().unwrap_or_else(PoisonError::into_inner).filter(|_| !told)
    }
}

/// Whether a rule that was just written into the batch goes along.
pub(super) type Gate<'g> = &'g mut dyn FnMut(usize, &[u8]) -> bool;

/// One socket, and the buffers for what goes through it.
pub(super) struct Lane<'c> {
    connection: &'c mut Connection,
    batch: Batch,
    /// Which change stands at each place of the batch.
    sent: Vec<usize>,
    answered: Vec<bool>,
}

impl<'c> Lane<'c> {
    pub(super) fn new(connection: &'c mut Connection) -> Self {
        let batch = connection.batch(PER_SEND);
        Self { connection, batch, sent: Vec::with_capacity(PER_SEND), answered: Vec::with_capacity(PER_SEND) }
    }

    /// Carries out changes in order.
    pub(super) fn run(&mut self, ops: &[FlowOp<'_>], outcomes: &mut [Outcome], course: &Course) {
        self.run_gated(ops, outcomes, course, &mut |_, _| true);
    }

    /// Carries out, in order, the changes that `gate` lets through; it sees each as it was written.
    pub(super) fn run_gated(
        &mut self,
        ops: &[FlowOp<'_>],
        outcomes: &mut [Outcome],
        course: &Course,
        gate: Gate<'_>,
    ) {
        let mut next = 0;
        while next < ops.len() && !course.is_over() {
            next = self.fill(ops, next, outcomes, course, gate);
            if !self.sent.is_empty() {
                self.send(ops, outcomes, course);
            }
        }
    }

    /// Fills the batch from the change `next` on. Returns the first that did not fit any more.
    fn fill(
        &mut self,
        ops: &[FlowOp<'_>],
        mut next: usize,
        outcomes: &mut [Outcome],
        course: &Course,
        gate: Gate<'_>,
    ) -> usize {
        self.batch.clear();
        self.sent.clear();
        while let Some(op) = ops.get(next) {
            match push(self.connection, &mut self.batch, op) {
                Ok(true) if gate(next, self.batch.last().unwrap_or_default()) => self.sent.push(next),
                Ok(true) => self.batch.pop(),
                Ok(false) => return next,
                Err(error) => {
                    course.told.store(true, Ordering::Relaxed);
                    course.failed.store(true, Ordering::Relaxed);
                    outcomes[next] = Outcome::Failed(error);
                    if course.stop {
                        return ops.len();
                    }
                }
            }
            next += 1;
        }
        next
    }

    fn send(&mut self, ops: &[FlowOp<'_>], outcomes: &mut [Outcome], course: &Course) {
        let Self { connection, batch, sent, answered } = self;
        answered.clear();
        answered.resize(sent.len(), false);
        let ended = connection.submit(batch, &|index| call(&ops[sent[index]]), &mut |index, outcome| {
            answered[index] = true;
            let at = sent[index];
            outcomes[at] = match outcome {
                Ok(note) => Outcome::Done(note),
                Err(error) => {
                    course.failed.store(true, Ordering::Relaxed);
                    Outcome::Failed(advice::about_rule(error, place(&ops[at])))
                }
            };
        });
        if answered.contains(&true) {
            course.told.store(true, Ordering::Relaxed);
        }
        let Err(error) = ended else { return };
        course.failed.store(true, Ordering::Relaxed);
        course.broken.store(true, Ordering::Relaxed);
        let (kind, why) = (error.kind(), error.why());
        for (index, _) in answered.iter().enumerate().filter(|(_, answered)| !**answered) {
            let unknown = call(&ops[sent[index]])
                .error(kind)
                .reason(format!("{why}; the change may have been made"))
                .hint("read the state again");
            outcomes[sent[index]] = Outcome::Failed(unknown);
        }
        course.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }
}

/// Adds a change to the batch; false if the batch is full.
fn push(connection: &mut Connection, batch: &mut Batch, op: &FlowOp<'_>) -> Result<bool> {
    let unwritable = |error| call(op).unwritable(error);
    match op {
        FlowOp::Add(rule) => {
            check_rule(rule)?;
            connection.push(batch, &filter::Add(rule), may_bring_words(rule)).map_err(unwritable)
        }
        FlowOp::Replace(rule) => {
            check_rule(rule)?;
            connection.push(batch, &filter::Replace(rule), may_bring_words(rule)).map_err(unwritable)
        }
        FlowOp::Delete(id) => {
            check_id("remove a flow rule", id)?;
            connection.push(batch, &filter::Delete(id), false).map_err(unwritable)
        }
    }
}

/// Whether a success may bring words: why a device did not take a rule that then works in software. To hear them costs
/// an answer for each rule. A rule for hardware only fails instead, and one for software only meets no device.
fn may_bring_words(rule: &Rule) -> bool {
    rule.skip == Skip::None
}

/// Links must be given by number. Whether a kernel would make a wider rule than was asked for is not looked at here:
/// [`Rule::check`] says so.
fn check_rule(rule: &Rule) -> Result<()> {
    check_place(&rule.attach)?;
    let targets = rule.actions.iter().filter_map(|action| action.target());
    targets.map(|target| &target.dev).try_for_each(|dev| Netdev::index(dev).map(drop))
}

pub(super) fn call<'a>(op: &FlowOp<'a>) -> Call<'a> {
    let (op, object): (_, &dyn Display) = match op {
        FlowOp::Add(rule) => ("add a flow rule", *rule),
        FlowOp::Replace(rule) => ("replace a flow rule", *rule),
        FlowOp::Delete(id) => ("remove a flow rule", *id),
    };
    Call { op, object, names: &smartnic_netlink::tc::NAMES }
}

pub(super) fn place<'a>(op: &FlowOp<'a>) -> &'a Attach {
    match op {
        FlowOp::Add(rule) | FlowOp::Replace(rule) => &rule.attach,
        FlowOp::Delete(id) => &id.attach,
    }
}
