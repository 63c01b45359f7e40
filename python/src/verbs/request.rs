//! What is posted to be sent.

use std::sync::Arc;

use pyo3::prelude::*;
use smartnic::Error;
use smartnic::verbs::{Destination, Payload, Remote, SendFlags, SendOp, SendRequest, Sge, VerbsAh, VerbsMr};

use super::domain::{AddressHandle, MemoryRegion};
use super::memory::copied;
use crate::error::{Failure, Result};

/// A piece of registered memory: region, offset, length.
pub(super) type Piece<'py> = (PyRef<'py, MemoryRegion>, usize, usize);
/// Where a datagram goes: the way, the peer's queue pair, its key.
type To<'py> = (PyRef<'py, AddressHandle>, u32, u32);
/// A request as the package hands it over: id, what is done, pieces of memory or bytes to be copied, a place at the peer (its
/// address and its key), numbers that belong to what is done, where a datagram goes, flags.
pub(super) type Parts<'py> = (
    u64,
    String,
    Vec<Piece<'py>>,
    Option<Bound<'py, PyAny>>,
    Option<(u64, u32)>,
    Vec<u64>,
    Option<To<'py>>,
    Vec<String>,
);

/// A piece whose region is kept.
pub(super) type Kept = (Arc<dyn VerbsMr>, usize, usize);

/// The regions of pieces, so that nothing of Python is needed any more.
pub(super) fn regions(pieces: &[Piece<'_>]) -> Result<Vec<Kept>> {
    pieces.iter().map(|(region, offset, length)| Ok((region.get()?, *offset, *length))).collect()
}

/// The pieces in a request's own words.
pub(super) fn sges(pieces: &[Kept]) -> smartnic::Result<Vec<Sge<'_>>> {
    pieces.iter().map(|(region, offset, length)| region.sge(*offset, *length)).collect()
}

/// A request to send.
pub(super) struct Request {
    id: u64,
    op: SendOp,
    pieces: Vec<Kept>,
    inline: Option<Vec<u8>>,
    to: Option<(Arc<dyn VerbsAh>, u32, u32)>,
    flags: SendFlags,
}

impl Request {
    pub(super) fn read(parts: Parts<'_>) -> PyResult<Self> {
        let (id, op, pieces, inline, remote, numbers, to, flags) = parts;
        let to = to.map(|(ah, qp, qkey)| Ok::<_, Failure>((ah.get()?, qp, qkey))).transpose()?;
        let mut all = SendFlags::empty();
        for name in &flags {
            let flag = SendFlags::from_name(&name.to_ascii_uppercase());
            all |= flag.ok_or_else(|| wrong(format!("there is no flag {name:?}")))?;
        }
        Ok(Self {
            id,
            op: operation(&op, remote, &numbers)?,
            pieces: regions(&pieces)?,
            inline: inline.map(|bytes| copied(&bytes)).transpose()?,
            to,
            flags: all,
        })
    }

    pub(super) fn pieces(&self) -> smartnic::Result<Vec<Sge<'_>>> {
        sges(&self.pieces)
    }

    pub(super) fn send<'a>(&'a self, pieces: &'a [Sge<'a>]) -> SendRequest<'a> {
        let payload = match &self.inline {
            Some(bytes) => Payload::Inline(bytes),
            None => Payload::Regions(pieces),
        };
        let to = self.to.as_ref();
        let to = to.map(|(handle, qp, qkey)| Destination { handle: &**handle, qp: *qp, qkey: *qkey });
        SendRequest { id: self.id, op: self.op, payload, flags: self.flags, to, srq: None }
    }
}

fn operation(name: &str, remote: Option<(u64, u32)>, numbers: &[u64]) -> Result<SendOp> {
    let there = remote.map(|(address, key)| Remote { address, key });
    let there = || there.ok_or_else(|| wrong(format!("{name} needs a place in the peer's memory")));
    let short =
        |number: u64| u32::try_from(number).map_err(|_| wrong(format!("{number} has more than 32 bits")));
    Ok(match (name, numbers) {
        ("send", []) => SendOp::Send,
        ("send", [imm]) => SendOp::SendImm(short(*imm)?),
        ("send_invalidate", [key]) => SendOp::SendInvalidate(short(*key)?),
        ("write", []) => SendOp::Write(there()?),
        ("write", [imm]) => SendOp::WriteImm(there()?, short(*imm)?),
        ("read", []) => SendOp::Read(there()?),
        ("compare_swap", [compare, swap]) => {
            SendOp::CompareSwap { remote: there()?, compare: *compare, swap: *swap }
        }
        ("fetch_add", [add]) => SendOp::FetchAdd { remote: there()?, add: *add },
        _ => return Err(wrong(format!("there is no operation {name:?} with {} numbers", numbers.len()))),
    })
}

fn wrong(reason: String) -> Failure {
    Error::invalid("post a send request", reason).into()
}
