//! What is asked of the kernel, for the wording of errors.

use std::fmt;
use std::io;

use smartnic_core::{Error, ErrorKind, Extack};
use smartnic_netlink::codec::{ExtAck, Names, WireError};

use super::advised;

/// One request in words, for the errors about it.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    /// What is attempted, such as `set the eswitch mode`.
    pub(crate) op: &'static str,
    /// On which object; may print nothing.
    pub(crate) object: &'a dyn fmt::Display,
    /// The names of the request's attributes.
    pub(crate) names: &'static Names,
}

impl Call<'_> {
    /// An error about this request.
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind, self.op).on(self.object)
    }

    /// The connection failed.
    pub(crate) fn failed(&self, error: io::Error) -> Error {
        advised(Error::io(self.op, error)).on(self.object)
    }

    /// An answer is not netlink as it must be.
    pub(crate) fn malformed(&self, error: WireError) -> Error {
        Error::protocol(self.op, "the answer is malformed").on(self.object).source(error)
    }

    /// The request cannot be written.
    pub(crate) fn unwritable(&self, error: WireError) -> Error {
        Error::invalid(self.op, "the request has no form in netlink").on(self.object).source(error)
    }

    /// The answer has holes.
    pub(crate) fn torn(&self, overrun: bool) -> Error {
        let (kind, reason) = if overrun {
            (ErrorKind::Overrun, "the kernel dropped a part of the answer")
        } else {
            (ErrorKind::Interrupted, "what was read kept changing meanwhile")
        };
        self.error(kind).reason(reason)
    }

    /// The kernel refused it.
    pub(crate) fn refused(&self, errno: i32, extack: &ExtAck<'_>, request: &[u8]) -> Error {
        advised(Error::kernel(self.op, self.extack(errno, extack, request))).on(self.object)
    }

    /// What the kernel said on success, if it said anything.
    pub(crate) fn note(&self, extack: &ExtAck<'_>, request: &[u8]) -> Option<Extack> {
        extack.message.is_some().then(|| self.extack(0, extack, request))
    }

    fn extack(&self, errno: i32, extack: &ExtAck<'_>, request: &[u8]) -> Extack {
        Extack {
            errno,
            message: extack.message.as_deref().map(str::to_owned),
            attribute: self.names.path(extack, request),
        }
    }
}
