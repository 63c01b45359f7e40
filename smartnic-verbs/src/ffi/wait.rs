use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::{Duration, Instant};

/// Makes reads of a descriptor return at once if nothing is there.
pub(super) fn never_block(fd: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: the descriptor is open, and no memory is passed.
    let flags = unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_GETFL) };
    // SAFETY: as above.
    if flags < 0 || unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETFL, flags | libc::O_NONBLOCK) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Calls `take` until it gives something, whenever the descriptor is readable; `None` if it gave nothing for so long.
pub(super) fn until<T>(
    fd: BorrowedFd<'_>,
    most: Option<Duration>,
    take: impl Fn() -> io::Result<Option<T>>,
) -> io::Result<Option<T>> {
    let end = most.and_then(|most| Instant::now().checked_add(most));
    loop {
        if let Some(taken) = take()? {
            return Ok(Some(taken));
        }
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        if !readable(fd, left)? {
            return Ok(None);
        }
    }
}

/// Waits until something can be read; false if the time is over.
fn readable(fd: BorrowedFd<'_>, most: Option<Duration>) -> io::Result<bool> {
    let time = most.map(|most| libc::timespec {
        tv_sec: libc::time_t::try_from(most.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: most.subsec_nanos().into(),
    });
    let time = time.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    let mut wanted = libc::pollfd { fd: fd.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    // SAFETY: one entry is passed, and a time or null, all of which outlive the call.
    match unsafe { libc::ppoll(&raw mut wanted, 1, time, std::ptr::null()) } {
        -1 => match io::Error::last_os_error() {
            error if error.kind() == io::ErrorKind::Interrupted => Ok(true),
            error => Err(error),
        },
        ready => Ok(ready > 0),
    }
}
