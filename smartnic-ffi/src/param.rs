//! `snic_param_*`: parameters of devices.

use std::ffi::c_char;

use smartnic::device::{Param, ParamMode, ParamSetting, ParamType, ParamValue};
use smartnic::text::devlink::show;
use smartnic::types::DevlinkHandle;
use smartnic::{Error, Result};

use crate::argument::{optional_text, place_for, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator};

/// What a parameter of a device has in one mode.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_param {
    /// The size of this structure in the library.
    pub size: usize,
    /// The device, such as "pci/0000:03:00.0".
    pub device: *const c_char,
    /// The parameter, such as "flow_steering_mode".
    pub name: *const c_char,
    /// When the value takes effect: "runtime" at once, "driverinit" after a reload, "permanent" after a reset.
    pub mode: *const c_char,
    /// The type of the value: "u8", "u16", "u32", "u64", "string", "flag" and so on.
    pub kind: *const c_char,
    /// The value in words; flags are "true" or "false".
    pub value: *const c_char,
    /// The value that it has by default; NULL if the driver does not tell.
    pub default_value: *const c_char,
    /// 1 if many drivers share its meaning, 0 if it is the driver's own.
    pub generic: i32,
}

/// Lists parameters, each mode apart; with `device` (else NULL) only those of this one, with `name` (else NULL) only this
/// one. `*iter` is the caller's; freed with `snic_param_iter_free`.
///
/// Fails with NOT_FOUND if there is no such device, or no such parameter of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_param_list(
    host: *const snic_host,
    device: *const c_char,
    name: *const c_char,
    iter: *mut *mut snic_param_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let devlink = handle::get(host)?.host.devlink();
        let device = optional_text(device, "device")?.map(str::parse::<DevlinkHandle>).transpose()?;
        let mut all = match (&device, optional_text(name, "name")?) {
            (Some(device), Some(name)) => vec![(device.clone(), devlink.param(device, name)?)],
            (Some(device), None) => {
                devlink.params(device)?.into_iter().map(|param| (device.clone(), param)).collect()
            }
            (None, name) => {
                let all = devlink.all_params()?.into_iter();
                all.filter(|(_, param)| name.is_none_or(|name| param.name == name)).collect::<Vec<_>>()
            }
        };
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        let each = all
            .iter()
            .flat_map(|(device, param)| param.values.iter().map(move |value| (device, param, value)));
        *out = handle::give(List::of(each, |(device, param, setting), texts| snic_param {
            size: size_of::<snic_param>(),
            device: texts.keep(device),
            name: texts.keep(&param.name),
            mode: texts.keep(setting.mode),
            kind: texts.keep(param.kind),
            value: texts.keep(&setting.value),
            default_value: texts.keep_any(setting.default.as_ref()),
            generic: param.generic.into(),
        }));
        Ok(())
    })
}

iterator!(snic_param_iter of snic_param, snic_param_next, snic_param_iter_free:
    "Parameters, one after the other.");

/// The mode that is meant: the only one, if none is said.
fn setting(param: &Param, mode: Option<ParamMode>) -> Result<&ParamSetting> {
    let modes: Vec<String> = param.values.iter().map(|setting| setting.mode.to_string()).collect();
    let wrong = |why: String| Error::invalid("set a devlink parameter", why).on(&param.name);
    match (mode, &param.values[..]) {
        (Some(mode), _) => param
            .setting(mode)
            .ok_or_else(|| wrong(format!("it has no mode {mode}, only {}", modes.join(" and ")))),
        (None, [only]) => Ok(only),
        (None, _) => Err(wrong(format!("it has several modes, so one must be said: {}", modes.join(", ")))),
    }
}

fn value_of(param: &Param, text: &str) -> Result<ParamValue> {
    // Some values have words of their own, as devlink has them.
    let value = match show::number_of(&param.name, text).flatten() {
        Some(number) => ParamValue::read(param.kind, &number.to_string()),
        None => ParamValue::read(param.kind, text),
    };
    value.ok_or_else(|| {
        let kind =
            if param.kind == ParamType::Flag { "true or false".to_owned() } else { param.kind.to_string() };
        Error::invalid("set a devlink parameter", format!("{text:?} is no value of type {kind}"))
            .on(&param.name)
    })
}

/// Sets a parameter. `mode` says which of its values ("runtime", "driverinit", "permanent"); NULL where it has one only.
/// `value` is in words, as `snic_param.value`; NULL gives it its default again (kernel 7.0 and later).
///
/// Fails with NOT_FOUND if there is no such device or parameter, INVALID_INPUT for a value or mode that it cannot have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_param_set(
    host: *const snic_host,
    device: *const c_char,
    name: *const c_char,
    mode: *const c_char,
    value: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let devlink = handle::get(host)?.host.devlink();
        let device: DevlinkHandle = text(device, "device")?.parse()?;
        let name = text(name, "name")?;
        let mode = optional_text(mode, "mode")?.map(str::parse::<ParamMode>).transpose()?;
        let param = devlink.param(&device, name)?;
        let mode = setting(&param, mode)?.mode;
        match optional_text(value, "value")? {
            Some(value) => devlink.set_param(&device, name, mode, &value_of(&param, value)?),
            None => devlink.reset_param(&device, name, mode),
        }
    })
}
