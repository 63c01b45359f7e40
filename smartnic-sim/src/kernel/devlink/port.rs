use smartnic_core::device::{FunctionState, NewPort, PortFlavour, PortFunctionChange, PortType};
use smartnic_core::types::{HwAddr, PortIndex, SfNumber};
use smartnic_netlink::codec::{Bitfield32, Encoder};
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use crate::errno::Errno;
use crate::kernel::answer::{Answer, ExtAck};
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::{Policy, Request, Shape, Strictness, Table};
use crate::model::{DevlinkPort, HOST_CONTROLLER, Instance, Machine, PortFunctionTold, UNTOLD};
use crate::note::Spot;

pub(super) const INDEX: Policy = (DEVLINK_ATTR_PORT_INDEX, Shape::U32, None);
pub(super) const SET_POLICY: [Policy; 3] = [
    INDEX,
    (DEVLINK_ATTR_PORT_TYPE, Shape::U16, Some(DEVLINK_PORT_TYPE_IB as u64)),
    (DEVLINK_ATTR_PORT_FUNCTION, Shape::Nested, None),
];
pub(super) const SPLIT_POLICY: [Policy; 2] = [INDEX, (DEVLINK_ATTR_PORT_SPLIT_COUNT, Shape::U32, None)];
pub(super) const NEW_POLICY: [Policy; 5] = [
    INDEX,
    (DEVLINK_ATTR_PORT_FLAVOUR, Shape::U16, Some(DEVLINK_PORT_FLAVOUR_PCI_SF as u64)),
    (DEVLINK_ATTR_PORT_PCI_PF_NUMBER, Shape::U16, None),
    (DEVLINK_ATTR_PORT_PCI_SF_NUMBER, Shape::U32, None),
    (DEVLINK_ATTR_PORT_CONTROLLER_NUMBER, Shape::U32, None),
];
/// The abilities of a function.
const CAPS: u32 = DEVLINK_PORT_FN_CAP_ROCE
    | DEVLINK_PORT_FN_CAP_MIGRATABLE
    | DEVLINK_PORT_FN_CAP_IPSEC_CRYPTO
    | DEVLINK_PORT_FN_CAP_IPSEC_PACKET;
const FUNCTION: [Policy; 4] = [
    (DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR, Shape::Bytes(0), None),
    (DEVLINK_PORT_FN_ATTR_STATE, Shape::U8, Some(DEVLINK_PORT_FN_STATE_ACTIVE as u64)),
    (DEVLINK_PORT_FN_ATTR_CAPS, Shape::Bits(CAPS), None),
    (DEVLINK_PORT_FN_ATTR_MAX_IO_EQS, Shape::U32, None),
];

pub(super) fn get(
    machine: &Machine,
    instance: Instance,
    table: &Table<'_>,
    answer: &mut Answer,
) -> Result<(), Errno> {
    let index = table.u32(DEVLINK_ATTR_PORT_INDEX).ok_or(Errno::EINVAL)?;
    let port = machine.devlink_port_at(instance, index)?;
    answer.reply(DEVLINK_ID, |e| write(e, machine, &port, DEVLINK_CMD_PORT_NEW));
    Ok(())
}

