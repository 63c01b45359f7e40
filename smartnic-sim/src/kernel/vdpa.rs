//! Virtio devices: the generic netlink family `vdpa` (`drivers/vdpa/vdpa.c`).

use smartnic_core::types::Mac;
use smartnic_core::vdpa::MgmtHandle;
use smartnic_netlink::codec::{Attrs, Encoder, Flags, GenlHeader};
use smartnic_netlink::uapi::vdpa::*;
use smartnic_netlink::uapi::virtio_ids::VIRTIO_ID_NET;

use super::answer::{Answer, ExtAck};
use super::control::VDPA_ID;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::driver::VdpaRules;
use crate::errno::Errno;
use crate::model::{Machine, VirtioDevice, VirtioOrder};

/// `VIRTIO_NET_S_LINK_UP`.
const LINK_UP: u16 = 1;

const POLICY: [Policy; 8] = [
    (VDPA_ATTR_MGMTDEV_BUS_NAME, Shape::NulText, None),
    (VDPA_ATTR_MGMTDEV_DEV_NAME, Shape::NulText, None),
    (VDPA_ATTR_DEV_NAME, Shape::NulText, None),
    (VDPA_ATTR_DEV_NET_CFG_MACADDR, Shape::Bytes(6), None),
    (VDPA_ATTR_DEV_NET_CFG_MAX_VQP, Shape::U16, None),
    (VDPA_ATTR_DEV_NET_CFG_MTU, Shape::U16, None),
    (VDPA_ATTR_DEV_FEATURES, Shape::U64, None),
    (VDPA_ATTR_DEV_QUEUE_INDEX, Shape::U32, None),
];

pub(super) fn serve(
    machine: &mut Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, attrs) = GenlHeader::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let table = Table::read(request, Attrs::new(attrs), &POLICY, Strictness::Strict(VDPA_ATTR_MAX), ext)?;
    let dumps = request.header.flags.contains(Flags::DUMP);
    if changes(header.command) && !request.admin {
        return Err(Errno::EPERM);
    }
    match header.command {
        VDPA_CMD_MGMTDEV_GET if dumps => {
            for (handle, rules) in machine.virtio_parents() {
                answer.part(VDPA_ID, |e| write_parent(e, &handle, rules));
            }
            answer.done();
        }
        VDPA_CMD_DEV_GET | VDPA_CMD_DEV_CONFIG_GET => {
            let write = match header.command {
                VDPA_CMD_DEV_GET => write_device,
                _ => write_config,
            };
            if !dumps {
                let (device, rules) = find(machine, &table, ext)?;
                answer.reply(VDPA_ID, |e| write(e, device, rules));
                return Ok(());
            }
            for (device, rules) in machine.virtio_devices() {
                answer.part(VDPA_ID, |e| write(e, device, rules));
            }
            answer.done();
        }
        VDPA_CMD_DEV_VSTATS_GET => {
            table.u32(VDPA_ATTR_DEV_QUEUE_INDEX).ok_or(Errno::EINVAL)?;
            find(machine, &table, ext)?;
            // No driver of a guest ever uses these devices.
            ext.note.say("vdpa: feature negotiation not complete");
            return Err(Errno::EAGAIN);
        }
        VDPA_CMD_DEV_NEW => add(machine, &table, ext)?,
        VDPA_CMD_DEV_DEL => {
            let name = table.text(VDPA_ATTR_DEV_NAME).ok_or(Errno::EINVAL)?;
            machine.remove_virtio(name, &mut ext.note)?;
        }
        VDPA_CMD_DEV_ATTR_SET => {
            let name = table.text(VDPA_ATTR_DEV_NAME).ok_or(Errno::EINVAL)?;
            let mac = table.head(VDPA_ATTR_DEV_NET_CFG_MACADDR).map(Mac).ok_or(Errno::EINVAL)?;
            machine.set_virtio_mac(name, mac, &mut ext.note)?;
        }
        _ => return Err(Errno::EOPNOTSUPP),
    }
    Ok(())
}

/// Whether a command changes something.
pub(super) fn changes(command: u8) -> bool {
    matches!(command, VDPA_CMD_DEV_NEW | VDPA_CMD_DEV_DEL | VDPA_CMD_DEV_ATTR_SET)
}

