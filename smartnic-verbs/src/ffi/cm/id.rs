use std::ffi::{CStr, c_int};
use std::io;
use std::mem::MaybeUninit;
use std::net::{IpAddr, SocketAddr};
use std::ptr::{from_ref, null, null_mut};
use std::sync::Arc;
use std::time::Duration;

use libc::{sockaddr, sockaddr_storage};
use smartnic_core::backend::VerbsCmId;
use smartnic_core::rdma::{QpState, QpType};
use smartnic_core::verbs::{CmOption, CmParameters, CmStep, Ece, PathRecord, QpChange};
use smartnic_core::{Error, Result};

use super::super::raw::Raw;
use super::super::types::{ibv_ece, ibv_qp_attr, rdma_cm_id, rdma_conn_param};
use super::super::values;
use super::address::{from_c, to_c};
use super::channel::Inner;
use super::library::Functions;
use super::path;

/// One end of a connection, or somebody who listens.
#[derive(Debug)]
pub(super) struct Id {
    id: Raw<rdma_cm_id>,
    number: u64,
    kind: QpType,
    // Declared last: the channel must outlive it.
    channel: Arc<Inner>,
}

impl Id {
    pub(super) fn new(channel: &Arc<Inner>, id: Raw<rdma_cm_id>, number: u64, kind: QpType) -> Self {
        Self { id, number, kind, channel: Arc::clone(channel) }
    }

    /// Calls a function, which gives 0, or -1 and `errno`.
    fn call(&self, op: &'static str, work: impl FnOnce(&Functions, *mut rdma_cm_id) -> c_int) -> Result<()> {
        let _held = self.channel.lock();
        match work(&self.channel.library.functions, self.id.pointer()) {
            0 => Ok(()),
            _ => Err(Error::io(op, io::Error::last_os_error())),
        }
    }

    /// The same, with the other end's address in the error.
    fn call_there(
        &self,
        op: &'static str,
        work: impl FnOnce(&Functions, *mut rdma_cm_id) -> c_int,
    ) -> Result<()> {
        let called = self.call(op, work);
        called.map_err(|error| match self.peer_address() {
            Some(peer) => error.on(peer),
            None => error,
        })
    }

    /// An address of the id's, as C has it.
    fn address(&self, which: fn(*const rdma_cm_id) -> *const sockaddr_storage) -> Option<SocketAddr> {
        let _held = self.channel.lock();
        // SAFETY: the id is there, and nobody writes into it meanwhile; the place is one for all addresses.
        from_c(unsafe { &*which(self.id.pointer()) })
    }
}

/// Time for C, which counts in thousandths of a second and takes none for nonsense.
fn thousandths(most: Duration) -> c_int {
    c_int::try_from(most.as_millis()).unwrap_or(c_int::MAX).max(1)
}

/// Terms for C, with bytes that must outlive the value.
fn terms(parameters: &CmParameters, private_data: &[u8]) -> rdma_conn_param {
    rdma_conn_param {
        private_data: if private_data.is_empty() { null() } else { private_data.as_ptr().cast() },
        // It was looked at how many there are.
        private_data_len: private_data.len() as u8,
        responder_resources: parameters.responder_resources,
        initiator_depth: parameters.initiator_depth,
        flow_control: 1,
        retry_count: parameters.retries,
        rnr_retry_count: parameters.rnr_retries,
        srq: parameters.shared.into(),
        qp_num: parameters.qp,
    }
}

fn pointer_to(address: &sockaddr_storage) -> *mut sockaddr {
    from_ref(address).cast::<sockaddr>().cast_mut()
}

impl VerbsCmId for Id {
    fn number(&self) -> u64 {
        self.number
    }

    fn kind(&self) -> QpType {
        self.kind
    }

    fn bind(&self, address: SocketAddr) -> Result<()> {
        let place = to_c(address);
        // SAFETY: the id is there; the address is read only.
        let bound =
            self.call("bind an RDMA connection", |f, id| unsafe { (f.bind_addr)(id, pointer_to(&place)) });
        bound.map_err(|error| error.on(address))
    }

