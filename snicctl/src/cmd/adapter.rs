//! `snicctl adapter`: what is known of drivers, and where that can be read.

use clap::Subcommand;
use serde::Serialize;
use smartnic::adapter::{Counter, DriverKind, Facts, PORT_COUNTERS, Registry, Support};

use crate::print::adapter::write_facts;
use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the adapters
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl adapter list\n  snicctl -o json adapter list | jq '.[].name'"
    )]
    List,
    /// Show all that an adapter says of its driver, with its sources
    #[command(after_help = "Examples:\n  snicctl adapter show mlx5\n  snicctl adapter show bnxt_en\n  \
                      snicctl -o json adapter show ice | jq '.params[] | {name, modes}'")]
    Show {
        /// The adapter, or a driver that it speaks for
        name: String,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let registry = smartnic::adapters();
    match verb {
        Verb::List => list(&registry, session)?,
        Verb::Show { name } => {
            let facts = smartnic::adapter_facts(name)?;
            match session.format() {
                Format::Table => write_facts(facts, session)?,
                _ => session.data(&Shown::of(facts))?,
            }
        }
    }
    Ok(Ending::Done)
}

/// What an adapter says; for RDMA devices, with the counters that every port has.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    facts: &'a Facts,
    #[serde(skip_serializing_if = "<[Counter]>::is_empty")]
    port_counters: &'static [Counter],
}

impl<'a> Shown<'a> {
    fn of(facts: &'a Facts) -> Self {
        Self { facts, port_counters: if facts.rdma.is_some() { PORT_COUNTERS } else { &[] } }
    }
}

/// An adapter in a list.
#[derive(Serialize)]
struct Brief {
    name: &'static str,
    kind: DriverKind,
    hardware: &'static str,
    drivers: &'static [&'static str],
    modes: Vec<String>,
    representors: Support,
    flower: Support,
    rdma_drivers: &'static [&'static str],
}

impl Brief {
    fn of(facts: &Facts) -> Self {
        use smartnic::adapter::Feature;
        Self {
            name: facts.name,
            kind: facts.kind,
            hardware: facts.hardware,
            drivers: facts.identity.drivers,
            modes: facts.modes.settable.iter().map(ToString::to_string).collect(),
            representors: facts.support(Feature::Representors),
            flower: facts.support(Feature::Flower),
            rdma_drivers: facts.rdma_drivers,
        }
    }
}

fn list(registry: &Registry, session: &mut Session) -> std::io::Result<()> {
    let all: Vec<Brief> = registry.iter().map(|adapter| Brief::of(adapter.facts())).collect();
    if session.format() != Format::Table {
        return session.data(&all);
    }
    let mut table = Table::new(&[
        ("ADAPTER", Align::Left),
        ("KIND", Align::Left),
        ("REPRESENTORS", Align::Left),
        ("FLOWER", Align::Left),
        ("RDMA", Align::Left),
        ("HARDWARE", Align::Left),
    ]);
    for one in &all {
        let kind = match one.kind {
            DriverKind::Ethernet => "ethernet",
            DriverKind::Rdma => "rdma",
            DriverKind::Any => "any",
        };
        // What links can do is no question for the drivers of RDMA devices.
        let of_links =
            |support: Support| if one.kind == DriverKind::Rdma { String::new() } else { support.to_string() };
        table.row(vec![
            Cell::new(one.name).style(Style::Bold),
            Cell::new(kind),
            Cell::new(of_links(one.representors)),
            Cell::new(of_links(one.flower)),
            Cell::new(one.rdma_drivers.join(", ")),
            Cell::new(one.hardware),
        ]);
    }
    session.table(&table)
}
