//! A long run of additions or of removals over several sockets, each with a thread of its own.
//!
//! The kernel takes flower rules in parallel. What the rules do must not depend on which thread comes first:
//!
//! - Only rules whose priority and handle are given are spread ([`freedom`]): where the kernel chooses, it counts. So
//!   it does where rules share an action.
//! - Within a priority, the kernel tries masks in the order in which they came, so a rule that brings a mask must keep
//!   its place among those that do. The rules of the first batches go in order, and their shapes are noted
//!   ([`shape::shape`]); then all lanes take rules of these shapes and put the others aside, which are dealt with in
//!   the same way afterwards.
//! - Removals leave the same rules, whichever comes first.
//!
//! Of rules that exclude one another, the same rule twice, it is open which is refused.

use std::sync::{Mutex, PoisonError};
use std::thread;

use smartnic_core::backend::{FlowOp, Outcome};
use smartnic_core::flow::Classifier;
use smartnic_netlink::tc::shape;

use super::lane::{Course, Lane, PER_SEND};

/// How many changes make it worth while.
pub(super) const AT_LEAST: usize = 1024;
/// How many go in order, to learn the shapes. Meanwhile all lanes but one are idle, so it is no more than it takes.
const FIRST: usize = 2 * PER_SEND;

/// Of which kind a change is for which it is all the same when it comes among others of its kind, as long as no other is
/// about its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freedom {
    /// It must keep its place.
    None,
    /// An addition.
    Add,
    /// A removal.
    Delete,
}

/// How free a change is.
pub(super) fn freedom(op: &FlowOp<'_>) -> Freedom {
    match op {
        FlowOp::Add(rule) => {
            let is_named = rule.prio != 0 && rule.handle.is_some();
            // The first rule with a shared action makes it.
            let shares = rule.actions.iter().any(|action| action.index.is_some());
            let is_free = is_named && rule.classifier == Classifier::Flower && !shares;
            if is_free { Freedom::Add } else { Freedom::None }
        }
        FlowOp::Delete(id) if id.classifier == Classifier::Flower => Freedom::Delete,
        FlowOp::Delete(_) | FlowOp::Replace(_) => Freedom::None,
    }
}

/// Carries out changes that are all free in the same way.
pub(super) fn run(
    freedom: Freedom,
    lanes: &mut [Lane<'_>],
    ops: &[FlowOp<'_>],
    outcomes: &mut [Outcome],
    course: &Course,
) {
    match freedom {
        Freedom::None => lanes.iter_mut().take(1).for_each(|lane| lane.run(ops, outcomes, course)),
        Freedom::Add => add(lanes, ops, outcomes, course),
        Freedom::Delete => {
            side_by_side(lanes, ops, outcomes, None, course);
        }
    }
}

/// Carries out additions that are all free.
fn add(lanes: &mut [Lane<'_>], ops: &[FlowOp<'_>], outcomes: &mut [Outcome], course: &Course) {
    let (mut left, mut results): (Vec<usize>, Vec<Outcome>);
    let Some((alone, _)) = lanes.split_first_mut() else { return };
    if ops.len() < AT_LEAST {
        return alone.run(ops, outcomes, course);
    }
    let (first, rest) = ops.split_at(FIRST);
    let (first_outcomes, rest_outcomes) = outcomes.split_at_mut(FIRST);
    let known = learn(alone, first, first_outcomes, course);
    left = side_by_side(lanes, rest, rest_outcomes, Some(&known), course);
    if left.is_empty() || course.is_over() {
        return;
    }
    left.sort_unstable();
    let aside: Vec<FlowOp<'_>> = left.iter().map(|at| rest[*at]).collect();
    results = aside.iter().map(|_| Outcome::NotTried).collect();
    match lanes {
        // As many masks as rules: to look for the few that are known is not worth while.
        [alone, ..] if aside.len() > rest.len() / 2 => alone.run(&aside, &mut results, course),
        lanes => add(lanes, &aside, &mut results, course),
    }
    for (at, result) in left.into_iter().zip(results) {
        rest_outcomes[at] = result;
    }
}

/// Carries out additions in order and returns the shapes of those that succeeded, in order: they are few.
fn learn(lane: &mut Lane<'_>, ops: &[FlowOp<'_>], outcomes: &mut [Outcome], course: &Course) -> Vec<u64> {
    let mut shapes = vec![None; ops.len()];
    lane.run_gated(ops, outcomes, course, &mut |at, request| {
        shapes[at] = Some(shape::shape(request));
        true
    });
    let done = outcomes.iter().map(|outcome| matches!(outcome, Outcome::Done(_)));
    let done = shapes.into_iter().zip(done).filter(|(_, done)| *done);
    let mut known: Vec<u64> = done.filter_map(|(shape, _)| shape).collect();
    known.sort_unstable();
    known.dedup();
    known
}

/// Carries out the changes on all lanes, of additions only those of known shapes, and returns where the others stand.
fn side_by_side(
    lanes: &mut [Lane<'_>],
    ops: &[FlowOp<'_>],
    outcomes: &mut [Outcome],
    known: Option<&[u64]>,
    course: &Course,
) -> Vec<usize> {
    let pieces = ops.chunks(PER_SEND).zip(outcomes.chunks_mut(PER_SEND)).enumerate();
    let pieces = Mutex::new(pieces);
    let next = || pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = |lane: &mut Lane<'_>| {
        let mut aside = Vec::new();
        while let Some((number, (ops, outcomes))) = next() {
            if course.is_over() {
                break;
            }
            lane.run_gated(ops, outcomes, course, &mut |at, request| {
                let goes = known.is_none_or(|known| known.binary_search(&shape::shape(request)).is_ok());
                if !goes {
                    aside.push(number * PER_SEND + at);
                }
                goes
            });
        }
        aside
    };
    let Some((own, others)) = lanes.split_first_mut() else { return Vec::new() };
    thread::scope(|scope| {
        let others: Vec<_> = others.iter_mut().map(|lane| scope.spawn(|| work(lane))).collect();
        let mut aside = work(own);
        for other in others {
            match other.join() {
                Ok(more) => aside.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        aside
    })
}