fn add(machine: &mut Machine, table: &Table<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let name = table.text(VDPA_ATTR_DEV_NAME).ok_or(Errno::EINVAL)?;
    let device = table.text(VDPA_ATTR_MGMTDEV_DEV_NAME).ok_or(Errno::EINVAL)?;
    let bus = table.text(VDPA_ATTR_MGMTDEV_BUS_NAME).map(str::to_owned);
    let order = VirtioOrder {
        name: name.to_owned(),
        mac: table.head(VDPA_ATTR_DEV_NET_CFG_MACADDR).map(Mac),
        mtu: table.u16(VDPA_ATTR_DEV_NET_CFG_MTU),
        pairs: table.u16(VDPA_ATTR_DEV_NET_CFG_MAX_VQP),
        features: table.u64(VDPA_ATTR_DEV_FEATURES),
    };
    machine.add_virtio(&MgmtHandle { bus, device: device.to_owned() }, order, &mut ext.note)
}

fn find<'a>(
    machine: &'a Machine,
    table: &Table<'_>,
    ext: &mut ExtAck,
) -> Result<(&'a VirtioDevice, &'static VdpaRules), Errno> {
    let name = table.text(VDPA_ATTR_DEV_NAME).ok_or(Errno::EINVAL)?;
    machine.virtio_devices().into_iter().find(|(device, _)| device.name == name).ok_or_else(|| {
        ext.note.say("vdpa: device not found");
        Errno::ENODEV
    })
}

fn head(e: &mut Encoder<'_>, command: u8) {
    e.fixed(&GenlHeader { command, version: VDPA_GENL_VERSION, reserved: 0 });
}

fn write_handle(e: &mut Encoder<'_>, handle: &MgmtHandle) {
    if let Some(bus) = &handle.bus {
        e.text(VDPA_ATTR_MGMTDEV_BUS_NAME, bus);
    }
    e.text(VDPA_ATTR_MGMTDEV_DEV_NAME, &handle.device);
}

fn write_parent(e: &mut Encoder<'_>, handle: &MgmtHandle, rules: &VdpaRules) {
    head(e, VDPA_CMD_MGMTDEV_NEW);
    write_handle(e, handle);
    e.u64(VDPA_ATTR_MGMTDEV_SUPPORTED_CLASSES, 1 << VIRTIO_ID_NET);
    e.u32(VDPA_ATTR_DEV_MGMTDEV_MAX_VQS, rules.max_vqs);
    e.u64(VDPA_ATTR_DEV_SUPPORTED_FEATURES, rules.features);
}

fn write_device(e: &mut Encoder<'_>, device: &VirtioDevice, rules: &VdpaRules) {
    head(e, VDPA_CMD_DEV_NEW);
    write_handle(e, &device.mgmt);
    e.text(VDPA_ATTR_DEV_NAME, &device.name);
    e.u32(VDPA_ATTR_DEV_ID, VIRTIO_ID_NET);
    e.u32(VDPA_ATTR_DEV_VENDOR_ID, rules.vendor_id);
    // Two queues for each pair, and one for orders.
    e.u32(VDPA_ATTR_DEV_MAX_VQS, u32::from(device.pairs) * 2 + 1);
    e.u16(VDPA_ATTR_DEV_MAX_VQ_SIZE, rules.max_vq_size);
    e.u16(VDPA_ATTR_DEV_MIN_VQ_SIZE, 1);
}

fn write_config(e: &mut Encoder<'_>, device: &VirtioDevice, _: &VdpaRules) {
    head(e, VDPA_CMD_DEV_CONFIG_GET);
    e.text(VDPA_ATTR_DEV_NAME, &device.name);
    e.u32(VDPA_ATTR_DEV_ID, VIRTIO_ID_NET);
    e.u64(VDPA_ATTR_DEV_FEATURES, device.features);
    e.u16(VDPA_ATTR_DEV_NET_CFG_MTU, device.mtu);
    e.attr(VDPA_ATTR_DEV_NET_CFG_MACADDR, &device.mac.0);
    e.u16(VDPA_ATTR_DEV_NET_STATUS, LINK_UP);
    e.u16(VDPA_ATTR_DEV_NET_CFG_MAX_VQP, device.pairs);
}
