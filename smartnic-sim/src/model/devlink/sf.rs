use smartnic_core::device::{EswitchMode, NewPort};
use smartnic_core::types::Mac;

use super::{DevlinkPort, Instance};
use crate::errno::Errno;
use crate::model::build::local_mac;
use crate::model::{Coming, Due, Event, FunctionSettings, Machine, Role, Sf};
use crate::note::Note;

/// The purpose of the random addresses of sub-functions whose drivers choose them.
const CHOSEN_MAC: u64 = 7;

impl Machine {
    /// The sub-function of this number.
    pub(crate) fn sf(&self, pf: usize, number: u32) -> Option<&Sf> {
        self.pfs.get(pf)?.sfs.iter().find(|sf| sf.number == number)
    }

    /// The name of a sub-function's auxiliary device, while it is active.
    pub(crate) fn sf_device(&self, pf: usize, number: u32) -> Option<String> {
        let sfs = self.profile.driver.device().sub_functions.as_ref()?;
        Some(format!("{}.{}", sfs.device, self.sf(pf, number)?.device?))
    }

    /// Adds a port for a sub-function (`devlink_nl_port_new_doit`, then the driver).
    pub(crate) fn add_port(
        &mut self,
        instance: Instance,
        new: &NewPort,
        note: &mut Note,
    ) -> Result<DevlinkPort, Errno> {
        let Instance::Pf(pf) = instance else { return Err(Errno::EOPNOTSUPP) };
        let driver = self.profile.driver;
        let state = self.pfs.get(pf).ok_or(Errno::ENODEV)?;
        let switchdev = state.eswitch.mode != EswitchMode::Legacy;
        driver.check_sub_function(pf, new, switchdev, note)?;
        let sfs = driver.device().sub_functions.as_ref().ok_or(Errno::EOPNOTSUPP)?;
        let free = |number: &u32| state.sfs.iter().all(|sf| sf.number != *number);
        let number = match new.sf {
            Some(number) if !free(&number.0) => {
                // The texts of mlx5_core and ice.
                let (text, errno) = match sfs.device {
                    "ice.sf" => ("ice: Subfunction with given sfnum already exists", Errno::EBUSY),
                    _ => ("mlx5_core: SF already exist. Choose different sfnum", Errno::EEXIST),
                };
                note.say(text);
                return Err(errno);
            }
            Some(number) => number.0,
            None => (0..).find(free).ok_or(Errno::ENOSPC)?,
        };
        if state.sfs.len() >= sfs.most as usize {
            return Err(Errno::ENOSPC);
        }
        let slot = (0..).find(|slot| state.sfs.iter().all(|sf| sf.slot != *slot)).ok_or(Errno::ENOSPC)?;
        let mac = match new.sf.is_some() && sfs.attrs.max_io_eqs {
            true => Mac::default(),
            false => local_mac(self.seed, CHOSEN_MAC, pf, number as usize),
        };
        let settings = FunctionSettings { max_io_eqs: sfs.max_io_eqs, ..FunctionSettings::default() };
        let sf = Sf { number, slot, mac, settings, device: None, due: None, netns: None };
        if let Some(state) = self.pfs.get_mut(pf) {
            let at = state.sfs.partition_point(|sf| sf.slot < slot);
            state.sfs.insert(at, sf);
        }
        let role = Role::SfRepresentor { pf, sf: number };
        self.come(role);
        self.tell_port(pf, role, Event::Port);
        self.add_rate_leaf(pf, self.port_index(role));
        self.devlink_port_at(instance, self.port_index(role))
    }

    /// Removes a port that was added, and its function (`devlink_nl_port_del_doit`).
    pub(crate) fn remove_port(&mut self, instance: Instance, index: u32) -> Result<(), Errno> {
        let port = self.devlink_port_at(instance, index)?;
        let (Instance::Pf(pf), Some((_, number))) = (instance, port.sf) else {
            return Err(Errno::EOPNOTSUPP);
        };
        self.remove_sf(pf, number);
        Ok(())
    }

    /// Removes all sub-functions, as when the eswitch goes back to legacy mode.
    pub(crate) fn remove_sfs(&mut self, pf: usize) {
        let numbers: Vec<u32> =
            self.pfs.get(pf).into_iter().flat_map(|pf| &pf.sfs).map(|sf| sf.number).collect();
        numbers.into_iter().for_each(|number| self.remove_sf(pf, number));
    }

    fn remove_sf(&mut self, pf: usize, number: u32) {
        self.set_sf_active(pf, number, false);
        let role = Role::SfRepresentor { pf, sf: number };
        self.remove_rate_leaf(pf, self.port_index(role));
        self.tell_port(pf, role, Event::PortGone);
        self.unregister(role);
        if let Some(state) = self.pfs.get_mut(pf) {
            state.sfs.retain(|sf| sf.number != number);
        }
    }

