use std::cmp::Reverse;
use std::io;

use smartnic::flow::{FlowEntry, FlowStats, Netdev, RuleSet, Verdict};
use smartnic::names::Names;
use smartnic::text::tc::show::{Show, Style};
use smartnic::text::tc::show_message::Asked;
use smartnic::text::tc::{describe_actions, show_entry};

use super::place::PlaceArgs;
use super::recover;
use crate::print::report::verdict_cell;
use crate::print::{Align, Cell, Format, Table, tc};
use crate::rules;
use crate::session::{Ending, Outcome, Session};

/// List the rules that are there, with where they are and what they counted
///
/// Packets are counted in all; those that the NIC handled alone are in the column IN HW. With -o json the rules have
/// the shape of `tc -j -s filter show`, and each says where it stands (dev and ingress or egress, or block); indexes,
/// references and queue counters of actions are left out. With -o yaml they are a document for `flow apply`, with
/// -o tc lines for `tc -batch`.
#[derive(Debug, clap::Args)]
#[command(
    alias = "ls",
    after_help = "Examples:\n  \
    snicctl flow list\n  \
    snicctl flow list --dev pf0vf0 --chain 0\n  \
    snicctl flow list --hits --limit 10\n  \
    snicctl -o tc flow list > backup.tc\n  \
    snicctl -o json flow list | jq 'map(select(.options.not_in_hw))'"
)]
pub(crate) struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    /// Only rules that packets have met, those with most packets first
    #[arg(long)]
    hits: bool,
    /// At most so many rules
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Outcome {
    let host = recover::first(session, true)?;
    let mut entries = args.place.entries(&host)?;
    let names = host.names()?;
    let total = entries.len();
    let packets = Packets::of(&entries);
    if args.hits {
        entries.retain(|entry| entry.stats.packets > 0);
        entries.sort_by_key(|entry| Reverse(entry.stats.packets));
    }
    entries.truncate(args.limit.unwrap_or(usize::MAX));
    match session.format() {
        Format::Table if total == 0 => session.say("no flow rules")?,
        Format::Table => {
            if !entries.is_empty() {
                session.table(&table(&entries, &names))?;
            }
            session.say(packets.summary(entries.len(), total))?;
        }
        Format::Json => json(session, &entries, &names)?,
        Format::Yaml => {
            let set = entries.into_iter().map(|entry| {
                let mut rule = entry.rule;
                names.put_names(&mut rule);
                rule
            });
            write!(session.out(), "{}", set.collect::<RuleSet>().to_yaml()?)?;
        }
        Format::Tc | Format::Dot => {
            for entry in &entries {
                tc::line(session.out(), &names, &entry.rule)?;
            }
        }
    }
    Ok(Ending::Done)
}

/// How many rules are collected before they are written.
const AT_ONCE: usize = 256;

/// Writes the rules in tc's JSON shape, each with the place where it stands.
fn json(session: &mut Session, entries: &[FlowEntry], names: &Names) -> io::Result<()> {
    let name = |dev: &Netdev| dev.index().map_or_else(|_| dev.to_string(), |index| names.name(index));
    let mut show = Show::new(Style { json: true, stats: true, ..Style::default() }, &name);
    let everywhere = Asked::default();
    show.open_list(None);
    let pieces = entries.chunks(AT_ONCE).map(Some).chain([None]).map(|lot| {
        match lot {
            Some(entries) => entries.iter().for_each(|entry| show_entry(entry, &everywhere, &mut show)),
            None => show.close_list(),
        }
        show.take()
    });
    session.json_text(pieces)
}

fn table(entries: &[FlowEntry], names: &Names) -> Table {
    let mut table = Table::new(&[
        ("WHERE", Align::Left),
        ("CHAIN", Align::Right),
        ("PREF", Align::Right),
        ("PROTOCOL", Align::Left),
        ("HANDLE", Align::Right),
        ("MATCH", Align::Left),
        ("ACTIONS", Align::Left),
        ("VERDICT", Align::Left),
        ("PACKETS", Align::Right),
        ("IN HW", Align::Right),
        ("BYTES", Align::Right),
    ]);
    for entry in entries {
        let mut rule = entry.rule.clone();
        names.put_names(&mut rule);
        let FlowStats { packets, bytes, hw_packets, .. } = entry.stats;
        table.row(vec![
            Cell::new(&rule.attach),
            Cell::new(rule.chain),
            Cell::new(rule.prio),
            Cell::new(rule.protocol),
            Cell::option(rule.handle.map(|handle| format!("{handle:#x}"))),
            Cell::new(rules::matched(&rule)),
            Cell::new(describe_actions(&rule.actions)),
            verdict_cell(&Verdict::of(entry, Vec::new())),
            Cell::new(packets),
            Cell::new(hw_packets),
            Cell::new(bytes),
        ]);
    }
    table
}

/// What all rules counted together.
struct Packets {
    all: u64,
    hardware: u64,
    in_hardware: usize,
}

impl Packets {
    fn of(entries: &[FlowEntry]) -> Self {
        let sum = |count: fn(&FlowStats) -> u64| entries.iter().map(|entry| count(&entry.stats)).sum();
        let placed = entries.iter().filter(|entry| Verdict::of(entry, Vec::new()).is_in_hardware());
        Self {
            all: sum(|stats| stats.packets),
            hardware: sum(|stats| stats.hw_packets),
            in_hardware: placed.count(),
        }
    }

    fn summary(&self, shown: usize, total: usize) -> String {
        let rules = if total == 1 { "rule" } else { "rules" };
        let mut text = format!("{total} {rules}, {} in hardware", self.in_hardware);
        if shown < total {
            text = format!("{shown} shown of {text}");
        }
        if self.all > 0 && self.hardware == 0 && self.in_hardware > 0 {
            // Some drivers (ice) do not count what the NIC does.
            let by = "all by the CPU: the rules in hardware show no count";
            text.push_str(&format!("; {} packets counted, {by}", self.all));
        } else if self.all > 0 {
            let share = self.hardware as f64 * 100.0 / self.all as f64;
            text.push_str(&format!("; {} packets counted, {share:.1} % of them by the NIC", self.all));
        }
        text
    }
}
