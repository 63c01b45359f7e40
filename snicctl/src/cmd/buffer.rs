//! `snicctl buffer`: the shared buffers of switches.

use clap::{Subcommand, ValueEnum};
use serde::Serialize;
use smartnic::device::{BufferPool, PoolKind, PortPool, PortTc, SharedBuffer, TcBinding, ThresholdKind};
use smartnic::types::{DevlinkHandle, PortHandle};

use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List buffers and their pools
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl buffer list\n  snicctl buffer list pci/0000:03:00.0"
    )]
    List {
        /// The devlink handle; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Show how much of the pools ports and their traffic classes may use, and how full they were
    ///
    /// How full is what the last snapshot noted; --snapshot takes one first.
    #[command(after_help = "Examples:\n  snicctl buffer usage pci/0000:03:00.0 --snapshot")]
    Usage {
        /// The devlink handle
        handle: DevlinkHandle,
        /// The buffer's number
        #[arg(long, default_value_t = 0, value_name = "N")]
        buffer: u32,
        /// Take a snapshot first
        #[arg(long)]
        snapshot: bool,
        /// Let the marks of the highest occupancy begin anew afterwards
        #[arg(long)]
        clear_max: bool,
    },
    /// Change a pool
    #[command(
        after_help = "Examples:\n  snicctl buffer pool pci/0000:03:00.0 4 --size 9000000 --thresholds dynamic"
    )]
    Pool {
        /// The devlink handle
        handle: DevlinkHandle,
        /// The pool's number
        pool: u16,
        /// The buffer's number
        #[arg(long, default_value_t = 0, value_name = "N")]
        buffer: u32,
        /// Its size in bytes; it stays if this is left out
        #[arg(long, value_name = "BYTES")]
        size: Option<u32>,
        /// What thresholds in it mean; it stays if this is left out
        #[arg(long, value_enum)]
        thresholds: Option<Thresholds>,
    },
    /// Change how much of a pool a port may use
    #[command(after_help = "Examples:\n  snicctl buffer port pci/0000:03:00.0/1 --pool 4 --threshold 12")]
    Port {
        /// The port: HANDLE/INDEX
        port: PortHandle,
        /// The pool's number
        #[arg(long, value_name = "N")]
        pool: u16,
        /// The buffer's number
        #[arg(long, default_value_t = 0, value_name = "N")]
        buffer: u32,
        /// The threshold: bytes in a static pool, 1 to 20 in a dynamic one
        #[arg(long, value_name = "N")]
        threshold: u32,
    },
    /// Let a traffic class of a port use a pool
    #[command(
        after_help = "Examples:\n  snicctl buffer tc pci/0000:03:00.0/1 ingress 3 --pool 1 --threshold 9"
    )]
    Tc {
        /// The port: HANDLE/INDEX
        port: PortHandle,
        /// Which way its packets go
        direction: Direction,
        /// The traffic class
        tc: u16,
        /// The pool's number
        #[arg(long, value_name = "N")]
        pool: u16,
        /// The buffer's number
        #[arg(long, default_value_t = 0, value_name = "N")]
        buffer: u32,
        /// The threshold: bytes in a static pool, 1 to 20 in a dynamic one
        #[arg(long, value_name = "N")]
        threshold: u32,
    },
}

/// What thresholds mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Thresholds {
    /// Bytes
    Static,
    /// A share of what is free
    Dynamic,
}

/// Which way packets go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Direction {
    /// Into the switch
    Ingress,
    /// Out of it
    Egress,
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::List { handle } => return list(handle.as_ref(), session),
        Verb::Usage { handle, buffer, snapshot, clear_max } => {
            return usage(handle, *buffer, *snapshot, *clear_max, session);
        }
        Verb::Pool { handle, pool, buffer, size, thresholds } => {
            let host = session.host_to_change()?;
            let mut pools = host.devlink().buffer_pools(Some(handle))?;
            pools.retain(|known| known.buffer == *buffer && known.pool == *pool);
            let present = pools.pop().ok_or_else(|| {
                let object = format!("{handle} buffer {buffer} pool {pool}");
                smartnic::Error::new(smartnic::ErrorKind::NotFound, "change a buffer pool").on(object)
            })?;
            let size = size.unwrap_or(present.size);
            let thresholds = thresholds.map_or(present.threshold_kind, |kind| match kind {
                Thresholds::Static => ThresholdKind::Static,
                Thresholds::Dynamic => ThresholdKind::Dynamic,
            });
            host.devlink().set_buffer_pool(handle, *buffer, *pool, size, thresholds)?;
        }
        Verb::Port { port, pool, buffer, threshold } => {
            session.host_to_change()?.devlink().set_port_pool(port, *buffer, *pool, *threshold)?;
        }
        Verb::Tc { port, direction, tc, pool, buffer, threshold } => {
            let kind = match direction {
                Direction::Ingress => PoolKind::Ingress,
                Direction::Egress => PoolKind::Egress,
            };
            let tc = PortTc { port: port.clone(), buffer: *buffer, tc: *tc, kind };
            session.host_to_change()?.devlink().bind_tc(&tc, *pool, *threshold)?;
        }
    }
    session.say("done")?;
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct Buffer {
    #[serde(flatten)]
    buffer: SharedBuffer,
    pools: Vec<BufferPool>,
}

