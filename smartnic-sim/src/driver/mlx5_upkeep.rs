//! mlx5_core: `health.c`, `en/reporter_tx.c`, `en/reporter_rx.c`, `diag/reporter_vnic.c`, and the traps of `devlink.c`.
//!
//! The names and their order are the driver's. The numbers, how many channels there are, and the size of the crash dump
//! (real ones have megabytes) are ours.

use smartnic_core::device::{Fmsg, FmsgField, TrapAction, TrapType};

use super::upkeep::{Periods, ReporterSpec, TrapGroupSpec, TrapSpec, Upkeep, Watches};
use crate::model::HealthView;

pub(super) const UPKEEP: Upkeep = Upkeep {
    reporters: &[
        ReporterSpec {
            name: "fw",
            watches: Watches::Device,
            recovers: None,
            diagnose: Some(fw),
            dump: Some(fw_dump),
            recovers_later: false,
        },
        ReporterSpec {
            name: "fw_fatal",
            watches: Watches::Device,
            recovers: Some(Periods { grace: 60_000, burst: 0 }),
            diagnose: None,
            dump: Some(crash_dump),
            recovers_later: false,
        },
        ReporterSpec {
            name: "vnic",
            watches: Watches::Device,
            recovers: None,
            diagnose: Some(vnic),
            dump: None,
            recovers_later: false,
        },
        ReporterSpec {
            name: "tx",
            watches: Watches::Uplink,
            recovers: Some(Periods { grace: 500, burst: 500 }),
            diagnose: Some(tx),
            dump: Some(tx_dump),
            recovers_later: false,
        },
        ReporterSpec {
            name: "rx",
            watches: Watches::Uplink,
            recovers: Some(Periods { grace: 500, burst: 500 }),
            diagnose: Some(rx),
            dump: Some(rx_dump),
            recovers_later: false,
        },
        ReporterSpec {
            name: "vnic",
            watches: Watches::Representors,
            recovers: None,
            diagnose: Some(vnic),
            dump: None,
            recovers_later: false,
        },
    ],
    regions: &[],
    crash: None,
    policers: &[],
    trap_groups: &[TrapGroupSpec::new("l2_drops", None)],
    traps: &[
        TrapSpec::new("ingress_vlan_filter", TrapType::Drop, TrapAction::Drop, "l2_drops"),
        TrapSpec::new("dmac_filter", TrapType::Drop, TrapAction::Drop, "l2_drops"),
    ],
};

/// Channels, each with a send and a receive queue.
const CHANNELS: u32 = 4;
/// Bytes of the crash dump.
const CRASH_DUMP: usize = 12 * 1024;

/// The firmware's number for "firmware internal error".
const INTERNAL_ERROR: u8 = 1;

fn fw(view: &HealthView<'_>) -> Fmsg {
    match view.error {
        None => Fmsg::from(vec![("Syndrome", Fmsg::U8(0))]),
        Some(_) => Fmsg::from(vec![
            ("Syndrome", Fmsg::U8(INTERNAL_ERROR)),
            ("Description", text("firmware internal error")),
        ]),
    }
}

fn fw_dump(view: &HealthView<'_>) -> Fmsg {
    let traces = list((0..3).map(|at| {
        Fmsg::from(vec![
            ("timestamp", Fmsg::U64(view.at_ms * 1000 + at)),
            ("lost", Fmsg::Bool(false)),
            ("event_id", Fmsg::U8(at as u8)),
            ("msg", Fmsg::Text(view.error.unwrap_or("general event").to_owned())),
        ])
    }));
    if view.error.is_none() {
        return Fmsg::from(vec![("dump fw traces", traces)]);
    }
    let buffer = Fmsg::from(vec![
        ("assert_var", list((0..6).map(|_| Fmsg::U32(0)))),
        ("assert_exit_ptr", Fmsg::U32(0)),
        ("assert_callra", Fmsg::U32(0)),
        ("time", Fmsg::U32((view.at_ms / 1000) as u32)),
        ("hw_id", Fmsg::U32(0x21c)),
        ("rfr", Fmsg::U8(0)),
        ("severity", Fmsg::U8(3)),
        ("irisc_index", Fmsg::U8(0)),
        ("synd", Fmsg::U8(INTERNAL_ERROR)),
        ("ext_synd", Fmsg::U32(0)),
        ("raw_fw_ver", Fmsg::U32(0)),
    ]);
    Fmsg::from(vec![
        ("syndrome", Fmsg::U8(INTERNAL_ERROR)),
        ("fw_miss_counter", Fmsg::U32(0)),
        ("health buffer", buffer),
        ("dump fw traces", traces),
    ])
}

fn crash_dump(view: &HealthView<'_>) -> Fmsg {
    let data = ("crdump_data", pieces(view.bytes(CRASH_DUMP)));
    match view.error {
        None => Fmsg::from(vec![data]),
        Some(_) => {
            Fmsg::from(vec![("syndrome", Fmsg::U8(INTERNAL_ERROR)), ("fw_miss_counter", Fmsg::U32(3)), data])
        }
    }
}

fn vnic(_view: &HealthView<'_>) -> Fmsg {
    let small =
        ["total_error_queues", "send_queue_priority_update_flow", "comp_eq_overrun", "async_eq_overrun"];
    let more = ["cq_overrun", "invalid_command", "quota_exceeded_command"];
    let large = ["nic_receive_steering_discard", "generated_pkt_steering_fail", "handled_pkt_steering_fail"];
    let mut counters: Vec<(&str, Fmsg)> =
        small.into_iter().chain(more).map(|name| (name, Fmsg::U32(0))).collect();
    counters.extend(large.map(|name| (name, Fmsg::U64(0))));
    counters.push(("icm_consumption", Fmsg::U32(1032)));
    Fmsg::from(vec![("vNIC env counters", Fmsg::from(counters))])
}

