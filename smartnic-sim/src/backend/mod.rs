//! The traits of `smartnic-core` straight on the model.

mod dcb;
mod devlink;
mod ethtool;
mod flow;
mod hardware;
mod switchdev;
mod tunnels;
mod verbs;

pub(crate) use devlink::reporter_of;
pub(crate) use ethtool::Ear;

use std::path::PathBuf;
use std::time::Duration;

use smartnic_core::backend::{
    Datapath, Dcb, Devlink, Ethtool, FlowOffload, Guard, Hardware, Host, KernelLog, Switchdev, Tunnels, Verbs,
};
use smartnic_core::{Error, Extack, Result};

use crate::errno::Errno;
use crate::fault::{FaultPlan, Operations};
use crate::kernel::SimLog;
use crate::machine::{Locked, SimMachine};
use crate::note::{Note, Spot};

/// The kernel release that simulated machines tell: the one whose sources they follow.
pub(crate) const RELEASE: &str = "7.3.4-sim";

/// How long a process waits for another one to let the state file go, unless it says otherwise.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a simulated host is opened; the default is a fresh machine of seed 0 that nobody keeps.
#[derive(Debug, Clone)]
pub struct SimOptions {
    /// What addresses and serial numbers follow from; none takes 0, or what the state file has.
    pub seed: Option<u64>,
    /// A file that keeps the machine from one process to the next.
    pub state: Option<PathBuf>,
    /// How many flow rules each eswitch holds, in place of the profile's number.
    pub capacity: Option<u32>,
    /// How many VFs the driver makes when it is loaded, for cards whose driver's module has a parameter for that (mlx4's
    /// `num_vfs`).
    pub vfs: Option<u16>,
    /// Writes every change into the state file at once, so that a process that dies leaves half a change behind, as it
    /// does on a real kernel. Otherwise the file changes only when the host is saved.
    pub save_always: bool,
    /// How long to wait for another process to let the state file go.
    pub wait: Duration,
    /// What others are told that wait for this process.
    pub who: String,
}

impl Default for SimOptions {
    fn default() -> Self {
        let who = format!("pid {}", std::process::id());
        Self { seed: None, state: None, capacity: None, vfs: None, save_always: false, wait: PATIENCE, who }
    }
}

/// A simulated host.
#[derive(Debug)]
pub struct SimHost {
    uri: String,
    machine: SimMachine,
    faults: Operations,
}

impl SimHost {
    /// Opens a host with the NIC of a profile; [`crate::profiles`] lists them.
    ///
    /// # Errors
    /// Those of [`SimMachine::open`].
    pub fn open(profile: &str, options: SimOptions) -> Result<Self> {
        let SimOptions { seed, state, .. } = &options;
        let seed_text = seed.map(|seed| format!("seed={seed}"));
        let state_text = state.as_ref().map(|path| format!("state={}", path.display()));
        let query: Vec<String> = seed_text.into_iter().chain(state_text).collect();
        let separator = if query.is_empty() { "" } else { "?" };
        let uri = format!("sim:{profile}{separator}{}", query.join("&"));
        Ok(Self::on(SimMachine::open_with(profile, options)?, uri))
    }

    /// A host on a machine that other faces stand on too.
    #[must_use]
    pub fn on(machine: SimMachine, uri: impl Into<String>) -> Self {
        Self { uri: uri.into(), machine, faults: Operations::default() }
    }

    /// The host as a process in one of its other network namespaces sees it.
    ///
    /// # Errors
    /// `NotFound` if there is no such namespace.
    pub fn within(self, netns: &str) -> Result<Self> {
        let machine = self.machine.within(netns)?;
        let separator = if self.uri.contains('?') { '&' } else { '?' };
        Ok(Self { uri: format!("{}{separator}netns={netns}", self.uri), machine, ..self })
    }

    /// Lets operations fail as a plan says. Those that change something are counted, each flow rule as one.
    #[must_use]
    pub fn with_faults(mut self, plan: &FaultPlan) -> Self {
        self.faults = Operations::of(plan);
        self.machine.lock().verbs.suffer(plan.verbs());
        self
    }

    /// The machine, for another face.
    #[must_use]
    pub fn machine(&self) -> &SimMachine {
        &self.machine
    }

    /// Locks the machine for an operation that changes it, which may be one that is to fail.
    fn change(&self) -> (Locked<'_>, Result<(), Errno>) {
        let mut machine = self.machine.lock();
        let fate = self.faults.count(&mut machine);
        (machine, fate)
    }
}

impl KernelLog for SimLog {
    fn lines(&mut self) -> Result<Vec<String>> {
        Ok(self.take())
    }
}

