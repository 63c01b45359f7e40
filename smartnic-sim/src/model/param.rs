use serde::{Deserialize, Serialize};
use smartnic_core::device::{ParamMode, ParamValue};

use super::{Event, Instance, Machine};
use crate::errno::Errno;
use crate::note::Note;
use crate::profile::{ParamSpec, Start};

/// A devlink parameter's value; its name, type and mode are the profile's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ParamState(Value);

/// As [`ParamValue`], but telling its type in a state file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Value {
    Bool(bool),
    U8(u8),
    U16(u16),
    U32(u32),
    Text(String),
}

impl ParamState {
    /// The value that a parameter starts with.
    pub(crate) fn new(spec: &ParamSpec) -> Self {
        Self(match spec.start {
            Start::Bool(value) => Value::Bool(value),
            Start::U8(value) => Value::U8(value),
            Start::U16(value) => Value::U16(value),
            Start::U32(value) => Value::U32(value),
            Start::Text(value) => Value::Text(value.into()),
        })
    }

    /// The value.
    pub(crate) fn value(&self) -> ParamValue {
        match &self.0 {
            Value::Bool(value) => ParamValue::Bool(*value),
            Value::U8(value) => ParamValue::U8(*value),
            Value::U16(value) => ParamValue::U16(*value),
            Value::U32(value) => ParamValue::U32(*value),
            Value::Text(value) => ParamValue::Text(value.clone()),
        }
    }

    /// Takes a value of the same type; false if it is of another.
    fn set(&mut self, value: &ParamValue) -> bool {
        let new = match (&self.0, value) {
            (Value::Bool(_), ParamValue::Bool(value)) => Value::Bool(*value),
            (Value::U8(_), ParamValue::U8(value)) => Value::U8(*value),
            (Value::U16(_), ParamValue::U16(value)) => Value::U16(*value),
            (Value::U32(_), ParamValue::U32(value)) => Value::U32(*value),
            (Value::Text(_), ParamValue::Text(value)) => Value::Text(value.clone()),
            _ => return false,
        };
        self.0 = new;
        true
    }
}

impl Machine {
    /// The parameters of an instance; VFs have none here.
    pub(crate) fn params(&self, instance: Instance) -> Vec<(&'static ParamSpec, &ParamState)> {
        match instance {
            Instance::Pf(pf) => {
                let states = self.pfs.get(pf).map_or(&[][..], |pf| &pf.params);
                self.profile.params.iter().zip(states).collect()
            }
            Instance::Vf { .. } | Instance::Sf { .. } => Vec::new(),
        }
    }

    /// Sets a parameter. Whatever its mode, a value that is read back is the new one, as the kernel shows it.
    pub(crate) fn set_param(
        &mut self,
        instance: Instance,
        name: &str,
        mode: ParamMode,
        value: &ParamValue,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let at = self.params(instance).iter().position(|(spec, _)| spec.name == name);
        let (Instance::Pf(pf), Some(at)) = (instance, at) else { return Err(Errno::EINVAL) };
        let (Some(state), Some(spec)) = (self.pfs.get(pf), self.profile.params.get(at)) else {
            return Err(Errno::EINVAL);
        };
        let mut new = state.params.get(at).cloned().ok_or(Errno::EINVAL)?;
        if !new.set(value) {
            return Err(Errno::EINVAL);
        }
        self.profile.driver.check_param(name, &value.to_string(), state, note)?;
        self.check_rdma_param(pf, name, note)?;
        let state = self.pfs.get_mut(pf).ok_or(Errno::EINVAL)?;
        if spec.mode != mode {
            return Err(Errno::EOPNOTSUPP);
        }
        if let Some(place) = state.params.get_mut(at) {
            *place = new;
        }
        self.events.push(|| Event::Param(instance, spec.name));
        self.rdma_follows_param(pf, spec.name);
        Ok(())
    }

    /// A parameter of a physical function that is a yes or no.
    pub(super) fn param_is_on(&self, pf: usize, name: &str) -> Option<bool> {
        let (_, state) = self.params(Instance::Pf(pf)).into_iter().find(|(spec, _)| spec.name == name)?;
        match state.value() {
            ParamValue::Bool(on) => Some(on),
            _ => None,
        }
    }
}
