use std::collections::VecDeque;
use std::io::{PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Things that happened, for somebody who waits for them here or by a descriptor.
///
/// One byte stands in a pipe while something waits, so that the descriptor is readable just then.
#[derive(Debug)]
pub(crate) struct Signal<T> {
    inner: Mutex<Inner<T>>,
    changed: Condvar,
    pipe: Option<(PipeReader, PipeWriter)>,
}

#[derive(Debug)]
struct Inner<T> {
    waiting: VecDeque<T>,
    /// How often those who wait were asked to look again.
    nudges: u64,
}

impl<T> Signal<T> {
    /// Without a pipe, where there can be no more, there is no descriptor.
    pub(crate) fn new() -> Self {
        let inner = Mutex::new(Inner { waiting: VecDeque::new(), nudges: 0 });
        Self { inner, changed: Condvar::new(), pipe: std::io::pipe().ok() }
    }

    pub(crate) fn push(&self, thing: T) {
        let mut inner = self.lock();
        if inner.waiting.is_empty()
            && let Some((_, writer)) = &self.pipe
        {
            // There is no other byte in the pipe: it has room.
            let _ = (&*writer).write(&[1]);
        }
        inner.waiting.push_back(thing);
        self.changed.notify_all();
    }

    /// Lets those who wait look again at what they wait for.
    pub(crate) fn nudge(&self) {
        self.lock().nudges += 1;
        self.changed.notify_all();
    }

    /// How often it was nudged, for [`Signal::wait`].
    pub(crate) fn nudges(&self) -> u64 {
        self.lock().nudges
    }

    /// The next thing; waits for it until then, or until somebody nudged since `seen`.
    pub(crate) fn wait(&self, until: Option<Instant>, seen: u64) -> Option<T> {
        let mut inner = self.lock();
        loop {
            if let Some(thing) = inner.waiting.pop_front() {
                self.emptied(&inner);
                return Some(thing);
            }
            if inner.nudges != seen {
                return None;
            }
            inner = match until {
                None => self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.checked_duration_since(Instant::now())?;
                    self.changed.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Waits until then, or until somebody nudged since `seen`; takes nothing.
    pub(crate) fn sleep(&self, until: Instant, seen: u64) {
        let mut inner = self.lock();
        while inner.nudges == seen {
            let Some(left) = until.checked_duration_since(Instant::now()) else { return };
            inner = self.changed.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Forgets what is no longer of use.
    pub(crate) fn retain(&self, keep: impl FnMut(&T) -> bool) {
        let mut inner = self.lock();
        if inner.waiting.is_empty() {
            return;
        }
        inner.waiting.retain(keep);
        self.emptied(&inner);
    }

    pub(crate) fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.pipe.as_ref().map(|(reader, _)| reader.as_fd())
    }

    fn emptied(&self, inner: &Inner<T>) {
        if inner.waiting.is_empty()
            && let Some((reader, _)) = &self.pipe
        {
            // The one byte that was written when the first thing came.
            let _ = (&*reader).read(&mut [0]);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
