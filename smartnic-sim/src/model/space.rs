//! Network namespaces: what each has for itself, and what goes from one to another.
//!
//! What one of them has stands in the machine's own fields: that of the first, unless another is looked at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smartnic_core::dcb::DcbState;
use smartnic_core::device::{EswitchMode, ReloadAction, ReloadLimit};
use smartnic_core::types::{IfIndex, Mac};

use super::tunnel::TunnelState;
use super::{Bridging, Event, Machine, Netdev, Rdma, RdmaDevice, RdmaKind, Role, tc};
use crate::errno::Errno;
use crate::note::Note;

/// The descriptors that requests name held namespaces by, from the first one on. Ours.
const FIRST_DESCRIPTOR: i32 = 0x4000_0000;
/// The file of the first namespace: that of a process which is in it.
pub(crate) const FIRST_NETNS: &str = "/proc/1/ns/net";

/// What a namespace has for itself. That RDMA devices are part of it, and go with their link, is ours.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Space {
    next_ifindex: u32,
    netdevs: BTreeMap<u32, Netdev>,
    tc: tc::Tc,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    dcb: BTreeMap<u32, DcbState>,
    #[serde(default)]
    bridging: Bridging,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tunnels: BTreeMap<u32, TunnelState>,
    #[serde(default)]
    rdma: Rdma,
}

/// The namespaces beside the first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Spaces {
    named: BTreeMap<String, Space>,
    /// What the first one has, while another is looked at.
    #[serde(skip)]
    first: Option<Box<Space>>,
}

impl Spaces {
    pub(crate) fn is_empty(&self) -> bool {
        self.named.is_empty()
    }
}

impl Machine {
    /// The namespace that is looked at; none for the first.
    pub(crate) fn netns(&self) -> Option<&str> {
        self.events.netns.as_deref()
    }

    /// All namespaces but the one that is looked at: those with a name, then those that only processes are in, by the paths of
    /// their files.
    pub(crate) fn netns_names(&self) -> Vec<String> {
        let first = self.netns().map(|_| FIRST_NETNS);
        let others = self.spaces.named.keys().map(String::as_str).filter(|name| Some(*name) != self.netns());
        let (paths, names): (Vec<&str>, Vec<&str>) = others.partition(|name| name.contains('/'));
        names.into_iter().chain(first).chain(paths).map(str::to_owned).collect()
    }

    /// True if there is a namespace of this name.
    pub(crate) fn has_netns(&self, name: &str) -> bool {
        self.spaces.named.contains_key(name)
    }

    /// The namespace of this name or path; the first one has no name.
    pub(crate) fn netns_at(&self, name: &str) -> Option<Option<String>> {
        match name {
            FIRST_NETNS => Some(None),
            name => self.has_netns(name).then(|| Some(name.to_owned())),
        }
    }

    /// The number that requests from the first namespace know another by. Ours: the kernel gives them out as they are asked
    /// for.
    pub(crate) fn netns_number(&self, name: &str) -> Option<u32> {
        self.spaces.named.keys().position(|known| known == name).map(|at| at as u32)
    }

    /// The number that the namespace which is looked at knows another by. The first one has that which the other has there.
    pub(crate) fn netns_number_here(&self, of: Option<&str>) -> Option<u32> {
        match (self.netns(), of) {
            (here, of) if here == of => None,
            (Some(here), None) => self.netns_number(here),
            (_, Some(of)) => self.netns_number(of),
            (None, None) => None,
        }
    }

    /// The descriptor of a namespace that is held open, by its name or path, or by the number of a process in it.
    pub(crate) fn hold_netns(&self, name: &str) -> Option<i32> {
        let process = || name.parse().ok().and_then(|pid| self.netns_of_process(pid));
        match self.netns_at(name).or_else(process)? {
            None => Some(FIRST_DESCRIPTOR),
            Some(name) => self.netns_number(&name).map(|at| FIRST_DESCRIPTOR + 1 + at as i32),
        }
    }

    /// The namespace behind such a descriptor; the first one has no name.
    pub(crate) fn held_netns(&self, descriptor: i32) -> Option<Option<String>> {
        let at = usize::try_from(descriptor.checked_sub(FIRST_DESCRIPTOR)?).ok()?;
        match at.checked_sub(1) {
            None => Some(None),
            Some(at) => self.spaces.named.keys().nth(at).map(|name| Some(name.clone())),
        }
    }

