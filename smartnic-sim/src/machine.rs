//! The simulated machine as its faces share it.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use smartnic_core::{Error, Result};

use crate::SimOptions;
use crate::backend::Ear;
use crate::errno::Errno;
use crate::guard::Turns;
use crate::kernel::{Mailbox, Origin, spread};
use crate::model::{Event, Machine};
use crate::profile;
use crate::state::StateFile;

/// A simulated machine, shared by the faces that stand on it. A clone is the same machine, seen from the same network
/// namespace.
#[derive(Clone)]
pub struct SimMachine {
    shared: Arc<Shared>,
    /// The network namespace that it is looked at from; none for the first.
    netns: Option<String>,
}

struct Shared {
    state: Mutex<State>,
    file: Option<StateFile>,
    /// Whether every change is written into the file at once.
    save_always: bool,
    turns: Turns,
}

struct State {
    machine: Machine,
    /// The journal of a change of its rules; see [`smartnic_core::backend::Guard`].
    journal: Option<String>,
    /// Something may have changed since the machine was locked.
    changed: bool,
    /// Why a change could not be written at once.
    unsaved: Option<Error>,
    /// The netlink sockets that may listen to changes.
    mailboxes: Vec<Weak<Mailbox>>,
    /// Those that listen to links without netlink.
    ears: Vec<Weak<Ear>>,
}

impl SimMachine {
    /// Starts a machine with the NIC of a profile, or goes on with the one in a state file.
    ///
    /// The file is locked until the last clone is dropped, so that two processes cannot disturb each other.
    ///
    /// # Errors
    /// `InvalidInput` for an unknown profile, or one that is not the state file's; `Locked` if another process keeps
    /// the state file locked; `Parse` if the file is damaged; `Io` if it cannot be read or locked.
    pub fn open(
        profile: &str,
        seed: Option<u64>,
        state: Option<PathBuf>,
        capacity: Option<u32>,
    ) -> Result<Self> {
        Self::open_with(profile, SimOptions { seed, state, capacity, ..SimOptions::default() })
    }

    /// As [`SimMachine::open`], with every option.
    ///
    /// # Errors
    /// Those of [`SimMachine::open`].
    pub fn open_with(profile: &str, options: SimOptions) -> Result<Self> {
        let SimOptions { seed, state, capacity, vfs, save_always, wait, who } = options;
        let profile = profile::find(profile)?;
        if vfs.is_some() && !profile.driver.facts().vfs.by_module {
            return Err(Error::invalid("open a simulated host", "VFs of this card are made by sysfs")
                .on(profile.name));
        }
        if vfs.is_some_and(|vfs| vfs > profile.total_vfs) {
            let most = format!("this card can have {} VFs", profile.total_vfs);
            return Err(Error::invalid("open a simulated host", most).on(profile.name));
        }
        let file = state.map(|path| StateFile::lock(path, wait, &who)).transpose()?;
        let loaded = file.as_ref().map(StateFile::load).transpose()?.flatten();
        let mut journal = None;
        let machine = match (loaded, &file) {
            (Some((machine, earlier)), Some(file)) => {
                journal = earlier;
                let differs =
                    |what: String| Err(Error::invalid("open a simulated host", what).on(file.path()));
                if machine.profile != profile {
                    return differs(format!("the state file is of the profile {}", machine.profile.name));
                }
                if seed.is_some_and(|seed| seed != machine.seed) {
                    return differs(format!("the state file is of the seed {}", machine.seed));
                }
                if vfs.is_some_and(|vfs| vfs != machine.module_vfs) {
                    let vfs = machine.module_vfs;
                    return differs(format!("the state file is of a machine whose driver makes {vfs} VFs"));
                }
                machine
            }
            _ => Machine::new(profile, seed.unwrap_or(0), capacity, vfs.unwrap_or(0)),
        };
        let state = State {
            machine,
            journal,
            changed: false,
            unsaved: None,
            mailboxes: Vec::new(),
            ears: Vec::new(),
        };
        let (state, turns) = (Mutex::new(state), Turns::default());
        Ok(Self { shared: Arc::new(Shared { state, file, save_always, turns }), netns: None })
    }

    /// The same machine as a process in one of its other network namespaces sees it.
    ///
    /// # Errors
    /// `NotFound` if there is no such namespace.
    pub fn within(&self, netns: &str) -> Result<Self> {
        let Some(found) = self.lock().netns_at(netns) else {
            let error = std::io::Error::from_raw_os_error(Errno::ENOENT.0);
            return Err(Error::io("open a network namespace", error).on(netns));
        };
        Ok(Self { shared: Arc::clone(&self.shared), netns: found })
    }

    /// The network namespace that it is looked at from; none for the first.
    #[must_use]
    pub fn netns(&self) -> Option<&str> {
        self.netns.as_deref()
    }

