//! What is to be done with one device so that it is as a document says, in the order in which it can be done.

use std::fmt;
use std::mem::discriminant;

use smartnic_core::device::{
    EswitchChange, FunctionState, Param, ParamMode, ParamValue, Port, PortFunctionChange, VfChange,
};
use smartnic_core::types::VfId;

use super::document::{DeviceDoc, FunctionDoc, SubFunctionDoc, VfDoc};
use super::export::{functions, or_none, tc_offload};
use super::plan::{Allow, Options, Refusal};
use super::rates::Rates;
use super::task::Task;
use crate::cycle::{DeviceState, DriverGoal, Goal, SfId, SfState};
use crate::{Host, Result};

/// What was found to be done so far.
pub(super) struct Planner<'a> {
    pub(super) host: &'a Host,
    pub(super) wanted: &'a DeviceDoc,
    pub(super) options: &'a Options,
    pub(super) tasks: Vec<Task>,
    pub(super) refused: Vec<Refusal>,
}

impl Planner<'_> {
    pub(super) fn refuse(&mut self, setting: impl fmt::Display, reason: impl fmt::Display) {
        let device = Some(self.wanted.device.clone());
        self.refused.push(Refusal { device, setting: setting.to_string(), reason: reason.to_string() });
    }

    fn change(&mut self, goal: Goal) {
        self.tasks.push(Task::Change(goal));
    }

    /// Finds all of it.
    pub(super) fn all(&mut self, now: &DeviceState) -> Result<()> {
        let DeviceDoc { driver, .. } = self.wanted;
        if !driver.is_empty() && *driver != now.driver {
            self.refuse("driver", format!("the document is for {driver}, the device has {}", now.driver));
            return Ok(());
        }
        self.params()?;
        let ports = or_none(self.host.devlink().ports(Some(&self.wanted.device)))?.unwrap_or_default();
        self.doomed(now);
        self.functions(now);
        let rates = self.clear_rates(&ports)?;
        self.modes(now);
        self.tc_offload()?;
        self.vfs(now, &ports);
        self.sub_functions(now);
        self.rates(&rates);
        Ok(())
    }

    fn params(&mut self) -> Result<()> {
        if self.wanted.params.is_empty() {
            return Ok(());
        }
        let there = or_none(self.host.devlink().params(&self.wanted.device))?.unwrap_or_default();
        let mut reload = false;
        for (name, values) in &self.wanted.params {
            let place = format!("params.{name}");
            let Some(param) = there.iter().find(|param| param.name == *name) else {
                self.refuse(place, "the driver has no parameter of this name");
                continue;
            };
            for (mode, value) in values {
                let place = format!("{place}.{mode}");
                match to_set(param, *mode, &value.text(), self.options.allow) {
                    Ok(Some(value)) => {
                        reload |= *mode == ParamMode::DriverInit;
                        self.tasks.push(Task::Param { name: name.clone(), mode: *mode, value });
                    }
                    Ok(None) => {}
                    Err(reason) => self.refuse(place, reason),
                }
            }
        }
        self.tasks.extend(reload.then_some(Task::Reload));
        Ok(())
    }

    /// Sub-functions that are to go: before the mode, as they go with it.
    fn doomed(&mut self, now: &DeviceState) {
        let Some(wanted) = self.wanted.sub_functions.as_ref().filter(|_| self.options.prune) else { return };
        let is_wanted = |is: &SfState| wanted.iter().any(|sf| id(sf) == is.id);
        let doomed = now.sfs.iter().filter(|is| !is.external && !is_wanted(is));
        self.tasks.extend(doomed.map(|is| Task::Change(Goal::SfDelete { sf: is.id })));
    }

    fn functions(&mut self, now: &DeviceState) {
        let vfs = self.wanted.vfs.as_ref();
        let mode = self.wanted.eswitch.and_then(|eswitch| eswitch.mode);
        let mode_now = now.eswitch.and_then(|eswitch| eswitch.mode);
        if let Some(mode) = mode.filter(|_| mode_now.is_none()) {
            self.refuse("eswitch.mode", format!("the driver has no eswitch mode, so none that is {mode}"));
        }
        let sriov = now.sriov.as_ref();
        if let Some(vfs) = vfs {
            match sriov {
                None if vfs.count > 0 => self.refuse("vfs.count", "the device can have no VFs"),
                Some(sriov) if sriov.total.is_some_and(|total| vfs.count > total) => {
                    let total = sriov.total.unwrap_or_default();
                    self.refuse("vfs.count", format!("the device can have {total} VFs at most"));
                }
                _ => {}
            }
        }
        if !self.refused.is_empty() {
            // Nothing is done then.
            return;
        }
        let mode = mode.filter(|mode| mode_now.is_some_and(|now| now != *mode));
        let count = vfs.map(|vfs| vfs.count).filter(|count| *count != now.num_vfs());
        let autoprobe_now = sriov.and_then(|sriov| sriov.autoprobe);
        let autoprobe =
            vfs.and_then(|vfs| vfs.autoprobe).filter(|on| autoprobe_now.is_some_and(|is| is != *on));
        if vfs.is_some_and(|vfs| vfs.autoprobe.is_some()) && autoprobe_now.is_none() && sriov.is_some() {
            self.refuse("vfs.autoprobe", "the device has no sriov_drivers_autoprobe");
        }
        if mode.is_some() || count.is_some() || autoprobe.is_some() {
            self.change(Goal::Functions { mode, vfs: count, autoprobe });
        }
    }

    fn modes(&mut self, now: &DeviceState) {
        let (Some(wanted), is) = (self.wanted.eswitch, now.eswitch) else { return };
        let inline_now = is.and_then(|is| is.inline_mode);
        let encap_now = is.and_then(|is| is.encap_mode);
        if wanted.inline_mode.is_some() && inline_now.is_none() {
            self.refuse("eswitch.inline_mode", "the driver has no inline mode");
        }
        if wanted.encap_mode.is_some() && encap_now.is_none() {
            self.refuse("eswitch.encap_mode", "the driver has no encapsulation mode");
        }
        let change = EswitchChange {
            mode: None,
            inline_mode: wanted.inline_mode.filter(|mode| inline_now.is_some_and(|is| is != *mode)),
            encap_mode: wanted.encap_mode.filter(|mode| encap_now.is_some_and(|is| is != *mode)),
        };
        if change != EswitchChange::default() {
            self.tasks.push(Task::Modes(change));
        }
    }

    fn tc_offload(&mut self) -> Result<()> {
        let Some(wanted) = self.wanted.hw_tc_offload else { return Ok(()) };
        match tc_offload(self.host, &self.wanted.device)? {
            Some(is) if is == wanted => {}
            Some(_) => self.tasks.push(Task::TcOffload(wanted)),
            None => self.refuse("hw_tc_offload", "the uplink has no such feature"),
        }
        Ok(())
    }

    /// Reads the rate objects; nodes stand in the way of another eswitch mode, and go first.
    fn clear_rates(&mut self, ports: &[Port]) -> Result<Rates> {
        let (host, device) = (self.host, &self.wanted.device);
        let rates = Rates::read(host, device, ports)?;
        let Some(wanted) = &self.wanted.rates else { return Ok(rates) };
        let is_mode = |task: &Task| matches!(task, Task::Change(Goal::Functions { mode: Some(_), .. }));
        let Some(at) = self.tasks.iter().position(is_mode) else { return Ok(rates) };
        // Nodes that come with representors go with them.
        let own_tree = or_none(host.nic(device))?.is_some_and(|nic| nic.adapter.facts().modes.rate_tree);
        if own_tree || !rates.has_nodes() {
            return Ok(rates);
        }
        let lost = rates.unnamed_nodes(wanted);
        if let Some(node) = lost.first().filter(|_| !self.options.prune) {
            let reason = format!(
                "the node {node} is not in the document, and would have to go before the eswitch mode changes; add \
                 it, or allow it with --prune"
            );
            self.refuse("rates", reason);
        }
        self.tasks.insert(at, Task::ClearRates);
        Ok(rates)
    }

    fn rates(&mut self, now: &Rates) {
        let Some(wanted) = &self.wanted.rates else { return };
        // Leaves come with their functions, and some drivers' nodes with leaves.
        let anew = self.is_anew() || self.wanted.sub_functions.is_some() && self.adds_functions();
        for (place, reason) in now.refusals(wanted, anew) {
            self.refuse(place, reason);
        }
        let count = self.wanted.vfs.as_ref().map(|vfs| vfs.count);
        for doc in wanted.iter().filter(|doc| doc.vf.zip(count).is_some_and(|(vf, count)| vf.0 >= count)) {
            self.refuse(format!("rates of {doc}"), "the document has fewer VFs, counted from 0");
        }
        let prune = self.options.prune;
        let clears = self.tasks.contains(&Task::ClearRates);
        let is_so = match anew || clears {
            true => wanted.is_empty() && (clears || !prune || now.is_empty()),
            false => now.are(&self.wanted.device, wanted, prune),
        };
        if !is_so {
            self.tasks.push(Task::Rates { wanted: wanted.clone(), prune });
        }
    }

    /// Whether all VFs will be new ones.
    fn is_anew(&self) -> bool {
        self.tasks.iter().any(|task| {
            matches!(task, Task::Change(Goal::Functions { mode, vfs, .. }) if mode.is_some() || vfs.is_some())
        })
    }

    fn adds_functions(&self) -> bool {
        self.tasks.iter().any(|task| matches!(task, Task::Change(Goal::SfCreate { .. })))
    }

    fn vfs(&mut self, now: &DeviceState, ports: &[Port]) {
        let Some(vfs) = &self.wanted.vfs else { return };
        let functions: Vec<(VfId, FunctionDoc)> = functions(ports).collect();
        // New VFs have nothing laid down for them, whatever those before them had.
        let anew = self.is_anew();
        let seen: Vec<VfId> = vfs.settings.iter().map(|doc| doc.vf).collect();
        for (at, doc) in vfs.settings.iter().enumerate() {
            let place = format!("vfs.settings of VF {}", doc.vf);
            if doc.vf.0 >= vfs.count {
                self.refuse(place, format!("there are to be {} VFs, counted from 0", vfs.count));
            } else if seen[..at].contains(&doc.vf) {
                self.refuse(place, "the VF stands there twice");
            } else {
                self.vf(doc, now, &functions, anew);
            }
        }
    }

    fn vf(&mut self, doc: &VfDoc, now: &DeviceState, functions: &[(VfId, FunctionDoc)], anew: bool) {
        let (vf, wanted) = (doc.vf, doc.settings());
        let is = now.vfs.iter().find(|is| is.vf == vf);
        let mut changes = wanted.changes();
        if let Some(is) = is {
            let told = is.changes();
            // What the driver does not tell cannot be checked afterwards.
            let same_kind = |one: &VfChange, other: &VfChange| discriminant(one) == discriminant(other);
            let untold = changes.iter().find(|change| !told.iter().any(|told| same_kind(change, told)));
            if let Some(change) = untold {
                self.refuse(
                    format!("vfs.settings of VF {vf}"),
                    format!("the driver does not tell what `{change}` would set, so it cannot be checked"),
                );
            }
            if !anew {
                changes.retain(|change| !told.contains(change));
            }
        }
        if !changes.is_empty() {
            self.change(Goal::Vf { vf, changes });
        }
        if let Some(wanted) = &doc.function {
            let is = functions.iter().find(|(other, _)| *other == vf).map(|(_, is)| is.clone());
            let missing = wanted.missing(&is.filter(|_| !anew).unwrap_or_default());
            if missing != PortFunctionChange::default() {
                self.tasks.push(Task::Function { vf, change: missing });
            }
        }
        if let Some(driver) = &doc.driver {
            let driver = match &**driver {
                "own" => DriverGoal::Own,
                "none" => DriverGoal::None,
                name => DriverGoal::Named(name.to_owned()),
            };
            let function = now.function(vf).filter(|_| !anew);
            let bound = function.and_then(|function| function.driver.as_deref());
            let is_so = function.is_some_and(|function| match &driver {
                DriverGoal::None => bound.is_none(),
                DriverGoal::Own => bound.is_some() && function.driver_override.is_none(),
                DriverGoal::Named(name) => bound == Some(name),
            });
            if !is_so {
                self.change(Goal::Drivers { vfs: vec![vf], driver });
            }
        }
    }

    fn sub_functions(&mut self, now: &DeviceState) {
        let Some(wanted) = &self.wanted.sub_functions else { return };
        for (at, sf) in wanted.iter().enumerate() {
            let id = id(sf);
            if wanted[..at].iter().any(|other| self::id(other) == id) {
                self.refuse(format!("sub_functions {id}"), "the sub-function stands there twice");
                continue;
            }
            let told = sf.function.clone().unwrap_or_default();
            match now.sfs.iter().find(|is| is.id == id) {
                Some(is) if is.external => {
                    self.refuse(format!("sub_functions {id}"), "it belongs to another host");
                }
                Some(is) => {
                    let state = Some(sf.state).filter(|state| is.function.state != Some(*state));
                    let missing = told.missing(&FunctionDoc::from(&is.function));
                    let function = PortFunctionChange { state, ..missing };
                    if function != PortFunctionChange::default() {
                        self.change(Goal::SfChange { sf: id, function });
                    }
                }
                None => {
                    let function = told.missing(&FunctionDoc::default());
                    let active = sf.state == FunctionState::Active;
                    self.change(Goal::SfCreate { sf: id, function, active });
                }
            }
        }
    }
}

fn id(sf: &SubFunctionDoc) -> SfId {
    SfId { pf: sf.pf, number: sf.sf, controller: sf.controller }
}

/// The value to set, none if it is there already; or why it must not be set.
fn to_set(param: &Param, mode: ParamMode, text: &str, allow: Allow) -> Result<Option<ParamValue>, String> {
    let value = ParamValue::read(param.kind, text)
        .ok_or_else(|| format!("{text:?} is no value of the type {}", param.kind))?;
    let setting = param.setting(mode).ok_or_else(|| format!("the parameter has no mode {mode}"))?;
    if setting.value == value {
        return Ok(None);
    }
    match mode {
        ParamMode::Permanent if !allow.permanent => Err(format!(
            "it is {} and would be written into the device's own memory, to count after a reset; allow it with \
             --allow permanent",
            setting.value
        )),
        ParamMode::DriverInit if !allow.reload => Err(format!(
            "it is {}, and another value counts only after a reload, with which links and representors go; allow it \
             with --allow reload",
            setting.value
        )),
        _ => Ok(Some(value)),
    }
}
