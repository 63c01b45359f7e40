//! Turns and journals of a network namespace, as files in a directory of the machine's state.
//!
//! A turn is an advisory lock (`flock`) on `NAMESPACE.lock`, which the kernel takes back when a process dies. The file
//! says who has it. The journal is `NAMESPACE.journal`; it is written whole or not at all.

mod directory;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use smartnic_core::backend::{Guard, Turn};
use smartnic_core::{Error, ErrorKind, Result};

pub(crate) use directory::directory;

/// The time between two looks whether the turn is free.
const MOMENT: Duration = Duration::from_millis(10);

const LOCK: &str = "take the turn to change rules";
const READ: &str = "read the journal of flow rules";
const KEEP: &str = "keep a journal of flow rules";

/// The turns and journals of one network namespace.
#[derive(Debug)]
pub(crate) struct FileGuard {
    /// The path of its files, without their endings.
    stem: PathBuf,
}

impl FileGuard {
    /// The guard of the namespace of this name, with its files in `directory`, which is there.
    pub(crate) fn new(directory: &Path, namespace: &str) -> Self {
        Self { stem: directory.join(namespace) }
    }

    fn file(&self, ending: &str) -> PathBuf {
        let mut path = self.stem.clone().into_os_string();
        path.push(".");
        path.push(ending);
        path.into()
    }
}

/// A locked file; what is in it says who locked it.
struct FileTurn(File);

impl Turn for FileTurn {}

impl Drop for FileTurn {
    fn drop(&mut self) {
        // A name that stays there misleads nobody: it is read only while the file is locked.
        let _ = self.0.set_len(0);
    }
}

impl Guard for FileGuard {
    fn turn(&self, wait: Duration, who: &str) -> Result<Box<dyn Turn>> {
        let path = self.file("lock");
        let failed = |error| advised(Error::io(LOCK, error)).on(path.display());
        let mut file = writable().truncate(false).read(true).open(&path).map_err(failed)?;
        let give_up = Instant::now().checked_add(wait);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) if give_up.is_some_and(|end| Instant::now() >= end) => {
                    return Err(locked(&mut file, wait).on(path.display()));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(MOMENT),
            }
        }
        file.set_len(0).and_then(|()| file.write_all(who.as_bytes())).map_err(failed)?;
        Ok(Box::new(FileTurn(file)))
    }

    fn journal(&self) -> Result<Option<Vec<u8>>> {
        let path = self.file("journal");
        match fs::read(&path) {
            Ok(journal) => Ok(Some(journal)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io(READ, error).on(path.display())),
        }
    }

    fn keep_journal(&self, journal: &[u8]) -> Result<()> {
        let (new, path) = (self.file("journal.new"), self.file("journal"));
        let write = || {
            let mut file = writable().truncate(true).open(&new)?;
            file.write_all(journal)?;
            file.sync_all()?;
            fs::rename(&new, &path)
        };
        write().map_err(|error| advised(Error::io(KEEP, error)).on(path.display()))
    }

    fn drop_journal(&self) -> Result<()> {
        let path = self.file("journal");
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Error::io("drop the journal of flow rules", error).on(path.display()))
            }
            _ => Ok(()),
        }
    }

    fn place(&self) -> String {
        self.file("journal").display().to_string()
    }

    fn boot(&self) -> Result<String> {
        let path = "/proc/sys/kernel/random/boot_id";
        let text = fs::read_to_string(path).map_err(|error| Error::io(READ, error).on(path))?;
        Ok(text.trim_end().to_owned())
    }
}

/// A file for nobody else's eyes, made if it is not there.
fn writable() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).mode(0o600);
    options
}

/// What to do if the directory of the state is of no use.
fn advised(error: Error) -> Error {
    error.hint("SNIC_STATE_DIR can name another directory for locks and journals")
}

/// That another has had the turn for too long.
fn locked(file: &mut File, waited: Duration) -> Error {
    let mut who = String::new();
    // It may be empty: the other one writes its name a moment after it has the lock.
    let _ = file.rewind().and_then(|()| file.read_to_string(&mut who));
    let who = if who.is_empty() { "another process" } else { &who };
    Error::new(ErrorKind::Locked, LOCK)
        .reason(format!("{who} changes this host; waited {} s", waited.as_secs_f32()))
        .hint("try again when it has ended, or wait longer: --lock-wait SECONDS")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_waited_for_and_who_has_it_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let guard = |name| FileGuard::new(dir.path(), name);
        let turn = guard("blue").turn(Duration::ZERO, "pid 7 (a longer program name)").unwrap();
        let error = guard("blue").turn(Duration::from_millis(30), "me").err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Locked);
        assert_eq!(error.why(), "pid 7 (a longer program name) changes this host; waited 0.03 s", "{error}");
        assert!(guard("red").turn(Duration::ZERO, "me").is_ok(), "another namespace is free");
        let waiting = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| guard("blue").turn(Duration::from_secs(60), "pid 8"));
            drop(turn);
            waiting.join().unwrap()
        });
        let turn = waiting.unwrap();
        assert!(guard("blue").turn(Duration::ZERO, "me").err().unwrap().why().starts_with("pid 8 changes"));
        drop(turn);
        assert!(guard("blue").turn(Duration::ZERO, "me").is_ok());
    }

    #[test]
    fn a_journal_is_kept_replaced_and_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let guard = FileGuard::new(dir.path(), "blue");
        assert_eq!(guard.journal().unwrap(), None);
        for text in ["long journal", "short"] {
            guard.keep_journal(text.as_bytes()).unwrap();
            assert_eq!(guard.journal().unwrap().as_deref(), Some(text.as_bytes()));
        }
        for _ in 0..2 {
            guard.drop_journal().unwrap();
            assert_eq!(guard.journal().unwrap(), None);
        }
        assert_eq!(guard.boot().unwrap().len(), 36);
        assert!(guard.place().ends_with("/blue.journal"));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left behind");
    }

    #[test]
    fn a_directory_that_is_not_there_is_said_with_what_to_do() {
        let guard = FileGuard::new(Path::new("/no/such/directory"), "blue");
        for error in [guard.turn(Duration::ZERO, "me").err(), guard.keep_journal(b"").err()] {
            let error = error.unwrap().to_string();
            assert!(
                error.contains("/no/such/directory/blue.") && error.contains("SNIC_STATE_DIR"),
                "{error}"
            );
        }
        assert_eq!(guard.journal().unwrap(), None);
    }
}
