use smartnic_core::Result;
use smartnic_core::backend::Devlink;
use smartnic_core::device::{
    DeviceInfo, DevlinkDevice, Eswitch, EswitchChange, Param, ParamMode, ParamValue, Port, PortFlavour,
    PortFunction, PortType, Version,
};
use smartnic_core::types::{DevlinkHandle, PortHandle, VfId};
use smartnic_core::{Error, Extack};

use super::{SimHost, refused, remark};
use crate::errno::Errno;
use crate::model::{DevlinkPort, Instance, Machine};
use crate::note::{Note, Spot};

impl Devlink for SimHost {
    fn devices(&self) -> Result<Vec<DevlinkDevice>> {
        let machine = self.machine.lock();
        let handles = machine.instances().into_iter().filter_map(|instance| machine.address_of(instance));
        Ok(handles.map(|address| DevlinkDevice { handle: address.into(), reload_failed: false }).collect())
    }

    fn info(&self, device: &DevlinkHandle) -> Result<DeviceInfo> {
        let machine = self.machine.lock();
        let instance = find(&machine, "read device information", device)?;
        let (serial, board_serial) = machine.serials(instance);
        let versions = match instance {
            Instance::Pf(_) => machine.profile.versions,
            Instance::Vf { .. } => &[],
        };
        let version = |&(kind, name, value): &_| Version {
            kind,
            name: str::to_owned(name),
            value: str::to_owned(value),
        };
        Ok(DeviceInfo {
            driver: machine.driver_of(instance).into(),
            serial,
            board_serial,
            versions: versions.iter().map(version).collect(),
            unknown: Vec::new(),
        })
    }

    fn ports(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Port>> {
        let machine = self.machine.lock();
        let instances = match device {
            Some(device) => vec![find(&machine, "list devlink ports", device)?],
            None => machine.instances(),
        };
        Ok(instances.into_iter().flat_map(|instance| machine.devlink_ports(instance)).map(port).collect())
    }

    fn port(&self, wanted: &PortHandle) -> Result<Port> {
        let op = "read a devlink port";
        let machine = self.machine.lock();
        let instance = find(&machine, op, &wanted.device)?;
        let found = machine.devlink_ports(instance).into_iter().find(|port| port.index == wanted.index.0);
        found.map(port).ok_or_else(|| refused(op, Errno::ENODEV, Note::default()).on(wanted))
    }

    fn eswitch(&self, device: &DevlinkHandle) -> Result<Eswitch> {
        let op = "read the eswitch mode";
        let machine = self.machine.lock();
        let instance = find(&machine, op, device)?;
        machine.eswitch(instance).map_err(|errno| refused(op, errno, Note::default()).on(device))
    }

    fn set_eswitch(&self, device: &DevlinkHandle, change: &EswitchChange) -> Result<Option<Extack>> {
        let op = "change the eswitch";
        let (mut machine, fate) = self.change();
        let mut note = Note::default();
        let known = [
            (change.mode.map(|mode| mode.number() <= 2), Spot::EswitchMode),
            (change.inline_mode.map(|mode| mode.number() <= 3), Spot::InlineMode),
            (change.encap_mode.map(|mode| mode.number() <= 1), Spot::EncapMode),
        ];
        in_range(&known, &mut note).map_err(|errno| refused(op, errno, note.clone()).on(device))?;
        let instance = find(&machine, op, device)?;
        match fate.and_then(|()| machine.set_eswitch(instance, change, &mut note)) {
            Ok(()) => Ok(remark(note)),
            Err(errno) => Err(refused(op, errno, note).on(device)),
        }
    }

    fn params(&self, device: &DevlinkHandle) -> Result<Vec<Param>> {
        let machine = self.machine.lock();
        let instance = find(&machine, "list devlink parameters", device)?;
        let param = |(spec, state): (&crate::profile::ParamSpec, &crate::model::ParamState)| Param {
            name: spec.name.into(),
            generic: spec.generic,
            values: vec![(spec.mode, state.value())],
        };
        Ok(machine.params(instance).into_iter().map(param).collect())
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
}

/// Numbers are looked at before anything else, by the command's policy (`nla_validate_int_range_unsigned`).
fn in_range(known: &[(Option<bool>, Spot)], note: &mut Note) -> Result<(), Errno> {
    match known.iter().find(|(known, _)| *known == Some(false)) {
        Some((_, spot)) => {
            note.say_at(*spot, "integer out of range");
            Err(Errno::ERANGE)
        }
        None => Ok(()),
    }
}

fn find(machine: &Machine, op: &'static str, device: &DevlinkHandle) -> Result<Instance, Error> {
    machine
        .instance(&device.bus, &device.device)
        .ok_or_else(|| refused(op, Errno::ENODEV, Note::default()).on(device))
}

fn port(port: DevlinkPort) -> Port {
    let handle = DevlinkHandle::from(port.device).port(port.index);
    let is_vf = port.flavour == PortFlavour::PciVf;
    Port {
        kind: if port.netdev.is_some() { PortType::Eth } else { PortType::NotSet },
        ifindex: port.netdev,
        netdev: port.netdev_name,
        number: port.number,
        controller: is_vf.then_some(0),
        pf: port.function.map(|(pf, _)| pf),
        vf: port.function.map(|(_, vf)| VfId(u32::from(vf))),
        splittable: port.splittable,
        lanes: port.lanes,
        function: port.hw_addr.map(|mac| PortFunction { hw_addr: Some(mac), ..PortFunction::default() }),
        ..Port::new(handle, port.flavour)
    }
}
