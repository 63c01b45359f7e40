use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use smartnic_core::rdma::{
    CmId, CmState, CompletionQueue, Context, DriverEntry, DriverValue, MemoryRegion, Owner, Place,
    PollContext, PortSpace, ProtectionDomain, QpNumbers, QpState, QpType, QueuePair, ResourceKind, Resources,
    SharedReceiveQueue, SrqType, Summary, SummaryEntry,
};

use super::{NO_DEVICE, NO_NAME, attrs};
use crate::codec::{Attr, Attrs, Message, WireError};
use crate::uapi::rdma_netlink::*;

/// The device, and perhaps the port, that a message is about.
pub(super) struct Site {
    pub(super) device_index: u32,
    pub(super) device: String,
    pub(super) port: Option<u32>,
}

impl Site {
    pub(super) fn read(attrs: Attrs<'_>) -> Result<Self, WireError> {
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

/// Reads how much of everything a device has (`RDMA_NLDEV_CMD_RES_GET`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device.
pub fn decode_summary(message: &Message<'_>) -> Result<Summary, WireError> {
    let Site { device_index, device, .. } = Site::read(attrs(message))?;
    let mut entries = Vec::new();
    if let Some(nest) = attrs(message).find(RDMA_NLDEV_ATTR_RES_SUMMARY)? {
        for entry in nest.nested() {
            let (mut name, mut current, mut max) = (None, 0, None);
            for attr in entry?.nested() {
                let attr = attr?;
                match attr.kind() {
                    RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY_NAME => name = Some(attr.text_lossy().into_owned()),
                    RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY_CURR => current = attr.u64()?,
                    RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY_MAX => max = Some(attr.u64()?),
                    _ => {}
                }
            }
            entries.extend(name.map(|name| SummaryEntry { name, current, max }));
        }
    }
    Ok(Summary { device_index, device, entries })
}

/// What an entry of any kind can hold.
#[derive(Default)]
struct Entry {
    place: Place,
    owner: Owner,
    driver: Vec<DriverEntry>,
    subtype: Option<String>,
    source: Option<SocketAddr>,
    destination: Option<SocketAddr>,
    qps: QpNumbers,
    usecnt: Option<u64>,
    iova: Option<u64>,
    mrlen: Option<u64>,
    /// Small numbers, by their attributes.
    small: Vec<(u16, u32)>,
}

impl Entry {
    fn read(site: &Site, attrs: Attrs<'_>) -> Result<Self, WireError> {
        let place = Place { device_index: site.device_index, device: site.device.clone(), port: None };
        let mut entry = Self { place, ..Self::default() };
        for attr in attrs {
            let attr = attr?;
            match attr.kind() {
                RDMA_NLDEV_ATTR_PORT_INDEX => entry.place.port = Some(attr.u32()?),
                RDMA_NLDEV_ATTR_RES_PID => entry.owner.pid = Some(attr.u32()?),
                RDMA_NLDEV_ATTR_RES_KERN_NAME => entry.owner.kernel = Some(attr.text_lossy().into_owned()),
                RDMA_NLDEV_ATTR_RES_SUBTYPE => entry.subtype = Some(attr.text_lossy().into_owned()),
                RDMA_NLDEV_ATTR_RES_SRC_ADDR => entry.source = address(&attr),
                RDMA_NLDEV_ATTR_RES_DST_ADDR => entry.destination = address(&attr),
                RDMA_NLDEV_ATTR_RES_QP => entry.qps = qp_numbers(attr.nested())?,
                RDMA_NLDEV_ATTR_RES_USECNT => entry.usecnt = Some(attr.u64()?),
                RDMA_NLDEV_ATTR_RES_IOVA => entry.iova = Some(attr.u64()?),
                RDMA_NLDEV_ATTR_RES_MRLEN => entry.mrlen = Some(attr.u64()?),
                RDMA_NLDEV_ATTR_DRIVER => entry.driver = driver(attr.nested())?,
                kind => match attr.payload.len() {
                    1 => entry.small.push((kind, attr.u8()?.into())),
                    4 => entry.small.push((kind, attr.u32()?)),
                    _ => {}
                },
            }
        }
        Ok(entry)
    }

    fn get(&self, kind: u16) -> Option<u32> {
        self.small.iter().find(|(known, _)| *known == kind).map(|(_, value)| *value)
    }

    fn needed(&self, kind: u16, attr: &'static str) -> Result<u32, WireError> {
        self.get(kind).ok_or(WireError::Missing { attr })
    }
}

/// Reads the resources of one kind that a message tells of.
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no device, or if an entry lacks what makes it one.
pub fn decode(kind: ResourceKind, message: &Message<'_>) -> Result<Resources, WireError> {
    let nest = match kind {
        ResourceKind::Qp => RDMA_NLDEV_ATTR_RES_QP,
        ResourceKind::CmId => RDMA_NLDEV_ATTR_RES_CM_ID,
        ResourceKind::Cq => RDMA_NLDEV_ATTR_RES_CQ,
        ResourceKind::Mr => RDMA_NLDEV_ATTR_RES_MR,
        ResourceKind::Pd => RDMA_NLDEV_ATTR_RES_PD,
        ResourceKind::Ctx => RDMA_NLDEV_ATTR_RES_CTX,
        ResourceKind::Srq => RDMA_NLDEV_ATTR_RES_SRQ,
    };
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
        ResourceKind::Qp => Resources::Qp(each(entries, queue_pair)?),
        ResourceKind::CmId => Resources::CmId(each(entries, cm_id)?),
        ResourceKind::Cq => Resources::Cq(each(entries, completion_queue)?),
        ResourceKind::Mr => Resources::Mr(each(entries, memory_region)?),
        ResourceKind::Pd => Resources::Pd(each(entries, protection_domain)?),
        ResourceKind::Ctx => Resources::Ctx(each(entries, context)?),
        ResourceKind::Srq => Resources::Srq(each(entries, shared_receive_queue)?),
    })
}