/// Writes a port (`devlink_nl_port_fill`).
pub(in crate::kernel) fn write(e: &mut Encoder<'_>, machine: &Machine, port: &DevlinkPort, command: u8) {
    super::start(e, machine, &port.device, command);
    e.u32(DEVLINK_ATTR_PORT_INDEX, port.index);
    e.u16(DEVLINK_ATTR_PORT_TYPE, port.kind.number());
    if let Some(told) = port.told {
        e.u16(DEVLINK_ATTR_PORT_DESIRED_TYPE, told.number());
    }
    if let (Some(index), Some(name)) = (port.netdev, &port.netdev_name) {
        e.u32(DEVLINK_ATTR_PORT_NETDEV_IFINDEX, index.0);
        e.text(DEVLINK_ATTR_PORT_NETDEV_NAME, name);
    }
    if let Some(ibdev) = &port.ibdev {
        e.text(DEVLINK_ATTR_PORT_IBDEV_NAME, ibdev);
    }
    if port.flavour == UNTOLD {
        return;
    }
    if let Some(lanes) = port.lanes {
        e.u32(DEVLINK_ATTR_PORT_LANES, lanes);
    }
    e.u8(DEVLINK_ATTR_PORT_SPLITTABLE, u8::from(port.splittable));
    let flavour = match port.flavour {
        PortFlavour::Physical => DEVLINK_PORT_FLAVOUR_PHYSICAL,
        PortFlavour::Cpu => DEVLINK_PORT_FLAVOUR_CPU,
        PortFlavour::PciPf => DEVLINK_PORT_FLAVOUR_PCI_PF,
        PortFlavour::PciVf => DEVLINK_PORT_FLAVOUR_PCI_VF,
        PortFlavour::PciSf => DEVLINK_PORT_FLAVOUR_PCI_SF,
        _ => DEVLINK_PORT_FLAVOUR_VIRTUAL,
    };
    e.u16(DEVLINK_ATTR_PORT_FLAVOUR, flavour as u16);
    let external = port.host_pf.is_some();
    let controller = if external { HOST_CONTROLLER } else { 0 };
    if let Some(pf) = port.host_pf.filter(|_| port.vf.is_none()) {
        e.u32(DEVLINK_ATTR_PORT_CONTROLLER_NUMBER, controller);
        e.u16(DEVLINK_ATTR_PORT_PCI_PF_NUMBER, pf);
        e.u8(DEVLINK_ATTR_PORT_EXTERNAL, 1);
    }
    if let Some((pf, vf)) = port.vf {
        e.u32(DEVLINK_ATTR_PORT_CONTROLLER_NUMBER, controller);
        e.u16(DEVLINK_ATTR_PORT_PCI_PF_NUMBER, pf);
        e.u16(DEVLINK_ATTR_PORT_PCI_VF_NUMBER, vf);
        e.u8(DEVLINK_ATTR_PORT_EXTERNAL, u8::from(external));
    }
    if let Some((pf, sf)) = port.sf {
        e.u32(DEVLINK_ATTR_PORT_CONTROLLER_NUMBER, 0);
        e.u16(DEVLINK_ATTR_PORT_PCI_PF_NUMBER, pf);
        e.u32(DEVLINK_ATTR_PORT_PCI_SF_NUMBER, sf);
        e.u8(DEVLINK_ATTR_PORT_EXTERNAL, 0);
    }
    if let Some(number) = port.number {
        e.u32(DEVLINK_ATTR_PORT_NUMBER, number);
    }
    if let Some(function) = &port.function {
        e.nest(DEVLINK_ATTR_PORT_FUNCTION, |e| write_function(e, machine, function));
    }
}

/// `devlink_nl_port_function_attrs_put`.
fn write_function(e: &mut Encoder<'_>, machine: &Machine, function: &PortFunctionTold) {
    e.attr(DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR, &function.hw_addr.0);
    let mut caps = Bitfield32::default();
    caps.set(DEVLINK_PORT_FN_CAP_ROCE, function.roce);
    caps.set(DEVLINK_PORT_FN_CAP_MIGRATABLE, function.migratable);
    caps.set(DEVLINK_PORT_FN_CAP_IPSEC_CRYPTO, function.ipsec_crypto);
    caps.set(DEVLINK_PORT_FN_CAP_IPSEC_PACKET, function.ipsec_packet);
    if caps.selector != 0 {
        e.attr_fixed(DEVLINK_PORT_FN_ATTR_CAPS, &caps);
    }
    if let Some((active, attached)) = function.state {
        e.u8(DEVLINK_PORT_FN_ATTR_STATE, u8::from(active));
        e.u8(DEVLINK_PORT_FN_ATTR_OPSTATE, u8::from(attached));
    }
    if let Some(queues) = function.max_io_eqs {
        e.u32(DEVLINK_PORT_FN_ATTR_MAX_IO_EQS, queues);
    }
    if let Some(nested) = &function.nested {
        e.nest(DEVLINK_PORT_FN_ATTR_DEVLINK | NLA_F_NESTED, |e| {
            super::name(e, machine, nested);
            if let Some(number) = function.nested_netns {
                e.u32(DEVLINK_ATTR_NETNS_ID, number);
            }
        });
    }
}