impl Host for SimHost {
    fn uri(&self) -> &str {
        &self.uri
    }

    fn kernel_release(&self) -> Result<String> {
        Ok(RELEASE.into())
    }

    fn devlink(&self) -> &dyn Devlink {
        self
    }

    fn switchdev(&self) -> &dyn Switchdev {
        self
    }

    fn hardware(&self) -> Result<&dyn Hardware> {
        Ok(self)
    }

    fn tunnels(&self) -> Result<&dyn Tunnels> {
        Ok(self)
    }

    fn dcb(&self) -> Result<&dyn Dcb> {
        Ok(self)
    }

    fn ethtool(&self) -> Result<&dyn Ethtool> {
        Ok(self)
    }

    fn verbs(&self) -> Result<&dyn Verbs> {
        Ok(self)
    }

    fn flow(&self) -> &dyn FlowOffload {
        self
    }

    fn kernel_log(&self) -> Result<Box<dyn KernelLog>> {
        Ok(Box::new(SimLog::open(self.machine.clone())))
    }

    fn datapath(&self) -> Option<&dyn Datapath> {
        Some(&self.machine)
    }

    fn guard(&self) -> Result<Option<&dyn Guard>> {
        Ok(Some(&self.machine))
    }

    fn save(&self) -> Result<()> {
        self.machine.save()
    }
}

/// A refusal of the simulated kernel.
pub(crate) fn refused(op: &'static str, errno: Errno, note: Note) -> Error {
    Error::kernel(op, extack(errno.0, note))
}

/// The text that came along with a success, if there is one.
fn remark(note: Note) -> Option<Extack> {
    note.text.is_some().then(|| extack(0, note))
}

fn extack(errno: i32, note: Note) -> Extack {
    let attribute = note.at.map(|spot| match spot {
        Spot::PortSrcMin => "TCA_OPTIONS/TCA_FLOWER_KEY_PORT_SRC_MIN",
        Spot::CtStateMask => "TCA_OPTIONS/TCA_FLOWER_KEY_CT_STATE_MASK",
        Spot::PortDstMin => "TCA_OPTIONS/TCA_FLOWER_KEY_PORT_DST_MIN",
        Spot::Indev => "TCA_OPTIONS/TCA_FLOWER_INDEV",
        Spot::Mpls => "TCA_OPTIONS/TCA_FLOWER_KEY_MPLS_OPTS",
        Spot::CfmLevel => "TCA_OPTIONS/TCA_FLOWER_KEY_CFM",
        Spot::EswitchMode => "DEVLINK_ATTR_ESWITCH_MODE",
        Spot::InlineMode => "DEVLINK_ATTR_ESWITCH_INLINE_MODE",
        Spot::EncapMode => "DEVLINK_ATTR_ESWITCH_ENCAP_MODE",
        Spot::ParamMode => "DEVLINK_ATTR_PARAM_VALUE_CMODE",
        Spot::FunctionAddress => "DEVLINK_ATTR_PORT_FUNCTION/DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR",
        Spot::FunctionState => "DEVLINK_ATTR_PORT_FUNCTION/DEVLINK_PORT_FN_ATTR_STATE",
        Spot::FunctionCaps => "DEVLINK_ATTR_PORT_FUNCTION/DEVLINK_PORT_FN_ATTR_CAPS",
        Spot::FunctionQueues => "DEVLINK_ATTR_PORT_FUNCTION/DEVLINK_PORT_FN_ATTR_MAX_IO_EQS",
        Spot::TrapAction => "DEVLINK_ATTR_TRAP_ACTION",
        Spot::RatePriority => "DEVLINK_ATTR_RATE_TX_PRIORITY",
        Spot::RateWeight => "DEVLINK_ATTR_RATE_TX_WEIGHT",
        Spot::RateTcBw => "DEVLINK_ATTR_RATE_TC_BWS",
        Spot::FlashFile => "DEVLINK_ATTR_FLASH_UPDATE_FILE_NAME",
        Spot::FlashComponent => "DEVLINK_ATTR_FLASH_UPDATE_COMPONENT",
        Spot::FlashOverwrite => "DEVLINK_ATTR_FLASH_UPDATE_OVERWRITE_MASK",
    });
    Extack { errno, message: note.text.map(Into::into), attribute: attribute.map(Into::into) }
}

/// A failure of a file under `/sys`, which has a number and no text.
fn file_error(op: &'static str, errno: Errno) -> Error {
    Error::io(op, std::io::Error::from_raw_os_error(errno.0))
}
