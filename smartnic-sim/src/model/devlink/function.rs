use smartnic_core::device::{FunctionState, PortFunctionChange};
use smartnic_core::types::{DevlinkHandle, Mac};

use super::{DevlinkPort, Instance};
use crate::driver::device::{FunctionAttrs, FunctionSite};
use crate::errno::Errno;
use crate::model::{Event, FunctionSettings, Machine, Pf, Role, Sf, Vf};
use crate::note::{Note, Spot};

/// What is told of the function behind a port; what its driver does not have is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortFunctionTold {
    pub(crate) hw_addr: Mac,
    pub(crate) roce: Option<bool>,
    pub(crate) migratable: Option<bool>,
    pub(crate) ipsec_crypto: Option<bool>,
    pub(crate) ipsec_packet: Option<bool>,
    /// Whether it is active, and whether a driver uses it.
    pub(crate) state: Option<(bool, bool)>,
    pub(crate) max_io_eqs: Option<u32>,
    /// Its own instance.
    pub(crate) nested: Option<DevlinkHandle>,
    /// The number of the namespace that this is in, if it is another.
    pub(crate) nested_netns: Option<u32>,
}

impl PortFunctionTold {
    fn new(hw_addr: Mac, settings: FunctionSettings, attrs: FunctionAttrs) -> Self {
        Self {
            hw_addr,
            roce: attrs.roce.then_some(settings.roce),
            migratable: attrs.migratable.then_some(settings.migratable),
            ipsec_crypto: attrs.ipsec.then_some(settings.ipsec_crypto),
            ipsec_packet: attrs.ipsec.then_some(settings.ipsec_packet),
            state: None,
            max_io_eqs: attrs.max_io_eqs.then_some(settings.max_io_eqs),
            nested: None,
            nested_netns: None,
        }
    }
}

impl Machine {
    pub(super) fn vf_told(&self, vf: &Vf) -> PortFunctionTold {
        PortFunctionTold::new(vf.mac, vf.settings, self.profile.driver.device().vf)
    }

    /// A physical function of another host can be given and taken, one of its VFs cannot.
    pub(super) fn host_told(&self, pf: &Pf, vf: Option<usize>) -> Option<PortFunctionTold> {
        let host = pf.host.get(vf.map_or(0, |vf| vf + 1))?;
        let attrs = self.profile.driver.device().vf;
        let told = PortFunctionTold::new(host.mac, host.settings, attrs);
        let given = vf.is_none() && !self.profile.driver.facts().representors_only;
        let state = given.then_some((host.active, host.active));
        let migratable = told.migratable.filter(|_| vf.is_some());
        Some(PortFunctionTold { state, migratable, ..told })
    }

    pub(super) fn sf_told(&self, pf: usize, sf: &Sf) -> Option<PortFunctionTold> {
        let attrs = self.profile.driver.device().sub_functions.as_ref()?.attrs;
        let attached = sf.device.is_some();
        let active = attached || sf.due.is_some();
        Some(PortFunctionTold {
            state: attrs.state.then_some((active, attached)),
            nested: attached.then(|| self.handle_of(Instance::Sf { pf, sf: sf.number })).flatten(),
            nested_netns: match sf.netns.as_deref() == self.netns() {
                true => None,
                false => sf.netns.as_deref().and_then(|name| self.netns_number(name)),
            },
            ..PortFunctionTold::new(sf.mac, sf.settings, attrs)
        })
    }

    /// The port of this number on an instance.
    pub(crate) fn devlink_port_at(&self, instance: Instance, index: u32) -> Result<DevlinkPort, Errno> {
        self.devlink_ports(instance).into_iter().find(|port| port.index == index).ok_or(Errno::ENODEV)
    }

