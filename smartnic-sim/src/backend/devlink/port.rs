use smartnic_core::Extack;
use smartnic_core::backend::DevlinkPorts;
use smartnic_core::device::{
    FunctionOpstate, FunctionState, NestedDevlink, NewPort, Port, PortFunction, PortFunctionChange, PortType,
};
use smartnic_core::types::{DevlinkHandle, PortHandle, SfNumber, VfId};

use super::find;
use crate::backend::{SimHost, refused, remark};
use crate::errno::Errno;
use crate::model::{DevlinkPort, HOST_CONTROLLER, Instance, Machine, PortFunctionTold};
use crate::note::Note;

type Result<T, E = smartnic_core::Error> = std::result::Result<T, E>;

impl DevlinkPorts for SimHost {
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

    fn set_port_type(&self, port: &PortHandle, kind: PortType) -> Result<Option<Extack>> {
        self.change_port("set the type of a devlink port", port, |machine, instance, _| {
            machine.set_port_type(instance, port.index.0, kind)
        })
    }

    fn set_port_function(&self, port: &PortHandle, change: &PortFunctionChange) -> Result<Option<Extack>> {
        self.change_port("change a port's function", port, |machine, instance, note| {
            machine.set_port_function(instance, port.index.0, change, note)
        })
    }

    fn split_port(&self, port: &PortHandle, count: u32) -> Result<Option<Extack>> {
        self.change_port("split a devlink port", port, |machine, instance, note| {
            machine.split_port(instance, port.index.0, Some(count), note)
        })
    }

    fn unsplit_port(&self, port: &PortHandle) -> Result<Option<Extack>> {
        self.change_port("join a split devlink port", port, |machine, instance, note| {
            machine.split_port(instance, port.index.0, None, note)
        })
    }

    fn add_port(&self, new: &NewPort) -> Result<Port> {
        let op = "add a devlink port";
        let (mut machine, fate) = self.change();
        let instance = find(&machine, op, &new.device)?;
        let mut note = Note::default();
        let added = fate.and_then(|()| machine.add_port(instance, new, &mut note));
        added.map(port).map_err(|errno| refused(op, errno, note).on(new))
    }

    fn remove_port(&self, port: &PortHandle) -> Result<Option<Extack>> {
        self.change_port("remove a devlink port", port, |machine, instance, _| {
            machine.remove_port(instance, port.index.0)
        })
    }
}

impl SimHost {
    fn change_port(
        &self,
        op: &'static str,
        port: &PortHandle,
        change: impl FnOnce(&mut Machine, Instance, &mut Note) -> Result<(), Errno>,
    ) -> Result<Option<Extack>> {
        let (mut machine, fate) = self.change();
        let instance = find(&machine, op, &port.device)?;
        let mut note = Note::default();
        match fate.and_then(|()| change(&mut machine, instance, &mut note)) {
            Ok(()) => Ok(remark(note)),
            Err(errno) => Err(refused(op, errno, note).on(port)),
        }
    }
}

fn port(port: DevlinkPort) -> Port {
    let handle = port.device.port(port.index);
    Port {
        kind: port.kind,
        desired: port.told,
        ibdev: port.ibdev,
        ifindex: port.netdev,
        netdev: port.netdev_name,
        number: port.number,
        controller: match port.host_pf {
            Some(_) => Some(HOST_CONTROLLER),
            None => (port.vf.is_some() || port.sf.is_some()).then_some(0),
        },
        external: port.host_pf.is_some(),
        pf: port.host_pf.or(port.vf.map(|(pf, _)| pf)).or(port.sf.map(|(pf, _)| pf)),
        vf: port.vf.map(|(_, vf)| VfId(u32::from(vf))),
        sf: port.sf.map(|(_, sf)| SfNumber(sf)),
        splittable: port.splittable,
        lanes: port.lanes,
        function: port.function.map(function),
        ..Port::new(handle, port.flavour)
    }
}

fn function(told: PortFunctionTold) -> PortFunction {
    let state = |active| if active { FunctionState::Active } else { FunctionState::Inactive };
    let opstate = |on| if on { FunctionOpstate::Attached } else { FunctionOpstate::Detached };
    PortFunction {
        hw_addr: Some(told.hw_addr.into()),
        state: told.state.map(|(active, _)| state(active)),
        opstate: told.state.map(|(_, attached)| opstate(attached)),
        roce: told.roce,
        migratable: told.migratable,
        ipsec_crypto: told.ipsec_crypto,
        ipsec_packet: told.ipsec_packet,
        max_io_eqs: told.max_io_eqs,
        nested: told
            .nested
            .map(|handle| NestedDevlink { handle, netns: told.nested_netns.map(|id| id as i32) }),
    }
}
