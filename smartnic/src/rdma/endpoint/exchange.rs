use std::io::{self, Read, Write};
use std::net::TcpStream;

use smartnic_core::rdma::Gid;

use crate::{Error, ErrorKind, Result};

const OP: &str = "agree on an RDMA connection";
/// What every greeting begins with: the name and version of this exchange.
const MAGIC: [u8; 8] = *b"SNICEP01";
const LENGTH: usize = 40;

/// What one end must know of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Greeting {
    pub(super) qp: u32,
    pub(super) psn: u32,
    pub(super) gid: Gid,
    /// The largest payload of a packet, in bytes.
    pub(super) mtu: u32,
    /// The longest message that it takes.
    pub(super) longest: u32,
}

impl Greeting {
    fn encode(&self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&self.qp.to_be_bytes());
        bytes[12..16].copy_from_slice(&self.psn.to_be_bytes());
        bytes[16..32].copy_from_slice(&self.gid.0);
        bytes[32..36].copy_from_slice(&self.mtu.to_be_bytes());
        bytes[36..].copy_from_slice(&self.longest.to_be_bytes());
        bytes
    }

    fn decode(bytes: &[u8; LENGTH]) -> Option<Self> {
        let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let gid = Gid(bytes.get(16..32)?.try_into().ok()?);
        let (qp, psn, mtu, longest) = (number(8)?, number(12)?, number(32)?, number(36)?);
        (bytes[..8] == MAGIC).then_some(Self { qp, psn, gid, mtu, longest })
    }
}

/// Tells the other end of us, and hears of it.
pub(super) fn greet(stream: &mut TcpStream, ours: &Greeting) -> Result<Greeting> {
    let lost = |error: io::Error| Error::io(OP, error);
    stream.write_all(&ours.encode()).map_err(lost)?;
    let mut bytes = [0; LENGTH];
    stream.read_exact(&mut bytes).map_err(lost)?;
    Greeting::decode(&bytes).ok_or_else(stranger)
}

/// What one end tells the other of itself where the kernel tells the rest: the longest message that it takes.
pub(super) fn terms(longest: u32) -> [u8; 12] {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..].copy_from_slice(&longest.to_be_bytes());
    bytes
}

/// The longest message that the other end takes, from bytes with anything behind them.
pub(super) fn read_terms(bytes: &[u8]) -> Result<u32> {
    let longest = bytes.strip_prefix(&MAGIC).and_then(|rest| rest.first_chunk());
    longest.map(|longest| u32::from_be_bytes(*longest)).ok_or_else(stranger)
}

fn stranger() -> Error {
    Error::new(ErrorKind::Protocol, OP).reason("the other end is no Endpoint of this version")
}

/// Waits until both ends are ready.
pub(super) fn meet(stream: &mut TcpStream) -> Result<()> {
    let lost = |error: io::Error| Error::io(OP, error);
    stream.write_all(&[1]).map_err(lost)?;
    stream.read_exact(&mut [0]).map_err(lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_are_read_as_they_were_written_and_others_are_not() {
        let gid = Gid::from(std::net::Ipv4Addr::new(192, 0, 2, 1));
        let greeting = Greeting { qp: 17, psn: 0xabcdef, gid, mtu: 1024, longest: 4096 };
        let mut bytes = greeting.encode();
        assert_eq!(Greeting::decode(&bytes), Some(greeting));
        bytes[7] = b'2';
        assert_eq!(Greeting::decode(&bytes), None);
        let mut bytes = [&terms(4096)[..], &[0; 44]].concat();
        assert_eq!(read_terms(&bytes).ok(), Some(4096));
        assert_eq!(read_terms(&bytes[..11]).unwrap_err().kind(), ErrorKind::Protocol);
        bytes[7] = b'2';
        assert!(read_terms(&bytes).is_err());
    }
}