fn tx(view: &HealthView<'_>) -> Fmsg {
    if !view.up {
        return Fmsg::Object(Vec::new());
    }
    let common = Fmsg::from(vec![(
        "SQ",
        Fmsg::from(vec![
            ("stride size", Fmsg::U64(64)),
            ("size", Fmsg::U32(1024)),
            ("ts_format", text("FRC")),
            ("CQ", Fmsg::from(vec![("stride size", Fmsg::U64(64)), ("size", Fmsg::U32(1024))])),
        ]),
    )]);
    let tis = Fmsg::from(vec![("lag port", Fmsg::U32(0)), ("tc", Fmsg::U32(0)), ("tisn", Fmsg::U32(17))]);
    let queue = |at: u32| {
        // The first queue is the one that stands still.
        let stuck = at == 0 && view.error.is_some();
        Fmsg::from(vec![
            ("channel ix", Fmsg::U32(at)),
            ("tc", Fmsg::U32(0)),
            ("txq ix", Fmsg::U32(at)),
            ("sqn", Fmsg::U32(4104 + 4 * at)),
            ("HW state", Fmsg::U8(1)),
            ("stopped", Fmsg::Bool(stuck)),
            ("cc", Fmsg::U32(0)),
            ("pc", Fmsg::U32(if stuck { 1024 } else { 0 })),
            ("CQ", completion(1030 + 4 * at)),
            ("EQ", events(at)),
        ])
    };
    Fmsg::from(vec![
        ("Common Config", common),
        ("TIS Config", list([tis])),
        ("SQs", list((0..CHANNELS).map(queue))),
    ])
}

fn rx(view: &HealthView<'_>) -> Fmsg {
    if !view.up {
        return Fmsg::Object(Vec::new());
    }
    let common = Fmsg::from(vec![(
        "RQ",
        Fmsg::from(vec![
            ("type", Fmsg::U8(3)),
            ("stride size", Fmsg::U64(2048)),
            ("size", Fmsg::U32(8)),
            ("ts_format", text("FRC")),
            ("CQ", Fmsg::from(vec![("stride size", Fmsg::U64(64)), ("size", Fmsg::U32(1024))])),
        ]),
    )]);
    let queue = |at: u32| {
        Fmsg::from(vec![
            ("channel ix", Fmsg::U32(at)),
            ("rqn", Fmsg::U32(4101 + 4 * at)),
            ("HW state", Fmsg::U8(if at == 0 && view.error.is_some() { 3 } else { 1 })),
            ("WQE counter", Fmsg::U32(0)),
            ("posted WQEs", Fmsg::U32(7)),
            ("cc", Fmsg::U32(0)),
            ("CQ", completion(1028 + 4 * at)),
            ("EQ", events(at)),
        ])
    };
    Fmsg::from(vec![("Common config", common), ("RQs", list((0..CHANNELS).map(queue)))])
}

fn tx_dump(view: &HealthView<'_>) -> Fmsg {
    queues_dump(view, "SX Slice", "SQs", "SQ", 4104)
}

fn rx_dump(view: &HealthView<'_>) -> Fmsg {
    queues_dump(view, "RX Slice", "RQs", "RQ", 4101)
}

fn queues_dump(view: &HealthView<'_>, slice: &str, queues: &str, queue: &str, first: u32) -> Fmsg {
    let one = |at: u32| {
        let inner = Fmsg::from(vec![("index", Fmsg::U32(first + 4 * at)), ("data", pieces(view.bytes(64)))]);
        Fmsg::from(vec![(queue, inner)])
    };
    let slice_data = Fmsg::from(vec![("data", pieces(view.bytes(128)))]);
    Fmsg::from(vec![(slice, slice_data), (queues, list((0..CHANNELS).map(one)))])
}

fn completion(number: u32) -> Fmsg {
    Fmsg::from(vec![
        ("cqn", Fmsg::U32(number)),
        ("HW status", Fmsg::U8(0)),
        ("ci", Fmsg::U32(0)),
        ("size", Fmsg::U32(1024)),
    ])
}

fn events(at: u32) -> Fmsg {
    Fmsg::from(vec![
        ("eqn", Fmsg::U8(7 + at as u8)),
        ("irqn", Fmsg::U32(40 + at)),
        ("vecidx", Fmsg::U32(at)),
        ("ci", Fmsg::U32(0)),
        ("size", Fmsg::U32(1024)),
    ])
}

fn text(text: &str) -> Fmsg {
    Fmsg::Text(text.to_owned())
}

fn list(values: impl IntoIterator<Item = Fmsg>) -> Fmsg {
    Fmsg::Array(values.into_iter().map(|value| FmsgField { name: None, value }).collect())
}

/// Bytes as the kernel sends long ones: in pieces (`devlink_fmsg_binary_pair_put`).
pub(super) fn pieces(bytes: Vec<u8>) -> Fmsg {
    list(bytes.chunks(PIECE).map(|piece| Fmsg::Binary(piece.to_vec())))
}

/// The longest piece (`DEVLINK_FMSG_MAX_SIZE` where pages have 4 KiB).
const PIECE: usize = 3748;
