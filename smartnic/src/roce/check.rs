use serde::Serialize;
use smartnic_core::dcb::DcbSelector;
use smartnic_core::device::ParamMode;
use smartnic_core::rdma::GidType;

use super::against::{classes, entries_beside, new_entry};
use super::profile::{Buffers, Profile, Switch, Trust};
use super::state::RoceState;
use super::target::{FIRMWARE, SHARED};

/// Something that does not fit together on a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A short name of what it is about.
    pub topic: &'static str,
    /// What is there, and what comes of it.
    pub what: String,
    /// What to do.
    pub fix: String,
}

/// What headers of RoCE v2 and the kernel's reserve take of a link's MTU (`iboe_get_mtu`).
const HEADERS: u32 = 96;
/// The least MTU for messages of 4096 bytes in one packet.
const FULL_MTU: u32 = 4096 + HEADERS;

/// Looks at everything that must fit together on a link; with a profile also at what it wants. Empty: all fits.
#[must_use]
pub fn check(state: &RoceState, profile: Option<&Profile>) -> Vec<Finding> {
    let mut found = Vec::new();
    let link = &state.link;
    let mut say = |topic: &'static str, what: String, fix: String| found.push(Finding { topic, what, fix });
    for param in state.parameters.iter().filter(|param| param.on != param.wanted) {
        say(
            "devlink",
            format!("{} of {} is {}: there is no RoCE on {link}", param.name, state.device, param.on),
            match param.mode {
                ParamMode::DriverInit => {
                    format!("{}; devlink dev reload {}", param.command(&state.device), state.device)
                }
                ParamMode::Permanent => format!("{}   # and reset the device", param.command(&state.device)),
                _ => param.command(&state.device),
            },
        );
    }
    let Some(side) = &state.rdma else {
        say(
            "rdma",
            format!("{link} has no RDMA device"),
            "devlink dev param show: is enable_roce off? is the RDMA driver loaded?".to_owned(),
        );
        return found;
    };
    let default = Profile::default();
    let wanted = profile.unwrap_or(&default);
    // Type of service of connections, and their GIDs.
    let tos = side.defaults.map_or(wanted.tos(), |defaults| defaults.tos);
    if let Some(defaults) = side.defaults {
        let place = format!("/sys/kernel/config/rdma_cm/{}/ports/{}", side.device, side.port);
        if defaults.tos == 0 || profile.is_some() && defaults.tos != wanted.tos() {
            say(
                "tos",
                format!(
                    "connections on {link} get type of service {} (DSCP {}), not {} (DSCP {}): they are not in the class of RoCE",
                    defaults.tos,
                    defaults.tos >> 2,
                    wanted.tos(),
                    wanted.dscp
                ),
                format!("echo {} > {place}/default_roce_tos", wanted.tos()),
            );
        }
        if defaults.mode == GidType::RoceV1 && GidType::from(wanted.gid) == GidType::RoceV2 {
            say(
                "gid",
                format!("connections on {link} get RoCE v1, which has no DSCP and is not routed"),
                format!("echo RoCE v2 > {place}/default_roce_mode"),
            );
        }
    }
    if side.gids.v2 == 0 && GidType::from(wanted.gid) == GidType::RoceV2 {
        say(
            "gid",
            format!("{}/{} has no GID of RoCE v2", side.device, side.port),
            format!("give {link} an address and set it up: ip link set dev {link} up"),
        );
    }
    if let Some(mtu) = wanted.mtu.filter(|mtu| *mtu != state.mtu && state.mtu >= FULL_MTU) {
        say(
            "mtu",
            format!(
                "the MTU of {link} is {}, not {mtu}: both ends and the switches need the same",
                state.mtu
            ),
            format!("ip link set dev {link} mtu {mtu}   # at both ends and on the switches between"),
        );
    } else if state.mtu < FULL_MTU && profile.is_none_or(|it| it.mtu.is_none_or(|mtu| mtu != state.mtu)) {
        let rdma = [4096, 2048, 1024, 512, 256].into_iter().find(|size| size + HEADERS <= state.mtu);
        say(
            "mtu",
            format!(
                "the MTU of {link} is {}: RDMA messages go in packets of {} bytes, not 4096",
                state.mtu,
                rdma.unwrap_or(0)
            ),
            format!(
                "ip link set dev {link} mtu {}   # at both ends and on the switches between",
                wanted.mtu.unwrap_or(4200)
            ),
        );
    }
    let Some(dcb) = &state.dcb else {
        say(
            "dcb",
            format!("the driver of {link} has no data centre bridging"),
            "RoCE runs without pausing here: rely on ECN".to_owned(),
        );
        return found;
    };
    if dcb.dcbx.is_some_and(|bits| bits & FIRMWARE != 0) {
        say(
            "dcbx",
            format!("firmware negotiates on {link}, and refuses what the host sets"),
            match &state.agent {
                Some(agent) => agent.command(link),
                None => "it is firmware's tool that turns its negotiation off".to_owned(),
            },
        );
    }
    // DSCP to priority.
    let dscp = u16::from(if tos == 0 { wanted.dscp } else { tos >> 2 });
    let of = |dscp: u16| {
        let apps = dcb.apps.iter().flatten();
        apps.filter(|app| app.selector == DcbSelector::Dscp && app.protocol == dscp)
            .map(|app| app.priority)
            .max()
    };
    let by_pcp = wanted.trust == Trust::Pcp;
    let priority = match of(dscp) {
        _ if by_pcp => {
            let entries = dcb.apps.iter().flatten();
            let by_dscp: Vec<String> = entries
                .filter(|app| app.selector == DcbSelector::Dscp)
                .map(|app| format!("{}:{}", app.protocol, app.priority))
                .collect();
            if !by_dscp.is_empty() {
                say(
                    "trust",
                    format!("{link} has entries by DSCP, and is to go by the PCP of VLAN tags"),
                    format!("dcb app del dev {link} dscp-prio {}", by_dscp.join(" ")),
                );
            }
            wanted.priority
        }
        None => {
            say(
                "dscp",
                format!("DSCP {dscp}, which RoCE has, has no entry on {link}: its packets have priority 0"),
                new_entry(state, dscp, None, wanted.priority),
            );
            wanted.priority
        }
        Some(priority) if profile.is_some() && priority != wanted.priority => {
            say(
                "dscp",
                format!("DSCP {dscp} has priority {priority} on {link}, not {}", wanted.priority),
                new_entry(state, dscp, Some(priority), wanted.priority),
            );
            wanted.priority
        }
        Some(priority) => priority,
    };
    if let Some(profile) = profile.filter(|_| !by_pcp) {
        entries_beside(state, dcb, profile, &mut say);
    }
    if by_pcp {
        if dcb.trust.as_ref().is_some_and(|order| !order.contains(&DcbSelector::Pcp)) {
            say(
                "trust",
                format!("{link} does not believe the PCP of VLAN tags"),
                format!("dcb apptrust set dev {link} order pcp"),
            );
        }
    } else if dcb.trust.as_ref().is_some_and(|order| !order.contains(&DcbSelector::Dscp)) {
        say(
            "trust",
            format!("{link} does not believe the DSCP of packets"),
            format!("dcb apptrust set dev {link} order dscp"),
        );
    }
    let paused = dcb.pfc.map_or(0, |pfc| pfc.enabled);
    let is_paused = |priority: u8| paused >> priority & 1 == 1;
    let lossless = profile.is_none_or(|it| it.paused().contains(&it.priority));
    if lossless && dcb.pfc.is_some() && !is_paused(priority) {
        say(
            "pfc",
            format!(
                "priority {priority}, which RoCE has, is not paused on {link}: packets are dropped when queues are full"
            ),
            format!("dcb pfc set dev {link} prio-pfc {priority}:on"),
        );
    }
    for other in (0..8).filter(|other| *other != priority && is_paused(*other)) {
        if profile.is_none_or(|it| !it.paused().contains(&other)) {
            say(
                "pfc",
                format!(
                    "priority {other} is paused on {link}, and RoCE is not in it: what is in it can block the link"
                ),
                format!("dcb pfc set dev {link} prio-pfc {other}:off"),
            );
        }
    }
    let any_paused = paused != 0 || profile.is_some_and(|it| !it.paused().is_empty());
    if let Some(pause) = state.pause.filter(|pause| any_paused && (pause.rx || pause.tx)) {
        let _ = pause;
        say(
            "pause",
            format!("{link} pauses the whole link too: priorities are not paused one by one then"),
            format!("ethtool -A {link} rx off tx off"),
        );
    }
    // Priority to class.
    if let Some(ets) = &dcb.ets {
        let class = ets.priority_class[usize::from(priority)];
        let beside: Vec<String> = (0..8u8)
            .filter(|other| {
                is_paused(priority) && !is_paused(*other) && ets.priority_class[usize::from(*other)] == class
            })
            .map(|other| other.to_string())
            .collect();
        if !beside.is_empty() {
            say(
                "class",
                format!(
                    "on {link} priority {priority} shares class {class} with {}, which may be dropped: they wait for each other",
                    beside.join(", ")
                ),
                format!("dcb ets set dev {link} prio-tc {priority}:{priority}"),
            );
        }
        if let Some(shares) = profile.and_then(|it| it.ets.as_ref()) {
            classes(link, ets, shares, beside.is_empty().then_some(priority), &mut say);
        }
        let at = usize::from(class) & 7;
        if profile.is_none_or(|it| it.ets.is_none()) && ets.selection[at] == 2 && ets.tx_bandwidth[at] == 0 {
            say(
                "class",
                format!("class {class} of RoCE has no share of the wire on {link}"),
                format!("dcb ets set dev {link} tc-bw {class}:50 and lessen others"),
            );
        }
        if ets.willing && dcb.peer_ets.is_some() {
            say(
                "dcbx",
                format!("{link} takes over what the neighbour recommends"),
                format!("dcb ets set dev {link} willing off"),
            );
        }
    }
    // Priority to buffer.
    let to_be_paused =
        |priority: u8| profile.map_or(is_paused(priority), |it| it.paused().contains(&priority));
    let kept = profile.is_some_and(|it| it.buffers == Buffers::Keep);
    if let Some(buffer) = dcb.buffer.filter(|_| to_be_paused(priority) && !kept) {
        let place = buffer.priority_buffer[usize::from(priority)];
        let beside =
            (0..8u8).any(|other| !to_be_paused(other) && buffer.priority_buffer[usize::from(other)] == place);
        if beside {
            say(
                "buffer",
                format!(
                    "on {link} priority {priority} is to be paused and shares receive buffer {place} with priorities that are not"
                ),
                format!(
                    "dcb buffer set dev {link} buffer-size 0:{0} 1:{0} prio-buffer {priority}:1",
                    buffer.total / 512 * 256
                ),
            );
        } else if buffer.size[usize::from(place) & 7] < 2 * state.mtu {
            say(
                "buffer",
                format!(
                    "receive buffer {place} of priority {priority} on {link} is smaller than two packets"
                ),
                format!("dcb buffer set dev {link} buffer-size {place}:{}", buffer.total / 2),
            );
        }
    }
    // Congestion notifications.
    if let Some(cnp) = side.congestion.get("np_cnp_dscp").and_then(|value| u16::try_from(*value).ok()) {
        if profile.is_some_and(|it| it.cnp_dscp.is_some_and(|dscp| u16::from(dscp) != cnp)) {
            let dscp = wanted.cnp_dscp.unwrap_or_default();
            say(
                "cnp",
                format!("congestion notifications of {} have DSCP {cnp}, not {dscp}", side.device),
                format!("echo {dscp} > /sys/kernel/debug/mlx5/{}/cc_params/np_cnp_dscp", state.device.device),
            );
        }
        // What the profile says of their entry was held against the table above.
        let told = profile.is_some_and(|it| it.cnp_dscp.map(u16::from) == Some(cnp));
        if cnp == dscp || !told && of(cnp).is_some_and(is_paused) {
            say(
                "cnp",
                format!(
                    "congestion notifications (DSCP {cnp}) are in what is paused: they wait behind what they report"
                ),
                format!(
                    "dcb app replace dev {link} dscp-prio {0}:{1}; echo {0} > /sys/kernel/debug/mlx5/{2}/cc_params/np_cnp_dscp",
                    wanted.cnp_dscp.unwrap_or(48),
                    wanted.cnp_priority(),
                    state.device.device
                ),
            );
        }
    }
    if let Some(ecn) =
        side.ecn.filter(|_| tos & 3 != 0 && profile.is_none_or(|it| it.ecn.is_none_or(Switch::is_on)))
    {
        for (what, file, bits) in [
            ("marked packets are not reported", "roce_np", ecn.notification),
            ("reports of congestion are not obeyed", "roce_rp", ecn.reaction),
        ] {
            if bits >> priority & 1 == 0 {
                say(
                    "ecn",
                    format!("{what} in priority {priority} on {link}"),
                    format!("echo 1 > /sys/class/net/{link}/ecn/{file}/enable/{priority}"),
                );
            }
        }
    }
    if let Some(peer) = dcb.peer_pfc.filter(|peer| peer.enabled != paused) {
        say(
            "peer",
            format!(
                "the neighbour of {link} pauses priorities {}, this end {}",
                priorities(peer.enabled),
                priorities(paused)
            ),
            "set the same at both ends".to_owned(),
        );
    }
    found
}

