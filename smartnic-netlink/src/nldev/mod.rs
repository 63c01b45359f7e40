//! RDMA devices: the kernel's nldev interface on netlink protocol 20 (`NETLINK_RDMA`).
//!
//! A message type is a client's number and an operation of it ([`kind`]); attributes follow the netlink header at once.
//! [`Call`] is every request, and each file reads the answers about its object.

mod device;
mod event;
mod port;
mod resource;
mod statistic;
mod system;

use crate::codec::{AttrSet, Attrs, Encoder, Flags, Inner, Message, Names, Request, WireError};
use crate::uapi::netlink::NLA_F_NESTED;
use crate::uapi::rdma_netlink::*;
use smartnic_core::rdma::{
    AutoMode, Binding, MrPoolChange, NetnsMode, NewLink, QpMode, ResourceKind, SystemChange,
};

pub use device::{decode as decode_device, decode_driver};
pub use event::decode as decode_event;
pub use port::decode as decode_port;
pub use resource::{decode as decode_resources, decode_pools, decode_raw, decode_summary};
pub use statistic::{
    decode_binding, decode_bound, decode_counters, decode_mode, decode_mr as decode_mr_counters,
    decode_optional,
};
pub use system::decode as decode_system;

/// The multicast group of [`decode_event`] (`RDMA_NL_GROUP_NOTIFY`).
pub const GROUP: u32 = RDMA_NL_GROUP_NOTIFY;

/// The message type of an operation of nldev (`RDMA_NL_GET_TYPE`).
#[must_use]
pub const fn kind(command: u16) -> u16 {
    RDMA_NL_NLDEV << 10 | command
}

/// The operation of a message type, if it is one of nldev (`RDMA_NL_GET_CLIENT`, `RDMA_NL_GET_OP`).
#[must_use]
pub const fn command(kind: u16) -> Option<u16> {
    if kind >> 10 == RDMA_NL_NLDEV { Some(kind & 0x3ff) } else { None }
}

/// All attributes are numbers of one table, whatever nest they are in.
static FLAT: AttrSet = AttrSet::flat(RDMA_NLDEV_ATTR_NAMES);
static ENTRIES: AttrSet = AttrSet {
    names: RDMA_NLDEV_ATTR_NAMES,
    nests: &[(RDMA_NLDEV_ATTR_STAT_HWCOUNTER_ENTRY, Inner::Set(&FLAT))],
};

/// The names of nldev's attributes.
pub static NAMES: Names = Names {
    fixed_len: 0,
    set: &AttrSet {
        names: RDMA_NLDEV_ATTR_NAMES,
        nests: &[(RDMA_NLDEV_ATTR_STAT_HWCOUNTERS, Inner::Set(&ENTRIES))],
    },
};

