use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use smartnic_core::device::{Eswitch, Link, PortName, Sriov, VfSettings, VirtualFunction};
use smartnic_core::types::{DevlinkHandle, IfIndex, VfId};

use super::SfState;
use crate::roce::{self, RoceState};
use crate::{Error, ErrorKind, Host, Result};

/// What changes of a device may touch, as it is at one time. It holds nothing that is new each time a link is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceState {
    /// The device.
    pub device: DevlinkHandle,
    /// The driver, if devlink tells it.
    pub driver: String,
    /// The adapter that speaks for it; empty for a device without devlink.
    pub adapter: String,
    /// The settings of its eswitch, if it has one.
    pub eswitch: Option<Eswitch>,
    /// Its VFs and their drivers, if it can have VFs.
    pub sriov: Option<Sriov>,
    /// How many of its ports belong to the host that the card is in: more than none on a DPU's own processor.
    #[serde(default)]
    pub externals: usize,
    /// Its sub-functions.
    pub sfs: Vec<SfState>,
    /// What is laid down for its VFs.
    pub vfs: Vec<VfSettings>,
    /// Its links, those of its VFs, and the representors.
    pub links: Vec<LinkState>,
    /// The name of the physical function's link, for people.
    pub link: Option<String>,
    /// RoCE on one of its links, if the change is about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roce: Option<Box<RoceState>>,
}

/// A link, by what it stands on and not by its name or number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LinkId {
    /// The function that it stands on.
    pub function: DevlinkHandle,
    /// The name of its port on the switch, if it has one.
    pub port: Option<String>,
}

/// What is restored of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkState {
    /// Which link.
    pub id: LinkId,
    /// Whether it is set up.
    pub up: bool,
    /// Whether `hw-tc-offload` is on, where there is such a feature.
    pub tc_offload: Option<bool>,
}

/// The links of a device: its own and the representors, and those of its VFs.
pub(super) struct Links {
    pub(super) own: Vec<Link>,
    pub(super) of_vfs: Vec<(DevlinkHandle, Link)>,
}

impl DeviceState {
    /// Reads it.
    ///
    /// # Errors
    /// `NotFound` if there is no such device; those of reading links, eswitch and SR-IOV state.
    pub fn read(host: &Host, device: &DevlinkHandle) -> Result<Self> {
        let nic = absent(host.nic(device))?;
        let sriov = absent(host.switchdev().sriov(device))?;
        let Some((driver, adapter)) = (match (&nic, &sriov) {
            (Some(nic), _) => Some((nic.driver().to_owned(), nic.adapter.name().to_owned())),
            (None, Some(_)) => Some(Default::default()),
            (None, None) => None,
        }) else {
            return host.nic(device).map(|_| unreachable!("it was not there a moment ago"));
        };
        let eswitch = match &nic {
            Some(nic) if nic.has_devlink => match host.devlink().eswitch(device) {
                Err(error) if error.kind() == ErrorKind::Unsupported => None,
                // One that was there a moment ago has gone.
                read => Some(read?),
            },
            _ => None,
        };
        let sfs = match &nic {
            Some(nic) => super::sf::read(&nic.ports),
            None => Vec::new(),
        };
        let externals = nic.iter().flat_map(|nic| &nic.ports).filter(|port| port.external).count();
        let found = Links::read(host, device, sriov.as_ref())?;
        // Each port of a function that has several lays down its own; the first is the one that is changed.
        let vfs = found.physical().map(|link| link.vfs.clone()).unwrap_or_default();
        let mut links: Vec<LinkState> =
            found.all(device).map(|(id, link)| state_of(host, id, link)).collect();
        links.sort_by(|left, right| left.id.cmp(&right.id));
        let link = found.physical().map(|link| link.name.clone());
        Ok(Self {
            device: device.clone(),
            driver,
            adapter,
            eswitch,
            sriov,
            externals,
            sfs,
            vfs,
            links,
            link,
            roce: None,
        })
    }

    /// Reads the same again.
    ///
    /// # Errors
    /// Those of [`DeviceState::read`].
    pub fn again(&self, host: &Host) -> Result<Self> {
        let mut now = Self::read(host, &self.device)?;
        if let Some(roce) = &self.roce {
            now.roce = Some(Box::new(RoceState::read(host, &roce.link)?));
        }
        Ok(now)
    }

    /// How many VFs there are.
    #[must_use]
    pub fn num_vfs(&self) -> u32 {
        self.sriov.as_ref().map_or(0, |sriov| sriov.num)
    }

    /// The VFs that have devices.
    #[must_use]
    pub fn functions(&self) -> &[VirtualFunction] {
        self.sriov.as_ref().map_or(&[], |sriov| &sriov.functions)
    }

    /// The device of a VF.
    #[must_use]
    pub fn function(&self, vf: VfId) -> Option<&VirtualFunction> {
        self.functions().iter().find(|function| function.vf == vf)
    }