    fn listen(&self, backlog: u32) -> Result<()> {
        let backlog = c_int::try_from(backlog).unwrap_or(c_int::MAX);
        // SAFETY: the id is there.
        self.call("listen for RDMA connections", |f, id| unsafe { (f.listen)(id, backlog) })
    }

    fn local_address(&self) -> Option<SocketAddr> {
        // SAFETY: no reference is made, only the place is named.
        self.address(|id| unsafe { (&raw const (*id).route.addr.__bindgen_anon_1).cast() })
    }

    fn peer_address(&self) -> Option<SocketAddr> {
        // SAFETY: as above.
        self.address(|id| unsafe { (&raw const (*id).route.addr.__bindgen_anon_2).cast() })
    }

    fn resolve_address(&self, from: Option<SocketAddr>, to: SocketAddr, most: Duration) -> Result<()> {
        let (source, target) = (from.map(to_c), to_c(to));
        let source = source.as_ref().map_or(null_mut(), pointer_to);
        let work = |f: &Functions, id| {
            // SAFETY: the id is there; the addresses are read only, and one may be null.
            unsafe { (f.resolve_addr)(id, source, pointer_to(&target), thousandths(most)) }
        };
        self.call("find the way to an RDMA peer", work).map_err(|error| error.on(to))
    }

    fn resolve_route(&self, most: Duration) -> Result<()> {
        // SAFETY: the id is there.
        let work = |f: &Functions, id| unsafe { (f.resolve_route)(id, thousandths(most)) };
        self.call_there("find the route to an RDMA peer", work)
    }

    fn device(&self) -> Option<(String, u8)> {
        let _held = self.channel.lock();
        let id = self.id.pointer();
        // SAFETY: the id is there, and nobody writes into it meanwhile. Its device is open if it has one, and has a name that
        // ends with a zero.
        unsafe {
            let verbs = (*id).verbs;
            if verbs.is_null() {
                return None;
            }
            let name = CStr::from_ptr((&raw const (*(*verbs).device).name).cast());
            Some((name.to_string_lossy().into_owned(), (*id).port_num))
        }
    }

    fn paths(&self) -> Result<Vec<PathRecord>> {
        let _held = self.channel.lock();
        // SAFETY: the id is there, and nobody writes into it meanwhile.
        Ok(unsafe { path::of_id(self.id.pointer()) })
    }

    fn qp_change(&self, state: QpState) -> Result<QpChange> {
        // SAFETY: zeroes are a value: it is all numbers.
        let mut attr: ibv_qp_attr = unsafe { MaybeUninit::zeroed().assume_init() };
        attr.qp_state = state.number();
        let mut mask = 0;
        // SAFETY: the id is there; the attributes and the mask are read and written.
        let work = |f: &Functions, id| unsafe { (f.init_qp_attr)(id, &raw mut attr, &raw mut mask) };
        self.call_there("ask how a queue pair is connected", work)?;
        Ok(values::change_of(&attr, mask.cast_unsigned()))
    }

    fn set_option(&self, option: CmOption) -> Result<()> {
        /// `RDMA_OPTION_ID`
        const LEVEL: c_int = 0;
        // The numbers of `RDMA_OPTION_ID_TOS` and those that follow it, and whether C takes a byte or an `int`.
        let (name, value, is_byte) = match option {
            CmOption::ServiceType(value) => (0, value, true),
            CmOption::ReuseAddress(on) => (1, on.into(), false),
            CmOption::OwnFamilyOnly(on) => (2, on.into(), false),
            CmOption::AckTimeout(timeout) => (3, timeout.0, true),
        };
        let (mut byte, mut number) = (value, c_int::from(value));
        let (place, length) = match is_byte {
            true => ((&raw mut byte).cast(), size_of::<u8>()),
            false => ((&raw mut number).cast(), size_of::<c_int>()),
        };
        // SAFETY: the id is there; so many bytes are read.
        let work = |f: &Functions, id| unsafe { (f.set_option)(id, LEVEL, name, place, length) };
        self.call_there("set an option of an RDMA connection", work)
    }

