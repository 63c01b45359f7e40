//! The drivers of RDMA devices: one table each.

pub(crate) mod bnxt_re;
pub(crate) mod efa;
pub(crate) mod erdma;
pub(crate) mod hns_roce;
pub(crate) mod ionic_rdma;
pub(crate) mod irdma;
pub(crate) mod mana_ib;
pub(crate) mod mlx5_ib;
pub(crate) mod rxe;
pub(crate) mod siw;
