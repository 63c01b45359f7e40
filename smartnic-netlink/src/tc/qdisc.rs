//! The qdiscs that carry filters: `clsact` and `ingress` (`RTM_NEWQDISC`, `RTM_DELQDISC`, `RTM_GETQDISC`).

use smartnic_core::backend::{Hook, HookKind};
use smartnic_core::flow::{ActionState, QdiscNote, QdiscRequest};
use smartnic_core::types::IfIndex;

use super::{INGRESS_QDISC, request, stats};
use crate::codec::{Attrs, Encoder, Flags, Message, Names, Request, TcMsg, WireError};
use crate::rtnl::link::wire_index;
use crate::uapi::pkt_sched::*;
use crate::uapi::rtnetlink::*;

/// Adds a hook; EEXIST if there is one (`RTM_NEWQDISC`).
#[derive(Clone, Copy, Debug)]
pub struct Add<'a>(
    /// The hook.
    pub &'a Hook,
);

/// Removes a hook and every filter on it (`RTM_DELQDISC`).
#[derive(Clone, Copy, Debug)]
pub struct Delete<'a>(
    /// The hook.
    pub &'a Hook,
);

/// Asks for the qdiscs of one link, or of all (`RTM_GETQDISC`).
#[derive(Clone, Copy, Debug)]
pub struct Dump {
    /// The link.
    pub link: Option<IfIndex>,
}

impl Request for Add<'_> {
    fn kind(&self) -> u16 {
        RTM_NEWQDISC
    }

    fn flags(&self) -> Flags {
        Flags::CREATE | Flags::EXCL
    }

    fn names(&self) -> &'static Names {
        &super::NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        start(encoder, self.0)?;
        if let Some(block) = self.0.ingress_block {
            encoder.u32(TCA_INGRESS_BLOCK, block);
        }
        if let Some(block) = self.0.egress_block {
            encoder.u32(TCA_EGRESS_BLOCK, block);
        }
        Ok(())
    }
}

impl Request for Delete<'_> {
    fn kind(&self) -> u16 {
        RTM_DELQDISC
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &super::NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        start(encoder, self.0)
    }
}

impl Request for Dump {
    fn kind(&self) -> u16 {
        RTM_GETQDISC
    }

    fn flags(&self) -> Flags {
        Flags::DUMP
    }

    fn names(&self) -> &'static Names {
        &super::NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        let ifindex = self.link.map_or(Ok(0), wire_index)?;
        encoder.fixed(&TcMsg { ifindex, ..TcMsg::default() });
        Ok(())
    }
}

/// Writes the header and the kind; both kinds stand at the same place.
fn start(encoder: &mut Encoder<'_>, hook: &Hook) -> Result<(), WireError> {
    let ifindex = wire_index(hook.link)?;
    encoder.fixed(&TcMsg { ifindex, handle: INGRESS_QDISC, parent: TC_H_CLSACT, ..TcMsg::default() });
    let kind = match hook.kind {
        HookKind::Clsact => "clsact",
        HookKind::Ingress => "ingress",
    };
    encoder.text(TCA_KIND, kind);
    Ok(())
}

/// Writes a qdisc as it is asked for.
pub(super) fn put(encoder: &mut Encoder<'_>, wanted: &QdiscRequest) -> Result<(), WireError> {
    let ifindex = request::index(wanted.link)?;
    let (handle, parent) = (wanted.handle, wanted.parent);
    encoder.fixed(&TcMsg { ifindex, handle, parent, ..TcMsg::default() });
    if let Some(kind) = &wanted.kind {
        encoder.text(TCA_KIND, kind);
    }
    for (attr, block) in [(TCA_INGRESS_BLOCK, wanted.ingress_block), (TCA_EGRESS_BLOCK, wanted.egress_block)]
    {
        if let Some(block) = block {
            encoder.u32(attr, block);
        }
    }
    Ok(())
}

/// Reads what a message says of a qdisc of whatever kind, and the text that came along.
///
/// # Errors
/// A [`WireError`] if it is malformed or says nothing of its kind.
pub(super) fn decode_note(message: &Message<'_>) -> Result<(QdiscNote, Option<String>), WireError> {
    let (header, attrs) = TcMsg::split(message.payload)?;
    let mut note = QdiscNote {
        link: IfIndex(header.ifindex.unsigned_abs()),
        kind: String::new(),
        handle: header.handle,
        parent: header.parent,
        refs: header.info,
        offloaded: false,
        ingress_block: 0,
        egress_block: 0,
        options: None,
        stats: None,
    };
    let (mut kind, mut remark) = (None, None);
    for attr in Attrs::new(attrs) {
        let attr = attr?;
        match attr.kind() {
            TCA_KIND => kind = Some(attr.text()?),
            TCA_HW_OFFLOAD => note.offloaded = attr.u8()? != 0,
            TCA_INGRESS_BLOCK => note.ingress_block = attr.u32()?,
            TCA_EGRESS_BLOCK => note.egress_block = attr.u32()?,
            TCA_OPTIONS => note.options = Some(attr.payload.len()),
            TCA_STATS2 => {
                let mut counted = ActionState::default();
                stats::decode(attr.nested(), &mut counted)?;
                note.stats = Some((counted.stats.bytes, counted.stats.packets, counted.queue));
            }
            TCA_EXT_WARN_MSG => remark = Some(attr.text()?.to_owned()),
            _ => {}
        }
    }
    note.kind = kind.ok_or(WireError::Missing { attr: "TCA_KIND" })?.to_owned();
    Ok((note, remark))
}

/// Reads one qdisc (`RTM_NEWQDISC`, `RTM_DELQDISC`); nothing if it is of a kind that carries no hook.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>) -> Result<Option<Hook>, WireError> {
    let (header, attrs) = TcMsg::split(message.payload)?;
    let mut kind = None;
    let (mut ingress_block, mut egress_block) = (None, None);
    for attr in Attrs::new(attrs) {
        let attr = attr?;
        match attr.kind() {
            TCA_KIND => {
                kind = match attr.text()? {
                    "clsact" => Some(HookKind::Clsact),
                    "ingress" => Some(HookKind::Ingress),
                    _ => return Ok(None),
                }
            }
            TCA_INGRESS_BLOCK => ingress_block = Some(attr.u32()?),
            TCA_EGRESS_BLOCK => egress_block = Some(attr.u32()?),
            _ => {}
        }
    }
    let link = IfIndex(header.ifindex.unsigned_abs());
    Ok(kind.map(|kind| Hook { link, kind, ingress_block, egress_block }))
}
