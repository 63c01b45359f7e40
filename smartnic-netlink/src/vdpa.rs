//! vDPA: virtio devices carried by a NIC (generic netlink family [`FAMILY`]).

use smartnic_core::types::Mac;
use smartnic_core::vdpa::{
    MgmtDevice, MgmtHandle, NewVdpa, VdpaConfig, VdpaDevice, VdpaStats, VirtioFeatures, VirtioKind,
};

use crate::codec::{Attr, AttrSet, Attrs, Encoder, Flags, GenlHeader, Message, Names, Request, WireError};
use crate::uapi::genetlink::SIZEOF_GENLMSGHDR;
use crate::uapi::vdpa::*;

/// The family's name (`VDPA_GENL_NAME`).
pub const FAMILY: &str = VDPA_GENL_NAME;

/// The names of vDPA's attributes.
pub static NAMES: Names = Names { fixed_len: SIZEOF_GENLMSGHDR, set: &AttrSet::flat(VDPA_ATTR_NAMES) };

/// `VIRTIO_NET_F_CTRL_VQ`: there is a queue for orders behind the pairs.
const CTRL_VQ: u8 = 17;

/// What is asked for or done.
#[derive(Clone, Copy, Debug)]
pub enum Ask<'a> {
    /// All management devices.
    MgmtDevices,
    /// All devices.
    Devices,
    /// The settings of all devices.
    Configs,
    /// The settings of one.
    Config(&'a str),
    /// The counters of a queue.
    Stats(&'a str, u32),
    /// Makes a device.
    Add(&'a NewVdpa),
    /// Removes one.
    Remove(&'a str),
    /// Gives one another address.
    SetMac(&'a str, Mac),
}

/// A request of this family.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The family's message type.
    pub family: u16,
    /// What is asked.
    pub ask: Ask<'a>,
}

impl Request for Call<'_> {
    fn kind(&self) -> u16 {
        self.family
    }

    fn flags(&self) -> Flags {
        match self.ask {
            Ask::MgmtDevices | Ask::Devices | Ask::Configs => Flags::DUMP,
            _ => Flags::empty(),
        }
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        let command = match self.ask {
            Ask::MgmtDevices => VDPA_CMD_MGMTDEV_GET,
            Ask::Devices => VDPA_CMD_DEV_GET,
            Ask::Configs | Ask::Config(_) => VDPA_CMD_DEV_CONFIG_GET,
            Ask::Stats(..) => VDPA_CMD_DEV_VSTATS_GET,
            Ask::Add(_) => VDPA_CMD_DEV_NEW,
            Ask::Remove(_) => VDPA_CMD_DEV_DEL,
            Ask::SetMac(..) => VDPA_CMD_DEV_ATTR_SET,
        };
        e.fixed(&GenlHeader { command, version: VDPA_GENL_VERSION, reserved: 0 });
        match self.ask {
            Ask::MgmtDevices | Ask::Devices | Ask::Configs => {}
            Ask::Config(name) | Ask::Remove(name) => e.text(VDPA_ATTR_DEV_NAME, name),
            Ask::Stats(name, queue) => {
                e.text(VDPA_ATTR_DEV_NAME, name);
                e.u32(VDPA_ATTR_DEV_QUEUE_INDEX, queue);
            }
            Ask::SetMac(name, mac) => {
                e.text(VDPA_ATTR_DEV_NAME, name);
                e.attr(VDPA_ATTR_DEV_NET_CFG_MACADDR, &mac.0);
            }
            Ask::Add(device) => {
                if let Some(bus) = &device.mgmt.bus {
                    e.text(VDPA_ATTR_MGMTDEV_BUS_NAME, bus);
                }
                e.text(VDPA_ATTR_MGMTDEV_DEV_NAME, &device.mgmt.device);
                e.text(VDPA_ATTR_DEV_NAME, &device.name);
                if let Some(mac) = device.mac {
                    e.attr(VDPA_ATTR_DEV_NET_CFG_MACADDR, &mac.0);
                }
                if let Some(mtu) = device.mtu {
                    e.u16(VDPA_ATTR_DEV_NET_CFG_MTU, mtu);
                }
                if let Some(pairs) = device.max_vq_pairs {
                    e.u16(VDPA_ATTR_DEV_NET_CFG_MAX_VQP, pairs);
                }
                if let Some(features) = device.features {
                    e.u64(VDPA_ATTR_DEV_FEATURES, features.0);
                }
            }
        }
        Ok(())
    }
}

fn attrs<'a>(message: &Message<'a>) -> Result<Attrs<'a>, WireError> {
    GenlHeader::split(message.payload).map(|(_, attrs)| Attrs::new(attrs))
}

