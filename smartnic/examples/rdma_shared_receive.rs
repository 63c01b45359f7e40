//! A server whose clients share one receive queue: `cargo run --example rdma_shared_receive [HOST]`.
//!
//! Memory for receives is needed for what comes in all, not for each client. All ends are in this process.

use std::sync::Arc;
use std::time::{Duration, Instant};

use smartnic::rdma::{Wanted, loopback_gid};
use smartnic::verbs::{
    Access, AddressVector, Buffer, Completion, PathMtu, Peer, QueuePair, Queues, Rc, ReceiveRequest,
    Receiving, Reset, Sending, SrqCapacity,
};
use smartnic::{Error, ErrorKind, Host, Result};

mod common;

/// How long a message may be.
const LONGEST: usize = 256;

fn main() -> Result<()> {
    for (client, text) in run(&common::host()?, 4)? {
        println!("client {client}: {}", String::from_utf8_lossy(&text));
    }
    Ok(())
}

/// Lets so many clients send a message each; what the server received, with the number of the client.
pub(crate) fn run(host: &Host, clients: usize) -> Result<Vec<(usize, Vec<u8>)>> {
    let gid = loopback_gid(host, &Wanted::default())?;
    let (port, address) = (gid.port as u8, AddressVector::to_gid(gid.port as u8, gid.index as u8, gid.gid));
    let context = host.verbs()?.open(&gid.device)?;
    let pd = context.alloc_pd()?;
    let (sent, received) = (context.create_cq(64, None)?, context.create_cq(64, None)?);
    let srq = pd.create_srq(SrqCapacity { requests: 64, sges: 1 })?;
    let memory = pd.register(&Buffer::new(clients.max(1) * LONGEST), Access::LOCAL_WRITE)?;
    for slot in 0..clients {
        let regions = &[memory.sge(slot * LONGEST, LONGEST)?];
        srq.post_receive(&[ReceiveRequest { id: slot as u64, regions }])?;
    }
    let server = Queues { shared: Some(Arc::clone(&srq)), ..Queues::on(&received) };
    let mut connections = Vec::new();
    for _ in 0..clients {
        let begin =
            |queues: &Queues| QueuePair::<Rc, Reset>::new(&*pd, queues)?.init(port, 0, Access::empty());
        let (client, server) = (begin(&Queues::on(&sent))?, begin(&server)?);
        let peer = |qp| Peer { qp, psn: 0, address, mtu: PathMtu::Mtu1024 };
        let (to_server, to_client) = (peer(server.number()), peer(client.number()));
        let server = server.ready_to_receive(&to_client, &Receiving::default())?;
        let client = client.ready_to_receive(&to_server, &Receiving::default())?;
        let sending = Sending::default();
        connections.push((client.ready_to_send(&sending)?, server.ready_to_send(&sending)?));
    }
    for (number, (client, _)) in connections.iter().enumerate() {
        client.send_inline(number as u64, format!("hello from {number}").as_bytes())?;
    }
    let (mut came, end) = (Vec::new(), Instant::now() + Duration::from_secs(5));
    while came.len() < clients {
        let mut some = [Completion::default(); 8];
        let count = received.poll(&mut some)?;
        for completion in &some[..count] {
            if !completion.is_success() {
                let why = completion.status.to_string();
                return Err(Error::new(ErrorKind::Io, "receive a message").reason(why));
            }
            let from = connections.iter().position(|(_, server)| server.number() == completion.qp);
            let at = completion.id as usize * LONGEST;
            came.push((from.unwrap_or(clients), memory.buffer().bytes(at, completion.bytes as usize)?));
        }
        if Instant::now() > end {
            return Err(Error::new(ErrorKind::Timeout, "wait for the clients"));
        }
    }
    Ok(came)
}
