use std::fmt;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use bitflags::bitflags;

use super::{Access, Buffer};
use crate::Error;
use crate::backend::{VerbsMr, VerbsPd};

/// What of a region is registered anew (`ibv_rereg_mr`): what is `None` stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct MrChange<'a> {
    /// Other memory (`IBV_REREG_MR_CHANGE_TRANSLATION`).
    pub buffer: Option<&'a Buffer>,
    /// Other rights (`IBV_REREG_MR_CHANGE_ACCESS`).
    pub access: Option<Access>,
    /// Another protection domain (`IBV_REREG_MR_CHANGE_PD`).
    pub domain: Option<&'a dyn VerbsPd>,
}

/// Why a region was not registered anew, and what is left of it.
#[derive(Debug)]
pub struct NotReregistered {
    /// What went wrong.
    pub error: Error,
    /// The region as it was; none if it came to harm, and is registered no more.
    pub region: Option<Arc<dyn VerbsMr>>,
}

impl fmt::Display for NotReregistered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for NotReregistered {}

/// Memory of another device, such as a graphics card, by the descriptor that its driver gave out (`dma-buf`).
#[derive(Debug, Clone, Copy)]
pub struct DmaBuf<'a> {
    /// The descriptor.
    pub fd: BorrowedFd<'a>,
    /// Where in it the region begins.
    pub offset: u64,
    /// How many bytes the region has.
    pub length: usize,
    /// The address by which requests, our own and those of peers, name the first byte (`iova`). It must be as far from a
    /// page's border as the offset.
    pub address: u64,
}

/// How much of a device's own memory is wanted (`struct ibv_alloc_dm_attr`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DmConfig {
    /// How many bytes.
    pub length: usize,
    /// Its first byte is at a multiple of two to this power, as the device knows it.
    pub log_align: u32,
}

impl DmConfig {
    /// So many bytes, wherever they are.
    #[must_use]
    pub fn new(length: usize) -> Self {
        Self { length, log_align: 0 }
    }
}

/// Of which type a memory window is (`enum ibv_mw_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WindowKind {
    /// `IBV_MW_TYPE_1`: every queue pair of the protection domain reaches what it lends. It is bound anew without being taken
    /// back, and taken back by being bound to nothing.
    Domain,
    /// `IBV_MW_TYPE_2`: the queue pair that bound it alone reaches what it lends, and its peer can take it back.
    QueuePair,
}

bitflags! {
    /// What is said of pages before they are used (`enum ib_uverbs_advise_mr_advice`), of regions whose pages come when they
    /// are touched.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct Prefetch: u32 {
        /// The device will write to them.
        const WRITE = 1;
        /// Only those that are there already, without asking the kernel for others.
        const PRESENT_ONLY = 2;
    }
}
