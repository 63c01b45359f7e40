//! `smartnic._smartnic`: what the Python package calls.
//!
//! Everything here converts, makes one call with the interpreter's lock released, and converts back. The values that
//! users see, their documentation and their types are the package's, in `package/`.

mod convert;
mod error;
mod flow;
mod host;
mod inventory;
mod listing;
mod more;
mod records;
mod rule;
mod watch;

use pyo3::prelude::*;

#[pymodule]
mod _smartnic {
    use super::*;

    #[pymodule_export]
    use super::flow::{Report, Rules, RulesIterator, apply, explain, recover, remove, usage};
    #[pymodule_export]
    use super::host::Host;
    #[pymodule_export]
    use super::listing::{Listing, listing};
    #[pymodule_export]
    use super::more::{
        best_gid, change_sf, dcb, diagnose, gids, graph, health_dump, params, rdma_counters, rdma_devices,
        rdma_ports, recover_reporter, report_error, reporters, reset_param, send_packet, set_dcb, set_param,
        set_reporter, sfs, trace,
    };
    #[pymodule_export]
    use super::rule::Rule;
    #[pymodule_export]
    use super::watch::{Watch, watch_flow, watch_rdma, watch_topology};

    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    /// Every kind of failure: its number, its name, and its text.
    #[pyfunction]
    fn error_kinds() -> Vec<(u8, String, &'static str)> {
        let kinds = smartnic::ErrorKind::ALL.iter();
        kinds.map(|kind| (kind.code(), format!("{kind:?}"), kind.text())).collect()
    }

    /// The NICs that can be simulated: name and product.
    #[pyfunction]
    fn profiles() -> Vec<(&'static str, &'static str)> {
        smartnic::profiles().collect()
    }
}
