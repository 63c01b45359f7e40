//! RDMA verbs: what programs say and are told when they send over RDMA devices.
//!
//! The operations are in [`crate::backend`]: [`crate::backend::Verbs`] opens a device, and from there objects make one
//! another. What is here are their values.
//!
//! | module | what is in it |
//! |---|---|
//! | `device` | devices, their limits, ports and GIDs |
//! | `extended` | what devices can do beyond that |
//! | `direct` | what devices can do by a library of their vendor's own |
//! | `memory` | regions registered anew, memory of other devices and of the device itself, types of windows |
//! | `buffer` | memory that a device and this program can touch at the same time |
//! | `request` | what is posted: sends, writes, reads, atomics, receives |
//! | `completion` | what came of it |
//! | `queue_pair` | queue pairs: what they are made of, their states and attributes |
//! | `steering` | which raw packets come to which queue pair |
//! | `address` | the way to a peer |
//! | `connection` | connections by IP address: what happens to them, and both ends' terms |
//! | `path` | ways that connections by address take |
//! | `event` | what happens to a device or an object without being asked for |

mod address;
mod buffer;
mod completion;
mod connection;
mod device;
mod direct;
mod event;
mod extended;
mod memory;
mod path;
mod queue_pair;
mod request;
mod steering;

pub use address::AddressVector;
pub(crate) use buffer::within;
pub use buffer::{Buffer, Memory, Parts};
pub use completion::{Completion, CompletionEx, CompletionOp, CompletionStatus, CqFields};
pub use connection::{
    CM_REJECTED_BY_PROGRAM, CM_REJECTED_NO_LISTENER, CmDatagrams, CmEvent, CmEventKind, CmOption,
    CmParameters, CmStep,
};
pub use device::{
    AtomicCap, VerbsDevice, VerbsGidEntry, VerbsLimits, VerbsLinkLayer, VerbsPort, VerbsPortState,
};
pub use direct::{
    DirectCaps, DirectVerbs, EfaCaps, EfaFlags, Mlx5Caps, Mlx5CqeFormats, Mlx5Flags, Mlx5OutOfOrder,
    Mlx5Parsing, Mlx5Striding, Mlx5Tunnels,
};
pub use event::{AsyncEvent, AsyncEventKind, AsyncSource};
pub use extended::{
    ModerationCaps, OdpCaps, OdpOps, PacingCaps, PciAtomicCaps, QpTypes, RawPacketCaps, RssCaps,
    TagMatchingCaps, TsoCaps, VerbsExtended,
};
pub use memory::{DmConfig, DmaBuf, MrChange, NotReregistered, Prefetch, WindowKind};
pub use path::PathRecord;
pub use queue_pair::{
    Access, AckTimeout, Ece, PathMtu, QpAttributes, QpCapacity, QpChange, RnrTimer, SrqCapacity,
};
pub use request::{
    Destination, Flush, Payload, ReceiveRequest, Remote, Segments, SendFlags, SendOp, SendOps, SendRequest,
    Sge, WindowBind,
};
pub use steering::{
    CounterKind, EthernetKeys, GreKeys, Ipv4Keys, Ipv6Keys, Masked, PortKeys, SteeringFlags, SteeringHeader,
    SteeringKind, SteeringRule, SteeringSpec,
};
