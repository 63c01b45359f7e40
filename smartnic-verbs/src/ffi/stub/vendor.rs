//! Memory of the device itself and vendors' libraries, over the device that is none.

use std::ffi::{c_int, c_uint, c_void};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use smartnic_core::ErrorKind;
use smartnic_core::backend::Verbs;
use smartnic_core::verbs::{Access, DirectCaps, DmConfig, EfaFlags, Mlx5Flags, Mlx5Tunnels};

use super::{library, zeroed};
use crate::ffi::constants::{MLX5DV_CONTEXT_MASK_DCI_STREAMS, MLX5DV_CONTEXT_MASK_NUM_LAG_PORTS};
use crate::ffi::types::{
    efadv_device_attr, ibv_alloc_dm_attr, ibv_context, ibv_dm, ibv_mr, ibv_pd, mlx5dv_context, verbs_context,
};

/// How much such memory is taken.
static TAKEN: AtomicUsize = AtomicUsize::new(0);

/// The memory of the device, of which there is one piece.
#[repr(C)]
struct Dm {
    dm: ibv_dm,
    bytes: [u8; 64],
}

pub(super) fn fill(table: &mut verbs_context) {
    table.alloc_dm = Some(alloc);
    table.free_dm = Some(free);
    table.reg_dm_mr = Some(register);
}

unsafe extern "C" fn alloc(_: *mut ibv_context, attr: *mut ibv_alloc_dm_attr) -> *mut ibv_dm {
    // SAFETY: the attributes live as long as the call; `errno` is this thread's.
    unsafe {
        if (*attr).length > 64 {
            *libc::__errno_location() = libc::ENOSPC;
            return std::ptr::null_mut();
        }
        TAKEN.fetch_add((*attr).length, Relaxed);
        let made = zeroed::<Dm>();
        (*made).dm.memcpy_to_dm = Some(write);
        (*made).dm.memcpy_from_dm = Some(read);
        made.cast()
    }
}

unsafe extern "C" fn free(_: *mut ibv_dm) -> c_int {
    TAKEN.store(0, Relaxed);
    0
}

/// As mlx5 does: words alone.
fn is_of_words(offset: u64, length: usize) -> bool {
    offset.is_multiple_of(4) && length.is_multiple_of(4)
}

unsafe extern "C" fn write(dm: *mut ibv_dm, offset: u64, from: *const c_void, length: usize) -> c_int {
    if !is_of_words(offset, length) || !from.addr().is_multiple_of(4) {
        return libc::EINVAL;
    }
    // SAFETY: the memory is one that was made above, and has so many bytes there.
    unsafe {
        let to = (&raw mut (*dm.cast::<Dm>()).bytes).cast::<u8>();
        to.add(offset as usize).copy_from_nonoverlapping(from.cast(), length);
    }
    0
}

unsafe extern "C" fn read(to: *mut c_void, dm: *mut ibv_dm, offset: u64, length: usize) -> c_int {
    if !is_of_words(offset, length) || !to.addr().is_multiple_of(4) {
        return libc::EINVAL;
    }
    // SAFETY: as above.
    unsafe {
        let from = (&raw const (*dm.cast::<Dm>()).bytes).cast::<u8>();
        to.cast::<u8>().copy_from_nonoverlapping(from.add(offset as usize), length);
    }
    0
}

unsafe extern "C" fn register(
    _: *mut ibv_pd,
    _: *mut ibv_dm,
    offset: u64,
    length: usize,
    access: c_uint,
) -> *mut ibv_mr {
    let mr = zeroed::<ibv_mr>();
    // SAFETY: it was just made.
    unsafe {
        (*mr).lkey = offset as u32 + length as u32;
        (*mr).rkey = access;
    }
    mr
}