    fn set_local_ece(&self, ece: &Ece) -> Result<()> {
        let mut ece = ibv_ece { vendor_id: ece.vendor_id, options: ece.options, comp_mask: 0 };
        // SAFETY: the id is there; the structure is read only.
        let work = |f: &Functions, id| unsafe { (f.set_local_ece)(id, &raw mut ece) };
        self.call_there("tell the enhancements of a connection", work)
    }

    fn remote_ece(&self) -> Result<Ece> {
        let mut ece = ibv_ece { vendor_id: 0, options: 0, comp_mask: 0 };
        // SAFETY: the id is there, and no more than this structure is written.
        let work = |f: &Functions, id| unsafe { (f.get_remote_ece)(id, &raw mut ece) };
        self.call_there("hear the enhancements of a connection", work)?;
        Ok(Ece { vendor_id: ece.vendor_id, options: ece.options })
    }

    fn connect(&self, parameters: &CmParameters, private_data: &[u8]) -> Result<()> {
        const OP: &str = "connect to an RDMA peer";
        CmStep::Connect.check(OP, self.kind, private_data)?;
        let mut terms = terms(parameters, private_data);
        // SAFETY: the id is there; terms and bytes outlive the call, and are copied.
        self.call_there(OP, |f, id| unsafe { (f.connect)(id, &raw mut terms) })
    }

    fn accept(&self, parameters: &CmParameters, private_data: &[u8]) -> Result<()> {
        const OP: &str = "accept an RDMA peer";
        CmStep::Accept.check(OP, self.kind, private_data)?;
        let mut terms = terms(parameters, private_data);
        // SAFETY: as above.
        self.call_there(OP, |f, id| unsafe { (f.accept)(id, &raw mut terms) })
    }

    fn reject(&self, private_data: &[u8]) -> Result<()> {
        const OP: &str = "reject an RDMA peer";
        CmStep::Reject.check(OP, self.kind, private_data)?;
        let (start, length) = (private_data.as_ptr().cast(), private_data.len() as u8);
        // SAFETY: the id is there; so many bytes are read.
        self.call_there(OP, |f, id| unsafe { (f.reject)(id, start, length) })
    }

    fn establish(&self) -> Result<()> {
        // SAFETY: the id is there.
        self.call_there("establish an RDMA connection", |f, id| unsafe { (f.establish)(id) })
    }

    fn disconnect(&self) -> Result<()> {
        // SAFETY: the id is there.
        self.call_there("disconnect from an RDMA peer", |f, id| unsafe { (f.disconnect)(id) })
    }

    fn join(&self, group: IpAddr) -> Result<()> {
        let place = to_c(SocketAddr::new(group, 0));
        let work = |f: &Functions, id| {
            // SAFETY: the id is there; the address is read only, and there is no mark of ours.
            unsafe { (f.join_multicast)(id, pointer_to(&place), null_mut()) }
        };
        self.call("join a multicast group", work).map_err(|error| error.on(group))
    }

    fn leave(&self, group: IpAddr) -> Result<()> {
        let place = to_c(SocketAddr::new(group, 0));
        // SAFETY: the id is there; the address is read only. What was told of the group is done with, so that nobody is
        // waited for.
        let work = |f: &Functions, id| unsafe { (f.leave_multicast)(id, pointer_to(&place)) };
        self.call("leave a multicast group", work).map_err(|error| error.on(group))
    }
}

impl Drop for Id {
    fn drop(&mut self) {
        let _held = self.channel.lock();
        // SAFETY: it is destroyed once. Events that were taken are done with, so that nobody is waited for. The number that
        // stands for it has no memory of its own.
        let _ = unsafe { (self.channel.library.functions.destroy_id)(self.id.pointer()) };
    }
}
