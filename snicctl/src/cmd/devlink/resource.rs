//! `devlink resource`.

use smartnic::text::devlink::command::resource::Command;
use smartnic::text::devlink::command::{Either, Stop, Words, resource};
use smartnic::text::devlink::show;
use smartnic::types::DevlinkHandle;

use super::face::Face;

pub(super) fn run(words: &mut Words<'_>, face: &mut Face<'_>) -> Result<(), Stop> {
    let command = resource::read(words)?;
    if let Command::Set { device, path, size } = command {
        let all = face.ask(|host| host.devlink().resources(&device))?;
        let Some(resource) = all.at(&path) else {
            return Err(Stop::fault("error parsing resource path Invalid argument"));
        };
        return face.change(|host| host.devlink().set_resource(&device, resource.id, size));
    }
    let read = face.ask(|host| {
        let devlink = host.devlink();
        match &command {
            Command::Show(Either::Device(device)) => devlink.resources(device).map(|all| vec![all]),
            Command::Show(Either::Port(port)) => devlink.port_resources(port).map(|all| vec![all]),
            Command::List(scope) => devlink.all_resources(None, *scope),
            Command::Set { .. } => Ok(Vec::new()),
        }
    });
    // devlink asks for the tables of each device too; a device that describes none has none.
    let mut tables: Vec<(DevlinkHandle, Vec<(String, u64)>)> = Vec::new();
    for all in read.iter().flatten() {
        if tables.iter().all(|(device, _)| *device != all.device) {
            let found = face.host()?.devlink().pipeline_tables(&all.device, None).unwrap_or_default();
            let of = found.into_iter().filter_map(|table| Some((table.name, table.resource?.id)));
            tables.push((all.device.clone(), of.collect()));
        }
    }
    face.section("resources", read, |all, show| {
        let here = tables.iter().find(|(device, _)| *device == all.device);
        show::resources(all, Some(here.map_or(&[][..], |(_, tables)| tables)), show);
    })
}
