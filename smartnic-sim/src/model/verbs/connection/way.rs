//! Addresses: which device has them, which ports are free, and the way from one to the other.

use std::net::{IpAddr, SocketAddr};

use smartnic_core::rdma::{Gid, QpState, QpType};
use smartnic_core::verbs::{
    Access, AckTimeout, AddressVector, CmEventKind, PathMtu, PathRecord, QpChange, RnrTimer,
};

use super::{Id, Place, State, TIMED_OUT, plain};
use crate::errno::Errno;
use crate::model::Machine;

/// The key of datagrams between ids that were not given another (`RDMA_UDP_QKEY`).
pub(super) const QKEY: u32 = 0x0123_4567;
/// The first port that is given to those who want any.
const FIRST_FREE: u16 = 32_768;

/// Whether an address is no certain one: any of this host, or the loopback's.
pub(super) fn is_any(ip: IpAddr) -> bool {
    ip.is_unspecified() || ip.is_loopback()
}

pub(super) fn gid_of(ip: IpAddr) -> Gid {
    match ip {
        IpAddr::V4(ip) => Gid::from(ip),
        IpAddr::V6(ip) => Gid::from(ip),
    }
}

fn ip_of(gid: Gid) -> IpAddr {
    gid.ipv4().map_or_else(|| IpAddr::V6(gid.ipv6()), IpAddr::V4)
}

impl Machine {
    /// The places of devices that carry data, with their addresses of RoCE v2.
    fn cm_places(&self) -> impl Iterator<Item = Place> {
        let up = self.rdma.devices.iter().filter(move |device| {
            !self.verbs.is_dead(device.index) && self.netdev(device.netdev).is_ok_and(|netdev| netdev.up)
        });
        up.flat_map(move |device| {
            let gids = self.gids(device).into_iter().zip(0u8..);
            let of_v2 = gids.filter(|(entry, _)| entry.v2);
            of_v2.map(move |(entry, index)| Place { device: device.index, index, gid: Gid(entry.gid) })
        })
    }

    fn cm_place(&self, ip: IpAddr) -> Option<Place> {
        self.cm_places().find(|place| place.gid == gid_of(ip))
    }

    /// Whether messages get from one place to another.
    pub(super) fn cm_reaches(&self, one: Option<Place>, other: Option<Place>) -> bool {
        let is_there =
            |place: Place| self.cm_places().any(|it| it.device == place.device && it.gid == place.gid);
        one.is_some_and(is_there) && other.is_some_and(is_there)
    }

    /// Binds an id to an address.
    pub(crate) fn cm_bind(&mut self, number: u64, address: SocketAddr) -> Result<(), Errno> {
        if self.verbs.cm.id(number)?.state != State::Idle {
            return Err(Errno::EINVAL);
        }
        let here = match is_any(address.ip()) {
            true => None,
            false => Some(self.cm_place(address.ip()).ok_or(Errno::ENODEV)?),
        };
        let address = self.cm_port(number, address)?;
        let id = self.verbs.cm.id_mut(number)?;
        (id.state, id.local, id.here, id.has_port) = (State::Bound, Some(address), here, true);
        Ok(())
    }

    /// The address with a port that is free.
    fn cm_port(&self, number: u64, address: SocketAddr) -> Result<SocketAddr, Errno> {
        let (kind, options) = self.verbs.cm.id(number).map(|id| (id.kind, id.options))?;
        let is_taken = |port: u16| {
            let mut others = self.verbs.cm.ids.values().filter(|id| id.has_port && id.kind == kind);
            others.any(|id| {
                let shared = options.reuses && id.options.reuses && id.state != State::Listening;
                id.local.filter(|_| !shared).is_some_and(|local| {
                    // Who leaves the other family to others has nothing in common with it.
                    let own_family = |address: &SocketAddr, own: bool| address.is_ipv6() && own;
                    let apart = local.is_ipv4() != address.is_ipv4()
                        && (own_family(&local, id.options.own_family)
                            || own_family(&address, options.own_family));
                    let same = local.ip() == address.ip() || is_any(local.ip()) || is_any(address.ip());
                    local.port() == port && same && !apart
                })
            })
        };
        match address.port() {
            0 => {
                let free =
                    (FIRST_FREE..=u16::MAX).find(|port| !is_taken(*port)).ok_or(Errno::EADDRNOTAVAIL)?;
                Ok(SocketAddr::new(address.ip(), free))
            }
            port if is_taken(port) => Err(Errno::EADDRINUSE),
            _ => Ok(address),
        }
    }

