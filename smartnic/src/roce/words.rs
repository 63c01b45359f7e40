use std::fmt;

use smartnic_core::dcb::{DcbApp, DcbSelector};

use super::change::{Change, RoceStep};
use crate::text::dcb::dscp_name;

impl RoceStep {
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
            Change::Ecn(ecn) => {
                let place = format!("/sys/class/net/{link}/ecn");
                let sides = [("roce_np", ecn.notification), ("roce_rp", ecn.reaction)];
                let lines =
                    sides.iter().flat_map(|(side, bits)| (0..8).map(move |at| (side, at, bits >> at & 1)));
                lines.map(|(side, at, on)| format!("echo {on} > {place}/{side}/enable/{at}")).collect()
            }
            Change::Agent { flag, on: set, .. } => {
                vec![format!("ethtool --set-priv-flags {link} {flag} {}", on(*set))]
            }
            Change::Parameter { device, name, mode, on } => {
                vec![format!("devlink dev param set {device} name {name} value {on} cmode {mode}")]
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
            Change::Ecn(ecn) => write!(
                f,
                "let {link} report congestion in priorities {}, and obey such reports in {}",
                bits(ecn.notification),
                bits(ecn.reaction)
            ),
            Change::Agent { flag, firmware: false, .. } => {
                write!(f, "take DCB of {link} from firmware ({flag})")
            }
            Change::Agent { flag, firmware: true, .. } => {
                write!(f, "give DCB of {link} to firmware ({flag})")
            }
            Change::Parameter { device, name, on, .. } => write!(f, "set {name} of {device} to {on}"),
            Change::Verify(_) => write!(f, "read all of {link} back"),
        }
    }
}
