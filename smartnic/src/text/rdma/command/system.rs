//! `rdma system`.

use smartnic_core::rdma::{NetnsMode, SystemChange};

use super::words::{Words, on_off};
use super::{Command, Read, Stop};
use crate::text::rdma::usage;

pub(super) fn system(words: &mut Words<'_>) -> Read<Command> {
    match words.choose("system command", &["show", "set", "help"])? {
        "help" => Err(Stop::help(usage::SYSTEM)),
        "set" => {
            let Some(what) = words.next() else { return Err(Stop::help(usage::SYSTEM_SET)) };
            if "netns".starts_with(what) {
                let mode = match words.next() {
                    Some("shared") => NetnsMode::Shared,
                    Some("exclusive") => NetnsMode::Exclusive,
                    _ => return Err(Stop::fault("valid options are: { shared | exclusive }")),
                };
                return Ok(Command::SetSystem(SystemChange::Netns(mode)));
            }
            if "privileged-qkey".starts_with(what) {
                let on =
                    on_off(words.next()).ok_or_else(|| Stop::fault("valid options are: { on | off }"))?;
                return Ok(Command::SetSystem(SystemChange::PrivilegedQkey(on)));
            }
            Err(Stop::unknown("parameter", what))
        }
        _ => {
            words.take("netns");
            words.end()?;
            Ok(Command::System)
        }
    }
}
