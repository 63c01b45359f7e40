use smartnic_core::device::{Param, ParamMode, ParamValue};
use smartnic_core::types::{DevlinkHandle, PortHandle};

use super::Show;

/// Shows a parameter; in a list the handle stands once above all parameters of a device.
pub fn param(device: &DevlinkHandle, param: &Param, in_list: bool, show: &mut Show<'_>) {
    match in_list {
        true => show.open_handle_entry(device),
        false => show.open_handle(device, true),
    }
    body(param, show);
}

/// Shows a parameter of a port.
pub fn port_param(port: &PortHandle, param: &Param, in_list: bool, show: &mut Show<'_>) {
    match in_list {
        true => show.open_handle_entry(port),
        false => show.open_handle(port, true),
    }
    body(param, show);
}

fn body(param: &Param, show: &mut Show<'_>) {
    let Param { name, generic, .. } = param;
    show.value("name", name, format_args!("name {name} "));
    let kind = if *generic { "generic" } else { "driver-specific" };
    show.any("type", kind, format_args!("type {kind}"));
    show.open_list("values");
    for setting in &param.values {
        show.open_entry();
        let mode = match setting.mode {
            ParamMode::Runtime => "runtime",
            ParamMode::DriverInit => "driverinit",
            ParamMode::Permanent => "permanent",
            ParamMode::Unknown(_) => "<unknown type>",
        };
        show.value("cmode", mode, format_args!("cmode {mode}"));
        value(name, "value", &setting.value, show);
        if let Some(default) = &setting.default {
            value(name, "default", default, show);
        }
        show.close_entry();
    }
    show.close_list();
    show.close_handle();
}

fn value(param: &str, label: &str, value: &ParamValue, show: &mut Show<'_>) {
    let number = |number: u64, show: &mut Show<'_>| match word_of(param, number) {
        Some(word) => show.any(label, word, format_args!(" {label} {word}")),
        None => show.any(label, number, format_args!(" {label} {number}")),
    };
    match value {
        ParamValue::Bool(value) => show.any(label, *value, format_args!(" {label} {value}")),
        ParamValue::U8(value) => number(u64::from(*value), show),
        ParamValue::U16(value) => number(u64::from(*value), show),
        ParamValue::U32(value) => number(u64::from(*value), show),
        ParamValue::U64(value) => number(*value, show),
        ParamValue::Text(value) => show.any(label, value, format_args!(" {label} {value}")),
        // devlink prints neither of these: JSON leaves them out, text has the label alone.
        ParamValue::Numbers(_) | ParamValue::Unknown { .. } => show.put(format_args!(" {label} ")),
    }
}

/// Parameters whose numbers have words, with the words.
const WORDS: [(&str, u64, &str); 8] = [
    ("fw_load_policy", 0, "driver"),
    ("fw_load_policy", 1, "flash"),
    ("fw_load_policy", 2, "disk"),
    ("fw_load_policy", 3, "unknown"),
    ("reset_dev_on_drv_probe", 0, "unknown"),
    ("reset_dev_on_drv_probe", 1, "always"),
    ("reset_dev_on_drv_probe", 2, "never"),
    ("reset_dev_on_drv_probe", 3, "disk"),
];

/// The word that stands for a parameter's number.
fn word_of(param: &str, number: u64) -> Option<&'static str> {
    WORDS.iter().find(|(name, known, _)| *name == param && *known == number).map(|(_, _, word)| *word)
}

/// The number that a word stands for, for the parameters that have words: then nothing else is taken.
#[must_use]
pub fn number_of(param: &str, word: &str) -> Option<Option<u64>> {
    let mut words = WORDS.iter().filter(|(name, ..)| *name == param).peekable();
    words.peek()?;
    Some(words.find(|(_, _, known)| *known == word).map(|(_, number, _)| *number))
}
