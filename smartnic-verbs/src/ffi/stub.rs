//! A device that is none, behind functions such as libibverbs has: what is posted is done at once. With it is counted how
//! often posting and polling ask for memory.

mod tests;
mod vendor;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ffi::{c_char, c_int, c_uint, c_void};
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::constants::{IBV_REREG_MR_ERR_CMD, IBV_REREG_MR_ERR_DO_FORK_OLD, IBV_REREG_MR_ERR_INPUT};
use super::library::{Functions, Library};
use super::types::ibv_comp_channel;
use super::types::{
    ibv_ah, ibv_ah_attr, ibv_context, ibv_counter_attach_attr, ibv_counters, ibv_counters_init_attr, ibv_cq,
    ibv_cq_ex, ibv_cq_init_attr_ex, ibv_device, ibv_flow, ibv_flow_attr, ibv_mr, ibv_mw, ibv_mw_bind,
    ibv_mw_bind_info, ibv_mw_type, ibv_pd, ibv_poll_cq_attr, ibv_qp, ibv_qp_ex, ibv_qp_init_attr,
    ibv_qp_init_attr_ex, ibv_recv_wr, ibv_send_wr, ibv_sge, ibv_srq, ibv_srq_init_attr, ibv_wc,
    verbs_context,
};

/// The system's allocator, with a count of what each thread asked for.
struct Counting;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on as it came; the count is a plain number that needs no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: the caller's promises are those that the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Requests that were posted and not polled yet.
static POSTED: AtomicU64 = AtomicU64::new(0);

/// An object of C all of whose members are zero; never given back.
fn zeroed<T>() -> *mut T {
    // SAFETY: only used for types of C of numbers and pointers, for which zeroes are a value.
    Box::into_raw(Box::new(unsafe { MaybeUninit::<T>::zeroed().assume_init() }))
}

unsafe extern "C" fn list(count: *mut c_int) -> *mut *mut ibv_device {
    // SAFETY: the caller gives a place for one number.
    unsafe { *count = 1 };
    Box::into_raw(Box::new([zeroed::<ibv_device>(), null_mut()])).cast()
}

unsafe extern "C" fn free_list(_: *mut *mut ibv_device) {}

unsafe extern "C" fn name(_: *mut ibv_device) -> *const c_char {
    c"stub0".as_ptr()
}

unsafe extern "C" fn open(_: *mut ibv_device) -> *mut ibv_context {
    let table = zeroed::<verbs_context>();
    // SAFETY: it was just made, and is nobody else's.
    let context = unsafe {
        (*table).sz = size_of::<verbs_context>();
        (*table).create_cq_ex = Some(make_cq_ex);
        (*table).create_qp_ex = Some(make_qp_ex);
        (*table).ibv_create_flow = Some(steer);
        (*table).ibv_destroy_flow = Some(done);
        (*table).create_counters = Some(make_counters);
        (*table).destroy_counters = Some(done);
        (*table).attach_counters_point_flow = Some(attach_counters);
        (*table).read_counters = Some(read_counters);
        vendor::fill(&mut *table);
        (*table).context.abi_compat = std::ptr::without_provenance_mut(usize::MAX);
        &raw mut (*table).context
    };
    // SAFETY: as above.
    unsafe {
        (*context).async_fd = libc::eventfd(0, 0);
        (*context).ops.post_send = Some(post_send);
        (*context).ops.post_recv = Some(post_receive);
        (*context).ops.post_srq_recv = Some(post_shared);
        (*context).ops.poll_cq = Some(poll);
        (*context).ops.req_notify_cq = Some(arm);
        (*context).ops.alloc_mw = Some(make_mw);
        (*context).ops.dealloc_mw = Some(done);
        (*context).ops.bind_mw = Some(bind);
    }
    context
}

unsafe extern "C" fn make_pd(_: *mut ibv_context) -> *mut ibv_pd {
    zeroed()
}

unsafe extern "C" fn make_mr(_: *mut ibv_pd, _: *mut c_void, _: usize, _: c_int) -> *mut ibv_mr {
    zeroed()
}

unsafe extern "C" fn make_ah(_: *mut ibv_pd, _: *mut ibv_ah_attr) -> *mut ibv_ah {
    zeroed()
}

unsafe extern "C" fn make_cq(
    _: *mut ibv_context,
    _: c_int,
    _: *mut c_void,
    _: *mut ibv_comp_channel,
    _: c_int,
) -> *mut ibv_cq {
    zeroed()
}

unsafe extern "C" fn make_srq(_: *mut ibv_pd, _: *mut ibv_srq_init_attr) -> *mut ibv_srq {
    zeroed()
}

