//! Rules in and out, many in one send.

use std::collections::HashSet;
use std::fmt::Display;

use smartnic_core::backend::{FlowOp, Outcome};
use smartnic_core::flow::{Attach, Netdev, Rule};
use smartnic_core::{ErrorKind, Extack, Result};
use smartnic_netlink::codec::Batch;
use smartnic_netlink::tc::filter;

use super::{advice, check_id, check_place};
use crate::connection::{Call, Channel, Connection};

/// The most changes that travel in one datagram.
const PER_SEND: usize = 64;
const ENODEV: i32 = 19;

/// Carries out changes in order; see [`smartnic_core::backend::FlowOffload::submit`].
pub(super) fn submit(route: &Channel, ops: &[FlowOp<'_>], stop: bool) -> Result<Vec<Outcome>> {
    let Some(first) = ops.first() else { return Ok(Vec::new()) };
    let mut work = Work {
        ops,
        outcomes: ops.iter().map(|_| Outcome::NotTried).collect(),
        worked_on: HashSet::new(),
        failed: false,
    };
    route.with(&call(first), |connection| work.run(connection, stop))?;
    Ok(work.outcomes)
}

struct Work<'a> {
    ops: &'a [FlowOp<'a>],
    outcomes: Vec<Outcome>,
    /// Places where a change has succeeded: if such a link is not there any more, it has gone.
    worked_on: HashSet<&'a Attach>,
    failed: bool,
}

impl Work<'_> {
    fn run(&mut self, connection: &mut Connection, stop: bool) -> Result<()> {
        let mut batch = connection.batch(PER_SEND);
        // Which change stands at each place of the batch.
        let mut sent = Vec::with_capacity(PER_SEND);
        let mut next = 0;
        while next < self.ops.len() && !(stop && self.failed) {
            batch.clear();
            sent.clear();
            while let Some(op) = self.ops.get(next) {
                match push(connection, &mut batch, op) {
                    Ok(true) => sent.push(next),
                    Ok(false) => break,
                    Err(error) => {
                        self.failed = true;
                        self.outcomes[next] = Outcome::Failed(error);
                        if stop {
                            break;
                        }
                    }
                }
                next += 1;
            }
            if !sent.is_empty() && !self.send(connection, &mut batch, &sent)? {
                break;
            }
        }
        Ok(())
    }

    /// Sends one batch. Returns whether the connection can be used for another.
    fn send(&mut self, connection: &mut Connection, batch: &mut Batch, sent: &[usize]) -> Result<bool> {
        let ops = self.ops;
        let mut answered = vec![false; sent.len()];
        let ended = connection.submit(batch, &|index| call(&ops[sent[index]]), &mut |index, outcome| {
            answered[index] = true;
            self.settle(sent[index], outcome);
        });
        let Err(error) = ended else { return Ok(true) };
        let nothing_known = !answered.contains(&true);
        if nothing_known && self.outcomes.iter().all(|outcome| matches!(outcome, Outcome::NotTried)) {
            return Err(error);
        }
        // Earlier changes were made: the caller must learn which.
        self.failed = true;
        let (kind, why) = (error.kind(), error.why());
        for (index, _) in answered.iter().enumerate().filter(|(_, answered)| !**answered) {
            let unknown = call(&ops[sent[index]])
                .error(kind)
                .reason(format!("{why}; the change may have been made"))
                .hint("read the state again");
            self.outcomes[sent[index]] = Outcome::Failed(unknown);
        }
        Ok(false)
    }

    fn settle(&mut self, at: usize, outcome: Result<Option<Extack>>) {
        let attach = place(&self.ops[at]);
        self.outcomes[at] = match outcome {
            Ok(note) => {
                self.worked_on.insert(attach);
                Outcome::Done(note)
            }
            Err(error) => {
                self.failed = true;
                let error = advice::about_rule(error, attach);
                let gone = error.errno() == Some(ENODEV) && self.worked_on.contains(attach);
                Outcome::Failed(if gone { error.of_kind(ErrorKind::DeviceGone) } else { error })
            }
        };
    }
}

/// Adds a change to the batch; false if the batch is full.
fn push(connection: &mut Connection, batch: &mut Batch, op: &FlowOp<'_>) -> Result<bool> {
    let unwritable = |error| call(op).unwritable(error);
    let pushed = match op {
        FlowOp::Add(rule) => {
            check_rule(rule)?;
            connection.push(batch, &filter::Add(rule)).map_err(unwritable)?
        }
        FlowOp::Replace(rule) => {
            check_rule(rule)?;
            connection.push(batch, &filter::Replace(rule)).map_err(unwritable)?
        }
        FlowOp::Delete(id) => {
            check_id("remove a flow rule", id)?;
            connection.push(batch, &filter::Delete(id)).map_err(unwritable)?
        }
    };
    Ok(pushed)
}

/// The kernel leaves out keys that need another key, and so would make a wider rule than was asked for.
fn check_rule(rule: &Rule) -> Result<()> {
    check_place(&rule.attach)?;
    let targets = rule.actions.iter().filter_map(|action| action.target());
    targets.map(|target| &target.dev).try_for_each(|dev| Netdev::index(dev).map(drop))?;
    rule.check()
}

fn call<'a>(op: &FlowOp<'a>) -> Call<'a> {
    let (op, object): (_, &dyn Display) = match op {
        FlowOp::Add(rule) => ("add a flow rule", *rule),
        FlowOp::Replace(rule) => ("replace a flow rule", *rule),
        FlowOp::Delete(id) => ("remove a flow rule", *id),
    };
    Call { op, object, names: &smartnic_netlink::tc::NAMES }
}

fn place<'a>(op: &FlowOp<'a>) -> &'a Attach {
    match op {
        FlowOp::Add(rule) | FlowOp::Replace(rule) => &rule.attach,
        FlowOp::Delete(id) => &id.attach,
    }
}
