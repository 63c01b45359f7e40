//! Changes that did not come to their end, and taking them back.

use serde::Serialize;

use super::journal::{Entry, Interrupted, Journal};
use super::restore::{Restored, restore};
use crate::turn::HostTurn;
use crate::{Error, ErrorKind, Host, Result};

/// What became of a change that did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recovery {
    /// The change.
    #[serde(flatten)]
    pub change: Interrupted,
    /// What was done about it.
    pub outcome: RecoveryOutcome,
    /// How many rules were put back as they were before.
    pub put_back: usize,
    /// How many rules of it were removed.
    pub removed: usize,
    /// How many qdiscs of it were removed.
    pub hooks_removed: usize,
}

/// What was done about a change that did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecoveryOutcome {
    /// The rules are exactly as they were before it.
    TakenBack,
    /// So are those on links that are still there; links went away, and their rules with them.
    LinksGone,
    /// The machine was started anew since, which removed all rules.
    Restarted,
}

/// Takes back a change that did not come to its end, such as that of a process that was killed. `None` if there is no
/// such change.
///
/// Rules that others added meanwhile stay. [`super::apply()`] and [`super::remove()`] do this by themselves first.
///
/// # Errors
/// `Locked` if another process changes rules of this host, `Parse` if the journal is damaged, `RollbackFailed` if the
/// change could not be taken back; the journal then stays.
pub fn recover(host: &Host) -> Result<Option<Recovery>> {
    let turn = HostTurn::take(host)?;
    take_back(host, turn.journal())
}

/// Forgets a change that did not come to its end, without taking it back; also one whose journal is damaged, of which
/// nothing is known. False if there is none.
///
/// # Errors
/// `Locked` if another process changes rules of this host; those of removing the journal.
pub fn discard(host: &Host) -> Result<bool> {
    let turn = HostTurn::take(host)?;
    if let Some(guard) = turn.guard()
        && let Some(text) = guard.journal()?
        && let Some(half_done) = crate::cycle::is_ours(&text)
    {
        return Err(half_done);
    }
    let is_there = !matches!(turn.journal().read(), Ok(None));
    turn.journal().end()?;
    Ok(is_there)
}

/// A change that did not come to its end, if there is one: the rules are neither those from before it nor those it was
/// to bring. Changes nothing.
///
/// # Errors
/// Those of reading the journal.
pub fn interrupted(host: &Host) -> Result<Option<Interrupted>> {
    let guard = host.backend().guard()?;
    if Journal::of(guard).read()?.is_none() {
        return Ok(None);
    }
    match HostTurn::take_at_once(host) {
        Ok(turn) => Ok(turn.journal().read()?.map(|entry| entry.change)),
        // It is going on.
        Err(error) if error.kind() == ErrorKind::Locked => Ok(None),
        Err(error) => Err(error),
    }
}

/// Takes back the change in the journal, for who has the turn.
pub(crate) fn take_back(host: &Host, journal: Journal<'_>) -> Result<Option<Recovery>> {
    let Some(Entry { change, undo }) = journal.read()? else { return Ok(None) };
    let (outcome, restored) = match undo {
        None => (RecoveryOutcome::Restarted, Restored::default()),
        Some(undo) => match restore(host, &undo) {
            Ok(restored) if restored.links_gone => (RecoveryOutcome::LinksGone, restored),
            Ok(restored) => (RecoveryOutcome::TakenBack, restored),
            Err(error) => return Err(failed(&change, error)),
        },
    };
    journal.end()?;
    let Restored { put_back, removed, hooks_removed, .. } = restored;
    Ok(Some(Recovery { change, outcome, put_back, removed, hooks_removed }))
}

fn failed(change: &Interrupted, error: Error) -> Error {
    Error::new(ErrorKind::RollbackFailed, "take back an interrupted change of flow rules")
        .on(&change.command)
        .reason(error.why())
        .hint(
            "try again: snicctl flow recover; or leave the rules as they are now: snicctl flow recover --discard",
        )
        .source(error)
}
