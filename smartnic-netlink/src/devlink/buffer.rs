//! Shared buffers (`DEVLINK_CMD_SB_GET`, `_SB_POOL_GET`, `_SB_PORT_POOL_GET`, `_SB_TC_POOL_BIND_GET` and what sets them).

use smartnic_core::device::{
    BufferPool, Occupancy, PoolKind, PortPool, PortTc, SharedBuffer, TcBinding, ThresholdKind,
};
use smartnic_core::types::{DevlinkHandle, PortHandle};

use super::{HandleParts, attrs, put_handle, put_port, request};
use crate::codec::{Attr, Flags, Message, WireError};
use crate::uapi::devlink::*;

/// Asks for one table of shared buffers, of one instance or of all.
macro_rules! dump {
    ($(#[$doc:meta])* $name:ident, $command:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a> {
            /// The family's message type.
            pub family: u16,
            /// The instance. Kernels before 6.4 ignore it and answer for all devices.
            pub device: Option<&'a DevlinkHandle>,
        }

        request!($name<'a>, $command, Flags::DUMP, |this, encoder| {
            if let Some(device) = this.device {
                put_handle(encoder, device);
            }
        });
    };
}

dump! {
    /// Asks for the buffers (`DEVLINK_CMD_SB_GET`).
    Dump, DEVLINK_CMD_SB_GET
}
dump! {
    /// Asks for their pools (`DEVLINK_CMD_SB_POOL_GET`).
    DumpPools, DEVLINK_CMD_SB_POOL_GET
}
dump! {
    /// Asks how much of the pools ports may use (`DEVLINK_CMD_SB_PORT_POOL_GET`).
    DumpPortPools, DEVLINK_CMD_SB_PORT_POOL_GET
}
dump! {
    /// Asks which pools traffic classes use (`DEVLINK_CMD_SB_TC_POOL_BIND_GET`).
    DumpBindings, DEVLINK_CMD_SB_TC_POOL_BIND_GET
}

/// Changes a pool (`DEVLINK_CMD_SB_POOL_SET`).
#[derive(Clone, Copy, Debug)]
pub struct SetPool<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The buffer's number.
    pub buffer: u32,
    /// The pool's number.
    pub pool: u16,
    /// The new size in bytes.
    pub size: u32,
    /// What thresholds within it are to mean.
    pub thresholds: ThresholdKind,
}

request!(SetPool<'a>, DEVLINK_CMD_SB_POOL_SET, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.u32(DEVLINK_ATTR_SB_INDEX, this.buffer);
    encoder.u16(DEVLINK_ATTR_SB_POOL_INDEX, this.pool);
    encoder.u32(DEVLINK_ATTR_SB_POOL_SIZE, this.size);
    encoder.u8(DEVLINK_ATTR_SB_POOL_THRESHOLD_TYPE, this.thresholds.number());
});

/// Changes how much of a pool a port may use (`DEVLINK_CMD_SB_PORT_POOL_SET`).
#[derive(Clone, Copy, Debug)]
pub struct SetPortPool<'a> {
    /// The family's message type.
    pub family: u16,
    /// The port.
    pub port: &'a PortHandle,
    /// The buffer's number.
    pub buffer: u32,
    /// The pool's number.
    pub pool: u16,
    /// The new threshold.
    pub threshold: u32,
}

request!(SetPortPool<'a>, DEVLINK_CMD_SB_PORT_POOL_SET, Flags::empty(), |this, encoder| {
    put_port(encoder, this.port);
    encoder.u32(DEVLINK_ATTR_SB_INDEX, this.buffer);
    encoder.u16(DEVLINK_ATTR_SB_POOL_INDEX, this.pool);
    encoder.u32(DEVLINK_ATTR_SB_THRESHOLD, this.threshold);
});

/// Lets a traffic class use a pool (`DEVLINK_CMD_SB_TC_POOL_BIND_SET`).
#[derive(Clone, Copy, Debug)]
pub struct SetBinding<'a> {
    /// The family's message type.
    pub family: u16,
    /// The traffic class.
    pub tc: &'a PortTc,
    /// The pool's number.
    pub pool: u16,
    /// How much of it.
    pub threshold: u32,
}

