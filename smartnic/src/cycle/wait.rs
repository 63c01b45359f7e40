//! Waiting for the kernel: it is asked again whenever something changes, and at least now and then.

use std::time::{Duration, Instant};

use smartnic_core::backend::Alarm;
use smartnic_core::types::DevlinkHandle;

use crate::{Error, ErrorKind, Host, Result};

/// The longest time between two looks, in case that word of a change is lost.
const AT_LEAST: Duration = Duration::from_millis(250);
/// The first time between two looks where nothing tells of changes.
const AT_FIRST: Duration = Duration::from_millis(2);

/// Waits that share one time limit.
pub(super) struct Waiter<'a> {
    host: &'a Host,
    limit: Duration,
    end: Instant,
    /// What tells of changes, once there was something to wait for.
    alarm: Option<Box<dyn Alarm>>,
}

impl<'a> Waiter<'a> {
    /// Waits of one change, from now on.
    pub(super) fn new(host: &'a Host, limit: Duration) -> Self {
        let now = Instant::now();
        Self { host, limit, end: now.checked_add(limit).unwrap_or(now), alarm: None }
    }

    /// Waits until `look` answers nothing; what it answers meanwhile is said when the time is over.
    pub(super) fn until(
        &mut self,
        device: &DevlinkHandle,
        mut look: impl FnMut() -> Result<Option<String>>,
    ) -> Result<()> {
        if look()?.is_none() {
            return Ok(());
        }
        // From here on no change goes unheard: what came before is seen by the next look.
        if self.alarm.is_none() {
            self.alarm = self.host.hardware().and_then(|hardware| hardware.alarm()).ok();
        }
        let mut pause = AT_FIRST;
        loop {
            let Some(missing) = look()? else { return Ok(()) };
            let left = self.end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let reason = format!("{missing} after {} s", self.limit.as_secs_f32());
                return Err(Error::new(ErrorKind::Timeout, "wait for the device")
                    .on(device)
                    .reason(reason)
                    .hint("wait longer: --timeout SECONDS"));
            }
            match &mut self.alarm {
                Some(alarm) => {
                    if alarm.wait(Some(AT_LEAST.min(left))).is_err() {
                        self.alarm = None;
                    }
                }
                None => {
                    std::thread::sleep(pause.min(left));
                    pause = (pause * 2).min(AT_LEAST);
                }
            }
        }
    }
}
