use std::sync::Arc;

use smartnic_core::backend::{QpConfig, VerbsAh, VerbsMr, VerbsMw, VerbsPd, VerbsQp, VerbsSrq};
use smartnic_core::verbs::{Access, AddressVector, Buffer, SrqCapacity};
use smartnic_core::{Error, ErrorKind, Result};

use super::context::Opened;
use super::queue::SimSrq;
use super::queue_pair::SimQp;
use super::refused;
use super::window::SimMw;
use crate::model::verbs::{Mr, Pd};

/// A protection domain.
#[derive(Debug)]
pub(super) struct Domain {
    pub(super) opened: Arc<Opened>,
    pub(super) number: u32,
}

#[derive(Debug)]
pub(super) struct SimPd(pub(super) Arc<Domain>);

impl SimPd {
    pub(super) fn new(opened: &Arc<Opened>) -> Result<Self> {
        let mut locked = opened.alive("make a protection domain")?;
        let verbs = &mut locked.fabric().verbs;
        let number = verbs.number();
        verbs.pds.insert(number, Pd { context: opened.number });
        Ok(Self(Arc::new(Domain { opened: Arc::clone(opened), number })))
    }
}

impl Drop for Domain {
    fn drop(&mut self) {
        self.opened.machine.lock().fabric().verbs.pds.remove(&self.number);
    }
}

impl VerbsPd for SimPd {
    fn register(&self, buffer: &Buffer, access: Access) -> Result<Arc<dyn VerbsMr>> {
        const OP: &str = "register memory";
        let remote = Access::REMOTE_WRITE | Access::REMOTE_ATOMIC;
        if access.intersects(remote) && !access.contains(Access::LOCAL_WRITE) {
            return Err(refused(OP, "memory that peers write must be for local writing, too (LOCAL_WRITE)"));
        }
        if access.intersects(Access::ZERO_BASED) {
            return Err(Error::unsupported(OP).reason("the simulated device has no addresses from zero"));
        }
        if buffer.is_empty() {
            return Err(Error::invalid(OP, "it has no bytes"));
        }
        let mut locked = self.0.opened.alive(OP)?;
        let verbs = &mut locked.fabric().verbs;
        let number = verbs.number();
        if number >= 1 << 24 {
            return Err(Error::new(ErrorKind::NoSpace, OP).reason("there are no more keys"));
        }
        // As drivers do: a number and a byte that differs from one region to the next.
        let key = number << 8 | number.wrapping_mul(0x9d) & 0xff;
        verbs.mrs.insert(key, Mr { pd: self.0.number, buffer: buffer.clone(), access });
        drop(locked);
        Ok(Arc::new(SimMr { domain: Arc::clone(&self.0), buffer: buffer.clone(), key }))
    }

    fn create_srq(&self, capacity: SrqCapacity) -> Result<Arc<dyn VerbsSrq>> {
        SimSrq::new(&self.0, capacity).map(|srq| Arc::new(srq) as Arc<dyn VerbsSrq>)
    }

    fn create_qp(&self, config: &QpConfig<'_>) -> Result<Arc<dyn VerbsQp>> {
        SimQp::new(&self.0, config).map(|qp| Arc::new(qp) as Arc<dyn VerbsQp>)
    }

    fn alloc_window(&self) -> Result<Arc<dyn VerbsMw>> {
        SimMw::new(&self.0).map(|window| Arc::new(window) as Arc<dyn VerbsMw>)
    }

    fn create_ah(&self, address: &AddressVector) -> Result<Arc<dyn VerbsAh>> {
        const OP: &str = "make an address handle";
        let opened = &self.0.opened;
        let locked = opened.alive(OP)?;
        let Some(gid) = address.gid else {
            return Err(refused(OP, "on Ethernet the peer's GID is needed"));
        };
        let gids = locked.rdma_device(opened.index).map(|device| locked.gids(device)).unwrap_or_default();
        if address.port != 1 || usize::from(address.gid_index) >= gids.len() {
            return Err(refused(
                OP,
                format!("there is no GID {} at port {}", address.gid_index, address.port),
            )
            .on(gid));
        }
        Ok(Arc::new(SimAh { address: *address, _domain: Arc::clone(&self.0) }))
    }
}

/// The way to a peer.
#[derive(Debug)]
pub(super) struct SimAh {
    pub(super) address: AddressVector,
    _domain: Arc<Domain>,
}

impl VerbsAh for SimAh {}

#[derive(Debug)]
pub(super) struct SimMr {
    pub(super) domain: Arc<Domain>,
    buffer: Buffer,
    key: u32,
}

impl VerbsMr for SimMr {
    fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    fn local_key(&self) -> u32 {
        self.key
    }

    fn remote_key(&self) -> u32 {
        self.key
    }
}

impl Drop for SimMr {
    fn drop(&mut self) {
        self.domain.opened.machine.lock().fabric().verbs.mrs.remove(&self.key);
    }
}