    /// Looks for the device that leads to an address; all of them are on this machine.
    pub(crate) fn cm_resolve_address(
        &mut self,
        number: u64,
        from: Option<SocketAddr>,
        to: SocketAddr,
    ) -> Result<(), Errno> {
        let id = self.verbs.cm.id(number)?;
        if !matches!(id.state, State::Idle | State::Bound) {
            return Err(Errno::EINVAL);
        }
        if id.local.or(from).is_some_and(|own| own.is_ipv4() != to.is_ipv4()) {
            return Err(Errno::EINVAL);
        }
        if id.state == State::Idle
            && let Some(from) = from
        {
            self.cm_bind(number, from)?;
        }
        let bound = self.verbs.cm.id(number)?.here;
        let there = match is_any(to.ip()) {
            true => Some(bound.or_else(|| self.cm_places().next()).ok_or(Errno::ENODEV)?),
            false => self.cm_place(to.ip()),
        };
        let Some(there) = there else {
            // A network that a link is in, where nobody says that the address is his.
            let near = matches!(to.ip(), IpAddr::V4(ip) if self.way_to(ip.octets()).is_some());
            if !near {
                return Err(Errno::ENETUNREACH);
            }
            self.verbs.cm.tell(number, plain(number, CmEventKind::AddressError, TIMED_OUT));
            return Ok(());
        };
        let here = bound.unwrap_or(there);
        let id = self.verbs.cm.id(number)?;
        let local = match id.local {
            Some(local) if !is_any(local.ip()) => local,
            Some(local) => SocketAddr::new(ip_of(here.gid), local.port()),
            None => self.cm_port(number, SocketAddr::new(ip_of(here.gid), 0))?,
        };
        let id = self.verbs.cm.id_mut(number)?;
        (id.state, id.has_port) = (State::AddressResolved, true);
        (id.local, id.remote) = (Some(local), Some(to));
        (id.here, id.there) = (Some(here), Some(there));
        self.verbs.cm.tell(number, plain(number, CmEventKind::AddressResolved, 0));
        Ok(())
    }

    pub(crate) fn cm_resolve_route(&mut self, number: u64) -> Result<(), Errno> {
        let id = self.verbs.cm.id_mut(number)?;
        if id.state != State::AddressResolved {
            return Err(Errno::EINVAL);
        }
        id.state = State::RouteResolved;
        self.verbs.cm.tell(number, plain(number, CmEventKind::RouteResolved, 0));
        Ok(())
    }

    /// The way of an id, as the kernel makes it up on Ethernet (`cma_resolve_iboe_route`); its speed is no matter here, and as
    /// the kernel has it of all links of 40 Gbit/s and more.
    pub(crate) fn cm_paths(&self, number: u64) -> Vec<PathRecord> {
        let path = |id: &Id| {
            let known =
                !matches!(id.state, State::Idle | State::Bound | State::Listening | State::AddressResolved);
            let (here, there) = id.here.zip(id.there).filter(|_| known)?;
            Some(PathRecord {
                source: here.gid,
                destination: there.gid,
                lids: [0; 2],
                pkey: 0xffff,
                service_level: id.options.service_type >> 5,
                traffic_class: id.options.service_type,
                flow_label: 0,
                hop_limit: 64,
                mtu: PathMtu::within(self.verbs_mtu(here.device).min(self.verbs_mtu(there.device))),
                rate: 7,
                packet_lifetime: 16,
            })
        };
        self.verbs.cm.id(number).ok().and_then(path).into_iter().collect()
    }

    /// What changes the queue pair of an id (`rdma_init_qp_attr`).
    pub(crate) fn cm_qp_change(&self, number: u64, state: QpState) -> Result<QpChange, Errno> {
        let id = self.verbs.cm.id(number)?;
        let here = id.here.ok_or(Errno::EINVAL)?;
        let begun = QpChange { pkey_index: Some(0), port: Some(1), ..QpChange::to(state) };
        if id.kind == QpType::Ud {
            return Ok(QpChange { qkey: Some(QKEY), ..begun });
        }
        if state == QpState::Init {
            return Ok(QpChange { access: Some(Access::empty()), ..begun });
        }
        let known = matches!(id.state, State::Asked | State::Answers | State::Answered | State::Established);
        let (true, Some(there), Some(theirs)) = (known, id.there, id.theirs) else {
            return Err(Errno::EINVAL);
        };
        let peer = id.peer.and_then(|peer| self.verbs.cm.ids.get(&peer)).ok_or(Errno::EINVAL)?;
        let asked = id.listener.is_some();
        match state {
            QpState::Rtr => {
                let mtu = self.verbs_mtu(here.device).min(self.verbs_mtu(there.device));
                Ok(QpChange {
                    address: Some(AddressVector {
                        traffic_class: id.options.service_type,
                        ..AddressVector::to_gid(1, here.index, there.gid)
                    }),
                    path_mtu: Some(PathMtu::within(mtu)),
                    peer: Some(theirs.qp),
                    receive_psn: Some(id.psn),
                    max_answered_reads: Some(theirs.responder_resources),
                    rnr_timer: Some(RnrTimer(0)),
                    ..QpChange::to(state)
                })
            }
            QpState::Rts => {
                // How often is said by the end that asked.
                let asks = if asked { Some(theirs) } else { id.ours };
                Ok(QpChange {
                    send_psn: Some(peer.psn),
                    timeout: Some(id.options.ack_timeout.unwrap_or(AckTimeout(17))),
                    retries: asks.map(|terms| terms.retries.min(7)),
                    rnr_retries: Some(theirs.rnr_retries.min(7)),
                    max_reads: Some(theirs.initiator_depth),
                    ..QpChange::to(state)
                })
            }
            _ => Err(Errno::EINVAL),
        }
    }
}
