//! Requests about chains and shared actions in words, and what they are answered with.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use smartnic_core::flow::{FilterBody, TcObject, TcRequest, TcTable, TcVerb};
use smartnic_netlink::codec::{Attrs, Flags, Message, Request, WireError};
use smartnic_netlink::tc::{monitor, request};
use smartnic_netlink::uapi::pkt_cls::*;
use smartnic_netlink::uapi::rtnetlink::*;

/// A request in words.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "op")]
pub(crate) enum TcAsk {
    Tc { request: TcRequest },
    TcTable { table: TcTable },
}

impl TcAsk {
    pub(crate) fn write(&self, seq: u32) -> Result<Vec<u8>, WireError> {
        let mut buf = Vec::new();
        match self {
            Self::Tc { request } => request::Ask { request, echo: false }.write(&mut buf, seq, 0),
            Self::TcTable { table } => request::Read(table).write(&mut buf, seq, 0),
        }?;
        Ok(buf)
    }

    pub(crate) fn value(message: &Message<'_>) -> Value {
        json!(monitor::decode(message).unwrap())
    }

    /// The words of a captured request, for somebody to read through.
    pub(crate) fn of(message: &Message<'_>) -> Option<Self> {
        let flags = message.header.flags;
        let verb = match (flags.contains(Flags::CREATE), flags.contains(Flags::EXCL)) {
            (true, true) => TcVerb::Add,
            _ => TcVerb::Replace,
        };
        let dumps = flags.contains(Flags::DUMP);
        Some(match message.header.kind {
            RTM_NEWCHAIN | RTM_DELCHAIN | RTM_GETCHAIN => {
                let TcObject::Chain(note) = monitor::decode(message).ok()??.object else { return None };
                let body = note.entry().map(|entry| FilterBody { rule: entry.rule.clone(), verbose: false });
                let verb = match message.header.kind {
                    RTM_NEWCHAIN => verb,
                    RTM_DELCHAIN => TcVerb::Delete,
                    _ => TcVerb::Get,
                };
                match dumps {
                    true => Self::TcTable { table: TcTable::Chains { name: note.name } },
                    false => Self::Tc { request: TcRequest::Chain(verb, note.name, body.map(Box::new)) },
                }
            }
            RTM_NEWACTION => {
                let TcObject::Actions(note) = monitor::decode(message).ok()??.object else { return None };
                let actions = note.actions.into_iter().map(|(_, mut action, _)| {
                    action.index = action.index.filter(|index| *index != 0);
                    action
                });
                Self::Tc { request: TcRequest::Actions(verb, actions.collect()) }
            }
            RTM_DELACTION | RTM_GETACTION => {
                let (names, since_ms) = names(message)?;
                let kind = names.first()?.0.clone();
                let verb = if message.header.kind == RTM_DELACTION { TcVerb::Delete } else { TcVerb::Get };
                match () {
                    () if dumps => Self::TcTable { table: TcTable::Actions { kind, terse: false, since_ms } },
                    () if flags.contains(Flags::ROOT) => Self::Tc { request: TcRequest::FlushActions(kind) },
                    () => Self::Tc { request: TcRequest::ActionsByIndex(verb, names) },
                }
            }
            _ => return None,
        })
    }
}

/// Actions by kind and number.
type ActionNames = Vec<(String, u32)>;

/// The actions that a request names, and since when.
fn names(message: &Message<'_>) -> Option<(ActionNames, Option<u32>)> {
    let (mut names, mut since) = (Vec::new(), None);
    for attr in Attrs::after(message.payload, SIZEOF_TCAMSG) {
        let attr = attr.ok()?;
        match attr.kind() {
            TCA_ROOT_TIME_DELTA => since = attr.u32().ok(),
            TCA_ROOT_TAB => {
                for entry in attr.nested() {
                    let (mut kind, mut index) = (String::new(), 0);
                    for part in entry.ok()?.nested() {
                        let part = part.ok()?;
                        match part.kind() {
                            TCA_ACT_KIND => kind = part.text().ok()?.to_owned(),
                            TCA_ACT_INDEX => index = part.u32().ok()?,
                            _ => {}
                        }
                    }
                    names.push((kind, index));
                }
            }
            _ => {}
        }
    }
    Some((names, since))
}
