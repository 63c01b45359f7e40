//! `snicctl features`: what links do in hardware or leave to the kernel, by name.

use clap::Subcommand;
use smartnic::{Error, settings};

use super::settings::pairs;
use crate::print::ethtool::feature_object;
use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Show features: what is on, what was asked for, what cannot change
    #[command(after_help = "Examples:\n  snicctl features show enp3s0f0np0\n  \
                            snicctl features show enp3s0f0np0 hw-tc-offload")]
    Show {
        /// The link
        link: String,
        /// Features by name; all if none is named
        names: Vec<String>,
    },
    /// Turn features on or off, given as NAME on|off pairs; what came of it is read back
    #[command(after_help = "Examples:\n  snicctl features set enp3s0f0np0 hw-tc-offload on")]
    Set {
        /// The link
        link: String,
        /// What to change, in pairs
        #[arg(required = true, num_args = 2.., value_name = "NAME on|off")]
        words: Vec<String>,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::Show { link, names } => show(link, names, session),
        Verb::Set { link, words } => set(link, words, session),
    }
}

fn show(link: &str, names: &[String], session: &mut Session) -> Outcome {
    let host = session.host()?;
    let all = settings::features(&host, link)?;
    let mut chosen = Vec::new();
    for name in names {
        chosen.push(settings::feature(&all, link, name)?);
    }
    let chosen = if names.is_empty() { all.iter().collect() } else { chosen };
    if session.format() != Format::Table {
        session.data(&[feature_object(link, &chosen)])?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("FEATURE", Align::Left),
        ("NOW", Align::Left),
        ("ASKED", Align::Left),
        ("FIXED", Align::Left),
    ]);
    let on = |on: bool| if on { "on" } else { "off" };
    for feature in chosen {
        let style = if feature.active == feature.requested { Style::Plain } else { Style::Yellow };
        table.row(vec![
            Cell::new(&feature.name),
            Cell::new(on(feature.active)).style(style),
            Cell::new(on(feature.requested)),
            Cell::new(if feature.fixed { "yes" } else { "no" }),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn set(link: &str, words: &[String], session: &mut Session) -> Outcome {
    let op = "change features";
    let mut wishes = Vec::new();
    for (name, value) in pairs(op, words)? {
        let on = match value {
            "on" => true,
            "off" => false,
            _ => {
                return Err(Error::invalid(op, "expected on or off")
                    .on(format_args!("{name} {value}"))
                    .into());
            }
        };
        wishes.push((name.to_owned(), on));
    }
    settings::set_features(&session.host_to_change()?, link, &wishes)?;
    Ok(Ending::Done)
}
