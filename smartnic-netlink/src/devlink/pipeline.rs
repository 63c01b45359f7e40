//! The tables of a pipeline (`DEVLINK_CMD_DPIPE_*`).
//!
//! The kernel answers these requests in several messages with `NLMSG_DONE` behind them, although they ask for no dump.

use smartnic_core::device::{
    FieldMapping, FieldRef, FieldValue, PipelineAction, PipelineActionKind, PipelineEntry, PipelineField,
    PipelineHeader, PipelineMatch, PipelineMatchKind, PipelineTable, TableResource,
};
use smartnic_core::types::DevlinkHandle;

use super::{attrs, put_handle, request};
use crate::codec::{Attr, Attrs, Flags, Message, WireError};
use crate::uapi::devlink::*;

/// Asks for the headers (`DEVLINK_CMD_DPIPE_HEADERS_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Headers<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
}

request!(Headers<'a>, DEVLINK_CMD_DPIPE_HEADERS_GET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
});

/// Asks for the tables, or for one of them (`DEVLINK_CMD_DPIPE_TABLE_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The table's name.
    pub name: Option<&'a str>,
}

request!(Tables<'a>, DEVLINK_CMD_DPIPE_TABLE_GET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    if let Some(name) = this.name {
        encoder.text(DEVLINK_ATTR_DPIPE_TABLE_NAME, name);
    }
});

/// Asks for the entries of a table (`DEVLINK_CMD_DPIPE_ENTRIES_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Entries<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The table's name.
    pub table: &'a str,
}

request!(Entries<'a>, DEVLINK_CMD_DPIPE_ENTRIES_GET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.text(DEVLINK_ATTR_DPIPE_TABLE_NAME, this.table);
});

/// Lets the entries of a table be counted or not (`DEVLINK_CMD_DPIPE_TABLE_COUNTERS_SET`).
#[derive(Clone, Copy, Debug)]
pub struct SetCounters<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The table's name.
    pub table: &'a str,
    /// Whether they are counted.
    pub on: bool,
}

request!(SetCounters<'a>, DEVLINK_CMD_DPIPE_TABLE_COUNTERS_SET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.text(DEVLINK_ATTR_DPIPE_TABLE_NAME, this.table);
    encoder.u8(DEVLINK_ATTR_DPIPE_TABLE_COUNTERS_ENABLED, u8::from(this.on));
});

/// Reads a message of headers (`DEVLINK_CMD_DPIPE_HEADERS_GET`).
///
/// # Errors
/// A [`WireError`] if it is malformed.
pub fn decode_headers(message: &Message<'_>) -> Result<Vec<PipelineHeader>, WireError> {
    list(attrs(message)?, DEVLINK_ATTR_DPIPE_HEADERS, DEVLINK_ATTR_DPIPE_HEADER, decode_header)
}

/// Reads a message of tables (`DEVLINK_CMD_DPIPE_TABLE_GET`).
///
/// # Errors
/// A [`WireError`] if it is malformed.
pub fn decode_tables(message: &Message<'_>) -> Result<Vec<PipelineTable>, WireError> {
    list(attrs(message)?, DEVLINK_ATTR_DPIPE_TABLES, DEVLINK_ATTR_DPIPE_TABLE, decode_table)
}

/// Reads a message of entries (`DEVLINK_CMD_DPIPE_ENTRIES_GET`).
///
/// # Errors
/// A [`WireError`] if it is malformed.
pub fn decode_entries(message: &Message<'_>) -> Result<Vec<PipelineEntry>, WireError> {
    list(attrs(message)?, DEVLINK_ATTR_DPIPE_ENTRIES, DEVLINK_ATTR_DPIPE_ENTRY, decode_entry)
}

