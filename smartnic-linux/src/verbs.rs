//! RDMA verbs: libibverbs, loaded when it is first asked for, and asked in the host's network namespace.

use std::sync::{Arc, OnceLock};

use smartnic_core::backend::{Verbs, VerbsCm, VerbsContext};
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
            Some(netns) => {
                let done = netns.inside(|| work(&self.library));
                done.map_err(|error| {
                    Error::io("enter a network namespace", error).on(netns.path().display())
                })?
            }
        }
    }
}

impl Verbs for Loaded {
    fn devices(&self) -> Result<Vec<VerbsDevice>> {
        self.inside(Verbs::devices)
    }

    fn open(&self, device: &str) -> Result<Arc<dyn VerbsContext>> {
        self.inside(|library| library.open(device))
    }

    /// An id belongs to the namespace of the thread that makes it, and it is made, bound and told of step by step.
    fn connections(&self) -> Result<Arc<dyn VerbsCm>> {
        match &self.netns {
            None => self.library.connections(),
            Some(netns) => {
                let error = Error::unsupported("connect RDMA by address").on(netns.path().display());
                let error = error.reason("connections are made in the namespace of the program itself");
                Err(error.hint("start the program there, with ip netns exec, and open linux:"))
            }
        }
    }
}
