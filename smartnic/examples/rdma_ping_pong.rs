//! Messages to and fro over a reliable connection: `cargo run --example rdma_ping_pong [HOST]`.
//!
//! Both ends are in this process, so that it runs by itself; on two machines one binds and the other connects.

use std::time::{Duration, Instant};

use smartnic::rdma::{Endpoint, Listener};
use smartnic::{Host, Result};

mod common;

fn main() -> Result<()> {
    let rounds = 1000;
    let took = run(&common::host()?, rounds)?;
    println!("{rounds} rounds, {:?} each", took / rounds);
    Ok(())
}

/// Sends a message to and fro, so many times.
pub(crate) fn run(host: &Host, rounds: u32) -> Result<Duration> {
    let listener = Listener::bind(host, "127.0.0.1:0")?;
    let address = listener.address()?;
    std::thread::scope(|scope| {
        let server = scope.spawn(move || -> Result<()> {
            let mut peer = listener.accept()?;
            for _ in 0..rounds {
                let message = peer.receive(None)?.unwrap_or_default();
                peer.send(&message)?;
            }
            Ok(())
        });
        let mut peer = Endpoint::connect(host, address)?;
        let begin = Instant::now();
        for round in 0..rounds {
            peer.send(&round.to_be_bytes())?;
            let back = peer.receive(None)?;
            assert_eq!(back.as_deref(), Some(&round.to_be_bytes()[..]));
        }
        let took = begin.elapsed();
        server.join().expect("the server does not panic")?;
        Ok(took)
    })
}
