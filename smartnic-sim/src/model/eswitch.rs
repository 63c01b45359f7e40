use smartnic_core::device::{Eswitch, EswitchChange, EswitchMode};

use super::{Event, Instance, Machine, Role};
use crate::driver::{Change, ModeChange, VfDevlink};
use crate::errno::Errno;
use crate::note::Note;

impl Machine {
    /// The eswitch settings that an instance tells (`devlink_nl_eswitch_fill`).
    pub(crate) fn eswitch(&self, instance: Instance) -> Result<Eswitch, Errno> {
        match instance {
            // `mlx5_devlink_eswitch_get`
            Instance::Pf(_) if self.profile.driver.facts().infiniband => Err(Errno::EOPNOTSUPP),
            Instance::Pf(pf) => {
                let state = self.pfs.get(pf).ok_or(Errno::ENODEV)?.eswitch;
                Ok(Eswitch {
                    // A driver without the operation is not asked.
                    mode: Some(state.mode).filter(|_| self.profile.driver.facts().eswitch.is_told()),
                    inline_mode: state.inline_mode,
                    encap_mode: state.encap_mode,
                })
            }
            // A driver without these operations for its VFs is not asked, and there is nothing to tell.
            Instance::Vf { .. } if self.profile.driver.facts().vf_devlink == VfDevlink::Bare => {
                Ok(Eswitch { mode: None, inline_mode: None, encap_mode: None })
            }
            Instance::Vf { .. } | Instance::Sf { .. } => Err(Errno::EOPNOTSUPP),
        }
    }

    /// Changes eswitch settings in the kernel's order: mode, inline mode, encapsulation mode. What was changed
    /// before a refusal stays changed.
    pub(crate) fn set_eswitch(
        &mut self,
        instance: Instance,
        change: &EswitchChange,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let Instance::Pf(pf) = instance else {
            return if *change == EswitchChange::default() { Ok(()) } else { Err(Errno::EOPNOTSUPP) };
        };
        if let Some(mode) = change.mode {
            self.check_no_rate_nodes(pf, note)?;
            self.set_eswitch_mode(pf, mode, note)?;
        }
        let driver = self.profile.driver;
        let state = self.pfs.get_mut(pf).ok_or(Errno::ENODEV)?;
        if let Some(mode) = change.inline_mode {
            driver.set_inline_mode(mode, note)?;
            state.eswitch.inline_mode = Some(mode);
        }
        if let Some(mode) = change.encap_mode {
            driver.set_encap_mode(mode, state, note)?;
            state.eswitch.encap_mode = Some(mode);
        }
        Ok(())
    }

    fn set_eswitch_mode(&mut self, pf: usize, to: EswitchMode, note: &mut Note) -> Result<(), Errno> {
        let state = self.pfs.get(pf).ok_or(Errno::ENODEV)?;
        let now = state.eswitch.mode;
        let change = ModeChange { now, to, num_vfs: state.vfs.len(), flows: state.flows };
        let mut log = Vec::new();
        let decision = self.profile.driver.set_mode(change, &mut log, note);
        self.write_log(log);
        if decision? == Change::None {
            return Ok(());
        }
        if let Some(state) = self.pfs.get_mut(pf) {
            state.eswitch.mode = to;
        }
        let vfs = change.num_vfs;
        match (now == EswitchMode::Legacy, to == EswitchMode::Legacy) {
            (true, false) => {
                if self.profile.driver.facts().switchdev_turns_tc_offload_on {
                    let uplink = self.netdevs.values_mut().find(|dev| dev.role == Role::Uplink { pf });
                    if let Some(uplink) = uplink {
                        uplink.hw_tc = Some(true);
                    }
                }
                self.add_host_representors(pf);
                self.add_representors(pf, 0..vfs);
            }
            (false, true) => {
                self.estrange_ports(pf);
                self.remove_sfs(pf);
                self.remove_representors(pf, 0..vfs);
                self.remove_host_representors(pf);
            }
            _ => {}
        }
        Ok(())
    }

    /// Makes the representors of VFs, if the eswitch is in a switchdev mode.
    pub(super) fn add_representors(&mut self, pf: usize, vfs: std::ops::Range<usize>) {
        let legacy = self.pfs.get(pf).is_none_or(|pf| pf.eswitch.mode == EswitchMode::Legacy);
        for vf in vfs.filter(|_| !legacy) {
            let role = Role::Representor { pf, vf };
            self.come(role);
            self.tell_port(pf, role, Event::Port);
            self.add_rate_leaf(pf, self.port_index(role));
        }
    }

    /// The ends of the eswitch of another host's functions: its physical function's, then those of its VFs.
    fn host_roles(&self, pf: usize) -> impl Iterator<Item = Role> + use<> {
        let count = self.pfs.get(pf).map_or(0, |state| state.host.len());
        (0..count).map(move |at| Role::HostRepresentor { pf, vf: at.checked_sub(1) })
    }

    fn add_host_representors(&mut self, pf: usize) {
        for role in self.host_roles(pf) {
            self.come(role);
            self.tell_port(pf, role, Event::Port);
            self.add_rate_leaf(pf, self.port_index(role));
        }
    }

    /// Removes them; nothing changes on the other host but that nobody forwards for it.
    pub(super) fn remove_host_representors(&mut self, pf: usize) {
        for role in self.host_roles(pf) {
            if self.netns_with(role).is_some() {
                self.remove_rate_leaf(pf, self.port_index(role));
                self.tell_port(pf, role, Event::PortGone);
                self.unregister(role);
            }
        }
    }

    /// Removes the representors of VFs, with their filters.
    pub(super) fn remove_representors(&mut self, pf: usize, vfs: std::ops::Range<usize>) {
        for vf in vfs {
            let role = Role::Representor { pf, vf };
            if self.netns_with(role).is_some() {
                self.remove_rate_leaf(pf, self.port_index(role));
                self.tell_port(pf, role, Event::PortGone);
                self.unregister(role);
            }
        }
    }

    /// Tells of the devlink port of a link.
    pub(super) fn tell_port(&mut self, pf: usize, role: Role, event: fn(Box<super::DevlinkPort>) -> Event) {
        let facts = self.profile.driver.facts();
        let told = match role {
            Role::Representor { .. } | Role::HostRepresentor { .. } => facts.representor_ports,
            Role::Uplink { .. } | Role::Port { .. } => facts.uplink_port,
            _ => true,
        };
        if !told || !self.events.listening {
            return;
        }
        let netns = self.netns_of_port(role);
        self.within(netns.as_deref(), |there| {
            let Some(state) = there.pfs.get(pf) else { return };
            let port = Box::new(there.devlink_port(pf, state, role));
            there.events.push(|| event(port));
        });
    }
}
