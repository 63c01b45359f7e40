use std::collections::BTreeMap;

use smartnic_core::types::{Mac, PciAddress};

use super::link::chip_pf;
use super::switch::SwitchState;
use super::{
    Bridging, EswitchState, Events, FunctionSettings, HostFunction, LaidDown, Machine, Netdev, ParamState,
    Pf, PortCarries, Queues, Reloads, Role, UpkeepState, Vf, tc,
};
use crate::profile::Profile;
use crate::random::Random;

/// The largest payload of a link from the start, in bytes.
const MTU: u32 = 1500;
/// Purposes of random numbers; see [`Random::new`].
const CARD_MAC: u64 = 2;
const VF_MAC: u64 = 3;
const REPRESENTOR_MAC: u64 = 4;
const SF_MAC: u64 = 5;
const SF_REPRESENTOR_MAC: u64 = 6;
const MASTER_MAC: u64 = 7;
const HOST_MAC: u64 = 8;
const HOST_REPRESENTOR_MAC: u64 = 9;

impl Machine {
    /// A machine with one card, as it is after boot: drivers bound, links down, eswitch in legacy mode, and no VFs but those
    /// that the driver's module makes when it is loaded.
    pub(crate) fn new(profile: &'static Profile, seed: u64, capacity: Option<u32>, module_vfs: u16) -> Self {
        let mut machine = Self {
            profile,
            seed,
            capacity: capacity.unwrap_or(profile.capacity),
            clock_ms: 0,
            next_ifindex: 1,
            next_device: super::FIRST_DEVICE,
            pfs: Vec::new(),
            netdevs: BTreeMap::new(),
            tc: tc::Tc::default(),
            rdma: super::Rdma::default(),
            verbs: super::verbs::Verbs::default(),
            log: Vec::new(),
            logged: 0,
            flashed: BTreeMap::new(),
            activated: BTreeMap::new(),
            slow: 0,
            module_vfs,
            tunnels: BTreeMap::new(),
            bridging: Bridging::default(),
            dcb: BTreeMap::new(),
            spaces: super::Spaces::default(),
            events: Events::default(),
        };
        machine.netdevs.insert(1, Self::loopback());
        let [_, _, _, _, _, a, b, c] = Random::new(seed, CARD_MAC).next().to_be_bytes();
        let [x, y, z] = profile.oui;
        for index in 0..usize::from(profile.pfs) {
            let mac = Mac([x, y, z, a, b, c.wrapping_add(index as u8)]);
            machine.pfs.push(Self::new_pf(profile, seed, index, mac));
            machine.bind_pf(index);
        }
        machine
    }

    fn new_pf(profile: &Profile, seed: u64, index: usize, mac: Mac) -> Pf {
        let facts = profile.driver.facts();
        Pf {
            address: profile.address.offset(index as u16).unwrap_or(profile.address),
            mac,
            bound: false,
            driver_override: None,
            eswitch: EswitchState {
                mode: facts.eswitch.first_mode(),
                inline_mode: facts.inline_mode,
                encap_mode: facts.encap_mode,
            },
            autoprobe: true,
            vfs: Vec::new(),
            params: profile.params.iter().map(ParamState::new).collect(),
            upkeep: UpkeepState::default(),
            flows: 0,
            sfs: Vec::new(),
            reloads: Reloads::default(),
            carries: PortCarries { infiniband: facts.infiniband, told: None },
            further: vec![PortCarries::default(); usize::from(profile.ports).saturating_sub(1)],
            split: None,
            rates: Vec::new(),
            host: Self::host_functions(profile, seed, index),
            switch: SwitchState::default(),
            netns: None,
        }
    }

    /// The functions that are elsewhere. Their addresses are ours; of functions of the same chip none is known before one
    /// was set.
    fn host_functions(profile: &Profile, seed: u64, pf: usize) -> Vec<HostFunction> {
        let count = profile.host_vfs.map_or(0, |vfs| usize::from(vfs) + 1);
        let told = !profile.driver.facts().representors_only;
        let function = |at| HostFunction {
            mac: if told { local_mac(seed, HOST_MAC, pf, at) } else { Mac::default() },
            settings: FunctionSettings::default(),
            active: true,
        };
        (0..count).map(function).collect()
    }

    /// From a physical function to its first VF, in functions (`sriov_offset`): the VFs of the second function
    /// follow those that the first can have.
    pub(crate) fn vf_offset(&self, pf: usize) -> u16 {
        let before = pf as u16 * self.profile.total_vfs;
        self.profile.first_vf_offset + before - pf as u16
    }

    /// Makes a VF of a physical function.
    pub(super) fn new_vf(&self, pf: usize, vf: usize) -> Option<Vf> {
        let address = self.pfs.get(pf)?.address.offset(self.vf_offset(pf) + vf as u16)?;
        let mac = local_mac(self.seed, VF_MAC, pf, vf);
        let settings = FunctionSettings::default();
        let laid_down = LaidDown { vlan: self.profile.driver.facts().vfs.untagged, ..LaidDown::default() };
        let laid_down_further = vec![laid_down.clone(); usize::from(self.profile.ports).saturating_sub(1)];
        let (driver, driver_override, netns) = (None, None, None);
        Some(Vf { address, mac, driver, driver_override, settings, laid_down, laid_down_further, netns })
    }

