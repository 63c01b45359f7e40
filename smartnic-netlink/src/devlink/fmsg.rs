//! What health reporters tell: a stream of beginnings, ends, names and values, spread over messages as it fits
//! (`DEVLINK_ATTR_FMSG`).

use smartnic_core::device::{Fmsg, FmsgField};

use super::attrs;
use crate::codec::{Attr, Message, WireError};
use crate::uapi::devlink::*;

// `enum devlink_var_attr_type` fits a byte, and travels as one.
const U8: u8 = DEVLINK_VAR_ATTR_TYPE_U8 as u8;
const U16: u8 = DEVLINK_VAR_ATTR_TYPE_U16 as u8;
const U32: u8 = DEVLINK_VAR_ATTR_TYPE_U32 as u8;
const U64: u8 = DEVLINK_VAR_ATTR_TYPE_U64 as u8;
const FLAG: u8 = DEVLINK_VAR_ATTR_TYPE_FLAG as u8;
const TEXT: u8 = DEVLINK_VAR_ATTR_TYPE_NUL_STRING as u8;
const BINARY: u8 = DEVLINK_VAR_ATTR_TYPE_BINARY as u8;

/// Builds the tree from the messages of one answer, in their order.
///
/// It takes what drivers send, which is not always well formed: netdevsim ends more than it begins, ice has objects
/// without names in objects, bnxt names pairs in pairs. A name belongs to whatever comes next.
#[derive(Debug, Default)]
pub struct Decoder {
    /// What was begun and not ended, the outermost first.
    open: Vec<Nest>,
    /// What stands outside of all nests: with most drivers one object.
    top: Vec<FmsgField>,
    /// The name of what comes next.
    name: Option<String>,
    /// The type of what comes next.
    kind: u8,
}

#[derive(Debug)]
struct Nest {
    kind: Kind,
    name: Option<String>,
    fields: Vec<FmsgField>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    Pair,
    Array,
}

impl Decoder {
    /// Takes the next message (`DEVLINK_CMD_HEALTH_REPORTER_DIAGNOSE`, `_DUMP_GET`).
    ///
    /// # Errors
    /// A [`WireError`] if the message is malformed, or nests deeper than [`Fmsg::MAX_DEPTH`].
    pub fn take(&mut self, message: &Message<'_>) -> Result<(), WireError> {
        for attr in attrs(message)? {
            let attr = attr?;
            if attr.kind() == DEVLINK_ATTR_FMSG {
                attr.nested().try_for_each(|item| self.item(&item?))?;
            }
        }
        Ok(())
    }

    /// The tree. What was not ended ends here.
    #[must_use]
    pub fn finish(mut self) -> Fmsg {
        while !self.open.is_empty() {
            self.end();
        }
        let mut top = self.top.into_iter();
        match (top.next(), top.len()) {
            (None, _) => Fmsg::Object(Vec::new()),
            (Some(FmsgField { name: None, value }), 0) => value,
            // What came after the end of the first object was meant to be in it.
            (Some(FmsgField { name: None, value: Fmsg::Object(mut fields) }), _) => {
                fields.extend(top);
                Fmsg::Object(fields)
            }
            (Some(first), _) => Fmsg::Object(std::iter::once(first).chain(top).collect()),
        }
    }

