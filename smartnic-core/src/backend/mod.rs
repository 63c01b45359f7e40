//! What can be asked of a host: one trait per file, and [`Host`] that joins them.
//!
//! The traits are object-safe and total: an operation that a backend does not have answers
//! [`crate::ErrorKind::Unsupported`] by itself. They take `&self`, so a host can be shared between threads.

mod bridging;
mod datapath;
mod dcb;
mod devlink;
mod ethtool;
mod flow;
mod guard;
mod hardware;
mod host;
mod log;
mod ntuple;
mod phy;
mod rdma;
mod switchdev;
mod traffic_control;
mod tunnels;
mod upkeep;
mod vdpa;
mod verbs;

pub use bridging::{BridgeWatch, Bridging};
pub use datapath::{Datapath, Delivery};
pub use dcb::Dcb;
pub use devlink::{
    Devlink, DevlinkBuffers, DevlinkDevices, DevlinkEswitch, DevlinkFlash, DevlinkHealth, DevlinkLineCards,
    DevlinkNotices, DevlinkParams, DevlinkPipeline, DevlinkPorts, DevlinkRates, DevlinkRegions,
    DevlinkReload, DevlinkResources, DevlinkSelftests, DevlinkTraps, DevlinkWatch,
};
pub use ethtool::{
    Ethtool, EthtoolClock, EthtoolDriver, EthtoolFeatures, EthtoolLink, EthtoolModule, EthtoolNotices,
    EthtoolPower, EthtoolQueues, EthtoolRss, EthtoolSegment, EthtoolStatistics, EthtoolWire, LinkWatch,
};
pub use flow::{FlowOffload, FlowOp, FlowScope, Hook, HookKind, Outcome};
pub use guard::{Guard, Turn};
pub use hardware::{Alarm, Hardware};
pub use host::Host;
pub use log::KernelLog;
pub use ntuple::EthtoolNtuple;
pub use phy::EthtoolPhy;
pub use rdma::{Rdma, RdmaWatch};
pub use switchdev::Switchdev;
pub use traffic_control::{TcAnswer, TrafficControl, Watch};
pub use tunnels::Tunnels;
pub use upkeep::EthtoolUpkeep;
pub use vdpa::Vdpa;
pub use verbs::{
    CmArrival, CqConfig, QpConfig, Verbs, VerbsAh, VerbsBatch, VerbsChannel, VerbsCm, VerbsCmId,
    VerbsContext, VerbsCounters, VerbsCq, VerbsCqEx, VerbsDm, VerbsFlow, VerbsMr, VerbsMw, VerbsPd, VerbsQp,
    VerbsRegion, VerbsSrq, VerbsTd, VerbsXrcd,
};
