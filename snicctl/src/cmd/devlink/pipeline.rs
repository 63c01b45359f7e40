//! `devlink dpipe`.

use smartnic::device::Resource;
use smartnic::text::devlink::command::pipeline::Command;
use smartnic::text::devlink::command::{Stop, Words, pipeline};
use smartnic::text::devlink::show;

use super::face::Face;

pub(super) fn run(words: &mut Words<'_>, face: &mut Face<'_>) -> Result<(), Stop> {
    match pipeline::read(words)? {
        Command::Headers(device) => {
            let read = face.ask(|host| host.devlink().pipeline_headers(&device));
            face.section("header", read, |header, show| show::pipeline_header(&device, header, show))
        }
        Command::Tables(device, name) => {
            let headers = face.ask(|host| host.devlink().pipeline_headers(&device))?;
            // Few tables stand on resources; without these nothing is missing but their names.
            let resources = face.ask(|host| host.devlink().resources(&device)).ok();
            let read = face.ask(|host| host.devlink().pipeline_tables(&device, name.as_deref()));
            face.section("table", read, |table, show| {
                let path = table.resource.zip(resources.as_ref());
                let path = path.and_then(|(resource, all)| path_of(&all.resources, resource.id));
                show::pipeline_table(&device, table, &headers, path.as_deref(), show);
            })
        }
        Command::Dump(device, table) => {
            let headers = face.ask(|host| host.devlink().pipeline_headers(&device))?;
            let read = face.ask(|host| host.devlink().pipeline_entries(&device, &table));
            face.section("table_entry", read, |entry, show| {
                show::pipeline_entry(&device, entry, &headers, show);
            })
        }
        Command::Count(device, table, on) => {
            face.change(|host| host.devlink().set_pipeline_counters(&device, &table, on))
        }
    }
}

/// The names from the top down to a resource, each behind a slash.
fn path_of(resources: &[Resource], id: u64) -> Option<String> {
    resources.iter().find_map(|resource| match resource.id == id {
        true => Some(format!("/{}", resource.name)),
        false => Some(format!("/{}{}", resource.name, path_of(&resource.parts, id)?)),
    })
}
