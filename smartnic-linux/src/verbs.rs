//! RDMA verbs: libibverbs, loaded when it is first asked for, and asked in the host's network namespace.

use std::os::fd::BorrowedFd;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use smartnic_core::backend::{CmArrival, Verbs, VerbsCm, VerbsCmId, VerbsContext};
use smartnic_core::rdma::QpType;
use smartnic_core::verbs::VerbsDevice;
use smartnic_core::{Error, Result};
use smartnic_verbs::Library;

use crate::Netns;

/// The way to libibverbs.
#[derive(Debug)]
pub(crate) struct Door {
    netns: Option<Arc<Netns>>,
    library: OnceLock<Loaded>,
}

impl Door {
    /// Into the namespace of whoever asks, or into this one.
    pub(crate) fn new(netns: Option<Arc<Netns>>) -> Self {
        Self { netns, library: OnceLock::new() }
    }

    /// Loads the library if it was not loaded before. A library that is missing is looked for again the next time.
    pub(crate) fn open(&self) -> Result<&dyn Verbs> {
        if let Some(loaded) = self.library.get() {
            return Ok(loaded);
        }
        let library = Library::load()?;
        Ok(self.library.get_or_init(|| Loaded { library, netns: self.netns.clone() }))
    }
}

#[derive(Debug)]
struct Loaded {
    library: Library,
    netns: Option<Arc<Netns>>,
}

impl Loaded {
    /// Which devices there are is told by the kernel, to the namespace of the asking thread. A device that is open stays
    /// so in every thread.
    fn inside<T: Send>(&self, work: impl FnOnce(&Library) -> Result<T> + Send) -> Result<T> {
        match &self.netns {
            None => work(&self.library),
            Some(netns) => within(netns, || work(&self.library)),
        }
    }
}

fn within<T: Send>(netns: &Netns, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let entered = |error| Error::io("enter a network namespace", error).on(netns.path().display());
    netns.inside(work).map_err(entered)?
}

impl Verbs for Loaded {
    fn devices(&self) -> Result<Vec<VerbsDevice>> {
        self.inside(Verbs::devices)
    }

    fn open(&self, device: &str) -> Result<Arc<dyn VerbsContext>> {
        self.inside(|library| library.open(device))
    }

    fn connections(&self) -> Result<Arc<dyn VerbsCm>> {
        let channel = self.inside(Verbs::connections)?;
        Ok(match &self.netns {
            None => channel,
            Some(netns) => Arc::new(Connections { channel, netns: Arc::clone(netns) }),
        })
    }
}

/// Connections in another namespace. An id belongs to the namespace of the thread that makes it, and stays there whoever
/// uses it; those of requests are in the namespace of the id that they came to.
#[derive(Debug)]
struct Connections {
    channel: Arc<dyn VerbsCm>,
    netns: Arc<Netns>,
}

impl VerbsCm for Connections {
    fn create_id(&self, kind: QpType) -> Result<Arc<dyn VerbsCmId>> {
        within(&self.netns, || self.channel.create_id(kind))
    }

    fn next_event(&self, most: Option<Duration>) -> Result<Option<CmArrival>> {
        self.channel.next_event(most)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.channel.fd()
    }
}
