//! The tables of a pipeline (`net/devlink/dpipe.c`). These requests are no dumps, and yet are answered as dumps are.

use smartnic_core::device::{
    FieldRef, FieldValue, PipelineAction, PipelineEntry, PipelineHeader, PipelineMatch, PipelineTable,
};
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;

use super::object::{Ask, Command};
use crate::errno::Errno;
use crate::kernel::answer::{Answer, ExtAck};
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::{Policy, Shape};
use crate::model::Machine;

const TABLE: Policy = (DEVLINK_ATTR_DPIPE_TABLE_NAME, Shape::NulText, None);
const COUNTERS: Policy = (DEVLINK_ATTR_DPIPE_TABLE_COUNTERS_ENABLED, Shape::U8, None);

pub(super) const COMMANDS: &[Command] = &[
    Command::read(DEVLINK_CMD_DPIPE_HEADERS_GET, &[], |machine, ask, answer, _| {
        let headers = machine.pipeline_headers(ask.instance).ok_or(Errno::EOPNOTSUPP)?;
        several(machine, ask, answer, DEVLINK_CMD_DPIPE_HEADERS_GET, |e| {
            e.nest(DEVLINK_ATTR_DPIPE_HEADERS, |e| headers.iter().for_each(|one| write_header(e, one)));
        });
        Ok(())
    }),
    Command::read(DEVLINK_CMD_DPIPE_TABLE_GET, &[TABLE], |machine, ask, answer, _| {
        let name = ask.table.text(DEVLINK_ATTR_DPIPE_TABLE_NAME);
        let tables = machine.pipeline_tables(ask.instance, name);
        several(machine, ask, answer, DEVLINK_CMD_DPIPE_TABLE_GET, |e| {
            e.nest(DEVLINK_ATTR_DPIPE_TABLES, |e| tables.iter().for_each(|one| write_table(e, one)));
        });
        Ok(())
    }),
    Command::read(DEVLINK_CMD_DPIPE_ENTRIES_GET, &[TABLE], |machine, ask, answer, ext| {
        let entries = machine.pipeline_entries(ask.instance, name(ask, ext)?)?;
        several(machine, ask, answer, DEVLINK_CMD_DPIPE_ENTRIES_GET, |e| {
            e.nest(DEVLINK_ATTR_DPIPE_ENTRIES, |e| entries.iter().for_each(|one| write_entry(e, one)));
        });
        Ok(())
    }),
    Command::change(DEVLINK_CMD_DPIPE_TABLE_COUNTERS_SET, &[TABLE, COUNTERS], |machine, ask, _, ext| {
        let table = name(ask, ext)?;
        let Some(on) = ask.table.u8(DEVLINK_ATTR_DPIPE_TABLE_COUNTERS_ENABLED) else {
            ext.missing = Some((DEVLINK_ATTR_DPIPE_TABLE_COUNTERS_ENABLED, None));
            return Err(Errno::EINVAL);
        };
        machine.set_pipeline_counters(ask.instance, table, on != 0)
    }),
];

fn name<'a>(ask: &Ask<'a>, ext: &mut ExtAck) -> Result<&'a str, Errno> {
    ask.table.text(DEVLINK_ATTR_DPIPE_TABLE_NAME).ok_or_else(|| {
        ext.missing = Some((DEVLINK_ATTR_DPIPE_TABLE_NAME, None));
        Errno::EINVAL
    })
}

