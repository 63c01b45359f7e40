//! The turn to change a host: one process, and one thread of it, at a time.

use std::time::Duration;

use smartnic_core::backend::{Guard, Turn};

use crate::flow::{Journal, who};
use crate::{Host, Result};

/// The turn to change a host, until it is dropped. Hosts without a guard need none.
pub(crate) struct HostTurn<'a> {
    guard: Option<&'a dyn Guard>,
    _turn: Option<Box<dyn Turn>>,
}

impl<'a> HostTurn<'a> {
    /// Waits for the turn, as long as the host says.
    pub(crate) fn take(host: &'a Host) -> Result<Self> {
        Self::within(host, host.lock_wait())
    }

    /// Takes the turn if nobody has it.
    pub(crate) fn take_at_once(host: &'a Host) -> Result<Self> {
        Self::within(host, Duration::ZERO)
    }

    fn within(host: &'a Host, wait: Duration) -> Result<Self> {
        let guard = host.backend().guard()?;
        let turn = guard.map(|guard| guard.turn(wait, &who())).transpose()?;
        Ok(Self { guard, _turn: turn })
    }

    /// What keeps journals; none on hosts without such a thing.
    pub(crate) fn guard(&self) -> Option<&'a dyn Guard> {
        self.guard
    }

    /// Where changes of flow rules are noted.
    pub(crate) fn journal(&self) -> Journal<'a> {
        Journal::of(self.guard)
    }
}