    /// Changes the function behind a port (`devlink_port_function_set`): address, abilities, queues, state. What was
    /// changed before a refusal stays changed.
    pub(crate) fn set_port_function(
        &mut self,
        instance: Instance,
        index: u32,
        change: &PortFunctionChange,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let port = self.devlink_port_at(instance, index)?;
        let Instance::Pf(pf) = instance else { return refuse_all(change, note) };
        let device = self.profile.driver.device();
        let attrs = match (port.vf, port.sf, &device.sub_functions) {
            (Some(_), _, _) => device.vf,
            _ if port.elsewhere.is_some() => device.vf,
            (_, Some(_), Some(sfs)) => sfs.attrs,
            _ => return refuse_all(change, note),
        };
        validate(change, attrs, port.vf.is_some(), note)?;
        let attached = port.function.as_ref().and_then(|function| function.state).is_some_and(|(_, on)| on);
        if let Some(address) = change.hw_addr {
            // A port without a link has no type, and its address no form.
            let on_link = port.netdev.is_some();
            match address.mac() {
                None if on_link => {
                    note.say("Address must be 6 bytes for Ethernet device");
                    return Err(Errno::EINVAL);
                }
                Some(mac) if on_link && (mac.is_multicast() || mac == Mac::default()) => {
                    note.say("Non-unicast hardware address unsupported");
                    return Err(Errno::EINVAL);
                }
                None => return Err(Errno::EINVAL),
                Some(_) => {}
            }
        }
        let settles = port.sf.is_some() || port.host_pf.is_some() && port.vf.is_none();
        let site = FunctionSite { sub: settles, attached };
        self.profile.driver.check_function(site, change, note)?;
        let Some(state) = self.pfs.get_mut(pf) else { return Err(Errno::ENODEV) };
        let host = port.elsewhere;
        if let (Some(at), Some(to)) = (host, change.state)
            && let Some(function) = state.host.get_mut(at)
        {
            function.active = to == FunctionState::Active;
        }
        let place = match (port.vf, port.sf) {
            _ if host.is_some() => {
                let function = host.and_then(|at| state.host.get_mut(at));
                function.map(|function| (&mut function.mac, &mut function.settings))
            }
            (Some((_, vf)), _) => {
                state.vfs.get_mut(usize::from(vf)).map(|vf| (&mut vf.mac, &mut vf.settings))
            }
            (_, Some((_, number))) => {
                let sf = state.sfs.iter_mut().find(|sf| sf.number == number);
                sf.map(|sf| (&mut sf.mac, &mut sf.settings))
            }
            _ => None,
        };
        let (mac, settings) = place.ok_or(Errno::ENODEV)?;
        if let Some(new) = change.hw_addr.and_then(|address| address.mac()) {
            *mac = new;
        }
        let FunctionSettings { roce, migratable, ipsec_crypto, ipsec_packet, max_io_eqs } = settings;
        let take = |place: &mut bool, new: Option<bool>| *place = new.unwrap_or(*place);
        take(roce, change.roce);
        take(migratable, change.migratable);
        take(ipsec_crypto, change.ipsec_crypto);
        take(ipsec_packet, change.ipsec_packet);
        *max_io_eqs = change.max_io_eqs.unwrap_or(*max_io_eqs);
        if let (Some(to), Some((_, number))) = (change.state, port.sf) {
            self.set_sf_active(pf, number, to == FunctionState::Active);
        }
        let role = match (port.vf, port.sf) {
            (_, Some((_, sf))) => Role::SfRepresentor { pf, sf },
            (vf, None) => match port.elsewhere {
                Some(at) => Role::HostRepresentor { pf, vf: at.checked_sub(1) },
                None => Role::Representor { pf, vf: vf.map_or(0, |(_, vf)| usize::from(vf)) },
            },
        };
        // `rvu_rep_dl_port_fn_hw_addr_set` gives the representor the address, too.
        let link = port.netdev.filter(|_| self.profile.driver.facts().representors_only);
        let netdev = link.and_then(|link| self.netdevs.get_mut(&link.0));
        if let (Some(netdev), Some(new)) = (netdev, change.hw_addr.and_then(|address| address.mac())) {
            netdev.mac = new;
            let index = netdev.ifindex;
            self.events.push(|| Event::Link(index));
        }
        self.tell_port(pf, role, Event::Port);
        Ok(())
    }
}

/// A port without any of the operations.
fn refuse_all(change: &PortFunctionChange, note: &mut Note) -> Result<(), Errno> {
    let none = FunctionAttrs::ADDRESS;
    if change.hw_addr.is_some() {
        note.say_at(Spot::FunctionAddress, "Port doesn't support function attributes");
        return Err(Errno::EOPNOTSUPP);
    }
    validate(change, none, false, note)
}

/// `devlink_port_function_validate`.
fn validate(
    change: &PortFunctionChange,
    attrs: FunctionAttrs,
    vf: bool,
    note: &mut Note,
) -> Result<(), Errno> {
    let caps = [
        (change.roce.is_some(), attrs.roce, true, "RoCE"),
        (change.migratable.is_some(), attrs.migratable, vf, "migratable"),
        (change.ipsec_crypto.is_some(), attrs.ipsec, vf, "ipsec_crypto"),
        (change.ipsec_packet.is_some(), attrs.ipsec, vf, "ipsec_packet"),
    ];
    if change.state.is_some() && !attrs.state {
        note.say_at(Spot::FunctionState, "Function does not support state setting");
        return Err(Errno::EOPNOTSUPP);
    }
    for (asked, there, fits, name) in caps {
        if asked && !there {
            note.say_at(Spot::FunctionCaps, format!("Port doesn't support {name} function attribute"));
            return Err(Errno::EOPNOTSUPP);
        }
        if asked && !fits {
            note.say_at(Spot::FunctionCaps, format!("{name} function attribute supported for VFs only"));
            return Err(Errno::EOPNOTSUPP);
        }
    }
    if change.max_io_eqs.is_some() && !attrs.max_io_eqs {
        note.say_at(Spot::FunctionQueues, "Function does not support max_io_eqs setting");
        return Err(Errno::EOPNOTSUPP);
    }
    Ok(())
}