/// `devlink_nl_port_set_doit`.
pub(super) fn set(
    machine: &mut Machine,
    instance: Instance,
    request: &Request<'_>,
    table: &Table<'_>,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let index = table.u32(DEVLINK_ATTR_PORT_INDEX).ok_or(Errno::EINVAL)?;
    machine.devlink_port_at(instance, index)?;
    if let Some(kind) = table.u16(DEVLINK_ATTR_PORT_TYPE) {
        machine.set_port_type(instance, index, PortType::from_number(kind))?;
    }
    let Some(nest) = table.get(DEVLINK_ATTR_PORT_FUNCTION) else { return Ok(()) };
    let strict = Strictness::Strict(DEVLINK_PORT_FUNCTION_ATTR_MAX);
    let function = Table::read(request, nest.nested(), &FUNCTION, strict, ext)?;
    let caps = function.get(DEVLINK_PORT_FN_ATTR_CAPS).and_then(|attr| attr.fixed::<Bitfield32>().ok());
    let cap = |bit| caps.and_then(|caps| caps.bit(bit));
    let hw_addr = match function.get(DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR) {
        None => None,
        Some(address) => Some(HwAddr::new(address.payload).ok_or_else(|| {
            ext.note.say("Port function hardware address too long");
            Errno::EINVAL
        })?),
    };
    let change = PortFunctionChange {
        hw_addr,
        state: function.u8(DEVLINK_PORT_FN_ATTR_STATE).map(FunctionState::from_number),
        roce: cap(DEVLINK_PORT_FN_CAP_ROCE),
        migratable: cap(DEVLINK_PORT_FN_CAP_MIGRATABLE),
        ipsec_crypto: cap(DEVLINK_PORT_FN_CAP_IPSEC_CRYPTO),
        ipsec_packet: cap(DEVLINK_PORT_FN_CAP_IPSEC_PACKET),
        max_io_eqs: function.u32(DEVLINK_PORT_FN_ATTR_MAX_IO_EQS),
    };
    let result = machine.set_port_function(instance, index, &change, &mut ext.note);
    if let (Err(_), Some(spot)) = (&result, ext.note.at) {
        let attr = match spot {
            Spot::FunctionAddress => DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR,
            Spot::FunctionState => DEVLINK_PORT_FN_ATTR_STATE,
            Spot::FunctionCaps => DEVLINK_PORT_FN_ATTR_CAPS,
            _ => DEVLINK_PORT_FN_ATTR_MAX_IO_EQS,
        };
        ext.offset = function.get(attr).and_then(|attr| request.offset(attr));
    }
    result
}

/// `devlink_nl_port_split_doit` and `devlink_nl_port_unsplit_doit`.
pub(super) fn split(
    machine: &mut Machine,
    instance: Instance,
    table: &Table<'_>,
    joins: bool,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let index = table.u32(DEVLINK_ATTR_PORT_INDEX).ok_or(Errno::EINVAL)?;
    machine.devlink_port_at(instance, index)?;
    let count = table.u32(DEVLINK_ATTR_PORT_SPLIT_COUNT);
    if !joins && count.is_none() {
        ext.missing = Some((DEVLINK_ATTR_PORT_SPLIT_COUNT, None));
        return Err(Errno::EINVAL);
    }
    machine.split_port(instance, index, count.filter(|_| !joins), &mut ext.note)
}

/// `devlink_nl_port_new_doit`.
pub(super) fn new(
    machine: &mut Machine,
    instance: Instance,
    table: &Table<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let can = matches!(instance, Instance::Pf(_)) && machine.profile.driver.device().sub_functions.is_some();
    if !can {
        return Err(Errno::EOPNOTSUPP);
    }
    let parts = table.u16(DEVLINK_ATTR_PORT_FLAVOUR).zip(table.u16(DEVLINK_ATTR_PORT_PCI_PF_NUMBER));
    let Some((flavour, pf)) = parts else {
        ext.note.say("Port flavour or PCI PF are not specified");
        return Err(Errno::EINVAL);
    };
    let flavour = PortFlavour::from_number(flavour);
    let sf = table.u32(DEVLINK_ATTR_PORT_PCI_SF_NUMBER).filter(|_| flavour == PortFlavour::PciSf);
    let wanted = NewPort {
        device: super::handle(machine, instance),
        index: table.u32(DEVLINK_ATTR_PORT_INDEX).map(PortIndex),
        flavour,
        pf,
        sf: sf.map(SfNumber),
        controller: table.u32(DEVLINK_ATTR_PORT_CONTROLLER_NUMBER),
    };
    let port = machine.add_port(instance, &wanted, &mut ext.note)?;
    answer.reply(DEVLINK_ID, |e| write(e, machine, &port, DEVLINK_CMD_PORT_NEW));
    Ok(())
}

/// `devlink_nl_port_del_doit`.
pub(super) fn del(machine: &mut Machine, instance: Instance, table: &Table<'_>) -> Result<(), Errno> {
    machine.remove_port(instance, table.u32(DEVLINK_ATTR_PORT_INDEX).ok_or(Errno::EINVAL)?)
}
