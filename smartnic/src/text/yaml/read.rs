use serde_saphyr::{Location, Spanned};
use smartnic_core::backend::HookKind;
use smartnic_core::flow::{Attach, Classifier, MAX_CHAIN, Match, Netdev, Rule, Side, Skip};
use smartnic_core::types::EtherType;

use super::RENAMED;
use super::action::read_action;
use super::document::{Defaults, Document, HookDoc, Keys, RuleDoc, Text};
use crate::text::cursor::{Fault, Parsed, Word};
use crate::text::number::{Base, number};
use crate::text::problem::{Problem, Problems};
use crate::text::set::{RuleLine, RuleSet};
use crate::text::suggest::closest;
use crate::text::tc::HookLine;
use crate::text::tc::{class, key};

/// Reads a document.
///
/// # Errors
/// Every wrong value; but of a document that is not built as it must be (unknown fields, YAML that is none) only the
/// first such place.
pub fn parse(text: &str) -> Result<RuleSet, Problems> {
    let mut reader = Reader { lines: text.lines().collect(), problems: Problems::default() };
    // The limits are against small texts that grow large; a rule file may well be long.
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_nodes: text.len().max(250_000),
            max_events: text.len().saturating_mul(2).max(1_000_000),
        },
    };
    let document: Document = serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| Problems::from(reader.structure(&error)))?;
    let mut set = RuleSet::default();
    for hook in &document.hooks {
        set.hooks.extend(reader.hook(hook));
    }
    for rule in &document.rules {
        set.rules.extend(reader.rule(rule, None, &[&document.defaults]));
    }
    for group in &document.groups {
        let group = &group.value;
        for rule in &group.rules {
            set.rules.extend(reader.rule(rule, Some(&group.name), &[&group.defaults, &document.defaults]));
        }
    }
    reader.problems.list.sort_by_key(|problem| (problem.line, problem.column));
    reader.problems.or(set)
}

/// Reads one rule that does not stand in a text.
pub(super) fn one_rule(doc: &Spanned<RuleDoc>) -> Result<Rule, Problems> {
    let mut reader = Reader { lines: Vec::new(), problems: Problems::default() };
    match reader.rule(doc, None, &[]) {
        Some(line) => Ok(line.rule),
        None => Err(reader.problems),
    }
}

/// A scalar as a word, whose place is that of the scalar.
pub(super) fn word(text: &Text) -> Word<'_> {
    Word { text: &text.value, at: 0 }
}

struct Reader<'t> {
    lines: Vec<&'t str>,
    problems: Problems,
}

