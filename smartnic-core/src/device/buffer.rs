use serde::{Deserialize, Serialize};

use super::kernel_enum;
use crate::types::{DevlinkHandle, PortHandle};

kernel_enum! {
    /// Which way the packets of a pool go (`enum devlink_sb_pool_type`).
    PoolKind: u8 {
        /// Into the switch.
        Ingress = 0, "ingress";
        /// Out of it.
        Egress = 1, "egress";
    }
}

kernel_enum! {
    /// What the thresholds within a pool mean (`enum devlink_sb_threshold_type`).
    ThresholdKind: u8 {
        /// Bytes.
        Static = 0, "static";
        /// A share of what is free, as a power of two: 1 to 20 stand for 1/128 and less up to 512 and more
        /// (`DEVLINK_SB_THRESHOLD_TO_ALPHA_MAX`).
        Dynamic = 1, "dynamic";
    }
}

/// A shared buffer of a switch: memory that its ports share (`DEVLINK_CMD_SB_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedBuffer {
    /// The device.
    pub device: DevlinkHandle,
    /// The buffer's number on it (`DEVLINK_ATTR_SB_INDEX`).
    pub index: u32,
    /// Its size in bytes.
    pub size: u32,
    /// Pools of packets that come in. Pools are numbered through: these first, then those of egress.
    pub ingress_pools: u16,
    /// Pools of packets that go out.
    pub egress_pools: u16,
    /// Traffic classes of packets that come in.
    pub ingress_tcs: u16,
    /// Traffic classes of packets that go out.
    pub egress_tcs: u16,
}

/// A part of a shared buffer (`DEVLINK_CMD_SB_POOL_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BufferPool {
    /// The device.
    pub device: DevlinkHandle,
    /// The buffer's number.
    pub buffer: u32,
    /// The pool's number (`DEVLINK_ATTR_SB_POOL_INDEX`).
    pub pool: u16,
    /// Which way its packets go.
    pub kind: PoolKind,
    /// Its size in bytes.
    pub size: u32,
    /// What thresholds within it mean.
    pub threshold_kind: ThresholdKind,
    /// The bytes by which space is given out, if the driver tells (`DEVLINK_ATTR_SB_POOL_CELL_SIZE`).
    pub cell_size: Option<u32>,
}

/// How full a part of a buffer was when the last snapshot was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupancy {
    /// Bytes in use then (`DEVLINK_ATTR_SB_OCC_CUR`).
    pub current: u32,
    /// The most that were in use since the mark was cleared (`DEVLINK_ATTR_SB_OCC_MAX`).
    pub max: u32,
}

/// How much of a pool a port may use (`DEVLINK_CMD_SB_PORT_POOL_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortPool {
    /// The port.
    pub port: PortHandle,
    /// The buffer's number.
    pub buffer: u32,
    /// The pool's number.
    pub pool: u16,
    /// The threshold, in the pool's terms (`DEVLINK_ATTR_SB_THRESHOLD`).
    pub threshold: u32,
    /// How full it was, where the driver can tell.
    pub occupancy: Option<Occupancy>,
}

/// Which of a port's traffic classes: the name of a [`TcBinding`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortTc {
    /// The port.
    pub port: PortHandle,
    /// The buffer's number.
    pub buffer: u32,
    /// The traffic class (`DEVLINK_ATTR_SB_TC_INDEX`).
    pub tc: u16,
    /// Which way its packets go.
    pub kind: PoolKind,
}

/// Which pool a traffic class of a port uses (`DEVLINK_CMD_SB_TC_POOL_BIND_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TcBinding {
    /// The traffic class.
    #[serde(flatten)]
    pub tc: PortTc,
    /// The pool's number.
    pub pool: u16,
    /// How much of it, in the pool's terms.
    pub threshold: u32,
    /// How full it was, where the driver can tell.
    pub occupancy: Option<Occupancy>,
}
