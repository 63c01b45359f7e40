//! The simulated machine: its physical functions, links, filters and clock.
//!
//! One [`Machine`] stands behind both faces: the traits of `smartnic-core` and the netlink-answering kernel. Its
//! operations follow the kernel's: an error number, and a text in a [`crate::note::Note`].

pub(crate) mod bridging;
mod build;
mod crash;
mod dcb;
mod devlink;
mod eswitch;
pub(crate) mod event;
mod health;
mod link;
pub(crate) mod module;
mod netdev;
mod param;
mod pf;
mod queues;
mod rdma;
mod region;
mod rss;
mod settings;
mod space;
pub(crate) mod sriov;
pub(crate) mod switch;
pub(crate) mod tc;
mod traffic;
mod trap;
mod tunnel;
mod vdpa;
pub(crate) mod verbs;
mod vf;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smartnic_core::dcb::DcbState;
use smartnic_core::types::{IfIndex, SwitchId};

use crate::errno::Errno;
use crate::profile::{self, Profile};
use crate::random::Random;

pub(crate) use bridging::Bridging;
pub(crate) use devlink::{
    DevlinkPort, HOST_CONTROLLER, Instance, PortFunctionTold, RateEvent, RateKey, RateObject, RateOrder,
    UNTOLD,
};
pub(crate) use event::{Event, Events, Spread};
pub(crate) use health::{HealthView, ReporterName};
pub(crate) use netdev::{Netdev, Role};
pub(crate) use param::ParamState;
pub(crate) use pf::{
    Coming, Due, EswitchState, FunctionSettings, HostFunction, LaidDown, Pf, PortCarries, Reloads, Sf,
    UpkeepState, Vf,
};
pub(crate) use queues::Queues;
pub(crate) use rdma::{GidEntry, Rdma, RdmaDevice, RdmaEvent, RdmaKind, RdmaParent, RdmaPool};
pub(crate) use rss::{KEY, Rss, SLOTS};
pub(crate) use settings::{Kept, Settings};
pub(crate) use space::{FIRST_NETNS, Spaces};
pub(crate) use sriov::Function;
pub(crate) use traffic::{SIZES, Traffic};
pub(crate) use trap::Taken;
pub(crate) use vdpa::{VirtioDevice, VirtioOrder};
pub(crate) use vf::VfOrder;

/// Lines that the kernel's log keeps.
const LOG_LINES: usize = 200;

/// The number of the first sub-function's auxiliary device: those before belong to the functions themselves. Ours.
const FIRST_DEVICE: u32 = 2;

fn is_zero(number: &u16) -> bool {
    *number == 0
}

fn first_device() -> u32 {
    FIRST_DEVICE
}

/// The whole simulated machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Machine {
    #[serde(with = "profile::by_name")]
    pub(crate) profile: &'static Profile,
    pub(crate) seed: u64,
    /// Flow rules that each eswitch holds.
    pub(crate) capacity: u32,
    /// Milliseconds since the machine came up; only packets let time pass.
    pub(crate) clock_ms: u64,
    next_ifindex: u32,
    /// The number of the next auxiliary device.
    #[serde(default = "first_device")]
    next_device: u32,
    pub(crate) pfs: Vec<Pf>,
    /// Links by number.
    pub(crate) netdevs: BTreeMap<u32, Netdev>,
    pub(crate) tc: tc::Tc,
    #[serde(default)]
    pub(crate) rdma: Rdma,
    /// What programs made on RDMA devices.
    #[serde(skip)]
    pub(crate) verbs: verbs::Verbs,
    /// What drivers wrote into the kernel's log, the latest last.
    pub(crate) log: Vec<String>,
    /// How many lines were written in all; the log keeps the latest.
    #[serde(default)]
    pub(crate) logged: u64,
    /// Data centre bridging of links where it is not as it started, by their numbers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) dcb: BTreeMap<u32, DcbState>,
    /// Versions that were flashed into the card, by their names.
    #[serde(default)]
    pub(crate) flashed: BTreeMap<String, String>,
    /// Those of them that run.
    #[serde(default)]
    pub(crate) activated: BTreeMap<String, String>,
    /// After how many contacts with the kernel a sub-function is attached, and after how many more it has a link; 0: at
    /// once.
    #[serde(default)]
    pub(crate) slow: u32,
    /// How many VFs the driver's module is told to make when it is loaded, if that is how it makes them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) module_vfs: u16,
    /// Tunnel devices by their numbers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) tunnels: BTreeMap<u32, tunnel::TunnelState>,
    /// Bridges, bonds and virtio devices.
    #[serde(default)]
    pub(crate) bridging: Bridging,
    /// Network namespaces beside the first, which has the machine's own fields.
    #[serde(default, skip_serializing_if = "Spaces::is_empty")]
    pub(crate) spaces: Spaces,
    /// Changes that were not told to listeners yet.
    #[serde(skip)]
    pub(crate) events: Events,
}

impl Machine {
    /// The link of this number.
    pub(crate) fn netdev(&self, index: IfIndex) -> Result<&Netdev, Errno> {
        self.netdevs.get(&index.0).ok_or(Errno::ENODEV)
    }

    /// The uplink of a physical function, in whatever namespace it is, unless the function has no driver.
    pub(crate) fn uplink(&self, pf: usize) -> Option<&Netdev> {
        self.wherever(Role::Uplink { pf }).map(|(_, dev)| dev)
    }

    /// The identity of the switch; the ports of one card share it.
    pub(crate) fn switch_id(&self) -> SwitchId {
        SwitchId::new(Random::new(self.seed, 1).next().to_be_bytes())
    }

    /// Adds lines to the kernel's log.
    pub(crate) fn write_log(&mut self, lines: Vec<String>) {
        self.logged += lines.len() as u64;
        self.log.extend(lines);
        let surplus = self.log.len().saturating_sub(LOG_LINES);
        self.log.drain(..surplus);
    }

    /// Gives out the next free link number (`dev_index_reserve`).
    fn take_ifindex(&mut self) -> IfIndex {
        loop {
            self.next_ifindex = self.next_ifindex.checked_add(1).unwrap_or(1);
            if !self.netdevs.contains_key(&self.next_ifindex) {
                return IfIndex(self.next_ifindex);
            }
        }
    }
}
