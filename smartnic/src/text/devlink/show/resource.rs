use smartnic_core::device::{Resource, ResourceUnit, Resources};

use super::Show;

/// Shows resources, as `devlink resource show` does; `tables` are the tables of the packet pipeline that stand on a
/// resource, with the resource's number, if they are known.
pub fn resources(all: &Resources, tables: Option<&[(String, u64)]>, show: &mut Show<'_>) {
    let pending = all.resources.iter().any(is_pending);
    for resource in &all.resources {
        match all.port {
            Some(port) => show.open_handle_entry(&all.device.port(port)),
            None => show.open_handle_entry(&all.device),
        }
        one(resource, "", pending, tables, show);
        show.close_handle();
    }
}

fn is_pending(resource: &Resource) -> bool {
    resource.size_new.is_some_and(|new| new != resource.size) || resource.parts.iter().any(is_pending)
}

fn one(
    resource: &Resource,
    above: &str,
    pending: bool,
    tables: Option<&[(String, u64)]>,
    show: &mut Show<'_>,
) {
    let Resource { name, size, size_min, size_max, granularity, .. } = resource;
    show.value("name", name, format_args!("name {name}"));
    let path = format!("{above}/{name}");
    if show.style.verbose {
        show.value("resource_path", &path, format_args!("resource_path {path}"));
    }
    show.u64("size", *size);
    if let Some(new) = resource.size_new.filter(|new| new != size) {
        show.u64("size_new", new);
    }
    if let Some(used) = resource.occupancy {
        show.any("occ", used, format_args!(" occ {used}"));
    }
    let unit = match resource.unit {
        ResourceUnit::Entry => "entry",
        ResourceUnit::Unknown(_) => "<unknown unit>",
    };
    show.any("unit", unit, format_args!(" unit {unit}"));
    if size_min != size_max {
        show.any("size_min", *size_min, format_args!(" size_min {size_min}"));
        show.u64("size_max", *size_max);
        show.any("size_gran", *granularity, format_args!(" size_gran {granularity}"));
    }
    if let Some(tables) = tables {
        on_it(resource.id, tables, show);
    }
    if resource.parts.is_empty() {
        return;
    }
    if pending {
        let valid = if resource.size_valid == Some(true) { "true" } else { "false" };
        show.value("size_valid", valid, format_args!("size_valid {valid}"));
    }
    show.open_list("resources");
    for part in &resource.parts {
        show.open_entry();
        one(part, &path, pending, tables, show);
        show.close_entry();
    }
    show.close_list();
}

/// The tables that stand on a resource.
fn on_it(id: u64, tables: &[(String, u64)], show: &mut Show<'_>) {
    let mut names = tables.iter().filter(|(_, resource)| *resource == id).map(|(name, _)| name).peekable();
    if names.peek().is_none() {
        show.any("dpipe_tables", "none", format_args!(" dpipe_tables none"));
        return;
    }
    show.open_list("dpipe_tables");
    for name in names {
        show.open_entry();
        show.value("table_name", name, format_args!("table_name {name}"));
        show.close_entry();
    }
    show.close_list();
}
