use std::cell::Cell;
use std::net::IpAddr;
use std::sync::Arc;

use smartnic_core::backend::{VerbsAh, VerbsContext, VerbsCq, VerbsMr, VerbsPd, VerbsQp};
use smartnic_core::rdma::{Gid, GidType};
use smartnic_core::verbs::{
    Access, AddressVector, AtomicCap, Buffer, PathMtu, QpCapacity, VerbsGidEntry, VerbsLimits,
    VerbsLinkLayer, VerbsPort, VerbsPortState,
};

use super::OP;
use super::contact::Contact;
use super::job::{Job, TransportName};
use super::run::SPINS;
use crate::rdma::{Wanted, best_gid};
use crate::verbs::{Init, Peer, QueuePair, Queues, Rc, Receiving, Reset, Sending, Uc, Ud};
use crate::{Error, ErrorKind, Host, Result};

/// Before a datagram stands its routing header.
pub(super) const GRH: usize = 40;
/// Bytes that are copied while they are posted.
const INLINE: u32 = 220;
const PSN: u32 = 0x5b_1c;
const QKEY: u32 = 0x5e_ed;
/// Reads and atomics under way at a time, if the device can have more: what a queue pair can be told.
const READS: u32 = u8::MAX as u32;

/// Which device, port and GID of ours are measured; what is not said is chosen.
#[derive(Debug, Clone, Default)]
pub struct Local {
    /// The device.
    pub device: Option<String>,
    /// Its port.
    pub port: Option<u8>,
    /// The place of the GID in the port's table.
    pub gid_index: Option<u32>,
    /// The address that must be reached: the GID is chosen by the way there.
    pub to: Option<IpAddr>,
}

/// What was chosen.
struct Place {
    context: Arc<dyn VerbsContext>,
    limits: VerbsLimits,
    port: VerbsPort,
    gid: Option<VerbsGidEntry>,
}

impl Place {
    fn choose(host: &Host, local: &Local) -> Result<Self> {
        let verbs = host.verbs()?;
        let mut local = local.clone();
        // Where routes and GID tables are known, the way to the address decides.
        if let (Some(to), None) = (local.to, local.gid_index) {
            let wanted =
                Wanted { device: local.device.as_deref(), port: local.port.map(u32::from), kind: None };
            if let Ok(choice) = best_gid(host, to, &wanted) {
                local.device = Some(choice.entry.device);
                local.port = u8::try_from(choice.entry.port).ok();
                local.gid_index = Some(choice.entry.index);
            }
        }
        let names = match &local.device {
            Some(name) => vec![name.clone()],
            None => verbs.devices()?.into_iter().map(|device| device.name).collect(),
        };
        let mut against = Vec::new();
        for name in names {
            let context = verbs.open(&name)?;
            let limits = context.limits()?;
            let gids = context.gids()?;
            for number in 1..=limits.ports {
                if local.port.is_some_and(|port| port != number) {
                    continue;
                }
                let port = context.port(number)?;
                match usable(&port, &gids, local.gid_index) {
                    Ok(gid) => return Ok(Self { context, limits, port, gid }),
                    Err(reason) => against.push(format!("{name}/{number} {reason}")),
                }
            }
        }
        let error = Error::new(ErrorKind::NotFound, "choose an RDMA port").on(host.uri());
        Err(match against.is_empty() {
            true => error.reason("there is none").hint("see `snicctl rdma link` for those that are there"),
            false => error.reason(against.join("; ")),
        })
    }

    fn way(&self, to: &Contact) -> Result<AddressVector> {
        let Some(ours) = &self.gid else { return Ok(AddressVector::to_lid(self.port.number, to.lid)) };
        let gid = to.gid.as_deref().unwrap_or_default().parse::<Gid>()?;
        let index = u8::try_from(ours.index)
            .map_err(|_| Error::invalid(OP, format!("the GID index {} is too large", ours.index)))?;
        Ok(AddressVector { lid: to.lid, ..AddressVector::to_gid(self.port.number, index, gid) })
    }
}

/// The GID to use on a port, or what speaks against the port.
fn usable(
    port: &VerbsPort,
    gids: &[VerbsGidEntry],
    index: Option<u32>,
) -> Result<Option<VerbsGidEntry>, String> {
    if port.state != VerbsPortState::Active {
        return Err(format!("is not active ({:?})", port.state));
    }
    let mut here: Vec<&VerbsGidEntry> = gids.iter().filter(|gid| gid.port == port.number).collect();
    if let Some(index) = index {
        here.retain(|gid| gid.index == index);
        return here.first().map(|gid| Some((*gid).clone())).ok_or_else(|| format!("has no GID at {index}"));
    }
    if port.link_layer != VerbsLinkLayer::Ethernet {
        return Ok(here.first().map(|gid| (*gid).clone()));
    }
    // What is routed goes before what is not, IPv4 before IPv6, and what is of one link only comes last.
    here.sort_by_key(|gid| {
        (gid.gid.is_link_local(), gid.kind != Some(GidType::RoceV2), gid.gid.ipv4().is_none(), gid.index)
    });
    here.first().map(|gid| Some((*gid).clone())).ok_or_else(|| "has no GID".to_owned())
}

enum Made {
    Rc(QueuePair<Rc, Init>),
    Uc(QueuePair<Uc, Init>),
    Ud(QueuePair<Ud, Init>),
}

/// One side before it knows the other.
pub(super) struct Side {
    job: Job,
    place: Place,
    pd: Arc<dyn VerbsPd>,
    region: Arc<dyn VerbsMr>,
    send_cq: Arc<dyn VerbsCq>,
    receive_cq: Arc<dyn VerbsCq>,
    qp: Made,
    contact: Contact,
}

