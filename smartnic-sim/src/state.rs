//! The state file: one whole machine, so that one command after another sees the same one.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use smartnic_core::{Error, ErrorKind, Result};

use crate::model::Machine;

const FORMAT: &str = "smartnic-sim state";
const VERSION: u32 = 1;

/// A state file that this process has locked.
pub(crate) struct StateFile {
    path: PathBuf,
    /// Holds the lock; it stands beside the state, which is replaced as a whole.
    _lock: File,
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'a str,
    version: u32,
    machine: &'a Machine,
    #[serde(skip_serializing_if = "Option::is_none")]
    journal: Option<&'a str>,
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

#[derive(Deserialize)]
struct Read {
    machine: Machine,
    #[serde(default)]
    journal: Option<String>,
}

impl StateFile {
    /// Locks the state at `path`, which need not exist; `who` is what others are told that wait for it meanwhile.
    pub(crate) fn lock(path: PathBuf, wait: Duration, who: &str) -> Result<Self> {
        let failed = |error| Error::io("lock the state file", error).on(path.display());
        // A device such as /dev/zero can be read without end, and a directory not at all.
        if std::fs::metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Err(Error::invalid("lock the state file", "it is no regular file").on(path.display()));
        }
        let name = beside(&path, "lock");
        let mut lock = OpenOptions::new().create(true).read(true).append(true).open(&name).map_err(failed)?;
        let give_up = Instant::now().checked_add(wait);
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) if give_up.is_some_and(|end| Instant::now() >= end) => {
                    let mut other = String::new();
                    // It may be empty: the other one writes its name a moment after it has the lock.
                    let _ = lock.rewind().and_then(|()| lock.read_to_string(&mut other));
                    let other = if other.is_empty() { "another process" } else { &other };
                    return Err(Error::new(ErrorKind::Locked, "lock the state file")
                        .on(path.display())
                        .reason(format!("{other} uses this machine; waited {} s", wait.as_secs_f32()))
                        .hint("try again when it has ended, or use another state file"));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
        lock.set_len(0).and_then(|()| lock.write_all(who.as_bytes())).map_err(failed)?;
        Ok(Self { path, _lock: lock })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> std::path::Display<'_> {
        self.path.display()
    }

    /// The machine in the file, and its journal; none if there is no file yet, or an empty one.
    pub(crate) fn load(&self) -> Result<Option<(Machine, Option<String>)>> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) if text.is_empty() => return Ok(None),
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("read the state file", error).on(self.path())),
        };
        let damaged = |reason: String| {
            Error::parse("read the state file", reason)
                .on(self.path())
                .hint("delete the file to start with a fresh machine")
        };
        let broken = |error: serde_json::Error| damaged(format!("it is damaged: {error}"));
        let head: Head = serde_json::from_str(&text).map_err(broken)?;
        if head.format != FORMAT || head.version != VERSION {
            return Err(damaged(format!(
                "it says \"{}\" version {}, and this program reads \"{FORMAT}\" version {VERSION}",
                head.format, head.version
            )));
        }
        let Read { mut machine, journal } = serde_json::from_str(&text).map_err(broken)?;
        let total_vfs = usize::from(machine.total_vfs());
        if machine.pfs.len() != usize::from(machine.profile.pfs)
            || machine.pfs.iter().any(|pf| pf.vfs.len() > total_vfs)
        {
            return Err(damaged("it is damaged: it does not have the profile's functions".into()));
        }
        machine.count_matches();
        // The file is read with the first one looked at.
        for netns in machine.netns_names() {
            machine.within(Some(&netns), crate::model::Machine::count_matches);
        }
        Ok(Some((machine, journal)))
    }

    /// Writes the machine into a new file and puts that in the place of the old one; with `sync`, it outlives a crash
    /// of the system from then on.
    pub(crate) fn save(&self, machine: &Machine, journal: Option<&str>, sync: bool) -> Result<()> {
        let failed = |error| Error::io("write the state file", error).on(self.path());
        let written = Written { format: FORMAT, version: VERSION, machine, journal };
        let text = serde_json::to_vec(&written).map_err(|error| failed(error.into()))?;
        let new = beside(&self.path, "new");
        let write = || {
            let mut file = File::create(&new)?;
            file.write_all(&text)?;
            if sync {
                file.sync_all()?;
            }
            std::fs::rename(&new, &self.path)
        };
        write().map_err(failed)
    }
}

/// The path with another ending behind its own.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}