/// What is asked for or done. Devices go by their numbers; ports are counted from 1.
#[derive(Clone, Copy, Debug)]
pub enum Ask<'a> {
    /// All devices.
    Devices,
    /// One device.
    Device(u32),
    /// The character device that programs open for verbs, and its driver's number.
    Verbs(u32),
    /// The ports of a device.
    Ports(u32),
    /// One port.
    Port(u32, u32),
    /// Gives a device another name.
    Rename(u32, &'a str),
    /// Puts a device into the network namespace behind a descriptor.
    SetNetns(u32, u32),
    /// Sets whether new completion queues adapt their interrupts.
    SetAdaptiveModeration(u32, bool),
    /// Makes a software device over a link.
    NewLink(&'a NewLink),
    /// Removes a software device.
    DelLink(u32),
    /// Makes a sub-device: its parent's number, its name and its kind.
    NewDevice(u32, &'a str, u8),
    /// Removes a sub-device.
    DelDevice(u32),
    /// Settings of the subsystem.
    System,
    /// Changes one of them.
    SetSystem(SystemChange),
    /// How much of everything a device has.
    Summary(u32),
    /// The resources of one kind on a device; with driver's details if wanted.
    Resources(u32, ResourceKind),
    /// What the driver dumps of the resources of one kind, or of the one with this number.
    Raw(u32, RawKind, Option<u32>),
    /// The pools of memory regions of a device, with those of the kernel itself if wanted.
    MrPools(u32, bool),
    /// Changes them.
    SetMrPools(u32, MrPoolChange),
    /// The hardware counters of a port.
    Counters(u32, u32),
    /// The hardware counters of a port with their numbers and whether they are on.
    CounterStatus(u32, u32),
    /// Turns exactly these optional counters on.
    SetCounters(u32, u32, &'a [u32]),
    /// How queue pairs of a port get counters.
    QpMode(u32, u32),
    /// Sets that.
    SetQpMode(u32, u32, QpMode, Option<bool>),
    /// The counters that queue pairs of a device are bound to.
    BoundCounters(u32),
    /// What memory regions of a device counted.
    MrCounters(u32),
    /// Binds a queue pair to a counter, or to a new one.
    Bind(u32, u32, u32, Option<u32>),
    /// Takes a queue pair off its counter.
    Unbind(u32, u32, Binding),
}

/// The kinds of resources of which drivers dump something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawKind {
    /// Queue pairs.
    Qp,
    /// Completion queues.
    Cq,
    /// Memory regions.
    Mr,
    /// Shared receive queues.
    Srq,
}

impl RawKind {
    /// The kind, if drivers dump something of it.
    #[must_use]
    pub const fn of(kind: ResourceKind) -> Option<Self> {
        match kind {
            ResourceKind::Qp => Some(Self::Qp),
            ResourceKind::Cq => Some(Self::Cq),
            ResourceKind::Mr => Some(Self::Mr),
            ResourceKind::Srq => Some(Self::Srq),
            ResourceKind::CmId | ResourceKind::Pd | ResourceKind::Ctx => None,
        }
    }

    /// The attribute of a resource's number.
    const fn number(self) -> u16 {
        match self {
            Self::Qp => RDMA_NLDEV_ATTR_RES_LQPN,
            Self::Cq => RDMA_NLDEV_ATTR_RES_CQN,
            Self::Mr => RDMA_NLDEV_ATTR_RES_MRN,
            Self::Srq => RDMA_NLDEV_ATTR_RES_SRQN,
        }
    }
}

/// A request of nldev.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a>(
    /// What is asked.
    pub Ask<'a>,
);

impl Call<'_> {
    const fn command(&self) -> u16 {
        match self.0 {
            Ask::Devices | Ask::Device(_) => RDMA_NLDEV_CMD_GET,
            Ask::Verbs(_) => RDMA_NLDEV_CMD_GET_CHARDEV,
            Ask::Ports(_) | Ask::Port(..) => RDMA_NLDEV_CMD_PORT_GET,
            Ask::Rename(..) | Ask::SetNetns(..) | Ask::SetAdaptiveModeration(..) => RDMA_NLDEV_CMD_SET,
            Ask::NewLink(_) => RDMA_NLDEV_CMD_NEWLINK,
            Ask::DelLink(_) => RDMA_NLDEV_CMD_DELLINK,
            Ask::NewDevice(..) => RDMA_NLDEV_CMD_NEWDEV,
            Ask::DelDevice(_) => RDMA_NLDEV_CMD_DELDEV,
            Ask::System => RDMA_NLDEV_CMD_SYS_GET,
            Ask::SetSystem(_) => RDMA_NLDEV_CMD_SYS_SET,
            Ask::Summary(_) => RDMA_NLDEV_CMD_RES_GET,
            Ask::Resources(_, kind) => match kind {
                ResourceKind::Qp => RDMA_NLDEV_CMD_RES_QP_GET,
                ResourceKind::CmId => RDMA_NLDEV_CMD_RES_CM_ID_GET,
                ResourceKind::Cq => RDMA_NLDEV_CMD_RES_CQ_GET,
                ResourceKind::Mr => RDMA_NLDEV_CMD_RES_MR_GET,
                ResourceKind::Pd => RDMA_NLDEV_CMD_RES_PD_GET,
                ResourceKind::Ctx => RDMA_NLDEV_CMD_RES_CTX_GET,
                ResourceKind::Srq => RDMA_NLDEV_CMD_RES_SRQ_GET,
            },
            Ask::Raw(_, kind, _) => match kind {
                RawKind::Qp => RDMA_NLDEV_CMD_RES_QP_GET_RAW,
                RawKind::Cq => RDMA_NLDEV_CMD_RES_CQ_GET_RAW,
                RawKind::Mr => RDMA_NLDEV_CMD_RES_MR_GET_RAW,
                RawKind::Srq => RDMA_NLDEV_CMD_RES_SRQ_GET_RAW,
            },
            Ask::MrPools(..) => RDMA_NLDEV_CMD_FRMR_POOLS_GET,
            Ask::SetMrPools(..) => RDMA_NLDEV_CMD_FRMR_POOLS_SET,
            Ask::Counters(..) | Ask::QpMode(..) | Ask::BoundCounters(_) | Ask::MrCounters(_) => {
                RDMA_NLDEV_CMD_STAT_GET
            }
            Ask::CounterStatus(..) => RDMA_NLDEV_CMD_STAT_GET_STATUS,
            Ask::SetCounters(..) | Ask::SetQpMode(..) | Ask::Bind(..) => RDMA_NLDEV_CMD_STAT_SET,
            Ask::Unbind(..) => RDMA_NLDEV_CMD_STAT_DEL,
        }
    }
}

