//! RDMA verbs: devices opened and sent over.
//!
//! [`crate::Host::verbs`] opens a device; its objects make one another, and live as long as something needs them.
//! A [`QueuePair`] knows its type and its state at compile time; [`VerbsQp`] is the same without.
//! [`measure`] says how fast a device is.
//!
//! ```no_run
//! use smartnic::Host;
//! use smartnic::verbs::{
//!     Access, AddressVector, Buffer, Completion, PathMtu, Peer, QueuePair, Queues, Rc, Receiving, Sending,
//! };
//!
//! fn main() -> smartnic::Result<()> {
//!     let host = Host::open("linux:")?;
//!     let device = host.verbs()?.open("rxe0")?;
//!     let gid = device.gids()?.remove(0);
//!     let domain = device.alloc_pd()?;
//!     let done = device.create_cq(16, None)?;
//!
//!     // Memory that both we and the device may touch; peers may read it.
//!     let region = domain.register(&Buffer::new(4096), Access::LOCAL_WRITE | Access::REMOTE_READ)?;
//!     region.buffer().write(0, b"hello, RDMA")?;
//!
//!     // Two queue pairs, each the other's peer. Between hosts, a peer's number goes over TCP.
//!     let a = QueuePair::<Rc, _>::new(&*domain, &Queues::on(&done))?.init(1, 0, Access::REMOTE_READ)?;
//!     let b = QueuePair::<Rc, _>::new(&*domain, &Queues::on(&done))?.init(1, 0, Access::REMOTE_READ)?;
//!     let address = AddressVector::to_gid(gid.port, gid.index as u8, gid.gid);
//!     let peer = |qp| Peer { qp, psn: 0, address, mtu: PathMtu::Mtu1024 };
//!     let (of_a, of_b) = (peer(a.number()), peer(b.number()));
//!     let a = a.ready_to_receive(&of_b, &Receiving::default())?.ready_to_send(&Sending::default())?;
//!     let b = b.ready_to_receive(&of_a, &Receiving::default())?.ready_to_send(&Sending::default())?;
//!
//!     b.receive(1, &[region.sge(2048, 11)?])?;
//!     a.send(2, &[region.sge(0, 11)?])?;
//!
//!     let mut completions = [Completion::default(); 4];
//!     let mut count = 0;
//!     while count < 2 {
//!         let found = done.poll(&mut completions)?;
//!         for completion in &completions[..found] {
//!             println!("request {}: {} {}", completion.id, completion.op, completion.status);
//!         }
//!         count += found;
//!     }
//!     println!("{:?}", String::from_utf8_lossy(&region.buffer().bytes(2048, 11)?));
//!     Ok(())
//! }
//! ```

mod connection;
pub mod measure;
mod queue_pair;

pub use queue_pair::{
    Batch, Batched, Connected, Failed, HasPeer, HasQueues, HasReceives, Init, Peer, Plain, QueuePair, Queues,
    RawPacket, Rc, Receives, Receiving, Reset, Rtr, Rts, Sending, Transport, Uc, Ud, XrcReceive, XrcSend,
};
pub use smartnic_core::backend::{
    CmArrival, CqConfig, QpConfig, Verbs, VerbsAh, VerbsBatch, VerbsChannel, VerbsCm, VerbsCmId,
    VerbsContext, VerbsCounters, VerbsCq, VerbsCqEx, VerbsDm, VerbsFlow, VerbsMr, VerbsMw, VerbsPd, VerbsQp,
    VerbsRegion, VerbsSrq, VerbsTd, VerbsXrcd,
};
pub use smartnic_core::rdma::{Gid, GidType, QpState, QpType};
pub use smartnic_core::verbs::*;
