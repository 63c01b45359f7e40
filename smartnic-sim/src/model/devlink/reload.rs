use smartnic_core::device::{ReloadAction, ReloadCount, ReloadLimit};

use super::Instance;
use crate::errno::Errno;
use crate::model::{Event, Machine, Reloads, Role};
use crate::note::Note;

impl Machine {
    /// Reloads a device (`devlink_nl_reload_doit`), into another namespace if one is given; returns which actions were
    /// performed.
    pub(crate) fn reload(
        &mut self,
        instance: Instance,
        (action, limit): (ReloadAction, ReloadLimit),
        to: Option<Option<&str>>,
        note: &mut Note,
    ) -> Result<Vec<ReloadAction>, Errno> {
        let device = self.profile.driver.device();
        if !self.reload_actions(instance).contains(&action) {
            note.say("Requested reload action is not supported by the driver");
            return Err(Errno::EOPNOTSUPP);
        }
        if limit != ReloadLimit::Unspecified {
            if !device.reload_limits.contains(&limit) {
                note.say("Requested limit is not supported by the driver");
                return Err(Errno::EOPNOTSUPP);
            }
            if action == ReloadAction::DriverReinit {
                note.say("Requested limit is invalid for this action");
                return Err(Errno::EINVAL);
            }
        }
        if let (Some(refusal), true) = (device.netns_refusal, to.is_some()) {
            note.say(refusal);
            return Err(Errno::EOPNOTSUPP);
        }
        let now = self.netns_of(instance).map(str::to_owned);
        let to = to.map_or(now.clone(), |to| to.map(str::to_owned));
        if to != now && action != ReloadAction::DriverReinit {
            note.say("Changing namespace is only supported for reinit action");
            return Err(Errno::EOPNOTSUPP);
        }
        let pf = match instance {
            Instance::Pf(pf) => pf,
            Instance::Vf { pf, vf } => {
                self.renew_links(instance, pf, &[Role::Vf { pf, vf }], to.as_deref());
                return Ok(vec![action]);
            }
            Instance::Sf { pf, sf } => {
                self.renew_links(instance, pf, &[Role::Sf { pf, sf }], to.as_deref());
                return Ok(vec![action]);
            }
        };
        self.check_resources(instance, note)?;
        let up = self.uplink(pf).is_some_and(|dev| dev.up);
        let state = self.pfs.get(pf).ok_or(Errno::ENODEV)?;
        let performed = self.profile.driver.reload(state, up, action, limit, note)?;
        if performed.contains(&ReloadAction::DriverReinit) && !device.reload_keeps_links {
            self.renew_resources(pf);
            self.remove_sfs(pf);
            let vfs = self.pfs.get(pf).map_or(0, |pf| pf.vfs.len());
            self.remove_representors(pf, 0..vfs);
            self.drop_rates(pf, |_| true);
            if let Some(state) = self.pfs.get_mut(pf) {
                state.eswitch.mode = self.profile.driver.facts().eswitch.first_mode();
                state.upkeep.renew_ports();
            }
            self.renew_links(instance, pf, &self.port_roles(pf), to.as_deref());
        } else {
            self.set_netns_of(instance, to.as_deref());
        }
        if let Some(state) = self.pfs.get_mut(pf) {
            let Reloads { driver_reinit, fw_activate, fw_activate_no_reset } = &mut state.reloads;
            for done in &performed {
                match (done, limit) {
                    (ReloadAction::DriverReinit, _) => *driver_reinit += 1,
                    (_, ReloadLimit::NoReset) => *fw_activate_no_reset += 1,
                    _ => *fw_activate += 1,
                }
            }
        }
        if performed.contains(&ReloadAction::FwActivate) {
            self.activate_firmware();
        }
        self.tell_instance(instance);
        Ok(performed)
    }

    /// The actions that an instance can be reloaded with.
    fn reload_actions(&self, instance: Instance) -> &'static [ReloadAction] {
        let device = self.profile.driver.device();
        match instance {
            Instance::Pf(_) => device.reload_actions,
            Instance::Vf { .. } | Instance::Sf { .. } if device.vfs_reload => &[ReloadAction::DriverReinit],
            _ => &[],
        }
    }

    /// How often an instance was reloaded, and how often by what others did (`devlink_reload_stats_put`).
    pub(crate) fn reload_counts(&self, instance: Instance) -> (Vec<ReloadCount>, Vec<ReloadCount>) {
        let limits = self.profile.driver.device().reload_limits;
        let counts = match instance {
            Instance::Pf(pf) => self.pfs.get(pf).map(|pf| pf.reloads).unwrap_or_default(),
            _ => Reloads::default(),
        };
        let count = |action: ReloadAction, counts: Reloads, limited: bool| {
            let counts = match action {
                ReloadAction::DriverReinit => vec![(ReloadLimit::Unspecified, counts.driver_reinit)],
                _ => {
                    let mut all = vec![(ReloadLimit::Unspecified, counts.fw_activate)];
                    if limited {
                        all.push((ReloadLimit::NoReset, counts.fw_activate_no_reset));
                    }
                    all
                }
            };
            ReloadCount { action, counts }
        };
        let limited = limits.contains(&ReloadLimit::NoReset);
        let local = self.reload_actions(instance).iter().map(|action| count(*action, counts, limited));
        // What others did is told for everything that there is.
        let remote = ReloadAction::ALL.iter().map(|action| count(*action, Reloads::default(), true));
        (local.collect(), remote.collect())
    }

    /// Splits the first port, or with 1 joins it again; the split is there after the next boot.
    pub(crate) fn split_port(
        &mut self,
        instance: Instance,
        index: u32,
        count: Option<u32>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let port = self.devlink_port_at(instance, index)?;
        let Instance::Pf(pf) = instance else { return Err(Errno::EOPNOTSUPP) };
        let splits = self.profile.splittable && port.number.is_some();
        if !splits {
            return Err(Errno::EOPNOTSUPP);
        }
        if let Some(count) = count {
            if !port.splittable {
                note.say("Port cannot be split");
                return Err(Errno::EINVAL);
            }
            if count < 2 || !count.is_power_of_two() || count > port.lanes.unwrap_or(0) {
                note.say("Invalid split count");
                return Err(Errno::EINVAL);
            }
        }
        let state = self.pfs.get_mut(pf).ok_or(Errno::ENODEV)?;
        let count = count.unwrap_or(1);
        self.profile.driver.split(count, state.split, note)?;
        state.split = Some(count);
        Ok(())
    }

    /// A driver starts anew: its links go with everything on them, its traps are as they started, and other links come,
    /// in a namespace that may be another.
    pub(in crate::model) fn renew_links(
        &mut self,
        instance: Instance,
        pf: usize,
        roles: &[Role],
        netns: Option<&str>,
    ) {
        for role in roles {
            self.tell_port(pf, *role, Event::PortGone);
            self.unregister(*role);
        }
        self.drop_traps(instance);
        if self.netns_of(instance) != netns {
            self.set_netns_of(instance, netns);
            self.tell_instance(instance);
        }
        self.tell_traps(instance);
        for role in roles {
            self.come(*role);
            self.tell_port(pf, *role, Event::Port);
        }
    }
}