request!(SetBinding<'a>, DEVLINK_CMD_SB_TC_POOL_BIND_SET, Flags::empty(), |this, encoder| {
    put_port(encoder, &this.tc.port);
    encoder.u32(DEVLINK_ATTR_SB_INDEX, this.tc.buffer);
    encoder.u16(DEVLINK_ATTR_SB_POOL_INDEX, this.pool);
    encoder.u8(DEVLINK_ATTR_SB_POOL_TYPE, this.tc.kind.number());
    encoder.u32(DEVLINK_ATTR_SB_THRESHOLD, this.threshold);
    encoder.u16(DEVLINK_ATTR_SB_TC_INDEX, this.tc.tc);
});

/// Lets the device note how full a buffer is (`DEVLINK_CMD_SB_OCC_SNAPSHOT`).
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The buffer's number.
    pub buffer: u32,
}

request!(Snapshot<'a>, DEVLINK_CMD_SB_OCC_SNAPSHOT, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.u32(DEVLINK_ATTR_SB_INDEX, this.buffer);
});

/// Lets the marks of the highest occupancy begin anew (`DEVLINK_CMD_SB_OCC_MAX_CLEAR`).
#[derive(Clone, Copy, Debug)]
pub struct ClearMax<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device.
    pub device: &'a DevlinkHandle,
    /// The buffer's number.
    pub buffer: u32,
}

request!(ClearMax<'a>, DEVLINK_CMD_SB_OCC_MAX_CLEAR, Flags::empty(), |this, encoder| {
    put_handle(encoder, this.device);
    encoder.u32(DEVLINK_ATTR_SB_INDEX, this.buffer);
});

/// The attributes that messages about shared buffers have in common.
#[derive(Default)]
struct Parts<'a> {
    handle: HandleParts<'a>,
    port: Option<u32>,
    buffer: Option<u32>,
    pool: Option<u16>,
    kind: Option<PoolKind>,
    tc: Option<u16>,
    threshold: Option<u32>,
    current: Option<u32>,
    max: Option<u32>,
}