/// Reads all that stands under one number within a nest; the message may have the nest several times.
fn list<T>(
    attrs: Attrs<'_>,
    nest: u16,
    one: u16,
    decode: impl Fn(Attrs<'_>) -> Result<T, WireError>,
) -> Result<Vec<T>, WireError> {
    let mut all = Vec::new();
    for attr in attrs {
        let attr = attr?;
        if attr.kind() == nest {
            each(attr.nested(), one, |attr| {
                all.push(decode(attr.nested())?);
                Ok(())
            })?;
        }
    }
    Ok(all)
}

/// Goes through all attributes of one number.
fn each(
    attrs: Attrs<'_>,
    kind: u16,
    mut take: impl FnMut(&Attr<'_>) -> Result<(), WireError>,
) -> Result<(), WireError> {
    for attr in attrs {
        let attr = attr?;
        if attr.kind() == kind {
            take(&attr)?;
        }
    }
    Ok(())
}

fn decode_header(attrs: Attrs<'_>) -> Result<PipelineHeader, WireError> {
    let (mut id, mut name, mut global, mut fields) = (None, String::new(), false, Vec::new());
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_DPIPE_HEADER_ID => id = Some(attr.u32()?),
            DEVLINK_ATTR_DPIPE_HEADER_NAME => name = attr.text_lossy().into_owned(),
            DEVLINK_ATTR_DPIPE_HEADER_GLOBAL => global = attr.u8()? != 0,
            DEVLINK_ATTR_DPIPE_HEADER_FIELDS => each(attr.nested(), DEVLINK_ATTR_DPIPE_FIELD, |attr| {
                fields.push(decode_field(attr.nested())?);
                Ok(())
            })?,
            _ => {}
        }
    }
    let id = id.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_DPIPE_HEADER_ID" })?;
    Ok(PipelineHeader { id, name, global, fields })
}

fn decode_field(attrs: Attrs<'_>) -> Result<PipelineField, WireError> {
    let (mut id, mut name, mut bits, mut mapping) = (None, String::new(), 0, FieldMapping::None);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_DPIPE_FIELD_ID => id = Some(attr.u32()?),
            DEVLINK_ATTR_DPIPE_FIELD_NAME => name = attr.text_lossy().into_owned(),
            DEVLINK_ATTR_DPIPE_FIELD_BITWIDTH => bits = attr.u32()?,
            DEVLINK_ATTR_DPIPE_FIELD_MAPPING_TYPE => mapping = FieldMapping::from_number(attr.u32()?),
            _ => {}
        }
    }
    let id = id.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_DPIPE_FIELD_ID" })?;
    Ok(PipelineField { id, name, bits, mapping })
}

fn decode_table(attrs: Attrs<'_>) -> Result<PipelineTable, WireError> {
    let mut table = PipelineTable {
        name: String::new(),
        size: 0,
        counters_enabled: false,
        resource: None,
        matches: Vec::new(),
        actions: Vec::new(),
    };
    let (mut resource, mut units) = (None, 0);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_DPIPE_TABLE_NAME => table.name = attr.text_lossy().into_owned(),
            DEVLINK_ATTR_DPIPE_TABLE_SIZE => table.size = attr.uint()?,
            DEVLINK_ATTR_DPIPE_TABLE_COUNTERS_ENABLED => table.counters_enabled = attr.u8()? != 0,
            DEVLINK_ATTR_DPIPE_TABLE_RESOURCE_ID => resource = Some(attr.uint()?),
            DEVLINK_ATTR_DPIPE_TABLE_RESOURCE_UNITS => units = attr.uint()?,
            DEVLINK_ATTR_DPIPE_TABLE_MATCHES => each(attr.nested(), DEVLINK_ATTR_DPIPE_MATCH, |attr| {
                table.matches.push(decode_match(attr.nested())?);
                Ok(())
            })?,
            DEVLINK_ATTR_DPIPE_TABLE_ACTIONS => each(attr.nested(), DEVLINK_ATTR_DPIPE_ACTION, |attr| {
                table.actions.push(decode_action(attr.nested())?);
                Ok(())
            })?,
            _ => {}
        }
    }
    table.resource = resource.map(|id| TableResource { id, units });
    Ok(table)
}

