//! The host and the NIC that the checks run on.

use std::fmt;
use std::sync::Arc;

use smartnic::{cycle, eswitch};
use smartnic_core::adapter::{EswitchTarget, OffloadContext, Prediction, Step, VendorAdapter};
use smartnic_core::backend::{FlowOp, FlowScope, Hook, Host, Outcome};
use smartnic_core::device::{EswitchMode, Link, Port};
use smartnic_core::flow::{ActionSet, Attach, FlowEntry, Netdev, Rule};
use smartnic_core::types::{DevlinkHandle, IfIndex};
use smartnic_core::{Error, ErrorKind};

use crate::state::State;
use crate::{Result, Rig};

/// How many VFs the checks make.
pub const VFS: u32 = 4;

/// What the NIC under test is.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Its devlink device.
    pub device: DevlinkHandle,
    /// The adapter that speaks for its driver.
    pub adapter: Arc<dyn VendorAdapter>,
    /// Whether it takes flow rules at all.
    pub offload: Offload,
    /// What it has of an eswitch.
    pub switch: Switch,
    /// Whether its driver has devlink.
    pub has_devlink: bool,
    /// Whether it has a link in its first mode; a function that only makes representors of others has none.
    pub own_link: bool,
}

/// What a NIC has of an eswitch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// Its mode can be set.
    Settable,
    /// It is always in this mode.
    Fixed(EswitchMode),
    /// It has none: no modes, no representors.
    None,
}

/// Whether a NIC takes flow rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offload {
    /// It takes those that its adapter says it takes.
    Rules,
    /// It takes rules of a few kinds, of which those from the uplink to a representor are none.
    Few,
    /// It takes none, and the kernel says so in these words.
    None(&'static str),
}

/// A host and the NIC under test.
pub struct Bench<'a> {
    facade: &'a smartnic::Host,
    /// The host itself.
    pub host: &'a dyn Host,
    /// The NIC.
    pub subject: Subject,
}

impl<'a> Bench<'a> {
    /// A bench with one NIC of a host: the one given, or the first.
    ///
    /// # Errors
    /// `NotFound` if there is no such NIC, or none at all.
    pub fn new(facade: &'a smartnic::Host, device: Option<&DevlinkHandle>) -> Result<Self, Error> {
        let nic = match device {
            Some(device) => facade.nic(device)?,
            None => facade.inventory()?.nics.into_iter().next().ok_or_else(|| {
                Error::new(ErrorKind::NotFound, "find a NIC to test").reason("the host has no devlink device")
            })?,
        };
        let kernel = facade.backend().kernel_release()?;
        let context = OffloadContext { kernel: &kernel, ..OffloadContext::default() };
        let modes = &nic.adapter.facts().modes;
        let switch = match (modes.settable.is_empty(), modes.fixed) {
            (false, _) if nic.mode().is_some() => Switch::Settable,
            // The driver has modes, this card has none: its ports carry InfiniBand.
            (false, _) => Switch::None,
            (true, Some(mode)) => Switch::Fixed(mode),
            (true, None) => Switch::None,
        };
        let redirects =
            nic.adapter.facts().flow.is_none_or(|flow| flow.limits.actions.contains(ActionSet::REDIRECT));
        let offload = match context.kernel_version() {
            _ if switch == Switch::None || !redirects => Offload::Few,
            Some(version) if nic.adapter.name() == "netdevsim" && version < (7, 2) => {
                Offload::None("only offload of BPF classifiers supported")
            }
            _ => Offload::Rules,
        };
        let subject = Subject {
            device: nic.handle().clone(),
            adapter: nic.adapter.clone(),
            offload,
            switch,
            has_devlink: nic.has_devlink,
            own_link: !nic.links.is_empty(),
        };
        Ok(Self { facade, host: facade.backend(), subject })
    }

    /// The NIC's devlink device.
    #[must_use]
    pub fn device(&self) -> &DevlinkHandle {
        &self.subject.device
    }

