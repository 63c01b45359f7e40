//! What rdma-core's own Python module reads of a device, field by field, and what we read of it.
//!
//! The script prints every attribute that the module's classes have. Each is one of ours, which must be equal, or stands among
//! those that we leave out, with the reason; none is passed over.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use smartnic::Host;
use smartnic::verbs::{
    OdpOps, QpTypes, VerbsContext, VerbsExtended, VerbsGidEntry, VerbsLimits, VerbsLinkLayer, VerbsPort,
    VerbsPortState,
};

use super::verbs::Rxe;
use super::verbs_iwarp::Iwarp;
use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, run};

const SCRIPT: &str = include_str!("../../pyverbs.py");

/// What pyverbs has and we have not, by object and field, and why.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("limits", "max_ee", RELIABLE_DATAGRAMS),
    ("limits", "max_ee_rd_atom", RELIABLE_DATAGRAMS),
    ("limits", "max_ee_init_rd_atom", RELIABLE_DATAGRAMS),
    ("limits", "max_rdd", RELIABLE_DATAGRAMS),
    ("limits", "max_fmr", FAST_REGIONS),
    ("limits", "max_map_per_fmr", FAST_REGIONS),
    ("limits", "max_raw_ipv6_qps", "no driver of Linux has such queue pairs"),
    ("limits", "max_raw_ethy_qp", "no driver of Linux has such queue pairs"),
    ("extended", "comp_mask", "no bit of it has a meaning yet"),
    ("port", "init_type_reply", SUBNET_MANAGER),
    ("port", "max_vl_num", SUBNET_MANAGER),
    ("port", "port_cap_flags2", LATER),
    ("port", "active_speed_ex", LATER),
];
const RELIABLE_DATAGRAMS: &str = "reliable datagrams: no driver of Linux ever had them";
const FAST_REGIONS: &str = "fast memory regions: gone since Linux 5.8";
const SUBNET_MANAGER: &str = "between an InfiniBand port and its subnet manager, of no use to programs";
const LATER: &str = "behind what the exported function of libibverbs fills in";

/// What a context of pyverbs can be asked, and where it is compared. What does not read is its own business.
const ASKED: &[&str] = &[
    "query_device",
    "query_device_ex",
    "query_port",
    "query_gid",
    "query_gid_ex",
    "query_gid_table",
    "query_gid_type",
    "query_pkey",
    "query_rt_values_ex",
];
const NOT_ASKED: &[(&str, &str)] = &[
    ("get_pkey_index", "searches the table that is compared"),
    ("query_port_speed", "drivers in software have no such query"),
    ("query_comp_cntr_caps", "counters of completions, which drivers in software have not"),
    ("get_async_event", "waits for an event"),
    ("num_comp_vectors", "queues take a number, and libibverbs says whether it is one"),
    ("cmd_fd", "a handle"),
    ("context", "a handle"),
    ("name", "what it was opened by"),
    ("close", "reads nothing"),
    ("set_log_level", "reads nothing"),
];

type Fields = BTreeMap<String, Value>;

pub(crate) fn field_by_field(lab: &Lab) -> Outcome {
    let Some(_rxe) = Rxe::new()? else { return Ok(Done::Skipped("this kernel has no rxe".to_owned())) };
    let mut devices = vec!["rxe7"];
    let iwarp = Iwarp::new()?;
    if iwarp.is_some() {
        devices.push("siw7");
    }
    let host = Host::open("linux:")?;
    for device in devices {
        compare(lab, &host, device).during(device)?;
    }
    Ok(Done::Passed)
}

