use clap::Subcommand;
use serde::Serialize;
use serde_json::json;
use smartnic::flow::{
    Action, ActionState, Netdev, RuleId, SHARED_KINDS, TcMessage, TcObject, TcRequest, TcVerb, users,
};
use smartnic::names::Names;
use smartnic::text::tc::command::{Command, command};
use smartnic::text::tc::{action_to_tc, describe_actions};
use smartnic::{Error, ErrorKind, Host};

use crate::print::{Align, Cell, Format, Table};
use crate::rules;
use crate::session::{Ending, Outcome, Session};

/// Shared actions: one meter or counter for several rules
///
/// An action has a kind and a number. A rule uses it by `action KIND index NUMBER`; it is counted for all its rules
/// together, and cannot be removed while one uses it.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List shared actions, with how many rules use each
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl flow action list\n  snicctl flow action list police\n  \
                      snicctl -o json flow action list gact"
    )]
    List {
        /// Only this kind, such as police; all kinds if it is left out
        kind: Option<String>,
        /// Also actions that only one rule has, each by the number that the kernel gave it
        #[arg(long)]
        all: bool,
    },
    /// Show one action, and the rules that use it
    #[command(after_help = "Examples:\n  snicctl flow action show police 7")]
    Show(Name),
    /// Make actions; the kernel gives a number to those that name none
    #[command(after_help = "Examples:\n  \
        snicctl flow action add police rate 1gbit burst 128k conform-exceed drop index 7\n  \
        snicctl flow add dev pf0vf0 ingress protocol ip flower dst_ip 10.0.0.1 action police index 7")]
    Add {
        /// The action, as tc takes it behind `actions add action`
        #[arg(value_name = "WORD", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Change an action for all rules that use it, or make it
    #[command(after_help = "Examples:\n  \
        snicctl flow action replace police rate 2gbit burst 256k conform-exceed drop index 7")]
    Replace {
        /// The action with its number, as tc takes it behind `actions replace action`
        #[arg(value_name = "WORD", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Remove an action that no rule uses
    #[command(after_help = "Examples:\n  snicctl flow action del police 7")]
    Del(Name),
    /// Remove all actions of a kind; refused if a rule uses one of them
    #[command(after_help = "Examples:\n  snicctl flow action flush police")]
    Flush {
        /// The kind
        kind: String,
    },
}

/// What names an action.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Name {
    /// The kind, such as police or gact
    kind: String,
    /// The number
    index: u32,
}

pub(super) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    match verb {
        Verb::List { kind, all } => list(kind.as_deref(), *all, session),
        Verb::Show(name) => show(name, session),
        Verb::Add { words } => change(TcVerb::Add, words, session),
        Verb::Replace { words } => change(TcVerb::Replace, words, session),
        Verb::Del(name) => del(name, session),
        Verb::Flush { kind } => flush(kind, session),
    }
}

#[derive(Debug, Serialize)]
struct Shown {
    kind: String,
    index: u32,
    action: Action,
    rules: u32,
    references: u32,
    in_hw_count: u32,
    packets: u64,
    hw_packets: u64,
    bytes: u64,
}

impl Shown {
    fn of((action, state): (Action, ActionState)) -> Self {
        Self {
            kind: action.kind.name().to_owned(),
            index: state.index,
            rules: state.binds,
            references: state.refs,
            in_hw_count: state.in_hw_count.unwrap_or(0),
            packets: state.stats.packets,
            hw_packets: state.stats.hw_packets,
            bytes: state.stats.bytes,
            action,
        }
    }

    /// Whether somebody made it by itself, or several rules use it.
    fn is_shared(&self) -> bool {
        self.references > self.rules || self.rules > 1
    }
}

fn read(host: &Host, kind: &str) -> Result<Vec<Shown>, Error> {
    Ok(host.traffic_control()?.shared_actions(kind)?.into_iter().map(Shown::of).collect())
}

fn list(kind: Option<&str>, all: bool, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let kinds = match kind {
        Some(kind) => vec![known(kind)?],
        None => SHARED_KINDS.to_vec(),
    };
    let mut found = Vec::new();
    for kind in kinds {
        found.extend(read(&host, kind)?.into_iter().filter(|shown| all || shown.is_shared()));
    }
    if session.format() == Format::Tc {
        return lines(&found, &host, session);
    }
    if !session.is_table() {
        session.data(&found)?;
        return Ok(Ending::Done);
    }
    if found.is_empty() {
        session.say("no shared actions")?;
        return Ok(Ending::Done);
    }
    let names = host.names()?;
    let table = table(&found, &names);
    session.table(&table)?;
    Ok(Ending::Done)
}

fn table(found: &[Shown], names: &Names) -> Table {
    let mut table = Table::new(&[
        ("KIND", Align::Left),
        ("INDEX", Align::Right),
        ("ACTION", Align::Left),
        ("RULES", Align::Right),
        ("DRIVERS", Align::Right),
        ("PACKETS", Align::Right),
        ("IN HW", Align::Right),
        ("BYTES", Align::Right),
    ]);
    for shown in found {
        table.row(vec![
            Cell::new(&shown.kind),
            Cell::new(shown.index),
            Cell::new(described(&shown.action, names)),
            Cell::new(shown.rules),
            Cell::new(shown.in_hw_count),
            Cell::new(shown.packets),
            Cell::new(shown.hw_packets),
            Cell::new(shown.bytes),
        ]);
    }
    table
}

fn described(action: &Action, names: &Names) -> String {
    describe_actions(&[named(action, None, names)])
}

