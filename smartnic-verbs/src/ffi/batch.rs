//! Requests that are put together by functions of the driver's own, and posted as one or not at all.

use std::ptr::NonNull;

use smartnic_core::backend::{VerbsBatch, VerbsMw, VerbsQp};
use smartnic_core::verbs::{Payload, Remote, Segments, SendOp, SendOps, SendRequest, WindowBind};
use smartnic_core::{Error, Result};

use super::constants::{IBV_SEND_INLINE, IBV_SEND_IP_CSUM, IBV_SEND_SIGNALED};
use super::context::Context;
use super::post;
use super::queue_pair::Qp;
use super::raw::Raw;
use super::types::{ibv_ah, ibv_mw, ibv_mw_bind_info, ibv_qp, ibv_qp_ex, ibv_sge};
use super::window::Mw;

type Ex = *mut ibv_qp_ex;
type CompareSwap = unsafe extern "C" fn(Ex, u32, u64, u64, u64);
type Bind = unsafe extern "C" fn(Ex, *mut ibv_mw, u32, *const ibv_mw_bind_info);
type AtomicWrite = unsafe extern "C" fn(Ex, u32, u64, *const std::ffi::c_void);
type Flush = unsafe extern "C" fn(Ex, u32, u64, usize, u8, u8);
type Tso = unsafe extern "C" fn(Ex, *mut std::ffi::c_void, u16, u16);
type SetAddress = unsafe extern "C" fn(Ex, *mut ibv_ah, u32, u32);

/// How a queue pair posts batches: its driver's functions, of which those are there that it was made for.
#[derive(Debug)]
pub(super) struct Batches {
    qp: Raw<ibv_qp_ex>,
    ops: SendOps,
    start: unsafe extern "C" fn(Ex),
    complete: unsafe extern "C" fn(Ex) -> i32,
    abort: unsafe extern "C" fn(Ex),
    sges: unsafe extern "C" fn(Ex, usize, *const ibv_sge),
    inline: Option<unsafe extern "C" fn(Ex, *mut std::ffi::c_void, usize)>,
    send: Option<unsafe extern "C" fn(Ex)>,
    send_imm: Option<unsafe extern "C" fn(Ex, u32)>,
    send_invalidate: Option<unsafe extern "C" fn(Ex, u32)>,
    local_invalidate: Option<unsafe extern "C" fn(Ex, u32)>,
    write: Option<unsafe extern "C" fn(Ex, u32, u64)>,
    write_imm: Option<unsafe extern "C" fn(Ex, u32, u64, u32)>,
    read: Option<unsafe extern "C" fn(Ex, u32, u64)>,
    compare_swap: Option<CompareSwap>,
    fetch_add: Option<unsafe extern "C" fn(Ex, u32, u64, u64)>,
    atomic_write: Option<AtomicWrite>,
    flush: Option<Flush>,
    bind: Option<Bind>,
    tso: Option<Tso>,
    to: Option<SetAddress>,
    to_srq: Option<unsafe extern "C" fn(Ex, u32)>,
}

impl Batches {
    /// Those of a queue pair that was made for requests of these kinds; none if the driver left out what all have.
    pub(super) fn new(context: &Context, qp: &Raw<ibv_qp>, ops: SendOps) -> Option<Self> {
        // SAFETY: it was just made, as one that posts batches.
        let ex = unsafe { (context.library.functions.qp_to_qp_ex)(qp.pointer()) };
        let raw = NonNull::new(ex).and_then(|ex| Raw::given(ex.as_ptr()))?;
        // SAFETY: it is there, and its functions do not change.
        let table = unsafe { &*ex };
        Some(Self {
            qp: raw,
            ops,
            start: table.wr_start?,
            complete: table.wr_complete?,
            abort: table.wr_abort?,
            sges: table.wr_set_sge_list?,
            inline: table.wr_set_inline_data,
            send: table.wr_send,
            send_imm: table.wr_send_imm,
            send_invalidate: table.wr_send_inv,
            local_invalidate: table.wr_local_inv,
            write: table.wr_rdma_write,
            write_imm: table.wr_rdma_write_imm,
            read: table.wr_rdma_read,
            compare_swap: table.wr_atomic_cmp_swp,
            fetch_add: table.wr_atomic_fetch_add,
            atomic_write: table.wr_atomic_write,
            flush: table.wr_flush,
            bind: table.wr_bind_mw,
            tso: table.wr_send_tso,
            to: table.wr_set_ud_addr,
            to_srq: table.wr_set_xrc_srqn,
        })
    }
}

