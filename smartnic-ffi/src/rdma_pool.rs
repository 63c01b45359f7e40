//! `snic_rdma_mr_pool_*`, `snic_rdma_raw_*`: pools of memory regions that RDMA devices keep, and what drivers dump.

use std::ffi::c_char;

use smartnic::Error;
use smartnic::rdma::{MrPoolChange, PoolKey, ResourceKind};

use crate::argument::text;
use crate::entry::{done, misuse};
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator, listed};

/// A pool of memory regions that a device keeps, so that registering takes no time.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_rdma_mr_pool {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device.
    pub device: *const c_char,
    /// What its regions have in common, such as "0:800:f:0": what `snic_rdma_mr_pool_pin` takes.
    pub key: *const c_char,
    /// Regions that wait to be used.
    pub queued: u32,
    /// Regions that are kept however long they wait.
    pub pinned: u32,
    /// Regions in use.
    pub in_use: u64,
    /// The most that ever were.
    pub most_in_use: u64,
    /// 1 if it is the kernel's own.
    pub is_kernel: i32,
}

/// Lists the pools of memory regions that a device keeps; with `with_kernel` those of the kernel itself, too. `*iter` is the
/// caller's; freed with `snic_rdma_mr_pool_iter_free`.
///
/// Kernel 7.1 and later have pools; drivers without any have none to list. Fails with NOT_FOUND if there is no such device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rdma_mr_pool_list(
    host: *const snic_host,
    device: *const c_char,
    with_kernel: i32,
    iter: *mut *mut snic_rdma_mr_pool_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = host.rdma()?.rdma_mr_pools(text(device, "device")?, with_kernel != 0)?;
        Ok(List::of(&all, |pool, texts| snic_rdma_mr_pool {
            size: size_of::<snic_rdma_mr_pool>(),
            device: texts.keep(&pool.place.device),
            key: texts.keep(pool.key),
            queued: pool.queued,
            pinned: pool.pinned,
            in_use: pool.in_use,
            most_in_use: pool.most_in_use,
            is_kernel: pool.kernel_key.is_some().into(),
        }))
    })
}

iterator!(snic_rdma_mr_pool_iter of snic_rdma_mr_pool, snic_rdma_mr_pool_next, snic_rdma_mr_pool_iter_free:
    "Pools of memory regions, one after the other.");

/// Sets after how many seconds the regions of a device that nobody uses are given back; at least 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rdma_mr_pool_age(
    host: *const snic_host,
    device: *const c_char,
    seconds: u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let change = MrPoolChange::Aging(seconds);
        handle::get(host)?.host.rdma()?.set_rdma_mr_pools(text(device, "device")?, change)
    })
}

/// Sets how many regions of a pool are kept; the pool is made if there is none with this key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rdma_mr_pool_pin(
    host: *const snic_host,
    device: *const c_char,
    key: *const c_char,
    count: u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let key: PoolKey = text(key, "key")?.parse()?;
        let change = MrPoolChange::Pinned(key, count);
        handle::get(host)?.host.rdma()?.set_rdma_mr_pools(text(device, "device")?, change)
    })
}

/// What a driver dumps of a resource, in its own format.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_rdma_raw {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device.
    pub device: *const c_char,
    /// The bytes.
    pub data: *const u8,
    /// How many there are.
    pub length: usize,
}

/// Lists what the driver dumps of resources of one kind ("qp", "cq", "mr", "srq"): of all, or of the one with this number
/// unless it is -1. `*iter` is the caller's; freed with `snic_rdma_raw_iter_free`.
///
/// Fails with UNSUPPORTED if the driver dumps nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rdma_raw_list(
    host: *const snic_host,
    device: *const c_char,
    kind: *const c_char,
    number: i64,
    iter: *mut *mut snic_rdma_raw_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let number = match number {
            -1 => None,
            given => Some(u32::try_from(given).map_err(|_| misuse("number", "it must be a number, or -1"))?),
        };
        let all = host.rdma()?.rdma_raw(text(device, "device")?, kind_of(text(kind, "kind")?)?, number)?;
        Ok(List::of(&all, |one, texts| snic_rdma_raw {
            size: size_of::<snic_rdma_raw>(),
            device: texts.keep(&one.place.device),
            data: texts.keep_bytes(&one.data),
            length: one.data.len(),
        }))
    })
}

iterator!(snic_rdma_raw_iter of snic_rdma_raw, snic_rdma_raw_next, snic_rdma_raw_iter_free:
    "What drivers dump of RDMA resources, one after the other.");

fn kind_of(name: &str) -> smartnic::Result<ResourceKind> {
    match name {
        "qp" => Ok(ResourceKind::Qp),
        "cq" => Ok(ResourceKind::Cq),
        "mr" => Ok(ResourceKind::Mr),
        "srq" => Ok(ResourceKind::Srq),
        other => {
            let error =
                Error::invalid("dump the resources of an RDMA device", format!("{other:?} is not dumped"));
            Err(error.hint("it is qp, cq, mr or srq"))
        }
    }
}
