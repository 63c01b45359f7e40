//! bnxt_en: `bnxt_devlink.c` (`bnxt_fw_diagnose`, `bnxt_fw_dump`, `bnxt_fw_recover`).
//!
//! The driver has no default periods, and it recovers in the background. The size of a dump is ours.

use smartnic_core::device::Fmsg;

use super::upkeep::{Periods, ReporterSpec, Upkeep, Watches};
use crate::model::HealthView;

pub(super) const UPKEEP: Upkeep = Upkeep {
    reporters: &[ReporterSpec {
        name: "fw",
        watches: Watches::Device,
        recovers: Some(Periods { grace: 0, burst: 0 }),
        diagnose: Some(diagnose),
        dump: Some(dump),
        recovers_later: true,
    }],
    ..Upkeep::NONE
};

fn diagnose(view: &HealthView<'_>) -> Fmsg {
    let text = |text: &str| Fmsg::Text(text.to_owned());
    let mut fields = match view.error {
        None => vec![("Status", text("healthy")), ("Severity", text("normal"))],
        Some(_) => vec![
            ("Status", text("error")),
            ("Syndrome", Fmsg::U32(0x8001)),
            ("Severity", text("recoverable")),
            ("Remedy", text("devlink recover")),
            ("Impact", text("traffic+ntuple_cfg")),
        ],
    };
    fields.extend([
        ("Resets", Fmsg::U32(view.recoveries as u32)),
        ("Arrests", Fmsg::U32(0)),
        ("Survivals", Fmsg::U32(view.recoveries as u32)),
        ("Discoveries", Fmsg::U32(view.errors as u32)),
        ("Fatalities", Fmsg::U32(0)),
        ("Diagnoses", Fmsg::U32(0)),
    ]);
    Fmsg::from(fields)
}

/// The driver names a pair that has pairs in it, which leaves no trace: the inner names replace the outer one.
fn dump(view: &HealthView<'_>) -> Fmsg {
    const SIZE: usize = 8192;
    Fmsg::from(vec![("data", super::mlx5_upkeep::pieces(view.bytes(SIZE))), ("size", Fmsg::U32(SIZE as u32))])
}
