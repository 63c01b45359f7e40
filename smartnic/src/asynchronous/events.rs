//! A source that is awaited, by its descriptors or by a thread.

use std::fmt;
use std::future::{Future, poll_fn};
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::Source;
use crate::{Error, ErrorKind, Result};

const OP: &str = "await events";
/// How long a thread waits before it looks whether it is still wanted.
const TURN: Duration = Duration::from_millis(200);

/// The events of a source, to be awaited one after the other.
pub struct Events<S: Source> {
    state: State<S>,
}

enum State<S: Source> {
    /// The runtime waits for one of these to become readable.
    Descriptors { source: S, ready: Vec<AsyncFd<OwnedFd>> },
    /// A thread is to wait.
    Idle(S),
    /// A thread waits, and gives the source back.
    Away(JoinHandle<(S, Result<Option<S::Event>>)>),
    /// Its thread ended without giving it back.
    Lost,
}

impl<S: Source> Events<S> {
    /// Begins to await what the source tells. It must be called on a runtime, and what is awaited stays with it.
    ///
    /// # Errors
    /// `Unsupported` outside of a runtime; `Io` if there are no more descriptors.
    ///
    /// # Panics
    /// If the runtime was built without I/O (`enable_io`) and the source has descriptors.
    pub fn new(source: S) -> Result<Self> {
        if Handle::try_current().is_err() {
            return Err(Error::unsupported(OP).reason("this is no thread of a tokio runtime"));
        }
        let failed = |error| Error::io(OP, error);
        let mut ready = Vec::new();
        for fd in source.fds() {
            // One of its own, which the runtime may keep for as long as it likes.
            let fd = fd.try_clone_to_owned().map_err(failed)?;
            #[allow(
                deprecated,
                reason = "what takes its place is unsafe for types that could lie about their descriptor"
            )]
            ready.push(AsyncFd::with_interest(fd, Interest::READABLE).map_err(failed)?);
        }
        let state = if ready.is_empty() { State::Idle(source) } else { State::Descriptors { source, ready } };
        Ok(Self { state })
    }

    /// The next event. A future that is dropped loses none.
    ///
    /// # Errors
    /// Those of the source, which can be awaited again, and `Io` if its thread came to an end.
    pub async fn next(&mut self) -> Result<S::Event> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// A step of [`Events::next`], for what wants to be a stream.
    ///
    /// # Errors
    /// As [`Events::next`].
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<S::Event>> {
        loop {
            match &mut self.state {
                State::Descriptors { source, ready } => {
                    // What waits already is taken first: it may be here, and no longer behind a descriptor.
                    if let Some(told) = source.wait(Some(Duration::ZERO)).transpose() {
                        return Poll::Ready(told);
                    }
                    let mut any = false;
                    for fd in ready {
                        if let Poll::Ready(guard) = fd.poll_read_ready(cx) {
                            // What made it readable before is taken; what comes from now on is told again.
                            guard.map_err(|error| Error::io(OP, error))?.clear_ready();
                            any = true;
                        }
                    }
                    if !any {
                        return Poll::Pending;
                    }
                }
                State::Idle(_) => {
                    if let State::Idle(mut source) = std::mem::replace(&mut self.state, State::Lost) {
                        self.state = State::Away(tokio::task::spawn_blocking(move || {
                            let told = source.wait(Some(TURN));
                            (source, told)
                        }));
                    }
                }
                State::Away(thread) => {
                    let back = std::task::ready!(Pin::new(thread).poll(cx));
                    let Ok((source, told)) = back else {
                        self.state = State::Lost;
                        continue;
                    };
                    self.state = State::Idle(source);
                    if let Some(told) = told.transpose() {
                        return Poll::Ready(told);
                    }
                }
                State::Lost => {
                    let lost = Error::new(ErrorKind::Io, OP);
                    return Poll::Ready(Err(lost.reason("the thread that waited came to an end")));
                }
            }
        }
    }
}

impl<S: Source> fmt::Debug for Events<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = match &self.state {
            State::Descriptors { ready, .. } => format!("{} descriptors", ready.len()),
            State::Idle(_) | State::Away(_) => "a thread".to_owned(),
            State::Lost => "nothing".to_owned(),
        };
        f.debug_struct("Events").field("by", &by).finish()
    }
}
