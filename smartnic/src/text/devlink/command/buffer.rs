//! `devlink sb`: shared buffers.

use smartnic_core::device::{PoolKind, PortTc, ThresholdKind};
use smartnic_core::types::{DevlinkHandle, PortHandle};

use super::options::one_of;
use super::{Either, Given, Opt, Read, Stop, Takes, Want, Words};

/// Whose buffers are shown, and which of them; what is `None` is all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Which {
    /// Of one device or port.
    pub of: Option<Either>,
    /// One buffer.
    pub buffer: Option<u32>,
    /// One pool.
    pub pool: Option<u16>,
    /// One traffic class.
    pub tc: Option<(u16, PoolKind)>,
}

/// What `devlink sb` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows buffers.
    Show(Which),
    /// Shows pools.
    Pools(Which),
    /// Changes a pool.
    SetPool {
        /// The device.
        device: DevlinkHandle,
        /// The buffer's number.
        buffer: u32,
        /// The pool's number.
        pool: u16,
        /// Its new size in bytes.
        size: u32,
        /// What thresholds in it are to mean.
        thresholds: ThresholdKind,
    },
    /// Shows the pools of ports.
    PortPools(Which),
    /// Changes how much of a pool a port may use.
    SetPortPool {
        /// The port.
        port: PortHandle,
        /// The buffer's number.
        buffer: u32,
        /// The pool's number.
        pool: u16,
        /// The new threshold.
        threshold: u32,
    },
    /// Shows the pools of traffic classes.
    Bindings(Which),
    /// Lets a traffic class use a pool.
    Bind {
        /// The traffic class.
        tc: PortTc,
        /// The pool's number.
        pool: u16,
        /// How much of it.
        threshold: u32,
    },
    /// Shows how full a buffer was.
    Occupancy(Either, u32),
    /// Notes how full a buffer is.
    Snapshot(DevlinkHandle, u32),
    /// Lets the marks of the highest occupancy begin anew.
    ClearMax(DevlinkHandle, u32),
}

/// The usage of `devlink sb`.
pub const USAGE: &str = "Usage: devlink sb show [ DEV [ sb SB_INDEX ] ]
       devlink sb pool show [ DEV [ sb SB_INDEX ] pool POOL_INDEX ]
       devlink sb pool set DEV [ sb SB_INDEX ] pool POOL_INDEX
                           size POOL_SIZE thtype { static | dynamic }
       devlink sb port pool show [ DEV/PORT_INDEX [ sb SB_INDEX ]
                                   pool POOL_INDEX ]
       devlink sb port pool set DEV/PORT_INDEX [ sb SB_INDEX ]
                                pool POOL_INDEX th THRESHOLD
       devlink sb tc bind show [ DEV/PORT_INDEX [ sb SB_INDEX ] tc TC_INDEX
                                 type { ingress | egress } ]
       devlink sb tc bind set DEV/PORT_INDEX [ sb SB_INDEX ] tc TC_INDEX
                              type { ingress | egress } pool POOL_INDEX
                              th THRESHOLD
       devlink sb occupancy show { DEV | DEV/PORT_INDEX } [ sb SB_INDEX ]
       devlink sb occupancy snapshot DEV [ sb SB_INDEX ]
       devlink sb occupancy clearmax DEV [ sb SB_INDEX ]";

static SB: Opt = Opt { names: &["sb"], missing: "", takes: Takes::Number(u32::MAX as u64) };
static POOL: Opt =
    Opt { names: &["pool"], missing: "Pool index option expected.", takes: Takes::Number(u16::MAX as u64) };
static SIZE: Opt =
    Opt { names: &["size"], missing: "Pool size option expected.", takes: Takes::Number(u32::MAX as u64) };
static KIND: Opt = Opt {
    names: &["type"],
    missing: "Pool type option expected.",
    takes: Takes::Checked(|word| known(pool_kind(word), "pool type", word)),
};
static THRESHOLD_KIND: Opt = Opt {
    names: &["thtype"],
    missing: "Pool threshold type option expected.",
    takes: Takes::Checked(|word| known(threshold_kind(word), "threshold type", word)),
};
static THRESHOLD: Opt =
    Opt { names: &["th"], missing: "Threshold option expected.", takes: Takes::Number(u32::MAX as u64) };
