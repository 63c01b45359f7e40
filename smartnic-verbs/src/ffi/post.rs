//! Requests as C has them: chains on the stack, so that posting asks for no memory.

use std::io;
use std::mem::MaybeUninit;
use std::ptr::{from_ref, null_mut};

use smartnic_core::verbs::{Payload, ReceiveRequest, Remote, SendOp, SendRequest, Sge};
use smartnic_core::{Error, Result};

use super::constants::{
    IBV_SEND_INLINE, IBV_WR_ATOMIC_CMP_AND_SWP, IBV_WR_ATOMIC_FETCH_AND_ADD, IBV_WR_ATOMIC_WRITE,
    IBV_WR_FLUSH, IBV_WR_LOCAL_INV, IBV_WR_RDMA_READ, IBV_WR_RDMA_WRITE, IBV_WR_RDMA_WRITE_WITH_IMM,
    IBV_WR_SEND, IBV_WR_SEND_WITH_IMM, IBV_WR_SEND_WITH_INV,
};
use super::context::Context;
use super::types::{
    ibv_ah, ibv_recv_wr, ibv_send_wr, ibv_send_wr__bindgen_ty_1, ibv_send_wr__bindgen_ty_2,
    ibv_send_wr__bindgen_ty_2__bindgen_ty_1, ibv_send_wr__bindgen_ty_2__bindgen_ty_2,
    ibv_send_wr__bindgen_ty_2__bindgen_ty_3, ibv_send_wr__bindgen_ty_3,
    ibv_send_wr__bindgen_ty_3__bindgen_ty_1, ibv_sge,
};

/// So many requests are handed over at a time.
const BATCH: usize = 16;

// Pieces of memory are handed over as they are.
const _: () =
    assert!(size_of::<Sge<'_>>() == size_of::<ibv_sge>() && align_of::<Sge<'_>>() == align_of::<ibv_sge>());

/// How far it came, and the number that says why it did not go on.
pub(super) struct Posted {
    pub(super) count: usize,
    pub(super) code: i32,
}

