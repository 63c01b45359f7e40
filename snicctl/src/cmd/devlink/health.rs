//! `devlink health`.

use smartnic::device::{Fmsg, Reporter};
use smartnic::text::devlink::command::health::Command;
use smartnic::text::devlink::command::{Stop, Words, health};
use smartnic::text::devlink::show;

use super::face::Face;

pub(super) fn run(words: &mut Words<'_>, face: &mut Face<'_>) -> Result<(), Stop> {
    match health::read(words)? {
        Command::List(place) => {
            let read = face.ask(|host| host.devlink().reporters(place.as_ref()));
            reporters(face, read)
        }
        Command::Show(id) => {
            let read = face.ask(|host| host.devlink().reporter(&id).map(|one| vec![one]));
            reporters(face, read)
        }
        Command::Recover(id) => face.change(|host| host.devlink().recover(&id)),
        Command::Test(id) => face.change(|host| host.devlink().test_reporter(&id)),
        Command::DumpClear(id) => face.change(|host| host.devlink().clear_health_dump(&id)),
        Command::Set(id, change) => face.change(|host| host.devlink().set_reporter(&id, &change)),
        Command::Diagnose(id) => {
            let told = face.ask(|host| host.devlink().diagnose(&id))?;
            tell(face, &told);
            Ok(())
        }
        Command::DumpShow(id) => {
            // Where there is no dump, this makes one.
            let told = face.change(|host| host.devlink().health_dump(&id))?;
            tell(face, &told);
            Ok(())
        }
    }
}

fn reporters(face: &mut Face<'_>, read: Result<Vec<Reporter>, Stop>) -> Result<(), Stop> {
    face.section("health", read, show::reporter)
}

fn tell(face: &mut Face<'_>, told: &Fmsg) {
    face.show(|show| show::fmsg(told, show));
}
