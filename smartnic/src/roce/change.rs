use serde::{Deserialize, Serialize};
use smartnic_core::adapter::{RoceFacts, RocePart};
use smartnic_core::dcb::{DcbApp, DcbEts, DcbSelector, DcbState};
use smartnic_core::device::ParamMode;
use smartnic_core::rdma::{GidType, LinkEcn};
use smartnic_core::types::DevlinkHandle;

use super::state::{LinkPause, RoceState};
use crate::{Error, Result};

/// One step of a change of RoCE on a link.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RoceStep {
    /// The link.
    pub link: String,
    /// What changes, as JSON has it.
    #[serde(flatten)]
    pub change: Change,
}

/// What changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The private flag by which firmware has DCB, or gives it up.
    Agent {
        /// The flag.
        flag: String,
        /// Its value.
        on: bool,
        /// Whether firmware negotiates with that value.
        firmware: bool,
    },
    /// A devlink parameter.
    Parameter {
        /// The device.
        device: DevlinkHandle,
        /// Its name.
        name: String,
        /// When it counts.
        mode: ParamMode,
        /// Its value.
        on: bool,
    },
    /// Pausing of the whole link.
    Pause {
        /// Whether pauses are obeyed.
        rx: bool,
        /// Whether pauses are sent.
        tx: bool,
    },
    /// The largest payload.
    Mtu(u32),
    /// Who negotiates, as bits.
    Dcbx(u8),
    /// How classes share the wire.
    Ets(Box<EtsWords>),
    /// Entries of the application table.
    Apps {
        /// New ones.
        add: Vec<DcbApp>,
        /// Those that go.
        remove: Vec<DcbApp>,
    },
    /// What of a packet is believed.
    Trust(Vec<DcbSelector>),
    /// The priorities that are paused, as bits.
    Pfc(u8),
    /// Receive buffers: of each priority, and bytes of each.
    Buffer([u8; 8], [u32; 8]),
    /// The type of service and the type of GIDs of connections: the type, and whether it is RoCE v2.
    Defaults {
        /// The RDMA device and its port, as rdma_cm names their directory.
        at: String,
        /// The type of service.
        tos: u8,
        /// Whether connections get RoCE v2.
        v2: bool,
    },
    /// A parameter of congestion control.
    Congestion {
        /// The function, as the driver names its directory.
        function: String,
        /// Its name.
        name: String,
        /// Its value.
        value: u64,
    },
    /// Which priorities take part in congestion control, by the vendor's files.
    Ecn(LinkEcn),
    /// Nothing; all is read back and must be as wanted.
    Verify(Box<Wanted>),
}

/// How classes share the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EtsWords {
    /// Whether the neighbour's recommendation is taken over.
    pub willing: bool,
    /// How each class is chosen.
    pub selection: [u8; 8],
    /// Per cent.
    pub bandwidth: [u8; 8],
    /// The class of each priority.
    pub priority_class: [u8; 8],
}

/// A state that must have been reached, as its JSON.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Wanted(String);

impl Wanted {
    pub(crate) fn of(state: &RoceState) -> Self {
        Self(serde_json::to_string(state).unwrap_or_default())
    }

    pub(super) fn state(&self) -> Result<RoceState> {
        serde_json::from_str(&self.0).map_err(|error| Error::parse("read a step", error.to_string()))
    }
}

fn words(ets: &DcbEts) -> EtsWords {
    EtsWords {
        willing: ets.willing,
        selection: ets.selection,
        bandwidth: ets.tx_bandwidth,
        priority_class: ets.priority_class,
    }
}

impl Change {
    /// What kind of step it is; none for what is always last.
    fn part(&self) -> Option<RocePart> {
        Some(match self {
            Self::Agent { firmware: false, .. } => RocePart::TakeFromFirmware,
            Self::Agent { firmware: true, .. } => RocePart::GiveToFirmware,
            Self::Parameter { .. } => RocePart::Parameters,
            Self::Pause { rx: false, tx: false } => RocePart::PauseOff,
            Self::Pause { .. } => RocePart::PauseOn,
            Self::Mtu(_) => RocePart::Mtu,
            Self::Dcbx(_) => RocePart::Dcbx,
            Self::Ets(_) => RocePart::Classes,
            Self::Apps { .. } => RocePart::Entries,
            Self::Trust(_) => RocePart::Trust,
            Self::Pfc(_) => RocePart::Priorities,
            Self::Buffer(..) => RocePart::Buffers,
            Self::Defaults { .. } => RocePart::Connections,
            Self::Congestion { .. } | Self::Ecn(_) => RocePart::Congestion,
            Self::Verify(_) => return None,
        })
    }
}

