//! `devlink port`.

use smartnic::text::devlink::command::port::Command;
use smartnic::text::devlink::command::{Either, Stop, Words, port};
use smartnic::text::devlink::show;

use super::face::Face;

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
    }
}