/// All of it fits into one message here; the end follows.
fn several(
    machine: &Machine,
    ask: &Ask<'_>,
    answer: &mut Answer,
    command: u8,
    body: impl FnOnce(&mut Encoder<'_>),
) {
    answer.reply_part(DEVLINK_ID, |e| {
        super::start(e, machine, &super::handle(machine, ask.instance), command);
        body(e);
    });
    answer.reply_done();
}

/// `devlink_dpipe_header_put`
fn write_header(e: &mut Encoder<'_>, header: &PipelineHeader) {
    e.nest(DEVLINK_ATTR_DPIPE_HEADER, |e| {
        e.text(DEVLINK_ATTR_DPIPE_HEADER_NAME, &header.name);
        e.u32(DEVLINK_ATTR_DPIPE_HEADER_ID, header.id);
        e.u8(DEVLINK_ATTR_DPIPE_HEADER_GLOBAL, u8::from(header.global));
        e.nest(DEVLINK_ATTR_DPIPE_HEADER_FIELDS, |e| {
            for field in &header.fields {
                e.nest(DEVLINK_ATTR_DPIPE_FIELD, |e| {
                    e.text(DEVLINK_ATTR_DPIPE_FIELD_NAME, &field.name);
                    e.u32(DEVLINK_ATTR_DPIPE_FIELD_ID, field.id);
                    e.u32(DEVLINK_ATTR_DPIPE_FIELD_BITWIDTH, field.bits);
                    e.u32(DEVLINK_ATTR_DPIPE_FIELD_MAPPING_TYPE, field.mapping.number());
                });
            }
        });
    });
}

/// `devlink_dpipe_table_put`
fn write_table(e: &mut Encoder<'_>, table: &PipelineTable) {
    e.nest(DEVLINK_ATTR_DPIPE_TABLE, |e| {
        e.text(DEVLINK_ATTR_DPIPE_TABLE_NAME, &table.name);
        e.u64(DEVLINK_ATTR_DPIPE_TABLE_SIZE, table.size);
        e.u8(DEVLINK_ATTR_DPIPE_TABLE_COUNTERS_ENABLED, u8::from(table.counters_enabled));
        if let Some(resource) = table.resource {
            e.u64(DEVLINK_ATTR_DPIPE_TABLE_RESOURCE_ID, resource.id);
            e.u64(DEVLINK_ATTR_DPIPE_TABLE_RESOURCE_UNITS, resource.units);
        }
        e.nest(DEVLINK_ATTR_DPIPE_TABLE_MATCHES, |e| {
            table.matches.iter().for_each(|one| write_match(e, one));
        });
        e.nest(DEVLINK_ATTR_DPIPE_TABLE_ACTIONS, |e| {
            table.actions.iter().for_each(|one| write_action(e, one));
        });
    });
}

/// `devlink_dpipe_entry_put`
fn write_entry(e: &mut Encoder<'_>, entry: &PipelineEntry) {
    e.nest(DEVLINK_ATTR_DPIPE_ENTRY, |e| {
        e.u64(DEVLINK_ATTR_DPIPE_ENTRY_INDEX, entry.index);
        if let Some(counter) = entry.counter {
            e.u64(DEVLINK_ATTR_DPIPE_ENTRY_COUNTER, counter);
        }
        e.nest(DEVLINK_ATTR_DPIPE_ENTRY_MATCH_VALUES, |e| {
            for (one, value) in &entry.matches {
                e.nest(DEVLINK_ATTR_DPIPE_MATCH_VALUE, |e| {
                    write_match(e, one);
                    write_value(e, value);
                });
            }
        });
        e.nest(DEVLINK_ATTR_DPIPE_ENTRY_ACTION_VALUES, |e| {
            for (one, value) in &entry.actions {
                e.nest(DEVLINK_ATTR_DPIPE_ACTION_VALUE, |e| {
                    write_action(e, one);
                    write_value(e, value);
                });
            }
        });
    });
}

fn write_match(e: &mut Encoder<'_>, one: &PipelineMatch) {
    e.nest(DEVLINK_ATTR_DPIPE_MATCH, |e| {
        e.u32(DEVLINK_ATTR_DPIPE_MATCH_TYPE, one.kind.number());
        write_field(e, one.field);
    });
}

fn write_action(e: &mut Encoder<'_>, one: &PipelineAction) {
    e.nest(DEVLINK_ATTR_DPIPE_ACTION, |e| {
        e.u32(DEVLINK_ATTR_DPIPE_ACTION_TYPE, one.kind.number());
        write_field(e, one.field);
    });
}

fn write_field(e: &mut Encoder<'_>, field: FieldRef) {
    e.u32(DEVLINK_ATTR_DPIPE_HEADER_INDEX, field.header_index);
    e.u32(DEVLINK_ATTR_DPIPE_HEADER_ID, field.header);
    e.u32(DEVLINK_ATTR_DPIPE_FIELD_ID, field.field);
    e.u8(DEVLINK_ATTR_DPIPE_HEADER_GLOBAL, u8::from(field.global));
}

/// `devlink_dpipe_value_put`
fn write_value(e: &mut Encoder<'_>, value: &FieldValue) {
    e.attr(DEVLINK_ATTR_DPIPE_VALUE, &value.bytes);
    if let Some(mask) = &value.mask {
        e.attr(DEVLINK_ATTR_DPIPE_VALUE_MASK, mask);
    }
    if let Some(mapping) = value.mapping {
        e.u32(DEVLINK_ATTR_DPIPE_VALUE_MAPPING, mapping);
    }
}