    /// The namespace that a process is in. Beside the first there are those that stand for namespaces without a name.
    pub(crate) fn netns_of_process(&self, pid: u32) -> Option<Option<String>> {
        self.netns_at(&format!("/proc/{pid}/ns/net"))
    }

    /// Looks at a namespace from now on: its links are the machine's, and what happens is told there.
    pub(crate) fn look_at(&mut self, to: Option<&str>) {
        if self.netns() == to {
            return;
        }
        if let Some(name) = self.events.netns.take() {
            let first = self.spaces.first.take().map(|first| *first).unwrap_or_default();
            let left = self.exchange(first);
            // Unless it ended meanwhile.
            if let Some(place) = self.spaces.named.get_mut(&name) {
                *place = left;
            }
        }
        if let Some(name) = to {
            let space = self.spaces.named.get_mut(name).map(std::mem::take).unwrap_or_default();
            self.spaces.first = Some(Box::new(self.exchange(space)));
            self.events.netns = Some(name.to_owned());
        }
    }

    fn exchange(&mut self, space: Space) -> Space {
        let Space { next_ifindex, netdevs, tc, dcb, bridging, tunnels, rdma } = space;
        Space {
            next_ifindex: std::mem::replace(&mut self.next_ifindex, next_ifindex),
            netdevs: std::mem::replace(&mut self.netdevs, netdevs),
            tc: std::mem::replace(&mut self.tc, tc),
            dcb: std::mem::replace(&mut self.dcb, dcb),
            bridging: std::mem::replace(&mut self.bridging, bridging),
            tunnels: std::mem::replace(&mut self.tunnels, tunnels),
            rdma: std::mem::replace(&mut self.rdma, rdma),
        }
    }

    /// Does something in a namespace.
    pub(crate) fn within<T>(&mut self, netns: Option<&str>, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.netns().map(str::to_owned);
        self.look_at(netns);
        let done = work(self);
        self.look_at(before.as_deref());
        done
    }

    /// Does something in every namespace, the first one first.
    pub(super) fn everywhere(&mut self, mut work: impl FnMut(&mut Self)) {
        let named: Vec<String> = self.spaces.named.keys().cloned().collect();
        self.within(None, &mut work);
        for name in named {
            self.within(Some(&name), &mut work);
        }
    }

    /// Makes a namespace, with a loopback that is down. One whose name is the path of a process' file has none else.
    pub(crate) fn add_netns(&mut self, name: &str) -> Result<(), Errno> {
        let of_process = || {
            let pid = name.strip_prefix("/proc/").and_then(|rest| rest.strip_suffix("/ns/net"));
            pid.is_some_and(|pid| pid.parse().is_ok_and(|number: u32| number.to_string() == pid))
        };
        if name.is_empty() || name == "." || name == ".." || (name.contains('/') && !of_process()) {
            return Err(Errno::EINVAL);
        }
        if self.netns_at(name).is_some() {
            return Err(Errno::EEXIST);
        }
        let loopback = Netdev { up: false, ..Self::loopback() };
        let netdevs = BTreeMap::from([(loopback.ifindex.0, loopback)]);
        let space = Space { next_ifindex: 1, netdevs, ..Space::default() };
        self.spaces.named.insert(name.to_owned(), space);
        Ok(())
    }

    /// Ends a namespace: devices in it are reloaded into the first one (`devlink_pernet_pre_exit`), and links of hardware
    /// come back there (`default_device_exit_net`).
    pub(crate) fn remove_netns(&mut self, name: &str) -> Result<(), Errno> {
        if !self.has_netns(name) {
            return Err(Errno::ENOENT);
        }
        self.within(Some(name), |machine| {
            for instance in machine.instances() {
                // One that cannot be reloaded stays where nobody sees it, as in the kernel.
                let how = (ReloadAction::DriverReinit, ReloadLimit::Unspecified);
                let _ = machine.reload(instance, how, Some(None), &mut Note::default());
            }
            let links: Vec<Netdev> = machine.netdevs.values().cloned().collect();
            for link in links {
                match link.role {
                    Role::Loopback | Role::Bridge | Role::Bond | Role::Tunnel => {
                        machine.unregister_link(link.ifindex);
                    }
                    _ => machine.transfer(&link, None),
                }
            }
        });
        self.spaces.named.remove(name);
        Ok(())
    }