/// Posts receive requests by `post`, which takes a chain and says which of it was refused.
pub(super) fn receives(
    requests: &[ReceiveRequest<'_>],
    post: impl Fn(*mut ibv_recv_wr, *mut *mut ibv_recv_wr) -> i32,
) -> Result<(), Posted> {
    if let [request] = requests {
        let (sg_list, num_sge) = pieces(request.regions);
        let mut wr = ibv_recv_wr { wr_id: request.id, next: null_mut(), sg_list, num_sge };
        let mut bad = null_mut();
        return match post(&raw mut wr, &raw mut bad) {
            0 => Ok(()),
            code => Err(Posted { count: 0, code }),
        };
    }
    for (batch_at, batch) in requests.chunks(BATCH).enumerate() {
        let mut chain = [const { MaybeUninit::<ibv_recv_wr>::uninit() }; BATCH];
        let first = chain.as_mut_ptr().cast::<ibv_recv_wr>();
        for (at, request) in batch.iter().enumerate() {
            let next = if at + 1 < batch.len() { first.wrapping_add(at + 1) } else { null_mut() };
            let (sg_list, num_sge) = pieces(request.regions);
            chain[at].write(ibv_recv_wr { wr_id: request.id, next, sg_list, num_sge });
        }
        let mut bad = null_mut();
        let code = post(first, &raw mut bad);
        if code != 0 {
            let done = place(first, bad, batch.len());
            return Err(Posted { count: batch_at * BATCH + done, code });
        }
    }
    Ok(())
}

/// Posts send requests by `post`; `handle` finds the address handle of a datagram. They must have been checked.
#[inline]
pub(super) fn sends(
    requests: &[SendRequest<'_>],
    handle: impl Fn(&SendRequest<'_>) -> *mut ibv_ah,
    post: impl Fn(*mut ibv_send_wr, *mut *mut ibv_send_wr) -> i32,
) -> Result<(), Posted> {
    // One alone is what most programs post, and takes no chain.
    if let [request] = requests {
        let (mut wr, mut copied) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        fill(&mut wr, null_mut(), &mut copied, request, &handle);
        let mut bad = null_mut();
        return match post(wr.as_mut_ptr(), &raw mut bad) {
            0 => Ok(()),
            code => Err(Posted { count: 0, code }),
        };
    }
    chains(requests, handle, post)
}

/// Several of them.
fn chains(
    requests: &[SendRequest<'_>],
    handle: impl Fn(&SendRequest<'_>) -> *mut ibv_ah,
    post: impl Fn(*mut ibv_send_wr, *mut *mut ibv_send_wr) -> i32,
) -> Result<(), Posted> {
    for (batch_at, batch) in requests.chunks(BATCH).enumerate() {
        let mut chain = [const { MaybeUninit::<ibv_send_wr>::uninit() }; BATCH];
        let mut copied = [const { MaybeUninit::<ibv_sge>::uninit() }; BATCH];
        let first = chain.as_mut_ptr().cast::<ibv_send_wr>();
        for (at, (request, copied)) in batch.iter().zip(&mut copied).enumerate() {
            let next = if at + 1 < batch.len() { first.wrapping_add(at + 1) } else { null_mut() };
            fill(&mut chain[at], next, copied, request, &handle);
        }
        let mut bad = null_mut();
        let code = post(first, &raw mut bad);
        if code != 0 {
            let done = place(first, bad, batch.len());
            return Err(Posted { count: batch_at * BATCH + done, code });
        }
    }
    Ok(())
}

/// A request that is none yet.
pub(super) fn empty() -> ibv_send_wr {
    // SAFETY: zeroes are a value: it is numbers, and pointers that may be null.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// A request as C has it; `copied` is the place for its piece of memory if it has none of its own.
#[inline(always)]
fn fill(
    into: &mut MaybeUninit<ibv_send_wr>,
    next: *mut ibv_send_wr,
    copied: &mut MaybeUninit<ibv_sge>,
    request: &SendRequest<'_>,
    handle: impl Fn(&SendRequest<'_>) -> *mut ibv_ah,
) {
    let (sg_list, num_sge, inline) = match request.payload {
        Payload::Regions(regions) => {
            let (list, count) = pieces(regions);
            (list, count, 0)
        }
        Payload::Inline(bytes) => {
            let addr = bytes.as_ptr().expose_provenance() as u64;
            // The check has held the length against the queue pair's room.
            let piece = ibv_sge { addr, length: bytes.len() as u32, lkey: 0 };
            (from_ref(copied.write(piece)).cast_mut(), 1, IBV_SEND_INLINE)
        }
    };
    let wr = into.as_mut_ptr();
    // SAFETY: the place is there, and nothing is read of it.
    unsafe {
        (&raw mut (*wr).wr_id).write(request.id);
        (&raw mut (*wr).next).write(next);
        (&raw mut (*wr).sg_list).write(sg_list);
        (&raw mut (*wr).num_sge).write(num_sge);
        (&raw mut (*wr).send_flags).write(request.flags.bits() | inline);
        operation(wr, request, handle);
    }
}

/// What a request does. Only those members are written that C reads for it.
///
/// # Safety
/// The place must be one that can be written to.
#[inline(always)]
unsafe fn operation(
    wr: *mut ibv_send_wr,
    request: &SendRequest<'_>,
    handle: impl Fn(&SendRequest<'_>) -> *mut ibv_ah,
) {
    use ibv_send_wr__bindgen_ty_2 as Way;
    let to = |remote: &Remote| Way {
        rdma: ibv_send_wr__bindgen_ty_2__bindgen_ty_1 { remote_addr: remote.address, rkey: remote.key },
    };
    let atomic = |remote: &Remote, compare_add: u64, swap: u64| Way {
        atomic: ibv_send_wr__bindgen_ty_2__bindgen_ty_2 {
            remote_addr: remote.address,
            compare_add,
            swap,
            rkey: remote.key,
        },
    };
    // SAFETY: the caller's promise; members are written and not read.
    unsafe {
        let (number, way) = (&raw mut (*wr).__bindgen_anon_1, &raw mut (*wr).wr);
        let imm = |imm: u32| number.write(ibv_send_wr__bindgen_ty_1 { imm_data: imm.to_be() });
        let key = |key: u32| number.write(ibv_send_wr__bindgen_ty_1 { invalidate_rkey: key });
        let opcode = match &request.op {
            SendOp::Send => IBV_WR_SEND,
            SendOp::SendImm(told) => {
                imm(*told);
                IBV_WR_SEND_WITH_IMM
            }
            SendOp::SendInvalidate(taken) => {
                key(*taken);
                IBV_WR_SEND_WITH_INV
            }
            SendOp::LocalInvalidate(taken) => {
                key(*taken);
                IBV_WR_LOCAL_INV
            }
            SendOp::Write(remote) => {
                way.write(to(remote));
                IBV_WR_RDMA_WRITE
            }
            SendOp::WriteImm(remote, told) => {
                way.write(to(remote));
                imm(*told);
                IBV_WR_RDMA_WRITE_WITH_IMM
            }
            SendOp::Read(remote) => {
                way.write(to(remote));
                IBV_WR_RDMA_READ
            }
            SendOp::CompareSwap { remote, compare, swap } => {
                way.write(atomic(remote, *compare, *swap));
                IBV_WR_ATOMIC_CMP_AND_SWP
            }
            SendOp::FetchAdd { remote, add } => {
                way.write(atomic(remote, *add, 0));
                IBV_WR_ATOMIC_FETCH_AND_ADD
            }
            // They go in batches only, and the check has refused them.
            SendOp::AtomicWrite { remote, .. } => {
                way.write(to(remote));
                IBV_WR_ATOMIC_WRITE
            }
            SendOp::Flush { remote, .. } => {
                way.write(to(remote));
                IBV_WR_FLUSH
            }
        };
        (&raw mut (*wr).opcode).write(opcode);
        if let Some(remote_srqn) = request.srq {
            let xrc = ibv_send_wr__bindgen_ty_3__bindgen_ty_1 { remote_srqn };
            (&raw mut (*wr).qp_type).write(ibv_send_wr__bindgen_ty_3 { xrc });
        }
        if let Some(destination) = &request.to {
            let (remote_qpn, remote_qkey) = (destination.qp, destination.qkey);
            let ud = ibv_send_wr__bindgen_ty_2__bindgen_ty_3 { ah: handle(request), remote_qpn, remote_qkey };
            way.write(Way { ud });
        }
    }
}

/// Pieces of memory as C takes them, which only reads them.
pub(super) fn pieces(regions: &[Sge<'_>]) -> (*mut ibv_sge, i32) {
    // More than fit into a request is more than any device takes, so that it is refused.
    (regions.as_ptr().cast_mut().cast(), i32::try_from(regions.len()).unwrap_or(i32::MAX))
}

/// Where in the chain the request is that was refused.
fn place<T>(first: *mut T, bad: *mut T, length: usize) -> usize {
    let place = bad.addr().wrapping_sub(first.addr()) / size_of::<T>();
    if bad.is_null() { 0 } else { place.min(length) }
}

/// A refusal as an error.
pub(super) fn refused(op: &'static str, context: &Context, posted: usize, code: i32) -> Error {
    let cause = match code {
        -1 => io::Error::last_os_error(),
        code => io::Error::from_raw_os_error(code.abs()),
    };
    let why = match cause.raw_os_error() {
        Some(libc::ENOMEM) => format!("{posted} were posted, then the queue was full"),
        _ => format!("{posted} were posted, then one was refused"),
    };
    Error::io(op, cause).on(&context.name).reason(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_memory_are_laid_out_as_c_has_them() {
        let pieces = [Sge::new(0x1122_3344_5566_7788, 0x99aa_bbcc, 0xddee_ff01)];
        // SAFETY: size and alignment are the same, and both are numbers.
        let piece = unsafe { *pieces.as_ptr().cast::<ibv_sge>() };
        assert_eq!((piece.addr, piece.length, piece.lkey), (0x1122_3344_5566_7788, 0x99aa_bbcc, 0xddee_ff01));
    }

    #[test]
    fn long_runs_go_in_pieces_and_it_is_told_how_many_went() {
        let requests: Vec<ReceiveRequest<'_>> =
            (0..40).map(|id| ReceiveRequest { id, regions: &[] }).collect();
        let refuse_from = |refused: u64| {
            let posted = receives(&requests, |first, bad| {
                let mut wr = first;
                while !wr.is_null() {
                    // SAFETY: the chain was made by the function above.
                    let request = unsafe { *wr };
                    if request.wr_id == refused {
                        // SAFETY: the place is the caller's.
                        unsafe { *bad = wr };
                        return libc::ENOMEM;
                    }
                    wr = request.next;
                }
                0
            });
            posted.err().map(|posted| posted.count)
        };
        assert_eq!([0, 15, 16, 39, 40].map(refuse_from), [Some(0), Some(15), Some(16), Some(39), None]);
    }
}