unsafe extern "C" fn make_qp(_: *mut ibv_pd, _: *mut ibv_qp_init_attr) -> *mut ibv_qp {
    zeroed()
}

unsafe extern "C" fn done<T>(_: *mut T) -> c_int {
    0
}

unsafe extern "C" fn arm(_: *mut ibv_cq, _: c_int) -> c_int {
    0
}

unsafe extern "C" fn post_send(_: *mut ibv_qp, mut wr: *mut ibv_send_wr, _: *mut *mut ibv_send_wr) -> c_int {
    while !wr.is_null() {
        POSTED.fetch_add(1, Relaxed);
        // SAFETY: the chain is one of requests that live as long as the call.
        wr = unsafe { (*wr).next };
    }
    0
}

unsafe extern "C" fn post_receive(_: *mut ibv_qp, wr: *mut ibv_recv_wr, _: *mut *mut ibv_recv_wr) -> c_int {
    receives(wr)
}

unsafe extern "C" fn post_shared(_: *mut ibv_srq, wr: *mut ibv_recv_wr, _: *mut *mut ibv_recv_wr) -> c_int {
    receives(wr)
}

fn receives(mut wr: *mut ibv_recv_wr) -> c_int {
    while !wr.is_null() {
        POSTED.fetch_add(1, Relaxed);
        // SAFETY: as above.
        wr = unsafe { (*wr).next };
    }
    0
}

unsafe extern "C" fn poll(_: *mut ibv_cq, most: c_int, wc: *mut ibv_wc) -> c_int {
    let count = POSTED.load(Relaxed).min(most as u64);
    POSTED.fetch_sub(count, Relaxed);
    for at in 0..count as usize {
        // SAFETY: there is room for as many as were asked for, and zeroes are a completion that succeeded.
        unsafe { wc.add(at).write(MaybeUninit::zeroed().assume_init()) };
    }
    count as c_int
}

/// Takes rules to port 1 alone.
unsafe extern "C" fn steer(_: *mut ibv_qp, rule: *mut ibv_flow_attr) -> *mut ibv_flow {
    // SAFETY: the rule lives as long as the call; `errno` is this thread's.
    match unsafe { (*rule).port } {
        1 => zeroed(),
        _ => {
            // SAFETY: as above.
            unsafe { *libc::__errno_location() = libc::EPERM };
            null_mut()
        }
    }
}

unsafe extern "C" fn make_counters(_: *mut ibv_context, _: *mut ibv_counters_init_attr) -> *mut ibv_counters {
    zeroed()
}

unsafe extern "C" fn attach_counters(
    _: *mut ibv_counters,
    _: *mut ibv_counter_attach_attr,
    _: *mut ibv_flow,
) -> c_int {
    0
}

unsafe extern "C" fn read_counters(_: *mut ibv_counters, values: *mut u64, count: u32, _: u32) -> c_int {
    for at in 0..count as usize {
        // SAFETY: there is room for so many.
        unsafe { values.add(at).write(at as u64 + 5) };
    }
    0
}

unsafe extern "C" fn bind_more(_: *mut ibv_qp_ex, _: *mut ibv_mw, _: u32, _: *const ibv_mw_bind_info) {
    BATCH.fetch_add(1, Relaxed);
}

/// Counts each packet, and has no headers but these.
unsafe extern "C" fn cut(_: *mut ibv_qp_ex, header: *mut c_void, length: u16, size: u16) {
    // SAFETY: so many bytes are there.
    let header = unsafe { std::slice::from_raw_parts(header.cast::<u8>(), length.into()) };
    BATCH.fetch_add(u64::from(header == b"head" && size == 1000), Relaxed);
}

unsafe extern "C" fn write_word(_: *mut ibv_qp_ex, _: u32, _: u64, _: *const c_void) {
    BATCH.fetch_add(1, Relaxed);
}

unsafe extern "C" fn flush(_: *mut ibv_qp_ex, _: u32, _: u64, _: usize, _: u8, _: u8) {
    BATCH.fetch_add(1, Relaxed);
}

unsafe extern "C" fn make_mw(_: *mut ibv_pd, _: ibv_mw_type) -> *mut ibv_mw {
    zeroed()
}

unsafe extern "C" fn bind(_: *mut ibv_qp, mw: *mut ibv_mw, _: *mut ibv_mw_bind) -> c_int {
    // SAFETY: the window is one that was made above.
    unsafe { (*mw).rkey += 1 };
    POSTED.fetch_add(1, Relaxed);
    0
}