/// Gathers the attributes that name a management device.
#[derive(Default)]
struct Handle {
    bus: Option<String>,
    device: Option<String>,
}

impl Handle {
    fn take(&mut self, attr: &Attr<'_>) -> bool {
        match attr.kind() {
            VDPA_ATTR_MGMTDEV_BUS_NAME => self.bus = Some(attr.text_lossy().into_owned()),
            VDPA_ATTR_MGMTDEV_DEV_NAME => self.device = Some(attr.text_lossy().into_owned()),
            _ => return false,
        }
        true
    }

    fn finish(self) -> Result<MgmtHandle, WireError> {
        let device = self.device.ok_or(WireError::Missing { attr: "VDPA_ATTR_MGMTDEV_DEV_NAME" })?;
        Ok(MgmtHandle { bus: self.bus, device })
    }
}

/// Reads a management device (`VDPA_CMD_MGMTDEV_NEW`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode_mgmt(message: &Message<'_>) -> Result<MgmtDevice, WireError> {
    let mut handle = Handle::default();
    let (mut kinds, mut max_vqs, mut features, mut unknown) = (Vec::new(), None, None, Vec::new());
    for attr in attrs(message)? {
        let attr = attr?;
        if handle.take(&attr) {
            continue;
        }
        match attr.kind() {
            VDPA_ATTR_MGMTDEV_SUPPORTED_CLASSES => {
                let bits = attr.u64()?;
                kinds = (1..64).filter(|bit| bits >> bit & 1 != 0).map(VirtioKind::from_number).collect();
            }
            VDPA_ATTR_DEV_MGMTDEV_MAX_VQS => max_vqs = Some(attr.u32()?),
            VDPA_ATTR_DEV_SUPPORTED_FEATURES => features = Some(VirtioFeatures(attr.u64()?)),
            kind if kind >= VDPA_ATTR_MAX => unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    Ok(MgmtDevice { handle: handle.finish()?, kinds, max_vqs, features, unknown })
}

const NO_NAME: WireError = WireError::Missing { attr: "VDPA_ATTR_DEV_NAME" };

/// Reads a device (`VDPA_CMD_DEV_NEW`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode_device(message: &Message<'_>) -> Result<VdpaDevice, WireError> {
    let mut handle = Handle::default();
    let (mut name, mut kind) = (None, VirtioKind::Unknown(0));
    let (mut vendor_id, mut max_vqs, mut max_vq_size) = (None, None, None);
    for attr in attrs(message)? {
        let attr = attr?;
        if handle.take(&attr) {
            continue;
        }
        match attr.kind() {
            VDPA_ATTR_DEV_NAME => name = Some(attr.text_lossy().into_owned()),
            VDPA_ATTR_DEV_ID => kind = VirtioKind::from_number(attr.u32()?),
            VDPA_ATTR_DEV_VENDOR_ID => vendor_id = Some(attr.u32()?),
            VDPA_ATTR_DEV_MAX_VQS => max_vqs = Some(attr.u32()?),
            VDPA_ATTR_DEV_MAX_VQ_SIZE => max_vq_size = Some(attr.u16()?),
            _ => {}
        }
    }
    let (name, mgmt) = (name.ok_or(NO_NAME)?, handle.finish()?);
    Ok(VdpaDevice { name, mgmt, kind, vendor_id, max_vqs, max_vq_size })
}

/// Reads the settings of a device.
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode_config(message: &Message<'_>) -> Result<VdpaConfig, WireError> {
    let mut name = None;
    let mut config = VdpaConfig {
        name: String::new(),
        kind: VirtioKind::Unknown(0),
        mac: None,
        status: None,
        max_vq_pairs: None,
        mtu: None,
        capacity: None,
        negotiated: None,
        offered: None,
    };
    for attr in attrs(message)? {
        let attr = attr?;
        match attr.kind() {
            VDPA_ATTR_DEV_NAME => name = Some(attr.text_lossy().into_owned()),
            VDPA_ATTR_DEV_ID => config.kind = VirtioKind::from_number(attr.u32()?),
            VDPA_ATTR_DEV_NET_CFG_MACADDR => config.mac = attr.array().ok().map(Mac),
            VDPA_ATTR_DEV_NET_STATUS => config.status = Some(attr.u16()?),
            VDPA_ATTR_DEV_NET_CFG_MAX_VQP => config.max_vq_pairs = Some(attr.u16()?),
            VDPA_ATTR_DEV_NET_CFG_MTU => config.mtu = Some(attr.u16()?),
            VDPA_ATTR_DEV_BLK_CFG_CAPACITY => config.capacity = Some(attr.u64()?),
            VDPA_ATTR_DEV_NEGOTIATED_FEATURES => config.negotiated = Some(VirtioFeatures(attr.u64()?)),
            VDPA_ATTR_DEV_FEATURES => config.offered = Some(VirtioFeatures(attr.u64()?)),
            _ => {}
        }
    }
    config.name = name.ok_or(NO_NAME)?;
    Ok(config)
}

