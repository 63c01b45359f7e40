use smartnic_core::device::{ParamMode, ParamValue};
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;

use crate::errno::Errno;
use crate::kernel::answer::{Answer, ExtAck};
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::{Policy, Shape, Table};
use crate::model::{Instance, Machine, ParamState};
use crate::profile::ParamSpec;

pub(super) const POLICY: [Policy; 4] = [
    (DEVLINK_ATTR_PARAM_NAME, Shape::NulText, None),
    (DEVLINK_ATTR_PARAM_TYPE, Shape::U8, None),
    (DEVLINK_ATTR_PARAM_VALUE_CMODE, Shape::U8, Some(DEVLINK_PARAM_CMODE_PERMANENT as u64)),
    (DEVLINK_ATTR_PARAM_RESET_DEFAULT, Shape::Flag, None),
];

/// The longest text of a parameter (`__DEVLINK_PARAM_MAX_STRING_VALUE`).
const MAX_TEXT: usize = 32;

pub(super) fn get(
    machine: &Machine,
    instance: Instance,
    table: &Table<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (spec, state) = find(machine, instance, table, ext)?;
    answer.reply(DEVLINK_ID, |e| write(e, machine, instance, spec, state, DEVLINK_CMD_PARAM_GET));
    Ok(())
}

pub(super) fn set(
    machine: &mut Machine,
    instance: Instance,
    table: &Table<'_>,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (spec, state) = find(machine, instance, table, ext)?;
    let Some(kind) = table.u8(DEVLINK_ATTR_PARAM_TYPE) else {
        return missing(ext, DEVLINK_ATTR_PARAM_TYPE);
    };
    if u32::from(kind) != type_of(&state.value()) {
        return Err(Errno::EINVAL);
    }
    // A reset goes back to the value that the parameter had at boot.
    let resets = table.has(DEVLINK_ATTR_PARAM_RESET_DEFAULT);
    let value = match resets {
        true => ParamState::new(spec).value(),
        false => read(&state.value(), table).ok_or(Errno::EINVAL)?,
    };
    let Some(mode) = table.u8(DEVLINK_ATTR_PARAM_VALUE_CMODE) else {
        return missing(ext, DEVLINK_ATTR_PARAM_VALUE_CMODE);
    };
    // Only of these the kernel keeps the default; drivers must tell that of the others, and none here does.
    if resets && spec.mode != ParamMode::DriverInit {
        return Err(Errno::EOPNOTSUPP);
    }
    machine.set_param(instance, spec.name, ParamMode::from_number(mode), &value, &mut ext.note)
}

fn find<'a>(
    machine: &'a Machine,
    instance: Instance,
    table: &Table<'_>,
    ext: &mut ExtAck,
) -> Result<(&'static ParamSpec, &'a ParamState), Errno> {
    let Some(name) = table.text(DEVLINK_ATTR_PARAM_NAME) else {
        return missing(ext, DEVLINK_ATTR_PARAM_NAME);
    };
    machine.params(instance).into_iter().find(|(spec, _)| spec.name == name).ok_or(Errno::EINVAL)
}

fn missing<T>(ext: &mut ExtAck, attr: u16) -> Result<T, Errno> {
    ext.missing = Some((attr, None));
    Err(Errno::EINVAL)
}

/// Reads a value of the same type as another (`devlink_param_value_get_from_info`).
fn read(like: &ParamValue, table: &Table<'_>) -> Option<ParamValue> {
    let data = table.get(DEVLINK_ATTR_PARAM_VALUE_DATA);
    if let ParamValue::Bool(_) = like {
        return data.is_none_or(|data| data.payload.is_empty()).then_some(ParamValue::Bool(data.is_some()));
    }
    let data = data?;
    Some(match like {
        ParamValue::U8(_) => ParamValue::U8(data.u8().ok()?),
        ParamValue::U16(_) => ParamValue::U16(data.u16().ok()?),
        ParamValue::U32(_) => ParamValue::U32(data.u32().ok()?),
        ParamValue::Text(_) => {
            let length = data.payload.iter().position(|byte| *byte == 0).filter(|end| *end < MAX_TEXT)?;
            ParamValue::Text(std::str::from_utf8(data.payload.get(..length)?).ok()?.to_owned())
        }
        _ => return None,
    })
}

fn type_of(value: &ParamValue) -> u32 {
    match value {
        ParamValue::Bool(_) => DEVLINK_VAR_ATTR_TYPE_FLAG,
        ParamValue::U8(_) => DEVLINK_VAR_ATTR_TYPE_U8,
        ParamValue::U16(_) => DEVLINK_VAR_ATTR_TYPE_U16,
        ParamValue::U32(_) => DEVLINK_VAR_ATTR_TYPE_U32,
        ParamValue::U64(_) => DEVLINK_VAR_ATTR_TYPE_U64,
        ParamValue::Text(_) => DEVLINK_VAR_ATTR_TYPE_STRING,
        ParamValue::Numbers(_) => DEVLINK_VAR_ATTR_TYPE_U64_ARRAY,
        ParamValue::Unknown { kind, .. } => u32::from(*kind),
    }
}

/// Writes a parameter (`devlink_nl_param_fill`); only parameters of mode `driverinit` have a default to show.
pub(in crate::kernel) fn write(
    e: &mut Encoder<'_>,
    machine: &Machine,
    instance: Instance,
    spec: &ParamSpec,
    state: &ParamState,
    command: u8,
) {
    super::start(e, machine, &super::handle(machine, instance), command);
    e.nest(DEVLINK_ATTR_PARAM, |e| {
        e.text(DEVLINK_ATTR_PARAM_NAME, spec.name);
        if spec.generic {
            e.flag(DEVLINK_ATTR_PARAM_GENERIC);
        }
        e.u8(DEVLINK_ATTR_PARAM_TYPE, type_of(&state.value()) as u8);
        e.nest(DEVLINK_ATTR_PARAM_VALUES_LIST, |e| {
            e.nest(DEVLINK_ATTR_PARAM_VALUE, |e| {
                e.u8(DEVLINK_ATTR_PARAM_VALUE_CMODE, spec.mode.number());
                write_value(e, DEVLINK_ATTR_PARAM_VALUE_DATA, &state.value());
                if spec.mode == ParamMode::DriverInit {
                    match ParamState::new(spec).value() {
                        // As a flag, no would not be told from nothing.
                        ParamValue::Bool(value) => e.u8(DEVLINK_ATTR_PARAM_VALUE_DEFAULT, u8::from(value)),
                        value => write_value(e, DEVLINK_ATTR_PARAM_VALUE_DEFAULT, &value),
                    }
                }
            });
        });
    });
}

fn write_value(e: &mut Encoder<'_>, attr: u16, value: &ParamValue) {
    match value {
        ParamValue::Bool(true) => e.flag(attr),
        ParamValue::Bool(false) => {}
        ParamValue::U8(value) => e.u8(attr, *value),
        ParamValue::U16(value) => e.u16(attr, *value),
        ParamValue::U32(value) => e.u32(attr, *value),
        ParamValue::U64(value) => e.u64(attr, *value),
        ParamValue::Text(value) => e.text(attr, value),
        ParamValue::Numbers(values) => values.iter().for_each(|value| e.u64(attr, *value)),
        ParamValue::Unknown { bytes, .. } => e.attr(attr, bytes),
    }
}