    /// In what another state differs from this one, in words; empty if in nothing.
    #[must_use]
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let mut all = Vec::new();
        let mut say = |what: String, was: String, is: String| {
            if was != is {
                all.push(format!("{what} was {was} and is {is}"));
            }
        };
        let mode = |state: &Self| {
            state.eswitch.map_or("none".into(), |eswitch| {
                let text = |value: Option<String>| value.unwrap_or_else(|| "none".into());
                format!(
                    "{} (inline mode {}, encapsulation {})",
                    text(eswitch.mode.map(|mode| mode.to_string())),
                    text(eswitch.inline_mode.map(|mode| mode.to_string())),
                    text(eswitch.encap_mode.map(|mode| mode.to_string()))
                )
            })
        };
        say("the eswitch mode".into(), mode(self), mode(now));
        say("the number of VFs".into(), self.num_vfs().to_string(), now.num_vfs().to_string());
        let autoprobe =
            |state: &Self| format!("{:?}", state.sriov.as_ref().and_then(|sriov| sriov.autoprobe));
        say("sriov_drivers_autoprobe".into(), autoprobe(self), autoprobe(now));
        let vfs: BTreeSet<VfId> =
            self.functions().iter().chain(now.functions()).map(|function| function.vf).collect();
        for vf in vfs {
            let text = |state: &Self| match state.function(vf) {
                None => "without a device".to_owned(),
                Some(function) => format!(
                    "with {}{}",
                    function.driver.as_deref().unwrap_or("no driver"),
                    function
                        .driver_override
                        .iter()
                        .map(|name| format!(" (override {name})"))
                        .collect::<String>()
                ),
            };
            say(format!("VF {vf}"), text(self), text(now));
        }
        for was in &self.vfs {
            match now.vfs.iter().find(|is| is.vf == was.vf) {
                None => all.push(format!("what was laid down for VF {} is not told any more", was.vf)),
                Some(is) => all.extend(
                    was.changes_from(is).iter().map(|change| format!("VF {} was set to {change}", was.vf)),
                ),
            }
        }
        for was in &self.sfs {
            match now.sfs.iter().find(|is| is.id == was.id) {
                None => all.push(format!("the sub-function {} is gone", was.id)),
                Some(is) if is != was => all.push(format!(
                    "the sub-function {} was {} and is {}",
                    was.id,
                    super::sf::words(&was.function),
                    super::sf::words(&is.function)
                )),
                Some(_) => {}
            }
        }
        let new = now.sfs.iter().filter(|is| self.sfs.iter().all(|was| was.id != is.id));
        all.extend(new.map(|is| format!("the sub-function {} is new", is.id)));
        for was in &self.links {
            match now.links.iter().find(|is| is.id == was.id) {
                None => all.push(format!("the link {} is gone", was.id)),
                Some(is) if is != was => all.push(format!("the link {} was {was} and is {is}", was.id)),
                Some(_) => {}
            }
        }
        all.extend(
            now.links
                .iter()
                .filter(|is| self.links.iter().all(|was| was.id != is.id))
                .map(|is| format!("the link {} is new", is.id)),
        );
        if let (Some(was), Some(is)) = (&self.roce, &now.roce) {
            all.extend(roce::between(is, was).iter().map(|step| format!("to be undone: {step}")));
        }
        all
    }
}

impl Links {
    pub(super) fn read(host: &Host, device: &DevlinkHandle, sriov: Option<&Sriov>) -> Result<Self> {
        let on = |link: &Link, handle: &DevlinkHandle| {
            let parent = (link.parent_bus.as_deref(), link.parent_device.as_deref());
            parent == (Some(&*handle.bus), Some(&*handle.device))
                || link.devlink_port.as_ref().is_some_and(|port| port.device == *handle)
        };
        let own = match absent(host.nic(device))? {
            Some(nic) => nic.links,
            None => host.switchdev().links()?.into_iter().filter(|link| on(link, device)).collect(),
        };
        let functions = sriov.map_or(&[][..], |sriov| &sriov.functions);
        let mut of_vfs = Vec::new();
        if !functions.is_empty() {
            for link in host.switchdev().links()? {
                if let Some(function) = functions.iter().find(|function| on(&link, &function.device)) {
                    of_vfs.push((function.device.clone(), link));
                }
            }
        }
        Ok(Self { own, of_vfs })
    }

    /// Each link with what it stands on.
    pub(super) fn all<'a>(&'a self, device: &'a DevlinkHandle) -> impl Iterator<Item = (LinkId, &'a Link)> {
        let own = self
            .own
            .iter()
            .map(move |link| (LinkId { function: device.clone(), port: link.port_name.clone() }, link));
        let of_vfs = self.of_vfs.iter().map(|(function, link)| {
            (LinkId { function: function.clone(), port: link.port_name.clone() }, link)
        });
        own.chain(of_vfs)
    }

    /// The link of the physical function: it tells VFs, or stands for no function.
    pub(super) fn physical(&self) -> Option<&Link> {
        let stands_for = |link: &Link| match link.port_name.as_deref().map(str::parse::<PortName>) {
            Some(Ok(PortName::Physical { .. })) | None => false,
            Some(Ok(_)) => true,
            Some(Err(_)) => false,
        };
        self.own
            .iter()
            .find(|link| !link.vfs.is_empty())
            .or_else(|| self.own.iter().find(|link| !stands_for(link)))
    }

    /// The number of the link of the physical function.
    pub(super) fn physical_index(&self, device: &DevlinkHandle) -> Result<IfIndex> {
        self.physical().map(|link| link.ifindex).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "find the link of the physical function")
                .on(device)
                .reason("no link of this device is in this network namespace")
        })
    }
}

fn state_of(host: &Host, id: LinkId, link: &Link) -> LinkState {
    LinkState { id, up: link.up, tc_offload: host.switchdev().tc_offload(link.ifindex).ok() }
}

impl std::fmt::Display for LinkId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.port {
            Some(port) => write!(f, "{port} of {}", self.function),
            None => write!(f, "of {}", self.function),
        }
    }
}

impl std::fmt::Display for LinkState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.up { "up" } else { "down" })?;
        match self.tc_offload {
            Some(true) => f.write_str(" with hw-tc-offload"),
            Some(false) => f.write_str(" without hw-tc-offload"),
            None => Ok(()),
        }
    }
}

/// What a driver or bus does not have is no failure of reading it.
pub(super) fn absent<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
