use smartnic_core::device::PortFlavour;
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;

use crate::errno::Errno;
use crate::kernel::answer::Answer;
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::Table;
use crate::model::{DevlinkPort, Instance, Machine};

pub(super) fn get(
    machine: &Machine,
    instance: Instance,
    table: &Table<'_>,
    answer: &mut Answer,
) -> Result<(), Errno> {
    let index = table.u32(DEVLINK_ATTR_PORT_INDEX).ok_or(Errno::EINVAL)?;
    let ports = machine.devlink_ports(instance);
    let port = ports.iter().find(|port| port.index == index).ok_or(Errno::ENODEV)?;
    answer.reply(DEVLINK_ID, |e| write(e, machine, port, DEVLINK_CMD_PORT_NEW));
    Ok(())
}

/// Writes a port (`devlink_nl_port_fill`).
pub(in crate::kernel) fn write(e: &mut Encoder<'_>, machine: &Machine, port: &DevlinkPort, command: u8) {
    super::start(e, machine, &port.device.to_string(), command);
    e.u32(DEVLINK_ATTR_PORT_INDEX, port.index);
    match (port.netdev, &port.netdev_name) {
        (Some(index), Some(name)) => {
            e.u16(DEVLINK_ATTR_PORT_TYPE, DEVLINK_PORT_TYPE_ETH as u16);
            e.u32(DEVLINK_ATTR_PORT_NETDEV_IFINDEX, index.0);
            e.text(DEVLINK_ATTR_PORT_NETDEV_NAME, name);
        }
        _ => e.u16(DEVLINK_ATTR_PORT_TYPE, DEVLINK_PORT_TYPE_NOTSET as u16),
    }
    if let Some(lanes) = port.lanes {
        e.u32(DEVLINK_ATTR_PORT_LANES, lanes);
    }
    e.u8(DEVLINK_ATTR_PORT_SPLITTABLE, u8::from(port.splittable));
    let flavour = match port.flavour {
        PortFlavour::Physical => DEVLINK_PORT_FLAVOUR_PHYSICAL,
        PortFlavour::PciVf => DEVLINK_PORT_FLAVOUR_PCI_VF,
        _ => DEVLINK_PORT_FLAVOUR_VIRTUAL,
    };
    e.u16(DEVLINK_ATTR_PORT_FLAVOUR, flavour as u16);
    if let Some((pf, vf)) = port.function {
        e.u32(DEVLINK_ATTR_PORT_CONTROLLER_NUMBER, 0);
        e.u16(DEVLINK_ATTR_PORT_PCI_PF_NUMBER, pf);
        e.u16(DEVLINK_ATTR_PORT_PCI_VF_NUMBER, vf);
        e.u8(DEVLINK_ATTR_PORT_EXTERNAL, 0);
    }
    if let Some(number) = port.number {
        e.u32(DEVLINK_ATTR_PORT_NUMBER, number);
    }
    if let Some(mac) = port.hw_addr {
        e.nest(DEVLINK_ATTR_PORT_FUNCTION, |e| e.attr(DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR, &mac.0));
    }
}
