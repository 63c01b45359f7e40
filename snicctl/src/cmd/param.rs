//! `snicctl param`: parameters of devices.

use clap::Subcommand;
use smartnic::adapter::Change;
use smartnic::device::{Param, ParamMode, ParamSetting, ParamType, ParamValue};
use smartnic::text::devlink::show;
use smartnic::types::DevlinkHandle;
use smartnic::{Error, Host};

use super::advice;
use crate::print::devlink::print_as_devlink;
use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the parameters of one device, or of each
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl param list\n  snicctl param list pci/0000:03:00.0"
    )]
    List {
        /// The devlink handle; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Show one parameter with all its modes
    #[command(after_help = "Examples:\n  snicctl param show pci/0000:03:00.0 flow_steering_mode")]
    Show {
        /// The devlink handle
        handle: DevlinkHandle,
        /// The parameter's name
        name: String,
    },
    /// Set a parameter, and say when the value takes effect
    #[command(after_help = "Examples:\n  snicctl param set pci/0000:03:00.0 enable_roce false\n  \
                            snicctl param set pci/0000:03:00.0 total_vfs 8 --mode permanent")]
    Set {
        /// The devlink handle
        handle: DevlinkHandle,
        /// The parameter's name
        name: String,
        /// The value: a number, a text, or true or false
        value: String,
        /// When the value is to take effect; may be left out where the parameter has one mode only
        #[arg(long, value_name = "MODE")]
        mode: Option<ParamMode>,
    },
    /// Give a parameter its default again
    #[command(after_help = "Examples:\n  snicctl param reset pci/0000:03:00.0 io_eq_size")]
    Reset {
        /// The devlink handle
        handle: DevlinkHandle,
        /// The parameter's name
        name: String,
        /// The mode whose value is meant; may be left out where the parameter has one mode only
        #[arg(long, value_name = "MODE")]
        mode: Option<ParamMode>,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::List { handle } => list(handle.as_ref(), session)?,
        Verb::Show { handle, name } => {
            let param = session.host()?.devlink().param(handle, name)?;
            print(&[(handle.clone(), param)], session)?;
        }
        Verb::Set { handle, name, value, mode } => {
            let host = session.host_to_change()?;
            let param = host.devlink().param(handle, name)?;
            let setting = setting(handle, &param, *mode)?;
            let value = value_of(handle, &param, value)?;
            host.devlink().set_param(handle, name, setting.mode, &value)?;
            said(&host, handle, name, setting.mode, session)?;
        }
        Verb::Reset { handle, name, mode } => {
            let host = session.host_to_change()?;
            let param = host.devlink().param(handle, name)?;
            let mode = setting(handle, &param, *mode)?.mode;
            host.devlink().reset_param(handle, name, mode)?;
            said(&host, handle, name, mode, session)?;
        }
    }
    Ok(Ending::Done)
}

fn list(handle: Option<&DevlinkHandle>, session: &mut Session) -> Result<(), crate::session::Failure> {
    let host = session.host()?;
    let params = match handle {
        Some(handle) => {
            let params = host.devlink().params(handle)?;
            params.into_iter().map(|param| (handle.clone(), param)).collect()
        }
        None => host.devlink().all_params()?,
    };
    Ok(print(&params, session)?)
}

fn print(params: &[(DevlinkHandle, Param)], session: &mut Session) -> std::io::Result<()> {
    if session.format() != Format::Table {
        return print_as_devlink(session, "param", |show| {
            params.iter().for_each(|(device, param)| show::param(device, param, true, show));
        });
    }
    if params.is_empty() {
        return session.say("no parameters");
    }
    let mut table = Table::new(&[
        ("DEVICE", Align::Left),
        ("PARAMETER", Align::Left),
        ("TYPE", Align::Left),
        ("MODE", Align::Left),
        ("VALUE", Align::Left),
        ("DEFAULT", Align::Left),
    ]);
    for (device, param) in params {
        for ParamSetting { mode, value, default } in &param.values {
            table.row(vec![
                Cell::new(device),
                Cell::new(&param.name).style(Style::Bold),
                Cell::new(param.kind),
                Cell::new(mode),
                Cell::new(value),
                Cell::option(default.as_ref()),
            ]);
        }
    }
    session.table(&table)
}

/// What a parameter has in the mode that is asked for, or in the only one.
fn setting<'p>(
    handle: &DevlinkHandle,
    param: &'p Param,
    mode: Option<ParamMode>,
) -> Result<&'p ParamSetting, Error> {
    let modes: Vec<String> = param.values.iter().map(|setting| setting.mode.to_string()).collect();
    let wrong = |why: String| {
        Error::invalid("set a devlink parameter", why).on(format_args!("{handle} {}", param.name))
    };
    match (mode, &param.values[..]) {
        (Some(mode), _) => param
            .setting(mode)
            .ok_or_else(|| wrong(format!("it has no mode {mode}, only {}", modes.join(" and ")))),
        (None, [only]) => Ok(only),
        (None, _) => {
            Err(wrong(format!("it has several modes: {}", modes.join(", "))).hint("say which with --mode"))
        }
    }
}

fn value_of(handle: &DevlinkHandle, param: &Param, text: &str) -> Result<ParamValue, Error> {
    let value = match show::number_of(&param.name, text).flatten() {
        Some(number) => ParamValue::read(param.kind, &number.to_string()),
        None => ParamValue::read(param.kind, text),
    };
    value.ok_or_else(|| {
        let wanted = match param.kind {
            ParamType::Flag => "true or false".to_owned(),
            ParamType::U64Array => "numbers with commas between them".to_owned(),
            ParamType::Binary | ParamType::Unknown(_) => {
                return Error::unsupported("set a devlink parameter")
                    .on(format_args!("{handle} {}", param.name))
                    .reason(format!("values of type {} have no written form", param.kind));
            }
            kind => format!("a number that fits {kind}"),
        };
        Error::invalid("set a devlink parameter", format!("{text:?} is not {wanted}"))
            .on(format_args!("{handle} {}", param.name))
    })
}

/// Says what the parameter is now, and when that counts.
fn said(
    host: &Host,
    handle: &DevlinkHandle,
    name: &str,
    mode: ParamMode,
    session: &mut Session,
) -> Result<(), crate::session::Failure> {
    let param = host.devlink().param(handle, name)?;
    if session.format() != Format::Table {
        return Ok(print(&[(handle.clone(), param)], session)?);
    }
    let now = param.setting(mode).map(|setting| setting.value.to_string()).unwrap_or_default();
    let when = match mode {
        ParamMode::Runtime => "in effect now".to_owned(),
        ParamMode::DriverInit => format!("in effect after `snicctl device reload {handle}`"),
        // What that takes differs from driver to driver.
        ParamMode::Permanent => {
            let nic = host.nic(handle)?;
            let how = advice::how(&nic, &nic.adapter.activation(&Change::Param { name, mode }));
            match how.is_empty() {
                true => "kept by the device; in effect after its next reset".to_owned(),
                false => format!("kept by the device; in effect after: {}", how.join("; ")),
            }
        }
        ParamMode::Unknown(_) => "in effect when the driver decides".to_owned(),
    };
    Ok(session.say(format_args!("{handle} {name} {now} ({mode}: {when})"))?)
}
