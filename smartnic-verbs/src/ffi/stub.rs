//! A device that is none, behind functions such as libibverbs has: what is posted is done at once. With it is counted how
//! often posting and polling ask for memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ffi::{c_char, c_int, c_uint, c_void};
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use smartnic_core::backend::{QpConfig, Verbs};
use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{
    Access, AddressVector, Buffer, Completion, Destination, QpCapacity, ReceiveRequest, SendOp, SendRequest,
    SrqCapacity,
};

use super::library::{Functions, Library};
use super::types::ibv_comp_channel;
use super::types::{
    ibv_ah, ibv_ah_attr, ibv_context, ibv_cq, ibv_device, ibv_mr, ibv_pd, ibv_qp, ibv_qp_init_attr,
    ibv_recv_wr, ibv_send_wr, ibv_srq, ibv_srq_init_attr, ibv_wc,
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
    let context = zeroed::<ibv_context>();
    // SAFETY: it was just made, and is nobody else's.
    unsafe {
        (*context).async_fd = libc::eventfd(0, 0);
        (*context).ops.post_send = Some(post_send);
        (*context).ops.post_recv = Some(post_receive);
        (*context).ops.post_srq_recv = Some(post_shared);
        (*context).ops.poll_cq = Some(poll);
        (*context).ops.req_notify_cq = Some(arm);
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
        dereg_mr: done,
        create_cq: make_cq,
        destroy_cq: done,
        ack_cq_events: acknowledge,
        create_srq: make_srq,
        destroy_srq: done,
        create_qp: make_qp,
        destroy_qp: done,
        create_ah: make_ah,
        destroy_ah: done,
        ..Functions::none()
    })
}

#[test]
fn posting_and_polling_ask_for_no_memory() {
    let context = library().open("stub0").unwrap();
    assert!(ASKED.get() > 0, "opening asks for memory, so that the count works");
    let (pd, cq) = (context.alloc_pd().unwrap(), context.create_cq(64, None).unwrap());
    let capacity =
        QpCapacity { send_requests: 64, receive_requests: 64, send_sges: 2, receive_sges: 2, inline: 64 };
    let qp = |kind| {
        let config = QpConfig { kind, send_cq: &cq, receive_cq: &cq, srq: None, capacity, signal_all: true };
        pd.create_qp(&config).unwrap()
    };
    // The stub gives back the capacity that was asked for.
    let (rc, ud) = (qp(QpType::Rc), qp(QpType::Ud));
    let srq = pd.create_srq(SrqCapacity { requests: 64, sges: 2 }).unwrap();
    let region = pd.register(&Buffer::new(4096), Access::LOCAL_WRITE).unwrap();
    let handle = pd.create_ah(&AddressVector::to_lid(1, 1)).unwrap();
    let mut some = [Completion::default(); 48];
    let mut asked = |what: &str, posted: usize, work: &mut dyn FnMut(&mut [Completion]) -> usize| {
        let before = ASKED.get();
        let polled = work(&mut some);
        assert_eq!((ASKED.get() - before, polled), (0, posted), "{what}: requests for memory, completions");
    };
    let pieces = [region.sge(0, 64).unwrap(), region.sge(64, 8).unwrap()];
    let remote = region.remote(0);
    let ops = [
        SendOp::Send,
        SendOp::SendImm(1),
        SendOp::SendInvalidate(7),
        SendOp::LocalInvalidate(7),
        SendOp::Write(remote),
        SendOp::WriteImm(remote, 1),
        SendOp::Read(remote),
    ];
    for op in ops {
        asked(&format!("{op:?}"), 40, &mut |some| {
            rc.post_send(&[SendRequest::new(1, op, &pieces); 40]).unwrap();
            cq.poll(some).unwrap()
        });
    }
    let atomics = [SendOp::FetchAdd { remote, add: 1 }, SendOp::CompareSwap { remote, compare: 0, swap: 1 }];
    for op in atomics {
        asked(&format!("{op:?}"), 1, &mut |some| {
            rc.post_send(&[SendRequest::new(1, op, &pieces[1..])]).unwrap();
            cq.poll(some).unwrap()
        });
    }
    asked("copied bytes", 1, &mut |some| {
        rc.post_send(&[SendRequest::inline(1, SendOp::Send, b"copied")]).unwrap();
        cq.poll(some).unwrap()
    });
    asked("datagrams", 20, &mut |some| {
        let to = Destination { handle: &*handle, qp: 1, qkey: 1 };
        ud.post_send(&[SendRequest::new(1, SendOp::Send, &pieces).to(to); 20]).unwrap();
        cq.poll(some).unwrap()
    });
    asked("receives", 48, &mut |some| {
        let request = ReceiveRequest { id: 1, regions: &pieces };
        rc.post_receive(&[request; 40]).unwrap();
        srq.post_receive(&[request; 8]).unwrap();
        cq.poll(some).unwrap()
    });
}