    /// Brings the NIC to a mode and a number of VFs; tells the steps that were taken.
    ///
    /// # Errors
    /// The failure of a step. `NotApplicable` where VFs are wanted and the device has none.
    pub fn go(&self, mode: EswitchMode, vfs: u32) -> Result<Vec<Step>> {
        if vfs > 0 && self.host.switchdev().sriov(self.device())?.total == Some(0) {
            return Err(crate::Stop::skip("this device has no VFs"));
        }
        let plan = eswitch::plan(self.facade, self.device(), &EswitchTarget { mode, num_vfs: Some(vfs) })?;
        // A DPU's own processor is asked not to take the network from the host that it is in; here nobody minds.
        let ports = self.ports()?;
        let force = ports.iter().any(|port| port.external);
        plan.run_with(self.facade, &cycle::Options { force, ..cycle::Options::default() }, &mut |_| {})?;
        let order = |step| match step {
            cycle::Step::Eswitch(order) => Some(order),
            _ => None,
        };
        Ok(plan.steps.into_iter().filter_map(order).collect())
    }

    /// Brings the NIC into switchdev mode with [`VFS`] VFs; one that has no VFs of its own, but makes representors of those
    /// of other functions, without any.
    ///
    /// # Errors
    /// As [`Bench::go`].
    pub fn go_switchdev(&self) -> Result {
        self.go(EswitchMode::Switchdev, if self.subject.own_link { VFS } else { 0 })?;
        Ok(())
    }

    /// Sees to it that the NIC has a link: one that has none of its own is brought into switchdev mode.
    ///
    /// # Errors
    /// As [`Bench::go`].
    pub fn with_links(&self) -> Result {
        if self.subject.own_link { Ok(()) } else { self.go_switchdev() }
    }

    /// The NIC's devlink ports; none if its driver has no devlink.
    ///
    /// # Errors
    /// Fails if they cannot be read.
    pub fn ports(&self) -> Result<Vec<Port>> {
        match self.subject.has_devlink {
            true => Ok(self.host.devlink().ports(Some(self.device()))?),
            false => Ok(Vec::new()),
        }
    }

    /// Ends a check that has no meaning without devlink.
    ///
    /// # Errors
    /// `NotApplicable` then.
    pub fn wants_devlink(&self) -> Result {
        match self.subject.has_devlink {
            true => Ok(()),
            false => Err(crate::Stop::skip("this driver has no devlink")),
        }
    }

    /// The eswitch mode.
    ///
    /// # Errors
    /// Fails if it cannot be read.
    pub fn mode(&self) -> Result<EswitchMode> {
        if !self.subject.has_devlink {
            return Ok(EswitchMode::Legacy);
        }
        let told = match self.host.devlink().eswitch(self.device()) {
            Err(error) if self.subject.switch == Switch::None && error.kind() == ErrorKind::Unsupported => {
                None
            }
            told => told?.mode,
        };
        match (told, self.subject.switch) {
            (Some(mode), _) | (None, Switch::Fixed(mode)) => Ok(mode),
            (None, Switch::None) => Ok(EswitchMode::Legacy),
            (None, Switch::Settable) => Err(crate::Stop::Failed("the eswitch has no mode".into())),
        }
    }

    /// The mode that the NIC starts in.
    #[must_use]
    pub fn first_mode(&self) -> EswitchMode {
        match self.subject.switch {
            Switch::Fixed(mode) => mode,
            Switch::Settable | Switch::None => EswitchMode::Legacy,
        }
    }

    /// Ends a check that has no meaning where the mode cannot be set.
    ///
    /// # Errors
    /// `NotApplicable` then.
    pub fn wants_modes(&self) -> Result {
        match self.subject.switch {
            Switch::Settable => Ok(()),
            _ => Err(crate::Stop::skip("the mode of this NIC cannot be set")),
        }
    }

    /// Ends a check that has no meaning without representors.
    ///
    /// # Errors
    /// `NotApplicable` then.
    pub fn wants_representors(&self) -> Result {
        match self.subject.switch {
            Switch::None => Err(crate::Stop::skip("this driver makes no representors")),
            _ => Ok(()),
        }
    }

    /// Brings the NIC into switchdev mode, if it has that, with [`VFS`] VFs and a `clsact` hook on the uplink and each
    /// representor.
    ///
    /// # Errors
    /// Fails if something of that is missing.
    pub fn rig(&self) -> Result<Rig> {
        match self.subject.switch {
            Switch::None => drop(self.go(EswitchMode::Legacy, VFS)?),
            _ => self.go_switchdev()?,
        }
        let rig = Rig::find(self)?;
        if self.subject.switch == Switch::None {
            if rig.uplink.mac.is_none() {
                return Err(crate::Stop::skip("links of IP over InfiniBand take no rules"));
            }
            // What an adapter's steps do elsewhere.
            self.host.switchdev().set_link_up(rig.uplink.ifindex, true)?;
            self.host.switchdev().set_tc_offload(rig.uplink.ifindex, true)?;
        }
        for link in rig.links() {
            self.host.flow().add_hook(&Hook::clsact(link.ifindex))?;
        }
        Ok(rig)
    }

