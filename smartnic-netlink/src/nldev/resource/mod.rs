//! Resources of devices.

mod entry;
mod object;
mod pool;
mod summary;

use smartnic_core::rdma::{ResourceKind, Resources};

use super::{NO_DEVICE, NO_NAME, attrs};
use crate::codec::{Attrs, Message, WireError};
use crate::uapi::rdma_netlink::*;
use entry::Entry;

pub(super) use entry::qp_numbers;
pub(super) use pool::encode_key;
pub use pool::{decode_pools, decode_raw};
pub use summary::decode_summary;

/// The device, and perhaps the port, that a message is about.
pub(in crate::nldev) struct Site {
    pub(in crate::nldev) device_index: u32,
    pub(in crate::nldev) device: String,
    pub(in crate::nldev) port: Option<u32>,
}

impl Site {
    pub(in crate::nldev) fn read(attrs: Attrs<'_>) -> Result<Self, WireError> {
        let (mut index, mut name, mut port) = (None, None, None);
        for attr in attrs {
            let attr = attr?;
            match attr.kind() {
                RDMA_NLDEV_ATTR_DEV_INDEX => index = Some(attr.u32()?),
                RDMA_NLDEV_ATTR_DEV_NAME => name = Some(attr.text_lossy().into_owned()),
                RDMA_NLDEV_ATTR_PORT_INDEX => port = Some(attr.u32()?),
                _ => {}
            }
        }
        Ok(Self { device_index: index.ok_or(NO_DEVICE)?, device: name.ok_or(NO_NAME)?, port })
    }
}

/// The nest that holds the entries of one kind.
const fn table_of(kind: ResourceKind) -> u16 {
    match kind {
        ResourceKind::Qp => RDMA_NLDEV_ATTR_RES_QP,
        ResourceKind::CmId => RDMA_NLDEV_ATTR_RES_CM_ID,
        ResourceKind::Cq => RDMA_NLDEV_ATTR_RES_CQ,
        ResourceKind::Mr => RDMA_NLDEV_ATTR_RES_MR,
        ResourceKind::Pd => RDMA_NLDEV_ATTR_RES_PD,
        ResourceKind::Ctx => RDMA_NLDEV_ATTR_RES_CTX,
        ResourceKind::Srq => RDMA_NLDEV_ATTR_RES_SRQ,
    }
}

/// Reads the resources of one kind that a message tells of.
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device, or if an entry lacks what makes it one.
pub fn decode(kind: ResourceKind, message: &Message<'_>) -> Result<Resources, WireError> {
    let nest = table_of(kind);
    let site = Site::read(attrs(message))?;
    let mut entries = Vec::new();
    if let Some(nest) = attrs(message).find(nest)? {
        for entry in nest.nested() {
            entries.push(Entry::read(&site, entry?.nested())?);
        }
    }
    fn each<T>(entries: Vec<Entry>, one: fn(Entry) -> Result<T, WireError>) -> Result<Vec<T>, WireError> {
        entries.into_iter().map(one).collect()
    }
    Ok(match kind {
        ResourceKind::Qp => Resources::Qp(each(entries, object::queue_pair)?),
        ResourceKind::CmId => Resources::CmId(each(entries, object::cm_id)?),
        ResourceKind::Cq => Resources::Cq(each(entries, object::completion_queue)?),
        ResourceKind::Mr => Resources::Mr(each(entries, object::memory_region)?),
        ResourceKind::Pd => Resources::Pd(each(entries, object::protection_domain)?),
        ResourceKind::Ctx => Resources::Ctx(each(entries, object::context)?),
        ResourceKind::Srq => Resources::Srq(each(entries, object::shared_receive_queue)?),
    })
}

#[cfg(test)]
mod tests {
    use smartnic_core::rdma::{CmState, DriverEntry, DriverValue, PortSpace, QpNumbers, QpState, QpType};

    use super::*;
    use crate::codec::{Encoder, Flags};
    use crate::uapi::netlink::NLA_F_NESTED;

