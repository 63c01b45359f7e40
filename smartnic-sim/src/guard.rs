//! Turns and journals of a simulated machine. They belong to the machine, as rules do: those of a machine with a state
//! file are kept with it there, and those of another one go with it.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use smartnic_core::backend::{Guard, Turn};
use smartnic_core::{Error, ErrorKind, Result};

use crate::SimMachine;

/// Who has the turn to change a machine.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    who: Mutex<Option<String>>,
    free: Condvar,
}

struct SimTurn(SimMachine);

impl Turn for SimTurn {}

impl Drop for SimTurn {
    fn drop(&mut self) {
        let turns = self.0.turns();
        *turns.who.lock().unwrap_or_else(PoisonError::into_inner) = None;
        turns.free.notify_one();
    }
}

impl Guard for SimMachine {
    fn turn(&self, wait: Duration, who: &str) -> Result<Box<dyn Turn>> {
        let turns = self.turns();
        let taken = turns.who.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = turns.free.wait_timeout_while(taken, wait, |taken| taken.is_some());
        let (mut taken, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if let Some(other) = &*taken {
            return Err(Error::new(ErrorKind::Locked, "take the turn to change rules")
                .reason(format!("{other} changes this machine; waited {} s", wait.as_secs_f32())));
        }
        *taken = Some(who.to_owned());
        Ok(Box::new(SimTurn(self.clone())))
    }

    fn journal(&self) -> Result<Option<Vec<u8>>> {
        Ok(self.lock().journal().clone().map(String::into_bytes))
    }

    fn keep_journal(&self, journal: &[u8]) -> Result<()> {
        let journal = String::from_utf8_lossy(journal).into_owned();
        *self.lock().journal() = Some(journal);
        self.saved()
    }

    fn drop_journal(&self) -> Result<()> {
        *self.lock().journal() = None;
        self.saved()
    }

    fn place(&self) -> String {
        self.file_name().map_or_else(|| "in memory".to_owned(), |name| format!("in {name}"))
    }

    fn boot(&self) -> Result<String> {
        // A machine that is started anew has no journal either.
        Ok(String::new())
    }
}
