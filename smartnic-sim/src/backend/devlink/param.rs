use smartnic_core::Result;
use smartnic_core::backend::{DevlinkDevices, DevlinkParams};
use smartnic_core::device::{Param, ParamMode, ParamSetting, ParamValue};
use smartnic_core::types::{DevlinkHandle, PortHandle};

use super::{find, in_range};
use crate::backend::{SimHost, refused};
use crate::errno::Errno;
use crate::model::ParamState;
use crate::note::{Note, Spot};
use crate::profile::ParamSpec;

impl DevlinkParams for SimHost {
    fn params(&self, device: &DevlinkHandle) -> Result<Vec<Param>> {
        let machine = self.machine.lock();
        let instance = find(&machine, "list devlink parameters", device)?;
        let param = |(spec, state): (&ParamSpec, &ParamState)| Param {
            name: spec.name.into(),
            generic: spec.generic,
            kind: state.value().kind(),
            values: vec![ParamSetting {
                mode: spec.mode,
                value: state.value(),
                // Of the others no driver here tells it.
                default: (spec.mode == ParamMode::DriverInit).then(|| ParamState::new(spec).value()),
            }],
        };
        Ok(machine.params(instance).into_iter().map(param).collect())
    }

    fn all_params(&self) -> Result<Vec<(DevlinkHandle, Param)>> {
        let mut all = Vec::new();
        for device in self.devices()? {
            all.extend(self.params(&device.handle)?.into_iter().map(|param| (device.handle.clone(), param)));
        }
        Ok(all)
    }

    fn param(&self, device: &DevlinkHandle, name: &str) -> Result<Param> {
        let found = self.params(device)?.into_iter().find(|param| param.name == name);
        found.ok_or_else(|| {
            let error = refused("read a devlink parameter", Errno::EINVAL, Note::default());
            error.on(format_args!("{device} {name}"))
        })
    }

    fn set_param(
        &self,
        device: &DevlinkHandle,
        name: &str,
        mode: ParamMode,
        value: &ParamValue,
    ) -> Result<()> {
        let op = "set a devlink parameter";
        let (mut machine, fate) = self.change();
        let mut note = Note::default();
        in_range(&[(Some(mode.number() <= 2), Spot::ParamMode)], &mut note)
            .map_err(|errno| refused(op, errno, note.clone()).on(format_args!("{device} {name}")))?;
        let instance = find(&machine, op, device)?;
        fate.and_then(|()| machine.set_param(instance, name, mode, value, &mut note))
            .map_err(|errno| refused(op, errno, note).on(format_args!("{device} {name}")))
    }

    fn reset_param(&self, device: &DevlinkHandle, name: &str, mode: ParamMode) -> Result<()> {
        let op = "reset a devlink parameter";
        let setting = self.param(device, name)?.setting(mode).cloned();
        let default = setting.and_then(|setting| setting.default).ok_or_else(|| {
            let error = refused(op, Errno::EOPNOTSUPP, Note::default());
            error.on(format_args!("{device} {name}"))
        })?;
        self.set_param(device, name, mode, &default)
    }

    fn port_params(&self) -> Result<Vec<(PortHandle, Param)>> {
        Ok(Vec::new())
    }
}
