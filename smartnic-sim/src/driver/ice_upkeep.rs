//! ice: `devlink/health.c`, and the regions of `devlink/devlink.c`.
//!
//! The sizes of the flash and of its shadow are ours; devices tell them.

use smartnic_core::device::{Fmsg, FmsgField};

use super::upkeep::{RegionSpec, ReporterSpec, Upkeep, Watches};
use crate::model::HealthView;

const fn reporter(
    name: &'static str,
    diagnose: Option<super::upkeep::Tells>,
    dump: super::upkeep::Tells,
) -> ReporterSpec {
    let watches = Watches::Device;
    ReporterSpec { name, watches, recovers: None, diagnose, dump: Some(dump), recovers_later: false }
}

const fn region(name: &'static str, size: u64, max_snapshots: u32, direct: bool) -> RegionSpec {
    RegionSpec { name, size, max_snapshots, direct, on_demand: true }
}

pub(super) const UPKEEP: Upkeep = Upkeep {
    reporters: &[
        reporter("mdd", None, malicious),
        reporter("tx_hang", None, hang),
        reporter("fw", Some(status), status),
        reporter("port", Some(status), status),
    ],
    regions: &[
        region("nvm-flash", 10 << 20, 1, true),
        region("shadow-ram", 128 << 10, 1, true),
        region("device-caps", 4096, 10, false),
    ],
    ..Upkeep::NONE
};

/// The driver puts an object right into the object, without a name.
fn within(fields: Vec<(&str, Fmsg)>) -> Fmsg {
    Fmsg::Object(vec![FmsgField { name: None, value: Fmsg::from(fields) }])
}

/// A malicious driver was detected (`ice_mdd_reporter_dump`).
fn malicious(view: &HealthView<'_>) -> Fmsg {
    if view.error.is_none() {
        return Fmsg::Object(Vec::new());
    }
    within(vec![
        ("src", Fmsg::Text("tx_tclan".into())),
        ("pf_num", Fmsg::U8(0)),
        ("vf_num", Fmsg::U32(0)),
        ("event", Fmsg::U8(8)),
        ("queue", Fmsg::U32(17)),
    ])
}

/// A queue stands still (`ice_tx_hang_reporter_dump`); without the packet that is in it.
fn hang(view: &HealthView<'_>) -> Fmsg {
    if view.error.is_none() {
        return Fmsg::Object(Vec::new());
    }
    within(vec![
        ("head", Fmsg::U32(5)),
        ("intr", Fmsg::U32(0)),
        ("vsi_num", Fmsg::U32(8)),
        ("queue", Fmsg::U32(3)),
        ("next_to_clean", Fmsg::U32(5)),
        ("next_to_use", Fmsg::U32(69)),
        ("irq-mapping", Fmsg::Text("ice-enp3s0f0np0-TxRx-3".into())),
        ("desc", super::mlx5_upkeep::pieces(view.bytes(4096))),
    ])
}

/// What the firmware reported last (`ice_describe_status_code`).
fn status(view: &HealthView<'_>) -> Fmsg {
    match view.error {
        None => Fmsg::from(vec![("Syndrome", Fmsg::U32(0))]),
        Some(_) => Fmsg::from(vec![
            ("Syndrome", Fmsg::U32(0x1001)),
            ("Description", Fmsg::Text("The flash chip cannot be accessed.".into())),
            ("Possible Solution", Fmsg::Text("If issue persists, call customer support.".into())),
            ("Access Type", Fmsg::U32(1)),
        ]),
    }
}
