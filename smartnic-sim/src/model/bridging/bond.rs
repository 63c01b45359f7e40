use serde::{Deserialize, Serialize};
use smartnic_core::device::EswitchMode;
use smartnic_core::types::{IfIndex, Mac};

use crate::errno::Errno;
use crate::model::{Event, Machine, Role};
use crate::note::Note;

const ACTIVE_BACKUP: u8 = 1;
const XOR: u8 = 2;
const LACP: u8 = 4;
const TLB: u8 = 5;
const ALB: u8 = 6;
/// How often links are checked in modes that need it, in milliseconds (`BOND_DEFAULT_MIIMON`).
const MIIMON: u32 = 100;
/// A bond without LACP puts its ports into no aggregator.
const NO_AGGREGATOR: u16 = 0;
const FIRST_AGGREGATOR: u16 = 1;

/// A bond.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct BondState {
    pub(crate) mode: u8,
    pub(crate) miimon: u32,
    pub(crate) hash_policy: u8,
    /// The port that was chosen, where only one is used.
    pub(crate) chosen: Option<IfIndex>,
    /// The addresses that its ports had before, by link.
    pub(crate) addresses: Vec<(IfIndex, Mac)>,
}

/// A change of a bond.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BondOrder {
    pub(crate) mode: Option<u8>,
    pub(crate) miimon: Option<u32>,
    pub(crate) hash_policy: Option<u8>,
    pub(crate) active: Option<IfIndex>,
}

/// A bond that mlx5 sends over itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LagState {
    pub(crate) of: IfIndex,
    /// Whether the eswitches are in switchdev mode.
    pub(crate) switchdev: bool,
    /// Whether packets go by a hash.
    pub(crate) hash: bool,
}

impl BondState {
    /// Whether only one port is used at a time.
    fn is_one_at_a_time(&self) -> bool {
        matches!(self.mode, ACTIVE_BACKUP | TLB | ALB)
    }
}

impl Machine {
    /// Changes a bond (`bond_changelink`).
    pub(crate) fn set_bond(
        &mut self,
        bond: IfIndex,
        order: &BondOrder,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let ports = self.lower_of(bond);
        let up = self.netdev(bond)?.up;
        let state = self.bridging.bonds.get_mut(&bond.0).ok_or(Errno::EOPNOTSUPP)?;
        if let Some(mode) = order.mode {
            if mode > ALB {
                note.say("invalid option value");
                return Err(Errno::EINVAL);
            }
            if !ports.is_empty() {
                note.say("unable to set option because the bond device has slaves");
                return Err(Errno::ENOTEMPTY);
            }
            if up {
                note.say("unable to set option because the bond is up");
                return Err(Errno::EBUSY);
            }
            state.mode = mode;
            if matches!(mode, LACP | TLB | ALB) && state.miimon == 0 {
                state.miimon = MIIMON;
            }
        }
        if let Some(active) = order.active {
            if !state.is_one_at_a_time() {
                note.say("option not supported in mode");
                return Err(Errno::EACCES);
            }
            if !ports.contains(&active) {
                return Err(Errno::EINVAL);
            }
            state.chosen = Some(active);
        }
        state.miimon = order.miimon.unwrap_or(state.miimon);
        state.hash_policy = order.hash_policy.unwrap_or(state.hash_policy);
        self.events.push(|| Event::Link(bond));
        Ok(())
    }