/// The steps from one state to another, in the order of the driver; in the usual one, if nothing is known of it.
pub(crate) fn steps(now: &RoceState, wanted: &RoceState, facts: Option<RoceFacts>) -> Vec<RoceStep> {
    let mut steps = between(now, wanted);
    let has = |part| steps.iter().any(|step: &RoceStep| step.change.part() == Some(part));
    if facts.is_some_and(|facts| facts.classes_first)
        && has(RocePart::Priorities)
        && !has(RocePart::Classes)
        && let Some(ets) = wanted.dcb.as_ref().and_then(|dcb| dcb.ets.as_ref())
    {
        let change = Change::Ets(Box::new(words(ets)));
        steps.push(RoceStep { link: now.link.clone(), change });
    }
    let order = facts.map_or(RocePart::USUAL, |facts| facts.order);
    let place = |step: &RoceStep| {
        let part = step.change.part();
        order.iter().position(|one| Some(*one) == part).unwrap_or(order.len())
    };
    steps.sort_by_key(place);
    steps
}

/// In what two states differ, as steps in no order; see [`steps`].
pub(crate) fn between(now: &RoceState, wanted: &RoceState) -> Vec<RoceStep> {
    let mut all = Vec::new();
    if let (Some(is), Some(to)) = (&now.pause, &wanted.pause)
        && (is.rx, is.tx) != (to.rx, to.tx)
    {
        let LinkPause { rx, tx, .. } = *to;
        all.push(Change::Pause { rx, tx });
    }
    if now.mtu != wanted.mtu {
        all.push(Change::Mtu(wanted.mtu));
    }
    for to in &wanted.parameters {
        if now.parameters.iter().any(|is| is.name == to.name && is.on != to.on) {
            let (device, name) = (now.device.clone(), to.name.clone());
            all.push(Change::Parameter { device, name, mode: to.mode, on: to.on });
        }
    }
    dcb(now, wanted, &mut all);
    rdma(now, wanted, &mut all);
    all.into_iter().map(|change| RoceStep { link: now.link.clone(), change }).collect()
}

fn dcb(now: &RoceState, wanted: &RoceState, all: &mut Vec<Change>) {
    let none = DcbState::default();
    let (is, to) = (now.dcb.as_ref().unwrap_or(&none), wanted.dcb.as_ref().unwrap_or(&none));
    let missing = |here: &[DcbApp], there: &[DcbApp]| -> Vec<DcbApp> {
        here.iter().filter(|app| !there.contains(app)).copied().collect()
    };
    let mut taken = false;
    if let (Some(is_by), Some(to_by)) = (&now.agent, &wanted.agent)
        && is_by.negotiates != to_by.negotiates
    {
        let (flag, on, firmware) = (to_by.flag.clone(), to_by.on, to_by.negotiates);
        all.push(Change::Agent { flag, on, firmware });
        if firmware {
            // It lays down all of DCB by itself, and does not start while there are entries by DSCP.
            let by_dscp = is.apps.iter().flatten().filter(|app| app.selector == DcbSelector::Dscp);
            let remove: Vec<DcbApp> = by_dscp.copied().collect();
            if !remove.is_empty() {
                all.push(Change::Apps { add: Vec::new(), remove });
            }
            return;
        }
        // The driver starts anew then, whatever firmware had.
        taken = true;
    }
    // The first entry by DSCP, and the last, may change classes with it, and what is paused.
    let by_dscp = |state: &DcbState| state.apps.iter().flatten().any(|app| app.selector == DcbSelector::Dscp);
    let anew = taken || by_dscp(is) != by_dscp(to);
    if let (Some(is), Some(to)) = (is.dcbx, to.dcbx)
        && is != to
        && !taken
    {
        all.push(Change::Dcbx(to));
    }
    if let (Some(is), Some(to)) = (&is.ets, &to.ets)
        && (anew || words(is) != words(to))
    {
        all.push(Change::Ets(Box::new(words(to))));
    }
    if let (Some(is), Some(to)) = (&is.apps, &to.apps) {
        let (add, remove) = (if taken { to.clone() } else { missing(to, is) }, missing(is, to));
        if !add.is_empty() || !remove.is_empty() {
            all.push(Change::Apps { add, remove });
        }
    }
    if let (Some(is), Some(to)) = (&is.trust, &to.trust)
        && is != to
    {
        all.push(Change::Trust(to.clone()));
    }
    if let (Some(is), Some(to)) = (&is.pfc, &to.pfc)
        && (anew || is.enabled != to.enabled)
    {
        all.push(Change::Pfc(to.enabled));
    }
    if let (Some(is), Some(to)) = (&is.buffer, &to.buffer)
        && (is.size, is.priority_buffer) != (to.size, to.priority_buffer)
    {
        all.push(Change::Buffer(to.priority_buffer, to.size));
    }
}

fn rdma(now: &RoceState, wanted: &RoceState, all: &mut Vec<Change>) {
    let (Some(side), Some(to)) = (&now.rdma, &wanted.rdma) else { return };
    if let (Some(is), Some(to)) = (side.defaults, to.defaults)
        && is != to
    {
        let at = format!("{}/ports/{}", side.device, side.port);
        all.push(Change::Defaults { at, tos: to.tos, v2: to.mode == GidType::RoceV2 });
    }
    for (name, value) in &to.congestion {
        if side.congestion.get(name).is_some_and(|is| is != value) {
            let function = now.device.device.clone();
            all.push(Change::Congestion { function, name: name.clone(), value: *value });
        }
    }
    if let (Some(is), Some(to)) = (side.ecn, to.ecn)
        && is != to
    {
        all.push(Change::Ecn(to));
    }
}
