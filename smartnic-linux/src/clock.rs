//! What the clock on the wall says here.
#![allow(unsafe_code)]

use std::time::Duration;

/// A moment as the clock on the wall shows it, by the time zone of this process (`localtime_r`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    year: i64,
    month: i32,
    day: i32,
    hour: i32,
    minute: i32,
    second: i32,
}

impl LocalTime {
    /// The date: `2026-01-31`.
    #[must_use]
    pub fn date(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// The time of the day: `23:59:59`.
    #[must_use]
    pub fn clock(&self) -> String {
        format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }
}

/// What the clock on the wall shows so long after the epoch; nothing if it cannot show that.
#[must_use]
pub fn local_time(since_epoch: Duration) -> Option<LocalTime> {
    let seconds = libc::time_t::try_from(since_epoch.as_secs()).ok()?;
    // SAFETY: `tm` is plain numbers and a pointer that may be null, so zeros are a value of it.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to values that live through the call, and the second is written to only.
    let done = unsafe { libc::localtime_r(&raw const seconds, &raw mut tm) };
    (!done.is_null()).then(|| LocalTime {
        year: i64::from(tm.tm_year) + 1900,
        month: tm.tm_mon + 1,
        day: tm.tm_mday,
        hour: tm.tm_hour,
        minute: tm.tm_min,
        second: tm.tm_sec,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No zone is further than 14 hours from UTC.
    #[test]
    fn the_first_day_is_the_first_day() {
        let noon = local_time(Duration::from_secs(1_767_225_600 + 43_200)).unwrap();
        assert!(["2025-12-31", "2026-01-01", "2026-01-02"].contains(&&*noon.date()), "{}", noon.date());
        assert_eq!(noon.clock().len(), 8);
        assert_eq!(local_time(Duration::from_secs(u64::MAX)), None);
    }
}
