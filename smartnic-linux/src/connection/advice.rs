//! What to do next, where an error number tells.

use smartnic_core::{Error, ErrorKind};

/// Adds a hint to an error, if its kind calls for one.
pub(crate) fn advised(error: Error) -> Error {
    match error.kind() {
        ErrorKind::PermissionDenied => error.hint("CAP_NET_ADMIN is needed: run as root"),
        _ => error,
    }
}