/// Where what is received begins in the memory of a side: behind what is sent.
pub(super) fn received_at(size: u32) -> usize {
    (size as usize).next_multiple_of(64)
}

impl Side {
    pub(super) fn new(host: &Host, local: &Local, job: &Job) -> Result<Self> {
        let place = Place::choose(host, local)?;
        let mtu = place.port.active_mtu.unwrap_or(256);
        if job.transport == TransportName::Ud && job.size > mtu {
            let reason = format!("a datagram has at most {mtu} bytes here, not {}", job.size);
            return Err(Error::invalid(OP, reason).on(place.context.device()));
        }
        let pd = place.context.alloc_pd()?;
        let length = received_at(job.size) * 2 + GRH;
        let access = Access::LOCAL_WRITE | Access::REMOTE_WRITE | Access::REMOTE_READ | Access::REMOTE_ATOMIC;
        let access = match place.limits.atomics {
            AtomicCap::None => access - Access::REMOTE_ATOMIC,
            _ => access,
        };
        let region = pd.register(&Buffer::new(length), access)?;
        let depth = job.depth.min(place.limits.max_qp_wr.saturating_sub(1)).max(1);
        let send_cq = place.context.create_cq(depth + 1, None)?;
        let receive_cq = place.context.create_cq(depth + 1, None)?;
        let inline = if job.is_one_sided() { 0 } else { job.size.min(INLINE) };
        let capacity =
            QpCapacity { send_requests: depth, receive_requests: depth, inline, ..QpCapacity::default() };
        let queues = Queues {
            send: Arc::clone(&send_cq),
            receive: Arc::clone(&receive_cq),
            shared: None,
            capacity,
            signal_all: false,
        };
        let port = place.port.number;
        let qp = match job.transport {
            TransportName::Rc => Made::Rc(QueuePair::<Rc, Reset>::new(&*pd, &queues)?.init(port, 0, access)?),
            TransportName::Uc => {
                let access = Access::LOCAL_WRITE | Access::REMOTE_WRITE;
                Made::Uc(QueuePair::<Uc, Reset>::new(&*pd, &queues)?.init(port, 0, access)?)
            }
            TransportName::Ud => Made::Ud(QueuePair::<Ud, Reset>::new(&*pd, &queues)?.init(port, 0, QKEY)?),
        };
        let number = match &qp {
            Made::Rc(qp) => qp.number(),
            Made::Uc(qp) => qp.number(),
            Made::Ud(qp) => qp.number(),
        };
        let reads = place.limits.max_qp_rd_atom.min(place.limits.max_qp_init_rd_atom).min(READS);
        let contact = Contact {
            qp: number,
            psn: PSN,
            qkey: QKEY,
            gid: place.gid.as_ref().map(|entry| entry.gid.to_string()),
            lid: place.port.lid,
            mtu,
            reads: u8::try_from(reads).unwrap_or(1),
            memory: region.remote(received_at(job.size)),
        };
        Ok(Self { job: *job, place, pd, region, send_cq, receive_cq, qp, contact })
    }

    pub(super) fn contact(&self) -> Contact {
        self.contact.clone()
    }

    /// Connects to the other side: from now on messages come.
    pub(super) fn connect(self, to: &Contact) -> Result<Connected> {
        let way = self.place.way(to)?;
        let mtu = PathMtu::within(self.contact.mtu.min(to.mtu));
        let peer = Peer { qp: to.qp, psn: to.psn, address: way, mtu };
        let reads = self.contact.reads.min(to.reads);
        let mut handle = None;
        let qp = match self.qp {
            Made::Rc(qp) => {
                let receiving = Receiving { max_reads: reads, ..Receiving::default() };
                let sending = Sending { psn: PSN, max_reads: reads, ..Sending::default() };
                Arc::clone(qp.ready_to_receive(&peer, &receiving)?.ready_to_send(&sending)?.raw())
            }
            Made::Uc(qp) => Arc::clone(qp.ready_to_receive(&peer)?.ready_to_send(PSN)?.raw()),
            Made::Ud(qp) => {
                handle = Some(self.pd.create_ah(&way)?);
                Arc::clone(qp.ready_to_receive()?.ready_to_send(PSN)?.raw())
            }
        };
        let Self { job, place, region, send_cq, receive_cq, contact, .. } = self;
        let (place_name, gid) =
            (format!("{}/{}", place.context.device(), place.port.number), contact.gid.clone());
        Ok(Connected {
            job,
            region,
            send_cq,
            receive_cq,
            qp,
            handle,
            ours: contact,
            theirs: to.clone(),
            place: place_name,
            gid,
            mtu: 128 << mtu.number(),
            spins: Cell::new(SPINS),
            owed: Cell::new(0),
        })
    }
}

/// One side that is connected to the other.
pub(super) struct Connected {
    pub(super) job: Job,
    pub(super) region: Arc<dyn VerbsMr>,
    pub(super) send_cq: Arc<dyn VerbsCq>,
    pub(super) receive_cq: Arc<dyn VerbsCq>,
    pub(super) qp: Arc<dyn VerbsQp>,
    pub(super) handle: Option<Arc<dyn VerbsAh>>,
    ours: Contact,
    pub(super) theirs: Contact,
    pub(super) place: String,
    pub(super) gid: Option<String>,
    pub(super) mtu: u32,
    /// How often it looks before it leaves the processor to others.
    pub(super) spins: Cell<u32>,
    /// How many messages came whose places were not given back yet.
    pub(super) owed: Cell<usize>,
}

impl Connected {
    pub(super) fn contact(&self) -> Contact {
        self.ours.clone()
    }
}
