//! `snicctl fabric`: what links are ready for.

use clap::Subcommand;
use smartnic::fabric;

use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Tell of every link what it is ready for: RoCE v2, InfiniBand, Ultra Ethernet
    #[command(after_help = "Examples:\n  snicctl fabric report\n  snicctl -o json fabric report")]
    Report,
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let Verb::Report = verb;
    let report = fabric::report(&session.host()?)?;
    if !session.is_table() {
        session.data(&report)?;
        return Ok(Ending::Done);
    }
    for it in &report {
        let name = it.link.as_deref().or(it.rdma.as_deref()).unwrap_or("-");
        let out = session.out();
        writeln!(out, "{name}")?;
        let findings = match it.findings.len() {
            0 => "none".to_owned(),
            number => format!("{number}, see snicctl roce check {name}"),
        };
        for (what, value) in [
            (
                "driver",
                if it.driver.is_empty() {
                    "-".to_owned()
                } else {
                    format!("{} ({})", it.driver, it.hardware)
                },
            ),
            ("RDMA device", it.rdma.clone().unwrap_or_else(|| "none".to_owned())),
            ("protocol", it.protocol.clone().unwrap_or_else(|| "-".to_owned())),
            ("RoCE v2", it.roce_v2.clone()),
            ("marking", it.marking.clone()),
            ("paused priorities", it.pfc.clone()),
            ("DCBX", it.dcbx.clone()),
            ("LLDP", it.lldp.clone()),
            ("speed", it.speed.clone()),
            ("FEC", it.fec.clone()),
            ("what does not fit", findings),
            ("Ultra Ethernet LLR", it.llr.to_owned()),
            ("Ultra Ethernet CBFC", it.cbfc.to_owned()),
            ("Ultra Ethernet UET", it.uet.to_owned()),
            ("libfabric", it.libfabric.clone()),
        ] {
            writeln!(out, "  {what:<20} {value}")?;
        }
    }
    Ok(Ending::Done)
}
