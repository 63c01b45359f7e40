//! `filter` and `chain`: add, change, replace, delete, get, list.

use smartnic_core::flow::{
    Attach, Classifier, EGRESS_PARENT, FilterBody, INGRESS_PARENT, ROOT_PARENT, Rule, TcName, TcPlace,
    TcRequest, TcTable, TcVerb,
};
use smartnic_core::types::{EtherType, IfIndex};

use super::{Command, Read, Reader, Stop, block_of, classid_of, u32_of};
use crate::text::tc::show_message::Asked;
use crate::text::tc::{flower, matchall};

const KERNEL: &str = "We have an error talking to the kernel";

/// Reads what follows `filter` or `chain`.
pub(super) fn read(reader: &mut Reader<'_, '_>, chain: bool) -> Read<Command> {
    let object = if chain { "chain" } else { "filter" };
    let Some(word) = reader.cursor.next() else { return list(reader, chain) };
    let verb = match () {
        () if word.begins("add") => TcVerb::Add,
        () if word.begins("change") && !chain => TcVerb::Change,
        () if word.begins("replace") && !chain => TcVerb::Replace,
        () if word.begins("delete") => TcVerb::Delete,
        () if word.begins("get") => return get(reader, chain),
        () if word.begins("list") || word.begins("show") || word.begins("lst") => return list(reader, chain),
        () if word.begins("help") => return Err(Stop::help()),
        () => {
            let message = format!("Command \"{}\" is unknown, try \"tc {object} help\".", word.text);
            return Err(Stop::usage(message));
        }
    };
    modify(reader, chain, verb)
}

fn modify(reader: &mut Reader<'_, '_>, chain: bool, verb: TcVerb) -> Read<Command> {
    let mut head = Head::read(reader, true)?;
    // What creates a filter is for every protocol unless one is given; all else leaves it open.
    let creates = matches!(verb, TcVerb::Add | TcVerb::Replace) && !chain;
    let protocol = head.protocol.unwrap_or(if creates { EtherType::ALL } else { EtherType(0) });
    let place = head.place(reader)?;
    let mut name = TcName {
        place,
        prio: head.prio as u16,
        protocol,
        chain: head.chain,
        handle: 0,
        kind: head.kind.map(str::to_owned),
    };
    let mut body = None;
    match head.kind {
        Some(_) => body = head.body(reader, &mut name, verb == TcVerb::Delete)?,
        None if head.handle.is_some() => {
            return Err(Stop::usage("Must specify filter type when using \"handle\""));
        }
        None => {}
    }
    // Of what is deleted, only the name counts.
    let body = body.filter(|_| verb != TcVerb::Delete).map(Box::new);
    let request = match chain {
        true => TcRequest::Chain(verb, name, body),
        false => TcRequest::Filter(verb, name, body),
    };
    Ok(Command::Change { request, refused: KERNEL.to_owned(), code: 2 })
}

fn get(reader: &mut Reader<'_, '_>, chain: bool) -> Read<Command> {
    let mut head = Head::read(reader, true)?;
    let missing = |what: &str| Err(Stop::usage(format!("Must specify {what}")));
    if !chain && head.protocol.is_none() {
        return missing("filter protocol");
    }
    if !chain && head.prio == 0 {
        return missing("filter priority");
    }
    if head.parent == 0 {
        return missing("filter parent");
    }
    if !chain && head.kind.is_none() {
        return missing("filter type");
    }
    if head.dev.is_none() && head.block == 0 {
        return missing("netdevice \"dev\" or block index \"block\"");
    }
    let place = head.place(reader)?;
    let mut name = TcName { chain: head.chain, ..TcName::at(place) };
    if !chain {
        name.prio = head.prio as u16;
        name.protocol = head.protocol.unwrap_or(EtherType(0));
        name.kind = head.kind.map(str::to_owned);
        head.body(reader, &mut name, false)?;
        if head.handle.is_none() {
            return missing("filter \"handle\"");
        }
    } else if let Some(word) = reader.cursor.peek().map(|word| word.text).or(head.kind) {
        return Err(Stop::usage(garbage(word)));
    }
    let mut asked = Asked::default();
    match place {
        TcPlace::Link { link, .. } => asked.link = Some(link),
        TcPlace::Block(block) => asked.block = Some(block),
    }
    let request = match chain {
        true => TcRequest::Chain(TcVerb::Get, name, None),
        false => TcRequest::Filter(TcVerb::Get, name, None),
    };
    Ok(Command::Get { request, asked, refused: KERNEL.to_owned(), code: 2 })
}

