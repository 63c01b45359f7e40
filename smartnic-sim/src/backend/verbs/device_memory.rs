//! Memory of the device itself, by the rules of mlx5 (`drivers/infiniband/hw/mlx5/dm.c`).

use std::sync::Arc;

use smartnic_core::backend::{VerbsDm, VerbsRegion};
use smartnic_core::verbs::{Access, Buffer, DmConfig};
use smartnic_core::{Error, ErrorKind, Result};

use super::context::Opened;
use super::domain::Domain;
use super::region::Registered;
use super::{gone, own, refused};
use crate::model::verbs::Store;

/// The card gives out whole pages of it.
const PAGE: usize = 4096;
/// The highest border that it keeps, as a power of two. Ours.
const MOST_ALIGN: u32 = 12;
/// The rights that a region over it can have.
const RIGHTS: Access = Access::LOCAL_WRITE
    .union(Access::REMOTE_READ)
    .union(Access::REMOTE_WRITE)
    .union(Access::REMOTE_ATOMIC)
    .union(Access::ZERO_BASED)
    .union(Access::RELAXED_ORDERING);

/// Memory of the device itself.
#[derive(Debug)]
pub(super) struct SimDm {
    opened: Arc<Opened>,
    memory: Buffer,
    length: usize,
}

impl SimDm {
    pub(super) fn new(opened: &Arc<Opened>, config: DmConfig) -> Result<Self> {
        const OP: &str = "take memory of an RDMA device";
        let mut locked = opened.alive(OP)?;
        let device = locked.rdma_device(opened.index).map_err(|_| gone(OP, &opened.name))?;
        let most = locked.rdma_spec(device).device_memory;
        let on = |error: Error| error.on(&opened.name);
        if most == 0 {
            return Err(on(Error::unsupported(OP).reason("its driver has none")));
        }
        if config.length == 0 {
            return Err(on(Error::invalid(OP, "it has no bytes")));
        }
        let pages = config.length.div_ceil(PAGE) as u64;
        if config.length as u64 > most || config.log_align > MOST_ALIGN {
            return Err(on(refused(OP, format!("{most} bytes are the most, at borders of 2^{MOST_ALIGN}"))));
        }
        let used = locked.fabric().verbs.device_memory.entry(opened.index).or_default();
        if (*used + pages) * PAGE as u64 > most {
            let error = Error::new(ErrorKind::NoSpace, OP);
            return Err(on(error.reason(format!("of {most} bytes {} are taken", *used * PAGE as u64))));
        }
        *used += pages;
        drop(locked);
        let memory = Buffer::new(config.length.next_multiple_of(64));
        Ok(Self { opened: Arc::clone(opened), memory, length: config.length })
    }

    /// Whole words only, as the card is written to and read.
    fn check(&self, op: &'static str, offset: usize, length: usize) -> Result<()> {
        if offset.checked_add(length).is_none_or(|end| end > self.length) {
            let reason = format!("{length} bytes from {offset} on, and it has {}", self.length);
            return Err(Error::invalid(op, reason).on(&self.opened.name));
        }
        match (offset | length) % 4 {
            0 => self.opened.alive(op).map(drop),
            _ => Err(refused(op, "offset and length are not multiples of four").on(&self.opened.name)),
        }
    }
}

impl VerbsDm for SimDm {
    fn length(&self) -> usize {
        self.length
    }

    fn write(&self, offset: usize, bytes: &[u8]) -> Result<()> {
        self.check("write memory of an RDMA device", offset, bytes.len())?;
        self.memory.write(offset, bytes)
    }

    fn read(&self, offset: usize, into: &mut [u8]) -> Result<()> {
        self.check("read memory of an RDMA device", offset, into.len())?;
        self.memory.read(offset, into)
    }
}

impl Drop for SimDm {
    fn drop(&mut self) {
        let mut locked = self.opened.machine.lock();
        if let Some(used) = locked.fabric().verbs.device_memory.get_mut(&self.opened.index) {
            *used = used.saturating_sub(self.length.div_ceil(PAGE) as u64);
        }
    }
}

/// A region over such memory.
#[derive(Debug)]
pub(super) struct SimDmMr {
    at: Registered,
    length: usize,
    // Declared behind the region, so it goes behind it.
    _memory: Arc<dyn VerbsDm>,
}

impl SimDmMr {
    pub(super) fn new(
        domain: &Arc<Domain>,
        memory: &Arc<dyn VerbsDm>,
        offset: usize,
        length: usize,
        access: Access,
    ) -> Result<Self> {
        const OP: &str = "register memory of the device itself";
        let dm = own::<SimDm>(OP, memory.as_ref())?;
        if !Arc::ptr_eq(&dm.opened, &domain.opened) {
            return Err(Error::invalid(OP, "the memory is of another device"));
        }
        if offset.checked_add(length).is_none_or(|end| end > dm.length) {
            return Err(Error::invalid(
                OP,
                format!("{length} bytes from {offset} on, and it has {}", dm.length),
            ));
        }
        if !RIGHTS.contains(access) {
            return Err(refused(OP, "memory of the device has no such rights"));
        }
        let store = Store::Device { memory: dm.memory.clone(), offset, length };
        let at = Registered::new(OP, domain, store, access.difference(Access::ZERO_BASED))?;
        Ok(Self { at, length, _memory: Arc::clone(memory) })
    }
}

impl VerbsRegion for SimDmMr {
    fn length(&self) -> usize {
        self.length
    }

    fn local_address(&self) -> u64 {
        0
    }

    fn local_key(&self) -> u32 {
        self.at.key
    }

    fn remote_key(&self) -> u32 {
        self.at.key
    }
}
