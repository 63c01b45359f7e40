use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use smartnic_core::backend::{
    CqConfig, VerbsChannel, VerbsContext, VerbsCounters, VerbsCq, VerbsCqEx, VerbsDm, VerbsPd, VerbsTd,
    VerbsXrcd,
};
use smartnic_core::rdma::{Gid, GidType, PhysState};
use smartnic_core::verbs::{
    AsyncEvent, AtomicCap, CounterKind, DirectCaps, DirectVerbs, DmConfig, OdpCaps, OdpOps, QpTypes, TsoCaps,
    VerbsExtended, VerbsGidEntry, VerbsLimits, VerbsLinkLayer, VerbsPort, VerbsPortState,
};
use smartnic_core::{Error, ErrorKind, Result};

use super::{MOST_ENTRIES, MOST_PIECES, MOST_REQUESTS, gone, own, refused};
use crate::SimMachine;
use crate::backend::verbs::device_memory::SimDm;
use crate::backend::verbs::direct;
use crate::backend::verbs::domain::{SimPd, SimTd};
use crate::backend::verbs::queue::{SimChannel, SimCq};
use crate::backend::verbs::steering::SimCounters;
use crate::backend::verbs::xrc::SimXrcd;
use crate::machine::Locked;
use crate::model::verbs::{Context, LONGEST, MOST_SEGMENT, Signal, Stamp};

/// A device that is open.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) machine: SimMachine,
    /// The number of the context.
    pub(super) number: u32,
    /// The number of the device, which stays when its name changes.
    pub(super) index: u32,
    pub(super) name: String,
    events: Arc<Signal<AsyncEvent>>,
}

#[derive(Debug)]
pub(super) struct SimContext(pub(super) Arc<Opened>);

pub(super) fn open(machine: &SimMachine, name: &str) -> Result<Arc<dyn VerbsContext>> {
    const OP: &str = "open an RDMA device";
    let mut locked = machine.lock();
    let device = locked.rdma.devices.iter().find(|device| device.name == name).map(|device| device.index);
    let Some(index) = device else {
        let known: Vec<&str> = locked.rdma.devices.iter().map(|device| &*device.name).collect();
        let error = Error::new(ErrorKind::NotFound, OP).on(name).reason("no such RDMA device");
        return Err(match known.is_empty() {
            true => error.hint("this host has none; a card with RDMA is sim:bluefield3"),
            false => error.hint(format!("this host has: {}", known.join(", "))),
        });
    };
    let fabric = locked.fabric();
    if fabric.verbs.is_dead(index) {
        return Err(gone(OP, name));
    }
    let number = fabric.verbs.number();
    let events = Arc::new(Signal::new());
    let context = Context { device: index, pid: std::process::id(), events: Arc::clone(&events) };
    fabric.verbs.contexts.insert(number, context);
    fabric.watch_verbs();
    drop(locked);
    let opened = Opened { machine: machine.clone(), number, index, name: name.to_owned(), events };
    Ok(Arc::new(SimContext(Arc::new(opened))))
}

impl Opened {
    /// The machine, unless the device failed.
    pub(super) fn alive(&self, op: &'static str) -> Result<Locked<'_>> {
        let locked = self.machine.lock();
        match locked.verbs.is_dead(self.index) {
            true => Err(gone(op, &self.name)),
            false => Ok(locked),
        }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.machine.lock().fabric().verbs.close(self.number);
    }
}

impl VerbsContext for SimContext {
    fn device(&self) -> &str {
        &self.0.name
    }

    fn limits(&self) -> Result<VerbsLimits> {
        const OP: &str = "query an RDMA device";
        let locked = self.0.alive(OP)?;
        let device = locked.rdma_device(self.0.index).map_err(|_| gone(OP, &self.0.name))?;
        let spec = locked.rdma_spec(device);
        let most = u32::try_from(spec.most).unwrap_or(u32::MAX);
        Ok(VerbsLimits {
            firmware: spec.firmware.unwrap_or_default().to_owned(),
            vendor_id: 0,
            vendor_part_id: 0,
            hardware_version: 0,
            system_guid: locked.node_guid(device),
            page_sizes: 1 << 12,
            max_mr_size: 1 << 40,
            max_qp: most,
            max_qp_wr: MOST_REQUESTS,
            max_sge: MOST_PIECES,
            max_sge_read: MOST_PIECES,
            max_cq: most,
            max_cqe: MOST_ENTRIES,
            max_mr: most,
            max_pd: most,
            max_qp_rd_atom: 16,
            max_qp_init_rd_atom: 16,
            max_res_rd_atom: most.saturating_mul(16),
            max_srq: most,
            max_srq_wr: MOST_REQUESTS,
            max_srq_sge: MOST_PIECES,
            max_ah: most,
            max_mw: most,
            max_mcast_groups: most,
            max_mcast_attach: most,
            max_pkeys: 1,
            ack_delay: 0,
            atomics: AtomicCap::Global,
            ports: 1,
        })
    }

    fn extended(&self) -> Result<VerbsExtended> {
        const OP: &str = "query what an RDMA device can do";
        let locked = self.0.alive(OP)?;
        let device = locked.rdma_device(self.0.index).map_err(|_| gone(OP, &self.0.name))?;
        let spec = locked.rdma_spec(device);
        let all = OdpOps::all().difference(OdpOps::FLUSH | OdpOps::ATOMIC_WRITE);
        let reads = OdpOps::READ | OdpOps::ATOMIC;
        let odp = OdpCaps {
            supported: true,
            implicit: false,
            rc: all,
            uc: all.difference(reads),
            ud: OdpOps::SEND | OdpOps::RECEIVE | OdpOps::SHARED_RECEIVE,
            xrc: OdpOps::empty(),
        };
        Ok(VerbsExtended {
            odp: if spec.pages_on_demand { odp } else { OdpCaps::default() },
            timestamp_mask: Stamp::MASK,
            core_clock_khz: Stamp::KHZ,
            flags: spec.caps,
            tso: match spec.raw_packets {
                true => TsoCaps { max: MOST_SEGMENT, qp_types: QpTypes::RAW_PACKET },
                false => TsoCaps::default(),
            },
            max_device_memory: spec.device_memory,
            ports: 1,
            ..VerbsExtended::default()
        })
    }