/// Answers as libibverbs does: with a number of its own, and `errno`.
unsafe extern "C" fn register_anew(
    mr: *mut ibv_mr,
    _: c_int,
    _: *mut ibv_pd,
    _: *mut c_void,
    length: usize,
    _: c_int,
) -> c_int {
    let answer = match length {
        1 => IBV_REREG_MR_ERR_INPUT,
        2 => IBV_REREG_MR_ERR_CMD,
        3 => IBV_REREG_MR_ERR_DO_FORK_OLD,
        _ => 0,
    };
    // SAFETY: the region is one that was made above; `errno` is this thread's.
    unsafe {
        (*mr).lkey += 1;
        *libc::__errno_location() = libc::EINVAL;
    }
    answer
}

unsafe extern "C" fn make_cq_ex(_: *mut ibv_context, _: *mut ibv_cq_init_attr_ex) -> *mut ibv_cq_ex {
    let cq = zeroed::<ibv_cq_ex>();
    // SAFETY: it was just made, and is nobody else's.
    unsafe {
        (*cq).start_poll = Some(start_poll);
        (*cq).next_poll = Some(next_poll);
        (*cq).end_poll = Some(end_poll);
        (*cq).read_opcode = Some(read_zero);
        (*cq).read_vendor_err = Some(read_zero);
        (*cq).read_wc_flags = Some(read_zero);
        (*cq).read_byte_len = Some(read_zero);
        (*cq).read_completion_ts = Some(read_stamp);
    }
    cq
}

unsafe extern "C" fn start_poll(cq: *mut ibv_cq_ex, _: *mut ibv_poll_cq_attr) -> c_int {
    // SAFETY: the queue is one that was made above.
    unsafe { next_poll(cq) }
}

unsafe extern "C" fn next_poll(_: *mut ibv_cq_ex) -> c_int {
    match POSTED.load(Relaxed) {
        0 => libc::ENOENT,
        left => {
            POSTED.store(left - 1, Relaxed);
            0
        }
    }
}

unsafe extern "C" fn end_poll(_: *mut ibv_cq_ex) {}

unsafe extern "C" fn read_zero(_: *mut ibv_cq_ex) -> c_uint {
    0
}

unsafe extern "C" fn read_stamp(_: *mut ibv_cq_ex) -> u64 {
    7
}

unsafe extern "C" fn make_qp_ex(_: *mut ibv_context, _: *mut ibv_qp_init_attr_ex) -> *mut ibv_qp {
    let qp = zeroed::<ibv_qp_ex>();
    // SAFETY: it was just made, and is nobody else's.
    unsafe {
        (*qp).wr_start = Some(begin);
        (*qp).wr_complete = Some(complete);
        (*qp).wr_abort = Some(begin);
        (*qp).wr_send = Some(add);
        (*qp).wr_bind_mw = Some(bind_more);
        (*qp).wr_send_tso = Some(cut);
        (*qp).wr_atomic_write = Some(write_word);
        (*qp).wr_flush = Some(flush);
        (*qp).wr_set_sge_list = Some(take_pieces);
        (*qp).wr_set_inline_data = Some(take_bytes);
    }
    qp.cast()
}

unsafe extern "C" fn to_qp_ex(qp: *mut ibv_qp) -> *mut ibv_qp_ex {
    qp.cast()
}

/// Requests of the batch that was begun last.
static BATCH: AtomicU64 = AtomicU64::new(0);

unsafe extern "C" fn begin(_: *mut ibv_qp_ex) {
    BATCH.store(0, Relaxed);
}

unsafe extern "C" fn add(_: *mut ibv_qp_ex) {
    BATCH.fetch_add(1, Relaxed);
}

unsafe extern "C" fn complete(_: *mut ibv_qp_ex) -> c_int {
    POSTED.fetch_add(BATCH.load(Relaxed), Relaxed);
    0
}

unsafe extern "C" fn take_pieces(_: *mut ibv_qp_ex, _: usize, _: *const ibv_sge) {}

unsafe extern "C" fn take_bytes(_: *mut ibv_qp_ex, _: *mut c_void, _: usize) {}

unsafe extern "C" fn acknowledge(_: *mut ibv_cq, _: c_uint) {}

fn library() -> Library {
    Library::of(Functions {
        get_device_list: list,
        free_device_list: free_list,
        get_device_name: name,
        open_device: open,
        close_device: done,
        alloc_pd: make_pd,
        dealloc_pd: done,
        reg_mr: make_mr,
        rereg_mr: register_anew,
        dereg_mr: done,
        create_cq: make_cq,
        destroy_cq: done,
        ack_cq_events: acknowledge,
        create_srq: make_srq,
        destroy_srq: done,
        create_qp: make_qp,
        qp_to_qp_ex: to_qp_ex,
        destroy_qp: done,
        create_ah: make_ah,
        destroy_ah: done,
        ..Functions::none()
    })
}
