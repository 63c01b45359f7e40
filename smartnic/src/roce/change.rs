use std::fmt;

use serde::{Deserialize, Serialize};
use smartnic_core::dcb::{DcbApp, DcbBuffer, DcbChange, DcbEts, DcbPfc, DcbSelector, DcbState};
use smartnic_core::ethtool::Pause;
use smartnic_core::rdma::RoceDefaults;

use super::state::{LinkPause, RoceState};
use crate::text::dcb::dscp_name;
use crate::{Error, ErrorKind, Host, Result};

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

    fn state(&self) -> Result<RoceState> {
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

/// The steps from one state to another, in an order that every driver of those known takes: who negotiates first, no
/// pausing of the whole link while priorities are paused, classes before what is paused in them (`bnxt_en` wants that),
/// what connections get last.
pub(crate) fn between(now: &RoceState, wanted: &RoceState) -> Vec<RoceStep> {
    let mut all = Vec::new();
    let none = DcbState::default();
    let (is, to) = (now.dcb.as_ref().unwrap_or(&none), wanted.dcb.as_ref().unwrap_or(&none));
    let pause = |pause: &LinkPause| Change::Pause { rx: pause.rx, tx: pause.tx };
    let off = |pause: &LinkPause| !pause.rx && !pause.tx;
    let pauses = match (&now.pause, &wanted.pause) {
        (Some(is), Some(to)) if (is.rx, is.tx) != (to.rx, to.tx) => Some(to),
        _ => None,
    };
    if let (Some(is), Some(to)) = (is.dcbx, to.dcbx)
        && is != to
    {
        all.push(Change::Dcbx(to));
    }
    all.extend(pauses.filter(|to| off(to)).map(pause));
    if now.mtu != wanted.mtu {
        all.push(Change::Mtu(wanted.mtu));
    }
    if let (Some(is), Some(to)) = (&is.ets, &to.ets)
        && words(is) != words(to)
    {
        all.push(Change::Ets(Box::new(words(to))));
    }
    if let (Some(is), Some(to)) = (&is.apps, &to.apps) {
        let missing = |here: &[DcbApp], there: &[DcbApp]| -> Vec<DcbApp> {
            here.iter().filter(|app| !there.contains(app)).copied().collect()
        };
        let (add, remove) = (missing(to, is), missing(is, to));
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
        && is.enabled != to.enabled
    {
        all.push(Change::Pfc(to.enabled));
    }
    all.extend(pauses.filter(|to| !off(to)).map(pause));
    if let (Some(is), Some(to)) = (&is.buffer, &to.buffer)
        && (is.size, is.priority_buffer) != (to.size, to.priority_buffer)
    {
        all.push(Change::Buffer(to.priority_buffer, to.size));
    }
    if let (Some(side), Some(to)) = (&now.rdma, &wanted.rdma) {
        if let (Some(is), Some(to)) = (side.defaults, to.defaults)
            && is != to
        {
            let v2 = to.mode == smartnic_core::rdma::GidType::RoceV2;
            let at = format!("{}/ports/{}", side.device, side.port);
            all.push(Change::Defaults { at, tos: to.tos, v2 });
        }
        for (name, value) in &to.congestion {
            if side.congestion.get(name).is_some_and(|is| is != value) {
                let function = now.device.device.clone();
                all.push(Change::Congestion { function, name: name.clone(), value: *value });
            }
        }
    }
    all.into_iter().map(|change| RoceStep { link: now.link.clone(), change }).collect()
}

impl RoceStep {
    /// Carries it out.
    pub(crate) fn run(&self, host: &Host) -> Result<()> {
        let link = &*self.link;
        let now = RoceState::read(host, link)?;
        let dcb = now.dcb.clone().unwrap_or_default();
        let set = |change: DcbChange| host.dcb()?.set_dcb(link, &change);
        let device = || {
            now.rdma
                .as_ref()
                .ok_or_else(|| Error::new(ErrorKind::NotFound, "find the RDMA device of a link").on(link))
        };
        match &self.change {
            Change::Pause { rx, tx } => {
                let pause = Pause { rx: Some(*rx), tx: Some(*tx), ..Pause::default() };
                host.ethtool()?.set_pause(now.ifindex, &pause)
            }
            Change::Mtu(mtu) => host.switchdev().set_mtu(now.ifindex, *mtu),
            Change::Dcbx(bits) => host.dcb()?.set_dcbx(link, *bits),
            Change::Ets(words) => {
                let ets = DcbEts {
                    willing: words.willing,
                    selection: words.selection,
                    tx_bandwidth: words.bandwidth,
                    priority_class: words.priority_class,
                    ..dcb.ets.unwrap_or_default()
                };
                set(DcbChange { ets: Some(ets), ..DcbChange::default() })
            }
            Change::Apps { add, remove } => {
                let held = dcb.apps.unwrap_or_default();
                let apps: Vec<DcbApp> = add.iter().filter(|app| !held.contains(app)).copied().collect();
                if !apps.is_empty() {
                    set(DcbChange { apps, ..DcbChange::default() })?;
                }
                // Some drivers put an entry aside for a new one by themselves.
                let held = host.dcb()?.dcb(link)?.apps.unwrap_or_default();
                let apps: Vec<DcbApp> = remove.iter().filter(|app| held.contains(app)).copied().collect();
                match apps.is_empty() {
                    true => Ok(()),
                    false => host.dcb()?.remove_dcb(link, &DcbChange { apps, ..DcbChange::default() }),
                }
            }
            Change::Trust(order) => set(DcbChange { trust: Some(order.clone()), ..DcbChange::default() }),
            Change::Pfc(enabled) => {
                let pfc = DcbPfc { enabled: *enabled, ..dcb.pfc.unwrap_or_default() };
                set(DcbChange { pfc: Some(pfc), ..DcbChange::default() })
            }
            Change::Buffer(priority_buffer, size) => {
                let total = dcb.buffer.unwrap_or_default().total;
                let buffer = DcbBuffer { priority_buffer: *priority_buffer, size: *size, total };
                set(DcbChange { buffer: Some(buffer), ..DcbChange::default() })
            }
            Change::Defaults { at: _, tos, v2 } => {
                use smartnic_core::rdma::GidType::{RoceV1, RoceV2};
                let side = device()?;
                let defaults = RoceDefaults { mode: if *v2 { RoceV2 } else { RoceV1 }, tos: *tos };
                host.rdma()?.set_roce_defaults(&side.device, side.port, &defaults)
            }
            Change::Congestion { function: _, name, value } => {
                host.rdma()?.set_congestion(&device()?.device, name, *value)
            }
            Change::Verify(wanted) => {
                let left = between(&now, &wanted.state()?);
                match left.is_empty() {
                    true => Ok(()),
                    false => {
                        let left: Vec<String> = left.iter().map(ToString::to_string).collect();
                        Err(Error::new(ErrorKind::Mismatch, "read RoCE back").on(link).reason(format!(
                            "the driver took the changes, and these are not there: {}",
                            left.join("; ")
                        )))
                    }
                }
            }
        }
    }

    /// What it stands for, as a person would type it.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        let link = &self.link;
        let map = |values: &[u8; 8]| -> String {
            values.iter().enumerate().map(|(at, value)| format!(" {at}:{value}")).collect()
        };
        let entry = |app: &DcbApp| match app.selector {
            DcbSelector::Dscp => format!(" dscp-prio {}:{}", app.protocol, app.priority),
            DcbSelector::Ethertype if app.protocol == 0 => format!(" default-prio {}", app.priority),
            _ => format!(" {}:{}", app.protocol, app.priority),
        };
        let on = |on: bool| if on { "on" } else { "off" };
        match &self.change {
            Change::Pause { rx, tx } => vec![format!("ethtool -A {link} rx {} tx {}", on(*rx), on(*tx))],
            Change::Mtu(mtu) => vec![format!("ip link set dev {link} mtu {mtu}")],
            Change::Dcbx(bits) => vec![format!("dcb dcbx set dev {link} # bits {bits:#x}")],
            Change::Ets(words) => {
                let how: String = words
                    .selection
                    .iter()
                    .enumerate()
                    .map(|(at, how)| {
                        let name = match how {
                            0 => "strict",
                            1 => "cbs",
                            2 => "ets",
                            _ => "vendor",
                        };
                        format!(" {at}:{name}")
                    })
                    .collect();
                vec![format!(
                    "dcb ets set dev {link} willing {} tc-tsa{how} tc-bw{} prio-tc{}",
                    on(words.willing),
                    map(&words.bandwidth),
                    map(&words.priority_class)
                )]
            }
            Change::Apps { add, remove } => {
                let lines = [("add", add), ("del", remove)].into_iter().filter(|(_, list)| !list.is_empty());
                lines
                    .map(|(verb, list)| {
                        let entries: String = list.iter().map(entry).collect();
                        format!("dcb app {verb} dev {link}{entries}")
                    })
                    .collect()
            }
            Change::Trust(order) => {
                let order: Vec<String> = order.iter().map(|it| format!("{it:?}").to_lowercase()).collect();
                vec![format!("dcb apptrust set dev {link} order {}", order.join(" "))]
            }
            Change::Pfc(enabled) => {
                let bits: String = (0..8).map(|at| format!(" {at}:{}", on(enabled >> at & 1 == 1))).collect();
                vec![format!("dcb pfc set dev {link} prio-pfc{bits}")]
            }
            Change::Buffer(priority_buffer, size) => {
                let sizes: String =
                    size.iter().enumerate().map(|(at, size)| format!(" {at}:{size}")).collect();
                vec![format!(
                    "dcb buffer set dev {link} prio-buffer{} buffer-size{sizes}",
                    map(priority_buffer)
                )]
            }
            Change::Defaults { at, tos, v2 } => {
                let place = format!("/sys/kernel/config/rdma_cm/{at}");
                let mode = if *v2 { "RoCE v2" } else { "IB/RoCE v1" };
                vec![
                    format!("echo {mode} > {place}/default_roce_mode"),
                    format!("echo {tos} > {place}/default_roce_tos"),
                ]
            }
            Change::Congestion { function, name, value } => {
                vec![format!("echo {value} > /sys/kernel/debug/mlx5/{function}/cc_params/{name}")]
            }
            Change::Verify(_) => vec![format!("# snicctl roce show {link}")],
        }
    }
}

impl fmt::Display for RoceStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let link = &self.link;
        let bits = |bits: u8| -> String {
            let on: Vec<String> = (0..8).filter(|at| bits >> at & 1 == 1).map(|at| at.to_string()).collect();
            if on.is_empty() { "none".to_owned() } else { on.join(", ") }
        };
        match &self.change {
            Change::Pause { rx: false, tx: false } => write!(f, "turn pausing of the whole link {link} off"),
            Change::Pause { rx, tx } => {
                write!(f, "set pausing of the whole link {link}: receive {rx}, send {tx}")
            }
            Change::Mtu(mtu) => write!(f, "set the MTU of {link} to {mtu}"),
            Change::Dcbx(bits) => write!(f, "set who negotiates DCB on {link} ({bits:#x})"),
            Change::Ets(_) => write!(f, "set classes and their shares on {link}"),
            Change::Apps { add, remove } => {
                let name = |app: &DcbApp| match app.selector {
                    DcbSelector::Dscp => format!(
                        "DSCP {} -> priority {}",
                        dscp_name(app.protocol).unwrap_or_else(|| app.protocol.to_string()),
                        app.priority
                    ),
                    other => format!("{other:?} {} -> priority {}", app.protocol, app.priority),
                };
                let add: Vec<String> = add.iter().map(name).collect();
                let remove: Vec<String> = remove.iter().map(name).collect();
                write!(f, "on {link}")?;
                if !add.is_empty() {
                    write!(f, " add {}", add.join(", "))?;
                }
                match (add.is_empty(), remove.is_empty()) {
                    (_, true) => Ok(()),
                    (true, false) => write!(f, " remove {}", remove.join(", ")),
                    (false, false) => write!(f, "; remove {}", remove.join(", ")),
                }
            }
            Change::Trust(_) => write!(f, "set what of packets is believed on {link}"),
            Change::Pfc(enabled) => write!(f, "pause priorities on {link}: {}", bits(*enabled)),
            Change::Buffer(..) => write!(f, "set receive buffers of {link}"),
            Change::Defaults { tos, v2, .. } => {
                write!(
                    f,
                    "give connections on {link} RoCE v{} with type of service {tos}",
                    if *v2 { 2 } else { 1 }
                )
            }
            Change::Congestion { name, value, .. } => {
                write!(f, "set {name} of congestion control on {link} to {value}")
            }
            Change::Verify(_) => write!(f, "read all of {link} back"),
        }
    }
}