/// A batch that was begun; the driver has the queue pair locked until it ends.
pub(super) struct Batch<'a> {
    qp: &'a Qp,
    how: &'a Batches,
    is_done: bool,
    /// Whether a request did not fit, so that nothing is posted whatever its owner made of the error.
    pub(super) is_broken: bool,
}

impl<'a> Batch<'a> {
    pub(super) fn start(qp: &'a Qp, how: &'a Batches) -> Self {
        // SAFETY: the queue pair is there.
        unsafe { (how.start)(how.qp.pointer()) };
        Self { qp, how, is_done: false, is_broken: false }
    }

    /// Posts it: 0, or why not.
    pub(super) fn complete(mut self) -> i32 {
        self.is_done = true;
        // SAFETY: it was begun, and is ended once.
        unsafe { (self.how.complete)(self.how.qp.pointer()) }
    }

    /// What a request does; whether the driver has that.
    ///
    /// # Safety
    /// The queue pair must have been made for requests of this kind.
    unsafe fn operation(&self, op: &SendOp) -> bool {
        let (how, qp) = (self.how, self.how.qp.pointer());
        // SAFETY: the queue pair is there, the batch is begun, and the kind is the caller's promise.
        let done = unsafe {
            match op {
                SendOp::Send => how.send.map(|call| call(qp)),
                SendOp::SendImm(imm) => how.send_imm.map(|call| call(qp, imm.to_be())),
                SendOp::SendInvalidate(key) => how.send_invalidate.map(|call| call(qp, *key)),
                SendOp::LocalInvalidate(key) => how.local_invalidate.map(|call| call(qp, *key)),
                SendOp::Write(to) => how.write.map(|call| call(qp, to.key, to.address)),
                SendOp::WriteImm(to, imm) => {
                    how.write_imm.map(|call| call(qp, to.key, to.address, imm.to_be()))
                }
                SendOp::Read(from) => how.read.map(|call| call(qp, from.key, from.address)),
                SendOp::CompareSwap { remote, compare, swap } => {
                    how.compare_swap.map(|call| call(qp, remote.key, remote.address, *compare, *swap))
                }
                SendOp::FetchAdd { remote, add } => {
                    how.fetch_add.map(|call| call(qp, remote.key, remote.address, *add))
                }
                SendOp::AtomicWrite { remote, word } => {
                    how.atomic_write.map(|call| call(qp, remote.key, remote.address, word.as_ptr().cast()))
                }
                SendOp::Flush { remote, to, length } => how.flush.map(|call| {
                    // `enum ibv_selectivity_level`: a range, or the region.
                    let (length, level) = length.map_or((0, 1), |length| (length, 0));
                    call(qp, remote.key, remote.address, length, to.bits(), level);
                }),
            }
        };
        done.is_some()
    }
}

impl VerbsBatch for Batch<'_> {
    fn push(&mut self, request: &SendRequest<'_>) -> Result<()> {
        let added = self.add(request);
        self.is_broken |= added.is_err();
        added
    }

    fn bind_window(&mut self, id: u64, window: &dyn VerbsMw, bind: &WindowBind<'_>) -> Result<Remote> {
        let added = self.add_binding(id, window, bind);
        self.is_broken |= added.is_err();
        added
    }

    fn send_segments(&mut self, id: u64, segments: &Segments<'_>) -> Result<()> {
        let added = self.add_segments(id, segments);
        self.is_broken |= added.is_err();
        added
    }
}

/// Requests without memory of their own.
const BARE: SendOps = SendOps::LOCAL_INVALIDATE.union(SendOps::ATOMIC_WRITE).union(SendOps::FLUSH);

