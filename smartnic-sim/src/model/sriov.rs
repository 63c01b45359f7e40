use smartnic_core::types::PciAddress;

use super::{Event, Instance, Machine, Role};
use crate::driver::VfDevlink;
use crate::errno::Errno;

/// The driver for functions that are handed to virtual machines; it takes a function only if told by name.
pub(crate) const VFIO: &str = "vfio-pci";

/// A PCI function of the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Pf(usize),
    Vf { pf: usize, vf: usize },
}

impl Machine {
    /// The function at an address.
    pub(crate) fn function(&self, address: PciAddress) -> Option<Function> {
        self.pfs.iter().enumerate().find_map(|(pf, state)| {
            if state.address == address {
                return Some(Function::Pf(pf));
            }
            let vf = state.vfs.iter().position(|vf| vf.address == address)?;
            Some(Function::Vf { pf, vf })
        })
    }

    /// Sets the number of VFs (`sriov_numvfs_store` in `drivers/pci/iov.c`, then the driver).
    pub(crate) fn set_num_vfs(&mut self, pf: usize, num: u32) -> Result<(), Errno> {
        let state = self.pfs.get(pf).ok_or(Errno::ENODEV)?;
        let now = state.vfs.len();
        if num > u32::from(self.total_vfs()) {
            return Err(Errno::ERANGE);
        }
        if num as usize == now {
            return Ok(());
        }
        if !state.bound {
            return Err(Errno::ENOENT);
        }
        // Without `sriov_configure`.
        if self.profile.driver.facts().vfs.by_module {
            return Err(Errno::ENOENT);
        }
        if num != 0 && now != 0 {
            return Err(Errno::EBUSY);
        }
        let down = self.uplink(pf).is_none_or(|dev| !dev.up);
        if let Some(refusal) = self.profile.driver.facts().vfs_need_link_up.filter(|_| down) {
            self.write_log(vec![refusal.into()]);
            return Ok(());
        }
        if num == 0 {
            self.remove_vfs(pf);
        } else {
            self.add_vfs(pf, num as usize);
        }
        Ok(())
    }

    /// How many VFs a physical function can have. Where a module makes them, SR-IOV is off in the firmware of a card that is
    /// not to have any.
    pub(crate) fn total_vfs(&self) -> u16 {
        match self.profile.driver.facts().vfs.by_module && self.module_vfs == 0 {
            true => 0,
            false => self.profile.total_vfs,
        }
    }

    fn add_vfs(&mut self, pf: usize, num: usize) {
        let vfs: Vec<_> = (0..num).filter_map(|vf| self.new_vf(pf, vf)).collect();
        let Some(state) = self.pfs.get_mut(pf) else { return };
        let (num, autoprobe) = (vfs.len(), state.autoprobe);
        for vf in &vfs {
            self.events.push(|| Event::Function { address: vf.address, there: true });
        }
        state.vfs = vfs;
        self.add_representors(pf, 0..num);
        let facts = self.profile.driver.facts();
        for vf in (0..num).filter(|_| autoprobe && !facts.vfs.by_module) {
            self.attach_vf(pf, vf, facts.vf_name);
        }
    }

    fn remove_vfs(&mut self, pf: usize) {
        let num = self.pfs.get(pf).map_or(0, |pf| pf.vfs.len());
        for vf in 0..num {
            self.detach_vf(pf, vf);
        }
        self.remove_representors(pf, 0..num);
        let gone = self.pfs.get_mut(pf).map(|state| std::mem::take(&mut state.vfs));
        for vf in gone.into_iter().flatten() {
            self.events.push(|| Event::Function { address: vf.address, there: false });
        }
    }

    /// Sets whether new VFs are bound to their driver.
    pub(crate) fn set_autoprobe(&mut self, pf: usize, on: bool) -> Result<(), Errno> {
        self.pfs.get_mut(pf).ok_or(Errno::ENODEV)?.autoprobe = on;
        Ok(())
    }

    /// The driver bound to a function.
    pub(crate) fn bound_driver(&self, function: Function) -> Option<&str> {
        match function {
            Function::Pf(pf) => {
                self.pfs.get(pf).filter(|pf| pf.bound).map(|_| self.profile.driver.facts().name)
            }
            Function::Vf { pf, vf } => self.pfs.get(pf)?.vfs.get(vf)?.driver.as_deref(),
        }
    }

    /// Takes a function away from `driver` (`unbind_store` in `drivers/base/bus.c`).
    pub(crate) fn unbind(&mut self, function: Function, driver: &str) -> Result<(), Errno> {
        if self.bound_driver(function) != Some(driver) {
            return Err(Errno::ENODEV);
        }
        match function {
            Function::Pf(pf) => self.unbind_pf(pf),
            Function::Vf { pf, vf } => self.detach_vf(pf, vf),
        }
        Ok(())
    }

    /// Gives a function to `driver`, which must be one that takes it (`bind_store` in `drivers/base/bus.c`).
    pub(crate) fn bind(&mut self, function: Function, driver: &str) -> Result<(), Errno> {
        let facts = self.profile.driver.facts();
        let (own, wanted) = match function {
            Function::Pf(pf) => (facts.name, self.pfs.get(pf).and_then(|pf| pf.driver_override.clone())),
            Function::Vf { pf, vf } => {
                let vf = self.pfs.get(pf).and_then(|pf| pf.vfs.get(vf));
                (facts.vf_name, vf.and_then(|vf| vf.driver_override.clone()))
            }
        };
        if driver != wanted.as_deref().unwrap_or(own) {
            return Err(Errno::ENODEV);
        }
        if self.bound_driver(function).is_some() {
            return Err(Errno::EBUSY);
        }
        // It skips those that it made for others (`probe_vf`).
        if matches!(function, Function::Vf { .. }) && driver == own && facts.vfs.by_module {
            return Err(Errno::ENODEV);
        }
        match function {
            Function::Pf(pf) => self.bind_pf(pf),
            Function::Vf { pf, vf } => self.attach_vf(pf, vf, driver),
        }
        Ok(())
    }