    /// Makes a link with the name that systemd gives it: `enp3s0f0np0`, `enp3s0f0v1` and `enp3s0f0r1`.
    pub(super) fn new_netdev(&mut self, role: Role) -> Netdev {
        let ifindex = self.take_ifindex();
        let facts = self.profile.driver.facts();
        let infiniband = match role {
            Role::Vf { pf, .. } => self.carries_infiniband(Role::Uplink { pf }),
            role => self.carries_infiniband(role),
        };
        let (name, mac, hw_tc) = match role {
            Role::Loopback => ("lo".into(), Mac::default(), None),
            // Their names are given by those who make them.
            Role::Bridge | Role::Bond | Role::Tunnel => {
                (String::new(), local_mac(self.seed, MASTER_MAC, 0, ifindex.0 as usize), None)
            }
            Role::Uplink { pf } => {
                let mac = self.pfs.get(pf).map(|pf| pf.mac).unwrap_or_default();
                let named = facts.uplink_port && !facts.bare_ports;
                let port = if named { format!("np{pf}") } else { String::new() };
                (format!("{}{port}", self.function_name(pf)), mac, Some(facts.uplink_tc_offload))
            }
            // By the number of the port (`dev_port`).
            Role::Port { pf, port } => {
                let Mac([a, b, c, d, e, f]) = self.pfs.get(pf).map(|pf| pf.mac).unwrap_or_default();
                let mac = Mac([a, b, c, d, e, f.wrapping_add(port as u8)]);
                (format!("{}d{port}", self.function_name(pf)), mac, Some(facts.uplink_tc_offload))
            }
            // That VFs offload nothing by themselves is ours.
            Role::Vf { pf, vf } => {
                let mac = local_mac(self.seed, VF_MAC, pf, vf);
                (format!("{}v{vf}", self.function_name(pf)), mac, None)
            }
            Role::Representor { pf, vf } => {
                let mac = local_mac(self.seed, REPRESENTOR_MAC, pf, vf);
                (format!("{}r{vf}", self.function_name(pf)), mac, Some(facts.representor_tc_offload))
            }
            // After the port's name on the switch, as udev's rules for BlueField do.
            Role::HostRepresentor { pf, vf } => {
                let at = vf.map_or(0, |vf| vf + 1);
                let name = match vf {
                    // By the driver itself (`rvu_rep_create`); udev finds no device that it could name them after.
                    _ if facts.representors_only => format!("Rpf{}vf{at}", chip_pf(pf)),
                    Some(vf) => format!("pf{pf}vf{vf}"),
                    None => format!("pf{pf}hpf"),
                };
                let mac = local_mac(self.seed, HOST_REPRESENTOR_MAC, pf, at);
                (name, mac, Some(facts.representor_tc_offload))
            }
            Role::Sf { pf, sf } => {
                let given = self.sf(pf, sf).map(|sf| sf.mac).filter(|mac| *mac != Mac::default());
                let mac = given.unwrap_or_else(|| local_mac(self.seed, SF_MAC, pf, sf as usize));
                (format!("{}s{sf}", self.function_name(pf)), mac, None)
            }
            Role::SfRepresentor { pf, sf } => {
                let mac = local_mac(self.seed, SF_REPRESENTOR_MAC, pf, sf as usize);
                let name = format!("{}npf{pf}sf{sf}", self.function_name(pf));
                (name, mac, Some(facts.representor_tc_offload))
            }
        };
        let queues = match role {
            _ if infiniband => None,
            Role::Uplink { pf } => Some(Queues::new(true, facts.name, pf as u32)),
            Role::Port { port, .. } => Some(Queues::new(true, facts.name, port as u32)),
            Role::Vf { .. } | Role::Sf { .. } => Some(Queues::new(false, facts.name, 0)),
            // That these tell nothing of queues is ours.
            Role::Loopback
            | Role::Bridge
            | Role::Bond
            | Role::Tunnel
            | Role::Representor { .. }
            | Role::HostRepresentor { .. }
            | Role::SfRepresentor { .. } => None,
        };
        // An IPoIB link, as ib_ipoib makes it.
        let (name, hw_tc) = match name.strip_prefix("en") {
            Some(rest) if infiniband => (format!("ib{rest}"), None),
            _ => (name, hw_tc),
        };
        let had_ingress_queue = false;
        Netdev { ifindex, name, role, up: false, mtu: MTU, mac, hw_tc, had_ingress_queue, infiniband, queues }
    }

    /// The part of a link's name that says which physical function it belongs to.
    fn function_name(&self, pf: usize) -> String {
        let PciAddress { bus, device, .. } = self.profile.address;
        match self.profile.pfs {
            1 => format!("enp{bus}s{device}"),
            _ => format!("enp{bus}s{device}f{pf}"),
        }
    }
}

/// A locally administered address that follows from the seed.
pub(super) fn local_mac(seed: u64, purpose: u64, pf: usize, vf: usize) -> Mac {
    let [a, b, c, d, e, f, ..] =
        Random::new(seed ^ ((pf as u64) << 32 | vf as u64), purpose).next().to_be_bytes();
    Mac([a & 0xfc | 2, b, c, d, e, f])
}