impl Batch<'_> {
    fn add_binding(&mut self, id: u64, window: &dyn VerbsMw, bind: &WindowBind<'_>) -> Result<Remote> {
        const OP: &str = "bind a memory window in a batch";
        let wrong = |reason: &str| Error::invalid(OP, reason);
        if !self.how.ops.contains(SendOps::BIND_WINDOW) {
            return Err(wrong("the queue pair was not made for it (its configuration `batches`)"));
        }
        let call = self.how.bind.ok_or_else(|| wrong("the driver has no such requests"))?;
        let qp = self.how.qp.pointer();
        Mw::bind_in_batch(window, bind, self.qp.pd(OP)?, |window, key, info| {
            // SAFETY: the driver has locked the queue pair for us; it reads these members with the next function. Window and
            // region are there, and the queue pair was made for it.
            unsafe {
                (&raw mut (*qp).wr_id).write(id);
                (&raw mut (*qp).wr_flags).write(IBV_SEND_SIGNALED);
                call(qp, window, key, info);
            }
        })
    }

    fn add_segments(&mut self, id: u64, segments: &Segments<'_>) -> Result<()> {
        const OP: &str = "send long segments in a batch";
        segments.check(OP, &VerbsQp::capacity(self.qp))?;
        if !self.how.ops.contains(SendOps::SEGMENTS) {
            let reason = "the queue pair was not made for it (its configuration `batches`)";
            return Err(Error::invalid(OP, reason));
        }
        let call = self.how.tso.ok_or_else(|| Error::unsupported(OP).reason("the driver has none"))?;
        let qp = self.how.qp.pointer();
        let (header, (list, count)) = (segments.header, post::pieces(segments.regions));
        // The length was looked at.
        let length = header.len() as u16;
        // SAFETY: the driver has locked the queue pair for us; it reads these members with the next function. Headers and pieces
        // are there and are taken over at once, and the queue pair was made for it.
        unsafe {
            (&raw mut (*qp).wr_id).write(id);
            (&raw mut (*qp).wr_flags).write(IBV_SEND_SIGNALED | IBV_SEND_IP_CSUM);
            call(qp, header.as_ptr().cast_mut().cast(), length, segments.size);
            (self.how.sges)(qp, count.unsigned_abs() as usize, list);
        }
        Ok(())
    }

    fn add(&mut self, request: &SendRequest<'_>) -> Result<()> {
        const OP: &str = "put a request into a batch";
        let handle = self.qp.check_batched(request)?;
        let wrong = |reason: &str| Err(Error::invalid(OP, reason));
        if !self.how.ops.contains(request.op.kind()) {
            return wrong("the queue pair was not made for such requests (its configuration `batches`)");
        }
        let (how, qp) = (self.how, self.how.qp.pointer());
        // Drivers know by their own function that bytes are copied; that of rxe passes on what the flags say.
        let inline = if matches!(request.payload, Payload::Inline(_)) { IBV_SEND_INLINE } else { 0 };
        // SAFETY: the driver has locked the queue pair for us; it reads these members with the next function.
        unsafe {
            (&raw mut (*qp).wr_id).write(request.id);
            (&raw mut (*qp).wr_flags).write(request.flags.bits() | inline);
        }
        // SAFETY: the queue pair was made for it.
        if !unsafe { self.operation(&request.op) } {
            return wrong("the driver has no such requests");
        }
        // SAFETY: a request was begun by this; handle, pieces and bytes are there, and are taken over at once.
        unsafe {
            match (&request.to, how.to) {
                (None, _) => {}
                (Some(to), Some(set)) => set(qp, handle, to.qp, to.qkey),
                (Some(_), None) => return wrong("the driver has no datagrams in batches"),
            }
            match (request.srq, how.to_srq) {
                (None, _) => {}
                (Some(number), Some(set)) => set(qp, number),
                (Some(_), None) => return wrong("the driver has no extended connections in batches"),
            }
            match (request.payload, how.inline) {
                (Payload::Regions([]), _) if BARE.contains(request.op.kind()) => {}
                (Payload::Regions(regions), _) => {
                    let (list, count) = post::pieces(regions);
                    (how.sges)(qp, count.unsigned_abs() as usize, list);
                }
                (Payload::Inline(bytes), Some(set)) => {
                    set(qp, bytes.as_ptr().cast_mut().cast(), bytes.len());
                }
                (Payload::Inline(_), None) => return wrong("the driver copies no bytes in batches"),
            }
        }
        Ok(())
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            // SAFETY: it was begun, and is ended once.
            unsafe { (self.how.abort)(self.how.qp.pointer()) };
        }
    }
}
