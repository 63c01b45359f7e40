//! What a host's links are ready for: RoCE v2, InfiniBand, Ultra Ethernet. What this kernel or this SDK does not tell is
//! said to be so, never guessed.

use serde::Serialize;
use smartnic_core::dcb::DcbState;

use crate::roce::{self, RoceState};
use crate::{ErrorKind, Host, Result};

/// What is said of what no kernel shows yet.
pub const NOT_EXPOSED: &str = "not exposed by this kernel";

/// One link, or one RDMA device without a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Posture {
    /// The link; none for a device that has none, as with InfiniBand.
    pub link: Option<String>,
    /// The RDMA device.
    pub rdma: Option<String>,
    /// The driver.
    pub driver: String,
    /// The products that the driver is for.
    pub hardware: String,
    /// What the RDMA device speaks, as the kernel says it (`roce`, `ib`).
    pub protocol: Option<String>,
    /// Its speed, in Mb/s.
    pub speed: String,
    /// Forward error correction in use or configured.
    pub fec: String,
    /// GIDs of RoCE v2, and how many of them go beyond the link.
    pub roce_v2: String,
    /// DSCP, ECN and type of service of connections.
    pub marking: String,
    /// The priorities that are paused.
    pub pfc: String,
    /// Who negotiates, and what the kernel was told of a neighbour.
    pub dcbx: String,
    /// Who speaks LLDP for the link.
    pub lldp: String,
    /// What does not fit together (`snicctl roce check`).
    pub findings: Vec<roce::Finding>,
    /// Ultra Ethernet: retry at the link layer.
    pub llr: &'static str,
    /// Ultra Ethernet: flow control by credits.
    pub cbfc: &'static str,
    /// Ultra Ethernet: its transport.
    pub uet: &'static str,
    /// libfabric and its providers.
    pub libfabric: String,
}

/// Reads it for every link of a NIC with RDMA or data centre bridging, and for RDMA devices without a link.
///
/// # Errors
/// Those of reading links.
pub fn report(host: &Host) -> Result<Vec<Posture>> {
    let states = RoceState::all(host)?;
    let devices = host.rdma().and_then(smartnic_core::backend::Rdma::rdma_devices).unwrap_or_default();
    let (libfabric, agents) = (libfabric(host), agents(host));
    let protocol = |name: &str| devices.iter().find(|device| device.name == name)?.protocol.clone();
    let mut all: Vec<Posture> = states.iter().map(|state| of_link(host, state, &protocol)).collect();
    for device in &devices {
        if all.iter().all(|posture| posture.rdma.as_deref() != Some(&*device.name)) {
            all.push(Posture {
                rdma: Some(device.name.clone()),
                protocol: device.protocol.clone(),
                ..empty()
            });
        }
    }
    for posture in &mut all {
        posture.libfabric.clone_from(&libfabric);
    }
    for (posture, state) in all.iter_mut().zip(&states) {
        let firmware = state.agent.as_ref().is_some_and(|agent| agent.negotiates);
        posture.lldp = if firmware { "the card's firmware".to_owned() } else { agents.clone() };
    }
    Ok(all)
}

/// Of all of the host, so it is the same at each link.
fn libfabric(host: &Host) -> String {
    match host.backend().fabric_library() {
        Ok(found) => {
            let names: Vec<&str> = found.providers.iter().map(|provider| &*provider.name).collect();
            format!("{}: {}", found.version, names.join(", "))
        }
        Err(error) if error.kind() == ErrorKind::Unsupported => format!("absent: {}", error.why()),
        Err(error) => error.to_string(),
    }
}

fn agents(host: &Host) -> String {
    match host.backend().lldp_agents() {
        Ok(agents) if agents.is_empty() => "nobody on this host".to_owned(),
        Ok(agents) => agents.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        Err(error) => format!("not known: {}", error.why()),
    }
}

/// What the kernel was told of the neighbour (`dcbnl_ieee_peer_*`); that it was told nothing is said.
fn neighbour(dcb: &DcbState) -> String {
    let mut words = Vec::new();
    if let Some(pfc) = dcb.peer_pfc {
        words.push(format!("pauses {}", priorities(pfc.enabled)));
    }
    if let Some(ets) = &dcb.peer_ets {
        words.push(format!("{} classes{}", ets.capacity, if ets.willing { ", willing" } else { "" }));
    }
    if let Some(apps) = &dcb.peer_apps {
        words.push(format!("{} entries", apps.len()));
    }
    if words.is_empty() { "not heard".to_owned() } else { words.join(", ") }
}

fn priorities(bits: u8) -> String {
    let on: Vec<String> = (0..8).filter(|at| bits >> at & 1 == 1).map(|at| at.to_string()).collect();
    if on.is_empty() { "none".to_owned() } else { on.join(",") }
}

fn empty() -> Posture {
    let none = || "-".to_owned();
    Posture {
        link: None,
        rdma: None,
        driver: String::new(),
        hardware: String::new(),
        protocol: None,
        speed: none(),
        fec: none(),
        roce_v2: none(),
        marking: none(),
        pfc: none(),
        dcbx: none(),
        lldp: none(),
        findings: Vec::new(),
        llr: NOT_EXPOSED,
        cbfc: NOT_EXPOSED,
        uet: NOT_EXPOSED,
        libfabric: none(),
    }
}

fn of_link(host: &Host, state: &RoceState, protocol: &dyn Fn(&str) -> Option<String>) -> Posture {
    let not_told = || "not told by the driver".to_owned();
    let side = state.rdma.as_ref();
    let fec = host.ethtool().and_then(|ethtool| ethtool.fec(state.ifindex)).ok().and_then(|fec| {
        let active = fec.active.map(|mode| mode.to_string());
        active.or_else(|| fec.modes.map(|modes| modes.on.join(",")))
    });
    let modes = host.ethtool().and_then(|ethtool| ethtool.link_modes(state.ifindex)).ok();
    let speed = modes.and_then(|modes| modes.speed).map(|speed| format!("{speed} Mb/s"));
    let defaults = side.and_then(|side| side.defaults);
    let ecn = |tos: u8| if tos & 3 == 0 { "not ECN-capable" } else { "ECN-capable" };
    let dcb = state.dcb.as_ref();
    let paused = dcb.and_then(|dcb| dcb.pfc).map(|pfc| priorities(pfc.enabled));
    let dcbx = dcb.and_then(|dcb| {
        let who = if dcb.dcbx? & 2 != 0 { "firmware" } else { "host" };
        Some(format!("{who}, neighbour {}", neighbour(dcb)))
    });
    Posture {
        link: Some(state.link.clone()),
        rdma: side.map(|side| side.device.clone()),
        driver: state.driver.clone(),
        hardware: host.adapter(&state.driver, &state.device.bus).facts().hardware.to_owned(),
        protocol: side.and_then(|side| protocol(&side.device)),
        speed: speed.unwrap_or_else(|| if state.up { not_told() } else { "the link is down".to_owned() }),
        fec: fec.unwrap_or_else(not_told),
        roce_v2: side.map_or_else(
            || "no RDMA device".to_owned(),
            |side| format!("{} GIDs, {} beyond the link", side.gids.v2, side.gids.v2_routable),
        ),
        marking: defaults.map_or_else(
            || "rdma_cm's defaults are not there".to_owned(),
            |it| format!("DSCP {}, {}", it.tos >> 2, ecn(it.tos)),
        ),
        pfc: paused.unwrap_or_else(not_told),
        dcbx: dcbx.unwrap_or_else(not_told),
        findings: roce::check(state, None),
        ..empty()
    }
}