    fn direct(&self, library: DirectVerbs) -> Result<DirectCaps> {
        direct::caps(&self.0, library)
    }

    fn clock(&self) -> Result<u64> {
        drop(self.0.alive("read the clock of an RDMA device")?);
        Ok(Stamp::now().ticks)
    }

    fn port(&self, port: u8) -> Result<VerbsPort> {
        const OP: &str = "query an RDMA port";
        let locked = self.0.alive(OP)?;
        let gone = || gone(OP, &self.0.name);
        if port != 1 {
            return Err(refused(OP, format!("there is no port {port}")).on(&self.0.name));
        }
        let device = locked.rdma_device(self.0.index).map_err(|_| gone())?;
        let netdev = locked.netdev(device.netdev).map_err(|_| gone())?;
        Ok(VerbsPort {
            number: 1,
            state: if netdev.up { VerbsPortState::Active } else { VerbsPortState::Down },
            link_layer: match netdev.infiniband {
                true => VerbsLinkLayer::InfiniBand,
                false => VerbsLinkLayer::Ethernet,
            },
            physical_state: if netdev.up { PhysState::LinkUp } else { PhysState::Disabled },
            active_mtu: Some(locked.verbs_mtu(self.0.index)),
            max_mtu: Some(4096),
            lanes: Some(4),
            lane_speed: Some(25_000),
            max_message: LONGEST,
            gids: 16,
            pkeys: 1,
            lid: 0,
            lmc: 0,
            sm_lid: 0,
            sm_sl: 0,
            subnet_timeout: 0,
            capabilities: 0,
            bad_pkeys: 0,
            bad_qkeys: 0,
            needs_grh: !netdev.infiniband,
        })
    }

    fn gids(&self) -> Result<Vec<VerbsGidEntry>> {
        const OP: &str = "read a GID table";
        let locked = self.0.alive(OP)?;
        let device = locked.rdma_device(self.0.index).map_err(|_| gone(OP, &self.0.name))?;
        let one = |(index, entry): (usize, crate::model::GidEntry)| VerbsGidEntry {
            port: 1,
            index: u32::try_from(index).unwrap_or(u32::MAX),
            gid: Gid(entry.gid),
            kind: Some(if entry.v2 { GidType::RoceV2 } else { GidType::RoceV1 }),
            link: Some(device.netdev.0),
        };
        Ok(locked.gids(device).into_iter().enumerate().map(one).collect())
    }

    fn pkey(&self, port: u8, index: u16) -> Result<u16> {
        match (port, index) {
            (1, 0) => Ok(0xffff),
            _ => {
                Err(refused("read a partition key", "there is one port, and one key on it").on(&self.0.name))
            }
        }
    }

    fn alloc_pd(&self) -> Result<Arc<dyn VerbsPd>> {
        SimPd::new(&self.0).map(|pd| Arc::new(pd) as Arc<dyn VerbsPd>)
    }

    fn alloc_device_memory(&self, config: DmConfig) -> Result<Arc<dyn VerbsDm>> {
        Ok(Arc::new(SimDm::new(&self.0, config)?))
    }

    fn alloc_thread_domain(&self) -> Result<Arc<dyn VerbsTd>> {
        drop(self.0.alive("make a thread domain")?);
        Ok(Arc::new(SimTd(Arc::clone(&self.0))))
    }

    fn alloc_parent_domain(
        &self,
        domain: &Arc<dyn VerbsPd>,
        thread: Option<&Arc<dyn VerbsTd>>,
    ) -> Result<Arc<dyn VerbsPd>> {
        Ok(Arc::new(SimPd::over(&self.0, &**domain, thread)?))
    }

    fn open_xrcd(&self) -> Result<Arc<dyn VerbsXrcd>> {
        Ok(Arc::new(SimXrcd::new(&self.0)?))
    }

    fn create_channel(&self) -> Result<Arc<dyn VerbsChannel>> {
        drop(self.0.alive("make a completion channel")?);
        Ok(Arc::new(SimChannel::new(&self.0)))
    }

    fn create_cq(&self, entries: u32, channel: Option<&Arc<dyn VerbsChannel>>) -> Result<Arc<dyn VerbsCq>> {
        const OP: &str = "make a completion queue";
        let channel = channel.map(|channel| own::<SimChannel>(OP, channel.as_ref())).transpose()?;
        SimCq::new(OP, &self.0, entries, channel).map(|cq| Arc::new(cq) as Arc<dyn VerbsCq>)
    }

    fn create_cq_ex(&self, config: &CqConfig<'_>) -> Result<Arc<dyn VerbsCqEx>> {
        Ok(Arc::new(SimCq::new_ex(&self.0, config)?))
    }

    fn create_counters(&self, kinds: &[CounterKind]) -> Result<Arc<dyn VerbsCounters>> {
        Ok(Arc::new(SimCounters::new(&self.0, kinds)?))
    }

    fn next_event(&self, most: Option<Duration>) -> Result<Option<AsyncEvent>> {
        let seen = self.0.events.nudges();
        Ok(self.0.events.wait(most.map(|most| Instant::now() + most), seen))
    }

    fn event_fd(&self) -> Option<BorrowedFd<'_>> {
        self.0.events.fd()
    }
}
