//! What a driver tells of a switch: shared buffers, the tables of its pipeline, its memory, its line cards.

use smartnic_core::device::{FieldMapping, FieldRef, PoolKind, ThresholdKind};

/// A switch.
#[derive(Debug)]
pub(crate) struct SwitchFacts {
    pub(crate) buffer: BufferSpec,
    pub(crate) headers: &'static [HeaderSpec],
    pub(crate) tables: &'static [TableSpec],
    pub(crate) resources: &'static [ResourceSpec],
    pub(crate) cards: CardSpec,
}

/// Its one shared buffer (`devlink_sb_register`).
#[derive(Debug)]
pub(crate) struct BufferSpec {
    /// In bytes.
    pub(crate) size: u32,
    /// Space is given out in cells of so many bytes.
    pub(crate) cell: u32,
    pub(crate) pools: &'static [PoolSpec],
    /// The traffic classes of a port.
    pub(crate) ingress: &'static [TcSpec],
    pub(crate) egress: &'static [TcSpec],
    /// Those of the port towards the processor, which sends only.
    pub(crate) cpu_egress: &'static [TcSpec],
}

/// A pool.
#[derive(Debug)]
pub(crate) struct PoolSpec {
    pub(crate) kind: PoolKind,
    pub(crate) thresholds: ThresholdKind,
    pub(crate) size: PoolSize,
    /// Whether what thresholds mean, and the size, can be changed.
    pub(crate) fixed_thresholds: bool,
    pub(crate) fixed_size: bool,
    /// How much of it ports may use, and the port towards the processor, in the hardware's terms.
    pub(crate) port: u32,
    pub(crate) cpu: u32,
}

/// The first size of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PoolSize {
    Bytes(u32),
    /// What the other pools of its direction leave.
    Rest,
    /// The whole buffer.
    Whole,
}

/// A traffic class.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TcSpec {
    pub(crate) pool: u16,
    /// How much of it, in the hardware's terms; none for the whole buffer, which then cannot be changed.
    pub(crate) most: Option<u32>,
}

/// A header.
#[derive(Debug)]
pub(crate) struct HeaderSpec {
    pub(crate) id: u32,
    pub(crate) name: &'static str,
    pub(crate) global: bool,
    /// The names and bits of fields, and what they stand for; their places are their numbers.
    pub(crate) fields: &'static [(&'static str, u32, FieldMapping)],
}

/// A table.
#[derive(Debug)]
pub(crate) struct TableSpec {
    pub(crate) name: &'static str,
    /// How many entries it holds; none where that is how many there are.
    pub(crate) size: Option<u64>,
    /// The memory that entries are taken from, and how many units one takes.
    pub(crate) resource: Option<(u64, u64)>,
    pub(crate) matches: &'static [FieldRef],
    pub(crate) actions: &'static [FieldRef],
    /// The values of entries: those of the matches, then those of the actions.
    pub(crate) entries: &'static [(&'static [ValueSpec], &'static [ValueSpec])],
}

/// A value of an entry.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ValueSpec {
    /// A router interface, which stands for the link of the first port.
    Interface(u32),
    Number(u32),
    Bytes(&'static [u8]),
}

/// A part of the memory (`devl_resource_register`).
#[derive(Debug)]
pub(crate) struct ResourceSpec {
    pub(crate) name: &'static str,
    pub(crate) id: u64,
    /// The number of the whole that it is a part of.
    pub(crate) parent: Option<u64>,
    pub(crate) size: u64,
    pub(crate) min: u64,
    pub(crate) max: u64,
    pub(crate) granularity: u64,
}

/// Slots for line cards, which are counted from 1.
#[derive(Debug)]
pub(crate) struct CardSpec {
    pub(crate) slots: u32,
    pub(crate) types: &'static [&'static str],
    /// Slots with a card in them; each is of the first type.
    pub(crate) present: &'static [u32],
}
