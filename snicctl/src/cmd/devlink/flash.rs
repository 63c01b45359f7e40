//! `devlink dev flash`.

use std::io::{IsTerminal, stdout};
use std::time::Instant;

use smartnic::device::FlashUpdate;
use smartnic::text::devlink::command::Stop;
use smartnic::text::devlink::show::FlashLines;
use smartnic::types::DevlinkHandle;

use super::face::Face;

pub(super) fn run(device: &DevlinkHandle, update: &FlashUpdate, face: &mut Face<'_>) -> Result<(), Stop> {
    let host = face.host()?;
    let begun = Instant::now();
    let mut lines = FlashLines::new(stdout().is_terminal());
    let flashed = host.devlink().flash(device, update, &mut |event| {
        face.print_through(&lines.heard(&event, begun.elapsed()));
    });
    // devlink follows this answer by itself, and names itself in it.
    face.change_noted(move |_| flashed).map_err(|Stop { message, code }| Stop {
        message: message.replace("kernel answers: ", "devlink answers: "),
        code,
    })
}
