//! `devlink dev param` and `devlink port param`.

use smartnic::text::devlink::command::param::{Command, value_of};
use smartnic::text::devlink::command::{Either, Stop};
use smartnic::text::devlink::show;
use smartnic::types::{DevlinkHandle, PortHandle};

use super::face::Face;

pub(super) fn run(command: Command<DevlinkHandle>, face: &mut Face<'_>) -> Result<(), Stop> {
    let read = face.ask(|host| {
        let devlink = host.devlink();
        match &command {
            Command::List(None) => devlink.all_params(),
            Command::List(Some(device)) => {
                let params = devlink.params(device)?;
                Ok(params.into_iter().map(|param| (device.clone(), param)).collect())
            }
            Command::Show(device, name) | Command::Set { owner: device, name, .. } => {
                devlink.param(device, name).map(|param| vec![(device.clone(), param)])
            }
        }
    });
    let Command::Set { owner, name, mode, value } = command else {
        return face.section("param", read, |(device, param), show| show::param(device, param, true, show));
    };
    let param = read?.swap_remove(0).1;
    let Some(setting) = param.setting(mode) else {
        return Err(Stop::fault("Configuration mode not supported"));
    };
    match value {
        None => face.change(|host| host.devlink().reset_param(&owner, &name, mode)),
        Some(text) => {
            let value = value_of(&param, &text)?;
            if value == setting.value {
                return Ok(());
            }
            face.change(|host| host.devlink().set_param(&owner, &name, mode, &value))
        }
    }
}

pub(super) fn run_port(command: Command<PortHandle, Either>, face: &mut Face<'_>) -> Result<(), Stop> {
    let read = face.ask(|host| {
        let devlink = host.devlink();
        match &command {
            Command::List(which) => {
                let mut params = devlink.port_params()?;
                params.retain(|(port, _)| match which {
                    None => true,
                    Some(Either::Device(device)) => port.device == *device,
                    Some(Either::Port(wanted)) => port == wanted,
                });
                Ok(params)
            }
            Command::Show(port, name) | Command::Set { owner: port, name, .. } => {
                devlink.port_param(port, name).map(|param| vec![(port.clone(), param)])
            }
        }
    });
    let Command::Set { owner, name, mode, value } = command else {
        return face.section("param", read, |(port, param), show| show::port_param(port, param, true, show));
    };
    let param = read?.swap_remove(0).1;
    let value = value_of(&param, &value.unwrap_or_default())?;
    if param.setting(mode).is_some_and(|setting| setting.value == value) {
        return Ok(());
    }
    face.change(|host| host.devlink().set_port_param(&owner, &name, mode, &value))
}
