use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smartnic_core::adapter::FirmwareAgent;
use smartnic_core::dcb::{COUNT, DcbState};
use smartnic_core::device::{ParamMode, ParamValue};
use smartnic_core::rdma::{GidType, LinkEcn, RoceDefaults};
use smartnic_core::types::{DevlinkHandle, IfIndex};

use crate::{Error, ErrorKind, Host, Result};

/// What a host tells of RoCE on one link, from all the places where it lies. What is `None` is not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoceState {
    /// The link.
    pub link: String,
    /// Its number.
    pub ifindex: IfIndex,
    /// The device that it stands on.
    pub device: DevlinkHandle,
    /// The driver.
    pub driver: String,
    /// Whether the link is up.
    pub up: bool,
    /// The largest payload, in bytes.
    pub mtu: u32,
    /// Pausing of the whole link.
    pub pause: Option<LinkPause>,
    /// Whether firmware has data centre bridging, where the driver has a flag for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Agent>,
    /// The devlink parameters that RoCE hangs on, as far as the device has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<RoceParameter>,
    /// Data centre bridging, without counters, tables in order.
    pub dcb: Option<DcbState>,
    /// The RDMA device on the link.
    pub rdma: Option<RdmaSide>,
}

/// The private flag by which firmware negotiates data centre bridging, and refuses what the host sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// The flag.
    pub flag: String,
    /// Whether it is on.
    pub on: bool,
    /// Whether firmware negotiates.
    pub negotiates: bool,
}

/// A devlink parameter that RoCE hangs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoceParameter {
    /// Its name.
    pub name: String,
    /// When a new value counts.
    pub mode: ParamMode,
    /// Its value.
    pub on: bool,
    /// The value that RoCE wants.
    pub wanted: bool,
}

/// Pausing of a whole link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkPause {
    /// Whether the peer is asked.
    pub autoneg: Option<bool>,
    /// Whether pauses are obeyed.
    pub rx: bool,
    /// Whether pauses are sent.
    pub tx: bool,
}

/// The RDMA device on a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RdmaSide {
    /// Its name.
    pub device: String,
    /// Its port.
    pub port: u32,
    /// What connections of rdma_cm get.
    pub defaults: Option<RoceDefaults>,
    /// Parameters of congestion control.
    pub congestion: BTreeMap<String, u64>,
    /// Which priorities take part in congestion control, where the vendor's own driver tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ecn: Option<LinkEcn>,
    /// How many GIDs there are of each type, and of RoCE v2 how many go beyond one link.
    pub gids: Gids,
}

/// What there is of GIDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Gids {
    /// Of RoCE v1.
    pub v1: usize,
    /// Of RoCE v2.
    pub v2: usize,
    /// Of RoCE v2, without those of one link only.
    pub v2_routable: usize,
}

impl Agent {
    /// The command that turns it over.
    pub(super) fn command(&self, link: &str) -> String {
        format!("ethtool --set-priv-flags {link} {} {}", self.flag, if self.on { "off" } else { "on" })
    }
}

impl RoceParameter {
    /// The command that sets it as RoCE wants it.
    pub(super) fn command(&self, device: &DevlinkHandle) -> String {
        format!("devlink dev param set {device} name {} value {} cmode {}", self.name, self.wanted, self.mode)
    }
}

impl RoceState {
    /// Reads it.
    ///
    /// # Errors
    /// `NotFound` if there is no such link on a NIC; those of reading links.
    pub fn read(host: &Host, link: &str) -> Result<Self> {
        let inventory = crate::inventory::read_here(host)?;
        let found =
            inventory.nics.iter().find_map(|nic| Some((nic, nic.links.iter().find(|it| it.name == link)?)));
        let Some((nic, found)) = found else {
            return Err(Error::new(ErrorKind::NotFound, "read RoCE")
                .on(link)
                .reason("no NIC has a link of this name")
                .hint("snicctl roce show lists the links that can have RoCE; of a bond, name its ports"));
        };
        let pause = host.ethtool().and_then(|ethtool| ethtool.pause(found.ifindex)).ok();
        let pause = pause.map(|pause| LinkPause {
            autoneg: pause.autoneg,
            rx: pause.rx.unwrap_or(false),
            tx: pause.tx.unwrap_or(false),
        });
        let dcb = host.dcb().and_then(|dcb| dcb.dcb(link)).ok().map(plain);
        let facts = host.adapter(nic.driver(), &nic.handle().bus).facts().roce;
        Ok(Self {
            link: link.to_owned(),
            ifindex: found.ifindex,
            device: nic.handle().clone(),
            driver: nic.driver().to_owned(),
            up: found.up,
            mtu: found.mtu,
            pause,
            agent: facts.and_then(|facts| facts.agent).and_then(|flag| agent(host, found.ifindex, flag)),
            parameters: facts.map_or_else(Vec::new, |facts| parameters(host, nic.handle(), facts.params)),
            dcb,
            rdma: rdma(host, link)?,
        })
    }