static TC: Opt =
    Opt { names: &["tc"], missing: "TC index option expected.", takes: Takes::Number(u16::MAX as u64) };

/// Reads the words behind `sb`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    match () {
        () if words.begins("help") => Err(Stop::help(USAGE)),
        () if words.take_show() => which(words, false, &[Want::May(&SB)]).map(Command::Show),
        () if words.take("pool") => pool(words),
        () if words.take("port") => below(words, "pool", port_pool),
        () if words.take("tc") => below(words, "bind", binding),
        () if words.take("occupancy") => occupancy(words),
        () => Err(Stop::no_command(words)),
    }
}

/// Goes past the second word of an object that has two.
fn below(words: &mut Words<'_>, word: &str, read: fn(&mut Words<'_>) -> Read<Command>) -> Read<Command> {
    match () {
        () if words.begins("help") || words.is_empty() => Err(Stop::help(USAGE)),
        () if words.take(word) => read(words),
        () => Err(Stop::no_command(words)),
    }
}

fn pool(words: &mut Words<'_>) -> Read<Command> {
    match () {
        () if words.begins("help") => Err(Stop::help(USAGE)),
        () if words.take_show() => {
            which(words, false, &[Want::May(&SB), Want::May(&POOL)]).map(Command::Pools)
        }
        () if words.take("set") => {
            let device = words.device()?;
            let given = words.options(&[
                Want::May(&SB),
                Want::Must(&POOL),
                Want::Must(&SIZE),
                Want::Must(&THRESHOLD_KIND),
            ])?;
            Ok(Command::SetPool {
                device,
                buffer: buffer(&given),
                pool: given.number(&POOL).unwrap_or_default(),
                size: given.number(&SIZE).unwrap_or_default(),
                thresholds: given
                    .text(&THRESHOLD_KIND)
                    .and_then(threshold_kind)
                    .unwrap_or(ThresholdKind::Static),
            })
        }
        () => Err(Stop::no_command(words)),
    }
}

fn port_pool(words: &mut Words<'_>) -> Read<Command> {
    match () {
        () if words.begins("help") => Err(Stop::help(USAGE)),
        () if words.take_show() => {
            which(words, true, &[Want::May(&SB), Want::May(&POOL)]).map(Command::PortPools)
        }
        () if words.take("set") => {
            let port = words.port()?;
            let given = words.options(&[Want::May(&SB), Want::Must(&POOL), Want::Must(&THRESHOLD)])?;
            Ok(Command::SetPortPool {
                port,
                buffer: buffer(&given),
                pool: given.number(&POOL).unwrap_or_default(),
                threshold: given.number(&THRESHOLD).unwrap_or_default(),
            })
        }
        () => Err(Stop::no_command(words)),
    }
}

fn binding(words: &mut Words<'_>) -> Read<Command> {
    match () {
        () if words.begins("help") => Err(Stop::help(USAGE)),
        () if words.take_show() => {
            let wants = [Want::May(&SB), Want::May(&TC), Want::May(&KIND)];
            which(words, true, &wants).map(Command::Bindings)
        }
        () if words.take("set") => {
            let port = words.port()?;
            let given = words.options(&[
                Want::May(&SB),
                Want::Must(&POOL),
                Want::Must(&KIND),
                Want::Must(&THRESHOLD),
                Want::Must(&TC),
            ])?;
            let tc = PortTc {
                port,
                buffer: buffer(&given),
                tc: given.number(&TC).unwrap_or_default(),
                kind: given.text(&KIND).and_then(pool_kind).unwrap_or(PoolKind::Ingress),
            };
            let pool = given.number(&POOL).unwrap_or_default();
            Ok(Command::Bind { tc, pool, threshold: given.number(&THRESHOLD).unwrap_or_default() })
        }
        () => Err(Stop::no_command(words)),
    }
}

