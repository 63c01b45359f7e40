//! `snicctl phy`: PHYs of links, and what they receive.

use clap::Subcommand;
use smartnic::ethtool::Record;

use crate::print::ethtool::object;
use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the PHYs of a link that the kernel's own library serves
    #[command(after_help = "Examples:\n  snicctl phy show eth0")]
    Show {
        /// The link
        link: String,
    },
    /// How far off the received signal is, as mean square errors by channel
    #[command(after_help = "Examples:\n  snicctl phy signal eth0")]
    Signal {
        /// The link
        link: String,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let host = session.host()?;
    let (Verb::Show { link } | Verb::Signal { link }) = verb;
    let index = host.names()?.index(link)?;
    let records: Vec<Box<dyn Record>> = match verb {
        Verb::Show { .. } => {
            let phys = host.ethtool()?.phys(index).map_err(|error| error.on(link))?;
            phys.into_iter().map(|phy| Box::new(phy) as Box<dyn Record>).collect()
        }
        Verb::Signal { .. } => {
            vec![Box::new(host.ethtool()?.signal_error(index).map_err(|error| error.on(link))?)]
        }
    };
    if session.format() != Format::Table {
        let objects: Vec<_> = records.chunks(1).map(|record| object(link, record)).collect();
        session.data(&objects)?;
        return Ok(Ending::Done);
    }
    if records.is_empty() {
        session.say(format_args!("the kernel knows no PHY of {link}: its driver or firmware serves it"))?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("FIELD", Align::Left), ("VALUE", Align::Left)]);
    for (field, value) in records.iter().flat_map(|record| record.fields()) {
        table.row(vec![Cell::new(field).style(Style::Bold), Cell::new(value)]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}