fn decode_entry(attrs: Attrs<'_>) -> Result<PipelineEntry, WireError> {
    let mut entry = PipelineEntry::default();
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_DPIPE_ENTRY_INDEX => entry.index = attr.uint()?,
            DEVLINK_ATTR_DPIPE_ENTRY_COUNTER => entry.counter = Some(attr.uint()?),
            DEVLINK_ATTR_DPIPE_ENTRY_MATCH_VALUES => {
                each(attr.nested(), DEVLINK_ATTR_DPIPE_MATCH_VALUE, |attr| {
                    let (inner, value) = decode_value(attr.nested(), DEVLINK_ATTR_DPIPE_MATCH)?;
                    entry.matches.push((decode_match(inner)?, value));
                    Ok(())
                })?;
            }
            DEVLINK_ATTR_DPIPE_ENTRY_ACTION_VALUES => {
                each(attr.nested(), DEVLINK_ATTR_DPIPE_ACTION_VALUE, |attr| {
                    let (inner, value) = decode_value(attr.nested(), DEVLINK_ATTR_DPIPE_ACTION)?;
                    entry.actions.push((decode_action(inner)?, value));
                    Ok(())
                })?;
            }
            _ => {}
        }
    }
    Ok(entry)
}

/// Reads a value, and finds what it is a value of.
fn decode_value(attrs: Attrs<'_>, of: u16) -> Result<(Attrs<'_>, FieldValue), WireError> {
    let mut inner = Attrs::new(&[]);
    let mut value = FieldValue::default();
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            kind if kind == of => inner = attr.nested(),
            DEVLINK_ATTR_DPIPE_VALUE => value.bytes = attr.payload.to_vec(),
            DEVLINK_ATTR_DPIPE_VALUE_MASK => value.mask = Some(attr.payload.to_vec()),
            DEVLINK_ATTR_DPIPE_VALUE_MAPPING => value.mapping = Some(attr.u32()?),
            _ => {}
        }
    }
    Ok((inner, value))
}

fn decode_match(attrs: Attrs<'_>) -> Result<PipelineMatch, WireError> {
    let (kind, field) = decode_op(attrs, DEVLINK_ATTR_DPIPE_MATCH_TYPE, "DEVLINK_ATTR_DPIPE_MATCH_TYPE")?;
    Ok(PipelineMatch { kind: PipelineMatchKind::from_number(kind), field })
}

fn decode_action(attrs: Attrs<'_>) -> Result<PipelineAction, WireError> {
    let (kind, field) = decode_op(attrs, DEVLINK_ATTR_DPIPE_ACTION_TYPE, "DEVLINK_ATTR_DPIPE_ACTION_TYPE")?;
    Ok(PipelineAction { kind: PipelineActionKind::from_number(kind), field })
}

/// Reads what matches and actions have in common: a number of their kind, and a field.
fn decode_op(attrs: Attrs<'_>, kind_attr: u16, name: &'static str) -> Result<(u32, FieldRef), WireError> {
    let (mut kind, mut header, mut field) = (None, None, None);
    let (mut header_index, mut global) = (0, false);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            found if found == kind_attr => kind = Some(attr.u32()?),
            DEVLINK_ATTR_DPIPE_HEADER_INDEX => header_index = attr.u32()?,
            DEVLINK_ATTR_DPIPE_HEADER_ID => header = Some(attr.u32()?),
            DEVLINK_ATTR_DPIPE_FIELD_ID => field = Some(attr.u32()?),
            DEVLINK_ATTR_DPIPE_HEADER_GLOBAL => global = attr.u8()? != 0,
            _ => {}
        }
    }
    let kind = kind.ok_or(WireError::Missing { attr: name })?;
    let header = header.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_DPIPE_HEADER_ID" })?;
    let field = field.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_DPIPE_FIELD_ID" })?;
    Ok((kind, FieldRef { header, header_index, global, field }))
}
