//! vDPA: virtio devices that a NIC (or another device) carries in hardware.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::device::kernel_enum;
use crate::types::{Mac, UnknownAttr, serde_as_text};
use crate::{Error, Result};

/// A device that virtio devices can be made on, printed `pci/0000:03:00.2`, or `vdpasim_net` where it is on no bus.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MgmtHandle {
    /// Its bus (`VDPA_ATTR_MGMTDEV_BUS_NAME`).
    pub bus: Option<String>,
    /// Its name (`VDPA_ATTR_MGMTDEV_DEV_NAME`).
    pub device: String,
}

impl fmt::Display for MgmtHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.bus {
            Some(bus) => write!(f, "{bus}/{}", self.device),
            None => f.write_str(&self.device),
        }
    }
}

impl FromStr for MgmtHandle {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (bus, device) = match text.split_once('/') {
            Some((bus, device)) => (Some(bus), device),
            None => (None, text),
        };
        if device.is_empty() || device.contains('/') || bus.is_some_and(str::is_empty) {
            return Err(Error::parse(
                "read a vDPA management device",
                "expected BUS/DEVICE such as pci/0000:03:00.2, or the name of a device without a bus",
            )
            .on(text));
        }
        Ok(Self { bus: bus.map(str::to_owned), device: device.to_owned() })
    }
}

serde_as_text!(MgmtHandle);

kernel_enum! {
    /// What kind of virtio device it is (`VIRTIO_ID_*`).
    VirtioKind: u32 {
        /// A network device.
        Net = 1, "net";
        /// A block device.
        Block = 2, "block";
    }
}

/// The features of virtio network devices, by their bits, as `vdpa` names them.
const NET: [(u8, &str); 29] = [
    (0, "CSUM"),
    (1, "GUEST_CSUM"),
    (2, "CTRL_GUEST_OFFLOADS"),
    (3, "MTU"),
    (5, "MAC"),
    (7, "GUEST_TSO4"),
    (8, "GUEST_TSO6"),
    (9, "GUEST_ECN"),
    (10, "GUEST_UFO"),
    (11, "HOST_TSO4"),
    (12, "HOST_TSO6"),
    (13, "HOST_ECN"),
    (14, "HOST_UFO"),
    (15, "MRG_RXBUF"),
    (16, "STATUS"),
    (17, "CTRL_VQ"),
    (18, "CTRL_RX"),
    (19, "CTRL_VLAN"),
    (20, "CTRL_RX_EXTRA"),
    (21, "GUEST_ANNOUNCE"),
    (22, "MQ"),
    (23, "CTRL_MAC_ADDR"),
    (24, "NOTIFY_ON_EMPTY"),
    (27, "ANY_LAYOUT"),
    (57, "HASH_REPORT"),
    (60, "RSS"),
    (61, "RSC_EXT"),
    (62, "STANDBY"),
    (63, "SPEED_DUPLEX"),
];

/// The features that every kind of virtio device may have.
const ALL: [(u8, &str); 7] = [
    (32, "VERSION_1"),
    (33, "ACCESS_PLATFORM"),
    (34, "RING_PACKED"),
    (35, "IN_ORDER"),
    (36, "ORDER_PLATFORM"),
    (37, "SR_IOV"),
    (38, "NOTIFICATION_DATA"),
];

/// Features of a virtio device (`VIRTIO_F_*`, `VIRTIO_NET_F_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VirtioFeatures(
    /// The bits.
    pub u64,
);

impl VirtioFeatures {
    /// Whether a bit is set.
    #[must_use]
    pub const fn has(self, bit: u8) -> bool {
        self.0 >> bit & 1 != 0
    }

    /// The names of those that are set, in the order of their bits; `bit_N` for bits without a name.
    #[must_use]
    pub fn names(self, kind: Option<VirtioKind>) -> Vec<String> {
        let known = |bit: u8| {
            let net = NET.iter().filter(|_| kind == Some(VirtioKind::Net));
            net.chain(&ALL).find(|(number, _)| *number == bit).map(|(_, name)| (*name).to_owned())
        };
        (0..64).filter(|bit| self.has(*bit)).map(|bit| known(bit).unwrap_or(format!("bit_{bit}"))).collect()
    }