/// The action with the number it is to be known by, and its link by name.
fn named(action: &Action, index: Option<u32>, names: &Names) -> Action {
    let mut action = Action { index, ..action.clone() };
    if let Some(target) = action.target_mut()
        && let Ok(index) = target.dev.index()
    {
        target.dev = Netdev::Name(names.name(index));
    }
    action
}

/// Prints the lines with which tc makes the same actions.
fn lines(found: &[Shown], host: &Host, session: &mut Session) -> Outcome {
    let names = host.names()?;
    for shown in found {
        let line = action_to_tc(&named(&shown.action, Some(shown.index), &names))?;
        writeln!(session.out(), "actions add action {line}")?;
    }
    Ok(Ending::Done)
}

fn known(kind: &str) -> Result<&'static str, Error> {
    SHARED_KINDS.into_iter().find(|known| *known == kind).ok_or_else(|| {
        Error::invalid("read shared actions", "the kernel has no such kind of action")
            .on(kind)
            .hint(format!("the kinds are {}", SHARED_KINDS.join(", ")))
    })
}

fn find(host: &Host, name: &Name) -> Result<Shown, Error> {
    let kind = known(&name.kind)?;
    read(host, kind)?.into_iter().find(|shown| shown.index == name.index).ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "find a shared action")
            .on(format_args!("{kind} index {}", name.index))
            .reason("there is no action of this kind with this number")
            .hint(format!("snicctl flow action list {kind}"))
    })
}

fn show(name: &Name, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let shown = find(&host, name)?;
    if session.format() == Format::Tc {
        return lines(std::slice::from_ref(&shown), &host, session);
    }
    let rules = users(&host, &name.kind, name.index)?;
    let names = host.names()?;
    let rules: Vec<String> = rules.iter().map(|rule| rules::id_words(rule, &names)).collect();
    if !session.is_table() {
        session.data(&json!({ "action": shown, "used_by": rules }))?;
        return Ok(Ending::Done);
    }
    session.table(&table(std::slice::from_ref(&shown), &names))?;
    for rule in rules {
        writeln!(session.out(), "used by {rule}")?;
    }
    Ok(Ending::Done)
}

fn change(verb: TcVerb, words: &[String], session: &mut Session) -> Outcome {
    let host = session.host_to_change()?;
    let actions = read_words(&host, words)?;
    let told = if verb == TcVerb::Replace { "set" } else { "made" };
    let answer = host.traffic_control()?.request(&TcRequest::Actions(verb, actions), true)?;
    for TcMessage { object, .. } in answer.messages {
        let TcObject::Actions(note) = object else { continue };
        for (_, action, state) in note.actions {
            let (kind, drivers) = (action.kind.name(), state.in_hw_count.unwrap_or(0));
            let place = match drivers {
                0 => "in software and in the rules that use it".to_owned(),
                1 => "held by 1 driver".to_owned(),
                drivers => format!("held by {drivers} drivers"),
            };
            session.say(format_args!("{kind} index {} {told}, {place}", state.index))?;
        }
    }
    if let Some(note) = answer.note.and_then(|note| note.message) {
        session.say(format_args!("  the kernel said: {note}"))?;
    }
    Ok(Ending::Done)
}

/// The actions that words of `tc actions add` stand for.
fn read_words(host: &Host, words: &[String]) -> Result<Vec<Action>, Error> {
    let names = host.names()?;
    let find = |name: &str| names.find(name);
    let words: Vec<&str> = words.iter().flat_map(|word| word.split_whitespace()).collect();
    let line: Vec<&str> = ["actions", "add"].into_iter().chain(words.iter().copied()).collect();
    let wrong = |reason: &str| Error::parse("read an action", reason.to_owned()).on(words.join(" "));
    let commands =
        command(&line, &find).map_err(|stop| wrong(stop.message.trim_start_matches("Error: ").trim()))?;
    match <[Command; 1]>::try_from(commands) {
        Ok([Command::Change { request: TcRequest::Actions(_, actions), .. }]) => Ok(actions),
        _ => Err(wrong("these words are no action")),
    }
}

fn del(name: &Name, session: &mut Session) -> Outcome {
    let host = session.host_to_change()?;
    let shown = find(&host, name)?;
    let object = format!("{} index {}", name.kind, name.index);
    if shown.rules > 0 {
        let rules = users(&host, &name.kind, name.index)?;
        let names = host.names()?;
        return Err(in_use(&object, shown.rules, &rules, &names).into());
    }
    host.traffic_control()?.remove_shared_action(&name.kind, name.index)?;
    session.say(format_args!("{object} removed"))?;
    Ok(Ending::Done)
}

fn in_use(object: &str, count: u32, rules: &[RuleId], names: &Names) -> Error {
    let error = Error::new(ErrorKind::Busy, "remove a shared action").on(object);
    let error = match count {
        1 => error.reason("a rule uses it"),
        count => error.reason(format!("{count} rules use it")),
    };
    match rules.first() {
        Some(rule) => error.hint(format!(
            "remove the rules first, such as with: snicctl flow del {}",
            rules::id_words(rule, names)
        )),
        None => error,
    }
}

fn flush(kind: &str, session: &mut Session) -> Outcome {
    let host = session.host_to_change()?;
    let kind = known(kind)?;
    let there = read(&host, kind)?;
    if let Some(shown) = there.iter().find(|shown| shown.rules > 0) {
        let object = format!("{kind} index {}", shown.index);
        let rules = users(&host, kind, shown.index)?;
        let names = host.names()?;
        return Err(in_use(&object, shown.rules, &rules, &names).into());
    }
    if !there.is_empty() {
        host.traffic_control()?.flush_shared_actions(kind)?;
    }
    session.say(format_args!("{} of kind {kind} removed", there.len()))?;
    Ok(Ending::Done)
}