fn compare(_: &Lab, host: &Host, device: &str) -> Result<(), Why> {
    let theirs = run(&["python3", "-c", SCRIPT, device])?.json()?;
    let (verbs, context) = (host.verbs()?, host.verbs()?.open(device)?);
    let (limits, extended, port) = (context.limits()?, context.extended()?, context.port(1)?);

    let mut known: Vec<&str> = ASKED.iter().copied().chain(NOT_ASKED.iter().map(|(name, _)| *name)).collect();
    known.sort_unstable();
    expect_eq(&theirs["context"], &json!(known), "what a context can be asked")?;

    let guid = verbs.devices()?.into_iter().find(|it| it.name == device).map(|it| it.guid);
    let nldev = host.rdma()?.rdma_device(device)?;
    let transport = if nldev.protocol.as_deref() == Some("iw") { 1 } else { 0 };
    let device_of_ours = fields([
        ("name", json!(device)),
        ("guid", json!(guid)),
        ("index", json!(nldev.index)),
        ("node_type", json!(nldev.node_type.map(|it| it.number()))),
        ("transport_type", json!(transport)),
    ]);
    same("device", &theirs["device"], &device_of_ours)?;
    let of_limits = of_limits(&limits, guid.unwrap_or_default(), &extended);
    same("limits", &theirs["limits"], &of_limits)?;
    let (theirs_extended, original) = split(&theirs["extended"], "orig_attr.");
    expect_eq(&original, &theirs["limits"], "the limits within what goes beyond them")?;
    same("extended", &theirs_extended, &of_extended(&extended))?;
    same("port", &theirs["port"], &of_port(&port, &theirs["port"]["active_speed"]))?;
    tables(&*context, &port, &theirs)?;
    let clock = context.clock().is_ok();
    expect_eq(&theirs["clock"].is_array(), &clock, "whether there is a clock")
}

/// Every field of theirs is ours or left out, and every one of ours is among theirs.
fn same(object: &str, theirs: &Value, ours: &Fields) -> Result<(), Why> {
    let none = Map::new();
    let theirs = theirs.as_object().unwrap_or(&none);
    let left_out = |field: &str| LEFT_OUT.iter().any(|(of, name, _)| (*of, *name) == (object, field));
    for (field, value) in theirs {
        match ours.get(field) {
            Some(found) => expect_eq(found, value, &format!("{object}: {field}"))?,
            None => expect(left_out(field), || format!("{object}: pyverbs has {field} ({value}), not we"))?,
        }
    }
    let absent: Vec<&String> = ours.keys().filter(|field| !theirs.contains_key(*field)).collect();
    expect(absent.is_empty(), || {
        format!("{object}: pyverbs has no {absent:?}, of which there are {theirs:?}")
    })?;
    let gone: Vec<&str> = LEFT_OUT.iter().filter(|it| it.0 == object).map(|it| it.1).collect();
    let gone: Vec<&str> = gone.into_iter().filter(|field| !theirs.contains_key(*field)).collect();
    expect(gone.is_empty(), || format!("{object}: {gone:?} are left out, and pyverbs has none of them"))
}

