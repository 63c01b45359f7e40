//! The journal of a change of a device: what is wanted, what was before, and how far it came.

use serde::{Deserialize, Serialize};
use smartnic_core::backend::Guard;
use smartnic_core::types::DevlinkHandle;

use super::{DeviceState, Goal, Plan, Step};
use crate::flow::Interrupted;
use crate::turn::HostTurn;
use crate::{Error, ErrorKind, Host, Result};

const FORMAT: &str = "smartnic device journal";
const VERSION: u32 = 1;

/// What was going on when a process died.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The steps were taken.
    Doing,
    /// They were taken back.
    Undoing,
}

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    version: u32,
    boot: String,
}

#[derive(Serialize, Deserialize, Clone)]
pub(super) struct Body {
    pub(super) change: Interrupted,
    pub(super) device: DevlinkHandle,
    pub(super) goal: Goal,
    pub(super) before: DeviceState,
    pub(super) steps: Vec<Step>,
    pub(super) at: usize,
    pub(super) stage: Stage,
}

#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(flatten)]
    head: Head,
    #[serde(flatten)]
    body: Body,
}

/// What is written about one change; hosts without a guard keep nothing.
pub(super) struct Record<'a> {
    guard: Option<&'a dyn Guard>,
    body: Body,
}

/// What a journal says.
pub(super) struct Entry {
    pub(super) body: Body,
    /// True if the machine was started anew since, which undid what was done.
    pub(super) restarted: bool,
}

impl std::ops::Deref for Record<'_> {
    type Target = Body;

    fn deref(&self) -> &Body {
        &self.body
    }
}

impl<'a> Record<'a> {
    pub(super) fn of(plan: &Plan, guard: Option<&'a dyn Guard>) -> Self {
        let Plan { device, goal, before, steps, .. } = plan;
        let body = Body {
            change: Interrupted::ourselves(),
            device: device.clone(),
            goal: goal.in_full(before),
            before: before.clone(),
            steps: steps.clone(),
            at: 0,
            stage: Stage::Doing,
        };
        Self { guard, body }
    }

    /// Goes on with what another process left.
    pub(super) fn again(body: Body, guard: Option<&'a dyn Guard>) -> Self {
        Self { guard, body }
    }

    /// Notes that the step of this number comes next; when this returns, the change can be finished and taken back
    /// whatever happens to us.
    pub(super) fn keep(&mut self, at: usize) -> Result<()> {
        self.body.at = at;
        self.write()
    }

    /// Notes that the change is being taken back.
    pub(super) fn keep_stage(&mut self, stage: Stage) -> Result<()> {
        self.body.stage = stage;
        self.write()
    }

    fn write(&self) -> Result<()> {
        let Some(guard) = self.guard else { return Ok(()) };
        let head = Head { format: FORMAT.into(), version: VERSION, boot: guard.boot()? };
        let written = Written { head, body: self.body.clone() };
        let text = serde_json::to_vec(&written)
            .map_err(|error| Error::io("write a journal", error.into()).on(guard.place()))?;
        guard.keep_journal(&text)
    }

    /// Forgets the change, which is done or was taken back.
    pub(super) fn end(&self) -> Result<()> {
        self.guard.map_or(Ok(()), Guard::drop_journal)
    }

    /// Fails if a change is half done; one of flow rules is taken back first.
    pub(super) fn must_be_free(host: &Host, turn: &HostTurn<'_>) -> Result<()> {
        if let Some(entry) = read(turn.guard())? {
            if entry.restarted {
                return turn.guard().map_or(Ok(()), Guard::drop_journal);
            }
            return Err(half_done(&entry.body));
        }
        crate::flow::take_back(host, turn.journal()).map(drop)
    }
}

/// The change that did not come to its end, if there is one.
pub(super) fn read(guard: Option<&dyn Guard>) -> Result<Option<Entry>> {
    let Some(guard) = guard else { return Ok(None) };
    let Some(text) = guard.journal()? else { return Ok(None) };
    let head: Head = match serde_json::from_slice(&text) {
        Ok(Head { format, .. }) if format != FORMAT => return Ok(None),
        // A journal that is damaged from the start is as likely one of flow rules, which says so.
        Err(_) => return Ok(None),
        Ok(head) => head,
    };
    let damaged = |reason: String| {
        Error::parse("read the journal of an interrupted change", reason)
            .on(guard.place())
            .hint("look at the device, then forget the journal: snicctl recover --discard")
    };
    if head.version != VERSION {
        return Err(damaged(format!("it is of version {}, and this program reads {VERSION}", head.version)));
    }
    let written: Written =
        serde_json::from_slice(&text).map_err(|error| damaged(format!("it is damaged: {error}")))?;
    Ok(Some(Entry { body: written.body, restarted: head.boot != guard.boot()? }))
}

/// The device that a journal is about, if it is one of a device.
pub(crate) fn is_ours(text: &[u8]) -> Option<Error> {
    let written: Written = serde_json::from_slice(text).ok()?;
    (written.head.format == FORMAT).then(|| half_done(&written.body))
}

fn half_done(body: &Body) -> Error {
    Error::new(ErrorKind::Busy, "change a host")
        .on(&body.device)
        .reason(format!(
            "an earlier change of it is half done: {} (pid {})",
            body.change.command, body.change.pid
        ))
        .hint("see where it stands: snicctl recover; then finish it or take it back: snicctl recover --finish, --undo")
}
