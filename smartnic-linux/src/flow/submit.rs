//! Rules in and out, many in one send.
//!
//! Changes go to the kernel in their order, on one socket. Only a long run of additions, which do not depend on one
//! another, is spread over several (`spread.rs`).

use std::collections::HashSet;
use std::ops::Range;

use smartnic_core::backend::{FlowOp, Outcome};
use smartnic_core::flow::Attach;
use smartnic_core::{Error, ErrorKind, Result};

use super::lane::{Course, Lane, call, place};
use super::spread;
use crate::connection::Channel;

const ENODEV: i32 = 19;

/// Carries out changes; see [`smartnic_core::backend::FlowOffload::submit`].
pub(super) fn submit(route: &Channel, ops: &[FlowOp<'_>], stop: bool) -> Result<Vec<Outcome>> {
    let Some(first) = ops.first() else { return Ok(Vec::new()) };
    let mut outcomes: Vec<Outcome> = ops.iter().map(|_| Outcome::NotTried).collect();
    let stretches = stretches(ops, route.lanes());
    let lanes = if stretches.iter().any(|stretch| stretch.spread) { route.lanes() } else { 1 };
    let course = Course::new(stop);
    route.with_many(&call(first), lanes, |connections| {
        let mut lanes: Vec<Lane<'_>> = connections.iter_mut().map(Lane::new).collect();
        for Stretch { range, spread } in stretches {
            let (ops, outcomes) = (&ops[range.clone()], &mut outcomes[range]);
            match (spread, &mut lanes[..]) {
                (true, lanes) => spread::run(lanes, ops, outcomes, &course),
                (false, [first, ..]) => first.run(ops, outcomes, &course),
                (false, []) => {}
            }
        }
    })?;
    match course.into_failure() {
        // If nothing is known of any change, there is nothing to tell but that.
        Some(error) => Err(error),
        None => {
            tell_what_has_gone(ops, &mut outcomes);
            Ok(outcomes)
        }
    }
}

/// Changes that stand next to each other and are carried out in the same manner.
struct Stretch {
    range: Range<usize>,
    spread: bool,
}

/// Divides changes into those that must keep their order and runs of additions that are long enough to be spread.
fn stretches(ops: &[FlowOp<'_>], lanes: usize) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut from = 0;
    for run in ops.chunk_by(|one, other| spread::is_free(one) == spread::is_free(other)) {
        let range = from..from + run.len();
        from = range.end;
        let spread = lanes > 1 && run.len() >= spread::AT_LEAST && spread::is_free(&run[0]);
        match stretches.last_mut() {
            Some(last) if !last.spread && !spread => last.range.end = range.end,
            _ => stretches.push(Stretch { range, spread }),
        }
    }
    stretches
}

/// A link at which changes succeeded and which is not there any more has gone.
fn tell_what_has_gone(ops: &[FlowOp<'_>], outcomes: &mut [Outcome]) {
    let is_gone = |error: &Error| error.errno() == Some(ENODEV) && error.kind() != ErrorKind::DeviceGone;
    if !outcomes.iter().any(|outcome| matches!(outcome, Outcome::Failed(error) if is_gone(error))) {
        return;
    }
    let mut worked_on: HashSet<&Attach> = HashSet::new();
    for (op, outcome) in ops.iter().zip(outcomes) {
        *outcome = match std::mem::replace(outcome, Outcome::NotTried) {
            Outcome::Failed(error) if is_gone(&error) && worked_on.contains(place(op)) => {
                Outcome::Failed(error.of_kind(ErrorKind::DeviceGone))
            }
            other => {
                if matches!(other, Outcome::Done(_)) {
                    worked_on.insert(place(op));
                }
                other
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use smartnic_core::flow::{Action, Classifier, Rule};
    use smartnic_core::types::IfIndex;

    use super::*;

    #[test]
    fn what_must_keep_its_order_is_not_free() {
        let rule = Rule::new(Attach::ingress(IfIndex(1))).prio(1).handle(1).action(Action::drop());
        let id = rule.id().unwrap();
        assert!(spread::is_free(&FlowOp::Add(&rule)));
        assert!(!spread::is_free(&FlowOp::Replace(&rule)));
        assert!(!spread::is_free(&FlowOp::Delete(&id)));
        let shared = Action { index: Some(5), ..Action::drop() };
        for bound in [
            Rule { handle: None, ..rule.clone() },
            Rule { prio: 0, ..rule.clone() },
            Rule { classifier: Classifier::Matchall, ..rule.clone() },
            rule.clone().action(shared),
        ] {
            assert!(!spread::is_free(&FlowOp::Add(&bound)), "{bound}");
        }
    }

    #[test]
    fn only_long_runs_of_free_additions_are_spread() {
        let rule = Rule::new(Attach::ingress(IfIndex(1))).prio(1).handle(1).action(Action::drop());
        let nameless = Rule { handle: None, ..rule.clone() };
        let id = rule.id().unwrap();
        let many = spread::AT_LEAST;
        let ops: Vec<_> = [
            (FlowOp::Delete(&id), 2),
            (FlowOp::Add(&rule), many - 1),
            (FlowOp::Replace(&rule), 1),
            (FlowOp::Add(&rule), many),
            (FlowOp::Add(&nameless), many),
            (FlowOp::Add(&rule), many),
        ]
        .into_iter()
        .flat_map(|(op, times)| vec![op; times])
        .collect();
        let found = |lanes| -> Vec<_> {
            stretches(&ops, lanes).into_iter().map(|stretch| (stretch.range, stretch.spread)).collect()
        };
        let at = [0, many + 2, 2 * many + 2, 3 * many + 2, 4 * many + 2];
        let want = [(at[0]..at[1], false), (at[1]..at[2], true), (at[2]..at[3], false), (at[3]..at[4], true)];
        assert_eq!(found(2), want);
        assert_eq!(found(1), [(0..ops.len(), false)]);
    }
}
