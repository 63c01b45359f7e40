//! Verbs: what libibverbs, loaded by us, says of rxe, and what `ibv_devinfo` shows.

use std::net::{Ipv4Addr, Ipv6Addr};

use smartnic::verbs::{DirectVerbs, OdpOps, Verbs, VerbsExtended};
use smartnic::{Error, ErrorKind, Host};

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh};

const UP: [&str; 5] = [
    "ip link add rxe-a type veth peer name rxe-b",
    "ip addr add 10.77.0.1/24 dev rxe-a",
    "ip link set rxe-a up",
    "ip link set rxe-b up",
    "rdma link add rxe7 type rxe netdev rxe-a",
];

/// rxe over one end of a veth pair, taken away again whatever came.
pub(crate) struct Rxe;

impl Rxe {
    /// Nothing if this kernel has no rxe.
    pub(crate) fn new() -> Result<Option<Self>, Why> {
        if sh("modprobe -a rdma_rxe ib_uverbs veth").is_err() {
            return Ok(None);
        }
        sh("modprobe rdma_ucm")?;
        let rxe = Self;
        for line in UP {
            sh(line)?;
        }
        Ok(Some(rxe))
    }
}

impl Drop for Rxe {
    fn drop(&mut self) {
        // What is not there any more is no matter.
        let _ = sh("rdma link delete rxe7");
        let _ = sh("ip link del rxe-a");
    }
}

pub(crate) fn as_ibv_devinfo_shows(_: &Lab) -> Outcome {
    let Some(_rxe) = Rxe::new()? else { return Ok(Done::Skipped("this kernel has no rxe".to_owned())) };
    compare().map(|()| Done::Passed)
}

fn compare() -> Result<(), Why> {
    let theirs = sh("ibv_devinfo -v -d rxe7")?;
    let value = |name: &str| {
        let found = theirs.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':'));
        found.map(|text| text.trim().to_owned()).ok_or_else(|| Why(format!("no {name} in {theirs}")))
    };
    let host = Host::open("linux:")?;
    let verbs = host.verbs()?;
    let devices = verbs.devices()?;
    let ours = devices.iter().find(|device| device.name == "rxe7");
    let ours = ours.ok_or_else(|| Why(format!("rxe7 is not among {devices:?}")))?;
    let guid = format!("{:016x}", ours.guid);
    expect_eq(&guid, &value("node_guid")?.replace(':', ""), "the node GUID")?;

    let limits = verbs.limits("rxe7")?;
    expect_eq(&limits.firmware, &value("fw_ver").unwrap_or_default(), "the firmware")?;
    expect_eq(&format!("{:#x}", limits.max_mr_size), &value("max_mr_size")?, "max_mr_size")?;
    for (name, ours) in [
        ("max_qp", limits.max_qp),
        ("max_qp_wr", limits.max_qp_wr),
        ("max_sge", limits.max_sge),
        ("max_cq", limits.max_cq),
        ("max_cqe", limits.max_cqe),
        ("max_mr", limits.max_mr),
        ("max_pd", limits.max_pd),
        ("max_srq", limits.max_srq),
        ("max_qp_rd_atom", limits.max_qp_rd_atom),
        ("max_qp_init_rd_atom", limits.max_qp_init_rd_atom),
        ("max_srq_wr", limits.max_srq_wr),
        ("max_srq_sge", limits.max_srq_sge),
        ("max_ah", limits.max_ah),
        ("max_mw", limits.max_mw),
        ("max_mcast_grp", limits.max_mcast_groups),
        ("vendor_part_id", limits.vendor_part_id),
        ("phys_port_cnt", limits.ports.into()),
    ] {
        expect_eq(&ours.to_string(), &value(name)?, name)?;
    }

    let port = verbs.port("rxe7", 1)?;
    let state = value("state")?;
    expect(state.contains("ACTIVE") && format!("{:?}", port.state) == "Active", || {
        format!("the port: {state} and {port:?}")
    })?;
    expect_eq(&format!("{:?}", port.link_layer), &value("link_layer")?, "the link layer")?;
    let mtu = port.active_mtu.map(|bytes| bytes.to_string());
    expect_eq(&mtu.as_deref(), &value("active_mtu")?.split(' ').next(), "the MTU")?;
    expect_eq(&port.gids.to_string(), &value("gid_tbl_len")?, "the places for GIDs")?;
    expect_eq(&port.pkeys.to_string(), &value("pkey_tbl_len")?, "the places for partition keys")?;
    let context = verbs.open("rxe7")?;
    for index in 0..port.pkeys {
        let key = sh(&format!("cat /sys/class/infiniband/rxe7/ports/1/pkeys/{index}"))?;
        expect_eq(&format!("{:#06x}", context.pkey(1, index)?), &key.trim().to_owned(), "a partition key")?;
    }
    refused(context.pkey(1, port.pkeys), ErrorKind::NotFound)?;

    beyond_the_limits(&context.extended()?, &theirs)?;
    // The vendors' own libraries are there, and know that this is none of their devices.
    for library in [DirectVerbs::Mlx5, DirectVerbs::Efa] {
        let error = context.direct(library).err().map(|error| error.to_string()).unwrap_or_default();
        let words = format!("{} says that it is no device of its own", library.name());
        expect(error.contains(&words), || format!("{}: {error}", library.name()))?;
    }

    gids(verbs, &theirs)?;
    refused(verbs.limits("nothing-here"), ErrorKind::NotFound)?;
    refused(verbs.port("rxe7", 9), ErrorKind::Refused)
}

