//! Rules in and out, many in one send.
//!
//! Changes go to the kernel in their order, on one socket. Only a long run of additions or of removals, which do not
//! depend on one another, is spread over several (`spread.rs`).

use std::collections::HashSet;
use std::ops::Range;

use smartnic_core::backend::{FlowOp, Outcome};
use smartnic_core::flow::Attach;
use smartnic_core::{Error, ErrorKind, Result};

use super::lane::{Course, Lane, call, place};
use super::spread::{self, Freedom};
use crate::connection::Channel;

const ENODEV: i32 = 19;

/// Carries out changes; see [`smartnic_core::backend::FlowOffload::submit`].
pub(super) fn submit(route: &Channel, ops: &[FlowOp<'_>], stop: bool) -> Result<Vec<Outcome>> {
    let Some(first) = ops.first() else { return Ok(Vec::new()) };
    let mut outcomes: Vec<Outcome> = ops.iter().map(|_| Outcome::NotTried).collect();
    let stretches = stretches(ops, route.lanes());
    let lanes =
        if stretches.iter().any(|stretch| stretch.freedom != Freedom::None) { route.lanes() } else { 1 };
    let course = Course::new(stop);
    route.with_many(&call(first), lanes, |connections| {
        let mut lanes: Vec<Lane<'_>> = connections.iter_mut().map(Lane::new).collect();
        for Stretch { range, freedom } in stretches {
            let (ops, outcomes) = (&ops[range.clone()], &mut outcomes[range]);
            spread::run(freedom, &mut lanes, ops, outcomes, &course);
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
    freedom: Freedom,
}

/// Divides changes into those that must keep their order and runs of one kind that are long enough to be spread.
fn stretches(ops: &[FlowOp<'_>], lanes: usize) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut from = 0;
    for run in ops.chunk_by(|one, other| spread::freedom(one) == spread::freedom(other)) {
        let range = from..from + run.len();
        from = range.end;
        let is_worth_while = lanes > 1 && run.len() >= spread::AT_LEAST;
        let freedom = if is_worth_while { spread::freedom(&run[0]) } else { Freedom::None };
        match stretches.last_mut() {
            Some(last) if last.freedom == Freedom::None && freedom == Freedom::None => {
                last.range.end = range.end;
            }
            _ => stretches.push(Stretch { range, freedom }),
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
    use smartnic_core::flow::{Action, Classifier, Rule, RuleId};
    use smartnic_core::types::IfIndex;

    use super::*;

    #[test]
    fn what_must_keep_its_order_is_not_free() {
        let rule = Rule::new(Attach::ingress(IfIndex(1))).prio(1).handle(1).action(Action::drop());
        let id = rule.id().unwrap();
        assert_eq!(spread::freedom(&FlowOp::Add(&rule)), Freedom::Add);
        assert_eq!(spread::freedom(&FlowOp::Delete(&id)), Freedom::Delete);
        assert_eq!(spread::freedom(&FlowOp::Replace(&rule)), Freedom::None);
        let matchall = RuleId { classifier: Classifier::Matchall, ..id };
        assert_eq!(spread::freedom(&FlowOp::Delete(&matchall)), Freedom::None);
        let shared = Action { index: Some(5), ..Action::drop() };
        for bound in [
            Rule { handle: None, ..rule.clone() },
            Rule { prio: 0, ..rule.clone() },
            Rule { classifier: Classifier::Matchall, ..rule.clone() },
            rule.clone().action(shared),
        ] {
            assert_eq!(spread::freedom(&FlowOp::Add(&bound)), Freedom::None, "{bound}");
        }
    }

    #[test]
    fn only_long_runs_of_free_changes_are_spread() {
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
            (FlowOp::Delete(&id), many),
            (FlowOp::Delete(&id), 1),
        ]
        .into_iter()
        .flat_map(|(op, times)| vec![op; times])
        .collect();
        let found = |lanes| -> Vec<_> {
            stretches(&ops, lanes).into_iter().map(|stretch| (stretch.range.end, stretch.freedom)).collect()
        };
        let want = [
            (many + 2, Freedom::None),
            (2 * many + 2, Freedom::Add),
            (3 * many + 2, Freedom::None),
            (4 * many + 2, Freedom::Add),
            (5 * many + 3, Freedom::Delete),
        ];
        assert_eq!(found(2), want);
        assert_eq!(found(1), [(ops.len(), Freedom::None)]);
    }
}
