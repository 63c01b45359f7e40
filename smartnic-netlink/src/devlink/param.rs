//! Parameters of devices and of ports (`DEVLINK_CMD_PARAM_*`, `DEVLINK_CMD_PORT_PARAM_*`).

use smartnic_core::device::{Param, ParamMode, ParamSetting, ParamType, ParamValue};
use smartnic_core::types::{DevlinkHandle, PortHandle};

use super::{HandleParts, attrs, put_handle, put_port, request};
use crate::codec::{Attr, Attrs, Encoder, Flags, Message, WireError};
use crate::uapi::devlink::*;

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

/// Gives one parameter its default for one mode (`DEVLINK_ATTR_PARAM_RESET_DEFAULT`).
#[derive(Clone, Copy, Debug)]
pub struct Reset<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The parameter's name.
    pub name: &'a str,
    /// The mode.
    pub mode: ParamMode,
    /// The parameter's type.
    pub kind: ParamType,
}

request!(Reset<'a>, DEVLINK_CMD_PARAM_SET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.text(DEVLINK_ATTR_PARAM_NAME, this.name);
    encoder.u8(DEVLINK_ATTR_PARAM_VALUE_CMODE, this.mode.number());
    encoder.flag(DEVLINK_ATTR_PARAM_RESET_DEFAULT);
    encoder.u8(DEVLINK_ATTR_PARAM_TYPE, this.kind.number());
});

/// Asks for one parameter of a port (`DEVLINK_CMD_PORT_PARAM_GET`).
#[derive(Clone, Copy, Debug)]
pub struct PortGet<'a> {
    /// The family's message type.
    pub family: u16,
    /// The port.
    pub port: &'a PortHandle,
    /// The parameter's name.
    pub name: &'a str,
}

request!(PortGet<'a>, DEVLINK_CMD_PORT_PARAM_GET, Flags::empty(), |this, encoder| {
    put_port(encoder, this.port);
    encoder.text(DEVLINK_ATTR_PARAM_NAME, this.name);
});

/// Asks for the parameters of all ports.
#[derive(Clone, Copy, Debug)]
pub struct PortDump {
    /// The family's message type.
    pub family: u16,
}

request!(PortDump, DEVLINK_CMD_PORT_PARAM_GET, Flags::DUMP, |_this, _encoder| {});

/// Sets one parameter of a port for one mode (`DEVLINK_CMD_PORT_PARAM_SET`).
#[derive(Clone, Copy, Debug)]
pub struct PortSet<'a> {
    /// The family's message type.
    pub family: u16,
    /// The port.
    pub port: &'a PortHandle,
    /// The parameter's name.
    pub name: &'a str,
    /// When the value is to take effect.
    pub mode: ParamMode,
    /// The value.
    pub value: &'a ParamValue,
}

request!(PortSet<'a>, DEVLINK_CMD_PORT_PARAM_SET, Flags::empty(), |this, encoder| {
    put_port(encoder, this.port);
    encoder.text(DEVLINK_ATTR_PARAM_NAME, this.name);
    encoder.u8(DEVLINK_ATTR_PARAM_VALUE_CMODE, this.mode.number());
    put_value(encoder, this.value);
});

/// Writes the type and the value.
fn put_value(encoder: &mut Encoder<'_>, value: &ParamValue) {
    const DATA: u16 = DEVLINK_ATTR_PARAM_VALUE_DATA;
    encoder.u8(DEVLINK_ATTR_PARAM_TYPE, value.kind().number());
    match value {
        // A flag says yes by being there.
        ParamValue::Bool(true) => encoder.flag(DATA),
        ParamValue::Bool(false) => {}
        ParamValue::U8(value) => encoder.u8(DATA, *value),
        ParamValue::U16(value) => encoder.u16(DATA, *value),
        ParamValue::U32(value) => encoder.u32(DATA, *value),
        ParamValue::U64(value) => encoder.u64(DATA, *value),
        ParamValue::Text(value) => encoder.text(DATA, value),
        // One attribute for each number.
        ParamValue::Numbers(values) => values.iter().for_each(|value| encoder.u64(DATA, *value)),
        ParamValue::Unknown { bytes, .. } => encoder.attr(DATA, bytes),
    }
}

/// Reads one parameter, and the device it belongs to (`DEVLINK_CMD_PARAM_NEW`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or holds no parameter.
pub fn decode(message: &Message<'_>) -> Result<(DevlinkHandle, Param), WireError> {
    let (handle, _, param) = decode_any(message)?;
    Ok((handle, param))
}

/// Reads one parameter of a port, and the port it belongs to (`DEVLINK_CMD_PORT_PARAM_NEW`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or holds no parameter.
pub fn decode_port(message: &Message<'_>) -> Result<(PortHandle, Param), WireError> {
    let (handle, port, param) = decode_any(message)?;
    let port = port.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_PORT_INDEX" })?;
    Ok((handle.port(port), param))
}

