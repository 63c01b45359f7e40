//! `snicctl features`: what links do in hardware or leave to the kernel, by name.

use clap::Subcommand;
use smartnic::ethtool::Feature;
use smartnic::{Error, ErrorKind};

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

fn find<'a>(all: &'a [Feature], link: &str, name: &str) -> Result<&'a Feature, Error> {
    all.iter().find(|feature| feature.name == name).ok_or_else(|| {
        let error = Error::new(ErrorKind::NotFound, "find a feature").on(name);
        error.hint(format!("snicctl features show {link} lists what the kernel knows"))
    })
}

fn show(link: &str, names: &[String], session: &mut Session) -> Outcome {
    let host = session.host()?;
    let all = host.ethtool()?.features(host.names()?.index(link)?).map_err(|error| error.on(link))?;
    let mut chosen = Vec::new();
    for name in names {
        chosen.push(find(&all, link, name)?);
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
    for pair in words.chunks(2) {
        let [name, value] = pair else {
            return Err(Error::invalid(op, "on or off is missing").on(&pair[0]).into());
        };
        let on = match value.as_str() {
            "on" => true,
            "off" => false,
            _ => {
                return Err(Error::invalid(op, "expected on or off")
                    .on(format_args!("{name} {value}"))
                    .into());
            }
        };
        wishes.push((name.clone(), on));
    }
    let host = session.host_to_change()?;
    let index = host.names()?.index(link)?;
    let ethtool = host.ethtool()?;
    let before = ethtool.features(index).map_err(|error| error.on(link))?;
    for (name, on) in &wishes {
        let feature = find(&before, link, name)?;
        if feature.fixed && feature.active != *on {
            let error = Error::unsupported(op).on(format_args!("{link} {name}"));
            return Err(error.reason("the driver does not let it be changed").into());
        }
    }
    ethtool.set_features(index, &wishes).map_err(|error| error.on(link))?;
    let after = ethtool.features(index).map_err(|error| error.on(link))?;
    let missed: Vec<&str> = wishes
        .iter()
        .filter(|(name, on)| after.iter().any(|feature| feature.name == *name && feature.active != *on))
        .map(|(name, _)| name.as_str())
        .collect();
    if missed.is_empty() {
        return Ok(Ending::Done);
    }
    let reason = format!("left as before: {}", missed.join(", "));
    let error = Error::new(ErrorKind::Mismatch, op).on(link).reason(reason);
    Err(error.hint("the driver or another feature stands against it; the kernel's log may say why").into())
}
