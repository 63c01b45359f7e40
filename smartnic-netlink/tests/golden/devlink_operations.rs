//! Every message that the kernel's header has for devlink, against the requests that this crate writes: none is missed
//! in silence.

use std::collections::{BTreeMap, BTreeSet};

use smartnic_core::device::{
    EswitchChange, FlashOverwrite, FlashUpdate, NewPort, ParamMode, ParamValue, PoolKind, PortFunctionChange,
    PortTc, RateChange, RateName, RegionId, RegionRead, ReporterChange, ReporterId, ThresholdKind,
    TrapGroupChange, TrapPolicerChange,
};
use smartnic_core::types::{DevlinkHandle, PortHandle, PortIndex};
use smartnic_netlink::codec::Request;
use smartnic_netlink::devlink::{
    buffer, dev, eswitch, flash, health, info, linecard, notice, param, pipeline, port, rate, region, reload,
    resource, selftest, trap,
};

use super::ethtool_operations::command;

/// The constants, as they were generated from the header.
const GENERATED: &str = include_str!("../../src/uapi/devlink.rs");

/// What the header numbers and no kernel takes as a request: names of notifications and answers, and numbers that were
/// kept for what never came (`net/devlink/netlink_gen.c` has no operation for them).
const NOT_ASKED: [&str; 27] = [
    "SET",
    "NEW",
    "DEL",
    "SB_SET",
    "SB_NEW",
    "SB_DEL",
    "SB_POOL_NEW",
    "SB_POOL_DEL",
    "SB_PORT_POOL_NEW",
    "SB_PORT_POOL_DEL",
    "SB_TC_POOL_BIND_NEW",
    "SB_TC_POOL_BIND_DEL",
    "PARAM_NEW",
    "PARAM_DEL",
    "REGION_SET",
    "PORT_PARAM_NEW",
    "PORT_PARAM_DEL",
    "FLASH_UPDATE_END",
    "FLASH_UPDATE_STATUS",
    "TRAP_NEW",
    "TRAP_DEL",
    "TRAP_GROUP_NEW",
    "TRAP_GROUP_DEL",
    "TRAP_POLICER_NEW",
    "TRAP_POLICER_DEL",
    "LINECARD_NEW",
    "LINECARD_DEL",
];

/// How many operations kernel 7.3 has.
const OPERATIONS: usize = 57;

/// `DEVLINK_CMD_*` by number, without the older names of the same numbers.
fn constants() -> BTreeMap<u8, String> {
    let lines = GENERATED.lines().filter_map(|line| {
        let (name, number) = line.strip_prefix("pub const DEVLINK_CMD_")?.split_once(": u8 = ")?;
        Some((number.strip_suffix(';')?.parse().ok()?, name.to_owned()))
    });
    lines.filter(|(_, name)| name != "UNSPEC" && !name.ends_with("MAX")).collect()
}

/// A request of each kind, by the number of its command.
fn written() -> BTreeSet<u8> {
    let family = 21;
    let device: &DevlinkHandle = &"pci/0000:03:00.0".parse().unwrap();
    let port = &PortHandle { device: device.clone(), index: PortIndex(1) };
    let reporter = &ReporterId::new(device.clone(), "fw");
    let region = &RegionId::new(device.clone(), "nvm-flash");
    let name = &RateName::Leaf(port.clone());
    let update = FlashUpdate { file: "x".into(), component: None, overwrite: FlashOverwrite::default() };
    let tc = &PortTc { port: port.clone(), buffer: 0, tc: 0, kind: PoolKind::Ingress };
    let new_port = NewPort::sub_function(device.clone(), 0, None);
    let (mode, value) = (ParamMode::Runtime, ParamValue::U32(1));
    let thresholds = ThresholdKind::Static;
    let requests: [&dyn Request; OPERATIONS] = [
        &dev::Get { family, device },
        &port::Get { family, port },
        &port::SetFunction { family, port, change: &PortFunctionChange::default() },
        &port::New { family, port: &new_port },
        &port::Del { family, port },
        &port::Split { family, port, count: 2 },
        &port::Unsplit { family, port },
        &buffer::Dump { family, device: None },
        &buffer::DumpPools { family, device: None },
        &buffer::SetPool { family, device, buffer: 0, pool: 0, size: 1, thresholds },
        &buffer::DumpPortPools { family, device: None },
        &buffer::SetPortPool { family, port, buffer: 0, pool: 0, threshold: 1 },
        &buffer::DumpBindings { family, device: None },
        &buffer::SetBinding { family, tc, pool: 0, threshold: 1 },
        &buffer::Snapshot { family, device, buffer: 0 },
        &buffer::ClearMax { family, device, buffer: 0 },
        &eswitch::Get { family, device },
        &eswitch::Set { family, device, change: &EswitchChange::default() },
        &pipeline::Tables { family, device, name: None },
        &pipeline::Entries { family, device, table: "x" },
        &pipeline::Headers { family, device },
        &pipeline::SetCounters { family, device, table: "x", on: true },
        &resource::Set { family, device, id: 1, size: 1 },
        &resource::Get { family, device },
        &reload::Reload { family, device, action: None, limit: None, netns: None },
        &param::Get { family, device, name: "x" },
        &param::Set { family, device, name: "x", mode, value: &value },
        &region::Get { family, region },
        &region::New { family, region, snapshot: None },
        &region::Del { family, region, snapshot: 1 },
        &region::Read { family, region, read: &RegionRead { snapshot: Some(1), range: None } },
        &param::PortGet { family, port, name: "x" },
        &param::PortSet { family, port, name: "x", mode, value: &value },
        &info::Get { family, device },
        &health::Get { family, reporter },
        &health::Set { family, reporter, change: &ReporterChange::default() },
        &health::Recover { family, reporter },
        &health::Diagnose { family, reporter },
        &health::DumpGet { family, reporter },
        &health::DumpClear { family, reporter },
        &health::Test { family, reporter },
        &flash::Update { family, device, update: &update },
        &trap::Get { family, device, name: "x" },
        &trap::Set { family, device, name: "x", action: None },
        &trap::GroupGet { family, device, name: "x" },
        &trap::GroupSet { family, device, name: "x", change: &TrapGroupChange::default() },
        &trap::PolicerGet { family, device, id: 1 },
        &trap::PolicerSet { family, device, id: 1, change: &TrapPolicerChange::default() },
        &rate::Get { family, name },
        &rate::Set { family, name, change: &RateChange::default() },
        &rate::New { family, name, settings: &RateChange::default() },
        &rate::Del { family, name },
        &linecard::Get { family, device, index: 0 },
        &linecard::Set { family, device, index: 0, kind: "x" },
        &selftest::Get { family, device },
        &selftest::Run { family, device, tests: &[] },
        &notice::SetFilter { family, device: None, port: None },
    ];
    requests.map(command).into_iter().collect()
}

#[test]
fn every_operation_of_the_header_is_written() {
    let (all, written) = (constants(), written());
    let absent = all.iter().filter(|(number, _)| !written.contains(number));
    assert_eq!(absent.map(|(_, name)| name.as_str()).collect::<Vec<_>>(), NOT_ASKED);
    assert_eq!(written.len(), OPERATIONS);
    assert!(written.iter().all(|number| all.contains_key(number)), "a request that the header has not");
}