    /// Takes a link into a bond (`bond_enslave`), which then comes up with the bond's address.
    pub(super) fn join_bond(
        &mut self,
        link: IfIndex,
        role: Role,
        up: bool,
        bond: IfIndex,
        note: &mut Note,
    ) -> Result<(), Errno> {
        if matches!(role, Role::Bond | Role::Loopback) {
            return Err(Errno::EOPNOTSUPP);
        }
        if up {
            note.say("Device can not be enslaved while up");
            return Err(Errno::EPERM);
        }
        let first = self.lower_of(bond).is_empty();
        let own = self.netdev(link)?.mac;
        let shared = if first { own } else { self.netdev(bond)?.mac };
        if let Some(netdev) = self.netdevs.get_mut(&link.0) {
            (netdev.mac, netdev.up) = (shared, true);
        }
        if let Some(netdev) = self.netdevs.get_mut(&bond.0) {
            netdev.mac = shared;
        }
        if let Some(state) = self.bridging.bonds.get_mut(&bond.0) {
            state.addresses.push((link, own));
        }
        self.bridging.masters.insert(link.0, bond);
        if self.profile.driver.has_lag() && self.is_whole_card(bond) && !self.lag_mode_fits(bond) {
            note.say("mlx5_core: Can't activate LAG offload, TX type isn't supported");
        }
        Ok(())
    }

    pub(super) fn leave_bond(&mut self, link: IfIndex, bond: IfIndex) {
        let Some(state) = self.bridging.bonds.get_mut(&bond.0) else { return };
        let own = state.addresses.iter().position(|(port, _)| *port == link);
        let own = own.map(|at| state.addresses.remove(at).1);
        state.chosen = state.chosen.filter(|chosen| *chosen != link);
        if let (Some(mac), Some(netdev)) = (own, self.netdevs.get_mut(&link.0)) {
            (netdev.mac, netdev.up) = (mac, false);
        }
    }

    /// The port in use, where only one is.
    pub(crate) fn active_port(&self, bond: IfIndex) -> Option<IfIndex> {
        let state = self.bridging.bonds.get(&bond.0).filter(|state| state.is_one_at_a_time())?;
        let up = |link: &IfIndex| self.netdevs.get(&link.0).is_some_and(|dev| dev.up);
        let ports = || state.addresses.iter().map(|(port, _)| *port);
        state.chosen.filter(up).or_else(|| ports().find(up))
    }

    /// The aggregator of a bond's ports. That all are in one is ours: there is no other end.
    pub(crate) fn aggregator(state: &BondState) -> u16 {
        if state.mode == LACP { FIRST_AGGREGATOR } else { NO_AGGREGATOR }
    }

    /// The physical functions whose uplinks are ports of a bond.
    pub(super) fn uplinks_of(&self, bond: IfIndex) -> Vec<usize> {
        let links = self.lower_of(bond);
        let pf = |link: &IfIndex| match self.netdevs.get(&link.0)?.role {
            Role::Uplink { pf } => Some(pf),
            _ => None,
        };
        links.iter().filter_map(pf).collect()
    }

    /// Whether the ports of a bond are the uplinks of the whole card and nothing else.
    fn is_whole_card(&self, bond: IfIndex) -> bool {
        let pfs = self.uplinks_of(bond);
        self.pfs.len() > 1 && pfs.len() == self.pfs.len() && self.lower_of(bond).len() == pfs.len()
    }

    fn lag_mode_fits(&self, bond: IfIndex) -> bool {
        self.bridging.bonds.get(&bond.0).is_some_and(|state| matches!(state.mode, ACTIVE_BACKUP | XOR | LACP))
    }

    /// The bond that mlx5 sends over itself: one of all its uplinks, by hash or one at a time, with the eswitches all in
    /// switchdev mode, or all in legacy mode and without VFs (`mlx5_do_bond`, `mlx5_lag_is_roce_lag`).
    pub(crate) fn lag_state(&self) -> Option<LagState> {
        let takes = |bond: &IfIndex| self.is_whole_card(*bond) && self.lag_mode_fits(*bond);
        let of = self.bridging.bonds.keys().map(|bond| IfIndex(*bond)).find(takes)?;
        if !self.profile.driver.has_lag() {
            return None;
        }
        let switchdev = self.pfs.iter().all(|pf| pf.eswitch.mode != EswitchMode::Legacy);
        let plain = self.pfs.iter().all(|pf| pf.eswitch.mode == EswitchMode::Legacy && pf.vfs.is_empty());
        let hash = self.bridging.bonds.get(&of.0).is_some_and(|state| state.mode != ACTIVE_BACKUP);
        (switchdev || plain).then_some(LagState { of, switchdev, hash })
    }
}
