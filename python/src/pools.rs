//! Pools of memory regions that RDMA devices keep, and what drivers dump of resources.

use pyo3::prelude::*;
use smartnic::Error;
use smartnic::rdma::{MrPoolChange, PoolKey, ResourceKind};

use crate::convert::{read, to_py};
use crate::error::Result;
use crate::host::Host;

/// The pools of a device, with those of the kernel itself if wanted.
#[pyfunction]
pub(crate) fn rdma_mr_pools(
    py: Python<'_>,
    host: &Host,
    device: &str,
    with_kernel: bool,
) -> PyResult<Py<PyAny>> {
    let pools = host.ask(py, |host| host.rdma()?.rdma_mr_pools(device, with_kernel))?;
    let keys: Vec<String> = pools.iter().map(|pool| pool.key.to_string()).collect();
    to_py(py, &pools.iter().zip(keys).collect::<Vec<_>>())
}

/// Changes after how many seconds regions are given back, or how many of a pool are kept.
#[pyfunction]
pub(crate) fn set_rdma_mr_pools(
    py: Python<'_>,
    host: &Host,
    device: &str,
    aging: Option<u32>,
    pinned: Option<(String, u32)>,
) -> Result<()> {
    let mut changes = Vec::new();
    changes.extend(aging.map(MrPoolChange::Aging));
    if let Some((key, count)) = pinned {
        changes.push(MrPoolChange::Pinned(read::<PoolKey>(&key)?, count));
    }
    host.change(py, |host| {
        changes.into_iter().try_for_each(|change| host.rdma()?.set_rdma_mr_pools(device, change))
    })
}

/// What a driver dumps of resources of one kind: of all, or of the one with this number.
#[pyfunction]
pub(crate) fn rdma_raw(
    py: Python<'_>,
    host: &Host,
    device: &str,
    kind: &str,
    number: Option<u32>,
) -> PyResult<Py<PyAny>> {
    let kind = match kind {
        "qp" => ResourceKind::Qp,
        "cq" => ResourceKind::Cq,
        "mr" => ResourceKind::Mr,
        "srq" => ResourceKind::Srq,
        other => {
            let error =
                Error::invalid("dump the resources of an RDMA device", format!("{other:?} is not dumped"));
            return Err(crate::error::Failure::from(error.hint("it is qp, cq, mr or srq")).into());
        }
    };
    let found = host.ask(py, |host| host.rdma()?.rdma_raw(device, kind, number))?;
    to_py(py, &found)
}