fn fields<const N: usize>(all: [(&str, Value); N]) -> Fields {
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The fields that do not begin so, and the others without it.
fn split(all: &Value, beginning: &str) -> (Value, Value) {
    let (mut others, mut these) = (Map::new(), Map::new());
    for (name, value) in all.as_object().into_iter().flatten() {
        match name.strip_prefix(beginning) {
            Some(name) => these.insert(name.to_owned(), value.clone()),
            None => others.insert(name.clone(), value.clone()),
        };
    }
    (Value::Object(others), Value::Object(these))
}

fn of_limits(limits: &VerbsLimits, guid: u64, extended: &VerbsExtended) -> Fields {
    fields([
        ("fw_version", json!(limits.firmware)),
        // pyverbs leaves the bytes of these two as they are on the wire.
        ("node_guid", json!(guid.to_be())),
        ("sys_image_guid", json!(limits.system_guid.to_be())),
        ("max_mr_size", json!(limits.max_mr_size)),
        ("page_size_cap", json!(limits.page_sizes)),
        ("vendor_id", json!(limits.vendor_id)),
        ("vendor_part_id", json!(limits.vendor_part_id)),
        ("hw_ver", json!(limits.hardware_version)),
        ("max_qp", json!(limits.max_qp)),
        ("max_qp_wr", json!(limits.max_qp_wr)),
        // The lower half of the flags of the extended query.
        ("device_cap_flags", json!(extended.flags as u32)),
        ("max_sge", json!(limits.max_sge)),
        ("max_sge_rd", json!(limits.max_sge_read)),
        ("max_cq", json!(limits.max_cq)),
        ("max_cqe", json!(limits.max_cqe)),
        ("max_mr", json!(limits.max_mr)),
        ("max_pd", json!(limits.max_pd)),
        ("max_qp_rd_atom", json!(limits.max_qp_rd_atom)),
        ("max_res_rd_atom", json!(limits.max_res_rd_atom)),
        ("max_qp_init_rd_atom", json!(limits.max_qp_init_rd_atom)),
        ("atomic_caps", json!(limits.atomics.number())),
        ("max_mw", json!(limits.max_mw)),
        ("max_mcast_grp", json!(limits.max_mcast_groups)),
        ("max_mcast_qp_attach", json!(limits.max_mcast_attach)),
        ("max_ah", json!(limits.max_ah)),
        ("max_srq", json!(limits.max_srq)),
        ("max_srq_wr", json!(limits.max_srq_wr)),
        ("max_srq_sge", json!(limits.max_srq_sge)),
        ("max_pkeys", json!(limits.max_pkeys)),
        ("local_ca_ack_delay", json!(limits.ack_delay)),
        ("phys_port_cnt", json!(limits.ports)),
    ])
}

fn of_extended(it: &VerbsExtended) -> Fields {
    let ops = |ops: OdpOps| json!(ops.bits());
    let types = |types: QpTypes| json!(types.bits());
    fields([
        ("completion_timestamp_mask", json!(it.timestamp_mask)),
        ("cq_mod_caps.max_cq_count", json!(it.moderation.max_count)),
        ("cq_mod_caps.max_cq_period", json!(it.moderation.max_period)),
        ("device_cap_flags_ex", json!(it.flags)),
        ("hca_core_clock", json!(it.core_clock_khz)),
        ("max_dm_size", json!(it.max_device_memory)),
        ("max_wq_type_rq", json!(it.max_receive_queues)),
        ("odp_caps.general_caps", json!(u32::from(it.odp.supported) + 2 * u32::from(it.odp.implicit))),
        ("odp_caps.rc_odp_caps", ops(it.odp.rc)),
        ("odp_caps.uc_odp_caps", ops(it.odp.uc)),
        ("odp_caps.ud_odp_caps", ops(it.odp.ud)),
        ("odp_caps.xrc_odp_caps", ops(it.odp.xrc)),
        ("packet_pacing_caps.qp_rate_limit_min", json!(it.pacing.min)),
        ("packet_pacing_caps.qp_rate_limit_max", json!(it.pacing.max)),
        ("packet_pacing_caps.supported_qpts", types(it.pacing.qp_types)),
        ("pci_atomic_caps.compare_swap", json!(it.pci_atomics.compare_swap)),
        ("pci_atomic_caps.fetch_add", json!(it.pci_atomics.fetch_add)),
        ("pci_atomic_caps.swap", json!(it.pci_atomics.swap)),
        ("phys_port_cnt_ex", json!(it.ports)),
        ("raw_packet_caps", json!(it.raw_packet.bits())),
        ("rss_caps.max_rwq_indirection_tables", json!(it.rss.max_tables)),
        ("rss_caps.max_rwq_indirection_table_size", json!(it.rss.max_table_size)),
        ("rss_caps.rx_hash_fields_mask", json!(it.rss.hash_fields)),
        ("rss_caps.rx_hash_function", json!(it.rss.hash_functions)),
        ("rss_caps.supported_qpts", types(it.rss.qp_types)),
        ("tm_caps.flags", json!(u32::from(it.tag_matching.rc))),
        ("tm_caps.max_num_tags", json!(it.tag_matching.max_tags)),
        ("tm_caps.max_ops", json!(it.tag_matching.max_ops)),
        ("tm_caps.max_rndv_hdr_size", json!(it.tag_matching.max_rendezvous_header)),
        ("tm_caps.max_sge", json!(it.tag_matching.max_sge)),
        ("tso_caps.max_tso", json!(it.tso.max)),
        ("tso_caps.supported_qpts", types(it.tso.qp_types)),
    ])
}

fn of_port(port: &VerbsPort, theirs: &Value) -> Fields {
    let mtu = |bytes: Option<u32>| json!(bytes.map(|bytes| bytes.ilog2() - 7));
    let state = match port.state {
        VerbsPortState::Unknown => 0,
        VerbsPortState::Down => 1,
        VerbsPortState::Init => 2,
        VerbsPortState::Armed => 3,
        VerbsPortState::Active => 4,
        VerbsPortState::ActiveDefer => 5,
        VerbsPortState::Other(other) => other,
    };
    let link_layer = match port.link_layer {
        VerbsLinkLayer::Unspecified => 0,
        VerbsLinkLayer::InfiniBand => 1,
        VerbsLinkLayer::Ethernet => 2,
        VerbsLinkLayer::Other(other) => other,
    };
    let width = port.lanes.and_then(|lanes| [1, 4, 8, 12, 2].iter().position(|it| *it == lanes));
    let speeds: &[u32] = match port.lane_speed {
        Some(2_500) => &[1],
        Some(5_000) => &[2],
        // QDR and FDR10.
        Some(10_000) => &[4, 8],
        Some(14_000) => &[16],
        Some(25_000) => &[32],
        Some(50_000) => &[64],
        Some(100_000) => &[128],
        _ => &[],
    };
    let speed = speeds.iter().map(|code| json!(code)).find(|code| code == theirs);
    fields([
        ("state", json!(state)),
        ("phys_state", json!(port.physical_state.number())),
        ("link_layer", json!(link_layer)),
        ("active_mtu", mtu(port.active_mtu)),
        ("max_mtu", mtu(port.max_mtu)),
        ("active_width", json!(width.map(|at| 1 << at))),
        ("active_speed", json!(speed)),
        ("max_msg_sz", json!(port.max_message)),
        ("gid_tbl_len", json!(port.gids)),
        ("pkey_tbl_len", json!(port.pkeys)),
        ("lid", json!(port.lid)),
        ("lmc", json!(port.lmc)),
        ("sm_lid", json!(port.sm_lid)),
        ("sm_sl", json!(port.sm_sl)),
        ("subnet_timeout", json!(port.subnet_timeout)),
        ("port_cap_flags", json!(port.capabilities)),
        ("bad_pkey_cntr", json!(port.bad_pkeys)),
        ("qkey_viol_cntr", json!(port.bad_qkeys)),
        ("flags", json!(u8::from(port.needs_grh))),
    ])
}

fn of_gid(entry: &VerbsGidEntry) -> Fields {
    let half = |at: usize| {
        let bytes = entry.gid.0.get(at..at + 8).and_then(|half| half.try_into().ok());
        json!(bytes.map(u64::from_ne_bytes))
    };
    fields([
        ("gid_index", json!(entry.index)),
        ("port_num", json!(entry.port)),
        ("gid_type", json!(entry.kind.map(|kind| kind as u32))),
        ("ndev_ifindex", json!(entry.link.unwrap_or(0))),
        ("gid_subnet_prefix", half(0)),
        ("gid_interface_id", half(8)),
        ("text", json!(entry.gid.to_string())),
    ])
}

/// The tables of GIDs, as a whole and one by one, and of partition keys.
fn tables(context: &dyn VerbsContext, port: &VerbsPort, theirs: &Value) -> Result<(), Why> {
    let ours = context.gids()?;
    let shown = theirs["gids"].as_array().map(Vec::as_slice).unwrap_or_default();
    expect_eq(&ours.len(), &shown.len(), "the number of GIDs")?;
    let one_by_one = theirs["gids one by one"].as_array().map(Vec::as_slice).unwrap_or_default();
    for ((entry, shown), [text, kind]) in
        ours.iter().zip(shown).zip(one_by_one.iter().map(|it| [&it[0], &it[1]]))
    {
        same("gid", shown, &of_gid(entry))?;
        expect_eq(&json!(entry.gid.to_string()), text, "a GID by its place")?;
        // This query knows two: what goes over IP, and all else.
        let over_ip = entry.kind == Some(smartnic::verbs::GidType::RoceV2);
        expect_eq(&json!(u8::from(over_ip)), kind, "the type of a GID by its place")?;
    }
    let keys: Result<Vec<u16>, _> = (0..port.pkeys).map(|index| context.pkey(1, index)).collect();
    expect_eq(&json!(keys?.iter().map(|key| key.to_be()).collect::<Vec<_>>()), &theirs["pkeys"], "the keys")
}