impl Request for Call<'_> {
    fn kind(&self) -> u16 {
        kind(self.command())
    }

    fn flags(&self) -> Flags {
        match self.0 {
            Ask::Devices
            | Ask::Ports(_)
            | Ask::Summary(_)
            | Ask::Resources(..)
            | Ask::Raw(.., None)
            | Ask::MrPools(..)
            | Ask::BoundCounters(_)
            | Ask::MrCounters(_) => Flags::DUMP,
            _ => Flags::empty(),
        }
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        let at = |e: &mut Encoder<'_>, device, port| {
            e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, device);
            e.u32(RDMA_NLDEV_ATTR_PORT_INDEX, port);
        };
        match self.0 {
            Ask::Devices | Ask::System => {}
            Ask::Device(device)
            | Ask::Ports(device)
            | Ask::DelLink(device)
            | Ask::DelDevice(device)
            | Ask::Summary(device)
            | Ask::Resources(device, _) => e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, device),
            Ask::Raw(device, kind, number) => {
                e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, device);
                if let Some(number) = number {
                    e.u32(kind.number(), number);
                }
            }
            Ask::MrPools(device, with_kernel) => {
                e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, device);
                if with_kernel {
                    e.u8(RDMA_NLDEV_ATTR_DRIVER_DETAILS, 1);
                }
            }
            Ask::SetMrPools(device, MrPoolChange::Aging(seconds)) => {
                e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, device);
                e.u32(RDMA_NLDEV_ATTR_FRMR_POOLS_AGING_PERIOD, seconds);
            }
            Ask::SetMrPools(device, MrPoolChange::Pinned(key, count)) => {
                e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, device);
                e.u32(RDMA_NLDEV_ATTR_FRMR_POOL_PINNED_HANDLES, count);
                resource::encode_key(e, &key);
            }
            Ask::Verbs(device) => {
                e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, device);
                e.text(RDMA_NLDEV_ATTR_CHARDEV_TYPE, "uverbs");
            }
            Ask::Port(device, port) | Ask::Counters(device, port) | Ask::CounterStatus(device, port) => {
                at(e, device, port);
            }
            Ask::Rename(device, name) => {
                e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, device);
                e.text(RDMA_NLDEV_ATTR_DEV_NAME, name);
            }
            Ask::SetNetns(device, descriptor) => {
                e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, device);
                e.u32(RDMA_NLDEV_NET_NS_FD, descriptor);
            }
            Ask::SetAdaptiveModeration(device, on) => {
                e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, device);
                e.u8(RDMA_NLDEV_ATTR_DEV_DIM, on.into());
            }
            Ask::NewLink(link) => {
                e.text(RDMA_NLDEV_ATTR_DEV_NAME, &link.name);
                e.text(RDMA_NLDEV_ATTR_LINK_TYPE, &link.kind);
                e.text(RDMA_NLDEV_ATTR_NDEV_NAME, &link.netdev);
            }
            Ask::NewDevice(parent, name, kind) => {
                e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, parent);
                e.text(RDMA_NLDEV_ATTR_DEV_NAME, name);
                e.u8(RDMA_NLDEV_ATTR_DEV_TYPE, kind);
            }
            Ask::SetSystem(SystemChange::Netns(mode)) => {
                e.u8(RDMA_NLDEV_SYS_ATTR_NETNS_MODE, (mode == NetnsMode::Shared).into());
            }
            Ask::SetSystem(SystemChange::PrivilegedQkey(on)) => {
                e.u8(RDMA_NLDEV_SYS_ATTR_PRIVILEGED_QKEY_MODE, on.into());
            }
            Ask::SetCounters(device, port, on) => {
                at(e, device, port);
                e.nest(RDMA_NLDEV_ATTR_STAT_HWCOUNTERS | NLA_F_NESTED, |e| {
                    on.iter().for_each(|index| e.u32(RDMA_NLDEV_ATTR_STAT_HWCOUNTER_INDEX, *index));
                });
            }
            Ask::QpMode(device, port) => {
                at(e, device, port);
                // Any mode: that it is there makes the kernel tell the mode.
                e.u32(RDMA_NLDEV_ATTR_STAT_MODE, RDMA_COUNTER_MODE_MANUAL);
                e.u32(RDMA_NLDEV_ATTR_STAT_RES, u32::from(RDMA_NLDEV_ATTR_RES_QP));
            }
            Ask::SetQpMode(device, port, mode, optional) => {
                at(e, device, port);
                e.u32(RDMA_NLDEV_ATTR_STAT_RES, u32::from(RDMA_NLDEV_ATTR_RES_QP));
                e.u32(RDMA_NLDEV_ATTR_STAT_MODE, mode_number(mode));
                if let QpMode::Auto(auto) = mode {
                    e.u32(RDMA_NLDEV_ATTR_STAT_AUTO_MODE_MASK, mask(auto));
                } else {
                    // Off is the automatic mode with nothing to go by.
                    e.u32(RDMA_NLDEV_ATTR_STAT_AUTO_MODE_MASK, 0);
                }
                // Off is what the kernel takes it for when it is absent, and kernel 6.12 refuses what it does not know.
                if optional == Some(true) {
                    e.u8(RDMA_NLDEV_ATTR_STAT_OPCOUNTER_ENABLED, 1);
                }
            }
            Ask::BoundCounters(device) => {
                e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, device);
                e.u32(RDMA_NLDEV_ATTR_STAT_RES, u32::from(RDMA_NLDEV_ATTR_RES_QP));
            }
            Ask::MrCounters(device) => {
                e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, device);
                e.u32(RDMA_NLDEV_ATTR_STAT_RES, u32::from(RDMA_NLDEV_ATTR_RES_MR));
            }
            Ask::Bind(device, port, qp, counter) => {
                e.u32(RDMA_NLDEV_ATTR_STAT_MODE, RDMA_COUNTER_MODE_MANUAL);
                e.u32(RDMA_NLDEV_ATTR_STAT_RES, u32::from(RDMA_NLDEV_ATTR_RES_QP));
                at(e, device, port);
                if let Some(counter) = counter {
                    e.u32(RDMA_NLDEV_ATTR_STAT_COUNTER_ID, counter);
                }
                e.u32(RDMA_NLDEV_ATTR_RES_LQPN, qp);
            }
            Ask::Unbind(device, port, binding) => {
                at(e, device, port);
                e.u32(RDMA_NLDEV_ATTR_STAT_RES, u32::from(RDMA_NLDEV_ATTR_RES_QP));
                e.u32(RDMA_NLDEV_ATTR_STAT_COUNTER_ID, binding.counter);
                if let Some(qp) = binding.qp {
                    e.u32(RDMA_NLDEV_ATTR_RES_LQPN, qp);
                }
            }
        }
        Ok(())
    }
}

const fn mode_number(mode: QpMode) -> u32 {
    match mode {
        QpMode::Off | QpMode::Auto(_) => RDMA_COUNTER_MODE_AUTO,
        QpMode::Manual => RDMA_COUNTER_MODE_MANUAL,
        QpMode::Unknown(number) => number,
    }
}

const fn mask(auto: AutoMode) -> u32 {
    let by_type = if auto.by_type { RDMA_COUNTER_MASK_QP_TYPE } else { 0 };
    let by_pid = if auto.by_pid { RDMA_COUNTER_MASK_PID } else { 0 };
    by_type | by_pid
}

fn attrs<'a>(message: &Message<'a>) -> Attrs<'a> {
    Attrs::new(message.payload)
}

const NO_DEVICE: WireError = WireError::Missing { attr: "RDMA_NLDEV_ATTR_DEV_INDEX" };
const NO_NAME: WireError = WireError::Missing { attr: "RDMA_NLDEV_ATTR_DEV_NAME" };
const NO_PORT: WireError = WireError::Missing { attr: "RDMA_NLDEV_ATTR_PORT_INDEX" };
