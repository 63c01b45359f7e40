use std::collections::BTreeMap;

use smartnic_core::adapter::Feature;
use smartnic_core::device::{FunctionState, Param, ParamMode, Port, PortFlavour, VfSettings};
use smartnic_core::types::{DevlinkHandle, VfId};

use super::document::{
    DeviceDoc, Document, EswitchDoc, FunctionDoc, ParamDoc, SubFunctionDoc, VERSION, VfDoc, VfsDoc,
};
use super::forwarding::{Extent, Found};
use super::rates::{RateDoc, Rates};
use crate::cycle::DeviceState;
use crate::{Error, ErrorKind, Host, Result};

/// Writes down what devices are like; if none is named, all that devlink knows but for the instances of VFs and
/// sub-functions, which come with their physical function; and the bridges and bonds that have ports on them.
///
/// What a driver does not tell, or does not have, is left out; so are functions that belong to another host.
///
/// # Errors
/// `NotFound` for a device that is not there; those of reading its state.
pub fn export(host: &Host, devices: &[DevlinkHandle]) -> Result<Document> {
    let all: Vec<DevlinkHandle>;
    let devices = match devices {
        [] => {
            all = on_their_own(host)?;
            &all
        }
        named => named,
    };
    let docs = devices.iter().map(|device| export_one(host, device)).collect::<Result<_>>()?;
    let (bridges, bonds) = match Found::read(host)? {
        Some(found) => {
            let devices = with_functions(host, devices)?;
            (found.bridges_of(&devices, &[], Extent::Short), found.bonds_of(&devices, &[]))
        }
        None => (Vec::new(), Vec::new()),
    };
    Ok(Document {
        version: VERSION,
        devices: docs,
        bonds: Some(bonds).filter(|bonds| !bonds.is_empty()),
        bridges: Some(bridges).filter(|bridges| !bridges.is_empty()),
    })
}

/// Devices with their VFs.
pub(super) fn with_functions(host: &Host, devices: &[DevlinkHandle]) -> Result<Vec<DevlinkHandle>> {
    let mut all = devices.to_vec();
    for device in devices {
        let sriov = or_none(host.switchdev().sriov(device))?;
        all.extend(sriov.into_iter().flat_map(|sriov| sriov.functions).map(|function| function.device));
    }
    Ok(all)
}

/// The devices that are no functions of others.
fn on_their_own(host: &Host) -> Result<Vec<DevlinkHandle>> {
    let mut all: Vec<DevlinkHandle> =
        host.devlink().devices()?.into_iter().map(|device| device.handle).collect();
    all.retain(|device| device.bus != "auxiliary");
    let mut vfs = Vec::new();
    for device in &all {
        let sriov = or_none(host.switchdev().sriov(device))?;
        vfs.extend(sriov.into_iter().flat_map(|sriov| sriov.functions).map(|function| function.device));
    }
    all.retain(|device| !vfs.contains(device));
    Ok(all)
}

/// Writes down what one device is like.
pub(super) fn export_one(host: &Host, device: &DevlinkHandle) -> Result<DeviceDoc> {
    let state = DeviceState::read(host, device)?;
    let ports = or_none(host.devlink().ports(Some(device)))?.unwrap_or_default();
    let eswitch = state.eswitch.map(|now| EswitchDoc {
        mode: now.mode,
        inline_mode: now.inline_mode,
        encap_mode: now.encap_mode,
    });
    let rates = rates(host, device, &ports)?;
    let rated: Vec<VfId> = rates.iter().flatten().filter_map(|doc| doc.vf).collect();
    Ok(DeviceDoc {
        device: device.clone(),
        driver: state.driver.clone(),
        params: params(host, device)?,
        eswitch: eswitch.filter(|eswitch| *eswitch != EswitchDoc::default()),
        hw_tc_offload: tc_offload(host, device)?,
        vfs: vfs(&state, &ports, &rated),
        sub_functions: sub_functions(host, device, &ports)?,
        rates,
    })
}

type Params = BTreeMap<String, BTreeMap<ParamMode, ParamDoc>>;

fn params(host: &Host, device: &DevlinkHandle) -> Result<Params> {
    let params = or_none(host.devlink().params(device))?.unwrap_or_default();
    let one = |param: Param| {
        let values = param.values.iter();
        let values: BTreeMap<_, _> =
            values.filter_map(|setting| Some((setting.mode, ParamDoc::of(&setting.value)?))).collect();
        (!values.is_empty()).then_some((param.name, values))
    };
    Ok(params.into_iter().filter_map(one).collect())
}