impl<'a> Parts<'a> {
    /// Gathers what is common, and hands the rest to `other`.
    fn gather(
        message: &Message<'a>,
        mut other: impl FnMut(&Attr<'a>) -> Result<(), WireError>,
    ) -> Result<Self, WireError> {
        let mut parts = Self::default();
        for attr in attrs(message)? {
            let attr = attr?;
            if parts.handle.take(&attr)? {
                continue;
            }
            match attr.kind() {
                DEVLINK_ATTR_PORT_INDEX => parts.port = Some(attr.u32()?),
                DEVLINK_ATTR_SB_INDEX => parts.buffer = Some(attr.u32()?),
                DEVLINK_ATTR_SB_POOL_INDEX => parts.pool = Some(attr.u16()?),
                DEVLINK_ATTR_SB_POOL_TYPE => parts.kind = Some(PoolKind::from_number(attr.u8()?)),
                DEVLINK_ATTR_SB_TC_INDEX => parts.tc = Some(attr.u16()?),
                DEVLINK_ATTR_SB_THRESHOLD => parts.threshold = Some(attr.u32()?),
                DEVLINK_ATTR_SB_OCC_CUR => parts.current = Some(attr.u32()?),
                DEVLINK_ATTR_SB_OCC_MAX => parts.max = Some(attr.u32()?),
                _ => other(&attr)?,
            }
        }
        Ok(parts)
    }

    fn occupancy(&self) -> Option<Occupancy> {
        self.current.zip(self.max).map(|(current, max)| Occupancy { current, max })
    }
}

fn there<T>(value: Option<T>, attr: &'static str) -> Result<T, WireError> {
    value.ok_or(WireError::Missing { attr })
}

/// Reads one buffer (`DEVLINK_CMD_SB_NEW`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no buffer.
pub fn decode(message: &Message<'_>) -> Result<SharedBuffer, WireError> {
    let (mut size, mut counts) = (0, [0_u16; 4]);
    let parts = Parts::gather(message, |attr| {
        match attr.kind() {
            DEVLINK_ATTR_SB_SIZE => size = attr.u32()?,
            DEVLINK_ATTR_SB_INGRESS_POOL_COUNT => counts[0] = attr.u16()?,
            DEVLINK_ATTR_SB_EGRESS_POOL_COUNT => counts[1] = attr.u16()?,
            DEVLINK_ATTR_SB_INGRESS_TC_COUNT => counts[2] = attr.u16()?,
            DEVLINK_ATTR_SB_EGRESS_TC_COUNT => counts[3] = attr.u16()?,
            _ => {}
        }
        Ok(())
    })?;
    let [ingress_pools, egress_pools, ingress_tcs, egress_tcs] = counts;
    let index = there(parts.buffer, "DEVLINK_ATTR_SB_INDEX")?;
    let device = parts.handle.finish()?;
    Ok(SharedBuffer { device, index, size, ingress_pools, egress_pools, ingress_tcs, egress_tcs })
}

/// Reads one pool (`DEVLINK_CMD_SB_POOL_NEW`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or lacks what makes a pool.
pub fn decode_pool(message: &Message<'_>) -> Result<BufferPool, WireError> {
    let (mut size, mut thresholds, mut cell_size) = (0, None, None);
    let parts = Parts::gather(message, |attr| {
        match attr.kind() {
            DEVLINK_ATTR_SB_POOL_SIZE => size = attr.u32()?,
            DEVLINK_ATTR_SB_POOL_THRESHOLD_TYPE => {
                thresholds = Some(ThresholdKind::from_number(attr.u8()?));
            }
            DEVLINK_ATTR_SB_POOL_CELL_SIZE => cell_size = Some(attr.u32()?),
            _ => {}
        }
        Ok(())
    })?;
    Ok(BufferPool {
        buffer: there(parts.buffer, "DEVLINK_ATTR_SB_INDEX")?,
        pool: there(parts.pool, "DEVLINK_ATTR_SB_POOL_INDEX")?,
        kind: there(parts.kind, "DEVLINK_ATTR_SB_POOL_TYPE")?,
        size,
        threshold_kind: there(thresholds, "DEVLINK_ATTR_SB_POOL_THRESHOLD_TYPE")?,
        cell_size,
        device: parts.handle.finish()?,
    })
}

/// Reads how much of one pool one port may use (`DEVLINK_CMD_SB_PORT_POOL_NEW`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or lacks the port, the pool or the threshold.
pub fn decode_port_pool(message: &Message<'_>) -> Result<PortPool, WireError> {
    let parts = Parts::gather(message, |_| Ok(()))?;
    Ok(PortPool {
        buffer: there(parts.buffer, "DEVLINK_ATTR_SB_INDEX")?,
        pool: there(parts.pool, "DEVLINK_ATTR_SB_POOL_INDEX")?,
        threshold: there(parts.threshold, "DEVLINK_ATTR_SB_THRESHOLD")?,
        occupancy: parts.occupancy(),
        port: {
            let port = there(parts.port, "DEVLINK_ATTR_PORT_INDEX")?;
            parts.handle.finish()?.port(port)
        },
    })
}

/// Reads which pool one traffic class uses (`DEVLINK_CMD_SB_TC_POOL_BIND_NEW`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or lacks the traffic class, the pool or the threshold.
pub fn decode_binding(message: &Message<'_>) -> Result<TcBinding, WireError> {
    let parts = Parts::gather(message, |_| Ok(()))?;
    Ok(TcBinding {
        pool: there(parts.pool, "DEVLINK_ATTR_SB_POOL_INDEX")?,
        threshold: there(parts.threshold, "DEVLINK_ATTR_SB_THRESHOLD")?,
        occupancy: parts.occupancy(),
        tc: PortTc {
            buffer: there(parts.buffer, "DEVLINK_ATTR_SB_INDEX")?,
            tc: there(parts.tc, "DEVLINK_ATTR_SB_TC_INDEX")?,
            kind: there(parts.kind, "DEVLINK_ATTR_SB_POOL_TYPE")?,
            port: {
                let port = there(parts.port, "DEVLINK_ATTR_PORT_INDEX")?;
                parts.handle.finish()?.port(port)
            },
        },
    })
}
