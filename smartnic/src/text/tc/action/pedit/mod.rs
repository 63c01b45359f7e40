//! `pedit`: changes of headers, by offset or by the names of fields.
//!
//! tc knows of changes as a mask of bits that stay and a value that is then mixed in by exclusive or; its commands are
//! ways to say these: `set` has no bit in both, `invert` keeps every bit and has those that turn around in the value.

mod fields;
mod read;
mod write;

use smartnic_core::flow::{Action, ActionState, Pedit, PeditCommand, PeditHeader, PeditKey};

use super::show::{show_control, show_times};
use crate::text::tc::show::Show;

pub(super) use read::read;
pub(super) use write::write;

pub(super) fn show(pedit: &Pedit, action: &Action, state: &ActionState, show: &mut Show<'_>) {
    show.any("kind", "pedit", format_args!(" pedit action "));
    show_control(show, action.control);
    let nkeys = u32::try_from(pedit.keys.len()).unwrap_or(u32::MAX);
    show.any("nkeys", nkeys, format_args!(" keys {nkeys}\n"));
    show.any("index", state.index, format_args!(" \t index {}", state.index));
    show.any("ref", state.refs, format_args!(" ref {}", state.refs));
    show.any("bind", state.binds, format_args!(" bind {}", state.binds));
    if show.style.stats {
        show_times(show, state);
    }
    show.open_list(Some("keys"));
    for (at, key) in pedit.keys.iter().enumerate() {
        show.open(None);
        show.text(format_args!("\n\t key #{at}  at "));
        show_key(key, show);
        show.close();
    }
    show.close_list();
    show.line();
}

fn show_key(key: &PeditKey, show: &mut Show<'_>) {
    let PeditKey { header, command, offset, mask, value, .. } = *key;
    match header {
        PeditHeader::Network => {
            show.json("htype", "network");
            show.any("offset", offset, format_args!("{offset}"));
        }
        _ => {
            let name = match header {
                PeditHeader::Unknown(number) => format!("unknown({number})"),
                header => fields::shown_header(header).to_owned(),
            };
            show.any("htype", &name, format_args!("{name}"));
            show.any("offset", offset, format_args!("{offset:+}"));
        }
    }
    let (text, json) = if command == PeditCommand::Set { ("val", "set") } else { ("add", "add") };
    show.text(format_args!(": {text}"));
    show.json("cmd", json);
    show.any("val", format!("{value:x}"), format_args!(" {value:08x}"));
    show.any("mask", format!("{mask:x}"), format_args!(" mask {mask:08x}"));
}
