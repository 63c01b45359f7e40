//! Filters and chains as `tc filter show` prints them, as text or as JSON.

use serde_json::Value;
use smartnic_core::flow::{
    ActionState, Attach, Classifier, EGRESS_PARENT, FilterContent, FilterNote, FlowEntry, INGRESS_PARENT,
    Netdev, ROOT_PARENT, Skip, TcName, TcPlace, Told,
};

use super::show::{Show, Style};
use super::show_message::Asked;
use super::{action, class, key};

/// A filter or a chain as tc shows it; the object stays open for what follows.
pub(super) fn show_note(note: &FilterNote, told: Told, chain: bool, asked: &Asked, show: &mut Show<'_>) {
    show.told(told);
    show.text(format_args!("{}", if chain { "chain " } else { "filter " }));
    show_head(&note.name, chain, asked, show);
    match &note.content {
        FilterContent::None => {}
        FilterContent::Flow(entry) => {
            show.open(Some("options"));
            show_options(entry, note.hits, show);
            show.close();
        }
        FilterContent::Other { .. } => {
            show.open(Some("options"));
            if note.name.handle != 0 {
                show.text(format_args!("fh {:08x} ", note.name.handle));
            }
            show.close();
        }
    }
    show.line();
}

fn show_head(name: &TcName, chain: bool, asked: &Asked, show: &mut Show<'_>) {
    show_place(name.place, asked, show);
    if !chain {
        if name.protocol.0 != 0 && asked.protocol != Some(name.protocol) {
            let protocol = key::shown_protocol(name.protocol);
            show.any("protocol", &protocol, format_args!("protocol {protocol} "));
        }
        if name.prio != 0 && asked.prio != Some(name.prio) {
            show.any("pref", name.prio, format_args!("pref {} ", name.prio));
        }
    }
    if let Some(kind) = &name.kind {
        show.any("kind", kind, format_args!("{kind} "));
    }
    if let Some(chain) = name.chain.filter(|chain| asked.chain != Some(*chain)) {
        show.any("chain", chain, format_args!("chain {chain} "));
    }
}

fn show_place(place: TcPlace, asked: &Asked, show: &mut Show<'_>) {
    let (link, parent) = match place {
        TcPlace::Block(block) => {
            if asked.block != Some(block) {
                show.any("block", block, format_args!("block {block} "));
            }
            return;
        }
        TcPlace::Link { link, parent } => (link, parent),
    };
    if asked.link != Some(link) {
        let dev = show.link(&link.into());
        show.any("dev", &dev, format_args!("dev {dev} "));
    }
    if asked.parent == parent && parent != 0 {
        return;
    }
    match parent {
        ROOT_PARENT => show.any("root", true, format_args!("root ")),
        INGRESS_PARENT => show.any("ingress", true, format_args!("ingress ")),
        EGRESS_PARENT => show.any("egress", true, format_args!("egress ")),
        parent => {
            let parent = class::shown(parent);
            show.any("parent", &parent, format_args!("parent {parent} "));
        }
    }
}

fn show_options(entry: &FlowEntry, hits: Option<u64>, show: &mut Show<'_>) {
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
    // Of matchall tc ends these lines itself.
    let flower = rule.classifier == Classifier::Flower;
    let mark = |name: &str, show: &mut Show<'_>| {
        match flower {
            true => show.text(format_args!("\n  {name}")),
            false => show.literal(format_args!("\n  {name}")),
        }
        show.json(name, true);
    };
    match rule.skip {
        Skip::None => {}
        Skip::SkipHw => mark("skip_hw", show),
        Skip::SkipSw => mark("skip_sw", show),
    }
    match entry.in_hw {
        Some(true) => {
            mark("in_hw", show);
            if flower {
                let count = entry.in_hw_count;
                show.any("in_hw_count", count, format_args!(" in_hw_count {count}"));
            }
        }
        Some(false) => mark("not_in_hw", show),
        None => {}
    }
    if let Some(hits) = hits.filter(|_| show.style.stats) {
        show.any("rule_hit", hits, format_args!(" (rule hit {hits})"));
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

/// A rule as `tc filter show` prints it.
pub fn show_entry(entry: &FlowEntry, asked: &Asked, show: &mut Show<'_>) {
    show.open(None);
    show.text(format_args!("filter "));
    show_head(&name_of(entry), false, asked, show);
    show.open(Some("options"));
    show_options(entry, None, show);
    show.close();
    show.line();
    show.close();
}

/// The line that stands before the rules of a priority, which the kernel tells without a rule.
pub fn show_priority(entry: &FlowEntry, asked: &Asked, show: &mut Show<'_>) {
    show.open(None);
    show.text(format_args!("filter "));
    show_head(&name_of(entry), false, asked, show);
    show.line();
    show.close();
}

fn name_of(entry: &FlowEntry) -> TcName {
    let rule = &entry.rule;
    TcName {
        place: Asked::place(&rule.attach),
        prio: rule.prio,
        protocol: rule.protocol,
        chain: Some(rule.chain),
        handle: rule.handle.unwrap_or(0),
        kind: Some(rule.classifier.name().to_owned()),
    }
}

/// On a link, the place is what was asked for; a block is shown.
fn place_of(entry: &FlowEntry) -> Asked {
    match entry.rule.attach {
        Attach::Block(_) => Asked::default(),
        Attach::Dev { .. } => Asked::at(&entry.rule.attach),
    }
}

fn to_value(shown: &dyn Fn(&Netdev) -> String, make: impl FnOnce(&mut Show<'_>)) -> Value {
    let style = Style { json: true, stats: true, ..Style::default() };
    let mut show = Show::new(style, shown);
    make(&mut show);
    serde_json::from_str(&show.take()).unwrap_or_default()
}
