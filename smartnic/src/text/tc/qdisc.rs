//! `qdisc add|replace|del dev X clsact|ingress`: the hooks that carry filters.

use smartnic_core::backend::HookKind;
use smartnic_core::flow::Netdev;

use super::filter::{block, link_name};
use super::{HookLine, HookVerb, Op};
use crate::text::cursor::{Cursor, Fault, Parsed, Word};

const VERBS: [(&str, HookVerb); 3] =
    [("add", HookVerb::Add), ("replace", HookVerb::Replace), ("delete", HookVerb::Delete)];

/// Reads what follows `qdisc`.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Parsed<Op> {
    let word = cursor.need(|| "a command such as `add` must follow `qdisc`, but the line ends".to_owned())?;
    let Some((_, verb)) = VERBS.iter().find(|(name, _)| word.begins(name)) else {
        if ["change", "link", "show", "list", "ls", "get"].contains(&word.text) {
            return Err(word.wrong(format!("`qdisc {}` is not supported", word.text)));
        }
        return Err(
            word.unknown("command for qdiscs", VERBS.map(|(name, _)| name).into_iter().chain(["del"]))
        );
    };
    let (mut dev, mut kind, mut ingress_block, mut egress_block) = (None, None, None, None);
    while let Some(word) = cursor.next() {
        // tc wants nothing behind the kind.
        if kind.is_some() {
            return Err(word
                .wrong("nothing can follow the kind of qdisc")
                .hint("write the blocks before it"));
        }
        match word.text {
            "dev" if dev.is_none() => dev = Some(link_name(&cursor.value_of("dev")?)?),
            "dev" => return Err(word.wrong("`dev` is given twice")),
            "clsact" => kind = Some(HookKind::Clsact),
            "ingress" => kind = Some(HookKind::Ingress),
            // Both qdiscs have this handle, whatever is written.
            "handle" => {
                cursor.value_of("handle")?;
            }
            _ if word.begins("ingress_block") => {
                ingress_block = Some(block(&cursor.value_of("ingress_block")?)?)
            }
            _ if word.begins("egress_block") => {
                egress_block = Some(block(&cursor.value_of("egress_block")?)?)
            }
            _ => return Err(wrong_kind(&word)),
        }
    }
    let kind =
        kind.ok_or_else(|| cursor.ends("the kind of qdisc is missing").hint("write `clsact` or `ingress`"))?;
    let dev =
        dev.ok_or_else(|| cursor.ends("the link is missing").hint("write `dev NAME` before the kind"))?;
    if kind == HookKind::Ingress && egress_block.is_some() {
        return Err(word
            .wrong("an ingress qdisc has no egress side")
            .hint("write `clsact` instead of `ingress`"));
    }
    Ok(Op::Hook(*verb, HookLine { dev: Netdev::Name(dev), kind, ingress_block, egress_block }))
}

fn wrong_kind(word: &Word<'_>) -> Box<Fault> {
    const FOREIGN: [&str; 16] = [
        "root",
        "parent",
        "htb",
        "fq",
        "fq_codel",
        "mq",
        "mqprio",
        "pfifo",
        "pfifo_fast",
        "prio",
        "tbf",
        "ets",
        "taprio",
        "noqueue",
        "netem",
        "cake",
    ];
    if FOREIGN.contains(&word.text) {
        let fault = word.wrong(format!("`{}` is not supported for a qdisc", word.text));
        return fault.hint("only clsact and ingress carry rules for the NIC");
    }
    word.unknown("qdisc option", ["dev", "clsact", "ingress", "ingress_block", "egress_block", "handle"])
}
