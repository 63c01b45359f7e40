//! `devlink dev`.

use smartnic::text::devlink::command::dev::Command;
use smartnic::text::devlink::command::{Stop, Words, dev, eswitch, reload};
use smartnic::text::devlink::show;

use super::face::Face;
use super::{flash, param, selftest};

pub(super) fn run(words: &mut Words<'_>, face: &mut Face<'_>) -> Result<(), Stop> {
    match dev::read(words)? {
        Command::Show(device) => {
            let read = face.ask(|host| match &device {
                Some(device) => host.devlink().device(device).map(|device| vec![device]),
                None => host.devlink().devices(),
            });
            face.section("dev", read, show::device)
        }
        Command::Info(device) => {
            let read = face.ask(|host| match device {
                Some(device) => host.devlink().info(&device).map(|info| vec![(device, info)]),
                None => host.devlink().infos(),
            });
            face.section("info", read, |(device, info), show| show::info(device, info, show))
        }
        Command::Eswitch(eswitch::Command::Show(device)) => {
            let read = face.ask(|host| host.devlink().eswitch(&device).map(|eswitch| vec![eswitch]));
            face.section("dev", read, |eswitch, show| show::eswitch(&device, eswitch, show))
        }
        Command::Eswitch(eswitch::Command::Set(device, change)) => {
            face.change_noted(|host| host.devlink().set_eswitch(&device, &change))
        }
        Command::Param(command) => param::run(command, face),
        Command::Reload(reload::Command { device, reload }) => {
            let performed = face.change(|host| host.devlink().reload(&device, &reload))?;
            face.show(|show| show::reload(&performed, show));
            Ok(())
        }
        Command::Flash(device, update) => flash::run(&device, &update, face),
        Command::Selftests(command) => selftest::run(command, face),
    }
}
