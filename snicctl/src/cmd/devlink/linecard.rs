//! `devlink lc`.

use smartnic::text::devlink::command::linecard::Command;
use smartnic::text::devlink::command::{Stop, Words, linecard};
use smartnic::text::devlink::show;

use super::face::Face;

pub(super) fn run(words: &mut Words<'_>, face: &mut Face<'_>) -> Result<(), Stop> {
    match linecard::read(words)? {
        Command::Show(device) => {
            let read = face.ask(|host| host.devlink().line_cards(device.as_ref()));
            face.section("lc", read, show::line_card)
        }
        Command::ShowOne(device, index) => {
            let read = face.ask(|host| host.devlink().line_card(&device, index).map(|card| vec![card]));
            face.section("lc", read, show::line_card)
        }
        Command::Set(device, index, kind) => {
            face.change_noted(|host| host.devlink().set_line_card(&device, index, kind.as_deref()))
        }
    }
}
