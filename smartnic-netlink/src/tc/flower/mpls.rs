//! Keys of MPLS: entries of the label stack in nests of their own, or the outer entry in plain attributes.

use smartnic_core::flow::{Match, MplsLse};

use crate::codec::{Attr, Attrs, Encoder, WireError};
use crate::uapi::netlink::NLA_F_NESTED;
use crate::uapi::pkt_cls::*;

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) {
    if !key.mpls.is_empty() {
        // Kernels demand the marks.
        encoder.nest(TCA_FLOWER_KEY_MPLS_OPTS | NLA_F_NESTED, |encoder| {
            for entry in &key.mpls {
                encoder.nest(TCA_FLOWER_KEY_MPLS_OPTS_LSE | NLA_F_NESTED, |encoder| put(encoder, entry));
            }
        });
    }
    if let Some(label) = key.mpls_label {
        encoder.u32(TCA_FLOWER_KEY_MPLS_LABEL, label);
    }
    let bytes = [
        (TCA_FLOWER_KEY_MPLS_TC, key.mpls_tc),
        (TCA_FLOWER_KEY_MPLS_BOS, key.mpls_bos),
        (TCA_FLOWER_KEY_MPLS_TTL, key.mpls_ttl),
    ];
    for (kind, byte) in bytes {
        if let Some(byte) = byte {
            encoder.u8(kind, byte);
        }
    }
}

fn put(encoder: &mut Encoder<'_>, entry: &MplsLse) {
    encoder.u8(TCA_FLOWER_KEY_MPLS_OPT_LSE_DEPTH, entry.depth);
    if let Some(label) = entry.label {
        encoder.u32(TCA_FLOWER_KEY_MPLS_OPT_LSE_LABEL, label);
    }
    let bytes = [
        (TCA_FLOWER_KEY_MPLS_OPT_LSE_TC, entry.tc),
        (TCA_FLOWER_KEY_MPLS_OPT_LSE_BOS, entry.bos),
        (TCA_FLOWER_KEY_MPLS_OPT_LSE_TTL, entry.ttl),
    ];
    for (kind, byte) in bytes {
        if let Some(byte) = byte {
            encoder.u8(kind, byte);
        }
    }
}

#[derive(Default)]
pub(super) struct Parts {
    entries: Vec<MplsLse>,
    label: Option<u32>,
    tc: Option<u8>,
    bos: Option<u8>,
    ttl: Option<u8>,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        match attr.kind() {
            TCA_FLOWER_KEY_MPLS_OPTS => match read_stack(attr.nested())? {
                Some(entries) => self.entries = entries,
                // A stack with more in it than this, or with nothing, is kept as it came.
                None => return Ok(false),
            },
            TCA_FLOWER_KEY_MPLS_LABEL => self.label = Some(attr.u32()?),
            TCA_FLOWER_KEY_MPLS_TC => self.tc = Some(attr.u8()?),
            TCA_FLOWER_KEY_MPLS_BOS => self.bos = Some(attr.u8()?),
            TCA_FLOWER_KEY_MPLS_TTL => self.ttl = Some(attr.u8()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(super) fn finish(self, key: &mut Match) {
        key.mpls = self.entries;
        (key.mpls_label, key.mpls_tc) = (self.label, self.tc);
        (key.mpls_bos, key.mpls_ttl) = (self.bos, self.ttl);
    }
}

fn read_stack(stack: Attrs<'_>) -> Result<Option<Vec<MplsLse>>, WireError> {
    let mut entries = Vec::new();
    for attr in stack {
        let attr = attr?;
        match (attr.kind(), read(attr.nested())?) {
            (TCA_FLOWER_KEY_MPLS_OPTS_LSE, Some(entry)) => entries.push(entry),
            _ => return Ok(None),
        }
    }
    Ok(Some(entries).filter(|entries| !entries.is_empty()))
}

fn read(parts: Attrs<'_>) -> Result<Option<MplsLse>, WireError> {
    let (mut entry, mut depth) = (MplsLse::default(), None);
    for attr in parts {
        let attr = attr?;
        match attr.kind() {
            TCA_FLOWER_KEY_MPLS_OPT_LSE_DEPTH => depth = Some(attr.u8()?),
            TCA_FLOWER_KEY_MPLS_OPT_LSE_LABEL => entry.label = Some(attr.u32()?),
            TCA_FLOWER_KEY_MPLS_OPT_LSE_TC => entry.tc = Some(attr.u8()?),
            TCA_FLOWER_KEY_MPLS_OPT_LSE_BOS => entry.bos = Some(attr.u8()?),
            TCA_FLOWER_KEY_MPLS_OPT_LSE_TTL => entry.ttl = Some(attr.u8()?),
            _ => return Ok(None),
        }
    }
    Ok(depth.map(|depth| MplsLse { depth, ..entry }))
}