fn occupancy(words: &mut Words<'_>) -> Read<Command> {
    let of_device = |words: &mut Words<'_>| {
        let device = words.device()?;
        let given = words.options(&[Want::May(&SB)])?;
        Ok((device, buffer(&given)))
    };
    match () {
        () if words.begins("help") || words.is_empty() => Err(Stop::help(USAGE)),
        () if words.take("show") || words.take("list") => {
            let of = words.either()?;
            let given = words.options(&[Want::May(&SB)])?;
            Ok(Command::Occupancy(of, buffer(&given)))
        }
        () if words.take("snapshot") => of_device(words).map(|(device, sb)| Command::Snapshot(device, sb)),
        () if words.take("clearmax") => of_device(words).map(|(device, sb)| Command::ClearMax(device, sb)),
        () => Err(Stop::no_command(words)),
    }
}

/// What is to be shown. With a pool or a traffic class, one object is meant: then the buffer is the first unless said.
fn which(words: &mut Words<'_>, ports: bool, wants: &[Want]) -> Read<Which> {
    if words.is_empty() {
        return Ok(Which::default());
    }
    let of = match ports {
        true => words.either()?,
        false => Either::Device(words.device()?),
    };
    let given = words.options(wants)?;
    let (pool, tc) = (given.number(&POOL), given.number(&TC));
    if tc.is_some() != given.has(&KIND) {
        return Err(Stop::fault(if tc.is_some() { KIND.missing } else { TC.missing }));
    }
    let one = pool.is_some() || tc.is_some();
    if one && ports && matches!(of, Either::Device(_)) {
        return Err(Stop::fault("Port identification (\"bus_name/dev_name/port_index\") expected."));
    }
    let kind = given.text(&KIND).and_then(pool_kind).unwrap_or(PoolKind::Ingress);
    let buffer = given.number(&SB).or(one.then_some(0));
    Ok(Which { of: Some(of), buffer, pool, tc: tc.map(|tc| (tc, kind)) })
}

fn buffer(given: &Given<'_>) -> u32 {
    given.number(&SB).unwrap_or(0)
}

fn known<T>(found: Option<T>, what: &str, word: &str) -> Result<(), String> {
    found.map(drop).ok_or_else(|| format!("Unknown {what} \"{word}\""))
}

fn pool_kind(word: &str) -> Option<PoolKind> {
    one_of(&[("ingress", PoolKind::Ingress), ("egress", PoolKind::Egress)], word)
}

fn threshold_kind(word: &str) -> Option<ThresholdKind> {
    one_of(&[("static", ThresholdKind::Static), ("dynamic", ThresholdKind::Dynamic)], word)
}

impl Which {
    /// The device that is asked.
    #[must_use]
    pub fn device(&self) -> Option<&DevlinkHandle> {
        match self.of.as_ref()? {
            Either::Device(device) => Some(device),
            Either::Port(port) => Some(&port.device),
        }
    }

    /// Whether a port is one of those that are meant.
    #[must_use]
    pub fn has_port(&self, port: &PortHandle) -> bool {
        match &self.of {
            Some(Either::Port(wanted)) => wanted == port,
            _ => true,
        }
    }

    /// Whether a buffer is one of those that are meant.
    #[must_use]
    pub fn has_buffer(&self, buffer: u32) -> bool {
        self.buffer.is_none_or(|wanted| wanted == buffer)
    }

    /// Whether a pool is one of those that are meant.
    #[must_use]
    pub fn has_pool(&self, pool: u16) -> bool {
        self.pool.is_none_or(|wanted| wanted == pool)
    }

    /// Whether a traffic class is one of those that are meant.
    #[must_use]
    pub fn has_tc(&self, tc: u16, kind: PoolKind) -> bool {
        self.tc.is_none_or(|wanted| wanted == (tc, kind))
    }

    /// Whether one object is meant, which must be there.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.pool.is_some() || self.tc.is_some()
    }
}
