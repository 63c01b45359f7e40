//! `smartnic._smartnic`: what the Python package calls.
//!
//! Everything here converts, makes one call with the interpreter's lock released, and converts back. The values that
//! users see, their documentation and their types are the package's, in `package/`.

mod convert;
mod error;
mod fabric;
mod flow;
mod host;
mod inventory;
mod link;
mod listing;
mod more;
mod parts;
mod pools;
mod records;
mod rule;
mod saved;
mod verbs;
mod watch;

use pyo3::prelude::*;

#[pymodule]
mod _smartnic {
    use super::*;

    #[pymodule_export]
    use super::fabric::{
        KernelLog, adapters, add_tunnel, add_vdpa, apply_roce, bonds, bridge_ports, bridges, capabilities,
        change_bond, change_bridge, change_fdb, change_mdb, change_netns, change_vlans, check_roce,
        compare_roce, fabric_report, fdb, kernel_log, mdb, move_link, remove_master, remove_tunnel,
        remove_vdpa, roce_states, run_tc, set_bridge_port, set_master, set_vdpa_mac, tunnels, vdpa_counters,
        vdpa_mgmts, vdpas,
    };
    #[pymodule_export]
    use super::flow::{Report, Rules, RulesIterator, apply, explain, recover, remove, usage};
    #[pymodule_export]
    use super::host::Host;
    #[pymodule_export]
    use super::link::{
        add_ntuple, create_rss, delete_rss, eeprom, features, flash_module, identify, link_counters,
        link_settings, module, module_memory, ntuples, phys, queue_settings, registers, remove_ntuple,
        reset_link, rss, set_features, set_link, set_link_up, set_queue, set_rss, signal_error, test_cable,
        test_link, udp_ports,
    };
    #[pymodule_export]
    use super::listing::{Listing, listing};
    #[pymodule_export]
    use super::more::{
        best_gid, change_sf, dcb, diagnose, gids, graph, health_dump, params, rdma_counters, rdma_devices,
        rdma_ports, recover_reporter, report_error, reporters, reset_param, send_packet, set_dcb, set_param,
        set_reporter, sfs, trace,
    };
    #[pymodule_export]
    use super::parts::{
        bind_tc, buffer_pools, buffers, change_rate, count_pipeline, flash, line_cards, note_occupancy,
        pipeline, port_pools, rates, read_region, regions, reload, remove_rate, remove_snapshot, resources,
        run_selftests, selftests, set_buffer_pool, set_line_card, set_port_pool, set_resource, set_trap,
        set_trap_group, set_trap_policer, take_snapshot, tc_bindings, test_reporter, trap_groups,
        trap_policers, traps,
    };
    #[pymodule_export]
    use super::pools::{rdma_mr_pools, rdma_raw, set_rdma_mr_pools};
    #[pymodule_export]
    use super::rule::Rule;
    #[pymodule_export]
    use super::saved::{apply_document, export_devices};
    #[pymodule_export]
    use super::verbs::{
        AddressHandle, CompletionQueue, Endpoint, Listener, MemoryRegion, ProtectionDomain, QueuePair,
        SharedRegion, VerbsContext, connect_rdma, listen_rdma, measure_rdma, open_rdma, remote_bytes,
        remote_from_bytes, verbs_devices,
    };
    #[pymodule_export]
    use super::watch::{Watch, watch_flow, watch_links, watch_rdma, watch_topology};

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