    /// Adds one rule and reads it back.
    ///
    /// # Errors
    /// The kernel's refusal, or a failure to find the rule again.
    pub fn install(&self, rule: &Rule) -> Result<FlowEntry> {
        self.host.flow().add(rule)?;
        let same = |entry: &FlowEntry| {
            let there = &entry.rule;
            there.key == rule.key && there.protocol == rule.protocol && there.chain == rule.chain
        };
        let entries = self.host.flow().entries(&FlowScope::at(rule.attach.clone()))?;
        let mut found = entries.into_iter().filter(same);
        match (found.next(), found.next()) {
            (Some(entry), None) => Ok(entry),
            (None, _) => Err(crate::Stop::Failed(format!("{rule} was added but is not there"))),
            (Some(_), Some(_)) => Err(crate::Stop::Failed(format!("{rule} is there twice"))),
        }
    }

    /// Removes everything that stands at a place.
    ///
    /// # Errors
    /// The first refusal.
    pub fn clear(&self, place: &Attach) -> Result {
        let ids: Vec<_> =
            self.host.flow().entries(&FlowScope::at(place.clone()))?.iter().map(FlowEntry::id).collect();
        let ops: Vec<FlowOp<'_>> = ids.iter().map(FlowOp::Delete).collect();
        for outcome in self.host.flow().submit(&ops, true)? {
            if let Outcome::Failed(error) = outcome {
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// What the adapter expects to become of a rule here and now.
    ///
    /// # Errors
    /// Fails if the state that it depends on cannot be read.
    pub fn predict(&self, rig: &Rig, rule: &Rule) -> Result<Prediction> {
        let members: Vec<Netdev> = rig.links().map(|link| link.ifindex.into()).collect();
        let uplinks = [Netdev::from(rig.uplink.ifindex)];
        let at = rule.attach.dev().and_then(|dev| dev.index().ok());
        let kernel = self.host.kernel_release()?;
        let context = OffloadContext {
            link: "",
            mode: Some(self.mode()?),
            tc_offload: at.and_then(|link| self.host.switchdev().tc_offload(link).ok()),
            kernel: &kernel,
            same_switch: &members,
            uplinks: &uplinks,
        };
        Ok(self.subject.adapter.predict(rule, &context))
    }

    /// Brings the NIC back to a state that it was in: hooks, VFs, mode and link settings.
    ///
    /// # Errors
    /// The first failure.
    pub fn put_back(&self, state: &State) -> Result {
        for hook in self.host.flow().hooks(None)? {
            if state.hooks.contains(&hook) || !self.owns(hook.link)? {
                continue;
            }
            self.host.flow().remove_hook(&hook)?;
        }
        let told = state.eswitch.as_ref().and_then(|eswitch| eswitch.mode);
        if let Some(mode) = told.or((self.subject.switch != Switch::Settable).then(|| self.first_mode())) {
            self.go(mode, state.sriov.as_ref().map_or(0, |sriov| sriov.num))?;
        }
        for (link, tc_offload) in &state.links {
            let now = self.host.switchdev().links()?.into_iter().find(|now| now.ifindex == link.ifindex);
            if now.is_some_and(|now| now.up != link.up) {
                self.host.switchdev().set_link_up(link.ifindex, link.up)?;
            }
            match (tc_offload, self.host.switchdev().tc_offload(link.ifindex)) {
                (Some(wanted), Ok(now)) if *wanted != now => {
                    self.host.switchdev().set_tc_offload(link.ifindex, *wanted)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The NIC's own link, where its driver has no devlink port for it.
    ///
    /// # Errors
    /// Fails if the NIC cannot be read.
    pub fn uplink_without_port(&self) -> Result<Option<Link>> {
        let nic = self.facade.nic(self.device())?;
        Ok(nic.uplink().filter(|_| nic.ports.is_empty()).cloned())
    }

    /// True if a link belongs to the NIC.
    ///
    /// # Errors
    /// Fails if the links cannot be read.
    pub fn owns(&self, link: IfIndex) -> Result<bool> {
        Ok(State::links_of(self)?.iter().any(|own| own.ifindex == link))
    }
}

impl fmt::Debug for Bench<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench")
            .field("host", &self.host.uri())
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}
