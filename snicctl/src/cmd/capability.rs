//! `snicctl capability`: which driver has which feature.

use serde::Serialize;
use smartnic::adapter::{DriverKind, Facts, Feature, Registry, Support};

use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

/// Which driver has which feature: the drivers of this host, those that are named, or all.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  snicctl capability\n  snicctl capability --driver mlx5 --driver ice\n  \
                  snicctl capability --all --feature flower --feature ct\n  \
                  snicctl -o json capability --driver irdma | jq '.drivers[0].features'"
)]
pub(crate) struct Args {
    /// An adapter or a driver, whether this host has it or not; may be given again
    #[arg(long = "driver", value_name = "NAME")]
    drivers: Vec<String>,
    /// Every driver that is known
    #[arg(long, conflicts_with = "drivers")]
    all: bool,
    /// Only this feature; may be given again
    #[arg(long = "feature", value_name = "NAME", value_parser = feature)]
    features: Vec<Feature>,
}

fn feature(name: &str) -> Result<Feature, String> {
    Feature::ALL.iter().find(|feature| feature.name() == name).copied().ok_or_else(|| {
        let names: Vec<&str> = Feature::ALL.iter().map(|feature| feature.name()).collect();
        format!("there is no such feature; the features are: {}", names.join(", "))
    })
}

pub(crate) fn run(args: &Args, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let registry = smartnic::adapters();
    let mut chosen: Vec<&'static Facts> = match (args.all, args.drivers.is_empty()) {
        (true, _) => registry
            .iter()
            .map(|adapter| adapter.facts())
            .filter(|facts| facts.kind != DriverKind::Any)
            .collect(),
        (false, false) => {
            args.drivers.iter().map(|name| smartnic::adapter_facts(name)).collect::<Result<_, _>>()?
        }
        (false, true) => of_host(&registry, session)?,
    };
    let mut seen: Vec<&str> = Vec::new();
    chosen.retain(|facts| {
        let first = !seen.contains(&facts.name);
        seen.push(facts.name);
        first
    });
    if session.format() != Format::Table {
        let drivers = chosen.iter().map(|facts| Driver::of(facts, &args.features)).collect();
        session.data(&Matrix { drivers })?;
        return Ok(Ending::Done);
    }
    if chosen.is_empty() {
        session.say("no devlink devices on this host; name a driver with --driver, or see all with --all")?;
        return Ok(Ending::Done);
    }
    for (at, kind) in [DriverKind::Ethernet, DriverKind::Rdma, DriverKind::Any].into_iter().enumerate() {
        let of_kind: Vec<&Facts> = chosen.iter().filter(|facts| facts.kind == kind).copied().collect();
        if of_kind.is_empty() {
            continue;
        }
        if at > 0 && chosen.iter().any(|facts| facts.kind != kind) {
            writeln!(session.out())?;
        }
        matrix(&of_kind, &args.features, session)?;
    }
    Ok(Ending::Done)
}

/// The adapters of the host's NICs, and those of the RDMA devices that are on the same cards.
fn of_host(registry: &Registry, session: &Session) -> Result<Vec<&'static Facts>, smartnic::Error> {
    let nics = session.host()?.inventory()?.nics;
    let own: Vec<&'static Facts> = nics.iter().map(|nic| nic.adapter.facts()).collect();
    let rdma = own.iter().flat_map(|facts| facts.rdma_drivers).filter_map(|name| registry.named(name));
    let rdma: Vec<&'static Facts> = rdma.map(|adapter| adapter.facts()).collect();
    Ok(own.into_iter().chain(rdma).collect())
}

/// The features of which a driver's kind knows, or those of them that were asked for.
fn shown<'a>(facts: &'a Facts, asked: &'a [Feature]) -> impl Iterator<Item = Feature> + 'a {
    let wanted = |feature: &Feature| asked.is_empty() || asked.contains(feature);
    Feature::ALL.iter().copied().filter(move |feature| facts.concerns(*feature) && wanted(feature))
}

fn matrix(drivers: &[&Facts], asked: &[Feature], session: &mut Session) -> std::io::Result<()> {
    let mut columns = vec![("FEATURE", Align::Left)];
    columns.extend(drivers.iter().map(|facts| (facts.name, Align::Left)));
    let mut table = Table::new(&columns);
    let mut notes: Vec<(&str, &str, &str)> = Vec::new();
    for feature in drivers.first().into_iter().flat_map(|facts| shown(facts, asked)) {
        let mut row = vec![Cell::new(feature).style(Style::Bold)];
        for facts in drivers {
            let support = facts.support(feature);
            let (letter, style) = match support {
                Support::Supported => ("yes", Style::Green),
                Support::Limited(_) => ("some", Style::Yellow),
                Support::Absent(_) => ("no", Style::Plain),
                Support::Unknown => ("?", Style::Plain),
            };
            let mut text = letter.to_owned();
            if !support.why().is_empty() {
                notes.push((facts.name, feature.name(), support.why()));
                text.push_str(&format!(" [{}]", notes.len()));
            }
            row.push(Cell::new(text).style(style));
        }
        table.row(row);
    }
    session.table(&table)?;
    if session.talks() {
        writeln!(session.out(), "\nyes: supported  some: supported within limits  no: absent  ?: unknown")?;
    }
    for (at, (driver, feature, why)) in notes.iter().enumerate() {
        writeln!(session.out(), "[{}] {driver}, {feature}: {why}", at + 1)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Matrix {
    drivers: Vec<Driver>,
}

#[derive(Serialize)]
struct Driver {
    name: &'static str,
    kind: DriverKind,
    hardware: &'static str,
    features: Vec<One>,
}

#[derive(Serialize)]
struct One {
    name: &'static str,
    #[serde(flatten)]
    support: Support,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

impl Driver {
    fn of(facts: &Facts, asked: &[Feature]) -> Self {
        let features = shown(facts, asked).map(|feature| One {
            name: feature.name(),
            support: facts.support(feature),
            source: facts
                .features
                .iter()
                .find(|fact| fact.feature == feature)
                .map(|fact| fact.source.to_string()),
        });
        Self { name: facts.name, kind: facts.kind, hardware: facts.hardware, features: features.collect() }
    }
}
