//! Connections that are none, behind functions such as librdmacm has: what is destroyed when, and whose number is told.

use std::cell::RefCell;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr::null_mut;

use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{AckTimeout, CmEventKind, CmOption, CmParameters, Ece};

use super::super::constants::RDMA_PS_TCP;
use super::super::types::{ibv_ece, rdma_cm_event, rdma_cm_id, rdma_event_channel, rdma_port_space};
use super::library::{CmLoaded, Functions};
use super::new_channel;

thread_local! {
    /// What was called, by one test.
    static CALLED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    /// The id that somebody asks.
    static LISTENER: RefCell<*mut rdma_cm_id> = const { RefCell::new(null_mut()) };
}

fn called(what: &'static str) {
    CALLED.with_borrow_mut(|all| all.push(what));
}

/// An object of C all of whose members are zero.
fn zeroed<T>() -> *mut T {
    // SAFETY: only used for types of C of numbers and pointers, for which zeroes are a value.
    Box::into_raw(Box::new(unsafe { MaybeUninit::<T>::zeroed().assume_init() }))
}

unsafe extern "C" fn make_channel() -> *mut rdma_event_channel {
    // SAFETY: it makes a descriptor and touches no memory.
    Box::into_raw(Box::new(rdma_event_channel { fd: unsafe { libc::eventfd(1, 0) } }))
}

unsafe extern "C" fn end_channel(channel: *mut rdma_event_channel) {
    called("channel");
    // SAFETY: it came from the function above, and is nobody else's.
    unsafe { libc::close(Box::from_raw(channel).fd) };
}

unsafe extern "C" fn make_id(
    _: *mut rdma_event_channel,
    place: *mut *mut rdma_cm_id,
    context: *mut c_void,
    space: rdma_port_space,
) -> c_int {
    let id = zeroed::<rdma_cm_id>();
    LISTENER.set(id);
    // SAFETY: it was just made; the place is the caller's.
    unsafe {
        ((*id).context, (*id).ps) = (context, space);
        *place = id;
    }
    0
}

unsafe extern "C" fn end_id(id: *mut rdma_cm_id) -> c_int {
    called("id");
    // SAFETY: it came from a function here, and is nobody else's.
    drop(unsafe { Box::from_raw(id) });
    0
}

/// Somebody asks the listener for a connection, once for each that was made.
unsafe extern "C" fn event(_: *mut rdma_event_channel, place: *mut *mut rdma_cm_event) -> c_int {
    let listener = LISTENER.replace(null_mut());
    if listener.is_null() {
        // SAFETY: the place is this thread's own.
        unsafe { *libc::__errno_location() = libc::EAGAIN };
        return -1;
    }
    let (event, id) = (zeroed::<rdma_cm_event>(), zeroed::<rdma_cm_id>());
    // SAFETY: all of it was just made, or is there. The bytes live for ever.
    unsafe {
        // As librdmacm does: the new id begins with the listener's mark.
        ((*id).context, (*id).ps) = ((*listener).context, RDMA_PS_TCP);
        ((*event).id, (*event).listen_id) = (id, listener);
        (*event).event = CmEventKind::ConnectRequest.number();
        (*event).param.conn.private_data = b"hello".as_ptr().cast();
        ((*event).param.conn.private_data_len, (*event).param.conn.qp_num) = (5, 17);
        *place = event;
    }
    0
}

unsafe extern "C" fn ack(event: *mut rdma_cm_event) -> c_int {
    called("ack");
    // SAFETY: it came from the function above, and is nobody else's.
    drop(unsafe { Box::from_raw(event) });
    0
}

unsafe extern "C" fn take_option(
    _: *mut rdma_cm_id,
    level: c_int,
    name: c_int,
    value: *mut c_void,
    length: usize,
) -> c_int {
    // SAFETY: so many bytes are there.
    let bytes = unsafe { std::slice::from_raw_parts(value.cast::<u8>(), length) };
    OPTIONS.with_borrow_mut(|all| all.push((level, name, bytes.to_vec())));
    0
}

thread_local! {
    /// Options as they came.
    static OPTIONS: RefCell<Vec<(c_int, c_int, Vec<u8>)>> = const { RefCell::new(Vec::new()) };
    /// What the other end is told, which is what it tells here.
    static TOLD: RefCell<(u32, u32)> = const { RefCell::new((0, 0)) };
}

unsafe extern "C" fn take_ece(_: *mut rdma_cm_id, ece: *mut ibv_ece) -> c_int {
    // SAFETY: it is the caller's.
    TOLD.set(unsafe { ((*ece).vendor_id, (*ece).options) });
    0
}

unsafe extern "C" fn give_ece(_: *mut rdma_cm_id, ece: *mut ibv_ece) -> c_int {
    let (vendor_id, options) = TOLD.take();
    // SAFETY: the place is the caller's.
    unsafe { ece.write(ibv_ece { vendor_id, options, comp_mask: 0 }) };
    0
}

#[test]
fn options_are_of_the_size_that_the_kernel_takes() {
    let library = CmLoaded::of(Functions {
        create_event_channel: make_channel,
        destroy_event_channel: end_channel,
        create_id: make_id,
        destroy_id: end_id,
        set_option: take_option,
        set_local_ece: take_ece,
        get_remote_ece: give_ece,
        ..Functions::none()
    });
    let channel = new_channel(&library).unwrap();
    let id = channel.create_id(QpType::Rc).unwrap();
    let options = [
        CmOption::ServiceType(0x68),
        CmOption::ReuseAddress(true),
        CmOption::OwnFamilyOnly(false),
        CmOption::AckTimeout(AckTimeout(18)),
    ];
    options.into_iter().for_each(|option| id.set_option(option).unwrap());
    let one = 1i32.to_ne_bytes().to_vec();
    let wanted = [(0, 0, vec![0x68]), (0, 1, one), (0, 2, vec![0; 4]), (0, 3, vec![18])];
    assert_eq!(OPTIONS.take(), wanted);
    let ece = Ece { vendor_id: 0x15b3, options: 5 };
    id.set_local_ece(&ece).unwrap();
    assert_eq!(id.remote_ece().unwrap(), ece);
}

#[test]
fn ids_outlive_their_channel_s_handle_and_a_request_has_a_number_of_its_own() {
    let library = CmLoaded::of(Functions {
        create_event_channel: make_channel,
        destroy_event_channel: end_channel,
        create_id: make_id,
        destroy_id: end_id,
        get_cm_event: event,
        ack_cm_event: ack,
        ..Functions::none()
    });
    let channel = new_channel(&library).unwrap();
    drop(library);
    let listener = channel.create_id(QpType::Rc).unwrap();
    let arrived = channel.next_event(None).unwrap().unwrap();
    let request = arrived.request.unwrap();
    let told = arrived.event;
    assert_eq!((told.kind, told.listener), (CmEventKind::ConnectRequest, Some(listener.number())));
    assert_eq!((told.id, request.kind()), (request.number(), QpType::Rc));
    assert_ne!(request.number(), listener.number());
    assert_eq!((told.parameters.map(|it| it.qp), &told.private_data[..]), (Some(17), &b"hello"[..]));
    // What is refused before it reaches the library, of which none of these functions may be called.
    assert!(request.accept(&CmParameters::of_qp(1), &[0; 197]).is_err());
    assert!(channel.create_id(QpType::Uc).is_err());

    drop(channel);
    drop((listener, request));
    assert_eq!(CALLED.take(), ["ack", "id", "id", "channel"]);
}
