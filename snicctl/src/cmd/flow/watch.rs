use serde_json::{Value, json};
use smartnic::flow::{CLSACT_PARENT, EGRESS_PARENT, INGRESS_PARENT, ROOT_PARENT};
use smartnic::flow::{FilterNote, Netdev, Side, TcMessage, TcName, TcObject, TcPlace, Told};
use smartnic::names::Names;
use smartnic::text::tc::show::{Show, Style};
use smartnic::text::tc::show_message::{Asked, show_message};
use smartnic::text::tc::{describe_actions, describe_match};

use crate::cmd::watching::Limits;
use crate::print::Format;
use crate::session::{Outcome, Session};

/// Watch what others change: rules, chains, shared actions, qdiscs
///
/// Prints a line for each change as the kernel tells it, whoever made it, until it is stopped or the limit is reached.
/// With -o json each line is an object: event (added, replaced, deleted, or there where the kernel does not say), object
/// (filter, chain, actions, qdisc), and under tc what `tc -j monitor` shows of it. On a simulated host nobody else
/// changes anything.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    snicctl flow watch\n  \
    snicctl flow watch --count 10\n  \
    snicctl -o json flow watch --timeout 60")]
pub(crate) struct Args {
    #[command(flatten)]
    limits: Limits,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let mut watch = host.traffic_control()?.watch()?;
    args.limits.watch(
        session,
        &mut watch,
        |watch, left| watch.wait(left),
        |session, _, message| {
            // Links come and go while others change things.
            let names = host.names()?;
            match session.format() {
                Format::Json | Format::Yaml => writeln!(session.out(), "{}", as_json(&message, &names))?,
                Format::Table | Format::Tc | Format::Dot => {
                    writeln!(session.out(), "{}", line(&message, &names))?
                }
            }
            Ok(true)
        },
    )
}

fn event(told: Told) -> &'static str {
    match told {
        Told::There => "there",
        Told::Added => "added",
        Told::Replaced => "replaced",
        Told::Deleted => "deleted",
    }
}

fn as_json(message: &TcMessage, names: &Names) -> Value {
    let object = match message.object {
        TcObject::Filter(_) => "filter",
        TcObject::Chain(_) => "chain",
        TcObject::Actions(_) => "actions",
        TcObject::Qdisc(_) => "qdisc",
    };
    let name = |dev: &Netdev| dev.index().map_or_else(|_| dev.to_string(), |index| names.name(index));
    let mut show = Show::new(Style { json: true, ..Style::default() }, &name);
    show.open_list(None);
    show_message(message, &Asked::default(), &mut show);
    show.close_list();
    let told: Value = serde_json::from_str(&show.take()).unwrap_or_default();
    json!({ "event": event(message.told), "object": object, "tc": told })
}

/// A change for people, on one line.
fn line(message: &TcMessage, names: &Names) -> String {
    let what = match &message.object {
        TcObject::Filter(note) => format!("filter {}{}", named(&note.name, names), rule(note, names)),
        TcObject::Chain(note) => format!("chain {}{}", named(&note.name, names), rule(note, names)),
        TcObject::Actions(note) => match &note.flushed {
            Some((kind, count)) => format!("actions {kind}, all {count} of them"),
            None => {
                let action = |action: &smartnic::flow::Action| {
                    let index = action.index.unwrap_or(0);
                    format!(
                        "{} index {index}: {}",
                        action.kind.name(),
                        describe_actions(std::slice::from_ref(action))
                    )
                };
                let all: Vec<String> = note.actions.iter().map(|(_, one, _)| action(one)).collect();
                format!("actions {}", all.join(", "))
            }
        },
        TcObject::Qdisc(note) => format!("qdisc {} on {}", note.kind, names.name(note.link)),
    };
    match &message.remark {
        Some(remark) => format!("{:<8} {what} ({remark})", event(message.told)),
        None => format!("{:<8} {what}", event(message.told)),
    }
}

fn named(name: &TcName, names: &Names) -> String {
    let mut text = match name.place {
        TcPlace::Block(block) => format!("block {block}"),
        TcPlace::Link { link, parent } => {
            let side = match parent {
                INGRESS_PARENT | CLSACT_PARENT => Side::Ingress.to_string(),
                EGRESS_PARENT => Side::Egress.to_string(),
                ROOT_PARENT => "root".to_owned(),
                parent => format!("parent {:x}:{:x}", parent >> 16, parent & 0xffff),
            };
            format!("{} {side}", names.name(link))
        }
    };
    if let Some(chain) = name.chain {
        text.push_str(&format!(" chain {chain}"));
    }
    if name.prio != 0 {
        text.push_str(&format!(" pref {} {}", name.prio, name.protocol));
    }
    if name.handle != 0 {
        text.push_str(&format!(" handle {:#x}", name.handle));
    }
    if let Some(kind) = &name.kind {
        text.push_str(&format!(" {kind}"));
    }
    text
}

/// What a rule matches and does, if the message says so.
fn rule(note: &FilterNote, names: &Names) -> String {
    let Some(entry) = note.entry() else { return String::new() };
    let mut rule = entry.rule.clone();
    names.put_names(&mut rule);
    let matched = describe_match(&rule.key);
    let matched = if matched.is_empty() { "everything".to_owned() } else { matched };
    match rule.actions.is_empty() {
        true => format!(": {matched}"),
        false => format!(": {matched} → {}", describe_actions(&rule.actions)),
    }
}
