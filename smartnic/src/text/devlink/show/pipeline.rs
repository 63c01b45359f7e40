use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use smartnic_core::device::{
    FieldMapping, FieldRef, FieldValue, PipelineActionKind, PipelineEntry, PipelineHeader, PipelineMatchKind,
    PipelineTable,
};
use smartnic_core::types::DevlinkHandle;

use super::Show;

/// Shows a header, as `devlink dpipe header show` does.
pub fn pipeline_header(device: &DevlinkHandle, header: &PipelineHeader, show: &mut Show<'_>) {
    show.open_handle_entry(device);
    show.value("name", &header.name, format_args!("name {}", header.name));
    if show.style.verbose {
        show.any("id", header.id, format_args!(" id {}", header.id));
        show.any("global", header.global, format_args!(" global {}", header.global));
    }
    show.open_list("field");
    for field in &header.fields {
        show.open_entry();
        show.value("name", &field.name, format_args!("name {}", field.name));
        if show.style.verbose {
            show.any("id", field.id, format_args!(" id {}", field.id));
        }
        show.any("bitwidth", field.bits, format_args!(" bitwidth {}", field.bits));
        if let Some(mapping) = mapping_name(field.mapping) {
            show.any("mapping_type", mapping, format_args!(" mapping_type {mapping}"));
        }
        show.close_entry();
    }
    show.close_list();
    show.close_handle();
}

/// Shows a table, as `devlink dpipe table show` does; `path` is that of its resource, where there is one.
pub fn pipeline_table(
    device: &DevlinkHandle,
    table: &PipelineTable,
    headers: &[PipelineHeader],
    path: Option<&str>,
    show: &mut Show<'_>,
) {
    show.open_handle_entry(device);
    show.value("name", &table.name, format_args!("name {}", table.name));
    show.any("size", table.size, format_args!(" size {}", table.size));
    let counted = table.counters_enabled;
    show.any("counters_enabled", counted, format_args!(" counters_enabled {counted}"));
    if let (Some(resource), Some(path)) = (table.resource, path) {
        show.value("resource_path", path, format_args!("resource_path {path}"));
        let units = resource.units;
        show.any("resource_units", units, format_args!(" resource_units {units}"));
    }
    show.open_list("match");
    for one in &table.matches {
        show.open_entry();
        op(match_name(one.kind), &one.field, headers, show);
        show.close_entry();
    }
    show.close_list();
    show.open_list("action");
    for one in &table.actions {
        show.open_entry();
        op(action_name(one.kind), &one.field, headers, show);
        show.close_entry();
    }
    show.close_list();
    show.close_handle();
}

/// Shows an entry of a table, as `devlink dpipe table dump` does.
pub fn pipeline_entry(
    device: &DevlinkHandle,
    entry: &PipelineEntry,
    headers: &[PipelineHeader],
    show: &mut Show<'_>,
) {
    show.open_handle_entry(device);
    show.value("index", entry.index, format_args!("index {}", entry.index));
    if let Some(counter) = entry.counter {
        show.any("counter", counter, format_args!(" counter {counter}"));
    }
    show.open_list("match_value");
    for (one, value) in &entry.matches {
        show.open_entry();
        op(match_name(one.kind), &one.field, headers, show);
        self::value(&one.field, value, show);
        show.close_entry();
    }
    show.close_list();
    show.open_list("action_value");
    for (one, value) in &entry.actions {
        show.open_entry();
        op(action_name(one.kind), &one.field, headers, show);
        self::value(&one.field, value, show);
        show.close_entry();
    }
    show.close_list();
    show.close_handle();
}

fn op(kind: &str, field: &FieldRef, headers: &[PipelineHeader], show: &mut Show<'_>) {
    let (header, found) = field.find(headers);
    let header = header.map_or("<unknown>", |header| &header.name);
    let name = found.map_or("<unknown>", |field| &field.name);
    show.value("type", kind, format_args!("type {kind}"));
    show.any("header", header, format_args!(" header {header}"));
    show.any("field", name, format_args!(" field {name}"));
    if let Some(mapping) = found.and_then(|field| mapping_name(field.mapping)) {
        show.any("mapping", mapping, format_args!(" mapping {mapping}"));
    }
}

/// devlink shows the value in the place of its mask; here the mask is the mask.
fn value(field: &FieldRef, value: &FieldValue, show: &mut Show<'_>) {
    if let Some(mapping) = value.mapping {
        show.value("mapping_value", mapping, format_args!("mapping_value {mapping}"));
    }
    if let Some(mask) = &value.mask {
        bytes("value_mask", field, mask, show);
    }
    bytes("value", field, &value.bytes, show);
}

/// Addresses of the kernel's own headers as addresses, four bytes as a number, all else in base sixteen.
fn bytes(name: &str, field: &FieldRef, bytes: &[u8], show: &mut Show<'_>) {
    let text = match (field.global, field.header, field.field, bytes) {
        // Drivers hand over an IPv4 address as a number of the host.
        (true, IPV4, 0, [a, b, c, d]) => Ipv4Addr::from(u32::from_ne_bytes([*a, *b, *c, *d])).to_string(),
        (true, IPV6, 0, bytes) if bytes.len() == 16 => {
            let mut address = [0; 16];
            address.copy_from_slice(bytes);
            Ipv6Addr::from(address).to_string()
        }
        (true, ETHERNET, 0, [a, b, c, d, e, f]) => format!("{a:x}:{b:x}:{c:x}:{d:x}:{e:x}:{f:x}"),
        (_, _, _, [a, b, c, d]) => {
            let number = u32::from_ne_bytes([*a, *b, *c, *d]);
            return show.value(name, number, format_args!("{name} {number}"));
        }
        (_, _, _, bytes) => bytes.iter().fold("0x".to_owned(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        }),
    };
    show.value(name, &text, format_args!("{name} {text}"));
}

/// The kernel's own headers (`enum devlink_dpipe_header_id`); each has one field, the destination.
const ETHERNET: u32 = 0;
const IPV4: u32 = 1;
const IPV6: u32 = 2;

fn mapping_name(mapping: FieldMapping) -> Option<&'static str> {
    match mapping {
        FieldMapping::None => None,
        FieldMapping::Ifindex => Some("ifindex"),
        FieldMapping::Unknown(_) => Some("<unknown>"),
    }
}

fn match_name(kind: PipelineMatchKind) -> &'static str {
    match kind {
        PipelineMatchKind::FieldExact => "field_exact",
        PipelineMatchKind::Unknown(_) => "<unknown>",
    }
}

fn action_name(kind: PipelineActionKind) -> &'static str {
    match kind {
        PipelineActionKind::FieldModify => "field_modify",
        PipelineActionKind::Unknown(_) => "<unknown>",
    }
}
