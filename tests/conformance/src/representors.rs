use std::collections::BTreeMap;

use smartnic_core::device::{Link, Port, PortFlavour, PortName};
use smartnic_core::flow::Netdev;
use smartnic_core::types::{PortHandle, VfId};

use crate::bench::Bench;
use crate::{Result, Stop};

/// The switch's end of one VF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Representor {
    /// The VF.
    pub vf: VfId,
    /// The link that stands for it.
    pub link: Link,
    /// Its devlink port; some drivers (bnxt) have none for representors.
    pub port: Option<Port>,
}

/// A NIC in switchdev mode: its uplink and its VF representors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rig {
    /// The uplink.
    pub uplink: Link,
    /// The representors, in the order of their VFs.
    pub representors: Vec<Representor>,
}

/// Whether a port is physical; mlx4 does not tell of what flavour its ports are, which all are.
pub(crate) fn may_be_uplink(port: &Port) -> bool {
    matches!(port.flavour, PortFlavour::Physical | PortFlavour::Unknown(u16::MAX))
}

impl Rig {
    /// Finds the uplink and the representors by what ties them to the NIC, never by their names. VFs of another host are not
    /// of this machine.
    ///
    /// # Errors
    /// Fails if there is no uplink.
    pub fn find(bench: &Bench<'_>) -> Result<Self> {
        let ports: BTreeMap<PortHandle, Port> =
            bench.ports()?.into_iter().map(|port| (port.handle.clone(), port)).collect();
        let links = bench.host.switchdev().links()?;
        let port_of = |link: &Link| link.devlink_port.as_ref().and_then(|handle| ports.get(handle));
        let is_uplink = |link: &&Link| port_of(link).is_some_and(may_be_uplink);
        let uplink = links
            .iter()
            .find(is_uplink)
            .cloned()
            .or(bench.uplink_without_port()?)
            .ok_or_else(|| Stop::Failed("no link stands on a physical port of the NIC".into()))?;
        let mut representors: Vec<Representor> = links
            .iter()
            .filter_map(|link| match port_of(link) {
                Some(port) => {
                    let vf = port.vf.filter(|_| port.flavour == PortFlavour::PciVf && !port.external)?;
                    Some(Representor { vf, link: link.clone(), port: Some(port.clone()) })
                }
                None if link.devlink_port.is_none() && link.switch_id.is_some() => {
                    match (link.switch_id == uplink.switch_id, link.port_name.as_deref()?.parse()) {
                        (true, Ok(PortName::Vf { vf, .. })) => {
                            Some(Representor { vf, link: link.clone(), port: None })
                        }
                        _ => None,
                    }
                }
                None => None,
            })
            .collect();
        representors.sort_by_key(|representor| representor.vf);
        Ok(Self { uplink, representors })
    }

    /// The uplink and the representors.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        [&self.uplink].into_iter().chain(self.representors.iter().map(|representor| &representor.link))
    }

    /// The uplink, as rules name it.
    #[must_use]
    pub fn up(&self) -> Netdev {
        self.uplink.ifindex.into()
    }

    /// The representor of a VF, as rules name it; the uplink if there is none.
    #[must_use]
    pub fn rep(&self, vf: usize) -> Netdev {
        self.representors.get(vf).map_or_else(|| self.up(), |representor| representor.link.ifindex.into())
    }
}
