use smartnic_core::rdma::{
    AutoMode, Binding, BoundCounter, HwCounter, MrCounters, OptionalCounter, Owner, QpMode, QpNumbers,
    QpType, StatMode,
};

use super::resource::{Site, qp_numbers};
use super::{NO_PORT, attrs};
use crate::codec::{Attrs, Message, WireError};
use crate::uapi::rdma_netlink::*;

const NO_COUNTER: WireError = WireError::Missing { attr: "RDMA_NLDEV_ATTR_STAT_COUNTER_ID" };

/// Reads the hardware counters of a port.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode_counters(message: &Message<'_>) -> Result<Vec<HwCounter>, WireError> {
    match attrs(message).find(RDMA_NLDEV_ATTR_STAT_HWCOUNTERS)? {
        Some(nest) => counters(nest.nested()),
        None => Ok(Vec::new()),
    }
}

fn counters(attrs: Attrs<'_>) -> Result<Vec<HwCounter>, WireError> {
    let mut all = Vec::new();
    for entry in attrs {
        let (mut name, mut value) = (None, None);
        for attr in entry?.nested() {
            let attr = attr?;
            match attr.kind() {
                RDMA_NLDEV_ATTR_STAT_HWCOUNTER_ENTRY_NAME => name = Some(attr.text_lossy().into_owned()),
                RDMA_NLDEV_ATTR_STAT_HWCOUNTER_ENTRY_VALUE => value = Some(attr.u64()?),
                _ => {}
            }
        }
        all.extend(name.zip(value).map(|(name, value)| HwCounter { name, value }));
    }
    Ok(all)
}

/// Reads the counters of a port with their numbers (`RDMA_NLDEV_CMD_STAT_GET_STATUS`).
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode_optional(message: &Message<'_>) -> Result<Vec<OptionalCounter>, WireError> {
    let Some(nest) = attrs(message).find(RDMA_NLDEV_ATTR_STAT_HWCOUNTERS)? else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for entry in nest.nested() {
        let (mut name, mut index, mut on) = (None, None, None);
        for attr in entry?.nested() {
            let attr = attr?;
            match attr.kind() {
                RDMA_NLDEV_ATTR_STAT_HWCOUNTER_ENTRY_NAME => name = Some(attr.text_lossy().into_owned()),
                RDMA_NLDEV_ATTR_STAT_HWCOUNTER_INDEX => index = Some(attr.u32()?),
                RDMA_NLDEV_ATTR_STAT_HWCOUNTER_DYNAMIC => on = Some(attr.u8()? != 0),
                _ => {}
            }
        }
        all.extend(name.zip(index).map(|(name, index)| OptionalCounter { name, index, on }));
    }
    Ok(all)
}

/// Reads how queue pairs of a port get counters.
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no port.
pub fn decode_mode(message: &Message<'_>) -> Result<StatMode, WireError> {
    let (mut number, mut mask, mut optional_counters) = (RDMA_COUNTER_MODE_NONE, 0, None);
    let site = Site::read(attrs(message))?;
    for attr in attrs(message) {
        let attr = attr?;
        match attr.kind() {
            RDMA_NLDEV_ATTR_STAT_MODE => number = attr.u32()?,
            RDMA_NLDEV_ATTR_STAT_AUTO_MODE_MASK => mask = attr.u32()?,
            RDMA_NLDEV_ATTR_STAT_OPCOUNTER_ENABLED => optional_counters = Some(attr.u8()? != 0),
            _ => {}
        }
    }
    let auto = AutoMode {
        by_type: mask & RDMA_COUNTER_MASK_QP_TYPE != 0,
        by_pid: mask & RDMA_COUNTER_MASK_PID != 0,
    };
    let mode = match number {
        RDMA_COUNTER_MODE_NONE => QpMode::Off,
        RDMA_COUNTER_MODE_AUTO => QpMode::Auto(auto),
        RDMA_COUNTER_MODE_MANUAL => QpMode::Manual,
        other => QpMode::Unknown(other),
    };
    let Site { device_index, device, port } = site;
    Ok(StatMode { device_index, device, port: port.ok_or(NO_PORT)?, mode, optional_counters })
}

/// Reads which counter a queue pair was bound to, the answer to [`super::Ask::Bind`].
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no counter.
pub fn decode_binding(message: &Message<'_>) -> Result<Binding, WireError> {
    let (mut counter, mut qp) = (None, None);
    for attr in attrs(message) {
        let attr = attr?;
        match attr.kind() {
            RDMA_NLDEV_ATTR_STAT_COUNTER_ID => counter = Some(attr.u32()?),
            RDMA_NLDEV_ATTR_RES_LQPN => qp = Some(attr.u32()?),
            _ => {}
        }
    }
    Ok(Binding { counter: counter.ok_or(NO_COUNTER)?, qp })
}

/// Reads counters that queue pairs are bound to.
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode_bound(message: &Message<'_>) -> Result<Vec<BoundCounter>, WireError> {
    let site = Site::read(attrs(message))?;
    let Some(nest) = attrs(message).find(RDMA_NLDEV_ATTR_STAT_COUNTER)? else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for entry in nest.nested() {
        let (mut counter, mut port, mut qp_type) = (None, site.port, None);
        let (mut owner, mut qps, mut counted) = (Owner::default(), QpNumbers::default(), Vec::new());
        for attr in entry?.nested() {
            let attr = attr?;
            match attr.kind() {
                RDMA_NLDEV_ATTR_STAT_COUNTER_ID => counter = Some(attr.u32()?),
                RDMA_NLDEV_ATTR_PORT_INDEX => port = Some(attr.u32()?),
                RDMA_NLDEV_ATTR_RES_TYPE => qp_type = Some(QpType::from_number(attr.u8()?.into())),
                RDMA_NLDEV_ATTR_RES_PID => owner.pid = Some(attr.u32()?),
                RDMA_NLDEV_ATTR_RES_KERN_NAME => owner.kernel = Some(attr.text_lossy().into_owned()),
                RDMA_NLDEV_ATTR_RES_QP => qps = qp_numbers(attr.nested())?,
                RDMA_NLDEV_ATTR_STAT_HWCOUNTERS => counted = counters(attr.nested())?,
                _ => {}
            }
        }
        all.push(BoundCounter {
            device: site.device.clone(),
            device_index: site.device_index,
            port,
            counter: counter.ok_or(NO_COUNTER)?,
            qp_type,
            owner,
            qps,
            counters: counted,
        });
    }
    Ok(all)
}

/// Reads what memory regions counted.
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode_mr(message: &Message<'_>) -> Result<Vec<MrCounters>, WireError> {
    let Site { device, device_index, .. } = Site::read(attrs(message))?;
    let Some(nest) = attrs(message).find(RDMA_NLDEV_ATTR_RES_MR)? else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for entry in nest.nested() {
        let (mut mr, mut counted) = (None, Vec::new());
        for attr in entry?.nested() {
            let attr = attr?;
            match attr.kind() {
                RDMA_NLDEV_ATTR_RES_MRN => mr = Some(attr.u32()?),
                RDMA_NLDEV_ATTR_STAT_HWCOUNTERS => counted = counters(attr.nested())?,
                _ => {}
            }
        }
        let mr = mr.ok_or(WireError::Missing { attr: "RDMA_NLDEV_ATTR_RES_MRN" })?;
        all.push(MrCounters { device: device.clone(), device_index, mr, counters: counted });
    }
    Ok(all)
}
