//! `devlink port function rate`.

use smartnic::device::{RateChange, RateName};
use smartnic::text::devlink::command::Stop;
use smartnic::text::devlink::command::rate::{Command, check_share};
use smartnic::text::devlink::show;

use super::face::Face;

pub(super) fn run(command: Command, face: &mut Face<'_>) -> Result<(), Stop> {
    match command {
        Command::Show => {
            let read = face.ask(|host| host.devlink().rates(None));
            face.section("rate", read, show::rate)
        }
        Command::ShowDevice(device) => {
            let read = face.ask(|host| host.devlink().rates(Some(&device)));
            face.section("rate", read, show::rate)
        }
        Command::ShowOne(name) => {
            let read = face.ask(|host| host.devlink().rate(&name).map(|rate| vec![rate]));
            face.section("rate", read, show::rate)
        }
        Command::Add(node, settings) => face.change_noted(|host| host.devlink().add_rate(&node, &settings)),
        Command::Set(name, change) => {
            check_against_present(&name, &change, face)?;
            face.change_noted(|host| host.devlink().set_rate(&name, &change))
        }
        Command::Del(node) => face.change_noted(|host| host.devlink().remove_rate(&node)),
    }
}

/// A guarantee or a limit that is set alone must fit to the other one, which is there already.
fn check_against_present(name: &RateName, change: &RateChange, face: &Face<'_>) -> Result<(), Stop> {
    let (share, max) = (change.tx_share, change.tx_max);
    if share.is_some() == max.is_some() {
        return Ok(());
    }
    let present = face.ask(|host| host.devlink().rate(name))?;
    check_share(share.unwrap_or(present.tx_share), max.unwrap_or(present.tx_max))
}