    /// The bit of a network feature's name.
    #[must_use]
    pub fn net_bit(name: &str) -> Option<u8> {
        NET.iter().chain(&ALL).find(|(_, known)| *known == name).map(|(bit, _)| *bit)
    }
}

/// A device that virtio devices can be made on (`VDPA_CMD_MGMTDEV_GET`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MgmtDevice {
    /// Its handle.
    pub handle: MgmtHandle,
    /// The kinds that it can make.
    pub kinds: Vec<VirtioKind>,
    /// How many queues a device on it can have.
    pub max_vqs: Option<u32>,
    /// The features that devices on it can have.
    pub features: Option<VirtioFeatures>,
    /// Attributes that this version of the SDK has no name for, as they came.
    pub unknown: Vec<UnknownAttr>,
}

/// A virtio device (`VDPA_CMD_DEV_GET`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VdpaDevice {
    /// Its name.
    pub name: String,
    /// The device that it was made on.
    pub mgmt: MgmtHandle,
    /// Its kind.
    pub kind: VirtioKind,
    /// Its vendor's number.
    pub vendor_id: Option<u32>,
    /// How many queues it can have.
    pub max_vqs: Option<u32>,
    /// How long a queue can be.
    pub max_vq_size: Option<u16>,
}

/// The settings of a virtio device (`VDPA_CMD_DEV_CONFIG_GET`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VdpaConfig {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: VirtioKind,
    /// Its address.
    pub mac: Option<Mac>,
    /// Whether its link is up, and whether it wants that to be announced (`VIRTIO_NET_S_*`).
    pub status: Option<u16>,
    /// How many pairs of queues it has.
    pub max_vq_pairs: Option<u16>,
    /// The largest payload.
    pub mtu: Option<u16>,
    /// The capacity of a block device, in sectors of 512 bytes.
    pub capacity: Option<u64>,
    /// The features that its driver took.
    pub negotiated: Option<VirtioFeatures>,
    /// The features that it offers.
    pub offered: Option<VirtioFeatures>,
}

/// What a queue of a virtio device counted (`VDPA_CMD_DEV_VSTATS_GET`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VdpaStats {
    /// The device.
    pub name: String,
    /// The queue.
    pub queue: u32,
    /// What it carries: `rx`, `tx` or `control_vq`.
    pub queue_kind: &'static str,
    /// The counters, by the vendor's names.
    pub counters: Vec<(String, u64)>,
}

/// A virtio device to make (`VDPA_CMD_DEV_NEW`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVdpa {
    /// Its name.
    pub name: String,
    /// The device that it is made on.
    pub mgmt: MgmtHandle,
    /// Its address, if it is to have a certain one.
    pub mac: Option<Mac>,
    /// Its largest payload, if it is to be a certain one.
    pub mtu: Option<u16>,
    /// How many pairs of queues it has, if it is to be a certain number.
    pub max_vq_pairs: Option<u16>,
    /// The features that it is to offer, if not all that it can.
    pub features: Option<VirtioFeatures>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_read_what_they_print() {
        for text in ["pci/0000:03:00.2", "vdpasim_net", "auxiliary/mlx5_core.sf.1"] {
            assert_eq!(text.parse::<MgmtHandle>().unwrap().to_string(), text);
        }
        for wrong in ["", "/x", "pci/", "a/b/c"] {
            assert!(wrong.parse::<MgmtHandle>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn features_go_by_their_names() {
        let features = VirtioFeatures(1 << 5 | 1 << 32 | 1 << 50);
        assert_eq!(features.names(Some(VirtioKind::Net)), ["MAC", "VERSION_1", "bit_50"]);
        assert_eq!(features.names(None), ["bit_5", "VERSION_1", "bit_50"]);
    }
}