    /// Writes the state into its file, if the machine has one.
    ///
    /// # Errors
    /// `Io` if the file cannot be written; the file then holds what it held before.
    pub fn save(&self) -> Result<()> {
        self.saved()?;
        let Some(file) = &self.shared.file else { return Ok(()) };
        let mut locked = self.lock();
        locked.state.machine.look_at(None);
        file.save(&locked.state.machine, locked.state.journal.as_deref(), true)
    }

    /// The failure of writing a change at once, if there was one.
    pub(crate) fn saved(&self) -> Result<()> {
        self.lock().state.unsaved.take().map_or(Ok(()), Err)
    }

    /// Who has the turn to change it.
    pub(crate) fn turns(&self) -> &Turns {
        &self.shared.turns
    }

    /// The name of its state file, if it has one.
    pub(crate) fn file_name(&self) -> Option<String> {
        self.shared.file.as_ref().map(|file| file.path().to_string())
    }

    /// Lets drivers take their time: a sub-function that is activated is attached only after so many contacts with the
    /// kernel (requests, files read, looks for notifications), and its link comes after as many more.
    pub fn slow_down(&self, contacts: u32) {
        self.lock().slow = contacts;
    }

    /// Puts NVIDIA's own driver in the place of the kernel's, as far as files tell of it: links have a directory `ecn`.
    pub fn load_vendor_driver(&self) {
        self.lock().load_vendor_driver();
    }

    /// The seed that the machine was started with.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.lock().seed
    }

    /// The lines of the kernel's log behind the first `seen`, as far as it keeps them, and how many there are now.
    pub(crate) fn log_since(&self, seen: u64) -> (Vec<String>, u64) {
        let machine = self.lock();
        let new = usize::try_from(machine.logged.saturating_sub(seen)).unwrap_or(usize::MAX);
        let kept = &machine.log[machine.log.len().saturating_sub(new)..];
        (kept.to_vec(), machine.logged)
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
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.machine.look_at(self.netns());
        Locked { state, file: self.shared.file.as_ref().filter(|_| self.shared.save_always) }
    }

    /// Makes a socket known, so that it can hear of changes.
    pub(crate) fn attach(&self, mailbox: &Arc<Mailbox>) {
        let mut locked = self.lock();
        locked.state.mailboxes.push(Arc::downgrade(mailbox));
    }

    /// Lets somebody hear of links.
    pub(crate) fn listen(&self, ear: &Arc<Ear>) {
        self.lock().state.ears.push(Arc::downgrade(ear));
        self.count_listeners();
    }

    /// Looks anew whether anybody listens.
    pub(crate) fn count_listeners(&self) {
        let mut locked = self.lock();
        let State { machine, mailboxes, ears, .. } = &mut *locked.state;
        mailboxes.retain(|mailbox| mailbox.strong_count() > 0);
        ears.retain(|ear| ear.strong_count() > 0);
        let sockets = mailboxes.iter().filter_map(Weak::upgrade).any(|mailbox| mailbox.is_listening());
        machine.events.listening = sockets || !ears.is_empty();
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
    /// The file that changes are written into at once.
    file: Option<&'a StateFile>,
}

impl Locked<'_> {
    /// The journal, which may be changed.
    pub(crate) fn journal(&mut self) -> &mut Option<String> {
        self.state.changed = true;
        &mut self.state.journal
    }

    /// Tells listening sockets of changes, as caused by a request; returns what belongs to the requester itself.
    pub(crate) fn tell(&mut self, events: Vec<(Option<String>, Event)>, origin: &Origin) -> Vec<Vec<u8>> {
        let State { machine, mailboxes, ears, .. } = &mut *self.state;
        let here = machine.netns().map(str::to_owned);
        let mut own = Vec::new();
        for (netns, event) in events {
            machine.look_at(netns.as_deref());
            own.extend(spread(machine, mailboxes, &event, origin));
            for ear in ears.iter().filter_map(Weak::upgrade) {
                ear.hear(machine, &event);
            }
        }
        machine.look_at(here.as_deref());
        own
    }
}

impl Locked<'_> {
    /// The machine for what programs do on RDMA devices, of which nothing is kept in the state file.
    pub(crate) fn fabric(&mut self) -> &mut Machine {
        &mut self.state.machine
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
        self.state.changed = true;
        &mut self.state.machine
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        // Programs hear of what became of ports.
        let verbs = &self.state.machine.verbs;
        if self.state.changed && !(verbs.contexts.is_empty() && verbs.cm.is_empty()) {
            self.state.machine.watch_verbs();
        }
        if !self.state.machine.events.waiting.is_empty() {
            let events = std::mem::take(&mut self.state.machine.events.waiting);
            self.tell(events, &Origin::default());
        }
        let State { machine, journal, changed, unsaved, .. } = &mut *self.state;
        machine.look_at(None);
        if let (true, Some(file)) = (std::mem::take(changed), self.file)
            && let Err(error) = file.save(machine, journal.as_deref(), false)
        {
            unsaved.get_or_insert(error);
        }
    }
}
