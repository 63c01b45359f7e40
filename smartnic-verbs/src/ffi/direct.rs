//! The libraries of vendors for what their devices have beyond the common verbs: loaded when they are first wanted.
//!
//! Each of them is the vendor's part of libibverbs, too, so that it knows the contexts that libibverbs opened, and says of
//! those of others that they are none of its own.

use std::ffi::c_int;
use std::mem::MaybeUninit;

use smartnic_core::verbs::{DirectCaps, DirectVerbs};
use smartnic_core::{Error, ErrorKind, Result};

use super::constants::{
    MLX5DV_CONTEXT_MASK_CLOCK_INFO_UPDATE, MLX5DV_CONTEXT_MASK_CQE_COMPRESION,
    MLX5DV_CONTEXT_MASK_DC_ODP_CAPS, MLX5DV_CONTEXT_MASK_DCI_STREAMS, MLX5DV_CONTEXT_MASK_DYN_BFREGS,
    MLX5DV_CONTEXT_MASK_MAX_DC_RD_ATOM, MLX5DV_CONTEXT_MASK_NUM_LAG_PORTS, MLX5DV_CONTEXT_MASK_OOO_RECV_WRS,
    MLX5DV_CONTEXT_MASK_STRIDING_RQ, MLX5DV_CONTEXT_MASK_SWP, MLX5DV_CONTEXT_MASK_TUNNEL_OFFLOADS,
    MLX5DV_CONTEXT_MASK_WR_MEMCPY_LENGTH,
};
use super::context::Context;
use super::functions::load;
use super::types::{efadv_device_attr, ibv_context, mlx5dv_context};
use crate::direct::{efa, mlx5};

type Mlx5Query = unsafe extern "C" fn(*mut ibv_context, *mut mlx5dv_context) -> c_int;
type EfaQuery = unsafe extern "C" fn(*mut ibv_context, *mut efadv_device_attr, u32) -> c_int;

const OP: &str = "query what a vendor adds to RDMA";

/// All that is asked for here; a library that is older leaves out what it does not know.
const WANTED: u32 = MLX5DV_CONTEXT_MASK_CLOCK_INFO_UPDATE
    | MLX5DV_CONTEXT_MASK_CQE_COMPRESION
    | MLX5DV_CONTEXT_MASK_DC_ODP_CAPS
    | MLX5DV_CONTEXT_MASK_DCI_STREAMS
    | MLX5DV_CONTEXT_MASK_DYN_BFREGS
    | MLX5DV_CONTEXT_MASK_MAX_DC_RD_ATOM
    | MLX5DV_CONTEXT_MASK_NUM_LAG_PORTS
    | MLX5DV_CONTEXT_MASK_OOO_RECV_WRS
    | MLX5DV_CONTEXT_MASK_STRIDING_RQ
    | MLX5DV_CONTEXT_MASK_SWP
    | MLX5DV_CONTEXT_MASK_TUNNEL_OFFLOADS
    | MLX5DV_CONTEXT_MASK_WR_MEMCPY_LENGTH;

/// Where a vendor's library is, and its function.
const fn place(library: DirectVerbs) -> (&'static str, &'static str) {
    match library {
        DirectVerbs::Mlx5 => ("libmlx5.so.1", "mlx5dv_query_device"),
        DirectVerbs::Efa => ("libefa.so.1", "efadv_query_device"),
    }
}

/// Loads a library and finds its function, which is good as long as the library that comes with it.
fn found<F: Copy>(name: &str, symbol: &'static str) -> Result<(F, libloading::Library)> {
    let find = |library: &libloading::Library| {
        // SAFETY: the type is the one that rdma-core's header declares for this function.
        let found = unsafe { library.get::<F>(symbol.as_bytes()) };
        found.map(|found| *found).map_err(|error| (symbol, error))
    };
    load(name, find).map_err(|reason| {
        let error = Error::unsupported(OP).on(name).reason(reason);
        error.hint("install it: apt-get install ibverbs-providers")
    })
}

impl Context {
    /// What the device can do by its vendor's library.
    pub(crate) fn direct_caps(&self, library: DirectVerbs) -> Result<DirectCaps> {
        let (name, symbol) = place(library);
        match library {
            DirectVerbs::Mlx5 => {
                // It stays loaded until the function has returned.
                let (query, _library) = found::<Mlx5Query>(name, symbol)?;
                self.by_mlx5dv(query)
            }
            DirectVerbs::Efa => {
                let (query, _library) = found::<EfaQuery>(name, symbol)?;
                self.by_efadv(query)
            }
        }
    }

    pub(super) fn by_mlx5dv(&self, query: Mlx5Query) -> Result<DirectCaps> {
        // SAFETY: zeroes are a value of it: it is numbers, and a pointer that may be null.
        let mut attr: mlx5dv_context = unsafe { MaybeUninit::zeroed().assume_init() };
        attr.comp_mask = WANTED.into();
        // SAFETY: the context is open, and the function writes no more than this structure, of which an older one is the
        // beginning.
        let code = unsafe { query(self.context.as_ptr(), &raw mut attr) };
        self.answered(DirectVerbs::Mlx5, code)?;
        Ok(DirectCaps::Mlx5(mlx5(&attr)))
    }

    pub(super) fn by_efadv(&self, query: EfaQuery) -> Result<DirectCaps> {
        // SAFETY: zeroes are a value of it: it is all numbers.
        let mut attr: efadv_device_attr = unsafe { MaybeUninit::zeroed().assume_init() };
        // SAFETY: the context is open, and the function writes no more than it is told.
        let code =
            unsafe { query(self.context.as_ptr(), &raw mut attr, size_of::<efadv_device_attr>() as u32) };
        self.answered(DirectVerbs::Efa, code)?;
        Ok(DirectCaps::Efa(efa(&attr)))
    }

    fn answered(&self, library: DirectVerbs, code: c_int) -> Result<()> {
        self.check(OP, code).map_err(|error| match error.kind() {
            ErrorKind::Unsupported => {
                error.reason(format!("{} says that it is no device of its own", library.name()))
            }
            _ => error,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_unsupported_and_the_package_is_named() {
        let found = found::<Mlx5Query>("libmlx5-that-is-not-there.so.1", "mlx5dv_query_device");
        let error = found.map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(format!("{error:?}").contains("ibverbs-providers"), "{error:?}");
        let found = found_in_libc();
        assert!(format!("{:?}", found.unwrap_err()).contains("it has no efadv_query_device"));
    }

    fn found_in_libc() -> Result<()> {
        found::<EfaQuery>("libc.so.6", "efadv_query_device").map(drop)
    }
}