fn queue_pair(entry: Entry) -> Result<QueuePair, WireError> {
    Ok(QueuePair {
        number: entry.needed(RDMA_NLDEV_ATTR_RES_LQPN, "RDMA_NLDEV_ATTR_RES_LQPN")?,
        pd: entry.get(RDMA_NLDEV_ATTR_RES_PDN),
        remote: entry.get(RDMA_NLDEV_ATTR_RES_RQPN),
        kind: QpType::from_number(entry.needed(RDMA_NLDEV_ATTR_RES_TYPE, "RDMA_NLDEV_ATTR_RES_TYPE")?),
        subtype: entry.subtype.clone(),
        state: QpState::from_number(entry.needed(RDMA_NLDEV_ATTR_RES_STATE, "RDMA_NLDEV_ATTR_RES_STATE")?),
        receive_psn: entry.get(RDMA_NLDEV_ATTR_RES_RQ_PSN),
        send_psn: entry.get(RDMA_NLDEV_ATTR_RES_SQ_PSN),
        path_migration: entry.get(RDMA_NLDEV_ATTR_RES_PATH_MIG_STATE).and_then(|state| state.try_into().ok()),
        place: entry.place,
        owner: entry.owner,
        driver: entry.driver,
    })
}

fn cm_id(entry: Entry) -> Result<CmId, WireError> {
    Ok(CmId {
        number: entry.get(RDMA_NLDEV_ATTR_RES_CM_IDN),
        qp: entry.get(RDMA_NLDEV_ATTR_RES_LQPN),
        qp_type: entry.get(RDMA_NLDEV_ATTR_RES_TYPE).map(QpType::from_number),
        state: CmState::from_number(entry.needed(RDMA_NLDEV_ATTR_RES_STATE, "RDMA_NLDEV_ATTR_RES_STATE")?),
        port_space: PortSpace::from_number(entry.needed(RDMA_NLDEV_ATTR_RES_PS, "RDMA_NLDEV_ATTR_RES_PS")?),
        source: entry.source,
        destination: entry.destination,
        place: entry.place,
        owner: entry.owner,
        driver: entry.driver,
    })
}

fn completion_queue(entry: Entry) -> Result<CompletionQueue, WireError> {
    Ok(CompletionQueue {
        number: entry.get(RDMA_NLDEV_ATTR_RES_CQN),
        entries: entry.needed(RDMA_NLDEV_ATTR_RES_CQE, "RDMA_NLDEV_ATTR_RES_CQE")?,
        users: entry.usecnt,
        poll_context: entry.get(RDMA_NLDEV_ATTR_RES_POLL_CTX).map(PollContext::from_number),
        adaptive_moderation: entry.get(RDMA_NLDEV_ATTR_DEV_DIM).map(|on| on != 0),
        context: entry.get(RDMA_NLDEV_ATTR_RES_CTXN),
        place: entry.place,
        owner: entry.owner,
        driver: entry.driver,
    })
}

fn memory_region(entry: Entry) -> Result<MemoryRegion, WireError> {
    Ok(MemoryRegion {
        number: entry.get(RDMA_NLDEV_ATTR_RES_MRN),
        rkey: entry.get(RDMA_NLDEV_ATTR_RES_RKEY),
        lkey: entry.get(RDMA_NLDEV_ATTR_RES_LKEY),
        iova: entry.iova,
        length: entry.mrlen,
        pd: entry.get(RDMA_NLDEV_ATTR_RES_PDN),
        place: entry.place,
        owner: entry.owner,
        driver: entry.driver,
    })
}

