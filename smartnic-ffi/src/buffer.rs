//! `snic_buffer_*`: shared buffers of switches: their pools, and how much of them ports and traffic classes may use.

use std::ffi::c_char;

use smartnic::Result;
use smartnic::device::{Occupancy, PoolKind, PortTc, ThresholdKind};
use smartnic::types::PortHandle;

use crate::argument::{device_if_any, device_of, text};
use crate::entry::{done, misuse};
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator, listed, number};

/// A shared buffer of a switch.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_buffer {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device.
    pub device: *const c_char,
    /// Its number on it.
    pub index: u32,
    /// Its size in bytes.
    pub bytes: u32,
    /// Pools of packets that come in. Pools are numbered through: these first, then those of packets that go out.
    pub ingress_pools: u32,
    /// Pools of packets that go out.
    pub egress_pools: u32,
    /// Traffic classes of packets that come in.
    pub ingress_tcs: u32,
    /// Traffic classes of packets that go out.
    pub egress_tcs: u32,
}

/// Lists shared buffers; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
/// `snic_buffer_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_buffer_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_buffer_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = host.devlink().buffers(device_if_any(device)?.as_ref())?;
        Ok(List::of(&all, |buffer, texts| snic_buffer {
            size: size_of::<snic_buffer>(),
            device: texts.keep(&buffer.device),
            index: buffer.index,
            bytes: buffer.size,
            ingress_pools: buffer.ingress_pools.into(),
            egress_pools: buffer.egress_pools.into(),
            ingress_tcs: buffer.ingress_tcs.into(),
            egress_tcs: buffer.egress_tcs.into(),
        }))
    })
}

iterator!(snic_buffer_iter of snic_buffer, snic_buffer_next, snic_buffer_iter_free:
    "Shared buffers, one after the other.");

/// A pool of a shared buffer.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_buffer_pool {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device.
    pub device: *const c_char,
    /// The buffer's number.
    pub buffer: u32,
    /// The pool's number.
    pub pool: u32,
    /// 1 if its packets go out, 0 if they come in.
    pub egress: i32,
    /// 1 if thresholds within it are a share of what is free, 0 if they are bytes.
    pub dynamic: i32,
    /// Its size in bytes.
    pub bytes: u32,
    /// The bytes by which space is given out; -1 if that is not told.
    pub cell_size: i64,
}

/// Lists the pools of shared buffers; with `device` (else NULL) only those of this one. `*iter` is the caller's; freed with
/// `snic_buffer_pool_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_buffer_pool_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_buffer_pool_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = host.devlink().buffer_pools(device_if_any(device)?.as_ref())?;
        Ok(List::of(&all, |pool, texts| snic_buffer_pool {
            size: size_of::<snic_buffer_pool>(),
            device: texts.keep(&pool.device),
            buffer: pool.buffer,
            pool: pool.pool.into(),
            egress: (pool.kind == PoolKind::Egress).into(),
            dynamic: (pool.threshold_kind == ThresholdKind::Dynamic).into(),
            bytes: pool.size,
            cell_size: number(pool.cell_size),
        }))
    })
}

iterator!(snic_buffer_pool_iter of snic_buffer_pool, snic_buffer_pool_next, snic_buffer_pool_iter_free:
    "Pools of shared buffers, one after the other.");

fn small(given: u32, name: &str) -> Result<u16> {
    u16::try_from(given).map_err(|_| misuse(name, "there are no so high numbers"))
}

/// Changes the size of a pool, and whether thresholds within it are a share of what is free (`dynamic` not 0) or bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_buffer_pool_set(
    host: *const snic_host,
    device: *const c_char,
    buffer: u32,
    pool: u32,
    bytes: u32,
    dynamic: i32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let kind = if dynamic != 0 { ThresholdKind::Dynamic } else { ThresholdKind::Static };
        let (device, pool) = (device_of(device)?, small(pool, "pool")?);
        handle::get(host)?.host.devlink().set_buffer_pool(&device, buffer, pool, bytes, kind)
    })
}

