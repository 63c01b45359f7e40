//! Parameters of a device (`DEVLINK_CMD_PARAM_GET`, `_SET`).

use smartnic_core::device::{Param, ParamMode, ParamValue};
use smartnic_core::types::DevlinkHandle;

use super::{HandleParts, attrs, put_handle, request};
use crate::codec::{Attr, Attrs, Encoder, Flags, Message, WireError};
use crate::uapi::devlink::*;

// `enum devlink_var_attr_type` fits a byte, and travels as one.
const U8: u8 = DEVLINK_VAR_ATTR_TYPE_U8 as u8;
const U16: u8 = DEVLINK_VAR_ATTR_TYPE_U16 as u8;
const U32: u8 = DEVLINK_VAR_ATTR_TYPE_U32 as u8;
const U64: u8 = DEVLINK_VAR_ATTR_TYPE_U64 as u8;
const TEXT: u8 = DEVLINK_VAR_ATTR_TYPE_STRING as u8;
const FLAG: u8 = DEVLINK_VAR_ATTR_TYPE_FLAG as u8;

/// Asks for one parameter (`DEVLINK_CMD_PARAM_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The parameter's name.
    pub name: &'a str,
}

request!(Get<'a>, DEVLINK_CMD_PARAM_GET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.text(DEVLINK_ATTR_PARAM_NAME, this.name);
});

/// Asks for all parameters of one device, or of all devices.
#[derive(Clone, Copy, Debug)]
pub struct Dump<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device. Kernels before 6.4 ignore it and answer for all devices; [`decode`] says which is meant.
    pub device: Option<&'a DevlinkHandle>,
}

request!(Dump<'a>, DEVLINK_CMD_PARAM_GET, Flags::DUMP, |this, encoder| {
    if let Some(device) = this.device {
        put_handle(encoder, device);
    }
});

/// Sets one parameter for one mode (`DEVLINK_CMD_PARAM_SET`). The value must be of the parameter's type.
#[derive(Clone, Copy, Debug)]
pub struct Set<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The parameter's name.
    pub name: &'a str,
    /// When the value is to take effect.
    pub mode: ParamMode,
    /// The value.
    pub value: &'a ParamValue,
}

request!(Set<'a>, DEVLINK_CMD_PARAM_SET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.text(DEVLINK_ATTR_PARAM_NAME, this.name);
    encoder.u8(DEVLINK_ATTR_PARAM_VALUE_CMODE, this.mode.number());
    put_value(encoder, this.value);
});

/// Writes the type and the value.
fn put_value(encoder: &mut Encoder<'_>, value: &ParamValue) {
    let kind = match value {
        ParamValue::Bool(_) => FLAG,
        ParamValue::U8(_) => U8,
        ParamValue::U16(_) => U16,
        ParamValue::U32(_) => U32,
        ParamValue::U64(_) => U64,
        ParamValue::Text(_) => TEXT,
        ParamValue::Unknown { kind, .. } => *kind,
    };
    encoder.u8(DEVLINK_ATTR_PARAM_TYPE, kind);
    match value {
        // A flag says yes by being there.
        ParamValue::Bool(true) => encoder.flag(DEVLINK_ATTR_PARAM_VALUE_DATA),
        ParamValue::Bool(false) => {}
        ParamValue::U8(value) => encoder.u8(DEVLINK_ATTR_PARAM_VALUE_DATA, *value),
        ParamValue::U16(value) => encoder.u16(DEVLINK_ATTR_PARAM_VALUE_DATA, *value),
        ParamValue::U32(value) => encoder.u32(DEVLINK_ATTR_PARAM_VALUE_DATA, *value),
        ParamValue::U64(value) => encoder.u64(DEVLINK_ATTR_PARAM_VALUE_DATA, *value),
        ParamValue::Text(value) => encoder.text(DEVLINK_ATTR_PARAM_VALUE_DATA, value),
        ParamValue::Unknown { bytes, .. } => encoder.attr(DEVLINK_ATTR_PARAM_VALUE_DATA, bytes),
    }
}

