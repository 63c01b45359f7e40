//! Shared actions (`RTM_NEWACTION`, `RTM_DELACTION`, `RTM_GETACTION`).

use smartnic_core::flow::{Action, ActionsNote};

use super::{ACT, action};
use crate::codec::{AttrSet, Attrs, Encoder, Flags, Inner, Message, Names, WireError};
use crate::uapi::pkt_cls::*;
use crate::uapi::rtnetlink::*;

/// The names of the attributes.
pub static NAMES: Names = Names {
    fixed_len: SIZEOF_TCAMSG,
    set: &AttrSet { names: TCA_ROOT_NAMES, nests: &[(TCA_ROOT_TAB, Inner::List(&ACT))] },
};

/// `struct tcamsg`: nothing but zeros.
const HEADER: [u8; SIZEOF_TCAMSG] = [0; SIZEOF_TCAMSG];

/// Writes actions to add or to replace.
pub(super) fn put_actions(encoder: &mut Encoder<'_>, actions: &[Action]) -> Result<(), WireError> {
    encoder.fixed(&HEADER);
    encoder.try_nest(TCA_ROOT_TAB, |encoder| action::encode_list(encoder, actions))
}

/// Writes the names of actions. Number 0 is left out, as tc does; the kernel then says that it wants one.
pub(super) fn put_names(encoder: &mut Encoder<'_>, names: &[(String, u32)]) {
    encoder.fixed(&HEADER);
    encoder.nest(TCA_ROOT_TAB, |encoder| {
        for (number, (kind, index)) in (1..).zip(names) {
            encoder.nest(number, |encoder| {
                encoder.text(TCA_ACT_KIND, kind);
                if *index != 0 {
                    encoder.u32(TCA_ACT_INDEX, *index);
                }
            });
        }
    });
}

/// Writes the kind that is meant as a whole.
pub(super) fn put_kind(encoder: &mut Encoder<'_>, kind: &str) {
    encoder.fixed(&HEADER);
    encoder.nest(TCA_ROOT_TAB, |encoder| encoder.nest(1, |encoder| encoder.text(TCA_ACT_KIND, kind)));
}

/// Writes which actions are to be told.
pub(super) fn put_dump(encoder: &mut Encoder<'_>, kind: &str, terse: bool, since_ms: Option<u32>) {
    put_kind(encoder, kind);
    // Without this flag the kernel stops behind 32 actions.
    let flags = TCA_ACT_FLAG_LARGE_DUMP_ON | if terse { TCA_ACT_FLAG_TERSE_DUMP } else { 0 };
    encoder.attr_fixed(TCA_ROOT_FLAGS, &[flags; 2]);
    if let Some(since) = since_ms {
        encoder.u32(TCA_ROOT_TIME_DELTA, since);
    }
}

/// Reads a message about actions, and the text that came along.
///
/// # Errors
/// A [`WireError`] if it is malformed.
pub(super) fn decode(message: &Message<'_>) -> Result<(ActionsNote, Option<String>), WireError> {
    let mut note = ActionsNote::default();
    let mut remark = None;
    for attr in Attrs::after(message.payload, SIZEOF_TCAMSG) {
        let attr = attr?;
        match attr.kind() {
            TCA_ROOT_COUNT => note.total = Some(attr.u32()?),
            TCA_ROOT_EXT_WARN_MSG => remark = Some(attr.text()?.to_owned()),
            TCA_ROOT_TAB if is_flush(message) => note.flushed = Some(decode_flush(attr.nested())?),
            TCA_ROOT_TAB => {
                for entry in attr.nested() {
                    let entry = entry?;
                    let (mut action, state) = action::decode(entry.nested())?;
                    action.index = Some(state.index);
                    note.actions.push((entry.kind(), action, state));
                }
            }
            _ => {}
        }
    }
    Ok((note, remark))
}

fn is_flush(message: &Message<'_>) -> bool {
    message.header.kind == RTM_DELACTION && message.header.flags.contains(Flags::ROOT)
}

fn decode_flush(list: Attrs<'_>) -> Result<(String, u32), WireError> {
    let (mut kind, mut count) = (String::new(), 0);
    for entry in list {
        for attr in entry?.nested() {
            let attr = attr?;
            match attr.kind() {
                TCA_ACT_KIND => kind = attr.text()?.to_owned(),
                TCA_FCNT => count = attr.u32()?,
                _ => {}
            }
        }
    }
    Ok((kind, count))
}