fn list(handle: Option<&DevlinkHandle>, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let pools = host.devlink().buffer_pools(handle)?;
    let of = |buffer: &SharedBuffer| {
        let mine = |pool: &&BufferPool| pool.device == buffer.device && pool.buffer == buffer.index;
        pools.iter().filter(mine).cloned().collect()
    };
    let buffers = host.devlink().buffers(handle)?;
    let buffers: Vec<Buffer> =
        buffers.into_iter().map(|buffer| Buffer { pools: of(&buffer), buffer }).collect();
    if session.format() != Format::Table {
        session.data(&buffers)?;
        return Ok(Ending::Done);
    }
    if buffers.is_empty() {
        session.say("no shared buffers; they are of switches, and few NICs have them")?;
        return Ok(Ending::Done);
    }
    for Buffer { buffer, pools } in &buffers {
        let heading = format!("{} buffer {}", buffer.device, buffer.index);
        let heading = session.paint().apply(Style::Bold, &heading);
        let SharedBuffer { size, ingress_tcs, egress_tcs, .. } = buffer;
        writeln!(
            session.out(),
            "{heading}  {size} bytes, {ingress_tcs} traffic classes in, {egress_tcs} out"
        )?;
        let mut table = Table::new(&[
            ("POOL", Align::Right),
            ("DIRECTION", Align::Left),
            ("SIZE", Align::Right),
            ("THRESHOLDS", Align::Left),
            ("CELL", Align::Right),
        ]);
        for pool in pools {
            table.row(vec![
                Cell::new(pool.pool),
                Cell::new(pool.kind),
                Cell::new(pool.size),
                Cell::new(pool.threshold_kind),
                Cell::option(pool.cell_size),
            ]);
        }
        session.table(&table)?;
    }
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct Usage {
    pools: Vec<PortPool>,
    traffic_classes: Vec<TcBinding>,
}

fn usage(
    handle: &DevlinkHandle,
    buffer: u32,
    snapshot: bool,
    clear_max: bool,
    session: &mut Session,
) -> Outcome {
    let host = if snapshot || clear_max { session.host_to_change()? } else { session.host()? };
    if snapshot {
        host.devlink().snapshot_occupancy(handle, buffer)?;
    }
    let mut pools = host.devlink().port_pools(Some(handle))?;
    pools.retain(|pool| pool.buffer == buffer);
    let mut traffic_classes = host.devlink().tc_bindings(Some(handle))?;
    traffic_classes.retain(|binding| binding.tc.buffer == buffer);
    if clear_max {
        host.devlink().clear_max_occupancy(handle, buffer)?;
    }
    let usage = Usage { pools, traffic_classes };
    if session.format() != Format::Table {
        session.data(&usage)?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("PORT", Align::Left),
        ("POOL", Align::Right),
        ("DIRECTION", Align::Left),
        ("TC", Align::Right),
        ("THRESHOLD", Align::Right),
        ("NOW", Align::Right),
        ("HIGHEST", Align::Right),
    ]);
    for pool in &usage.pools {
        table.row(vec![
            Cell::new(&pool.port),
            Cell::new(pool.pool),
            Cell::new(""),
            Cell::new(""),
            Cell::new(pool.threshold),
            Cell::option(pool.occupancy.map(|occupancy| occupancy.current)),
            Cell::option(pool.occupancy.map(|occupancy| occupancy.max)),
        ]);
    }
    for binding in &usage.traffic_classes {
        table.row(vec![
            Cell::new(&binding.tc.port),
            Cell::new(binding.pool),
            Cell::new(binding.tc.kind),
            Cell::new(binding.tc.tc),
            Cell::new(binding.threshold),
            Cell::option(binding.occupancy.map(|occupancy| occupancy.current)),
            Cell::option(binding.occupancy.map(|occupancy| occupancy.max)),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}
