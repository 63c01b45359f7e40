//! Shared buffers, pipelines, memory and line cards by direct calls and in netlink bytes: the same answers, refusals and
//! state.

use std::fmt::Debug;

use conformance::state::difference;
use smartnic::device::{PoolKind, PortTc, Reload, ThresholdKind};
use smartnic::{ErrorKind, Host, Result};
use smartnic_sim::FaultPlan;

use crate::faces::{direct, machine, netlink};

/// What was answered, in a form that both faces must have in common.
fn said<T: Debug>(what: &str, result: Result<T>) -> String {
    match result {
        Ok(answer) => format!("{what}: {answer:?}"),
        // Where the kernel gives a number only, the Linux backend adds words of its own.
        Err(error) => {
            let extack = error.extack().map(|extack| (extack.errno, extack.message.clone()));
            match error.kind() {
                ErrorKind::NotFound => format!("{what}: not found"),
                kind => format!("{what}: {kind:?} {extack:?}"),
            }
        }
    }
}

/// All that is told of a switch.
fn told(host: &Host, all: &mut Vec<String>) {
    let devlink = host.devlink();
    let device = host.inventory().unwrap().nics[0].handle().clone();
    all.push(said("ports", devlink.ports(Some(&device))));
    all.push(said("buffers", devlink.buffers(None)));
    all.push(said("pools", devlink.buffer_pools(Some(&device))));
    all.push(said("port pools", devlink.port_pools(None)));
    all.push(said("bindings", devlink.tc_bindings(Some(&device))));
    all.push(said("headers", devlink.pipeline_headers(&device)));
    all.push(said("tables", devlink.pipeline_tables(&device, None)));
    all.push(said("one table", devlink.pipeline_tables(&device, Some("mlxsw_host6"))));
    for table in ["mlxsw_erif", "mlxsw_host4", "mlxsw_host6", "mlxsw_adj", "absent"] {
        all.push(said(table, devlink.pipeline_entries(&device, table)));
    }
    all.push(said("resources", devlink.resources(&device)));
    all.push(said("cards", devlink.line_cards(None)));
    for slot in [0, 1, 8, 9] {
        all.push(said("card", devlink.line_card(&device, slot)));
    }
}

/// All that can be changed, and what is wrong with a change.
fn course(host: &Host, snapshot: impl Fn() -> String) -> Vec<String> {
    let devlink = host.devlink();
    let device = host.inventory().unwrap().nics[0].handle().clone();
    let (cpu, panel) = (device.port(0), device.port(1));
    let mut all = Vec::new();
    told(host, &mut all);
    let kinds = [ThresholdKind::Static, ThresholdKind::Dynamic];
    for (buffer, pool, size) in
        [(0, 1, 100_000), (0, 4, 9_000_000), (0, 8, 1), (0, 11, 1), (1, 0, 1), (0, 0, u32::MAX)]
    {
        for kind in kinds {
            let set = devlink.set_buffer_pool(&device, buffer, pool, size, kind);
            all.push(said(&format!("pool {buffer} {pool} {size} {kind:?}"), set));
        }
    }
    for port in [&cpu, &panel, &device.port(7)] {
        for (pool, threshold) in [(0, 2), (0, 3), (0, 16), (0, 17), (1, 5000), (8, 1000), (99, 5)] {
            let set = devlink.set_port_pool(port, 0, pool, threshold);
            all.push(said(&format!("{port} {pool} {threshold}"), set));
            for (tc, kind) in
                [(0, PoolKind::Ingress), (7, PoolKind::Egress), (9, PoolKind::Egress), (16, PoolKind::Egress)]
            {
                let tc = PortTc { port: port.clone(), buffer: 0, tc, kind };
                all.push(said(&format!("{tc:?} {pool} {threshold}"), devlink.bind_tc(&tc, pool, threshold)));
            }
        }
    }
    for _ in 0..3 {
        all.push(said("snapshot", devlink.snapshot_occupancy(&device, 0)));
        all.push(said("port pools", devlink.port_pools(Some(&device))));
    }
    all.push(said("snapshot", devlink.snapshot_occupancy(&device, 1)));
    all.push(said("clear", devlink.clear_max_occupancy(&device, 0)));
    for table in ["mlxsw_host4", "absent"] {
        all.push(said("count", devlink.set_pipeline_counters(&device, table, true)));
        all.push(said("entries", devlink.pipeline_entries(&device, table)));
    }
    for (slot, kind) in [
        (1, Some("16x100G")),
        (1, Some("16x100G")),
        (3, Some("16x100G")),
        (4, Some("8x200G")),
        (9, Some("16x100G")),
        (3, None),
        (3, None),
    ] {
        all.push(said(&format!("card {slot} {kind:?}"), devlink.set_line_card(&device, slot, kind)));
    }
    for (id, size) in [(2, 99_072), (2, 99_000), (2, 1_000_000), (4, 0), (99, 1), (3, 87_040)] {
        all.push(said(&format!("resource {id} {size}"), devlink.set_resource(&device, id, size)));
    }
    let reload =
        |all: &mut Vec<String>| all.push(said("reload", devlink.reload(&device, &Reload::default())));
    all.push(said("resources", devlink.resources(&device)));
    reload(&mut all);
    all.push(said("smaller", devlink.set_resource(&device, 3, 65_536)));
    reload(&mut all);
    told(host, &mut all);
    all.push(snapshot());
    all
}

#[test]
fn switches_are_the_same_by_both_faces() {
    let [calls, bytes] = ["direct", "netlink"].map(|face| {
        let machine = machine("spectrum", 7);
        let host = if face == "direct" {
            direct(&machine, &FaultPlan::new())
        } else {
            netlink(&machine, &FaultPlan::new())
        };
        course(&host, || machine.snapshot())
    });
    assert!(calls.iter().any(|line| line.contains("Exceeded shared buffer size")));
    assert!(calls.iter().any(|line| line.contains("resources size validation failed")));
    for (calls, bytes) in calls.iter().zip(&bytes) {
        assert_eq!(calls, bytes, "{}", difference(calls, bytes));
    }
    assert_eq!(calls.len(), bytes.len());
}

/// Devices that are no switches have none of it, and say so alike.
#[test]
fn other_cards_have_none_of_it() {
    let [calls, bytes] = ["direct", "netlink"].map(|face| {
        let machine = machine("e810", 7);
        let host = if face == "direct" {
            direct(&machine, &FaultPlan::new())
        } else {
            netlink(&machine, &FaultPlan::new())
        };
        let mut all = Vec::new();
        told(&host, &mut all);
        let device = host.inventory().unwrap().nics[0].handle().clone();
        let devlink = host.devlink();
        all.push(said("snapshot", devlink.snapshot_occupancy(&device, 0)));
        all.push(said("pool", devlink.set_buffer_pool(&device, 0, 0, 1, ThresholdKind::Static)));
        all.push(said("count", devlink.set_pipeline_counters(&device, "any", true)));
        all.push(said("card", devlink.set_line_card(&device, 1, None)));
        all
    });
    assert!(calls.iter().any(|line| line == "pools: []"), "{calls:#?}");
    assert_eq!(calls, bytes);
}