fn list(reader: &mut Reader<'_, '_>, chain: bool) -> Read<Command> {
    let head = Head::read(reader, false)?;
    if let Some(word) = head.kind {
        return Err(Stop::usage(format!(" What is \"{word}\"? Try \"tc filter help\"")));
    }
    let place = head.place(reader)?;
    let name = TcName {
        prio: head.prio as u16,
        protocol: head.protocol.unwrap_or(EtherType(0)),
        chain: head.chain,
        ..TcName::at(place)
    };
    let (link, block) = match place {
        TcPlace::Link { link, .. } => (Some(link).filter(|link| link.0 != 0), None),
        TcPlace::Block(block) => (None, Some(block)),
    };
    let asked = Asked {
        link,
        block,
        parent: head.parent,
        protocol: head.protocol,
        prio: u16::try_from(head.prio).ok().filter(|prio| *prio != 0),
        chain: head.chain,
        handle: 0,
    };
    let table = match chain {
        true => TcTable::Chains { name },
        false => TcTable::Filters { name, terse: false },
    };
    Ok(Command::List { table, asked, block })
}

fn garbage(word: &str) -> String {
    format!("Garbage instead of arguments \"{word} ...\". Try \"tc filter help\".")
}

/// What stands before the kind of filter.
#[derive(Default)]
struct Head<'w> {
    dev: Option<&'w str>,
    block: u32,
    parent: u32,
    handle: Option<&'w str>,
    prio: u32,
    protocol: Option<EtherType>,
    chain: Option<u32>,
    kind: Option<&'w str>,
}

impl<'w> Head<'w> {
    /// Reads up to the kind of filter, which is the first word that is none of these.
    fn read(reader: &mut Reader<'w, '_>, changes: bool) -> Read<Self> {
        let mut head = Self::default();
        while let Some(word) = reader.cursor.next() {
            match word.text {
                "dev" => {
                    let value = reader.value()?;
                    if head.dev.is_some() {
                        return Err(Stop::twice("dev", value));
                    }
                    head.exclusive(head.block != 0)?;
                    head.dev = Some(value);
                }
                _ if word.begins("block") => {
                    let value = reader.value()?;
                    if head.block != 0 {
                        return Err(Stop::twice("block", value));
                    }
                    head.exclusive(head.dev.is_some())?;
                    head.block = block_of(value, "invalid block index value")?;
                }
                "root" => head.side("root", ROOT_PARENT)?,
                "ingress" => head.side("ingress", INGRESS_PARENT)?,
                "egress" => head.side("egress", EGRESS_PARENT)?,
                "parent" => {
                    let value = reader.value()?;
                    if head.parent != 0 {
                        return Err(Stop::twice("parent", value));
                    }
                    head.parent = classid_of(value).ok_or_else(|| Stop::wrong(value, "Invalid parent ID"))?;
                }
                "handle" => {
                    let value = reader.value()?;
                    if head.handle.is_some() {
                        return Err(Stop::twice("handle", value));
                    }
                    head.handle = Some(value);
                }
                _ if word.begins("preference") || word.begins("priority") => {
                    let value = reader.value()?;
                    if head.prio != 0 {
                        return Err(Stop::twice("priority", value));
                    }
                    // What only lists cuts larger numbers short.
                    let prio = u32_of(value).filter(|prio| *prio <= 0xffff || !changes);
                    head.prio = prio.ok_or_else(|| Stop::wrong(value, "invalid priority value"))?;
                }
                _ if word.begins("protocol") => {
                    let value = reader.value()?;
                    if head.protocol.is_some() {
                        return Err(Stop::twice("protocol", value));
                    }
                    let protocol = value.parse().map_err(|_| Stop::wrong(value, "invalid protocol"))?;
                    head.protocol = Some(protocol);
                }
                _ if word.begins("chain") => {
                    let value = reader.value()?;
                    if head.chain.is_some() {
                        return Err(Stop::twice("chain", value));
                    }
                    let chain = u32_of(value);
                    head.chain = Some(chain.ok_or_else(|| Stop::wrong(value, "invalid chain index value"))?);
                }
                _ if changes && word.begins("estimator") => {
                    return Err(Stop::left_to_tc("`estimator`"));
                }
                _ if word.begins("help") => return Err(Stop::help()),
                kind => {
                    head.kind = Some(kind);
                    break;
                }
            }
        }
        Ok(head)
    }

