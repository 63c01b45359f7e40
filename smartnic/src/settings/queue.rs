//! How interrupts of one queue are held back.

use smartnic_core::ethtool::{Coalesce, Record};

use super::insist;
use crate::{Error, Host, Result};

/// How interrupts of one queue of the link of this name are held back.
///
/// # Errors
/// `Unsupported` if its driver has that for no single queue, `NotFound` if there is no such link or queue.
pub fn queue_coalesce(host: &Host, link: &str, queue: u16) -> Result<Coalesce> {
    let index = host.names()?.index(link)?;
    host.ethtool()?.queue_coalesce(index, queue).map_err(about(link, queue))
}

/// Changes that, with fields and their values as text, and reads back what came of it.
///
/// # Errors
/// `InvalidInput` for a field that there is not or a value that it cannot have, `Mismatch` if something is otherwise than was
/// asked for afterwards, and what the kernel or driver says.
pub fn set_queue_coalesce(host: &Host, link: &str, queue: u16, pairs: &[(&str, &str)]) -> Result<()> {
    let mut change = Coalesce::default();
    for (field, value) in pairs {
        change.read(field, value)?;
    }
    let index = host.names()?.index(link)?;
    host.ethtool()?.set_queue_coalesce(index, queue, &change).map_err(about(link, queue))?;
    let now = queue_coalesce(host, link, queue)?;
    insist("change interrupt coalescing", &object(link, queue), &change.differs(&now))
}

fn object(link: &str, queue: u16) -> String {
    format!("{link} queue {queue}")
}

fn about(link: &str, queue: u16) -> impl Fn(Error) -> Error {
    move |error| error.on(object(link, queue))
}
