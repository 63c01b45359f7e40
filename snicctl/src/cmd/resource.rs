//! `snicctl resource`: what a device has only so much of.

use clap::Subcommand;
use smartnic::device::{Resource, ResourceScope, Resources};
use smartnic::text::devlink::show;
use smartnic::types::DevlinkHandle;
use smartnic::{Error, ErrorKind};

use crate::print::devlink::print_as_devlink;
use crate::print::{Align, Cell, Format, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the resources of one device, or of all devices and their ports
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl resource list\n  snicctl resource list pci/0000:03:00.0"
    )]
    List {
        /// The devlink handle; all devices if it is left out
        handle: Option<DevlinkHandle>,
        /// Only the resources of ports
        #[arg(long)]
        ports: bool,
    },
    /// Change a resource's size; it takes effect with the next reload
    #[command(after_help = "Examples:\n  snicctl resource set netdevsim/netdevsim1 /IPv4/fib 1000")]
    Set {
        /// The devlink handle
        handle: DevlinkHandle,
        /// The names that lead to the resource, with / between them
        path: String,
        /// The new size
        size: u64,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let all = match verb {
        Verb::List { handle, ports: true } => {
            session.host()?.devlink().all_resources(handle.as_ref(), Some(ResourceScope::Port))?
        }
        Verb::List { handle: Some(handle), .. } => vec![session.host()?.devlink().resources(handle)?],
        Verb::List { handle: None, .. } => session.host()?.devlink().all_resources(None, None)?,
        Verb::Set { handle, path, size } => {
            let host = session.host_to_change()?;
            let found = host.devlink().resources(handle)?.at(path).map(|resource| resource.id);
            let id = found.ok_or_else(|| {
                Error::new(ErrorKind::NotFound, "change a resource's size")
                    .on(format_args!("{handle} {path}"))
                    .reason("the device has no such resource")
                    .hint(format!("`snicctl resource list {handle}` shows them"))
            })?;
            host.devlink().set_resource(handle, id, *size)?;
            vec![host.devlink().resources(handle)?]
        }
    };
    print(&all, session)?;
    Ok(Ending::Done)
}

fn print(all: &[Resources], session: &mut Session) -> std::io::Result<()> {
    if session.format() != Format::Table {
        return print_as_devlink(session, "resources", |show| {
            all.iter().for_each(|resources| show::resources(resources, None, show));
        });
    }
    if all.is_empty() {
        return session.say("no resources");
    }
    let mut table = Table::new(&[
        ("DEVICE", Align::Left),
        ("RESOURCE", Align::Left),
        ("SIZE", Align::Right),
        ("AFTER RELOAD", Align::Right),
        ("IN USE", Align::Right),
        ("MINIMUM", Align::Right),
        ("MAXIMUM", Align::Right),
        ("UNIT", Align::Left),
    ]);
    for resources in all {
        let owner = match resources.port {
            Some(port) => resources.device.port(port).to_string(),
            None => resources.device.to_string(),
        };
        resources.resources.iter().for_each(|resource| rows(&owner, "", resource, &mut table));
    }
    session.table(&table)
}

fn rows(owner: &str, above: &str, resource: &Resource, table: &mut Table) {
    let path = format!("{above}/{}", resource.name);
    let size = |size: u64| if size == u64::MAX { "unlimited".to_owned() } else { size.to_string() };
    let problem = if resource.size_valid == Some(false) { " (its parts do not fit)" } else { "" };
    table.row(vec![
        Cell::new(owner),
        Cell::new(format!("{path}{problem}")),
        Cell::new(size(resource.size)),
        Cell::option(resource.size_new.map(size)),
        Cell::option(resource.occupancy),
        Cell::new(size(resource.size_min)),
        Cell::new(size(resource.size_max)),
        Cell::new(resource.unit),
    ]);
    resource.parts.iter().for_each(|part| rows(owner, &path, part, table));
}
