use clap::Subcommand;
use serde_json::{Value, json};
use smartnic::flow::{Attach, FilterNote, Side, TcRequest, entries};
use smartnic::text::tc::command::{Command, command};
use smartnic::text::tc::describe_match;
use smartnic::{Error, ErrorKind, Host};

use crate::cli::SideArg;
use crate::print::{Align, Cell, Table};
use crate::session::{Ending, Outcome, Session};

/// Chains of rules, and the templates that say what their rules look at
///
/// A chain comes with its first rule and goes with its last; one that is made by itself stays. A template lets a NIC set
/// up a table before the first rule, and binds all rules of the chain to its keys and masks.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List chains, with their templates and how many rules they have
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl flow chain list\n  snicctl flow chain list --dev pf0vf0"
    )]
    List(Place),
    /// Show one chain
    #[command(after_help = "Examples:\n  snicctl flow chain show --dev pf0vf0 5")]
    Show {
        #[command(flatten)]
        place: Place,
        /// The chain
        chain: u32,
    },
    /// Make a chain, with a template or without
    #[command(after_help = "Examples:\n  \
        snicctl flow chain add dev pf0vf0 ingress chain 5\n  \
        snicctl flow chain add dev pf0vf0 ingress protocol ip chain 5 flower dst_ip 0.0.0.0/24")]
    Add {
        /// The chain, as tc takes it behind `chain add`
        #[arg(value_name = "WORD", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Give a chain another template; it must have no rules, or --with-rules takes them off
    #[command(after_help = "Examples:\n  \
        snicctl flow chain replace dev pf0vf0 ingress protocol ip chain 5 flower dst_ip 0.0.0.0/16")]
    Replace {
        /// Take the rules of the chain off
        #[arg(long)]
        with_rules: bool,
        /// The chain, as tc takes it behind `chain add`
        #[arg(value_name = "WORD", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Remove a chain; it must have no rules, or --with-rules takes them off
    #[command(after_help = "Examples:\n  snicctl flow chain del --dev pf0vf0 5\n  \
                            snicctl flow chain del --block 10 5 --with-rules")]
    Del {
        #[command(flatten)]
        place: Place,
        /// The chain
        chain: u32,
        /// Take the rules of the chain off with it
        #[arg(long)]
        with_rules: bool,
    },
}

/// Where chains stand.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Place {
    /// The link: its netdev name, its name on the switch (pf0vf1), or its devlink port
    #[arg(long, value_name = "LINK")]
    dev: Option<String>,
    /// The side of the link; both if it is left out
    #[arg(long, value_enum, requires = "dev")]
    side: Option<SideArg>,
    /// The shared block
    #[arg(long, value_name = "N", conflicts_with = "dev")]
    block: Option<u32>,
}

impl Place {
    /// The places that are meant and that are there.
    fn there(&self, host: &Host) -> Result<Vec<Attach>, Error> {
        let wanted = match &self.dev {
            Some(dev) => Some(host.names()?.index(dev)?),
            None => None,
        };
        let mut places = Vec::new();
        for hook in host.flow().hooks(wanted)? {
            for (side, block) in [(Side::Ingress, hook.ingress_block), (Side::Egress, hook.egress_block)] {
                if side == Side::Egress && hook.kind == smartnic::backend::HookKind::Ingress {
                    continue;
                }
                let attach = match block {
                    Some(block) => Attach::Block(block),
                    None => Attach::Dev { dev: hook.link.into(), side },
                };
                let is_side = self.side.is_none_or(|wanted| Side::from(wanted) == side);
                let is_block = self.block.is_none_or(|wanted| block == Some(wanted));
                if is_side && is_block && !places.contains(&attach) {
                    places.push(attach);
                }
            }
        }
        Ok(places)
    }
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    match verb {
        Verb::List(place) => list(place, None, session),
        Verb::Show { place, chain } => list(place, Some(*chain), session),
        Verb::Add { words } => add(words, session),
        Verb::Replace { with_rules, words } => replace(words, *with_rules, session),
        Verb::Del { place, chain, with_rules } => del(place, *chain, *with_rules, session),
    }
}

/// A chain, and how many rules it has.
struct Found {
    attach: Attach,
    note: FilterNote,
    rules: usize,
}

fn find(host: &Host, place: &Place, only: Option<u32>) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    for attach in place.there(host)? {
        let rules = entries(host, Some(&attach))?;
        for note in host.traffic_control()?.chains(&attach)? {
            let chain = note.name.chain.unwrap_or(0);
            if only.is_some_and(|only| only != chain) {
                continue;
            }
            let rules = rules.iter().filter(|entry| entry.rule.chain == chain).count();
            found.push(Found { attach: attach.clone(), note, rules });
        }
    }
    match only {
        Some(chain) if found.is_empty() => Err(Error::new(ErrorKind::NotFound, "find a chain")
            .on(format_args!("chain {chain}"))
            .reason("it is not there: neither was it made, nor has it rules")),
        _ => Ok(found),
    }
}