    fn exclusive(&self, other: bool) -> Read<()> {
        match other {
            false => Ok(()),
            true => Err(Stop::usage("Error: \"dev\" and \"block\" are mutually exclusive")),
        }
    }

    fn side(&mut self, name: &str, parent: u32) -> Read<()> {
        if self.parent != 0 {
            return Err(Stop::usage(format!("Error: \"{name}\" is duplicate parent ID")));
        }
        self.parent = parent;
        Ok(())
    }

    fn place(&self, reader: &Reader<'_, '_>) -> Read<TcPlace> {
        Ok(match (self.dev, self.block) {
            (Some(dev), _) => TcPlace::Link { link: reader.link(dev)?, parent: self.parent },
            (None, 0) => TcPlace::Link { link: IfIndex(0), parent: self.parent },
            (None, block) => TcPlace::Block(block),
        })
    }

    /// Reads the number, and what follows the kind of filter.
    fn body(
        &mut self,
        reader: &mut Reader<'_, '_>,
        name: &mut TcName,
        deletes: bool,
    ) -> Read<Option<FilterBody>> {
        let classifier = match self.kind {
            Some("flower") => Classifier::Flower,
            Some("matchall") => Classifier::Matchall,
            // A kind alone tells enough for what needs no more.
            Some(_) if deletes && self.handle.is_none() && reader.cursor.peek().is_none() => return Ok(None),
            kind => return Err(Stop::left_to_tc(&format!("the filter \"{}\"", kind.unwrap_or_default()))),
        };
        if let Some(handle) = self.handle {
            name.handle = u32_of(handle).ok_or_else(|| Stop::fault("Illegal \"handle\""))?;
        }
        if classifier == Classifier::Matchall && reader.cursor.peek().is_none() {
            return Ok(None);
        }
        // The place only tells which qdisc a traffic class is of.
        let under = match name.place {
            TcPlace::Link { parent, .. } => parent,
            TcPlace::Block(block) => block,
        };
        let mut rule = Rule { classifier, ..Rule::new(Attach::Block(under)) };
        rule.protocol = name.protocol;
        if classifier == Classifier::Flower {
            // No protocol is a protocol, too: it is what tc sends.
            rule.key.eth_type = (name.protocol != EtherType::ALL).then_some(name.protocol);
        }
        let end = reader.end;
        let mut verbose = false;
        let read = match classifier {
            Classifier::Flower => flower::read_as_tc(&mut reader.cursor, rule, &mut verbose),
            Classifier::Matchall => matchall::read(&mut reader.cursor, rule),
        };
        let mut rule = read.map_err(|fault| Stop::of(&fault, end))?;
        for dev in rule.netdevs_mut() {
            if let smartnic_core::flow::Netdev::Name(name) = dev {
                *dev = reader.link(name)?.into();
            }
        }
        Ok(Some(FilterBody { rule, verbose }))
    }
}
