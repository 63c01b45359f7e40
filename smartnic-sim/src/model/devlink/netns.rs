//! Network namespaces of devlink instances, and of what stands on their ports.

use super::Instance;
use crate::model::{Event, Machine, Role};

impl Machine {
    /// The namespace of an instance.
    pub(crate) fn netns_of(&self, instance: Instance) -> Option<&str> {
        match instance {
            Instance::Pf(pf) => self.pfs.get(pf)?.netns.as_deref(),
            Instance::Vf { pf, vf } => self.pfs.get(pf)?.vfs.get(vf)?.netns.as_deref(),
            Instance::Sf { pf, sf } => self.sf(pf, sf)?.netns.as_deref(),
        }
    }

    /// Lets an instance be in another namespace (`devlink_reload_netns_change`).
    pub(in crate::model) fn set_netns_of(&mut self, instance: Instance, to: Option<&str>) {
        let from = self.netns_of(instance).map(str::to_owned);
        if from.as_deref() == to {
            return;
        }
        self.tell_gone(instance);
        let place = match instance {
            Instance::Pf(pf) => self.pfs.get_mut(pf).map(|pf| &mut pf.netns),
            Instance::Vf { pf, vf } => {
                self.pfs.get_mut(pf).and_then(|pf| pf.vfs.get_mut(vf)).map(|vf| &mut vf.netns)
            }
            Instance::Sf { pf, sf } => {
                let sfs = self.pfs.get_mut(pf).map(|pf| &mut pf.sfs);
                sfs.and_then(|sfs| sfs.iter_mut().find(|one| one.number == sf)).map(|sf| &mut sf.netns)
            }
        };
        if let Some(place) = place {
            *place = to.map(str::to_owned);
        }
    }

    /// Tells of an instance in its namespace.
    pub(in crate::model) fn tell_instance(&mut self, instance: Instance) {
        let netns = self.netns_of(instance).map(str::to_owned);
        self.within(netns.as_deref(), |there| there.events.push(|| Event::Devlink(instance)));
    }

    /// Tells there that it is gone.
    pub(in crate::model) fn tell_gone(&mut self, instance: Instance) {
        let netns = self.netns_of(instance).map(str::to_owned);
        if let Some(handle) = self.handle_of(instance) {
            self.within(netns.as_deref(), |there| there.events.push(|| Event::DevlinkGone(handle)));
        }
    }

    /// The instance whose driver makes the links of a role.
    fn maker_of(role: Role) -> Option<Instance> {
        match role {
            Role::Vf { pf, vf } => Some(Instance::Vf { pf, vf }),
            Role::Sf { pf, sf } => Some(Instance::Sf { pf, sf }),
            role => role.pf().map(Instance::Pf),
        }
    }

    /// The namespace of the instance that a link's port belongs to.
    pub(in crate::model) fn netns_of_port(&self, role: Role) -> Option<String> {
        Self::maker_of(role).and_then(|instance| self.netns_of(instance)).map(str::to_owned)
    }

    /// The namespace that links of a role come up in: the first, or with some drivers that of their device (`dev_net_set`).
    pub(in crate::model) fn home_of(&self, role: Role) -> Option<String> {
        match self.profile.driver.device().links_follow {
            true => self.netns_of_port(role),
            false => None,
        }
    }
}
