//! `filter add|replace|change|del …`: everything before the classifier.

use smartnic_core::flow::{Attach, Classifier, MAX_CHAIN, Netdev, Rule, Side};
use smartnic_core::types::EtherType;

use super::{Op, Selector, flower, matchall};
use crate::text::cursor::{Cursor, Fault, Parsed, Word};
use crate::text::number::{Base, number, read as read_number};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Add,
    Replace,
    Change,
    Delete,
}

const VERBS: [(&str, Verb); 4] =
    [("add", Verb::Add), ("change", Verb::Change), ("replace", Verb::Replace), ("delete", Verb::Delete)];

/// What stands between the verb and the classifier.
#[derive(Debug, Default)]
struct Head<'l> {
    dev: Option<(Word<'l>, Netdev)>,
    side: Option<(Word<'l>, Side)>,
    block: Option<(Word<'l>, u32)>,
    protocol: Option<(Word<'l>, EtherType)>,
    prio: Option<(Word<'l>, u16)>,
    chain: Option<(Word<'l>, u32)>,
    handle: Option<(Word<'l>, u32)>,
}

/// Reads what follows `filter`.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Op> {
    let word =
        cursor.need(|| "a command such as `add` must follow `filter`, but the line ends".to_owned())?;
    let Some((_, verb)) = VERBS.iter().find(|(name, _)| word.begins(name)) else {
        if ["get", "show", "list", "ls", "help"].contains(&word.text) {
            return Err(
                word.wrong(format!("`filter {}` changes nothing and has no place in a file", word.text))
            );
        }
        return Err(
            word.unknown("command for filters", VERBS.map(|(name, _)| name).into_iter().chain(["del"]))
        );
    };
    let head = Head::read(cursor)?;
    let kind = cursor.next();
    let classifier = kind.as_ref().map(classifier).transpose()?;
    if *verb == Verb::Delete {
        return match cursor.peek() {
            None => Ok(Op::Delete(head.selector(cursor, classifier)?)),
            Some(word) => Err(word
                .wrong("keys and actions of a deletion are not looked at: it would delete more than it says")
                .hint("name the rule by pref, protocol and handle only")),
        };
    }
    let Some(classifier) = classifier else {
        return Err(cursor.ends("the classifier is missing").hint("write `flower` and what it matches"));
    };
    let attach = head.attach(cursor)?;
    if *verb == Verb::Change && head.protocol.is_none() {
        return Err(word.wrong("`change` needs the protocol of the rule that is there"));
    }
    let rule = Rule { classifier, ..head.rule(attach) };
    let rule = match classifier {
        Classifier::Flower => flower::read(cursor, rule)?,
        Classifier::Matchall => matchall::read(cursor, rule)?,
    };
    Ok(match verb {
        Verb::Add => Op::Add(rule),
        Verb::Replace => Op::Replace(rule),
        _ => Op::Change(rule),
    })
}

fn classifier(kind: &Word<'_>) -> Parsed<Classifier> {
    let all = [Classifier::Flower, Classifier::Matchall];
    all.into_iter().find(|classifier| classifier.name() == kind.text).ok_or_else(|| wrong_kind(kind))
}

fn wrong_kind(kind: &Word<'_>) -> Box<Fault> {
    const FOREIGN: [&str; 7] = ["u32", "bpf", "basic", "fw", "flow", "route", "cgroup"];
    if FOREIGN.contains(&kind.text) {
        let fault = kind.wrong(format!("the classifier `{}` is not supported", kind.text));
        return fault.hint("NICs take `flower` and `matchall`");
    }
    let words = [
        "flower", "matchall", "dev", "ingress", "egress", "block", "parent", "protocol", "pref", "prio",
        "chain", "handle",
    ];
    kind.unknown("option of filters", words)
}

impl<'l> Head<'l> {
    /// Reads up to the classifier, which is the first word that is none of these.
    fn read(cursor: &mut Cursor<'l>) -> Parsed<Self> {
        let mut head = Self::default();
        while let Some(word) = cursor.peek() {
            match word.text {
                "dev" => {
                    cursor.next();
                    let value = cursor.value_of("dev")?;
                    once(&mut head.dev, word, Netdev::Name(link_name(&value)?))?;
                }
                "ingress" | "egress" => {
                    cursor.next();
                    let side = if word.text == "ingress" { Side::Ingress } else { Side::Egress };
                    once(&mut head.side, word, side)?;
                }
                "parent" => {
                    cursor.next();
                    let value = cursor.value_of("parent")?;
                    once(&mut head.side, word, parent(&value)?)?;
                }
                "root" => {
                    return Err(word.wrong("`root` is not supported").hint("write `ingress` or `egress`"));
                }
                "handle" => {
                    cursor.next();
                    let value = cursor.value_of("handle")?;
                    let handle = number(&value, Base::C, u64::from(u32::MAX), "a flower handle")?;
                    once(&mut head.handle, word, handle)?;
                }
                _ => {
                    if !head.read_abbreviated(cursor, word)? {
                        break;
                    }
                }
            }
        }
        Ok(head)
    }

    /// Options that tc takes abbreviated too; false if the word is none of them.
    fn read_abbreviated(&mut self, cursor: &mut Cursor<'l>, word: Word<'l>) -> Parsed<bool> {
        // tc compares in this order, so that `pr` and `p` mean the priority.
        if word.begins("preference") || word.begins("priority") {
            cursor.next();
            let prio = number(&cursor.value_of("pref")?, Base::C, 0xffff, "a priority")?;
            once(&mut self.prio, word, prio)?;
        } else if word.begins("block") {
            cursor.next();
            let block = block(&cursor.value_of("block")?)?;
            once(&mut self.block, word, block)?;
        } else if word.begins("protocol") {
            cursor.next();
            let value = cursor.value_of("protocol")?;
            let protocol: EtherType = value.value()?;
            if protocol.0 == 0 {
                return Err(value.wrong("0 is no protocol").hint("write `all` for every protocol"));
            }
            once(&mut self.protocol, word, protocol)?;
        } else if word.begins("chain") {
            cursor.next();
            let chain = number(&cursor.value_of("chain")?, Base::C, u64::from(MAX_CHAIN), "a chain")?;
            once(&mut self.chain, word, chain)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn attach(&self, cursor: &Cursor<'_>) -> Parsed<Attach> {
        match (&self.dev, &self.side, &self.block) {
            (Some(_), _, Some((word, _))) => {
                Err(word.wrong("a rule stands on a link or on a block, not on both"))
            }
            (None, Some((word, _)), Some(_)) => Err(word
                .wrong(format!("a block has no `{}`: its rules see what its links send to it", word.text))),
            (None, None, Some((_, block))) => Ok(Attach::Block(*block)),
            (Some((_, dev)), Some((_, side)), None) => Ok(Attach::Dev { dev: dev.clone(), side: *side }),
            (Some((word, _)), None, None) => Err(word
                .wrong("the side of the link is missing")
                .hint("write `ingress` or `egress` behind the link")),
            (None, _, None) => {
                Err(cursor.ends("the place is missing").hint("write `dev NAME ingress` or `block N`"))
            }
        }
    }

    fn rule(&self, attach: Attach) -> Rule {
        let mut rule =
            Rule::new(attach).protocol(self.protocol.map_or(EtherType::ALL, |(_, protocol)| protocol));
        rule.chain = self.chain.map_or(0, |(_, chain)| chain);
        rule.prio = self.prio.map_or(0, |(_, prio)| prio);
        // Handle 0 means the same as none.
        rule.handle = self.handle.map(|(_, handle)| handle).filter(|handle| *handle != 0);
        rule
    }

    fn selector(&self, cursor: &Cursor<'_>, classifier: Option<Classifier>) -> Parsed<Selector> {
        let selector = Selector {
            attach: self.attach(cursor)?,
            chain: self.chain.map(|(_, chain)| chain),
            prio: self.prio.map(|(_, prio)| prio).filter(|prio| *prio != 0),
            protocol: self.protocol.map(|(_, protocol)| protocol),
            classifier,
            handle: self.handle.map(|(_, handle)| handle).filter(|handle| *handle != 0),
        };
        match (&self.handle, &selector) {
            (Some((word, _)), Selector { handle: Some(_), prio, protocol, .. })
                if prio.is_none() || protocol.is_none() =>
            {
                let fault =
                    word.wrong("a handle alone names no rule: it counts within one priority and protocol");
                Err(fault.hint("write `pref` and `protocol` too"))
            }
            _ => Ok(selector),
        }
    }
}

fn once<'l, T>(slot: &mut Option<(Word<'l>, T)>, word: Word<'l>, value: T) -> Parsed<()> {
    match slot.replace((word, value)) {
        None => Ok(()),
        Some((first, _)) if first.text == word.text => {
            Err(word.wrong(format!("`{}` is given twice", word.text)))
        }
        Some((first, _)) => Err(word.wrong(format!("`{}` says again what `{}` says", word.text, first.text))),
    }
}

/// The class of a clsact or ingress qdisc that stands for a side.
fn parent(word: &Word<'_>) -> Parsed<Side> {
    match word.text.to_ascii_lowercase().as_str() {
        // `ffff:` is the ingress qdisc itself, which has this side only.
        "ffff:" | "ffff:0" | "ffff:fff2" => Ok(Side::Ingress),
        "ffff:fff3" => Ok(Side::Egress),
        _ => Err(word
            .wrong("only the parents of clsact and ingress qdiscs are supported")
            .hint("write `ingress` or `egress`; or `parent ffff:`, `ffff:fff2`, `ffff:fff3`")),
    }
}

/// The name of a link, or of a port.
pub(in crate::text) fn link_name(word: &Word<'_>) -> Parsed<String> {
    if word.text.is_empty() || word.text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(word.wrong("this is no name of a link"));
    }
    // Lines could not be written again: even inside quotes `#` ends them.
    if word.text.contains('#') {
        return Err(word.wrong("a name with `#` has no form in tc's lines").hint("rename the link"));
    }
    Ok(word.text.to_owned())
}

/// The number of a shared block.
pub(in crate::text) fn block(word: &Word<'_>) -> Parsed<u32> {
    let number = read_number(word.text, Base::C, u64::from(u32::MAX)).filter(|block| *block > 0);
    number
        .and_then(|block| u32::try_from(block).ok())
        .ok_or_else(|| word.wrong("a block must be a number from 1 to 4294967295"))
}
