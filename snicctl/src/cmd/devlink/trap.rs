//! `devlink trap`.

use smartnic::text::devlink::command::trap::Command;
use smartnic::text::devlink::command::{Stop, Words, trap};
use smartnic::text::devlink::show;

use super::face::Face;

pub(super) fn run(words: &mut Words<'_>, face: &mut Face<'_>) -> Result<(), Stop> {
    match trap::read(words)? {
        Command::Show(Some(device), Some(name)) => {
            let read = face.ask(|host| host.devlink().trap(&device, &name).map(|one| vec![one]));
            face.section("trap", read, show::trap)
        }
        Command::Show(device, _) => {
            let read = face.ask(|host| host.devlink().traps(device.as_ref()));
            face.section("trap", read, show::trap)
        }
        Command::Set(device, name, action) => {
            face.change_noted(|host| host.devlink().set_trap(&device, &name, action))
        }
        Command::GroupShow(Some(device), Some(name)) => {
            let read = face.ask(|host| host.devlink().trap_group(&device, &name).map(|one| vec![one]));
            face.section("trap_group", read, show::trap_group)
        }
        Command::GroupShow(device, _) => {
            let read = face.ask(|host| host.devlink().trap_groups(device.as_ref()));
            face.section("trap_group", read, show::trap_group)
        }
        Command::GroupSet(device, name, change) => {
            face.change_noted(|host| host.devlink().set_trap_group(&device, &name, &change))
        }
        Command::PolicerShow(Some(device), Some(id)) => {
            let read = face.ask(|host| host.devlink().trap_policer(&device, id).map(|one| vec![one]));
            face.section("trap_policer", read, show::trap_policer)
        }
        Command::PolicerShow(device, _) => {
            let read = face.ask(|host| host.devlink().trap_policers(device.as_ref()));
            face.section("trap_policer", read, show::trap_policer)
        }
        Command::PolicerSet(device, id, change) => {
            face.change(|host| host.devlink().set_trap_policer(&device, id, &change))
        }
    }
}