fn protection_domain(entry: Entry) -> Result<ProtectionDomain, WireError> {
    Ok(ProtectionDomain {
        number: entry.get(RDMA_NLDEV_ATTR_RES_PDN),
        local_dma_lkey: entry.get(RDMA_NLDEV_ATTR_RES_LOCAL_DMA_LKEY),
        users: entry.usecnt,
        unsafe_global_rkey: entry.get(RDMA_NLDEV_ATTR_RES_UNSAFE_GLOBAL_RKEY),
        context: entry.get(RDMA_NLDEV_ATTR_RES_CTXN),
        place: entry.place,
        owner: entry.owner,
        driver: entry.driver,
    })
}

fn context(entry: Entry) -> Result<Context, WireError> {
    let number = entry.get(RDMA_NLDEV_ATTR_RES_CTXN);
    Ok(Context { number, place: entry.place, owner: entry.owner, driver: entry.driver })
}

fn shared_receive_queue(entry: Entry) -> Result<SharedReceiveQueue, WireError> {
    Ok(SharedReceiveQueue {
        number: entry.get(RDMA_NLDEV_ATTR_RES_SRQN),
        kind: entry.get(RDMA_NLDEV_ATTR_RES_TYPE).map(SrqType::from_number),
        pd: entry.get(RDMA_NLDEV_ATTR_RES_PDN),
        cq: entry.get(RDMA_NLDEV_ATTR_RES_CQN),
        qps: entry.qps,
        place: entry.place,
        owner: entry.owner,
        driver: entry.driver,
    })
}

/// Numbers of queue pairs: each entry has one, or the ends of a range.
pub(super) fn qp_numbers(attrs: Attrs<'_>) -> Result<QpNumbers, WireError> {
    let mut ranges = Vec::new();
    for entry in attrs {
        let (mut first, mut last) = (None, None);
        for attr in entry?.nested() {
            let attr = attr?;
            match attr.kind() {
                RDMA_NLDEV_ATTR_RES_LQPN => (first, last) = (Some(attr.u32()?), Some(attr.u32()?)),
                RDMA_NLDEV_ATTR_MIN_RANGE => first = Some(attr.u32()?),
                RDMA_NLDEV_ATTR_MAX_RANGE => last = Some(attr.u32()?),
                _ => {}
            }
        }
        ranges.extend(first.zip(last));
    }
    Ok(QpNumbers(ranges))
}

/// The address in a `struct sockaddr_storage`; none of families without IP addresses.
fn address(attr: &Attr<'_>) -> Option<SocketAddr> {
    const AF_INET: u16 = 2;
    const AF_INET6: u16 = 10;
    let part = |at: usize, len: usize| attr.payload.get(at..at + len);
    let port = u16::from_be_bytes(part(2, 2)?.try_into().ok()?);
    match u16::from_ne_bytes(part(0, 2)?.try_into().ok()?) {
        AF_INET => {
            let bytes: [u8; 4] = part(4, 4)?.try_into().ok()?;
            Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::from(bytes)), port))
        }
        AF_INET6 => {
            let bytes: [u8; 16] = part(8, 16)?.try_into().ok()?;
            let scope = u32::from_ne_bytes(part(24, 4)?.try_into().ok()?);
            Some(SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::from(bytes), port, 0, scope)))
        }
        _ => None,
    }
}

/// What a driver tells: a name, perhaps how its value is to be printed, and the value.
fn driver(attrs: Attrs<'_>) -> Result<Vec<DriverEntry>, WireError> {
    let mut all = Vec::new();
    let mut name: Option<String> = None;
    let mut hex = false;
    for attr in attrs {
        let attr = attr?;
        let value = match attr.kind() {
            RDMA_NLDEV_ATTR_DRIVER_STRING => match name {
                None => {
                    name = Some(attr.text_lossy().into_owned());
                    continue;
                }
                Some(_) => DriverValue::Text(attr.text_lossy().into_owned()),
            },
            RDMA_NLDEV_ATTR_DRIVER_PRINT_TYPE => {
                hex = attr.u8()? == RDMA_NLDEV_PRINT_TYPE_HEX;
                continue;
            }
            RDMA_NLDEV_ATTR_DRIVER_S32 => DriverValue::Signed(attr.i32()?.into()),
            RDMA_NLDEV_ATTR_DRIVER_U32 => DriverValue::Unsigned(attr.u32()?.into()),
            RDMA_NLDEV_ATTR_DRIVER_S64 => DriverValue::Signed(i64::from_ne_bytes(attr.array()?)),
            RDMA_NLDEV_ATTR_DRIVER_U64 => DriverValue::Unsigned(attr.u64()?),
            _ => continue,
        };
        all.extend(name.take().map(|name| DriverEntry { name, value, hex }));
        hex = false;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Encoder, Flags};
    use crate::uapi::netlink::NLA_F_NESTED;

    fn message(kind: u16, nest: u16, entry: impl Fn(&mut Encoder<'_>)) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, super::super::kind(kind), Flags::empty(), 1, 1);
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
