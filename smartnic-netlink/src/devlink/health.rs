//! Health reporters (`DEVLINK_CMD_HEALTH_REPORTER_*`). What they tell is read by [`super::fmsg`].

use std::time::Duration;

use smartnic_core::device::{HealthState, Reporter, ReporterChange, ReporterId};
use smartnic_core::types::DevlinkPlace;

use super::{PlaceParts, attrs, put_place, request};
use crate::codec::{Attrs, Encoder, Flags, Message, WireError};
use crate::uapi::devlink::*;

/// Asks for one reporter (`DEVLINK_CMD_HEALTH_REPORTER_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The reporter.
    pub reporter: &'a ReporterId,
}

request!(Get<'a>, DEVLINK_CMD_HEALTH_REPORTER_GET, Flags::empty(), |this, encoder| {
    put_reporter(encoder, this.reporter);
});

/// Asks for the reporters of one device and its ports, of one port, or of all devices.
#[derive(Clone, Copy, Debug)]
pub struct Dump<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device or port. Kernels before 6.4 ignore it and answer for all devices.
    pub place: Option<&'a DevlinkPlace>,
}

request!(Dump<'a>, DEVLINK_CMD_HEALTH_REPORTER_GET, Flags::DUMP, |this, encoder| {
    if let Some(place) = this.place {
        put_place(encoder, place);
    }
});

/// Changes what a reporter does by itself (`DEVLINK_CMD_HEALTH_REPORTER_SET`).
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    /// The family's message type.
    pub family: u16,
    /// The reporter.
    pub reporter: &'a ReporterId,
    /// What to change.
    pub change: &'a ReporterChange,
}

request!(Set<'a>, DEVLINK_CMD_HEALTH_REPORTER_SET, Flags::empty(), |this, encoder| {
    put_reporter(encoder, this.reporter);
    let ReporterChange { grace_period, burst_period, auto_recover, auto_dump } = *this.change;
    if let Some(period) = grace_period {
        encoder.u64(DEVLINK_ATTR_HEALTH_REPORTER_GRACEFUL_PERIOD, period);
    }
    if let Some(recover) = auto_recover {
        encoder.u8(DEVLINK_ATTR_HEALTH_REPORTER_AUTO_RECOVER, recover.into());
    }
    if let Some(dump) = auto_dump {
        encoder.u8(DEVLINK_ATTR_HEALTH_REPORTER_AUTO_DUMP, dump.into());
    }
    if let Some(period) = burst_period {
        encoder.u64(DEVLINK_ATTR_HEALTH_REPORTER_BURST_PERIOD, period);
    }
});

macro_rules! plain {
    ($($(#[$doc:meta])* $name:ident = $command:ident, $flags:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a> {
            /// The family's message type.
            pub family: u16,
            /// The reporter.
            pub reporter: &'a ReporterId,
        }

        request!($name<'a>, $command, $flags, |this, encoder| { put_reporter(encoder, this.reporter) });
    )*};
}

plain! {
    /// Recovers from the present error (`DEVLINK_CMD_HEALTH_REPORTER_RECOVER`).
    Recover = DEVLINK_CMD_HEALTH_REPORTER_RECOVER, Flags::empty();
    /// Asks what the reporter knows of the present state (`DEVLINK_CMD_HEALTH_REPORTER_DIAGNOSE`). The answer has
    /// several messages, although this is no dump.
    Diagnose = DEVLINK_CMD_HEALTH_REPORTER_DIAGNOSE, Flags::empty();
    /// Asks for the dump of the error (`DEVLINK_CMD_HEALTH_REPORTER_DUMP_GET`).
    DumpGet = DEVLINK_CMD_HEALTH_REPORTER_DUMP_GET, Flags::DUMP;
    /// Removes the dump (`DEVLINK_CMD_HEALTH_REPORTER_DUMP_CLEAR`).
    DumpClear = DEVLINK_CMD_HEALTH_REPORTER_DUMP_CLEAR, Flags::empty();
    /// Lets the device have an error (`DEVLINK_CMD_HEALTH_REPORTER_TEST`).
    Test = DEVLINK_CMD_HEALTH_REPORTER_TEST, Flags::empty();
}

fn put_reporter(encoder: &mut Encoder<'_>, reporter: &ReporterId) {
    put_place(encoder, &reporter.place);
    encoder.text(DEVLINK_ATTR_HEALTH_REPORTER_NAME, &reporter.name);
}

/// Reads one reporter (`DEVLINK_CMD_HEALTH_REPORTER_GET`, and `_RECOVER` as a notification).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no reporter.
pub fn decode(message: &Message<'_>) -> Result<Reporter, WireError> {
    let mut place = PlaceParts::default();
    let mut inner = Attrs::new(&[]);
    for attr in attrs(message)? {
        let attr = attr?;
        if !place.take(&attr)? && attr.kind() == DEVLINK_ATTR_HEALTH_REPORTER {
            inner = attr.nested();
        }
    }
    let mut name = None;
    let nameless = ReporterId { place: place.finish()?, name: String::new() };
    let mut reporter = Reporter::new(nameless);
    for attr in inner {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_HEALTH_REPORTER_NAME => name = Some(attr.text_lossy().into_owned()),
            DEVLINK_ATTR_HEALTH_REPORTER_STATE => reporter.state = HealthState::from_number(attr.u8()?),
            DEVLINK_ATTR_HEALTH_REPORTER_ERR_COUNT => reporter.errors = attr.u64()?,
            DEVLINK_ATTR_HEALTH_REPORTER_RECOVER_COUNT => reporter.recoveries = attr.u64()?,
            DEVLINK_ATTR_HEALTH_REPORTER_GRACEFUL_PERIOD => reporter.grace_period = Some(attr.u64()?),
            DEVLINK_ATTR_HEALTH_REPORTER_BURST_PERIOD => reporter.burst_period = Some(attr.u64()?),
            DEVLINK_ATTR_HEALTH_REPORTER_AUTO_RECOVER => reporter.auto_recover = Some(attr.u8()? != 0),
            DEVLINK_ATTR_HEALTH_REPORTER_AUTO_DUMP => reporter.auto_dump = Some(attr.u8()? != 0),
            DEVLINK_ATTR_HEALTH_REPORTER_DUMP_TS => {
                reporter.dump_uptime = Some(Duration::from_millis(attr.u64()?));
            }
            DEVLINK_ATTR_HEALTH_REPORTER_DUMP_TS_NS => {
                reporter.dump_time = Some(Duration::from_nanos(attr.u64()?));
            }
            kind if kind > DEVLINK_ATTR_MAX => reporter.unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    reporter.id.name = name.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_HEALTH_REPORTER_NAME" })?;
    Ok(reporter)
}