    fn item(&mut self, item: &Attr<'_>) -> Result<(), WireError> {
        match item.kind() {
            DEVLINK_ATTR_FMSG_OBJ_NEST_START => self.begin(Kind::Object),
            DEVLINK_ATTR_FMSG_PAIR_NEST_START => self.begin(Kind::Pair),
            DEVLINK_ATTR_FMSG_ARR_NEST_START => self.begin(Kind::Array),
            DEVLINK_ATTR_FMSG_NEST_END => {
                self.end();
                Ok(())
            }
            DEVLINK_ATTR_FMSG_OBJ_NAME => {
                self.name = Some(item.text_lossy().into_owned());
                Ok(())
            }
            // A value that did not fit its message comes again in the next one, with its type.
            DEVLINK_ATTR_FMSG_OBJ_VALUE_TYPE => {
                self.kind = item.u8()?;
                Ok(())
            }
            DEVLINK_ATTR_FMSG_OBJ_VALUE_DATA => {
                let value = value(self.kind, item)?;
                self.put(value);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, kind: Kind) -> Result<(), WireError> {
        // Pairs do not show, but objects and arrays rarely come without one.
        if self.open.len() >= 2 * Fmsg::MAX_DEPTH {
            return Err(WireError::TooDeep { attr: DEVLINK_ATTR_FMSG, limit: Fmsg::MAX_DEPTH });
        }
        let name = match kind {
            Kind::Pair => None,
            Kind::Object | Kind::Array => self.name.take(),
        };
        self.open.push(Nest { kind, name, fields: Vec::new() });
        Ok(())
    }

    fn end(&mut self) {
        // An end too many has nothing to end.
        let Some(Nest { kind, name, fields }) = self.open.pop() else { return };
        let value = match kind {
            Kind::Object => Fmsg::Object(fields),
            Kind::Array => Fmsg::Array(fields),
            Kind::Pair => return,
        };
        self.fields().push(FmsgField { name, value });
    }

    fn put(&mut self, value: Fmsg) {
        let name = self.name.take();
        self.fields().push(FmsgField { name, value });
    }

    /// Where the next value goes: the innermost object or array.
    fn fields(&mut self) -> &mut Vec<FmsgField> {
        match self.open.iter_mut().rfind(|nest| nest.kind != Kind::Pair) {
            Some(nest) => &mut nest.fields,
            None => &mut self.top,
        }
    }
}

fn value(kind: u8, data: &Attr<'_>) -> Result<Fmsg, WireError> {
    Ok(match kind {
        FLAG => Fmsg::Bool(data.u8()? != 0),
        U8 => Fmsg::U8(data.u8()?),
        U16 => Fmsg::U16(data.u16()?),
        U32 => Fmsg::U32(data.u32()?),
        // 64 bits that fit 32 may come as those.
        U64 => Fmsg::U64(data.uint()?),
        TEXT => Fmsg::Text(data.text_lossy().into_owned()),
        BINARY => Fmsg::Binary(data.payload.to_vec()),
        kind => Fmsg::Unknown { kind, bytes: data.payload.to_vec() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Encoder, Flags};

    fn message(items: impl FnOnce(&mut Encoder<'_>)) -> Vec<u8> {
        let mut buf = Vec::new();
        let mut e = Encoder::message(&mut buf, 20, Flags::MULTI, 1, 1);
        super::super::start(&mut e, DEVLINK_CMD_HEALTH_REPORTER_DIAGNOSE);
        e.nest(DEVLINK_ATTR_FMSG, items);
        e.finish().unwrap();
        buf
    }

    fn decode(messages: &[Vec<u8>]) -> Result<Fmsg, WireError> {
        let mut decoder = Decoder::default();
        messages.iter().try_for_each(|bytes| decoder.take(&Message::decode(bytes).unwrap()))?;
        Ok(decoder.finish())
    }

    fn number(e: &mut Encoder<'_>, name: &str, number: u32) {
        e.flag(DEVLINK_ATTR_FMSG_PAIR_NEST_START);
        e.text(DEVLINK_ATTR_FMSG_OBJ_NAME, name);
        e.u8(DEVLINK_ATTR_FMSG_OBJ_VALUE_TYPE, U32);
        e.u32(DEVLINK_ATTR_FMSG_OBJ_VALUE_DATA, number);
        e.flag(DEVLINK_ATTR_FMSG_NEST_END);
    }

    #[test]
    fn a_tree_goes_on_in_the_next_message() {
        let first = message(|e| {
            e.flag(DEVLINK_ATTR_FMSG_OBJ_NEST_START);
            number(e, "a", 1);
            e.flag(DEVLINK_ATTR_FMSG_PAIR_NEST_START);
            e.text(DEVLINK_ATTR_FMSG_OBJ_NAME, "bytes");
            e.flag(DEVLINK_ATTR_FMSG_ARR_NEST_START);
            e.u8(DEVLINK_ATTR_FMSG_OBJ_VALUE_TYPE, BINARY);
            e.attr(DEVLINK_ATTR_FMSG_OBJ_VALUE_DATA, &[1, 2]);
            // The value itself did not fit any more.
            e.u8(DEVLINK_ATTR_FMSG_OBJ_VALUE_TYPE, BINARY);
        });
        let second = message(|e| {
            e.u8(DEVLINK_ATTR_FMSG_OBJ_VALUE_TYPE, BINARY);
            e.attr(DEVLINK_ATTR_FMSG_OBJ_VALUE_DATA, &[3]);
            (0..3).for_each(|_| e.flag(DEVLINK_ATTR_FMSG_NEST_END));
        });
        let tree = decode(&[first, second]).unwrap();
        assert_eq!(tree.get("a"), Some(&Fmsg::U32(1)));
        assert_eq!(tree.get("bytes").and_then(Fmsg::bytes), Some(vec![1, 2, 3]));
        assert_eq!(tree.fields().len(), 2);
    }

    /// As netdevsim sends it: two ends too many, and a last one.
    #[test]
    fn what_follows_an_end_too_many_is_not_lost() {
        let bytes = message(|e| {
            e.flag(DEVLINK_ATTR_FMSG_OBJ_NEST_START);
            number(e, "a", 1);
            e.flag(DEVLINK_ATTR_FMSG_NEST_END);
            e.flag(DEVLINK_ATTR_FMSG_NEST_END);
            number(e, "b", 2);
            e.flag(DEVLINK_ATTR_FMSG_NEST_END);
        });
        assert_eq!(decode(&[bytes]).unwrap(), Fmsg::from(vec![("a", Fmsg::U32(1)), ("b", Fmsg::U32(2))]));
    }

    #[test]
    fn depth_has_an_end_and_nothing_must_be_ended() {
        let deep = message(|e| (0..1000).for_each(|_| e.flag(DEVLINK_ATTR_FMSG_ARR_NEST_START)));
        assert_eq!(
            decode(&[deep]),
            Err(WireError::TooDeep { attr: DEVLINK_ATTR_FMSG, limit: Fmsg::MAX_DEPTH })
        );
        let open = message(|e| {
            e.flag(DEVLINK_ATTR_FMSG_OBJ_NEST_START);
            e.flag(DEVLINK_ATTR_FMSG_PAIR_NEST_START);
            e.text(DEVLINK_ATTR_FMSG_OBJ_NAME, "list");
            e.flag(DEVLINK_ATTR_FMSG_ARR_NEST_START);
        });
        assert_eq!(decode(&[open]).unwrap(), Fmsg::from(vec![("list", Fmsg::Array(Vec::new()))]));
        assert_eq!(decode(&[]).unwrap(), Fmsg::Object(Vec::new()));
        let wrong = message(|e| {
            e.u8(DEVLINK_ATTR_FMSG_OBJ_VALUE_TYPE, U32);
            e.u8(DEVLINK_ATTR_FMSG_OBJ_VALUE_DATA, 1);
        });
        assert!(decode(&[wrong]).is_err());
        let strange = message(|e| {
            e.u8(DEVLINK_ATTR_FMSG_OBJ_VALUE_TYPE, 99);
            e.attr(DEVLINK_ATTR_FMSG_OBJ_VALUE_DATA, &[1]);
        });
        assert_eq!(decode(&[strange]).unwrap(), Fmsg::Unknown { kind: 99, bytes: vec![1] });
    }
}
