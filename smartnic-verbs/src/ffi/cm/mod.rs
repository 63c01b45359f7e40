//! Connections: the objects of librdmacm, each with what it needs held until it is gone.

mod address;
mod channel;
mod event;
mod id;
mod library;
mod path;
#[cfg(test)]
mod stub;

use std::sync::Arc;

use smartnic_core::Result;
use smartnic_core::backend::VerbsCm;

use channel::Channel;
pub(crate) use library::CmLoaded;

/// A channel for connections, and for what happens to them.
pub(crate) fn new_channel(library: &Arc<CmLoaded>) -> Result<Arc<dyn VerbsCm>> {
    Ok(Arc::new(Channel::new(library)?))
}