/// Reads the counters of a queue.
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode_stats(message: &Message<'_>) -> Result<VdpaStats, WireError> {
    let (mut name, mut queue, mut pairs, mut features) = (None, 0, 0, VirtioFeatures(0));
    let mut counters = Vec::new();
    let mut counter = None;
    for attr in attrs(message)? {
        let attr = attr?;
        match attr.kind() {
            VDPA_ATTR_DEV_NAME => name = Some(attr.text_lossy().into_owned()),
            VDPA_ATTR_DEV_QUEUE_INDEX => queue = attr.u32()?,
            VDPA_ATTR_DEV_NET_CFG_MAX_VQP => pairs = attr.u16()?,
            VDPA_ATTR_DEV_NEGOTIATED_FEATURES => features = VirtioFeatures(attr.u64()?),
            VDPA_ATTR_DEV_VENDOR_ATTR_NAME => counter = Some(attr.text_lossy().into_owned()),
            VDPA_ATTR_DEV_VENDOR_ATTR_VALUE => {
                let value = attr.u64()?;
                counters.extend(counter.take().map(|name| (name, value)));
            }
            _ => {}
        }
    }
    let queue_kind = match queue {
        queue if features.has(CTRL_VQ) && queue == 2 * u32::from(pairs) => "control_vq",
        queue if queue % 2 == 0 => "rx",
        _ => "tx",
    };
    Ok(VdpaStats { name: name.ok_or(NO_NAME)?, queue, queue_kind, counters })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uapi::{virtio_config, virtio_ids, virtio_net};

    #[test]
    fn numbers_are_the_kernels() {
        assert_eq!(VirtioKind::Net.number(), virtio_ids::VIRTIO_ID_NET);
        assert_eq!(VirtioKind::Block.number(), virtio_ids::VIRTIO_ID_BLOCK);
        assert_eq!(u32::from(CTRL_VQ), virtio_net::VIRTIO_NET_F_CTRL_VQ);
        let known = [
            ("CSUM", virtio_net::VIRTIO_NET_F_CSUM),
            ("GUEST_CSUM", virtio_net::VIRTIO_NET_F_GUEST_CSUM),
            ("CTRL_GUEST_OFFLOADS", virtio_net::VIRTIO_NET_F_CTRL_GUEST_OFFLOADS),
            ("MTU", virtio_net::VIRTIO_NET_F_MTU),
            ("MAC", virtio_net::VIRTIO_NET_F_MAC),
            ("GUEST_TSO4", virtio_net::VIRTIO_NET_F_GUEST_TSO4),
            ("GUEST_TSO6", virtio_net::VIRTIO_NET_F_GUEST_TSO6),
            ("GUEST_ECN", virtio_net::VIRTIO_NET_F_GUEST_ECN),
            ("GUEST_UFO", virtio_net::VIRTIO_NET_F_GUEST_UFO),
            ("HOST_TSO4", virtio_net::VIRTIO_NET_F_HOST_TSO4),
            ("HOST_TSO6", virtio_net::VIRTIO_NET_F_HOST_TSO6),
            ("HOST_ECN", virtio_net::VIRTIO_NET_F_HOST_ECN),
            ("HOST_UFO", virtio_net::VIRTIO_NET_F_HOST_UFO),
            ("MRG_RXBUF", virtio_net::VIRTIO_NET_F_MRG_RXBUF),
            ("STATUS", virtio_net::VIRTIO_NET_F_STATUS),
            ("CTRL_VQ", virtio_net::VIRTIO_NET_F_CTRL_VQ),
            ("CTRL_RX", virtio_net::VIRTIO_NET_F_CTRL_RX),
            ("CTRL_VLAN", virtio_net::VIRTIO_NET_F_CTRL_VLAN),
            ("CTRL_RX_EXTRA", virtio_net::VIRTIO_NET_F_CTRL_RX_EXTRA),
            ("GUEST_ANNOUNCE", virtio_net::VIRTIO_NET_F_GUEST_ANNOUNCE),
            ("MQ", virtio_net::VIRTIO_NET_F_MQ),
            ("CTRL_MAC_ADDR", virtio_net::VIRTIO_NET_F_CTRL_MAC_ADDR),
            ("NOTIFY_ON_EMPTY", virtio_config::VIRTIO_F_NOTIFY_ON_EMPTY),
            ("ANY_LAYOUT", virtio_config::VIRTIO_F_ANY_LAYOUT),
            ("HASH_REPORT", virtio_net::VIRTIO_NET_F_HASH_REPORT),
            ("RSS", virtio_net::VIRTIO_NET_F_RSS),
            ("RSC_EXT", virtio_net::VIRTIO_NET_F_RSC_EXT),
            ("STANDBY", virtio_net::VIRTIO_NET_F_STANDBY),
            ("SPEED_DUPLEX", virtio_net::VIRTIO_NET_F_SPEED_DUPLEX),
            ("VERSION_1", virtio_config::VIRTIO_F_VERSION_1),
            ("ACCESS_PLATFORM", virtio_config::VIRTIO_F_ACCESS_PLATFORM),
            ("RING_PACKED", virtio_config::VIRTIO_F_RING_PACKED),
            ("IN_ORDER", virtio_config::VIRTIO_F_IN_ORDER),
            ("ORDER_PLATFORM", virtio_config::VIRTIO_F_ORDER_PLATFORM),
            ("SR_IOV", virtio_config::VIRTIO_F_SR_IOV),
            ("NOTIFICATION_DATA", virtio_config::VIRTIO_F_NOTIFICATION_DATA),
        ];
        for (name, bit) in known {
            assert_eq!(VirtioFeatures::net_bit(name).map(u32::from), Some(bit), "{name}");
        }
    }

    #[test]
    fn a_device_with_its_counters_is_read() {
        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, 33, Flags::empty(), 1, 1);
        e.fixed(&GenlHeader { command: VDPA_CMD_DEV_NEW, version: 1, reserved: 0 });
        e.text(VDPA_ATTR_MGMTDEV_BUS_NAME, "pci");
        e.text(VDPA_ATTR_MGMTDEV_DEV_NAME, "0000:03:00.2");
        e.text(VDPA_ATTR_DEV_NAME, "vdpa0");
        e.u32(VDPA_ATTR_DEV_ID, 1);
        e.u32(VDPA_ATTR_DEV_QUEUE_INDEX, 3);
        e.u16(VDPA_ATTR_DEV_MAX_VQ_SIZE, 256);
        for (name, value) in [("received_desc", 7), ("completed_desc", 5)] {
            e.text(VDPA_ATTR_DEV_VENDOR_ATTR_NAME, name);
            e.u64(VDPA_ATTR_DEV_VENDOR_ATTR_VALUE, value);
        }
        e.finish().unwrap();
        let message = Message::decode(&bytes).unwrap();
        let device = decode_device(&message).unwrap();
        assert_eq!((device.mgmt.to_string().as_str(), device.kind), ("pci/0000:03:00.2", VirtioKind::Net));
        assert_eq!(device.max_vq_size, Some(256));
        let stats = decode_stats(&message).unwrap();
        assert_eq!((stats.queue, stats.queue_kind), (3, "tx"));
        assert_eq!(stats.counters, [("received_desc".into(), 7), ("completed_desc".into(), 5)]);
    }

    #[test]
    fn a_device_to_make_is_named_with_its_bus() {
        let device = NewVdpa {
            name: "vdpa0".into(),
            mgmt: "pci/0000:03:00.2".parse().unwrap(),
            mac: Some(Mac([2, 0, 0, 0, 0, 1])),
            mtu: Some(9000),
            max_vq_pairs: Some(4),
            features: None,
        };
        let mut bytes = Vec::new();
        Call { family: 33, ask: Ask::Add(&device) }.write(&mut bytes, 1, 1).unwrap();
        let message = Message::decode(&bytes).unwrap();
        let config = decode_config(&message).unwrap();
        assert_eq!((config.mac, config.mtu, config.max_vq_pairs), (device.mac, Some(9000), Some(4)));
    }
}