/// The numbers of priorities whose bits are on.
fn priorities(bits: u8) -> String {
    let on: Vec<String> = (0..8).filter(|at| bits >> at & 1 == 1).map(|at| at.to_string()).collect();
    format!("[{}]", on.join(", "))
}

/// In what two ends differ that must be the same at both.
#[must_use]
pub fn compare(one: &RoceState, other: &RoceState) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say = |topic: &'static str, one: String, other: String| {
        if one != other {
            let what = format!("{one} at the first, {other} at the second");
            found.push(Finding { topic, what, fix: "set the same at both ends".to_owned() });
        }
    };
    let text = |value: Option<String>| value.unwrap_or_else(|| "not told".to_owned());
    let both = |of: &dyn Fn(&RoceState) -> Option<String>| (text(of(one)), text(of(other)));
    let mut each = |topic: &'static str, of: &dyn Fn(&RoceState) -> Option<String>| {
        let (one, other) = both(of);
        say(topic, one, other);
    };
    each("mtu", &|it| Some(it.mtu.to_string()));
    each("type of service", &|it| Some(it.rdma.as_ref()?.defaults?.tos.to_string()));
    each("type of GIDs", &|it| Some(it.rdma.as_ref()?.defaults?.mode.to_string()));
    each("paused priorities", &|it| Some(priorities(it.dcb.as_ref()?.pfc?.enabled)));
    each("whole link paused", &|it| it.pause.map(|pause| format!("rx {} tx {}", pause.rx, pause.tx)));
    each("DSCPs", &|it| {
        let apps = it.dcb.as_ref()?.apps.as_ref()?.iter().filter(|app| app.selector == DcbSelector::Dscp);
        Some(apps.map(|app| format!("{}:{}", app.protocol, app.priority)).collect::<Vec<_>>().join(" "))
    });
    each("shares of classes", &|it| {
        let ets = it.dcb.as_ref()?.ets?;
        let shares = (0..8).map(|class| match ets.selection[class] {
            SHARED => format!("{class}:{} %", ets.tx_bandwidth[class]),
            _ => format!("{class}:strict"),
        });
        Some(shares.collect::<Vec<_>>().join(" "))
    });
    each("classes of priorities", &|it| Some(format!("{:?}", it.dcb.as_ref()?.ets?.priority_class)));
    each("congestion control by priority", &|it| {
        it.rdma.as_ref()?.ecn.map(|ecn| {
            format!("reported in {}, obeyed in {}", priorities(ecn.notification), priorities(ecn.reaction))
        })
    });
    each("DSCP of notifications", &|it| {
        it.rdma.as_ref()?.congestion.get("np_cnp_dscp").map(ToString::to_string)
    });
    found
}
