//! Rules as `tc filter show` prints them, as text or as JSON.

use serde_json::Value;
use smartnic_core::flow::{ActionState, Attach, Classifier, FlowEntry, Netdev, Side, Skip};

use super::show::{Show, Style};
use super::{action, class, key};

/// What a list of rules was asked for, which tc does not print again with each of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// The place.
    pub attach: Option<Attach>,
    /// The protocol.
    pub protocol: Option<smartnic_core::types::EtherType>,
    /// The priority.
    pub prio: Option<u16>,
    /// The chain.
    pub chain: Option<u32>,
}

/// A rule as `tc filter show` prints it.
pub fn show_entry(entry: &FlowEntry, asked: &Asked, show: &mut Show<'_>) {
    show.open(None);
    show_head(entry, asked, show);
    show.open(Some("options"));
    show_options(entry, show);
    show.close();
    show.line();
    show.close();
}

/// The line that stands before the rules of a priority, which the kernel tells without a rule.
pub fn show_priority(entry: &FlowEntry, asked: &Asked, show: &mut Show<'_>) {
    show.open(None);
    show_head(entry, asked, show);
    show.line();
    show.close();
}

fn show_head(entry: &FlowEntry, asked: &Asked, show: &mut Show<'_>) {
    let rule = &entry.rule;
    show.text(format_args!("filter "));
    if asked.attach.as_ref() != Some(&rule.attach) {
        show_place(&rule.attach, show);
    }
    if asked.protocol != Some(rule.protocol) {
        let protocol = key::shown_protocol(rule.protocol);
        show.any("protocol", &protocol, format_args!("protocol {protocol} "));
    }
    if asked.prio != Some(rule.prio) {
        show.any("pref", rule.prio, format_args!("pref {} ", rule.prio));
    }
    let kind = rule.classifier.name();
    show.any("kind", kind, format_args!("{kind} "));
    if asked.chain != Some(rule.chain) {
        show.any("chain", rule.chain, format_args!("chain {} ", rule.chain));
    }
}

fn show_place(attach: &Attach, show: &mut Show<'_>) {
    match attach {
        Attach::Block(block) => show.any("block", *block, format_args!("block {block} ")),
        Attach::Dev { dev, side } => {
            let dev = show.link(dev);
            show.any("dev", &dev, format_args!("dev {dev} "));
            match side {
                Side::Ingress => show.any("ingress", true, format_args!("ingress ")),
                Side::Egress => show.any("egress", true, format_args!("egress ")),
            }
        }
    }
}

fn show_options(entry: &FlowEntry, show: &mut Show<'_>) {
    let rule = &entry.rule;
    if let Some(handle) = rule.handle {
        show.any("handle", handle, format_args!("handle {handle:#x} "));
    }
    match rule.classifier {
        Classifier::Flower => {
            class::show(rule, show);
            key::meta::show(&rule.key, show);
            show.open(Some("keys"));
            key::show(&rule.key, show);
            show.close();
        }
        Classifier::Matchall => class::show_matchall(rule, show),
    }
    match rule.skip {
        Skip::None => {}
        Skip::SkipHw => show.any("skip_hw", true, format_args!("\n  skip_hw")),
        Skip::SkipSw => show.any("skip_sw", true, format_args!("\n  skip_sw")),
    }
    match entry.in_hw {
        Some(true) => {
            show.any("in_hw", true, format_args!("\n  in_hw"));
            if rule.classifier == Classifier::Flower {
                let count = entry.in_hw_count;
                show.any("in_hw_count", count, format_args!(" in_hw_count {count}"));
            }
        }
        Some(false) => show.any("not_in_hw", true, format_args!("\n  not_in_hw")),
        None => {}
    }
    if rule.actions.is_empty() {
        return;
    }
    show.open_list(Some("actions"));
    let unknown = ActionState { stats: entry.stats, ..ActionState::default() };
    for (at, one) in rule.actions.iter().enumerate() {
        show.open(None);
        let order = u32::try_from(at + 1).unwrap_or(u32::MAX);
        show.any("order", order, format_args!("\n\taction order {order}: "));
        action::show(one, entry.actions.get(at).unwrap_or(&unknown), show);
        show.close();
    }
    show.close_list();
}

/// A rule as an object of the list that `tc -s -j filter show` prints; `shown` gives links their names.
pub fn entry_to_json(entry: &FlowEntry, shown: &dyn Fn(&Netdev) -> String) -> Value {
    to_value(shown, |show| show_entry(entry, &place_of(entry), show))
}

/// The whole list, as `tc -s -j filter show` prints it for one place: before the first rule of each chain, priority
/// and protocol stands an object for these alone.
pub fn entries_to_json(entries: &[FlowEntry], shown: &dyn Fn(&Netdev) -> String) -> Value {
    to_value(shown, |show| {
        show.open_list(None);
        let mut last = None;
        for entry in entries {
            let rule = &entry.rule;
            let place = (&rule.attach, rule.chain, rule.prio, rule.protocol);
            if last.replace(place) != Some(place) {
                show_priority(entry, &place_of(entry), show);
            }
            show_entry(entry, &place_of(entry), show);
        }
        show.close_list();
    })
}

/// On a link, the place is what was asked for; a block is shown.
fn place_of(entry: &FlowEntry) -> Asked {
    let attach = Some(&entry.rule.attach).filter(|attach| matches!(attach, Attach::Dev { .. }));
    Asked { attach: attach.cloned(), ..Asked::default() }
}

fn to_value(shown: &dyn Fn(&Netdev) -> String, make: impl FnOnce(&mut Show<'_>)) -> Value {
    let style = Style { json: true, stats: true, ..Style::default() };
    let mut show = Show::new(style, shown);
    make(&mut show);
    serde_json::from_str(&show.take()).unwrap_or_default()
}