/// Whether the uplink has `hw-tc-offload` on, if it has such a feature.
pub(super) fn tc_offload(host: &Host, device: &DevlinkHandle) -> Result<Option<bool>> {
    let nic = or_none(host.nic(device))?;
    let uplink = nic.as_ref().and_then(|nic| nic.uplink());
    Ok(uplink.and_then(|link| host.switchdev().tc_offload(link.ifindex).ok()))
}

/// The VFs. Of those whose leaf has something laid down, the rates are that: some drivers tell one setting in both places.
fn vfs(state: &DeviceState, ports: &[Port], rated: &[VfId]) -> Option<VfsDoc> {
    let sriov = state.sriov.as_ref()?;
    let mut settings: BTreeMap<VfId, VfDoc> =
        state.vfs.iter().map(|now| (now.vf, VfDoc::from(now))).collect();
    let blank = |vf: VfId| VfDoc::from(&VfSettings::new(vf));
    for function in state.functions() {
        let driver = match (&function.driver, &function.driver_override) {
            (None, _) => "none",
            (Some(driver), Some(only)) if driver == only => driver,
            (Some(_), _) => "own",
        };
        settings.entry(function.vf).or_insert_with(|| blank(function.vf)).driver = Some(driver.to_owned());
    }
    for (vf, function) in functions(ports) {
        settings.entry(vf).or_insert_with(|| blank(vf)).function = Some(function);
    }
    for doc in settings.values_mut().filter(|doc| rated.contains(&doc.vf)) {
        (doc.min_tx_rate, doc.max_tx_rate) = (None, None);
    }
    let settings = settings.into_values().filter(|doc| *doc != blank(doc.vf));
    Some(VfsDoc { count: sriov.num, autoprobe: sriov.autoprobe, settings: settings.collect() })
}

/// The functions of this host's VFs, as their devlink ports tell them.
pub(super) fn functions(ports: &[Port]) -> impl Iterator<Item = (VfId, FunctionDoc)> {
    ports.iter().filter(|port| port.flavour == PortFlavour::PciVf && !port.external).filter_map(|port| {
        let function = FunctionDoc::from(port.function.as_ref()?);
        Some((port.vf?, function)).filter(|(_, function)| *function != FunctionDoc::default())
    })
}

/// This host's sub-functions; nothing for drivers that have none.
fn sub_functions(host: &Host, device: &DevlinkHandle, ports: &[Port]) -> Result<Option<Vec<SubFunctionDoc>>> {
    let one = |port: &Port| {
        let function = port.function.clone().unwrap_or_default();
        let doc = FunctionDoc::from(&function);
        Some(SubFunctionDoc {
            pf: port.pf?,
            sf: port.sf?,
            controller: port.controller.filter(|controller| *controller != 0),
            state: function.state.unwrap_or(FunctionState::Inactive),
            function: Some(doc).filter(|doc| *doc != FunctionDoc::default()),
        })
    };
    let own = ports.iter().filter(|port| port.flavour == PortFlavour::PciSf && !port.external);
    let mut found: Vec<SubFunctionDoc> = own.filter_map(one).collect();
    found.sort_by_key(|sf| (sf.controller, sf.pf, sf.sf));
    let can = || -> Result<bool> {
        Ok(or_none(host.nic(device))?
            .is_some_and(|nic| nic.adapter.facts().support(Feature::SubFunctions).is_there()))
    };
    Ok(if found.is_empty() && !can()? { None } else { Some(found) })
}

/// The rate objects; nothing for drivers that have none.
fn rates(host: &Host, device: &DevlinkHandle, ports: &[Port]) -> Result<Option<Vec<RateDoc>>> {
    let rates = Rates::read(host, device, ports)?;
    let can = || -> Result<bool> {
        Ok(or_none(host.nic(device))?
            .is_some_and(|nic| nic.adapter.facts().support(Feature::RateNodes).is_there()))
    };
    Ok(if rates.is_empty() && !can()? { None } else { Some(rates.docs()) })
}

/// What a driver does not have is left out.
pub(super) fn or_none<T>(read: Result<T>) -> Result<Option<T>> {
    let lacks = |error: &Error| matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::NotFound);
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) if lacks(&error) => Ok(None),
        Err(error) => Err(error),
    }
}