    /// Moves a link to another namespace, which must be there (`__dev_change_net_namespace`).
    pub(crate) fn move_link(
        &mut self,
        link: IfIndex,
        to: Option<&str>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let netdev = self.netdev(link)?.clone();
        if self.netns() == to {
            return Ok(());
        }
        if self.stays(&netdev) {
            note.say("The interface netns is immutable");
            return Err(Errno::EINVAL);
        }
        if self.within(to, |there| there.netdevs.values().any(|dev| dev.name == netdev.name)) {
            note.say("An interface with the same name exists in the target netns");
            return Err(Errno::EEXIST);
        }
        self.transfer(&netdev, to);
        Ok(())
    }

    /// Whether a link cannot leave its namespace (`netns_immutable`). Uplinks of drivers that make their links in the
    /// device's namespace stay there in switchdev mode.
    pub(crate) fn stays(&self, netdev: &Netdev) -> bool {
        match netdev.role {
            // That tunnel devices stay is ours.
            Role::Loopback | Role::Bridge | Role::Bond | Role::Tunnel => true,
            Role::Uplink { pf } => {
                let switchdev = self.pfs.get(pf).is_some_and(|pf| pf.eswitch.mode != EswitchMode::Legacy);
                switchdev && self.profile.driver.device().links_follow
            }
            role => role.is_representor(),
        }
    }

    /// Takes a link out of the namespace that is looked at and puts it into another: down, without rules, under its number
    /// and its name if nobody has them there.
    fn transfer(&mut self, netdev: &Netdev, to: Option<&str>) {
        let of_function =
            |device: &RdmaDevice| device.netdev == netdev.ifindex && device.kind == RdmaKind::Function;
        let with_rdma = self.rdma.devices.iter().any(of_function);
        self.unregister_link(netdev.ifindex);
        self.within(to, |there| {
            let ifindex = match there.netdevs.contains_key(&netdev.ifindex.0) {
                true => there.take_ifindex(),
                false => netdev.ifindex,
            };
            let name = match there.netdevs.values().any(|dev| dev.name == netdev.name) {
                true => format!("dev{ifindex}"),
                false => netdev.name.clone(),
            };
            let moved = Netdev { ifindex, name, up: false, had_ingress_queue: false, ..netdev.clone() };
            there.register(moved.clone());
            if with_rdma && !matches!(netdev.role, Role::Uplink { .. }) {
                there.add_function_rdma(&moved);
            }
        });
        if let Some(pf) = netdev.role.pf() {
            self.tell_port(pf, netdev.role, Event::Port);
        }
    }

    /// A driver makes a link.
    pub(super) fn come(&mut self, role: Role) {
        let home = self.home_of(role);
        self.within(home.as_deref(), |there| {
            let netdev = there.new_netdev(role);
            there.register(netdev);
        });
    }

    /// The link of a role and its namespace, wherever it went.
    pub(crate) fn wherever(&self, role: Role) -> Option<(Option<&str>, &Netdev)> {
        fn of(links: &BTreeMap<u32, Netdev>, role: Role) -> Option<&Netdev> {
            links.values().find(|dev| dev.role == role)
        }
        let here = of(&self.netdevs, role).map(|dev| (self.netns(), dev));
        let first = || self.spaces.first.as_ref().and_then(|first| of(&first.netdevs, role));
        let named = || {
            let mut named = self.spaces.named.iter();
            named.find_map(|(name, space)| Some((Some(name.as_str()), of(&space.netdevs, role)?)))
        };
        here.or_else(|| first().map(|dev| (None, dev))).or_else(named)
    }

    /// The namespace that the link of a role is in; none if there is no such link.
    pub(crate) fn netns_with(&self, role: Role) -> Option<Option<String>> {
        self.wherever(role).map(|(netns, _)| netns.map(str::to_owned))
    }

    pub(super) fn loopback() -> Netdev {
        Netdev {
            ifindex: IfIndex(1),
            name: "lo".into(),
            role: Role::Loopback,
            up: true,
            mtu: 65536,
            mac: Mac::default(),
            hw_tc: None,
            had_ingress_queue: false,
            infiniband: false,
            queues: None,
        }
    }
}