/// What `ibv_devinfo` shows of the extended query; what it does not find it says in words.
fn beyond_the_limits(ours: &VerbsExtended, theirs: &str) -> Result<(), Why> {
    let shown = |text: &str| theirs.lines().any(|line| line.trim() == text);
    let value = |name: &str| theirs.lines().find_map(|line| Some(line.trim().strip_prefix(name)?.trim()));
    let stamps = format!("{:#018x}", ours.timestamp_mask);
    let theirs_is = value("completion timestamp_mask:");
    let same = match ours.timestamp_mask {
        0 => shown("completion_timestamp_mask not supported"),
        _ => theirs_is == Some(&stamps),
    };
    expect(same, || format!("stamps {stamps} and {theirs_is:?}"))?;
    let clock = match ours.core_clock_khz {
        0 => shown("core clock not supported"),
        khz => value("hca_core_clock:") == Some(&format!("{khz}kHZ")),
    };
    expect(clock, || format!("a clock of {} kHz, in {theirs}", ours.core_clock_khz))?;
    let flags = value("device_cap_flags_ex:").map(str::to_lowercase);
    expect_eq(&flags, &Some(format!("{:#x}", ours.flags)), "the flags")?;
    expect_eq(&shown("ODP_SUPPORT"), &ours.odp.supported, "pages on demand")?;
    // Each transport has its heading and what it supports in lines of their own.
    for (name, ops) in [("rc", ours.odp.rc), ("uc", ours.odp.uc), ("ud", ours.odp.ud), ("xrc", ours.odp.xrc)]
    {
        let lines = theirs.lines().skip_while(|line| line.trim() != format!("{name}_odp_caps:")).skip(1);
        let shown: Vec<&str> = lines.map(str::trim).take_while(|line| line.contains("SUPPORT")).collect();
        let words = [
            (OdpOps::SEND, "SUPPORT_SEND"),
            (OdpOps::RECEIVE, "SUPPORT_RECV"),
            (OdpOps::WRITE, "SUPPORT_WRITE"),
            (OdpOps::READ, "SUPPORT_READ"),
            (OdpOps::ATOMIC, "SUPPORT_ATOMIC"),
            (OdpOps::SHARED_RECEIVE, "SUPPORT_SRQ"),
            (OdpOps::FLUSH, "SUPPORT_FLUSH"),
            (OdpOps::ATOMIC_WRITE, "SUPPORT_ATOMIC_WRITE"),
        ];
        let all: Vec<&str> =
            words.iter().filter(|(op, _)| ops.contains(*op)).map(|(_, word)| *word).collect();
        // Of devices without any of it the headings are left out.
        let told = if all.is_empty() { vec!["NO SUPPORT"] } else { all };
        let left_out = !ours.odp.supported && shown.is_empty();
        expect(left_out || shown == told, || format!("{name}: {shown:?} is shown, and we have {told:?}"))?;
    }
    Ok(())
}

/// Every line such as `GID[  1]:  ::ffff:10.77.0.1, RoCE v2`, in whichever form the address is written.
fn gids(verbs: &dyn Verbs, theirs: &str) -> Result<(), Why> {
    let line = |line: &str| {
        let (index, rest) = line.trim().strip_prefix("GID[")?.split_once("]:")?;
        let (gid, kind) = rest.split_once(',')?;
        Some((index.trim().parse().ok()?, gid.trim().parse().ok()?, kind.trim().to_owned()))
    };
    let shown: Vec<(u32, Ipv6Addr, String)> = theirs.lines().filter_map(line).collect();
    let ours = verbs.gids("rxe7")?;
    let found: Vec<(u32, Ipv6Addr, String)> = ours
        .iter()
        .map(|entry| {
            (entry.index, entry.gid.ipv6(), entry.kind.map(|kind| kind.to_string()).unwrap_or_default())
        })
        .collect();
    expect_eq(&found, &shown, "the GIDs")?;
    let link = sh("cat /sys/class/net/rxe-a/ifindex")?.trim().parse().ok();
    let here = ours.iter().find(|entry| entry.gid.ipv4() == Some(Ipv4Addr::new(10, 77, 0, 1)));
    let here = here.ok_or_else(|| Why(format!("the link's address is not among {ours:?}")))?;
    expect_eq(&here.link, &link, "the link of the GID")
}

fn refused<T>(answer: Result<T, Error>, kind: ErrorKind) -> Result<(), Why> {
    let found = answer.err().map(|error| error.kind());
    expect_eq(&found, &Some(kind), "a wrong question")
}
