//! Actions of the document: a word, or a map of which one field says what is done.

use serde_saphyr::{Location, Spanned};
use smartnic_core::flow::{Action, ActionKind, Control, HwStats, MAX_CHAIN, MirredTarget, Side, VlanChange};
use smartnic_core::types::EtherType;

use super::document::{ActionDoc, ActionMap, Text};
use super::read::{link, read_side, word};
use crate::text::cursor::{Fault, Parsed, Word};
use crate::text::number::{Base, number};

/// The actions of one word.
pub(super) const WORDS: [(&str, Control); 6] = [
    ("drop", Control::Drop),
    ("pass", Control::Pass),
    ("trap", Control::Trap),
    ("continue", Control::Continue),
    ("reclassify", Control::Reclassify),
    ("pipe", Control::Pipe),
];

pub(super) const STATS: [(&str, Option<HwStats>); 4] = [
    ("any", None),
    ("immediate", Some(HwStats::IMMEDIATE)),
    ("delayed", Some(HwStats::DELAYED)),
    ("disabled", Some(HwStats::empty())),
];

/// What is wrong, and where.
type At<T> = Result<T, (Box<Fault>, Location)>;

/// Reads an action; the location is that of the fault if there is one.
pub(super) fn read_action(doc: &Spanned<ActionDoc>) -> (Parsed<Action>, Location) {
    let read = match &doc.value {
        ActionDoc::Word(text) => one_word(&Word { text, at: 0 }).map_err(|fault| (fault, doc.referenced)),
        ActionDoc::Map(map) => read_map(map, doc.referenced),
    };
    match read {
        Ok(action) => (Ok(action), doc.referenced),
        Err((fault, location)) => (Err(fault), location),
    }
}

fn one_word(word: &Word<'_>) -> Parsed<Action> {
    if word.text == "vlan_pop" {
        return Ok(Action::vlan_pop());
    }
    match control(word) {
        Some(control) => Ok(Action::gact(control)),
        None => match word.text {
            "redirect" | "mirror" | "vlan_push" | "vlan_modify" | "goto" => {
                let fault = word.wrong(format!("`{}` needs a value", word.text));
                Err(fault.hint(format!("write `{{{}: …}}`", word.text)))
            }
            _ => Err(word.unknown("action", WORDS.map(|(name, _)| name).into_iter().chain(["vlan_pop"]))),
        },
    }
}

fn control(word: &Word<'_>) -> Option<Control> {
    WORDS.iter().find(|(name, _)| *name == word.text).map(|(_, control)| *control)
}

fn at<T>(text: &Text, read: impl FnOnce(&Word<'_>) -> Parsed<T>) -> At<T> {
    read(&word(text)).map_err(|fault| (fault, text.referenced))
}

fn read_map(map: &ActionMap, place: Location) -> At<Action> {
    let ActionMap { action, redirect, mirror, vlan_push, vlan_modify, goto, tc, .. } = map;
    let kinds = [action, redirect, mirror, vlan_push, vlan_modify, goto, tc];
    if kinds.iter().filter(|kind| kind.is_some()).count() != 1 {
        let fault =
            Fault::at(0, 1, "an action is one of action, redirect, mirror, vlan_push, vlan_modify, goto, tc");
        return Err((fault, place));
    }
    let mut action = kind(map)?;
    let extra = |text: &Option<Text>, fits: bool, name: &str| match text {
        Some(text) if !fits => {
            Err((word(text).wrong(format!("`{name}` does not go with this action")), text.referenced))
        }
        _ => Ok(()),
    };
    let of_tc = map.tc.is_some();
    extra(&map.side, action.target().is_some() && !of_tc, "side")?;
    let tag = map.vlan_push.is_some() || map.vlan_modify.is_some();
    extra(&map.protocol, tag, "protocol")?;
    extra(&map.priority, tag, "priority")?;
    extra(&map.then, !of_tc && !matches!(action.kind, ActionKind::Gact | ActionKind::Redirect(_)), "then")?;
    extra(&map.hw_stats, !of_tc, "hw_stats")?;
    if let Some(then) = &map.then {
        action.control = at(then, then_control)?;
    }
    if let Some(stats) = &map.hw_stats {
        action.hw_stats = at(stats, |word| {
            let stats = STATS.iter().find(|(name, _)| *name == word.text).map(|(_, stats)| *stats);
            stats.ok_or_else(|| word.unknown("kind of hw_stats", STATS.map(|(name, _)| name)))
        })?;
    }
    Ok(action)
}

fn kind(map: &ActionMap) -> At<Action> {
    let target = |dev: &Text| {
        let side = map.side.as_ref().map_or(Ok(Side::Egress), |side| at(side, read_side))?;
        Ok(MirredTarget { dev: at(dev, link)?, ingress: side == Side::Ingress })
    };
    let tag = |id: &Text| {
        let id = at(id, |word| number(word, Base::C, 4095, "a VLAN"))?;
        let protocol =
            map.protocol.as_ref().map(|text| at(text, |word| word.value::<EtherType>())).transpose()?;
        let priority = map.priority.as_ref();
        let priority =
            priority.map(|text| at(text, |word| number(word, Base::C, 7, "a VLAN priority"))).transpose()?;
        Ok(VlanChange { id, protocol, priority })
    };
    let kind = match map {
        ActionMap { redirect: Some(dev), .. } => ActionKind::Redirect(target(dev)?),
        ActionMap { mirror: Some(dev), .. } => ActionKind::Mirror(target(dev)?),
        ActionMap { vlan_push: Some(id), .. } => ActionKind::VlanPush(tag(id)?),
        ActionMap { vlan_modify: Some(id), .. } => ActionKind::VlanModify(tag(id)?),
        ActionMap { goto: Some(chain), .. } => return at(chain, goto).map(Action::gact),
        ActionMap { action: Some(name), .. } => return at(name, one_word),
        ActionMap { tc: Some(words), .. } => return at(words, |word| crate::text::tc::action(word.text)),
        // The caller counted the fields.
        _ => return Err((Fault::at(0, 1, "the action is missing"), Location::UNKNOWN)),
    };
    Ok(Action::new(kind))
}

fn goto(word: &Word<'_>) -> Parsed<Control> {
    number(word, Base::C, u64::from(MAX_CHAIN), "a chain").map(Control::Goto)
}

/// What follows an action: a word, or `goto N`.
fn then_control(word: &Word<'_>) -> Parsed<Control> {
    match word.text.strip_prefix("goto ") {
        Some(chain) => goto(&Word { text: chain.trim(), at: 0 }),
        None => control(word).ok_or_else(|| word.unknown("control", WORDS.map(|(name, _)| name))),
    }
}