fn decode_any(message: &Message<'_>) -> Result<(DevlinkHandle, Option<u32>, Param), WireError> {
    let mut handle = HandleParts::default();
    let (mut port, mut param) = (None, None);
    for attr in attrs(message)? {
        let attr = attr?;
        if handle.take(&attr)? {
            continue;
        }
        match attr.kind() {
            DEVLINK_ATTR_PORT_INDEX => port = Some(attr.u32()?),
            DEVLINK_ATTR_PARAM => param = Some(decode_param(attr.nested())?),
            _ => {}
        }
    }
    let param = param.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_PARAM" })?;
    Ok((handle.finish()?, port, param))
}

fn decode_param(attrs: Attrs<'_>) -> Result<Param, WireError> {
    let kind = ParamType::Unknown(0);
    let mut param = Param { name: String::new(), generic: false, kind, values: Vec::new() };
    let mut list = Attrs::new(&[]);
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_PARAM_NAME => param.name = attr.text_lossy().into_owned(),
            DEVLINK_ATTR_PARAM_GENERIC => param.generic = true,
            DEVLINK_ATTR_PARAM_TYPE => param.kind = ParamType::from_number(attr.u8()?),
            DEVLINK_ATTR_PARAM_VALUES_LIST => list = attr.nested(),
            _ => {}
        }
    }
    for value in list {
        let value = value?;
        if value.kind() == DEVLINK_ATTR_PARAM_VALUE {
            param.values.push(decode_setting(param.kind, value.nested())?);
        }
    }
    Ok(param)
}

fn decode_setting(kind: ParamType, attrs: Attrs<'_>) -> Result<ParamSetting, WireError> {
    let mut mode = None;
    let (mut data, mut default): (Vec<Attr<'_>>, Vec<Attr<'_>>) = Default::default();
    for attr in attrs {
        let attr = attr?;
        match attr.kind() {
            DEVLINK_ATTR_PARAM_VALUE_CMODE => mode = Some(ParamMode::from_number(attr.u8()?)),
            DEVLINK_ATTR_PARAM_VALUE_DATA => data.push(attr),
            DEVLINK_ATTR_PARAM_VALUE_DEFAULT => default.push(attr),
            _ => {}
        }
    }
    let mode = mode.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_PARAM_VALUE_CMODE" })?;
    let default = match (kind, &default[..]) {
        (_, []) => None,
        // A flag's default is a byte, so that no can be told from none.
        (ParamType::Flag, [yes, ..]) => Some(ParamValue::Bool(yes.u8()? != 0)),
        (kind, default) => Some(decode_value(kind, default)?),
    };
    Ok(ParamSetting { mode, value: decode_value(kind, &data)?, default })
}

fn decode_value(kind: ParamType, data: &[Attr<'_>]) -> Result<ParamValue, WireError> {
    Ok(match (kind, data) {
        (ParamType::Flag, data) => ParamValue::Bool(!data.is_empty()),
        (ParamType::U8, [data]) => ParamValue::U8(data.u8()?),
        (ParamType::U16, [data]) => ParamValue::U16(data.u16()?),
        (ParamType::U32, [data]) => ParamValue::U32(data.u32()?),
        (ParamType::U64, [data]) => ParamValue::U64(data.u64()?),
        (ParamType::Text, [data]) => ParamValue::Text(data.text_lossy().into_owned()),
        (ParamType::U64Array, data) => {
            ParamValue::Numbers(data.iter().map(Attr::uint).collect::<Result<_, _>>()?)
        }
        (kind, data) => {
            let bytes = data.iter().flat_map(|data| data.payload.iter().copied()).collect();
            ParamValue::Unknown { kind: kind.number(), bytes }
        }
    })
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
            ParamValue::Numbers(vec![1, u64::MAX]),
            ParamValue::Unknown { kind: 99, bytes: vec![1, 2, 3] },
        ];
        for value in values {
            let device = DevlinkHandle::new("pci", "0000:03:00.0");
            let set = Set { family: 20, device: &device, name: "p", mode: ParamMode::Runtime, value: &value };
            let mut buf = Vec::new();
            set.write(&mut buf, 1, 1).unwrap();
            let (_, bytes) = GenlHeader::split(Message::decode(&buf).unwrap().payload).unwrap();
            let kind = Attrs::new(bytes).find(DEVLINK_ATTR_PARAM_TYPE).unwrap().unwrap().u8().unwrap();
            let read = decode_setting(ParamType::from_number(kind), Attrs::new(bytes)).unwrap();
            assert_eq!(read, ParamSetting { mode: ParamMode::Runtime, value, default: None });
        }
    }
}
