//! The simulated machine as its faces share it.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smartnic_core::{Error, Result};

use crate::model::Machine;
use crate::profile;
use crate::state::StateFile;

/// A simulated machine, shared by the faces that stand on it. A clone is the same machine.
#[derive(Clone)]
pub struct SimMachine {
    shared: Arc<Shared>,
}

struct Shared {
    machine: Mutex<Machine>,
    file: Option<StateFile>,
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
        Ok(Self { shared: Arc::new(Shared { machine: Mutex::new(machine), file }) })
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
    ///
    #[must_use]
    pub fn snapshot(&self) -> String {
        serde_json::to_string_pretty(&*self.lock()).unwrap_or_else(|error| format!("unprintable: {error}"))
    }

    /// Locks the machine; one that a panic left locked is usable.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Machine> {
        self.shared.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SimMachine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let machine = self.lock();
        write!(f, "SimMachine({}, seed {})", machine.profile.name, machine.seed)
    }
}