    /// Lets a sub-function be used: its auxiliary device comes, and its driver makes an instance and a link; or ends that.
    pub(super) fn set_sf_active(&mut self, pf: usize, number: u32, active: bool) {
        let now = self.sf(pf, number).is_some_and(|sf| sf.device.is_some() || sf.due.is_some());
        if now == active {
            return;
        }
        let instance = Instance::Sf { pf, sf: number };
        let role = Role::Sf { pf, sf: number };
        if active {
            if self.slow > 0 {
                // Not all take the same time.
                let contacts = self.slow + number % 5;
                self.set_due(pf, number, Some(Due { contacts, next: Coming::Device }));
                return;
            }
            self.attach_sf(pf, number);
            self.probe_sf(pf, number);
            return;
        }
        self.set_due(pf, number, None);
        if self.sf(pf, number).is_none_or(|sf| sf.device.is_none()) {
            return;
        }
        self.tell_port(pf, role, Event::PortGone);
        self.unregister(role);
        self.tell_gone(instance);
        self.tell_auxiliary(pf, number, false);
        self.set_sf_device(pf, number, None);
    }

    /// The firmware has a sub-function ready: its auxiliary device comes.
    fn attach_sf(&mut self, pf: usize, number: u32) {
        let device = self.next_device;
        self.next_device += 1;
        self.set_sf_device(pf, number, Some(device));
        self.tell_auxiliary(pf, number, true);
    }

    /// The driver of that device makes an instance and a link.
    fn probe_sf(&mut self, pf: usize, number: u32) {
        let role = Role::Sf { pf, sf: number };
        self.come(role);
        if self.slow == 0 && self.has_sf_rdma() {
            self.probe_sf_rdma(pf, number);
        }
        self.tell_instance(Instance::Sf { pf, sf: number });
        self.tell_port(pf, role, Event::Port);
    }

    /// The RDMA driver makes a device of it, with RoCE or without (`mlx5r_probe`).
    fn probe_sf_rdma(&mut self, pf: usize, number: u32) {
        let role = Role::Sf { pf, sf: number };
        let Some(netns) = self.netns_with(role) else { return };
        self.within(netns.as_deref(), |there| {
            if let Some(netdev) = there.netdevs.values().find(|netdev| netdev.role == role).cloned() {
                there.add_function_rdma(&netdev);
            }
        });
    }

    /// Whether the driver makes RDMA devices of sub-functions.
    fn has_sf_rdma(&self) -> bool {
        self.profile.driver.device().sub_functions.as_ref().is_some_and(|sfs| sfs.rdma)
    }

    fn set_due(&mut self, pf: usize, number: u32, due: Option<Due>) {
        let sfs = self.pfs.get_mut(pf).map(|pf| &mut pf.sfs);
        if let Some(sf) = sfs.and_then(|sfs| sfs.iter_mut().find(|sf| sf.number == number)) {
            sf.due = due;
        }
    }

    /// One contact with the kernel: on a slow machine, what is due comes nearer.
    pub(crate) fn contact(&mut self) {
        if self.slow == 0 {
            return;
        }
        let due: Vec<(usize, u32, Due)> = (0..)
            .zip(&self.pfs)
            .flat_map(|(pf, state)| state.sfs.iter().filter_map(move |sf| Some((pf, sf.number, sf.due?))))
            .collect();
        for (pf, number, Due { contacts, next }) in due {
            if contacts > 0 {
                self.set_due(pf, number, Some(Due { contacts: contacts - 1, next }));
                continue;
            }
            let after = match next {
                Coming::Device => Some(Coming::Link),
                Coming::Link => Some(Coming::Rdma).filter(|_| self.has_sf_rdma()),
                Coming::Rdma => None,
            };
            self.set_due(pf, number, after.map(|next| Due { contacts: self.slow, next }));
            match next {
                Coming::Device => {
                    self.attach_sf(pf, number);
                    self.tell_port(pf, Role::SfRepresentor { pf, sf: number }, Event::Port);
                }
                Coming::Link => self.probe_sf(pf, number),
                Coming::Rdma => self.probe_sf_rdma(pf, number),
            }
        }
    }

    fn set_sf_device(&mut self, pf: usize, number: u32, device: Option<u32>) {
        let sfs = self.pfs.get_mut(pf).map(|pf| &mut pf.sfs);
        if let Some(sf) = sfs.and_then(|sfs| sfs.iter_mut().find(|sf| sf.number == number)) {
            sf.device = device;
            sf.netns = None;
        }
    }

    fn tell_auxiliary(&mut self, pf: usize, number: u32, there: bool) {
        let parent = self.pfs.get(pf).map(|pf| pf.address);
        if let Some((name, parent)) = self.sf_device(pf, number).zip(parent) {
            self.events.push(|| Event::Auxiliary { name, parent, there });
        }
    }
}
