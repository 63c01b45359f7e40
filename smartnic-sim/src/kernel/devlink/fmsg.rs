//! What health reporters tell, as a stream of attributes in as many messages as it needs (`devlink_fmsg_*`).

use smartnic_core::device::Fmsg;
use smartnic_netlink::codec::{Attrs, Encoder, GenlHeader};
use smartnic_netlink::uapi::devlink::*;

/// Bytes of attributes that an answer to a request has room for in one message (`GENLMSG_DEFAULT_SIZE`).
pub(super) const REPLY_ROOM: usize = 3752;
/// The same for a dump.
pub(super) const DUMP_ROOM: usize = 16 * 1024;

/// One attribute, or the two of a value.
enum Item<'a> {
    Mark(u16),
    Name(&'a str),
    Value(&'a Fmsg),
}

/// The content of the messages, in order: each is what stands in one `DEVLINK_ATTR_FMSG`.
pub(super) fn messages(tree: &Fmsg, room: usize) -> Vec<Vec<u8>> {
    let mut items = Vec::new();
    flatten(tree, &mut items);
    let mut all = Vec::new();
    let mut bytes = Vec::new();
    for item in &items {
        let attrs = encoded(item);
        if bytes.len() + attrs.len() > room {
            // As in the kernel, the type of a value may be there already when the value does not fit any more.
            if let (Item::Value(_), Some(kind)) = (item, attrs.get(..8))
                && bytes.len() + kind.len() <= room
            {
                bytes.extend_from_slice(kind);
            }
            all.push(std::mem::take(&mut bytes));
        }
        bytes.extend(attrs);
    }
    all.push(bytes);
    all
}

fn flatten<'a>(value: &'a Fmsg, items: &mut Vec<Item<'a>>) {
    let (start, fields) = match value {
        Fmsg::Object(fields) => (DEVLINK_ATTR_FMSG_OBJ_NEST_START, fields),
        Fmsg::Array(fields) => (DEVLINK_ATTR_FMSG_ARR_NEST_START, fields),
        value => {
            items.push(Item::Value(value));
            return;
        }
    };
    items.push(Item::Mark(start));
    for field in fields {
        if let Some(name) = &field.name {
            items.push(Item::Mark(DEVLINK_ATTR_FMSG_PAIR_NEST_START));
            items.push(Item::Name(name));
        }
        flatten(&field.value, items);
        if field.name.is_some() {
            items.push(Item::Mark(DEVLINK_ATTR_FMSG_NEST_END));
        }
    }
    items.push(Item::Mark(DEVLINK_ATTR_FMSG_NEST_END));
}

/// The attributes of an item. They are written as a message, which is what the encoder can do, and cut out of it.
fn encoded(item: &Item<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    super::super::answer::message(
        &mut bytes,
        0,
        smartnic_netlink::codec::Flags::empty(),
        0,
        0,
        |e| match item {
            Item::Mark(mark) => e.flag(*mark),
            Item::Name(name) => e.text(DEVLINK_ATTR_FMSG_OBJ_NAME, name),
            Item::Value(value) => write_value(e, value),
        },
    );
    bytes.split_off(HEADER)
}

/// Bytes of a netlink header.
const HEADER: usize = 16;

fn write_value(e: &mut Encoder<'_>, value: &Fmsg) {
    let kind = match value {
        Fmsg::Bool(_) => DEVLINK_VAR_ATTR_TYPE_FLAG,
        Fmsg::U8(_) => DEVLINK_VAR_ATTR_TYPE_U8,
        // The kernel has no 16 bits here (`devlink_fmsg_put`).
        Fmsg::U16(_) | Fmsg::U32(_) => DEVLINK_VAR_ATTR_TYPE_U32,
        Fmsg::U64(_) => DEVLINK_VAR_ATTR_TYPE_U64,
        Fmsg::Text(_) => DEVLINK_VAR_ATTR_TYPE_NUL_STRING,
        Fmsg::Binary(_) | Fmsg::Object(_) | Fmsg::Array(_) => DEVLINK_VAR_ATTR_TYPE_BINARY,
        Fmsg::Unknown { kind, .. } => u32::from(*kind),
    };
    e.u8(DEVLINK_ATTR_FMSG_OBJ_VALUE_TYPE, kind as u8);
    let data = DEVLINK_ATTR_FMSG_OBJ_VALUE_DATA;
    match value {
        Fmsg::Bool(value) => e.u8(data, u8::from(*value)),
        Fmsg::U8(value) => e.u8(data, *value),
        Fmsg::U16(value) => e.u32(data, u32::from(*value)),
        Fmsg::U32(value) => e.u32(data, *value),
        Fmsg::U64(value) => e.u64(data, *value),
        Fmsg::Text(value) => e.text(data, value),
        Fmsg::Binary(bytes) | Fmsg::Unknown { bytes, .. } => e.attr(data, bytes),
        // These were taken apart before.
        Fmsg::Object(_) | Fmsg::Array(_) => e.attr(data, &[]),
    }
}

/// Writes one message of an answer. It names no device.
pub(super) fn write(e: &mut Encoder<'_>, command: u8, content: &[u8]) {
    e.fixed(&GenlHeader { command, version: DEVLINK_GENL_VERSION, reserved: 0 });
    e.nest(DEVLINK_ATTR_FMSG, |e| {
        for attr in Attrs::new(content).flatten() {
            e.attr(attr.kind(), attr.payload);
        }
    });
}
