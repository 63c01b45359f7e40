use std::sync::Arc;

use smartnic_core::backend::{
    QpConfig, VerbsAh, VerbsCq, VerbsDm, VerbsMr, VerbsMw, VerbsPd, VerbsQp, VerbsRegion, VerbsSrq, VerbsTd,
    VerbsXrcd,
};
use smartnic_core::verbs::{Access, AddressVector, Buffer, DmaBuf, Prefetch, Sge, SrqCapacity, WindowKind};
use smartnic_core::{Error, Result};

use super::context::Opened;
use super::device_memory::SimDmMr;
use super::queue::SimSrq;
use super::queue_pair::SimQp;
use super::region::{SimDmaBuf, SimMr};
use super::window::SimMw;
use super::{own, refused, xrc};
use crate::model::verbs::Pd;

/// A protection domain.
#[derive(Debug)]
pub(super) struct Domain {
    pub(super) opened: Arc<Opened>,
    /// That of what it stands on, of a parent domain.
    pub(super) number: u32,
    parent: Option<Arc<Domain>>,
    /// Held as long as it is used; what it does is for hardware.
    _thread: Option<Arc<dyn VerbsTd>>,
}

/// A thread domain, of which simulated devices have as many as are wanted.
#[derive(Debug)]
pub(super) struct SimTd(pub(super) Arc<Opened>);

impl VerbsTd for SimTd {}

impl Domain {
    /// Whether what belongs to one can be used with the other.
    pub(super) fn is_with(&self, other: &Self) -> bool {
        self.number == other.number && Arc::ptr_eq(&self.opened, &other.opened)
    }
}

#[derive(Debug)]
pub(super) struct SimPd(pub(super) Arc<Domain>);

impl SimPd {
    pub(super) fn new(opened: &Arc<Opened>) -> Result<Self> {
        let mut locked = opened.alive("make a protection domain")?;
        let verbs = &mut locked.fabric().verbs;
        let number = verbs.number();
        verbs.pds.insert(number, Pd { context: opened.number });
        let opened = Arc::clone(opened);
        Ok(Self(Arc::new(Domain { opened, number, parent: None, _thread: None })))
    }

    /// A domain that stands on another one.
    pub(super) fn over(
        opened: &Arc<Opened>,
        domain: &dyn VerbsPd,
        thread: Option<&Arc<dyn VerbsTd>>,
    ) -> Result<Self> {
        const OP: &str = "make a parent domain";
        drop(opened.alive(OP)?);
        let Self(domain) = own::<Self>(OP, domain)?;
        let thread_of = thread.map(|thread| own::<SimTd>(OP, thread.as_ref())).transpose()?;
        let all = [Some(&domain.opened), thread_of.map(|SimTd(opened)| opened)];
        if all.into_iter().flatten().any(|of| !Arc::ptr_eq(of, opened)) {
            return Err(Error::invalid(OP, "the domains are of another device"));
        }
        let (parent, opened) = (domain.parent.as_ref().unwrap_or(domain), Arc::clone(opened));
        let (number, parent) = (parent.number, Some(Arc::clone(parent)));
        Ok(Self(Arc::new(Domain { opened, number, parent, _thread: thread.cloned() })))
    }
}

impl Drop for Domain {
    fn drop(&mut self) {
        if self.parent.is_none() {
            self.opened.machine.lock().fabric().verbs.pds.remove(&self.number);
        }
    }
}

impl VerbsPd for SimPd {
    fn register(&self, buffer: &Buffer, access: Access) -> Result<Arc<dyn VerbsMr>> {
        Ok(Arc::new(SimMr::new(&self.0, buffer, access)?))
    }

    fn register_dmabuf(&self, memory: &DmaBuf<'_>, access: Access) -> Result<Arc<dyn VerbsRegion>> {
        Ok(Arc::new(SimDmaBuf::new(&self.0, memory, access)?))
    }

    fn register_device_memory(
        &self,
        memory: &Arc<dyn VerbsDm>,
        offset: usize,
        length: usize,
        access: Access,
    ) -> Result<Arc<dyn VerbsRegion>> {
        Ok(Arc::new(SimDmMr::new(&self.0, memory, offset, length, access)?))
    }

    fn prefetch(&self, pieces: &[Sge<'_>], how: Prefetch) -> Result<()> {
        const OP: &str = "bring pages in";
        let locked = self.0.opened.alive(OP)?;
        // Pages never go here; what a device would refuse is refused.
        let needed = if how.contains(Prefetch::WRITE) { Access::LOCAL_WRITE } else { Access::empty() };
        match locked.verbs.can_prefetch(self.0.number, &super::queue::pieces(pieces), needed) {
            true => Ok(()),
            false => {
                Err(refused(OP, "it is no memory of this domain that is registered for that (ON_DEMAND)"))
            }
        }
    }

    fn create_srq(&self, capacity: SrqCapacity) -> Result<Arc<dyn VerbsSrq>> {
        SimSrq::new(&self.0, capacity, None, None).map(|srq| Arc::new(srq) as Arc<dyn VerbsSrq>)
    }

    fn create_xrc_srq(
        &self,
        capacity: SrqCapacity,
        domain: &Arc<dyn VerbsXrcd>,
        cq: &Arc<dyn VerbsCq>,
    ) -> Result<Arc<dyn VerbsSrq>> {
        xrc::shared(&self.0, capacity, domain, cq)
    }

    fn create_qp(&self, config: &QpConfig<'_>) -> Result<Arc<dyn VerbsQp>> {
        SimQp::new(&self.0, config).map(|qp| Arc::new(qp) as Arc<dyn VerbsQp>)
    }

    fn alloc_window_of(&self, kind: WindowKind) -> Result<Arc<dyn VerbsMw>> {
        SimMw::new(&self.0, kind).map(|window| Arc::new(window) as Arc<dyn VerbsMw>)
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