#[test]
fn memory_of_the_device_is_copied_and_registered() {
    let context = library().open("stub0").unwrap();
    let pd = context.alloc_pd().unwrap();
    assert_eq!(context.alloc_device_memory(DmConfig::new(0)).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(context.alloc_device_memory(DmConfig::new(65)).unwrap_err().kind(), ErrorKind::NoSpace);
    let memory = context.alloc_device_memory(DmConfig::new(64)).unwrap();
    // Bytes from anywhere: what the driver is given begins where a word does.
    memory.write(8, &[0, 1, 2, 3, 4][1..]).unwrap();
    let mut into = [9; 9];
    memory.read(8, &mut into[1..]).unwrap();
    assert_eq!(into, [9, 1, 2, 3, 4, 0, 0, 0, 0]);
    for (offset, length) in [(64, 4), (60, 8), (usize::MAX, 4)] {
        let error = memory.write(offset, &vec![0; length]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{offset} {length}");
    }
    assert_eq!(memory.write(1, &[0; 4]).unwrap_err().errno(), Some(libc::EINVAL), "the driver's word");
    let region = pd.register_device_memory(&memory, 16, 32, Access::LOCAL_WRITE).unwrap();
    let rights = (Access::LOCAL_WRITE | Access::ZERO_BASED).bits();
    assert_eq!((region.local_key(), region.remote_key(), region.length()), (48, rights, 32));
    assert_eq!((region.sge(4, 8).unwrap().address(), region.remote(4).address), (4, 4));
    assert!(pd.register_device_memory(&memory, 40, 32, Access::LOCAL_WRITE).is_err(), "beyond its end");
    let other = library().open("stub0").unwrap();
    let foreign = other.alloc_pd().unwrap().register_device_memory(&memory, 0, 8, Access::LOCAL_WRITE);
    assert_eq!(foreign.unwrap_err().kind(), ErrorKind::InvalidInput);
    drop(memory);
    assert_eq!(TAKEN.load(Relaxed), 64, "the region still needs it");
    drop(region);
    assert_eq!(TAKEN.load(Relaxed), 0);
}

/// A library that knows what was there before dynamic connections had streams.
unsafe extern "C" fn mlx5_says(_: *mut ibv_context, attr: *mut mlx5dv_context) -> c_int {
    // SAFETY: there is room for the structure.
    unsafe {
        let wanted = (*attr).comp_mask;
        assert_ne!(wanted & u64::from(MLX5DV_CONTEXT_MASK_DCI_STREAMS), 0);
        (*attr).comp_mask = wanted & u64::from(MLX5DV_CONTEXT_MASK_NUM_LAG_PORTS);
        (*attr).flags = 1 | 1 << 8;
        (*attr).num_lag_ports = 2;
        (*attr).tunnel_offloads_caps = 1 << 2;
    }
    0
}

unsafe extern "C" fn efa_says(_: *mut ibv_context, attr: *mut efadv_device_attr, size: u32) -> c_int {
    assert_eq!(size as usize, size_of::<efadv_device_attr>());
    // SAFETY: as above.
    unsafe {
        (*attr).device_caps = 1 | 1 << 3;
        (*attr).max_sq_wr = 4096;
        (*attr).max_rdma_size = 1 << 30;
    }
    0
}

unsafe extern "C" fn not_theirs(_: *mut ibv_context, _: *mut mlx5dv_context) -> c_int {
    libc::EOPNOTSUPP
}

#[test]
fn vendors_libraries_are_heard_and_what_they_do_not_know_is_none() {
    let device = library().open_device("stub0").unwrap();
    let DirectCaps::Mlx5(caps) = device.context.by_mlx5dv(mlx5_says).unwrap() else { panic!("of mlx5") };
    assert_eq!(caps.flags, Mlx5Flags::CQE_VERSION_1 | Mlx5Flags::BLUEFLAME);
    assert_eq!((caps.tunnels, caps.lag_ports), (Mlx5Tunnels::GENEVE, Some(2)));
    assert_eq!((caps.dci_log_streams, caps.striding, caps.max_dc_reads), (None, None, None));
    let DirectCaps::Efa(caps) = device.context.by_efadv(efa_says).unwrap() else { panic!("of EFA") };
    assert_eq!(caps.flags, EfaFlags::RDMA_READ | EfaFlags::RDMA_WRITE);
    assert_eq!((caps.max_send_requests, caps.max_rdma, caps.inline), (4096, 1 << 30, 0));
    let error = device.context.by_mlx5dv(not_theirs).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("mlx5dv says that it is no device of its own"), "{error}");
}
