//! Hosts and their devices.

use smartnic::types::DevlinkHandle;
use smartnic::{Error, eswitch};

use crate::bridge::{Device, Representor};
use crate::failed::Result;
use crate::plan::Plan;

/// A machine with NICs, real or simulated.
pub(crate) struct Host(pub(crate) smartnic::Host);

pub(crate) fn open_host(uri: &str) -> Result<Box<Host>> {
    Ok(Box::new(Host(smartnic::Host::open(uri)?)))
}

/// A value in words; empty if there is none.
pub(crate) fn words(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

impl Host {
    pub(crate) fn uri(&self) -> &str {
        self.0.uri()
    }

    pub(crate) fn save(&self) -> Result<()> {
        Ok(self.0.save()?)
    }

    pub(crate) fn devices(&self) -> Result<Vec<Device>> {
        let device = |nic: &smartnic::inventory::Nic| Device {
            handle: nic.handle().to_string(),
            driver: nic.driver().to_owned(),
            adapter: nic.adapter.facts().name.to_owned(),
            mode: words(nic.mode()),
            uplink: words(nic.uplink().map(|link| &link.name)),
            vfs: nic.sriov.as_ref().map_or(0, |sriov| sriov.num),
            max_vfs: nic.sriov.as_ref().and_then(|sriov| sriov.total).unwrap_or(0),
        };
        Ok(self.0.inventory()?.nics.iter().map(device).collect())
    }

    pub(crate) fn representors(&self, device: &str) -> Result<Vec<Representor>> {
        let all = self.0.nic(&device.parse()?)?.representors().into_iter();
        Ok(all
            .map(|one| Representor {
                name: one.name.to_string(),
                netdev: one.link.name,
                function: words(one.function),
            })
            .collect())
    }

    pub(crate) fn plan_eswitch(&self, device: &str, mode: &str, vfs: i64) -> Result<Box<Plan>> {
        let device: DevlinkHandle = device.parse()?;
        let vfs = match vfs {
            -1 => None,
            vfs => Some(u32::try_from(vfs).map_err(|_| {
                Error::invalid("change the eswitch mode", "vfs must be a number, or -1 to keep them")
                    .on(&device)
            })?),
        };
        Ok(Box::new(Plan(eswitch::plan(&self.0, &device, &eswitch::target(mode, vfs)?)?)))
    }
}
