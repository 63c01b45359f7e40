use std::sync::{Mutex, MutexGuard, PoisonError};

use smartnic_core::Result;
use smartnic_core::rdma::Gid;
use smartnic_core::verbs::AddressVector;

use super::context::Context;
use super::raw::Raw;
use super::types::{ibv_gid, ibv_qp};

/// A multicast group, as devices know it.
type Group = (Gid, u16);

/// The groups that a queue pair is attached to.
#[derive(Debug, Default)]
pub(super) struct Groups(Mutex<Vec<Group>>);

fn named(group: &AddressVector) -> Group {
    (group.gid.unwrap_or_default(), group.lid)
}

impl Groups {
    pub(super) fn attach(&self, context: &Context, qp: &Raw<ibv_qp>, group: &AddressVector) -> Result<()> {
        let ((gid, lid), mut all) = (named(group), self.lock());
        let raw = ibv_gid { raw: gid.0 };
        // SAFETY: the queue pair is there, and the GID is read only.
        let code = unsafe { (context.library.functions.attach_mcast)(qp.pointer(), &raw const raw, lid) };
        context.check("attach a queue pair to a multicast group", code)?;
        all.push((gid, lid));
        Ok(())
    }

    pub(super) fn detach(&self, context: &Context, qp: &Raw<ibv_qp>, group: &AddressVector) -> Result<()> {
        let (group, mut all) = (named(group), self.lock());
        leave(context, qp, group)?;
        if let Some(at) = all.iter().position(|one| *one == group) {
            all.swap_remove(at);
        }
        Ok(())
    }

    pub(super) fn leave_all(&self, context: &Context, qp: &Raw<ibv_qp>) {
        for group in self.lock().drain(..) {
            // What cannot be left keeps the queue pair in the kernel until the device is closed.
            let _ = leave(context, qp, group);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Group>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn leave(context: &Context, qp: &Raw<ibv_qp>, (gid, lid): Group) -> Result<()> {
    let raw = ibv_gid { raw: gid.0 };
    // SAFETY: the queue pair is there, and the GID is read only.
    let code = unsafe { (context.library.functions.detach_mcast)(qp.pointer(), &raw const raw, lid) };
    context.check("detach a queue pair from a multicast group", code)
}
