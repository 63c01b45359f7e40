//! `snicctl coalesce`: how interrupts are held back, of a link or of one of its queues.

use clap::Subcommand;
use smartnic::ethtool::Record;
use smartnic::settings::{queue_coalesce, set_queue_coalesce};

use super::settings::{self, CoalesceVerb};
use crate::print::ethtool::object;
use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    #[command(flatten)]
    Settings(CoalesceVerb),
    /// Show it of one queue, or change it, given NAME VALUE pairs; what came of it is read back
    #[command(after_help = "Examples:\n  snicctl coalesce queue enp3s0f0np0 0\n  \
                            snicctl coalesce queue enp3s0f0np0 0 rx-usecs 8")]
    Queue {
        /// The link
        link: String,
        /// The queue, from 0
        queue: u16,
        /// What to change, in pairs
        #[arg(value_name = "NAME VALUE")]
        words: Vec<String>,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    match verb {
        Verb::Settings(verb) => settings::coalesce(verb, session),
        Verb::Queue { link, queue, words } if words.is_empty() => show(link, *queue, session),
        Verb::Queue { link, queue, words } => set(link, *queue, words, session),
    }
}

fn show(link: &str, queue: u16, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let host = session.host()?;
    let told = queue_coalesce(&host, link, queue)?;
    let records: [Box<dyn Record>; 1] = [Box::new(told)];
    if session.format() != Format::Table {
        session.data(&[object(link, &records)])?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("FIELD", Align::Left), ("VALUE", Align::Left)]);
    for (field, value) in records[0].fields() {
        table.row(vec![Cell::new(field).style(Style::Bold), Cell::new(value)]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn set(link: &str, queue: u16, words: &[String], session: &mut Session) -> Outcome {
    session.no_tc()?;
    let pairs = settings::pairs("change interrupt coalescing", words)?;
    set_queue_coalesce(&session.host_to_change()?, link, queue, &pairs)?;
    Ok(Ending::Done)
}