/// How much of a pool a port, or a traffic class of it, may use.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_buffer_share {
    /// The size of this structure in the library.
    pub size: usize,
    /// The port.
    pub port: *const c_char,
    /// The buffer's number.
    pub buffer: u32,
    /// The pool's number.
    pub pool: u32,
    /// The threshold, in the pool's terms.
    pub threshold: u32,
    /// The traffic class; -1 for the port as a whole.
    pub tc: i64,
    /// Of traffic classes: 1 if its packets go out, 0 if they come in; -1 for the port as a whole.
    pub egress: i32,
    /// Bytes in use when the last snapshot was taken; -1 if the driver does not tell.
    pub in_use: i64,
    /// The most that were in use since the mark was cleared; -1 if the driver does not tell.
    pub most: i64,
}

fn used(occupancy: Option<Occupancy>) -> (i64, i64) {
    occupancy.map_or((-1, -1), |found| (found.current.into(), found.max.into()))
}

/// Lists how much of each pool ports may use, then which pools their traffic classes use; with `device` (else NULL) only of
/// this one. `*iter` is the caller's; freed with `snic_buffer_share_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_buffer_share_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_buffer_share_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let device = device_if_any(device)?;
        let ports = host.devlink().port_pools(device.as_ref())?;
        let classes = host.devlink().tc_bindings(device.as_ref())?;
        let ports =
            ports.into_iter().map(|one| (one.port, one.buffer, one.pool, one.threshold, None, one.occupancy));
        let classes = classes.into_iter().map(|one| {
            let class = Some((one.tc.tc, one.tc.kind));
            (one.tc.port, one.tc.buffer, one.pool, one.threshold, class, one.occupancy)
        });
        Ok(List::of(ports.chain(classes), |(port, buffer, pool, threshold, class, occupancy), texts| {
            let (in_use, most) = used(occupancy);
            snic_buffer_share {
                size: size_of::<snic_buffer_share>(),
                port: texts.keep(port),
                buffer,
                pool: pool.into(),
                threshold,
                tc: class.map_or(-1, |(tc, _)| tc.into()),
                egress: class.map_or(-1, |(_, kind)| (kind == PoolKind::Egress).into()),
                in_use,
                most,
            }
        }))
    })
}

iterator!(snic_buffer_share_iter of snic_buffer_share, snic_buffer_share_next, snic_buffer_share_iter_free:
    "Shares of pools, one after the other.");

/// Changes how much of a pool a port may use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_buffer_port_set(
    host: *const snic_host,
    port: *const c_char,
    buffer: u32,
    pool: u32,
    threshold: u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let port: PortHandle = text(port, "port")?.parse()?;
        handle::get(host)?.host.devlink().set_port_pool(&port, buffer, small(pool, "pool")?, threshold)
    })
}

/// Lets a traffic class of a port use a pool: of packets that go out (`egress` not 0) or come in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_buffer_tc_set(
    host: *const snic_host,
    port: *const c_char,
    buffer: u32,
    tc: u32,
    egress: i32,
    pool: u32,
    threshold: u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let kind = if egress != 0 { PoolKind::Egress } else { PoolKind::Ingress };
        let tc = PortTc { port: text(port, "port")?.parse()?, buffer, tc: small(tc, "tc")?, kind };
        handle::get(host)?.host.devlink().bind_tc(&tc, small(pool, "pool")?, threshold)
    })
}

/// Lets the device note how full a buffer is; `snic_buffer_share_list` tells it then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_buffer_snapshot(
    host: *const snic_host,
    device: *const c_char,
    buffer: u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || handle::get(host)?.host.devlink().snapshot_occupancy(&device_of(device)?, buffer))
}

/// Lets the marks of the highest occupancy begin anew.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_buffer_clear(
    host: *const snic_host,
    device: *const c_char,
    buffer: u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || handle::get(host)?.host.devlink().clear_max_occupancy(&device_of(device)?, buffer))
}
