//! Tests that devices run on themselves (`DEVLINK_CMD_SELFTESTS_GET`, `_RUN`).

use smartnic_core::device::{Selftest, SelftestResult, SelftestStatus, Selftests};
use smartnic_core::types::DevlinkHandle;

use super::{HandleParts, attrs, put_handle, request};
use crate::codec::{Attrs, Flags, Message, WireError};
use crate::uapi::devlink::*;
use crate::uapi::netlink::NLA_F_NESTED;

/// Asks which tests a device has (`DEVLINK_CMD_SELFTESTS_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
}

request!(Get<'a>, DEVLINK_CMD_SELFTESTS_GET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
});

/// Asks which tests all devices have.
#[derive(Clone, Copy, Debug)]
pub struct Dump {
    /// The family's message type.
    pub family: u16,
}

request!(Dump, DEVLINK_CMD_SELFTESTS_GET, Flags::DUMP, |_this, _encoder| {});

/// Runs tests (`DEVLINK_CMD_SELFTESTS_RUN`).
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The tests.
    pub tests: &'a [Selftest],
}

request!(Run<'a>, DEVLINK_CMD_SELFTESTS_RUN, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.nest(DEVLINK_ATTR_SELFTESTS | NLA_F_NESTED, |encoder| {
        for test in this.tests {
            encoder.flag(test.number());
        }
    });
});

/// Reads which tests a device has (`DEVLINK_CMD_SELFTESTS_GET`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode(message: &Message<'_>) -> Result<Selftests, WireError> {
    let (device, inner) = split(message)?;
    let tests = inner.map(|attr| Ok(Selftest::from_number(attr?.kind())));
    Ok(Selftests { device, tests: tests.collect::<Result<_, WireError>>()? })
}

/// Reads how tests ended (`DEVLINK_CMD_SELFTESTS_RUN`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or lacks a result's test or status.
pub fn decode_results(message: &Message<'_>) -> Result<Vec<SelftestResult>, WireError> {
    let (_, inner) = split(message)?;
    inner.map(|attr| decode_result(attr?.nested())).collect()
}

/// The device, and what stands in the nest of tests.
fn split<'a>(message: &Message<'a>) -> Result<(DevlinkHandle, Attrs<'a>), WireError> {
    let mut handle = HandleParts::default();
    let mut tests = Attrs::new(&[]);
    for attr in attrs(message)? {
        let attr = attr?;
        if !handle.take(&attr)? && attr.kind() == DEVLINK_ATTR_SELFTESTS {
            tests = attr.nested();
        }
    }
    Ok((handle.finish()?, tests))
}

fn decode_result(attrs: Attrs<'_>) -> Result<SelftestResult, WireError> {
    let (mut test, mut status) = (None, None);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_SELFTEST_RESULT_ID => {
                // The kernel writes the number of an attribute in 32 bits.
                test = Some(Selftest::from_number(u16::try_from(attr.u32()?).unwrap_or(u16::MAX)));
            }
            DEVLINK_ATTR_SELFTEST_RESULT_STATUS => status = Some(SelftestStatus::from_number(attr.u8()?)),
            _ => {}
        }
    }
    Ok(SelftestResult {
        test: test.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_SELFTEST_RESULT_ID" })?,
        status: status.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_SELFTEST_RESULT_STATUS" })?,
    })
}
