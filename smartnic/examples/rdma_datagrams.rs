//! Datagrams between two queue pairs without a connection: `cargo run --example rdma_datagrams [HOST]`.

use std::time::Duration;

use smartnic::rdma::{Wanted, loopback_gid};
use smartnic::verbs::{
    Access, AddressVector, Buffer, Completion, CompletionOp, Destination, QueuePair, Queues, Reset, Rts, Ud,
    VerbsPd,
};
use smartnic::{Error, ErrorKind, Host, Result};

mod common;

/// The key that datagrams must have to be taken.
const QKEY: u32 = 0x0102_0304;
/// A routing header comes before each datagram.
const HEADER: usize = 40;

fn main() -> Result<()> {
    let text = run(&common::host()?, b"a datagram")?;
    println!("received: {}", String::from_utf8_lossy(&text));
    Ok(())
}

/// Sends bytes from one queue pair to another of the same device, and returns what came.
pub(crate) fn run(host: &Host, bytes: &[u8]) -> Result<Vec<u8>> {
    let gid = loopback_gid(host, &Wanted::default())?;
    let port = gid.port as u8;
    let context = host.verbs()?.open(&gid.device)?;
    let (pd, channel) = (context.alloc_pd()?, context.create_channel()?);
    let cq = context.create_cq(16, Some(&channel))?;
    let ready = |pd: &dyn VerbsPd| -> Result<QueuePair<Ud, Rts>> {
        let qp = QueuePair::<Ud, Reset>::new(pd, &Queues::on(&cq))?.init(port, 0, QKEY)?;
        qp.ready_to_receive()?.ready_to_send(0)
    };
    let (from, to) = (ready(&*pd)?, ready(&*pd)?);
    let memory = pd.register(&Buffer::new(HEADER + 2 * bytes.len()), Access::LOCAL_WRITE)?;
    to.receive(1, &[memory.sge(0, HEADER + bytes.len())?])?;
    memory.buffer().write(HEADER + bytes.len(), bytes)?;
    let handle = pd.create_ah(&AddressVector::to_gid(port, gid.index as u8, gid.gid))?;
    let destination = Destination { handle: &*handle, qp: to.number(), qkey: QKEY };
    from.send_to(2, &[memory.sge(HEADER + bytes.len(), bytes.len())?], destination)?;
    loop {
        cq.arm(false)?;
        let mut some = [Completion::default(); 4];
        let count = cq.poll(&mut some)?;
        for completion in &some[..count] {
            if !completion.is_success() {
                return Err(
                    Error::new(ErrorKind::Io, "send a datagram").reason(completion.status.to_string())
                );
            }
            if completion.op == CompletionOp::Receive {
                return memory.buffer().bytes(HEADER, completion.bytes as usize - HEADER);
            }
        }
        if count == 0 && channel.wait(Some(Duration::from_secs(5)))?.is_none() {
            return Err(Error::new(ErrorKind::Timeout, "wait for a datagram"));
        }
    }
}