fn template(note: &FilterNote) -> Option<String> {
    let matched = describe_match(&note.entry()?.rule.key);
    Some(if matched.is_empty() { "everything".to_owned() } else { matched })
}

fn list(place: &Place, only: Option<u32>, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let host = session.host()?;
    let found = find(&host, place, only)?;
    let names = host.names()?;
    let shown = |attach: &Attach| match attach {
        Attach::Dev { dev, side } => {
            let dev = dev.index().map_or_else(|_| dev.to_string(), |index| names.name(index));
            format!("{dev} {side}")
        }
        Attach::Block(block) => format!("block {block}"),
    };
    if !session.is_table() {
        let value = |found: &Found| -> Value {
            json!({
                "where": shown(&found.attach),
                "chain": found.note.name.chain,
                "template": found.note.entry().map(|entry| &entry.rule.key),
                "rules": found.rules,
            })
        };
        session.data(&found.iter().map(value).collect::<Vec<_>>())?;
        return Ok(Ending::Done);
    }
    if found.is_empty() {
        session.say("no chains")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("WHERE", Align::Left),
        ("CHAIN", Align::Right),
        ("RULES", Align::Right),
        ("TEMPLATE", Align::Left),
    ]);
    for found in &found {
        table.row(vec![
            Cell::new(shown(&found.attach)),
            Cell::option(found.note.name.chain),
            Cell::new(found.rules),
            Cell::option(template(&found.note)),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

/// The request that words of `tc chain add` stand for.
fn request(host: &Host, words: &[String]) -> Result<TcRequest, Error> {
    let names = host.names()?;
    let find = |name: &str| names.find(name);
    let words: Vec<&str> = words.iter().flat_map(|word| word.split_whitespace()).collect();
    let words: Vec<&str> = ["chain", "add"].into_iter().chain(words).collect();
    let read = command(&words, &find).map_err(|stop| {
        Error::parse("read a chain", stop.message.trim_start_matches("Error: ")).on(words[2..].join(" "))
    })?;
    read.into_iter()
        .find_map(|command| match command {
            Command::Change { request: request @ TcRequest::Chain(..), .. } => Some(request),
            _ => None,
        })
        .ok_or_else(|| Error::parse("read a chain", "these words make none").on(words[2..].join(" ")))
}

fn add(words: &[String], session: &mut Session) -> Outcome {
    let host = session.host_to_change()?;
    let request = request(&host, words)?;
    host.traffic_control()?.request(&request, false)?;
    session.say("chain made")?;
    Ok(Ending::Done)
}

fn replace(words: &[String], with_rules: bool, session: &mut Session) -> Outcome {
    let host = session.host_to_change()?;
    let request = request(&host, words)?;
    let TcRequest::Chain(_, name, _) = &request else {
        return Err(Error::parse("read a chain", "these words make none").into());
    };
    let chain = name.chain.unwrap_or(0);
    let everywhere = Place { dev: None, side: None, block: None };
    let found = find(&host, &everywhere, None)?;
    let there = found.iter().find(|found| {
        found.note.name.chain == Some(chain)
            && smartnic::flow::TcPlace::of(&found.attach).is_ok_and(|place| place == name.place)
    });
    if let Some(there) = there {
        check_empty(chain, there.rules, with_rules)?;
        let before = there.note.clone();
        host.traffic_control()?.remove_chain(&there.attach, chain)?;
        if let Err(error) = host.traffic_control()?.request(&request, false) {
            // The chain comes back as it was; rules that were to go stay away.
            let body = before
                .entry()
                .map(|entry| smartnic::flow::FilterBody { rule: entry.rule.clone(), verbose: false });
            host.traffic_control()?.add_chain(&there.attach, chain, body)?;
            return Err(error.into());
        }
    } else {
        host.traffic_control()?.request(&request, false)?;
    }
    session.say(format_args!("chain {chain} set"))?;
    Ok(Ending::Done)
}

fn check_empty(chain: u32, rules: usize, with_rules: bool) -> Result<(), Error> {
    if rules == 0 || with_rules {
        return Ok(());
    }
    let rules = if rules == 1 { "a rule".to_owned() } else { format!("{rules} rules") };
    Err(Error::new(ErrorKind::Busy, "take a chain away")
        .on(format_args!("chain {chain}"))
        .reason(format!("{rules} would go with it"))
        .hint("add --with-rules if that is wanted"))
}

fn del(place: &Place, chain: u32, with_rules: bool, session: &mut Session) -> Outcome {
    if place.dev.is_none() && place.block.is_none() {
        return Err(Error::invalid("remove a chain", "the place is not named")
            .hint("add --dev or --block")
            .into());
    }
    let host = session.host_to_change()?;
    let found = find(&host, place, Some(chain))?;
    for found in &found {
        check_empty(chain, found.rules, with_rules)?;
    }
    for found in &found {
        host.traffic_control()?.remove_chain(&found.attach, chain)?;
    }
    session.say(format_args!("chain {chain} removed"))?;
    Ok(Ending::Done)
}