    /// Lets a function without a driver be taken by the one that claims it (`drivers_probe_store`).
    pub(crate) fn probe(&mut self, function: Function) {
        let facts = self.profile.driver.facts();
        let wanted = match function {
            Function::Pf(pf) => self.pfs.get(pf).and_then(|pf| pf.driver_override.clone()),
            Function::Vf { pf, vf } => {
                self.pfs.get(pf).and_then(|pf| pf.vfs.get(vf)).and_then(|vf| vf.driver_override.clone())
            }
        };
        let own = if matches!(function, Function::Pf(_)) { facts.name } else { facts.vf_name };
        let driver = wanted.unwrap_or_else(|| own.to_owned());
        if [own, VFIO].contains(&driver.as_str()) {
            // One that has a driver keeps it.
            let _ = self.bind(function, &driver);
        }
    }

    /// Sets the only driver that may take a function; none lifts it.
    pub(crate) fn set_driver_override(
        &mut self,
        function: Function,
        driver: Option<String>,
    ) -> Result<(), Errno> {
        let place = match function {
            Function::Pf(pf) => self.pfs.get_mut(pf).map(|pf| &mut pf.driver_override),
            Function::Vf { pf, vf } => {
                self.pfs.get_mut(pf).and_then(|pf| pf.vfs.get_mut(vf)).map(|vf| &mut vf.driver_override)
            }
        };
        *place.ok_or(Errno::ENODEV)? = driver;
        Ok(())
    }

    /// Binds a physical function to its driver: its link and devlink instance come up.
    pub(super) fn bind_pf(&mut self, pf: usize) {
        let Some(state) = self.pfs.get_mut(pf) else { return };
        state.bound = true;
        state.netns = None;
        let facts = self.profile.driver.facts();
        let ports = self.port_roles(pf);
        if !facts.representors_only {
            ports.iter().for_each(|role| self.come(*role));
        }
        if facts.devlink {
            self.tell_instance(Instance::Pf(pf));
            self.tell_traps(Instance::Pf(pf));
            ports.iter().for_each(|role| self.tell_port(pf, *role, Event::Port));
            self.events.push(|| Event::Regions { instance: Instance::Pf(pf), there: true });
        }
        if self.module_vfs > 0 {
            self.add_vfs(pf, usize::from(self.module_vfs));
        }
    }

    /// The roles of the links on a physical function's ports.
    pub(super) fn port_roles(&self, pf: usize) -> Vec<Role> {
        let further = (1..usize::from(self.profile.ports)).map(|port| Role::Port { pf, port });
        std::iter::once(Role::Uplink { pf }).chain(further).collect()
    }

    /// Takes a physical function away from its driver: VFs, representors, filters and settings go with it.
    fn unbind_pf(&mut self, pf: usize) {
        self.remove_sfs(pf);
        self.remove_vfs(pf);
        self.remove_host_representors(pf);
        self.withdraw_via(pf);
        self.drop_rates(pf, |_| true);
        let facts = self.profile.driver.facts();
        if facts.devlink {
            self.events.push(|| Event::Regions { instance: Instance::Pf(pf), there: false });
        }
        for role in self.port_roles(pf) {
            self.tell_port(pf, role, Event::PortGone);
            self.unregister(role);
        }
        self.drop_traps(Instance::Pf(pf));
        let Some(state) = self.pfs.get_mut(pf) else { return };
        state.bound = false;
        state.upkeep = super::UpkeepState::default();
        state.eswitch.mode = facts.eswitch.first_mode();
        state.eswitch.inline_mode = facts.inline_mode;
        state.eswitch.encap_mode = facts.encap_mode;
        if facts.devlink {
            self.tell_gone(Instance::Pf(pf));
        }
    }

    fn attach_vf(&mut self, pf: usize, vf: usize, driver: &str) {
        let facts = self.profile.driver.facts();
        let Some(state) = self.pfs.get_mut(pf).and_then(|pf| pf.vfs.get_mut(vf)) else { return };
        state.driver = Some(driver.to_owned());
        state.netns = None;
        if driver != facts.vf_name {
            return;
        }
        let role = Role::Vf { pf, vf };
        self.come(role);
        if facts.vf_devlink != VfDevlink::None {
            self.tell_instance(Instance::Vf { pf, vf });
        }
        if facts.vf_devlink == VfDevlink::VirtualPort {
            self.tell_port(pf, role, Event::Port);
        }
    }

    fn detach_vf(&mut self, pf: usize, vf: usize) {
        let facts = self.profile.driver.facts();
        let Some(state) = self.pfs.get_mut(pf).and_then(|pf| pf.vfs.get_mut(vf)) else { return };
        let Some(driver) = state.driver.take() else { return };
        if driver != facts.vf_name {
            return;
        }
        let role = Role::Vf { pf, vf };
        if facts.vf_devlink == VfDevlink::VirtualPort {
            self.tell_port(pf, role, Event::PortGone);
        }
        self.unregister(role);
        if facts.vf_devlink != VfDevlink::None {
            self.tell_gone(Instance::Vf { pf, vf });
        }
    }
}