impl Reader<'_> {
    /// What a library says about the structure, in our form.
    fn structure(&self, error: &serde_saphyr::Error) -> Problem {
        let options = serde_saphyr::render_options! {
            formatter: &serde_saphyr::UserMessageFormatter,
            snippets: serde_saphyr::SnippetMode::Off,
        };
        let said = error.without_snippet().render_with_options(options);
        // The place stands at the end of the text too.
        let message = said.rsplit_once(" at line ").map_or(said.as_str(), |(message, _)| message);
        let mut fault = Fault::at(0, 1, message);
        // The library's own form: unknown field `x`, expected one of a, b, c.
        let unknown =
            message.strip_prefix("unknown field `").and_then(|rest| rest.split_once("`, expected "));
        if let Some((word, names)) = unknown {
            let names =
                names.trim_start_matches("one of ").split([',', ' ', '`']).filter(|name| !name.is_empty());
            if let Some(name) = closest(word, names) {
                fault = fault.hint(format!("did you mean `{name}`?"));
            }
        }
        self.place(*fault, error.location().unwrap_or(Location::UNKNOWN))
    }

    fn place(&self, fault: Fault, location: Location) -> Problem {
        let line = location.line() as usize;
        let source = line.checked_sub(1).and_then(|at| self.lines.get(at)).copied().unwrap_or_default();
        Problem {
            line,
            column: if source.is_empty() { 0 } else { location.column() as usize },
            width: fault.width,
            source: source.to_owned(),
            message: fault.message,
            hint: fault.hint,
        }
    }

    /// The value, or a note of what is wrong with it.
    fn take<T>(&mut self, parsed: Parsed<T>, location: Location) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(fault) => {
                let problem = self.place(*fault, location);
                self.problems.add(problem);
                None
            }
        }
    }

    /// Reads a field that may be missing; `None` only if what is there is wrong.
    fn field<T>(
        &mut self,
        text: Option<&Text>,
        missing: T,
        read: impl FnOnce(&Word<'_>) -> Parsed<T>,
    ) -> Option<T> {
        match text {
            None => Some(missing),
            Some(text) => self.take(read(&word(text)), text.referenced),
        }
    }

    fn hook(&mut self, doc: &Spanned<HookDoc>) -> Option<HookLine> {
        let HookDoc { dev, kind, ingress_block, egress_block } = &doc.value;
        let dev = self.take(link(&word(dev)), dev.referenced);
        let kind = self.field(kind.as_ref(), HookKind::Clsact, |word| match word.text {
            "clsact" => Ok(HookKind::Clsact),
            "ingress" => Ok(HookKind::Ingress),
            _ => Err(word.unknown("kind of hook", ["clsact", "ingress"])),
        });
        let ingress_block = self.field(ingress_block.as_ref(), None, |word| block(word).map(Some));
        let egress_block = self.field(egress_block.as_ref(), None, |word| block(word).map(Some));
        let (dev, kind) = (dev?, kind?);
        let hook = HookLine { dev, kind, ingress_block: ingress_block?, egress_block: egress_block? };
        if kind == HookKind::Ingress && hook.egress_block.is_some() {
            let fault = Fault::at(0, 1, "an ingress hook has no egress side").hint("write `kind: clsact`");
            return self.take(Err(fault), doc.referenced);
        }
        Some(hook)
    }

    fn rule(
        &mut self,
        doc: &Spanned<RuleDoc>,
        group: Option<&String>,
        defaults: &[&Defaults],
    ) -> Option<RuleLine> {
        let RuleDoc {
            dev, side, block, chain, prio, protocol, skip, handle, group: own, keys, actions, ..
        } = &doc.value;
        let place = doc.referenced;
        let or = |own: &Option<Text>, from: fn(&Defaults) -> &Option<Text>| {
            own.clone().or_else(|| defaults.iter().find_map(|defaults| from(defaults).clone()))
        };
        // The nearest that names a link or a block says where the rule stands.
        let places = defaults.iter().map(|from| (&from.dev, &from.block));
        let place_of =
            std::iter::once((dev, block)).chain(places).find(|(dev, block)| dev.is_some() || block.is_some());
        let (dev, block) = place_of.unwrap_or((dev, block));
        let side = if block.is_some() { side.clone() } else { or(side, |from| &from.side) };
        let attach = self.attach(dev.as_ref(), side.as_ref(), block.as_ref(), place);
        let chain = self.field(or(chain, |from| &from.chain).as_ref(), 0, |word| {
            number(word, Base::C, u64::from(MAX_CHAIN), "a chain")
        });
        let prio = or(prio, |from| &from.prio);
        let prio = self.field(prio.as_ref(), 0, |word| number(word, Base::C, 0xffff, "a priority"));
        let protocol = or(protocol, |from| &from.protocol);
        let protocol = self.field(protocol.as_ref(), EtherType::ALL, |word| word.value());
        let skip = self.field(or(skip, |from| &from.skip).as_ref(), Skip::None, |word| match word.text {
            "none" => Ok(Skip::None),
            "skip_sw" | "sw" => Ok(Skip::SkipSw),
            "skip_hw" | "hw" => Ok(Skip::SkipHw),
            _ => Err(word.unknown("skip", ["none", "skip_sw", "skip_hw"])),
        });
        let handle = self.field(handle.as_ref(), None, |word| {
            number(word, Base::C, u64::from(u32::MAX), "a handle").map(Some)
        });
        let classifier = self.field(doc.value.classifier.as_ref(), Classifier::Flower, read_classifier);
        let classid = attach.as_ref().and_then(|attach| self.class(&doc.value, attach));
        let keys = protocol.and_then(|protocol| self.keys(keys, protocol));
        let mut read = Vec::new();
        for action in actions {
            let (parsed, location) = read_action(action);
            read.extend(self.take(parsed, location));
        }
        if read.len() < actions.len() {
            return None;
        }
        let rule = Rule {
            attach: attach?,
            chain: chain?,
            prio: prio?,
            protocol: protocol?,
            handle: handle?.filter(|handle: &u32| *handle != 0),
            classifier: classifier?,
            classid: classid?,
            key: keys?,
            actions: read,
            skip: skip?,
        };
        self.take(rule.check().map_err(|error| Fault::at(0, 1, error.why())), place)?;
        Some(RuleLine { rule, group: own.clone().or_else(|| group.cloned()), line: place.line() as usize })
    }

    /// The class, which may be missing; `None` only if what is there is wrong.
    fn class(&mut self, doc: &RuleDoc, attach: &Attach) -> Option<Option<u32>> {
        match (&doc.classid, &doc.hw_tc) {
            (Some(_), Some(hw_tc)) => {
                let fault = word(hw_tc).wrong("`hw_tc` and `classid` exclude each other");
                self.take(Err(fault), hw_tc.referenced)
            }
            (Some(text), None) => self.take(class::read(&word(text)).map(Some), text.referenced),
            (None, Some(text)) => self.take(class::hw_tc(&word(text), attach).map(Some), text.referenced),
            (None, None) => Some(None),
        }
    }

    fn attach(
        &mut self,
        dev: Option<&Text>,
        side: Option<&Text>,
        at: Option<&Text>,
        place: Location,
    ) -> Option<Attach> {
        let attach = match (dev, at) {
            (Some(_), Some(at)) => {
                let fault = word(at).wrong("a rule stands on a link or on a block, not on both");
                return self.take(Err(fault), at.referenced);
            }
            (None, None) => {
                let fault =
                    Fault::at(0, 1, "the place is missing").hint("write `dev: NAME` or `block: NUMBER`");
                return self.take(Err(fault), place);
            }
            (None, Some(at)) => self.take(block(&word(at)), at.referenced).map(Attach::Block),
            (Some(dev), None) => {
                let name = self.take(link(&word(dev)), dev.referenced);
                let side = self.field(side, Side::Ingress, read_side)?;
                return name.map(|dev| Attach::Dev { dev, side });
            }
        };
        if let Some(side) = side {
            let fault = word(side).wrong("a block has no side: its rules see what its links send to it");
            return self.take(Err(fault), side.referenced);
        }
        attach
    }

    fn keys(&mut self, keys: &Keys, protocol: EtherType) -> Option<Match> {
        let before = self.problems.list.len() + self.problems.more;
        let eth_type = (protocol != EtherType::ALL).then_some(protocol);
        let mut key = Match { eth_type, ..Match::default() };
        let tc_name = |text: &Text| {
            let name = text.value.as_str();
            RENAMED.iter().find(|(ours, _)| *ours == name).map_or(name, |(_, tc)| *tc).to_owned()
        };
        for (name, _) in &keys.0 {
            if !key::documented().any(|key| key.name == tc_name(name)) {
                let names = key::documented().map(|key| key.name).chain(RENAMED.map(|(ours, _)| ours));
                let fault = word(name).unknown("key", names);
                self.take::<()>(Err(fault), name.referenced);
            }
        }
        // In the table's order, so that a key finds those that it needs wherever they are written.
        for entry in key::documented() {
            for (name, value) in keys.0.iter().filter(|(name, _)| tc_name(name) == entry.name) {
                let parsed = plain_number(name, value).and_then(|()| entry.read_text(&mut key, &word(value)));
                self.take(parsed, value.referenced);
            }
        }
        key::drop_empty(&mut key);
        (self.problems.list.len() + self.problems.more == before).then_some(key)
    }
}

