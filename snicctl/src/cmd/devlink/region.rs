//! `devlink region`.

use smartnic::device::{Region, RegionId, RegionRead};
use smartnic::text::devlink::command::region::Command;
use smartnic::text::devlink::command::{Stop, Words, region};
use smartnic::text::devlink::show::{self, RegionDump, Show};

use super::face::{Face, stop_of};

pub(super) fn run(words: &mut Words<'_>, face: &mut Face<'_>) -> Result<(), Stop> {
    match region::read(words)? {
        Command::List(device) => {
            let read = face.ask(|host| host.devlink().regions(device.as_ref()));
            face.section("regions", read, show::region)
        }
        Command::Show(id) => {
            let read = face.ask(|host| host.devlink().region(&id).map(|one| vec![one]));
            face.section("regions", read, show::region)
        }
        Command::Del(id, number) => face.change(|host| host.devlink().remove_snapshot(&id, number)),
        Command::New(id, number) => {
            let taken = face.change(|host| host.devlink().take_snapshot(&id, number));
            let told = taken.map(|taken| match number {
                // Whoever gave the number knows it.
                Some(_) => Vec::new(),
                None => vec![Region { snapshot: Some(taken), ..Region::new(id) }],
            });
            face.section("regions", told, show::region)
        }
        Command::Dump(id, read) => content(face, "dump", &id, &read),
        Command::Read(id, read) => content(face, "read", &id, &read),
    }
}

/// Prints the content as it comes.
fn content(face: &mut Face<'_>, section: &str, id: &RegionId, read: &RegionRead) -> Result<(), Stop> {
    let host = face.host()?;
    let json = face.options().style.json;
    let mut page = Show::new(face.options().style, &|_| None);
    let mut dump = RegionDump::default();
    page.open_section(section);
    let end = host.devlink().read_region(id, read, &mut |chunk| {
        dump.chunk(chunk, &mut page);
        face.print(page.take());
        Ok(())
    });
    page.close_section();
    let last = page.take();
    face.print(if json { last } else { format!("{last}\n") });
    end.map_err(|error| stop_of(&error))
}
