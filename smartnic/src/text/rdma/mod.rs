//! rdma's own command line and output, as rdma(8) of iproute2 7 has them: [`command`] reads its words, [`show`] prints
//! what it prints, as text and as JSON, and [`filter`] chooses what is shown.

pub mod command;
pub mod filter;
pub mod show;
mod usage;
