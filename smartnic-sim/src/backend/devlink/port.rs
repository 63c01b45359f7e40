use smartnic_core::Result;
use smartnic_core::backend::DevlinkPorts;
use smartnic_core::device::{Port, PortFlavour, PortFunction, PortType};
use smartnic_core::types::{DevlinkHandle, PortHandle, VfId};

use super::find;
use crate::backend::{SimHost, refused};
use crate::errno::Errno;
use crate::model::DevlinkPort;
use crate::note::Note;

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
        function: port
            .hw_addr
            .map(|mac| PortFunction { hw_addr: Some(mac.into()), ..PortFunction::default() }),
        ..Port::new(handle, port.flavour)
    }
}
