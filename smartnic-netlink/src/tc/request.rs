//! Requests about traffic control as `tc` makes them: whatever is asked for goes to the kernel, which judges it.

use smartnic_core::flow::{FilterBody, TcName, TcPlace, TcRequest, TcTable, TcVerb};
use smartnic_core::types::IfIndex;

use super::{action_table, filter, filter_info, qdisc};
use crate::codec::{Encoder, Flags, Names, Request, TcMsg, WireError};
use crate::rtnl::link::wire_index;
use crate::uapi::rtnetlink::*;

/// Carries out one request.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The request.
    pub request: &'a TcRequest,
    /// Whether the answer is to tell what changed (`NLM_F_ECHO`).
    pub echo: bool,
}

/// Reads a table.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a>(
    /// The table.
    pub &'a TcTable,
);

impl Request for Ask<'_> {
    fn kind(&self) -> u16 {
        use TcVerb::{Delete, Get};
        match self.request {
            TcRequest::Filter(Get, ..) => RTM_GETTFILTER,
            TcRequest::Filter(Delete, ..) => RTM_DELTFILTER,
            TcRequest::Filter(..) => RTM_NEWTFILTER,
            TcRequest::Chain(Get, ..) => RTM_GETCHAIN,
            TcRequest::Chain(Delete, ..) => RTM_DELCHAIN,
            TcRequest::Chain(..) => RTM_NEWCHAIN,
            TcRequest::Actions(..) => RTM_NEWACTION,
            TcRequest::ActionsByIndex(Get, _) => RTM_GETACTION,
            TcRequest::ActionsByIndex(..) | TcRequest::FlushActions(_) => RTM_DELACTION,
            TcRequest::Qdisc(Get, _) => RTM_GETQDISC,
            TcRequest::Qdisc(Delete, _) => RTM_DELQDISC,
            TcRequest::Qdisc(..) => RTM_NEWQDISC,
        }
    }

    fn flags(&self) -> Flags {
        // What replaces a filter says so by leaving out EXCL; of qdiscs and actions it is said with REPLACE.
        let (verb, replace) = match self.request {
            TcRequest::Filter(verb, ..) | TcRequest::Chain(verb, ..) => (*verb, Flags::CREATE),
            TcRequest::Actions(verb, _) | TcRequest::Qdisc(verb, _) => {
                (*verb, Flags::CREATE | Flags::REPLACE)
            }
            TcRequest::ActionsByIndex(verb, _) => (*verb, Flags::empty()),
            TcRequest::FlushActions(_) => return Flags::ROOT | self.echo_flag(),
        };
        let flags = match verb {
            TcVerb::Add => Flags::CREATE | Flags::EXCL,
            TcVerb::Replace => replace,
            TcVerb::Link => Flags::REPLACE,
            TcVerb::Change | TcVerb::Delete | TcVerb::Get => Flags::empty(),
        };
        flags | self.echo_flag()
    }

    fn names(&self) -> &'static Names {
        match self.request {
            TcRequest::Actions(..) | TcRequest::ActionsByIndex(..) | TcRequest::FlushActions(_) => {
                &action_table::NAMES
            }
            _ => &super::NAMES,
        }
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        match self.request {
            TcRequest::Filter(_, name, body) | TcRequest::Chain(_, name, body) => {
                put_name(encoder, name)?;
                match body {
                    Some(body) => put_body(encoder, body),
                    None => Ok(()),
                }
            }
            TcRequest::Actions(_, actions) => action_table::put_actions(encoder, actions),
            TcRequest::ActionsByIndex(_, names) => {
                action_table::put_names(encoder, names);
                Ok(())
            }
            TcRequest::FlushActions(kind) => {
                action_table::put_kind(encoder, kind);
                Ok(())
            }
            TcRequest::Qdisc(_, wanted) => qdisc::put(encoder, wanted),
        }
    }
}

impl Ask<'_> {
    fn echo_flag(&self) -> Flags {
        if self.echo { Flags::ECHO } else { Flags::empty() }
    }
}

impl Request for Read<'_> {
    fn kind(&self) -> u16 {
        match self.0 {
            TcTable::Filters { .. } => RTM_GETTFILTER,
            TcTable::Chains { .. } => RTM_GETCHAIN,
            TcTable::Actions { .. } => RTM_GETACTION,
            TcTable::Qdiscs { .. } => RTM_GETQDISC,
        }
    }

    fn flags(&self) -> Flags {
        Flags::DUMP
    }

    fn names(&self) -> &'static Names {
        match self.0 {
            TcTable::Actions { .. } => &action_table::NAMES,
            _ => &super::NAMES,
        }
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        match self.0 {
            TcTable::Filters { name, terse } => {
                put_name(encoder, name)?;
                if *terse {
                    encoder.attr_fixed(TCA_DUMP_FLAGS, &[TCA_DUMP_FLAGS_TERSE; 2]);
                }
            }
            TcTable::Chains { name } => put_name(encoder, name)?,
            TcTable::Actions { kind, terse, since_ms } => {
                action_table::put_dump(encoder, kind, *terse, *since_ms);
            }
            TcTable::Qdiscs { link, parent, handle, invisible } => {
                let ifindex = index(*link)?;
                let (parent, handle) = (*parent, *handle);
                encoder.fixed(&TcMsg { ifindex, parent, handle, ..TcMsg::default() });
                if *invisible {
                    encoder.flag(TCA_DUMP_INVISIBLE);
                }
            }
        }
        Ok(())
    }
}

fn put_name(encoder: &mut Encoder<'_>, name: &TcName) -> Result<(), WireError> {
    let (ifindex, parent) = match name.place {
        TcPlace::Link { link, parent } => (index(link)?, parent),
        TcPlace::Block(block) => (TCM_IFINDEX_MAGIC_BLOCK.cast_signed(), block),
    };
    let info = filter_info(name.prio, name.protocol);
    encoder.fixed(&TcMsg { ifindex, parent, handle: name.handle, info, ..TcMsg::default() });
    if let Some(chain) = name.chain {
        encoder.u32(TCA_CHAIN, chain);
    }
    if let Some(kind) = &name.kind {
        encoder.text(TCA_KIND, kind);
    }
    Ok(())
}

fn put_body(encoder: &mut Encoder<'_>, body: &FilterBody) -> Result<(), WireError> {
    filter::put_options(encoder, &body.rule, body.verbose)
}

/// No link is a number, too.
pub(super) fn index(link: IfIndex) -> Result<i32, WireError> {
    if link.0 == 0 { Ok(0) } else { wire_index(link) }
}
