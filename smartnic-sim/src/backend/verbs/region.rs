use std::fs::File;
use std::sync::Arc;

use smartnic_core::backend::{VerbsMr, VerbsRegion};
use smartnic_core::verbs::{Access, Buffer, DmaBuf, MrChange, NotReregistered};
use smartnic_core::{Error, ErrorKind, Result};

use super::domain::{Domain, SimPd};
use super::{own, refused};
use crate::model::verbs::{FileStore, Mr, Store};

/// What a device knows of a region, until it is dropped.
#[derive(Debug)]
pub(super) struct Registered {
    domain: Arc<Domain>,
    pub(super) key: u32,
}

impl Registered {
    pub(super) fn new(op: &'static str, domain: &Arc<Domain>, store: Store, access: Access) -> Result<Self> {
        check(op, domain, access)?;
        if store.len() == 0 {
            return Err(Error::invalid(op, "it has no bytes"));
        }
        let mut locked = domain.opened.alive(op)?;
        let verbs = &mut locked.fabric().verbs;
        let number = verbs.number();
        if number >= 1 << 24 {
            return Err(Error::new(ErrorKind::NoSpace, op).reason("there are no more keys"));
        }
        // As drivers do: a number and a byte that differs from one region to the next.
        let key = number << 8 | number.wrapping_mul(0x9d) & 0xff;
        verbs.mrs.insert(key, Mr { pd: domain.number, store, access });
        drop(locked);
        Ok(Self { domain: Arc::clone(domain), key })
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.domain.opened.machine.lock().fabric().verbs.mrs.remove(&self.key);
    }
}

/// Whether a region of this device can have these rights.
fn check(op: &'static str, domain: &Domain, access: Access) -> Result<()> {
    let remote = Access::REMOTE_WRITE | Access::REMOTE_ATOMIC;
    if access.intersects(remote) && !access.contains(Access::LOCAL_WRITE) {
        return Err(refused(op, "memory that peers write must be for local writing, too (LOCAL_WRITE)"));
    }
    if access.intersects(Access::ZERO_BASED) {
        return Err(Error::unsupported(op).reason("the simulated device has no addresses from zero"));
    }
    if access.contains(Access::ON_DEMAND) {
        let opened = &domain.opened;
        let locked = opened.alive(op)?;
        let device = locked.rdma_device(opened.index).ok();
        if !device.is_some_and(|device| locked.rdma_spec(device).pages_on_demand) {
            let error = refused(op, "its driver brings no pages in when they are touched (ON_DEMAND)");
            return Err(error.on(&opened.name));
        }
    }
    if access.contains(Access::FLUSH_PERSISTENT) {
        return Err(refused(op, "its memory does not outlast a loss of power (FLUSH_PERSISTENT)"));
    }
    Ok(())
}

/// Registered memory of this host.
#[derive(Debug)]
pub(super) struct SimMr {
    at: Registered,
    buffer: Buffer,
}

impl SimMr {
    pub(super) fn new(domain: &Arc<Domain>, buffer: &Buffer, access: Access) -> Result<Self> {
        const OP: &str = "register memory";
        buffer.permits(OP, access)?;
        let at = Registered::new(OP, domain, Store::Buffer(buffer.clone()), access)?;
        Ok(Self { at, buffer: buffer.clone() })
    }

    pub(super) fn domain(&self) -> &Domain {
        &self.at.domain
    }

    fn change(&mut self, change: &MrChange<'_>) -> Result<()> {
        const OP: &str = "register memory anew";
        let domain = match change.domain {
            None => Arc::clone(&self.at.domain),
            Some(domain) => {
                let SimPd(domain) = own::<SimPd>(OP, domain)?;
                if !Arc::ptr_eq(&domain.opened, &self.at.domain.opened) {
                    return Err(Error::invalid(OP, "the protection domain is of another device"));
                }
                Arc::clone(domain)
            }
        };
        check(OP, &domain, change.access.unwrap_or_default())?;
        let buffer = change.buffer.unwrap_or(&self.buffer);
        if buffer.is_empty() {
            return Err(Error::invalid(OP, "it has no bytes"));
        }
        let mut locked = domain.opened.alive(OP)?;
        let mrs = &mut locked.fabric().verbs.mrs;
        let gone = || Error::new(ErrorKind::DeviceGone, OP);
        let before = mrs.remove(&self.at.key).ok_or_else(gone)?;
        // Who still has the old key is told.
        let key = self.at.key & !0xff | self.at.key.wrapping_add(1) & 0xff;
        let access = change.access.unwrap_or(before.access);
        if let Err(error) = buffer.permits(OP, access) {
            mrs.insert(self.at.key, before);
            return Err(error);
        }
        mrs.insert(key, Mr { pd: domain.number, store: Store::Buffer(buffer.clone()), access });
        drop(locked);
        (self.at.key, self.buffer) = (key, buffer.clone());
        self.at.domain = domain;
        Ok(())
    }
}

impl VerbsRegion for SimMr {
    fn length(&self) -> usize {
        self.buffer.len()
    }

    fn local_address(&self) -> u64 {
        self.buffer.address()
    }

    fn local_key(&self) -> u32 {
        self.at.key
    }

    fn remote_key(&self) -> u32 {
        self.at.key
    }
}

impl VerbsMr for SimMr {
    fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    fn reregister(
        self: Arc<Self>,
        change: &MrChange<'_>,
    ) -> std::result::Result<Arc<dyn VerbsMr>, NotReregistered> {
        let mut mr = self;
        let changed = match Arc::get_mut(&mut mr) {
            Some(own) => own.change(change),
            None => {
                let error = Error::new(ErrorKind::Busy, "register memory anew");
                Err(error.reason("somebody else has the region, too"))
            }
        };
        match changed {
            Ok(()) => Ok(mr),
            Err(error) => Err(NotReregistered { error, region: Some(mr) }),
        }
    }
}

/// Memory of another device, for which any file stands that can be read and written.
#[derive(Debug)]
pub(super) struct SimDmaBuf {
    at: Registered,
    length: usize,
    address: u64,
}

impl SimDmaBuf {
    pub(super) fn new(domain: &Arc<Domain>, memory: &DmaBuf<'_>, access: Access) -> Result<Self> {
        const OP: &str = "register memory of another device";
        const PAGE: u64 = 4096;
        let DmaBuf { fd, offset, length, address } = *memory;
        if offset % PAGE != address % PAGE {
            return Err(refused(OP, "offset and address are not as far from a page's border"));
        }
        let io = |error| Error::io(OP, error);
        let file = File::from(fd.try_clone_to_owned().map_err(io)?);
        let whole = file.metadata().map_err(io)?.len();
        if offset.checked_add(length as u64).is_none_or(|end| end > whole) {
            return Err(refused(OP, format!("it has {whole} bytes, which end before the region does")));
        }
        let store = Store::File(Arc::new(FileStore { file, offset, length, address }));
        Ok(Self { at: Registered::new(OP, domain, store, access)?, length, address })
    }
}

impl VerbsRegion for SimDmaBuf {
    fn length(&self) -> usize {
        self.length
    }

    fn local_address(&self) -> u64 {
        self.address
    }

    fn local_key(&self) -> u32 {
        self.at.key
    }

    fn remote_key(&self) -> u32 {
        self.at.key
    }
}
