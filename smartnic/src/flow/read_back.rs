//! The rules read again after a change: where each ended up.

use rustc_hash::{FxBuildHasher, FxHashMap};
use smartnic_core::backend::{FlowScope, Hook};
use smartnic_core::flow::{Attach, FlowEntry, RuleId, Verdict};

use super::diff::{Need, is_as_wanted, matches};
use super::judge::Judge;
use super::options::ApplyOptions;
use super::report::{Change, Report};
use super::snapshot::{Snapshot, hook_at, patiently};
use super::work::{Done, Note, Work, wrap};
use crate::{Error, ErrorKind, Host, Result, pieces};

/// A rule that was read back: its identity, and where it is, without reasons.
type Found = Option<(RuleId, Verdict)>;

/// Reads the rules again and says where each ended up; if nothing was changed, `unchanged` is what was read before.
///
/// # Errors
/// Those of reading; `Mismatch` if a rule is missing or another, unless the others are to stay.
pub(super) fn read_back(
    host: &Host,
    work: &Work<'_>,
    needs: &[Need],
    done: Done,
    options: &ApplyOptions,
    unchanged: Option<Snapshot>,
) -> Result<Report> {
    let Done { notes, hooks_added } = done;
    let (hooks, found) = match unchanged {
        Some(before) => {
            let found = among(work, &before);
            (before.hooks, found)
        }
        None => {
            let hooks = patiently(|| host.flow().hooks(None))?;
            // If some rule is not what was expected, or the read was disturbed, all are looked at together.
            match one_by_one(host, work, needs, &notes, &hooks) {
                Some(found) => (hooks, found),
                None => {
                    let after = Snapshot::read(host, &work.places)?;
                    let found = among(work, &after);
                    (after.hooks, found)
                }
            }
        }
    };
    let judge = Judge::new(host, &work.places, &hooks)?;
    let told: Vec<(Note, Found)> = notes.into_iter().zip(found).collect();
    let lines = pieces::map_each(told, |at, ((note, log), found)| {
        let prediction = judge.predict(&work.rules[at]);
        match (note, found) {
            (Err(error), _) => {
                let verdict = Judge::refused(&error, log, &prediction);
                Ok(work.line(at, Change::Failed, None, verdict, prediction))
            }
            (Ok(note), Some((id, place))) => {
                let verdict = Judge::verdict(place, note.as_ref(), log, &prediction);
                Ok(work.line(at, change_of(&needs[at]), Some(id), verdict, prediction))
            }
            (Ok(_), None) => Err((log, prediction)),
        }
    });
    let mut report = Report { rules: Vec::new(), hooks_added, ..Report::default() };
    report.rules.reserve_exact(lines.len() + work.hopeless.len());
    for (at, line) in lines.into_iter().enumerate() {
        report.rules.push(match line {
            Ok(line) => line,
            Err((log, prediction)) => {
                let error = missing(host, &work.rules[at].attach);
                if !options.keep_going {
                    return Err(wrap(work.lines[at], "apply flow rules", error));
                }
                let verdict = Judge::refused(&error, log, &prediction);
                work.line(at, Change::Failed, None, verdict, prediction)
            }
        });
    }
    work.add_hopeless(&mut report);
    Ok(report)
}

/// Reads the rules and compares each while the kernel writes the next. `None` if a rule is missing, is not quite what
/// was wanted, or has no name to be known by, and if the read failed.
fn one_by_one(
    host: &Host,
    work: &Work<'_>,
    needs: &[Need],
    notes: &[Note],
    hooks: &[Hook],
) -> Option<Vec<Found>> {
    let mut wanted: FxHashMap<RuleId, usize> =
        FxHashMap::with_capacity_and_hasher(notes.len(), FxBuildHasher);
    for (at, _) in notes.iter().enumerate().filter(|(_, (note, _))| note.is_ok()) {
        let id = needs[at].entry().cloned().or_else(|| work.rules[at].id())?;
        if wanted.insert(id, at).is_some() {
            return None;
        }
    }
    let mut found: Vec<Found> = notes.iter().map(|_| None).collect();
    let mut left = wanted.len();
    let is_there = |place: &&Attach| hook_at(hooks, place).is_some();
    for place in work.places.iter().filter(is_there) {
        let mut compare = |entry: &FlowEntry| {
            let id = entry.id();
            if let Some(at) = wanted.get(&id).copied()
                && found[at].is_none()
                && is_as_wanted(&work.rules[at], entry)
            {
                found[at] = Some((id, Verdict::of(entry, Vec::new())));
                left -= 1;
            }
            Ok(())
        };
        host.flow().visit(&FlowScope::at(place.clone()), &mut compare).ok()?;
    }
    (left == 0).then_some(found)
}

/// Finds the rules among all that are there.
fn among(work: &Work<'_>, there: &Snapshot) -> Vec<Found> {
    let place = |found: Option<(usize, bool)>| {
        let (at, _) = found.filter(|(_, is_as_wanted)| *is_as_wanted)?;
        let entry = &there.entries[at];
        Some((entry.id(), Verdict::of(entry, Vec::new())))
    };
    matches(&work.rules, &there.entries).found.into_iter().map(place).collect()
}

fn change_of(need: &Need) -> Change {
    match need {
        Need::Keep(_) => Change::Kept,
        Need::Replace(_) => Change::Replaced,
        Need::Add => Change::Added,
    }
}

fn missing(host: &Host, attach: &Attach) -> Error {
    let error = Error::new(ErrorKind::Mismatch, "apply flow rules")
        .reason("the kernel said yes, but the rule read back is missing or another");
    match is_gone(host, attach) {
        true => error.of_kind(ErrorKind::DeviceGone),
        false => error,
    }
}

/// Whether the link at a place is known not to be there any more.
fn is_gone(host: &Host, attach: &Attach) -> bool {
    let Some(index) = attach.dev().and_then(|dev| dev.index().ok()) else { return false };
    host.switchdev().links().is_ok_and(|links| links.iter().all(|link| link.ifindex != index))
}
