use std::sync::Arc;

use smartnic_core::backend::{VerbsCq, VerbsQp, VerbsSrq, VerbsXrcd};
use smartnic_core::verbs::SrqCapacity;
use smartnic_core::{Error, Result};

use super::context::Opened;
use super::domain::Domain;
use super::own;
use super::queue::{SimCq, SimSrq};
use super::queue_pair::SimQp;

/// The bit of `IBV_DEVICE_XRC` among what a device says it can do.
const XRC: u64 = 1 << 20;

/// Whether a device has extended connections.
pub(super) fn is_there(opened: &Opened, op: &'static str) -> Result<bool> {
    let locked = opened.alive(op)?;
    Ok(locked.rdma_device(opened.index).is_ok_and(|device| locked.rdma_spec(device).caps & XRC != 0))
}

/// A domain of extended connections.
#[derive(Debug)]
pub(super) struct XrcDomain {
    pub(super) opened: Arc<Opened>,
    pub(super) number: u32,
}

#[derive(Debug)]
pub(super) struct SimXrcd(Arc<XrcDomain>);

impl SimXrcd {
    pub(super) fn new(opened: &Arc<Opened>) -> Result<Self> {
        const OP: &str = "make a domain of extended connections";
        if !is_there(opened, OP)? {
            return Err(Error::unsupported(OP).on(&opened.name).reason("the device has no XRC"));
        }
        let mut locked = opened.alive(OP)?;
        let verbs = &mut locked.fabric().verbs;
        let number = verbs.number();
        verbs.xrcds.insert(number, opened.number);
        drop(locked);
        Ok(Self(Arc::new(XrcDomain { opened: Arc::clone(opened), number })))
    }
}

impl Drop for XrcDomain {
    fn drop(&mut self) {
        self.opened.machine.lock().fabric().verbs.xrcds.remove(&self.number);
    }
}

impl VerbsXrcd for SimXrcd {
    fn create_target(&self) -> Result<Arc<dyn VerbsQp>> {
        Ok(Arc::new(SimQp::target(&self.0)?))
    }
}

/// A shared receive queue that extended connections reach.
pub(super) fn shared(
    pd: &Arc<Domain>,
    capacity: SrqCapacity,
    domain: &Arc<dyn VerbsXrcd>,
    cq: &Arc<dyn VerbsCq>,
) -> Result<Arc<dyn VerbsSrq>> {
    const OP: &str = "make a shared receive queue of extended connections";
    let SimXrcd(xrcd) = own::<SimXrcd>(OP, domain.as_ref())?;
    let told = own::<SimCq>(OP, cq.as_ref())?;
    if [xrcd.opened.number, told.opened.number].iter().any(|number| *number != pd.opened.number) {
        return Err(Error::invalid(OP, "domain and queue are of another device"));
    }
    let extended = Some((xrcd.number, told.number));
    let held = Some((Arc::clone(domain), Arc::clone(cq)));
    Ok(Arc::new(SimSrq::new(pd, capacity, extended, held)?))
}