/// Reads one parameter, and the device it belongs to (`DEVLINK_CMD_PARAM_NEW`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or holds no parameter.
pub fn decode(message: &Message<'_>) -> Result<(DevlinkHandle, Param), WireError> {
    let mut handle = HandleParts::default();
    let mut param = None;
    for attr in attrs(message)? {
        let attr = attr?;
        if !handle.take(&attr)? && attr.kind() == DEVLINK_ATTR_PARAM {
            param = Some(decode_param(attr.nested())?);
        }
    }
    let param = param.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_PARAM" })?;
    Ok((handle.finish()?, param))
}

fn decode_param(attrs: Attrs<'_>) -> Result<Param, WireError> {
    let mut param = Param { name: String::new(), generic: false, values: Vec::new() };
    let mut kind = 0;
    let mut list = Attrs::new(&[]);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_PARAM_NAME => param.name = attr.text_lossy().into_owned(),
            DEVLINK_ATTR_PARAM_GENERIC => param.generic = true,
            DEVLINK_ATTR_PARAM_TYPE => kind = attr.u8()?,
            DEVLINK_ATTR_PARAM_VALUES_LIST => list = attr.nested(),
            _ => {}
        }
    }
    for value in list {
        let value = value?;
        if value.kind() == DEVLINK_ATTR_PARAM_VALUE {
            param.values.push(decode_value(kind, value.nested())?);
        }
    }
    Ok(param)
}

fn decode_value(kind: u8, attrs: Attrs<'_>) -> Result<(ParamMode, ParamValue), WireError> {
    let mut mode = None;
    let mut data: Option<Attr<'_>> = None;
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_PARAM_VALUE_CMODE => mode = Some(ParamMode::from_number(attr.u8()?)),
            DEVLINK_ATTR_PARAM_VALUE_DATA => data = Some(attr),
            _ => {}
        }
    }
    let mode = mode.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_PARAM_VALUE_CMODE" })?;
    let value = match (kind, data) {
        (FLAG, data) => ParamValue::Bool(data.is_some()),
        (U8, Some(data)) => ParamValue::U8(data.u8()?),
        (U16, Some(data)) => ParamValue::U16(data.u16()?),
        (U32, Some(data)) => ParamValue::U32(data.u32()?),
        (U64, Some(data)) => ParamValue::U64(data.u64()?),
        (TEXT, Some(data)) => ParamValue::Text(data.text_lossy().into_owned()),
        (kind, data) => {
            let bytes = data.map(|data| data.payload.to_vec()).unwrap_or_default();
            ParamValue::Unknown { kind, bytes }
        }
    };
    Ok((mode, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{GenlHeader, Request};

    /// What is set must be what is read: the kernel answers with the same type and data in other places.
    #[test]
    fn every_type_of_value_reads_back() {
        let values = [
            ParamValue::Bool(true),
            ParamValue::Bool(false),
            ParamValue::U8(1),
            ParamValue::U16(2),
            ParamValue::U32(3),
            ParamValue::U64(4),
            ParamValue::Text("smfs".into()),
            ParamValue::Unknown { kind: 99, bytes: vec![1, 2, 3] },
        ];
        for value in values {
            let device = DevlinkHandle::new("pci", "0000:03:00.0");
            let set = Set { family: 20, device: &device, name: "p", mode: ParamMode::Runtime, value: &value };
            let mut buf = Vec::new();
            set.write(&mut buf, 1, 1).unwrap();
            let (_, bytes) = GenlHeader::split(Message::decode(&buf).unwrap().payload).unwrap();
            let kind = Attrs::new(bytes).find(DEVLINK_ATTR_PARAM_TYPE).unwrap().unwrap().u8().unwrap();
            let read = decode_value(kind, Attrs::new(bytes)).unwrap();
            assert_eq!(read, (ParamMode::Runtime, value));
        }
    }
}
