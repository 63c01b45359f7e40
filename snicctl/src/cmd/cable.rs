//! `snicctl cable`: cables that PHYs test.

use std::time::Duration;

use clap::Subcommand;
use serde_json::json;
use smartnic::ethtool::{CablePair, CableReach};
use smartnic::settings::{CablePlace, cable_places};

use crate::print::{Align, Cell, Format, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Test the cable of a link: which pairs are whole, and where faults are. The link goes down for that time
    #[command(after_help = "Examples:\n  snicctl cable test eth0\n  \
                            snicctl cable test eth0 --tdr --first 100 --last 4000 --step 50 --pair A")]
    Test {
        /// The link
        link: String,
        /// Measure raw reflections instead
        #[arg(long)]
        tdr: bool,
        /// The nearest place, in centimetres
        #[arg(long, value_name = "CM", requires = "tdr")]
        first: Option<u32>,
        /// The farthest place, in centimetres
        #[arg(long, value_name = "CM", requires = "tdr")]
        last: Option<u32>,
        /// From one place to the next, in centimetres
        #[arg(long, value_name = "CM", requires = "tdr")]
        step: Option<u32>,
        /// This pair alone
        #[arg(long, value_name = "A|B|C|D", requires = "tdr", value_parser = pair)]
        pair: Option<CablePair>,
        /// Give up after so many seconds
        #[arg(long, value_name = "SECONDS", default_value_t = 60)]
        timeout: u64,
    },
}

fn pair(text: &str) -> Result<CablePair, String> {
    CablePair::ALL.iter().find(|pair| pair.to_string() == text).copied().ok_or("expected A, B, C or D".into())
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let Verb::Test { link, tdr, first, last, step, pair, timeout } = verb;
    let reach = CableReach { first: *first, last: *last, step: *step, pair: *pair };
    let host = session.host_to_change()?;
    let index = host.names()?.index(link)?;
    let most = Duration::from_secs(*timeout);
    let found = host.ethtool()?.test_cable(index, tdr.then_some(&reach), most);
    let found = found.map_err(|error| error.on(link))?;
    if session.format() != Format::Table {
        session.data(&[json!({ "ifname": link, "test": found })])?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("PAIR", Align::Left), ("PLACE", Align::Left), ("FOUND", Align::Left)]);
    for CablePlace { pair, centimetres, found, millivolts } in cable_places(&found.findings) {
        let found = match (millivolts, pair) {
            (Some(millivolts), Some(_)) => format!("{millivolts} mV"),
            (Some(millivolts), None) => format!("{found} of {millivolts} mV"),
            (None, _) => found,
        };
        table.row(vec![
            Cell::new(pair.map_or_else(String::new, |pair| pair.to_string())),
            Cell::new(centimetres.map_or_else(String::new, |place| format!("{place} cm"))),
            Cell::new(found),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}
