//! A host whose user dies in the middle of a change: nothing of it runs on, as after SIGKILL.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use smartnic_core::Result;
use smartnic_core::backend::{
    Devlink, FlowOffload, FlowOp, FlowScope, Guard, Hook, Host, Outcome, Switchdev, Turn,
};
use smartnic_core::flow::{FlowEntry, RuleId};
use smartnic_core::types::IfIndex;

/// A host on which changes are counted one by one, each rule, hook and journal as one; at one of them the user dies.
pub(crate) struct Mortal {
    flow: Arc<dyn Host>,
    guard: Arc<dyn Host>,
    life: Lifetime,
}

/// How many changes a user lives through.
pub(crate) struct Lifetime(AtomicUsize);

impl Lifetime {
    /// Ends at the change with this number.
    pub(crate) fn new(dies_at: usize) -> Self {
        Self(AtomicUsize::new(dies_at))
    }

    /// One change; the user's thread may end here.
    pub(crate) fn step(&self) {
        if self.0.fetch_sub(1, Ordering::Relaxed) == 0 {
            DEAD.set(true);
            // Unlike a panic it says nothing.
            resume_unwind(Box::new(Dead));
        }
    }
}

/// What the user's thread ends with.
struct Dead;

thread_local! {
    static DEAD: Cell<bool> = const { Cell::new(false) };
}

impl Mortal {
    /// The rules of one host under the guard of another, whose user dies at the change with this number.
    pub(crate) fn new(flow: Arc<dyn Host>, guard: Arc<dyn Host>, dies_at: usize) -> Self {
        Self { flow, guard, life: Lifetime::new(dies_at) }
    }

    fn step(&self) {
        self.life.step();
    }

    fn guarding(&self) -> Result<&dyn Guard> {
        Ok(self.guard.guard()?.expect("simulated machines have a guard"))
    }
}

/// Lets somebody work who may die of it; `None` if so.
pub(crate) fn work<T>(work: impl FnOnce() -> T) -> Option<T> {
    DEAD.set(false);
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => Some(done),
        Err(_) if DEAD.get() => None,
        Err(panic) => resume_unwind(panic),
    }
}

impl Host for Mortal {
    fn uri(&self) -> &str {
        self.flow.uri()
    }

    fn kernel_release(&self) -> Result<String> {
        self.flow.kernel_release()
    }

    fn devlink(&self) -> &dyn Devlink {
        self.flow.devlink()
    }

    fn switchdev(&self) -> &dyn Switchdev {
        self.flow.switchdev()
    }

    fn flow(&self) -> &dyn FlowOffload {
        self
    }

    fn guard(&self) -> Result<Option<&dyn Guard>> {
        Ok(Some(self))
    }
}

impl Guard for Mortal {
    fn turn(&self, wait: Duration, who: &str) -> Result<Box<dyn Turn>> {
        self.guarding()?.turn(wait, who)
    }

    fn journal(&self) -> Result<Option<Vec<u8>>> {
        self.guarding()?.journal()
    }

    fn keep_journal(&self, journal: &[u8]) -> Result<()> {
        self.step();
        self.guarding()?.keep_journal(journal)
    }

    fn drop_journal(&self) -> Result<()> {
        self.step();
        self.guarding()?.drop_journal()
    }

    fn place(&self) -> String {
        self.guard.guard().ok().flatten().map(Guard::place).unwrap_or_default()
    }

    fn boot(&self) -> Result<String> {
        self.guarding()?.boot()
    }
}

impl FlowOffload for Mortal {
    fn hooks(&self, link: Option<IfIndex>) -> Result<Vec<Hook>> {
        self.flow.flow().hooks(link)
    }

    fn add_hook(&self, hook: &Hook) -> Result<()> {
        self.step();
        self.flow.flow().add_hook(hook)
    }

    fn remove_hook(&self, hook: &Hook) -> Result<()> {
        self.step();
        self.flow.flow().remove_hook(hook)
    }

    fn submit(&self, ops: &[FlowOp<'_>], stop: bool) -> Result<Vec<Outcome>> {
        let mut outcomes: Vec<Outcome> = Vec::new();
        for op in ops {
            let failed = outcomes.iter().any(|outcome| matches!(outcome, Outcome::Failed(_)));
            if stop && failed {
                outcomes.push(Outcome::NotTried);
                continue;
            }
            self.step();
            outcomes.extend(self.flow.flow().submit(&[*op], stop)?);
        }
        Ok(outcomes)
    }

    fn visit(&self, scope: &FlowScope, each: &mut dyn FnMut(&FlowEntry) -> Result<()>) -> Result<()> {
        self.flow.flow().visit(scope, each)
    }

    fn entry(&self, rule: &RuleId) -> Result<FlowEntry> {
        self.flow.flow().entry(rule)
    }
}