/// Refuses `ip_proto: 47`, which tc would read as 0x47.
fn plain_number(name: &Text, value: &Text) -> Parsed<()> {
    let digits = value.value.bytes().all(|digit| digit.is_ascii_digit());
    if name.value == "ip_proto" && digits && value.value.len() > 1 {
        let fault = word(value).wrong("numbers of IP protocols are hexadecimal");
        return Err(fault.hint("write a name, or a number that begins with 0x, such as 0x2f for GRE"));
    }
    Ok(())
}

fn read_classifier(word: &Word<'_>) -> Parsed<Classifier> {
    let all = [Classifier::Flower, Classifier::Matchall];
    let found = all.into_iter().find(|classifier| classifier.name() == word.text);
    found.ok_or_else(|| word.unknown("classifier", all.map(Classifier::name)))
}

pub(super) fn read_side(word: &Word<'_>) -> Parsed<Side> {
    match word.text {
        "ingress" => Ok(Side::Ingress),
        "egress" => Ok(Side::Egress),
        _ => Err(word.unknown("side", ["ingress", "egress"])),
    }
}

pub(super) fn link(word: &Word<'_>) -> Parsed<Netdev> {
    crate::text::tc::link_name(word).map(Netdev::Name)
}

fn block(word: &Word<'_>) -> Parsed<u32> {
    crate::text::tc::block(word)
}
