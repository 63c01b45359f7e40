//! `devlink port`.

use smartnic::text::devlink::command::port::Command;
use smartnic::text::devlink::command::{Either, Stop, Words, function, port};
use smartnic::text::devlink::show;

use super::face::Face;
use super::{param, rate};

pub(super) fn run(words: &mut Words<'_>, face: &mut Face<'_>) -> Result<(), Stop> {
    match port::read(words)? {
        Command::Show(which) => {
            let read = face.ask(|host| match &which {
                Some(Either::Port(port)) => host.devlink().port(port).map(|port| vec![port]),
                Some(Either::Device(device)) => host.devlink().ports(Some(device)),
                None => host.devlink().ports(None),
            });
            face.section("port", read, show::port)
        }
        Command::SetType(port, kind) => face.change_noted(|host| host.devlink().set_port_type(&port, kind)),
        Command::Split(port, count) => face.change_noted(|host| host.devlink().split_port(&port, count)),
        Command::Unsplit(port) => face.change_noted(|host| host.devlink().unsplit_port(&port)),
        Command::Function(function::Command::Rate(command)) => rate::run(command, face),
        Command::Function(function::Command::Set(port, change)) => {
            face.change_noted(|host| host.devlink().set_port_function(&port, &change))
        }
        Command::Param(command) => param::run_port(command, face),
        Command::Add(new) => {
            let port = face.change(|host| host.devlink().add_port(&new))?;
            face.show(|show| show::port(&port, show));
            Ok(())
        }
        Command::Del(port) => face.change_noted(|host| host.devlink().remove_port(&port)),
    }
}
