use smartnic_core::adapter::RoceFacts;
use smartnic_core::dcb::{DcbApp, DcbBuffer, DcbEts, DcbSelector};
use smartnic_core::device::ParamMode;
use smartnic_core::rdma::RoceDefaults;

use super::profile::{Buffers, Profile, Share, Trust};
use super::state::RoceState;

/// `IEEE_8021QAZ_TSA_ETS`.
pub(super) const SHARED: u8 = 2;
/// `DCB_CAP_DCBX_HOST`, `DCB_CAP_DCBX_LLD_MANAGED`.
const HOST: u8 = 1;
pub(super) const FIRMWARE: u8 = 2;
/// Buffers are given in steps of so many bytes (the cells of mlx5 are no larger).
const STEP: u32 = 256;

/// What a link would be like by a profile, and what of the profile this host cannot be given, in words.
pub(crate) struct Target {
    pub(crate) state: RoceState,
    pub(crate) notes: Vec<String>,
    /// What must hold before any change, and why it does not, with what lifts that.
    pub(crate) obstacles: Vec<(&'static str, Option<String>)>,
}

pub(crate) fn target(now: &RoceState, profile: &Profile, facts: Option<RoceFacts>) -> Target {
    let (mut state, mut notes) = (now.clone(), Vec::new());
    let paused = profile.paused().iter().fold(0, |bits, priority| bits | 1 << priority);
    let taken = take_from_firmware(&mut state, &mut notes);
    let obstacles = vec![
        ("the host may set DCB", who_has_dcb(&state)),
        ("RoCE is turned on", parameters(&mut state, &mut notes)),
    ];
    if let Some(mtu) = profile.mtu {
        state.mtu = mtu;
    }
    match &mut state.pause {
        Some(pause) if paused != 0 => (pause.rx, pause.tx) = (false, false),
        Some(_) => {}
        None => notes.push("the driver does not tell whether it pauses the whole link".to_owned()),
    }
    match &mut state.dcb {
        None => notes.push(
            "the driver has no data centre bridging: trust, dscp, pfc, ets and buffers cannot be set"
                .to_owned(),
        ),
        Some(dcb) => {
            if let (true, Some(apps)) = (taken, &mut dcb.apps) {
                // What firmware had goes with it.
                apps.clear();
            }
            let fixed = facts.is_some_and(|facts| facts.fixed_classes) && profile.trust == Trust::Dscp;
            match &mut dcb.ets {
                Some(ets) => set_ets(ets, profile, paused, fixed, &mut notes),
                None if profile.ets.is_some() => {
                    notes.push("the driver tells no classes: ets cannot be set".to_owned())
                }
                None => {}
            }
            if let Some(pfc) = &mut dcb.pfc {
                pfc.enabled = paused;
            }
            if let Some(apps) = &mut dcb.apps {
                set_apps(apps, profile);
            }
            match &mut dcb.trust {
                Some(order) => {
                    *order = vec![match profile.trust {
                        Trust::Dscp => DcbSelector::Dscp,
                        Trust::Pcp => DcbSelector::Pcp,
                    }];
                }
                None if facts.is_some_and(|facts| facts.trust_by_entries) => {}
                None => notes.push("the driver does not say what of a packet it believes".to_owned()),
            }
            if let (Some(buffer), Buffers::Auto, true) = (&mut dcb.buffer, profile.buffers, paused != 0) {
                set_buffer(buffer, paused);
            }
        }
    }
    match &mut state.rdma {
        None => notes
            .push("the link has no RDMA device: gid, traffic_class and cnp_dscp cannot be set".to_owned()),
        Some(side) => {
            match &mut side.defaults {
                Some(defaults) => *defaults = RoceDefaults { mode: profile.gid.into(), tos: profile.tos() },
                None => notes.push(
                    "rdma_cm's defaults are not there (modprobe rdma_cm, configfs): programs choose gid and traffic_class themselves".to_owned(),
                ),
            }
            if let Some(dscp) = profile.cnp_dscp {
                match side.congestion.get_mut("np_cnp_dscp") {
                    Some(value) => *value = dscp.into(),
                    None => notes.push("cnp_dscp is not exposed by this kernel and driver".to_owned()),
                }
            }
            if let (Some(wanted), Some(ecn)) = (profile.ecn, &mut side.ecn) {
                let bit = 1 << profile.priority;
                for bits in [&mut ecn.notification, &mut ecn.reaction] {
                    *bits = if wanted.is_on() { *bits | bit } else { *bits & !bit };
                }
            }
            if profile.ecn.is_some() && side.congestion.is_empty() && side.ecn.is_none() {
                notes.push("congestion control is not exposed by this kernel and driver: ecn is what the firmware makes of it".to_owned());
            }
        }
    }
    Target { state, notes, obstacles }
}

/// True if firmware has DCB and its agent can be turned off.
fn take_from_firmware(state: &mut RoceState, notes: &mut Vec<String>) -> bool {
    let Some(agent) = state.agent.as_mut().filter(|agent| agent.negotiates) else { return false };
    (agent.on, agent.negotiates) = (!agent.on, false);
    notes.push(format!(
        "firmware's agent on {} goes off: a switch that negotiates hears nothing more, unless the host has an LLDP agent",
        state.link
    ));
    if let Some(bits) = state.dcb.as_mut().and_then(|dcb| dcb.dcbx.as_mut()) {
        *bits = *bits & !FIRMWARE | HOST;
    }
    true
}

fn who_has_dcb(state: &RoceState) -> Option<String> {
    let bits = state.dcb.as_ref()?.dcbx?;
    (bits & FIRMWARE != 0).then(|| "firmware negotiates, and refuses what the host sets".to_owned())
}

/// Turns on what can be turned on at once; says what stands in the way of the rest.
fn parameters(state: &mut RoceState, notes: &mut Vec<String>) -> Option<String> {
    let mut missing = Vec::new();
    for param in state.parameters.iter_mut().filter(|param| param.on != param.wanted) {
        if param.mode == ParamMode::Runtime {
            param.on = param.wanted;
            continue;
        }
        let then = match param.mode {
            ParamMode::DriverInit => format!("devlink dev reload {}", state.device),
            _ => "reset the device".to_owned(),
        };
        missing.push(format!(
            "{} is {}: {}; then {then}",
            param.name,
            param.on,
            param.command(&state.device)
        ));
    }
    if state.rdma.is_none() && missing.is_empty() && !state.parameters.is_empty() {
        notes
            .push("an RDMA device that comes meanwhile gets nothing yet: apply the profile again".to_owned());
    }
    (!missing.is_empty()).then(|| missing.join("; "))
}

fn set_ets(ets: &mut DcbEts, profile: &Profile, paused: u8, fixed: bool, notes: &mut Vec<String>) {
    ets.willing = false;
    if fixed {
        notes.push(
            "the driver keeps each priority in the class of its number while it goes by DSCP".to_owned(),
        );
        ets.priority_class = std::array::from_fn(|priority| priority as u8);
    }
    let Some(wanted) = &profile.ets else { return };
    for class in 0..8u8 {
        let at = usize::from(class);
        (ets.selection[at], ets.tx_bandwidth[at]) = match wanted.get(&class) {
            Some(Share::Percent(percent)) => (SHARED, *percent),
            Some(Share::Strict(_)) | None => (0, 0),
        };
    }
    if fixed {
        return;
    }
    let lossy = wanted.keys().find(|class| paused >> **class & 1 == 0).copied().unwrap_or(0);
    for priority in 0..8u8 {
        ets.priority_class[usize::from(priority)] =
            if wanted.contains_key(&priority) { priority } else { lossy };
    }
}

fn set_apps(apps: &mut Vec<DcbApp>, profile: &Profile) {
    let selector = DcbSelector::Dscp;
    if profile.trust == Trust::Pcp {
        apps.retain(|app| app.selector != selector);
        return;
    }
    let mut wanted = vec![DcbApp { selector, protocol: profile.dscp.into(), priority: profile.priority }];
    if let Some(dscp) = profile.cnp_dscp {
        wanted.push(DcbApp { selector, protocol: dscp.into(), priority: profile.cnp_priority() });
    }
    let paused = profile.paused();
    // Nothing else may come into what is paused.
    apps.retain(|app| {
        app.selector != selector
            || wanted.iter().all(|new| new.protocol != app.protocol) && !paused.contains(&app.priority)
    });
    apps.extend(wanted);
    apps.sort_unstable();
}

/// The first buffer for what may be dropped, the second for what is paused, which gets at least half.
fn set_buffer(buffer: &mut DcbBuffer, paused: u8) {
    let half = buffer.total / 2 / STEP * STEP;
    buffer.size = [0; 8];
    (buffer.size[0], buffer.size[1]) = (half, half);
    for (priority, place) in buffer.priority_buffer.iter_mut().enumerate() {
        *place = paused >> priority & 1;
    }
}
