//! A file in one end's memory, read by the other: `cargo run --example rdma_read_file [HOST [FILE]]`.
//!
//! The end that has the file does nothing while it is read: only where it is goes in a message.

use smartnic::rdma::{Endpoint, Listener, RemoteRegion};
use smartnic::verbs::Buffer;
use smartnic::{Error, Host, Result};

mod common;

fn main() -> Result<()> {
    let file = std::env::args().nth(2).unwrap_or_else(|| "Cargo.toml".to_owned());
    let contents = std::fs::read(&file).map_err(|error| Error::io("read a file", error).on(&file))?;
    let read = run(&common::host()?, &contents)?;
    println!("{file}: {} bytes, {}", read.len(), if read == contents { "the same" } else { "others" });
    Ok(())
}

/// Lends bytes on one end, and reads them on the other.
pub(crate) fn run(host: &Host, contents: &[u8]) -> Result<Vec<u8>> {
    let listener = Listener::bind(host, "127.0.0.1:0")?;
    let address = listener.address()?;
    std::thread::scope(|scope| {
        let server = scope.spawn(move || -> Result<()> {
            let mut peer = listener.accept()?;
            let buffer = Buffer::new(contents.len().max(1));
            buffer.write(0, contents)?;
            let shared = peer.share(&buffer)?;
            let region = RemoteRegion { length: contents.len() as u64, ..shared.remote() };
            peer.send(&region.to_bytes())?;
            // It is lent until the other end says that it is done.
            peer.receive(None).map(drop)
        });
        let mut peer = Endpoint::connect(host, address)?;
        let region = RemoteRegion::from_bytes(&peer.receive(None)?.unwrap_or_default())?;
        let mut read = vec![0; region.length as usize];
        peer.read(&region, 0, &mut read)?;
        peer.send(b"done")?;
        server.join().expect("the server does not panic")?;
        Ok(read)
    })
}