    fn message(kind: u16, nest: u16, entry: impl Fn(&mut Encoder<'_>)) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, crate::nldev::kind(kind), Flags::empty(), 1, 1);
        e.u32(RDMA_NLDEV_ATTR_DEV_INDEX, 3);
        e.text(RDMA_NLDEV_ATTR_DEV_NAME, "mlx5_0");
        e.nest(nest | NLA_F_NESTED, |e| e.nest((nest + 1) | NLA_F_NESTED, |e| entry(e)));
        e.finish().unwrap();
        bytes
    }

    #[test]
    fn a_queue_pair_with_what_its_driver_tells() {
        let bytes = message(RDMA_NLDEV_CMD_RES_QP_GET, RDMA_NLDEV_ATTR_RES_QP, |e| {
            e.u32(RDMA_NLDEV_ATTR_PORT_INDEX, 1);
            e.u32(RDMA_NLDEV_ATTR_RES_LQPN, 17);
            e.u8(RDMA_NLDEV_ATTR_RES_TYPE, 2);
            e.u8(RDMA_NLDEV_ATTR_RES_STATE, 3);
            e.u32(RDMA_NLDEV_ATTR_RES_PID, 4711);
            e.nest(RDMA_NLDEV_ATTR_DRIVER | NLA_F_NESTED, |e| {
                e.text(RDMA_NLDEV_ATTR_DRIVER_STRING, "drv_key");
                e.u8(RDMA_NLDEV_ATTR_DRIVER_PRINT_TYPE, 1);
                e.u32(RDMA_NLDEV_ATTR_DRIVER_U32, 255);
                e.text(RDMA_NLDEV_ATTR_DRIVER_STRING, "drv_word");
                e.text(RDMA_NLDEV_ATTR_DRIVER_STRING, "x");
            });
        });
        let Resources::Qp(qps) = decode(ResourceKind::Qp, &Message::decode(&bytes).unwrap()).unwrap() else {
            panic!("no queue pairs")
        };
        let [qp] = &qps[..] else { panic!("{qps:?}") };
        assert_eq!((qp.number, qp.kind, qp.state, qp.owner.pid), (17, QpType::Rc, QpState::Rts, Some(4711)));
        let told = |name: &str, value, hex| DriverEntry { name: name.into(), value, hex };
        let (number, word) = (DriverValue::Unsigned(255), DriverValue::Text("x".into()));
        assert_eq!(qp.driver, [told("drv_key", number, true), told("drv_word", word, false)]);
    }

    #[test]
    fn a_shared_queue_lists_queue_pairs_and_ranges_of_them() {
        let bytes = message(RDMA_NLDEV_CMD_RES_SRQ_GET, RDMA_NLDEV_ATTR_RES_SRQ, |e| {
            e.u32(RDMA_NLDEV_ATTR_RES_SRQN, 5);
            e.nest(RDMA_NLDEV_ATTR_RES_QP | NLA_F_NESTED, |e| {
                e.nest(RDMA_NLDEV_ATTR_RES_QP_ENTRY | NLA_F_NESTED, |e| e.u32(RDMA_NLDEV_ATTR_RES_LQPN, 9));
                e.nest(RDMA_NLDEV_ATTR_RES_QP_ENTRY | NLA_F_NESTED, |e| {
                    e.u32(RDMA_NLDEV_ATTR_MIN_RANGE, 11);
                    e.u32(RDMA_NLDEV_ATTR_MAX_RANGE, 14);
                });
            });
        });
        let Resources::Srq(all) = decode(ResourceKind::Srq, &Message::decode(&bytes).unwrap()).unwrap()
        else {
            panic!("no queues")
        };
        assert_eq!(all[0].qps, QpNumbers(vec![(9, 9), (11, 14)]));
        assert!(all[0].qps.contains(13) && !all[0].qps.contains(10));
    }

    #[test]
    fn addresses_of_both_families_are_read() {
        let bytes = message(RDMA_NLDEV_CMD_RES_CM_ID_GET, RDMA_NLDEV_ATTR_RES_CM_ID, |e| {
            e.u8(RDMA_NLDEV_ATTR_RES_STATE, 8);
            e.u32(RDMA_NLDEV_ATTR_RES_PS, 0x106);
            let mut v4 = [0; 128];
            v4[..8].copy_from_slice(&[2, 0, 0x11, 0x44, 10, 9, 0, 1]);
            e.attr(RDMA_NLDEV_ATTR_RES_SRC_ADDR, &v4);
            let mut v6 = [0; 128];
            v6[..4].copy_from_slice(&[10, 0, 0, 7]);
            v6[8..10].copy_from_slice(&[0xfe, 0x80]);
            e.attr(RDMA_NLDEV_ATTR_RES_DST_ADDR, &v6);
        });
        let Resources::CmId(all) = decode(ResourceKind::CmId, &Message::decode(&bytes).unwrap()).unwrap()
        else {
            panic!("no connections")
        };
        assert_eq!(all[0].source, Some("10.9.0.1:4420".parse().unwrap()));
        assert_eq!(all[0].destination, Some("[fe80::]:7".parse().unwrap()));
        assert_eq!((all[0].state, all[0].port_space), (CmState::Listen, PortSpace::Tcp));
    }
}