    /// Reads it for each link of a NIC that has an RDMA device or data centre bridging.
    ///
    /// # Errors
    /// Those of reading links.
    pub fn all(host: &Host) -> Result<Vec<Self>> {
        let inventory = crate::inventory::read_here(host)?;
        let links = inventory.nics.iter().flat_map(|nic| &nic.links);
        let states = links.map(|link| Self::read(host, &link.name)).collect::<Result<Vec<_>>>()?;
        Ok(states.into_iter().filter(|state| state.dcb.is_some() || state.rdma.is_some()).collect())
    }
}

/// Without what counts by itself, and with tables in order.
fn plain(mut dcb: DcbState) -> DcbState {
    for pfc in [&mut dcb.pfc, &mut dcb.peer_pfc].into_iter().flatten() {
        (pfc.requests, pfc.indications) = ([0; COUNT], [0; COUNT]);
    }
    for table in [&mut dcb.apps, &mut dcb.rewrites, &mut dcb.peer_apps].into_iter().flatten() {
        table.sort_unstable();
    }
    dcb
}

fn agent(host: &Host, link: IfIndex, agent: FirmwareAgent) -> Option<Agent> {
    let flags = host.ethtool().and_then(|ethtool| ethtool.private_flags(link)).ok()?.flags?;
    let there = flags.of.iter().flatten().any(|name| name == agent.flag);
    let on = flags.has(agent.flag);
    there.then(|| Agent { flag: agent.flag.to_owned(), on, negotiates: on == agent.on })
}

fn parameters(host: &Host, device: &DevlinkHandle, wanted: &[(&str, bool)]) -> Vec<RoceParameter> {
    let read = |(name, wanted): &(&str, bool)| {
        let param = host.devlink().param(device, name).ok()?;
        let (mode, on) = param.values.iter().find_map(|setting| match setting.value {
            ParamValue::Bool(on) => Some((setting.mode, on)),
            _ => None,
        })?;
        Some(RoceParameter { name: (*name).to_owned(), mode, on, wanted: *wanted })
    };
    wanted.iter().filter_map(read).collect()
}

fn rdma(host: &Host, link: &str) -> Result<Option<RdmaSide>> {
    let Ok(rdma) = host.rdma() else { return Ok(None) };
    let Ok(devices) = rdma.rdma_devices() else { return Ok(None) };
    for device in devices {
        for port in rdma.rdma_ports(&device.name)? {
            if port.netdev.as_deref() != Some(link) {
                continue;
            }
            let (name, number) = (&device.name, port.number);
            let mut gids = Gids::default();
            for entry in rdma.rdma_gids(name, number).unwrap_or_default() {
                match entry.kind {
                    Some(GidType::RoceV1) => gids.v1 += 1,
                    Some(GidType::RoceV2) => {
                        gids.v2 += 1;
                        gids.v2_routable += usize::from(!entry.gid.is_link_local());
                    }
                    _ => {}
                }
            }
            return Ok(Some(RdmaSide {
                device: name.clone(),
                port: number,
                defaults: rdma.roce_defaults(name, number).ok(),
                congestion: rdma.congestion(name).unwrap_or_default().into_iter().collect(),
                ecn: rdma.link_ecn(link).ok(),
                gids,
            }));
        }
    }
    Ok(None)
}
