//! The simulated machine as its faces share it.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use smartnic_core::{Error, Result};

use crate::kernel::{Mailbox, Origin, spread};
use crate::model::{Event, Machine};
use crate::profile;
use crate::state::StateFile;

/// A simulated machine, shared by the faces that stand on it. A clone is the same machine.
#[derive(Clone)]
pub struct SimMachine {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    file: Option<StateFile>,
}

struct State {
    machine: Machine,
    /// The netlink sockets that may listen to changes.
    mailboxes: Vec<Weak<Mailbox>>,
}

impl SimMachine {
    /// Starts a machine with the NIC of a profile, or goes on with the one in a state file.
    ///
    /// The file is locked until the last clone is dropped, so that two processes cannot disturb each other.
    ///
    /// # Errors
    /// `InvalidInput` for an unknown profile, or one that is not the state file's; `Busy` if another process keeps
    /// the state file locked; `Parse` if the file is damaged; `Io` if it cannot be read or locked.
    pub fn open(
        profile: &str,
        seed: Option<u64>,
        state: Option<PathBuf>,
        capacity: Option<u32>,
    ) -> Result<Self> {
        let profile = profile::find(profile)?;
        let file = state.map(StateFile::lock).transpose()?;
        let loaded = file.as_ref().map(StateFile::load).transpose()?.flatten();
        let machine = match (loaded, &file) {
            (Some(machine), Some(file)) => {
                let differs =
                    |what: String| Err(Error::invalid("open a simulated host", what).on(file.path()));
                if machine.profile != profile {
                    return differs(format!("the state file is of the profile {}", machine.profile.name));
                }
                if seed.is_some_and(|seed| seed != machine.seed) {
                    return differs(format!("the state file is of the seed {}", machine.seed));
                }
                machine
            }
            _ => Machine::new(profile, seed.unwrap_or(0), capacity),
        };
        let state = State { machine, mailboxes: Vec::new() };
        Ok(Self { shared: Arc::new(Shared { state: Mutex::new(state), file }) })
    }

    /// Writes the state into its file, if the machine has one.
    ///
    /// # Errors
    /// `Io` if the file cannot be written; the file then holds what it held before.
    pub fn save(&self) -> Result<()> {
        match &self.shared.file {
            Some(file) => file.save(&self.lock()),
            None => Ok(()),
        }
    }

    /// The seed that the machine was started with.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.lock().seed
    }

    /// The kernel's log: what drivers tell nobody else, the latest line last.
    #[must_use]
    pub fn kernel_log(&self) -> Vec<String> {
        self.lock().log.clone()
    }

    /// The whole state as JSON text, for comparing machines.
    #[must_use]
    pub fn snapshot(&self) -> String {
        serde_json::to_string_pretty(&*self.lock()).unwrap_or_else(|error| format!("unprintable: {error}"))
    }

    /// Locks the machine; one that a panic left locked is usable. What changes under the lock is told to listening
    /// sockets when it is given back.
    pub(crate) fn lock(&self) -> Locked<'_> {
        Locked { state: self.shared.state.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// Makes a socket known, so that it can hear of changes.
    pub(crate) fn attach(&self, mailbox: &Arc<Mailbox>) {
        let mut locked = self.lock();
        locked.state.mailboxes.push(Arc::downgrade(mailbox));
    }

    /// Looks anew whether any socket listens.
    pub(crate) fn count_listeners(&self) {
        let mut locked = self.lock();
        let State { machine, mailboxes } = &mut *locked.state;
        mailboxes.retain(|mailbox| mailbox.strong_count() > 0);
        machine.events.listening =
            mailboxes.iter().filter_map(Weak::upgrade).any(|mailbox| mailbox.is_listening());
    }
}

impl fmt::Debug for SimMachine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let machine = self.lock();
        write!(f, "SimMachine({}, seed {})", machine.profile.name, machine.seed)
    }
}

/// The machine while it is locked.
pub(crate) struct Locked<'a> {
    state: MutexGuard<'a, State>,
}

impl Locked<'_> {
    /// Tells listening sockets of changes, as caused by a request; returns what belongs to the requester itself.
    pub(crate) fn tell(&mut self, events: Vec<Event>, origin: &Origin) -> Vec<Vec<u8>> {
        let State { machine, mailboxes } = &mut *self.state;
        let mut own = Vec::new();
        for event in events {
            own.extend(spread(machine, mailboxes, &event, origin));
        }
        own
    }
}

impl Deref for Locked<'_> {
    type Target = Machine;

    fn deref(&self) -> &Machine {
        &self.state.machine
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut Machine {
        &mut self.state.machine
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        if !self.state.machine.events.waiting.is_empty() {
            let events = std::mem::take(&mut self.state.machine.events.waiting);
            self.tell(events, &Origin::default());
        }
    }
}
