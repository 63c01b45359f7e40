//! `snicctl rdma counters`: what ports counted, with one name for every vendor.

use smartnic::rdma::{Counted, counters};

use super::gid::split;
use crate::print::{Align, Cell, Table};
use crate::session::{Ending, Outcome, Session};

/// Show what RDMA ports counted, with one name for every vendor and what it means
///
/// The driver's own counters come first, then those that the InfiniBand specification has for every port.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Examples:\n  snicctl rdma counters\n  snicctl rdma counters mlx5_0/1 --changed\n  snicctl -o json rdma counters"
)]
pub(crate) struct Args {
    /// Only of this device, or of one port of it
    #[arg(value_name = "DEV[/PORT]")]
    place: Option<String>,
    /// Only those that are not zero
    #[arg(long)]
    changed: bool,
}

pub(crate) fn run(args: &Args, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let host = session.host()?;
    let (device, number) = split(args.place.as_deref())?;
    let names: Vec<String> = match device {
        Some(name) => vec![name.to_owned()],
        None => host.rdma()?.rdma_devices()?.into_iter().map(|device| device.name).collect(),
    };
    let mut all: Vec<Counted> = Vec::new();
    for name in names {
        for port in host.rdma()?.rdma_ports(&name)? {
            if number.is_none_or(|number| number == port.number) {
                all.extend(counters(&host, &name, port.number)?);
            }
        }
    }
    all.retain(|counter| !args.changed || counter.value != 0);
    if !session.is_table() {
        session.data(&all)?;
    } else if all.is_empty() {
        session.say("no counters")?;
    } else {
        session.table(&table(&all))?;
    }
    Ok(Ending::Done)
}

fn table(all: &[Counted]) -> Table {
    let mut table = Table::new(&[
        ("PORT", Align::Left),
        ("COUNTER", Align::Left),
        ("VALUE", Align::Right),
        ("NAME", Align::Left),
        ("MEANING", Align::Left),
    ]);
    for counter in all {
        table.row(vec![
            Cell::new(format!("{}/{}", counter.device, counter.port)),
            Cell::new(&counter.name),
            Cell::new(counter.value),
            Cell::option(counter.canonical),
            Cell::option(counter.meaning),
        ]);
    }
    table
}
